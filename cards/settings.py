"""Settings: the box "Email", the label, what came from this mailbox, and what the company decided."""

from dataclasses import dataclass

from google.apps.card_v1 import Card, Widget

from cards.attention import attention_steps
from cards.consent import Refused, refused, waiting_for_consent
from cards.label_question import LabelQuestion, choose_label, label_question
from cards.language import plural, say
from cards.menu import help_button, menu
from cards.plain import no_role
from cards.status import Trouble
from cards.text import name, sentences, stamp
from cards.widgets import Press, Site, Verb, button, buttons, card, paragraph, row, section, switch

EMAIL = "email"
"""The name of the box. Unticked it sends nothing, so what it does is in the press and never read from it."""


@dataclass(frozen=True, kw_only=True)
class EmailOn:
    since: str
    last_ok: str = ""
    """The last complete check; empty before the first."""
    trouble: Trouble | None = None


@dataclass(frozen=True, kw_only=True)
class EmailOff:
    waiting: bool = False
    """Google's window is open somewhere."""
    refused: Refused | None = None


@dataclass(frozen=True, kw_only=True)
class NoEmail:
    """The reader's role has no box."""

    names: tuple[str, ...]
    """Some who can change that."""


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What the company decided, for admins to read."""

    secret_policy: str
    grace_days: int
    blocked: int
    """Addresses and domains with which mail is never synced."""


@dataclass(frozen=True, kw_only=True)
class SettingsView:
    address: str
    email: EmailOn | EmailOff | NoEmail
    role: str
    conversations: int
    messages: int
    label: str = ""
    """The name its owner or the company chose."""
    question: LabelQuestion | None = None
    delegated: bool = False
    """The company's own key opens mailboxes."""
    decided: Decided | None = None


def settings_card(view: SettingsView, *, site: Site) -> Card:
    on, none = isinstance(view.email, EmailOn), isinstance(view.email, NoEmail)
    return card(
        section(row(name(view.address)) if none else _box(view, site=site), *_state(view, site=site)),
        None if none else section(*_reads(view, site=site), header=say("What is read")),
        section(*_label(view, site=site), header=say("Label")) if on else None,
        section(_stored(view, site=site), _take_out(view, site=site), header=say("From your mailbox")),
        section(row(say("Your role"), view.role), *_decided(view, site=site)),
        section(buttons(help_button(site=site))),
        title=say("Settings"),
        menu=menu(Press(Verb.SETTINGS), site=site),
    )


def _box(view: SettingsView, *, site: Site) -> Widget:
    on = isinstance(view.email, EmailOn)
    # A tick turns on; unticking asks first what is to become of what is stored.
    change = Press(Verb.SET_EMAIL, {} if on else {"want": "on"})
    return switch(say("Email"), name(view.address), name=EMAIL, on=on, change=change, site=site)


def _state(view: SettingsView, *, site: Site) -> list[Widget | None]:
    match view.email:
        case EmailOn(trouble=None, since=since, last_ok=last_ok):
            on = say("On since {date}.", date=stamp(since))
            checked = say("Last checked to the end at {date}.", date=stamp(last_ok)) if last_ok else ""
            return [paragraph(sentences(on, checked))]
        case EmailOn(trouble=trouble) if trouble is not None:
            return [
                row(say("Needs attention"), trouble.sentence(label=view.label)),
                *attention_steps(trouble, label=view.label, site=site),
            ]
        case NoEmail(names=names):
            return [paragraph(no_role(names, site=site))]
        case EmailOff(waiting=True):
            return waiting_for_consent(site=site)
        case EmailOff(refused=why) if why is not None:
            return refused(why, site=site)
        case _:
            return [paragraph(say("Off. Nothing new is read from your mailbox."))]


def _reads(view: SettingsView, *, site: Site) -> list[Widget | None]:
    return [
        paragraph(
            say(
                "While Email is on, conversations you choose come to {word}, whole and with later replies. "
                "Of all other mail only ids and labels are looked at; of a candidate's, while something begun "
                "from a candidate's card is open, the headers too. Nothing of it is kept.",
                word=site.word,
            )
        ),
        paragraph(say("Deleting a mail in Gmail does not remove it from {word}.", word=site.word)),
        paragraph(
            say(
                "Your Workspace admin let {word} open any mailbox of the company. "
                "It opens yours only while this box is ticked.",
                word=site.word,
            )
        )
        if view.delegated
        else None,
    ]


def _label(view: SettingsView, *, site: Site) -> list[Widget | None]:
    asked = label_question(view.question, site=site) if view.question else []
    return [*asked, *choose_label(view.label, site=site)]


def _stored(view: SettingsView, *, site: Site) -> Widget:
    if not view.conversations:
        return paragraph(say("Nothing from your mailbox is in {word}.", word=site.word))
    stored = say(
        "{conversations}, {messages}.",
        conversations=plural("{n} conversation", "{n} conversations", view.conversations),
        messages=plural("{n} message", "{n} messages", view.messages),
    )
    return paragraph(stored)


def _take_out(view: SettingsView, *, site: Site) -> Widget | None:
    if not view.conversations or isinstance(view.email, NoEmail):
        return None
    return buttons(button(say("Take everything out"), Press(Verb.WITHDRAW, {"want": "all"}), site=site))


def _decided(view: SettingsView, *, site: Site) -> list[Widget | None]:
    if view.decided is None:
        return []
    return [
        row(
            say("Company policy"),
            say("Secret conversations: {policy}", policy=view.decided.secret_policy),
            plural(
                "A removal can be undone for {n} day.",
                "A removal can be undone for {n} days.",
                view.decided.grace_days,
            ),
            say("Never synced, by the blocklist: {n}", n=view.decided.blocked),
            say("Set by whoever runs {word}, not here.", word=site.word),
        )
    ]
