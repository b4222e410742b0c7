"""The card without an open message: whether Email is on, what came of it, and what waits for the reader.

Numbers about a mailbox are for its owner alone; this card never shows anybody else's.
"""

from dataclasses import dataclass

from google.apps.card_v1 import Card, Widget

from cards.attention import attention_buttons
from cards.consent import Refused, first_run, refused, waiting_for_consent
from cards.importing import ImportLine, import_rows
from cards.label_question import LabelQuestion, label_question
from cards.language import say
from cards.menu import footer, menu
from cards.status import Chip, NeedsAttention, Trouble
from cards.text import count, name, stamp
from cards.widgets import Press, Site, Verb, button, buttons, card, link, paragraph, row, section

# The view and all it is made of come from one place.
__all__ = [
    "Batch",
    "HomeView",
    "LabelOff",
    "NeedsAttention",
    "Off",
    "OldThread",
    "On",
    "Refused",
    "Trouble",
    "Unread",
    "WaitingThread",
    "home_card",
]

OLD = 10
"""Most rows of old labels; the others follow when these are done."""


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
    alone: int
    """Conversations that only that mailbox follows."""


@dataclass(frozen=True, kw_only=True)
class OldThread:
    """A thread its owner labelled long ago, whose candidate came to us only now."""

    thread: str
    pointed_on: str


@dataclass(frozen=True, kw_only=True)
class WaitingThread:
    """A thread without a candidate. Nothing is kept by which it could be called: it is known by its day."""

    thread: str
    pointed_on: str
    gmail_link: str


@dataclass(frozen=True, kw_only=True)
class LabelOff:
    """A conversation whose label its owner took off in Gmail: it stays unless they want it gone."""

    thread: str
    conversation: str
    off_on: str
    own_copy_only: bool
    """Its reader may take their own copy out, and not remove it for everyone."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Conversations that were labelled together, which can be undone together."""

    id: str
    on: str
    count: int


@dataclass(frozen=True, kw_only=True)
class HomeView:
    status: On | Off | NeedsAttention
    today: int = 0
    """Synced from this mailbox."""
    week: int = 0
    left_alone: int = 0
    """Mails of this week that were not opened."""
    opened: int = 0
    waiting: int = 0
    """Conversations without a candidate."""
    unclaimed: tuple[WaitingThread, ...] = ()
    """Some of them, the newest first."""
    label_renewed: str = ""
    """When the label was found again under a new id."""
    old: tuple[OldThread, ...] = ()
    unreadable: int = 0
    """Conversations of which something was tried several times in vain."""
    label_off: tuple[LabelOff, ...] = ()
    batches: tuple[Batch, ...] = ()
    imports: tuple[ImportLine, ...] = ()
    last_ok: str = ""
    """The last complete check."""
    question: LabelQuestion | None = None
    unread: tuple[Unread, ...] = ()


def home_card(view: HomeView, *, site: Site) -> Card:
    off = isinstance(view.status, Off)
    return card(
        section(*_status(view, site=site)),
        section(*label_question(view.question, site=site), header="Label") if view.question else None,
        None if off else section(*_figures(view), header="Your mailbox"),
        None if off else section(*_to_do(view, site=site), header="To do"),
        section(*_unread(view), header="Mailboxes that are not read"),
        section(footer(site=site)),
        menu=menu(Press(Verb.REFRESH), site=site),
    )


def _status(view: HomeView, *, site: Site) -> list[Widget | None]:
    match view.status:
        case On(since=since, address=address):
            checked = f"Last checked to the end at {stamp(view.last_ok)}." if view.last_ok else ""
            return [row("Email", f"Email has been on since {stamp(since)} for {name(address)}.", checked)]
        case Off(waiting=True):
            return waiting_for_consent(site=site)
        case Off(refused=why) if why is not None:
            return refused(why, site=site)
        case Off():
            return first_run(site=site)
        case NeedsAttention(trouble=trouble):
            step = attention_buttons(trouble, site=site)
            return [row(Chip.ATTENTION.value, trouble.sentence(site=site)), step]


