"""The question before a conversation leaves us for everyone."""

from dataclasses import dataclass

from google.apps.card_v1 import Card

from cards.menu import menu
from cards.text import listing, stamp
from cards.widgets import Press, Site, Verb, button, buttons, card, paragraph, section


@dataclass(frozen=True, kw_only=True)
class RemoveView:
    conversation: str
    message: str
    thread: str
    digest: str
    others: tuple[str, ...]
    """Colleagues from whose mailboxes there are copies too."""
    undo_until: str
    own_copy_only: bool = False
    """The reader has a copy, and others have one too: theirs may stay."""
    hold: bool = False
    """Under a legal hold."""


def remove_card(view: RemoveView, *, site: Site) -> Card:
    ids = {"conversation": view.conversation, "message": view.message, "thread": view.thread}
    remove = Press(Verb.REMOVE, ids | {"digest": view.digest})
    own, keep = Press(Verb.WITHDRAW, ids), Press(Verb.REFRESH, ids)
    return card(
        section(
            paragraph(f"It disappears from {site.word} for everyone{_others(view)}. Nothing changes in Gmail."),
            paragraph("A legal hold is on it: it is hidden, and not deleted before the hold ends.")
            if view.hold
            else None,
            paragraph(f"You can undo until {stamp(view.undo_until)}.") if view.undo_until else None,
            paragraph("People in Bcc are not listed."),
            buttons(
                button(f"Remove from {site.word}", remove, site=site),
                button("Take only my copy out", own, site=site) if view.own_copy_only else None,
                button("Keep it", keep, site=site),
            ),
        ),
        title=f"Remove from {site.word}",
        menu=menu(keep, site=site),
    )


def _others(view: RemoveView) -> str:
    if not view.others:
        return ""
    have = "who has a copy" if len(view.others) == 1 else "who have copies"
    return f", also {listing(view.others)}, {have}"
