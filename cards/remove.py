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


def remove_card(view: RemoveView, *, site: Site) -> Card:
    ids = {"conversation": view.conversation, "message": view.message, "thread": view.thread}
    remove = Press(Verb.REMOVE, ids | {"digest": view.digest})
    keep = Press(Verb.REFRESH, ids)
    return card(
        section(
            paragraph(f"It disappears from {site.word} for everyone{_others(view)}. Nothing changes in Gmail."),
            paragraph(f"You can undo until {stamp(view.undo_until)}.") if view.undo_until else None,
            paragraph("People in Bcc are not listed."),
            buttons(
                button(f"Remove from {site.word}", remove, site=site),
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