def _figures(view: HomeView) -> list[Widget | None]:
    mails = count(view.left_alone, "mail")
    return [
        paragraph(f"Synced from your mailbox: {view.today:,} today, {view.week:,} this week."),
        paragraph(
            f"This week {mails} of yours {'was' if view.left_alone == 1 else 'were'} left unopened and "
            f"{view.opened:,} opened. Only you see this line."
        ),
    ]


def _unread(view: HomeView) -> list[Widget | None]:
    return [
        paragraph(
            f"{name(each.owner)}'s mailbox has not been read since {stamp(each.since)}; "
            f"{count(each.alone, 'conversation')} {'is' if each.alone == 1 else 'are'} only there."
        )
        for each in view.unread
    ]


def _to_do(view: HomeView, *, site: Site) -> list[Widget | None]:
    rows: list[Widget | None] = []
    if view.unreadable:
        rows += [
            paragraph(f"{count(view.unreadable, 'conversation')} could not be read."),
            buttons(button("Try again", Press(Verb.RETRY), site=site)),
        ]
    if view.label_renewed:
        renewed = f"The label {site.word} was gone and is back since {stamp(view.label_renewed)}. It works again."
        rows.append(paragraph(renewed))
    if view.waiting:
        wait = "waits" if view.waiting == 1 else "wait"
        rows.append(paragraph(f"{count(view.waiting, 'conversation')} {wait} for a candidate."))
    for one in view.unclaimed:
        rows += _unclaimed(one, site=site)
    for each in view.old[:OLD]:
        sync = Press(Verb.SYNC_THREAD, {"thread": each.thread})
        labelled = stamp(each.pointed_on)
        rows += [
            paragraph(f"A conversation you labelled on {labelled} now has a candidate."),
            buttons(
                button(
                    "Sync this conversation",
                    sync,
                    site=site,
                    says=f"Sync the conversation you labelled on {labelled}",
                )
            ),
        ]
    if (rest := len(view.old) - OLD) > 0:
        rows.append(paragraph(f"And {rest:,} more."))
    for running in view.imports[:OLD]:
        rows += import_rows(running, site=site)
    return [*rows, *_batches(view, site=site), *_label_off(view, site=site)]


def _unclaimed(each: WaitingThread, *, site: Site) -> list[Widget | None]:
    choose = Press(Verb.SEARCH_CANDIDATES, {"thread": each.thread, "want": "conversation"})
    on = stamp(each.pointed_on)
    says = say("Choose whom the conversation of {day} is about", day=on)
    return [
        paragraph(say("One of {day} waits: say whom it is about, or open it to see who it may be.", day=on)),
        buttons(
            button(say("Choose"), choose, site=site, says=says),
            link(
                say("Open in Gmail"), each.gmail_link, says=say("Open the conversation of {day} in Gmail", day=on)
            ),
        ),
    ]


def _batches(view: HomeView, *, site: Site) -> list[Widget | None]:
    rows: list[Widget | None] = []
    for each in view.batches[:OLD]:
        on = stamp(each.on)
        rows += [
            paragraph(f"On {on} you labelled {count(each.count, 'conversation')} at once. They come in."),
            buttons(
                button(
                    "Undo",
                    Press(Verb.WITHDRAW, {"batch": each.id}),
                    site=site,
                    says=f"Take out what you labelled together on {on}",
                )
            ),
        ]
    return rows


def _label_off(view: HomeView, *, site: Site) -> list[Widget | None]:
    rows: list[Widget | None] = []
    for each in view.label_off[:OLD]:
        off = stamp(each.off_on)
        ids = {"thread": each.thread, "conversation": each.conversation}
        words = "Take my copy out" if each.own_copy_only else f"Remove from {site.word}"
        rows += [
            paragraph(f"You took the label off a conversation on {off}. What came in stays in {site.word}."),
            buttons(
                button(
                    words,
                    Press(Verb.WITHDRAW if each.own_copy_only else Verb.REMOVE, ids),
                    site=site,
                    says=f"{words}: the conversation whose label you took off on {off}",
                )
            ),
        ]
    return rows
