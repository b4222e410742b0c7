"""All that is stored from the reader's own mailbox, one row a conversation, and the ways out of it."""

from dataclasses import dataclass
from enum import Enum

from google.apps import card_v1
from google.apps.card_v1 import Card, Widget

from cards.language import plural, say
from cards.menu import menu
from cards.text import line, listing, name, stamp
from cards.widgets import Icon, Press, Site, Verb, button, buttons, card, paragraph, row, section

OPENERS = 5
"""Most people named in a row as having opened it."""


class Reason(Enum):
    """Why a conversation came in; the first of several is said."""

    LABEL = "label"
    ASKED = "asked"
    ORIGIN = "origin"
    IMPORT = "import"
    ENDED = "ended"
    """Whatever it was, nothing new comes in any more."""


class Shown(Enum):
    """How much of a conversation its row may tell."""

    WHOLE = "whole"
    SECRET = "secret"  # noqa: S105 - a state, no password
    """The reader holds a copy and is not among those who see it."""
    BY_ROLE = "by_role"
    """The reader's role does not see conversations."""


@dataclass(frozen=True, kw_only=True)
class RemovedLine:
    on: str
    undo_until: str
    """Empty where it is not the reader's to undo."""


@dataclass(frozen=True, kw_only=True)
class MyRow:
    conversation: str
    shown: Shown
    subject: str = ""
    secret: bool = False
    last: str = ""
    """Date of its last message; empty where the reader does not see it."""
    reason: Reason
    since: str = ""
    removed: RemovedLine | None = None
    opened_by: tuple[str, ...] = ()
    """Who read it without being on it, as far as the reader may know."""
    verbs: frozenset[Verb]
    """What the reader may do with it now."""


@dataclass(frozen=True, kw_only=True)
class MyDataView:
    conversations: int
    messages: int
    rows: tuple[MyRow, ...]
    """One page of them."""
    next_page: str
    """Empty on the last page."""
    page: str
    label: str
    """The reader's name for it."""
    take_all_out: bool


def my_data_card(view: MyDataView, *, site: Site) -> Card:
    refresh = menu(Press(Verb.MY_DATA, {"page": view.page}), site=site)
    if not view.conversations:
        nothing = say("Nothing from your mailbox is in {word}.", word=site.word)
        out = say("What you took out is destroyed as soon as it can no longer be undone.")
        return card(section(paragraph(nothing), paragraph(out)), title=say("My data"), menu=refresh)
    more = Press(Verb.MY_DATA, {"page": view.next_page})
    return card(
        section(paragraph(_sum(view)), _all(view, site=site)),
        *(section(*_row(each, view.label, site=site)) for each in view.rows),
        section(buttons(button(say("More"), more, site=site, says=say("More conversations"))))
        if view.next_page
        else None,
        title=say("My data"),
        menu=refresh,
    )


def _sum(view: MyDataView) -> str:
    return say(
        "{conversations}, {messages}.",
        conversations=plural("{n} conversation", "{n} conversations", view.conversations),
        messages=plural("{n} message", "{n} messages", view.messages),
    )


def _all(view: MyDataView, *, site: Site) -> Widget | None:
    return buttons(
        button(say("Export"), Press(Verb.EXPORT_MINE), site=site, says=say("Export everything from my mailbox")),
        button(say("Take everything out"), Press(Verb.WITHDRAW, {"want": "all"}), site=site)
        if view.take_all_out
        else None,
    )


def _row(each: MyRow, label: str, *, site: Site) -> list[Widget | None]:
    title = _title(each, site=site)
    return [
        row(
            title,
            say("Secret") if each.secret and each.shown is Shown.WHOLE else "",
            _hidden(each),
            _why(each, label, site=site),
            say("Last message: {date}", date=stamp(each.last)) if each.last else "",
            *_removed(each, site=site),
            _opened(each),
            icon=Icon.EMAIL,
        ),
        buttons(*_ways_out(each, title, site=site)),
    ]


def _title(each: MyRow, *, site: Site) -> str:
    match each.shown:
        case Shown.WHOLE:
            return line(each.subject) or say("No subject")
        case Shown.SECRET:
            return say("Secret in {word}", word=site.word)
        case Shown.BY_ROLE:
            return say("A conversation from your mailbox")


def _hidden(each: MyRow) -> str:
    match each.shown:
        case Shown.WHOLE:
            return ""
        case Shown.SECRET:
            return say("You are not among those who see it there.")
        case Shown.BY_ROLE:
            return say("Your role does not show what is in it.")


def _why(each: MyRow, label: str, *, site: Site) -> str:
    since = stamp(each.since)
    match each.reason:
        case Reason.LABEL:
            return say("By the label {label}, since {date}.", label=name(label), date=since)
        case Reason.ASKED:
            return say("By Sync this conversation, since {date}.", date=since)
        case Reason.ORIGIN:
            return say("Begun in {word}, since {date}.", word=site.word, date=since)
        case Reason.IMPORT:
            return say("By importing an address, since {date}.", date=since)
        case Reason.ENDED:
            return say("No longer updated.")


def _removed(each: MyRow, *, site: Site) -> list[str]:
    if each.removed is None:
        return []
    told = [say("Removed from {word} on {date}.", word=site.word, date=stamp(each.removed.on))]
    if each.removed.undo_until:
        told.append(say("You can undo until {date}.", date=stamp(each.removed.undo_until)))
    return told


def _opened(each: MyRow) -> str:
    if not each.opened_by:
        return ""
    return say("Opened without being on it: {names}", names=listing(each.opened_by, most=OPENERS))


def _ways_out(each: MyRow, title: str, *, site: Site) -> list[card_v1.Button]:
    words = {
        Verb.CONVERSATION: (say("Show conversation"), say("Show conversation {subject}", subject=title)),
        Verb.RESTORE: (say("Undo"), say("Undo removing {subject}", subject=title)),
        Verb.REMOVE: (
            say("Remove from {word}", word=site.word),
            say("Remove {subject} from {word}", subject=title, word=site.word),
        ),
        Verb.WITHDRAW: (say("Take my copy out"), say("Take my copy of {subject} out", subject=title)),
    }
    return [
        button(text, Press(verb, {"conversation": each.conversation}), site=site, says=says)
        for verb, (text, says) in words.items()
        if verb in each.verbs
    ]
