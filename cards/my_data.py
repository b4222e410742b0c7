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


MINE = "my-data"
"""The value of `want` by which a press says that it was made here; the answer comes back to `page`."""
ALL = "all-my-data"
"""Likewise, with everything that is to be taken out; elsewhere that is asked for by `all`."""
TAKEN_OUT = "taken-out"
"""Likewise, on the list of what its reader took out; that list is asked for by it as well."""
NOW = "now-taken-out"
"""Likewise, to destroy one of them before its time; elsewhere that is asked for by `now`."""


def began_here(page: str) -> dict[str, str]:
    """What a press carries that was made on this page, or on a question above it."""
    return {"want": MINE, "page": page}


class Reason(Enum):
    """By what rule a conversation came in; the first of several is said."""

    LABEL = "label"
    ASKED = "asked"
    ORIGIN = "origin"
    IMPORT = "import"


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
    reason: Reason | None
    """None where that is not known."""
    came: str = ""
    """When that was."""
    followed: bool
    """New mail of it comes in."""
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
        out = say("What you took out is deleted for good as soon as it can no longer be undone.")
        return card(
            section(paragraph(nothing), paragraph(out), buttons(_taken_out(site=site))),
            title=say("My data"),
            menu=refresh,
        )
    more = Press(Verb.MY_DATA, {"page": view.next_page})
    return card(
        section(paragraph(_sum(view)), _all(view, site=site)),
        *(section(*_row(each, view, site=site)) for each in view.rows),
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
        button(say("Take everything out"), Press(Verb.WITHDRAW, {"want": ALL}), site=site)
        if view.take_all_out
        else None,
        _taken_out(site=site),
    )


def _taken_out(*, site: Site) -> card_v1.Button:
    says = say("What you took out, and can bring back")
    return button(say("Taken out"), Press(Verb.MY_DATA, {"want": TAKEN_OUT}), site=site, says=says)


def _row(each: MyRow, view: MyDataView, *, site: Site) -> list[Widget | None]:
    title = _title(each, site=site)
    return [
        row(
            title,
            say("Secret") if each.secret and each.shown is Shown.WHOLE else "",
            _hidden(each),
            _came(each, view.label, site=site),
            "" if each.followed else say("No longer updated."),
            say("Last message: {date}", date=stamp(each.last)) if each.last else "",
            *_removed(each, site=site),
            _opened(each),
            icon=Icon.EMAIL,
        ),
        buttons(*_ways_out(each, title, began_here(view.page), site=site)),
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


def _came(each: MyRow, label: str, *, site: Site) -> str:
    date = stamp(each.came)
    match each.reason:
        case Reason.LABEL:
            return say("Came in by the label {label} on {date}.", label=name(label), date=date)
        case Reason.ASKED:
            return say("Came in by Sync this conversation on {date}.", date=date)
        case Reason.ORIGIN:
            return say("Begun in {word} on {date}.", word=site.word, date=date)
        case Reason.IMPORT:
            return say("Came in by importing an address on {date}.", date=date)
        case None:
            return ""


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


def _ways_out(each: MyRow, title: str, here: dict[str, str], *, site: Site) -> list[card_v1.Button]:
    ids = {"conversation": each.conversation}
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
        button(text, Press(verb, ids if verb is Verb.CONVERSATION else ids | here), site=site, says=says)
        for verb, (text, says) in words.items()
        if verb in each.verbs
    ]
