"""What its reader took out of Lever, one row a conversation, each with how long Undo works."""

from dataclasses import dataclass

from google.apps.card_v1 import Card, Widget

from cards.language import plural, say
from cards.menu import menu
from cards.my_data import NOW, TAKEN_OUT, Shown
from cards.text import line, listing, stamp
from cards.widgets import Icon, Press, Site, Verb, button, buttons, card, link, paragraph, row, section


@dataclass(frozen=True, kw_only=True)
class Undo:
    days: int
    """How many more it works; 0 where it is too late."""
    until: str


@dataclass(frozen=True, kw_only=True)
class TakenOutRow:
    conversation: str
    shown: Shown
    subject: str = ""
    """Empty also where nothing of it is in Lever that could tell."""
    secret: bool = False
    about: tuple[str, ...] = ()
    """Candidates by name."""
    for_everyone: bool
    """All of it was removed; else the reader's own copies are out."""
    on: str
    undo: Undo | None
    """None where the reader may not."""
    delete_now: bool = False
    """The reader may end its time."""
    gmail_link: str = ""


@dataclass(frozen=True, kw_only=True)
class TakenOutView:
    rows: tuple[TakenOutRow, ...]
    """One page of them."""
    next_page: str
    """Empty on the last page."""
    page: str


def taken_out_card(view: TakenOutView, *, site: Site) -> Card:
    here = {"want": TAKEN_OUT, "page": view.page}
    more = Press(Verb.MY_DATA, {"want": TAKEN_OUT, "page": view.next_page})
    return card(
        section(
            paragraph(
                say("What you took out is deleted for good as soon as it can no longer be undone.")
                if view.rows
                else say("There is nothing here that you took out of {word}.", word=site.word)
            )
        ),
        *(section(*_row(each, view.page, site=site)) for each in view.rows),
        section(
            buttons(button(say("More"), more, site=site, says=say("More of what you took out")))
            if view.next_page
            else None
        ),
        title=say("Taken out"),
        menu=menu(Press(Verb.REFRESH, here), site=site),
    )


def _row(each: TakenOutRow, page: str, *, site: Site) -> list[Widget | None]:
    title, ids = _title(each, site=site), {"conversation": each.conversation, "page": page}
    undo = Press(Verb.RESTORE, ids | {"want": TAKEN_OUT})
    delete = Press(Verb.REMOVE if each.for_everyone else Verb.WITHDRAW, ids | {"want": NOW})
    return [
        row(
            title,
            say("Secret") if each.secret and each.shown is Shown.WHOLE else "",
            say("About {names}", names=listing(each.about)) if each.about else "",
            _out(each, site=site),
            _undo(each.undo) if each.undo else "",
            icon=Icon.EMAIL,
        ),
        buttons(
            button(say("Undo"), undo, site=site, says=say("Undo taking out {subject}", subject=title))
            if each.undo and each.undo.days
            else None,
            button(say("Delete now"), delete, site=site, says=say("Delete now: {subject}", subject=title))
            if each.delete_now
            else None,
            link(say("Open in Gmail"), each.gmail_link, site=site),
        ),
    ]


def _title(each: TakenOutRow, *, site: Site) -> str:
    if each.shown is Shown.SECRET:
        return say("Secret in {word}", word=site.word)
    return line(each.subject) or say("A conversation from your mailbox")


def _out(each: TakenOutRow, *, site: Site) -> str:
    if each.for_everyone:
        return say("Removed from {word} on {date}.", word=site.word, date=stamp(each.on))
    return say("Your copy was taken out of {word} on {date}.", word=site.word, date=stamp(each.on))


def _undo(undo: Undo) -> str:
    if not undo.days:
        return say("This can no longer be undone.")
    return plural(
        "You can undo for {n} more day, until {date}.",
        "You can undo for {n} more days, until {date}.",
        undo.days,
        date=stamp(undo.until),
    )
