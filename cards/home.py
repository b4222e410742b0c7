"""The card without an open message: whether Email is on, what came of it, and what waits for the reader.

Numbers about a mailbox are for its owner alone; this card never shows anybody else's.
"""

from dataclasses import dataclass, field

from google.apps.card_v1 import Card, Widget

from cards.attention import attention_steps
from cards.candidate_line import CandidateLine, recent_rows
from cards.consent import Refused, first_run, refused, waiting_for_consent
from cards.label_question import LabelQuestion, label_question
from cards.language import plural, say
from cards.menu import footer, menu
from cards.status import Chip, NeedsAttention, Trouble
from cards.text import name, stamp
from cards.to_do import ToDo, to_do_rows
from cards.widgets import Press, Site, Verb, card, paragraph, row, section

# The view and all it is made of come from one place.
__all__ = [
    "HomeView",
    "NeedsAttention",
    "Off",
    "On",
    "Refused",
    "Trouble",
    "Unread",
    "home_card",
]


@dataclass(frozen=True, kw_only=True)
class On:
    since: str
    address: str


@dataclass(frozen=True, kw_only=True)
class Off:
    """Email is off: never turned on, being turned on, or it did not work."""

    waiting: bool = False
    refused: Refused | None = None


@dataclass(frozen=True, kw_only=True)
class Unread:
    """A colleague's mailbox that cannot be read, for admins."""

    owner: str
    since: str
    alone: int | None
    """Conversations that only that mailbox follows; None for who may not know their number."""


@dataclass(frozen=True, kw_only=True)
class HomeView:
    status: On | Off | NeedsAttention
    today: int = 0
    """Synced from this mailbox."""
    week: int = 0
    left_alone: int = 0
    """Mails of this week that were not opened."""
    opened: int = 0
    to_do: ToDo = field(default_factory=ToDo)
    last_ok: str = ""
    """The last complete check."""
    question: LabelQuestion | None = None
    unread: tuple[Unread, ...] = ()
    more_unread: bool = False
    recent: tuple[CandidateLine, ...] = ()
    """Whom the reader's newest conversations are about."""


def home_card(view: HomeView, *, site: Site) -> Card:
    off = isinstance(view.status, Off)
    return card(
        section(*_status(view, site=site)),
        section(*label_question(view.question, site=site), header=say("Label")) if view.question else None,
        None if off else section(*_figures(view), header=say("Your mailbox")),
        None if off else section(*to_do_rows(view.to_do, site=site), header=say("To do")),
        section(*recent_rows(view.recent, site=site), header=say("Recent candidates")),
        section(*_unread(view, site=site), header=say("Mailboxes that are not read")),
        footer(site=site),
        menu=menu(Press(Verb.REFRESH), site=site),
    )


def _status(view: HomeView, *, site: Site) -> list[Widget | None]:
    match view.status:
        case On(since=since, address=address):
            on = say("Email has been on since {date} for {address}.", date=stamp(since), address=name(address))
            checked = say("Last checked to the end at {date}.", date=stamp(view.last_ok)) if view.last_ok else ""
            return [row(say("Email"), on, checked)]
        case Off(waiting=True):
            return waiting_for_consent(site=site)
        case Off(refused=why) if why is not None:
            return refused(why, site=site)
        case Off():
            return first_run(site=site)
        case NeedsAttention(trouble=trouble, label=label):
            steps = attention_steps(trouble, label=label, site=site)
            return [row(say(Chip.ATTENTION.value), trouble.sentence(label=label)), *steps]


def _figures(view: HomeView) -> list[Widget | None]:
    return [
        paragraph(
            say(
                "Synced from your mailbox: {today} today, {week} this week.",
                today=view.today,
                week=view.week,
            )
        ),
        paragraph(
            plural(
                "This week {n} mail of yours was left unopened and {opened} opened. Only you see this line.",
                "This week {n} mails of yours were left unopened and {opened} opened. Only you see this line.",
                view.left_alone,
                opened=view.opened,
            )
        ),
    ]


def _unread(view: HomeView, *, site: Site) -> list[Widget | None]:
    more = say("There are more. Whoever runs {word} has the whole list.", word=site.word)
    return [*(paragraph(_is_unread(each)) for each in view.unread), paragraph(more) if view.more_unread else None]


def _is_unread(each: Unread) -> str:
    owner, since = name(each.owner), stamp(each.since)
    if each.alone is None:
        return say("{name}'s mailbox has not been read since {date}.", name=owner, date=since)
    return plural(
        "{name}'s mailbox has not been read since {date}; {n} conversation is only there.",
        "{name}'s mailbox has not been read since {date}; {n} conversations are only there.",
        each.alone,
        name=owner,
        date=since,
    )
