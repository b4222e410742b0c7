"""The card beside the open message: how it stands, whom it is about, and what the reader may do about it.

It speaks of the open message, not of its conversation, and shows only the buttons the view names.
"""

from dataclasses import dataclass, field

from google.apps import card_v1
from google.apps.card_v1 import Card, Widget

from cards.attention import attention_steps
from cards.candidate_line import CandidateLine, candidate_rows, candidates_header
from cards.consent import TURN_ON, Refused, refused, waiting_for_consent
from cards.language import plural, say
from cards.left_out import Because, LeftOut
from cards.menu import footer, menu
from cards.status import (
    CannotCome,
    Chip,
    Continues,
    CopyOut,
    Gone,
    NeedsAttention,
    NoSight,
    NotIn,
    NotSynced,
    Off,
    Removed,
    SharedAddress,
    Status,
    Stopped,
    Synced,
    Syncing,
    Trouble,
    Unreadable,
    Waiting,
    chip_and_sentence,
)
from cards.text import listing, name, sentences
from cards.whom import Whom, whom_rows
from cards.widgets import Icon, Press, Site, Verb, button, buttons, card, link, paragraph, row, section

# The view and all it is made of come from one place.
__all__ = [
    "Because",
    "CandidateLine",
    "CannotCome",
    "Chip",
    "Continues",
    "CopyOut",
    "Gone",
    "LeftOut",
    "MessageView",
    "NeedsAttention",
    "NoSight",
    "NotIn",
    "NotSynced",
    "Off",
    "Refused",
    "Removed",
    "SecretLine",
    "SharedAddress",
    "Status",
    "Stopped",
    "Synced",
    "Syncing",
    "Trouble",
    "Unreadable",
    "Waiting",
    "message_card",
]

SHARED = 3
"""Most addresses of several candidates listed."""


@dataclass(frozen=True, kw_only=True)
class SecretLine:
    """Who sees it, as far as the reader may know; nobody yet of what is on its way."""

    names: tuple[str, ...]
    more: int = 0


@dataclass(frozen=True, kw_only=True)
class MessageView:
    status: Status
    secret: SecretLine | None
    candidates: tuple[CandidateLine, ...]
    verbs: frozenset[Verb]
    """What the caller may do now."""
    message: str
    thread: str
    conversation: str | None
    label_on: bool = False
    """Our label is still on the thread in Gmail though its reason has ended here."""
    label: str = ""
    """Its owner's name for it."""
    label_missing: bool = False
    """Synced, but the permission to set the label was not given."""
    comes_secret: bool = False
    """What is on its way will be secret, and its label is the secret one."""
    left_out: LeftOut | None = None
    """It was opened before, and nothing of it is here."""
    gmail_link: str = ""
    delete_now: bool = False
    """What is out may be destroyed before its time."""
    waiting: bool = False
    """Email is off, and Google's window may still be open."""
    refused: Refused | None = None
    """Why Email is still off after that."""
    whom: Whom = field(default_factory=Whom)
    """What may be said of whom it is about."""


def message_card(view: MessageView, *, site: Site) -> Card:
    chip, sentence = chip_and_sentence(view.status, view.verbs, site=site)
    return card(
        section(
            row(say(chip.value), sentence),
            paragraph(view.left_out.sentence(site=site)) if view.left_out else None,
            _secret(view, site=site),
            paragraph(say("Internal replies in it come along.")) if _is_first_sync(view) else None,
            *_consent(view, site=site),
            buttons(*_main_buttons(view, site=site)),
            *_attention(view.status, site=site),
        ),
        section(*_label(view, site=site)),
        _candidates(view, site=site),
        section(buttons(*_more_buttons(view, site=site)), header=say("More")),
        footer(site=site),
        menu=menu(_press(view, Verb.REFRESH), site=site),
    )


def _attention(status: Status, *, site: Site) -> list[Widget | None]:
    if not isinstance(status, NeedsAttention):
        return []
    return attention_steps(status.trouble, label=status.label, site=site)


def _consent(view: MessageView, *, site: Site) -> list[Widget | None]:
    """How it stands where its reader has begun to turn Email on."""
    if Verb.SET_EMAIL not in view.verbs:
        return []
    if view.waiting:
        return waiting_for_consent(site=site, refresh=_press(view, Verb.REFRESH))
    return refused(view.refused, site=site) if view.refused else []


def _secret(view: MessageView, *, site: Site) -> Widget | None:
    if view.secret is None:
        return None
    people = listing(view.secret.names, view.secret.more)
    see = plural(
        "{people} sees it in {word}. People in Bcc are not listed.",
        "{people} see it in {word}. People in Bcc are not listed.",
        len(view.secret.names) + view.secret.more,
        people=people,
        word=site.word,
    )
    return row(say("Secret"), see if people else "", icon=Icon.MULTIPLE_PEOPLE)


def _main_buttons(view: MessageView, *, site: Site) -> list[card_v1.Button]:
    offered: list[card_v1.Button] = []
    if Verb.RESTORE in view.verbs:
        offered.append(button(say("Undo"), _press(view, Verb.RESTORE), site=site))
    if view.delete_now:
        verb = Verb.WITHDRAW if isinstance(view.status, CopyOut) else Verb.REMOVE
        offered.append(button(say("Delete now"), _press(view, verb, want="now"), site=site))
    if Verb.SYNC_THREAD in view.verbs:
        offered.append(button(_sync_words(view), _press(view, Verb.SYNC_THREAD), site=site))
    if _is_first_sync(view):
        offered.append(button(say("Sync as secret"), _press(view, Verb.SYNC_THREAD, want="secret"), site=site))
    if Verb.SET_EMAIL in view.verbs and not (view.waiting or view.refused):
        offered.append(button(say("Turn on Email first"), TURN_ON, site=site))
    if Verb.RETRY in view.verbs:
        offered.append(button(say("Try again"), _press(view, Verb.RETRY), site=site))
    if isinstance(view.status, Syncing):
        offered.append(button(say("Refresh"), _press(view, Verb.REFRESH), site=site))
    return offered


def _is_first_sync(view: MessageView) -> bool:
    """Nothing of the conversation is here yet, so how it comes in can still be chosen."""
    if Verb.SYNC_THREAD not in view.verbs:
        return False
    match view.status:
        case NotSynced(others=others):
            return others == 0
        case NeedsAttention():
            return view.conversation is None
        case _:
            return False


def _sync_words(view: MessageView) -> str:
    if _is_first_sync(view):
        return say("Sync this conversation")
    match view.status:
        case Continues():
            return say("Sync this too")
        case NotSynced() | Removed(mine=False):
            return say("Sync from my mailbox")
        case Synced(holder=holder) | Stopped(holder=holder) if holder:
            return say("Sync from my mailbox")
        case _:
            return say("Sync again")


def _more_buttons(view: MessageView, *, site: Site) -> list[card_v1.Button | None]:
    waiting = isinstance(view.status, Waiting)
    words = {
        Verb.CONVERSATION: say("Show conversation"),
        Verb.MAKE_SECRET: say("Make secret"),
        Verb.MAKE_VISIBLE: say("Make visible to the team"),
        Verb.STOP_SYNC: say("Stop waiting") if waiting else say("Stop updating"),
        Verb.REMOVE: say("Remove from {word}", word=site.word),
        Verb.WITHDRAW: say("Take my copy out"),
    }
    offered: list[card_v1.Button | None] = []
    for verb, text in words.items():
        if verb in view.verbs:
            offered.append(button(text, _press(view, verb), site=site))
        if verb is Verb.CONVERSATION and verb in view.verbs:
            offered.append(button(say("Who sees it"), _press(view, verb, want="who"), site=site))
    return [*offered, link(say("Open in Gmail"), view.gmail_link, site=site)]


def _label(view: MessageView, *, site: Site) -> list[Widget | None]:
    asked: list[Widget | None] = []
    if view.label_on:
        off = button(say("Take the label off"), _press(view, Verb.STOP_SYNC, want="label"), site=site)
        asked += [
            paragraph(
                sentences(
                    say("The label {label} is still on it in Gmail.", label=name(view.label)),
                    "" if site.sets_labels else say("You can take it off there."),
                )
            ),
            buttons(off) if site.sets_labels else None,
        ]
    if view.label_missing:
        give = _press(view, Verb.SYNC_THREAD, want="secret" if view.comes_secret else "")
        asked += [
            paragraph(
                say(
                    "Done without the label. To let {word} set it, Google asks for a wider permission.",
                    word=site.word,
                )
            ),
            buttons(
                button(say("Give it"), give, site=site, says=say("Give Google's permission to set the label")),
                button(say("No, thanks"), _press(view, Verb.REFRESH), site=site),
            ),
        ]
    return asked


def _candidates(view: MessageView, *, site: Site) -> Card.Section | None:
    shared = view.status.shared if isinstance(view.status, Waiting) else ()
    several = [
        paragraph(
            say(
                "{address} belongs to {names}, so nobody is chosen automatically.",
                address=name(each.address),
                names=listing(each.names),
            )
        )
        for each in shared[:SHARED]
    ]
    said = whom_rows(view.whom, site=site)
    rows = candidate_rows(view.candidates, site=site)
    if not rows and not several:
        return section(*_no_match(view, site=site), *said, header=say("Candidate"))
    return section(*several, *rows, *said, header=candidates_header(view.candidates))


def _no_match(view: MessageView, *, site: Site) -> list[Widget | None]:
    # Where the message cannot or shall not be in Lever, or is on its way, advice on matching would mislead.
    if isinstance(view.status, CannotCome | CopyOut | Gone | NoSight | Removed | Syncing | Unreadable):
        return []
    advice = say(
        "A candidate must already be in {word}. Add the person there, then press Refresh.", word=site.word
    )
    return [row(say("No candidate here."), advice)]


def _press(view: MessageView, verb: Verb, *, want: str = "") -> Press:
    """All a button needs to act, and the answer to draw this card again."""
    ids = {"message": view.message, "thread": view.thread, "want": want}
    if verb not in {Verb.SYNC_THREAD, Verb.STOP_SYNC}:
        ids["conversation"] = view.conversation or ""
    return Press(verb, ids)
