"""The question before a conversation leaves us for everyone."""

from dataclasses import dataclass

from google.apps.card_v1 import Card

from cards.language import plural, say
from cards.menu import menu
from cards.my_data import began_here
from cards.text import line, listing, stamp
from cards.widgets import Icon, Press, Site, Verb, button, buttons, card, paragraph, row, section


@dataclass(frozen=True, kw_only=True)
class RemoveView:
    conversation: str
    message: str
    thread: str
    digest: str
    subject: str
    others: tuple[str, ...]
    """Colleagues from whose mailboxes there are copies too."""
    undo_until: str
    own_copy_only: bool = False
    """The reader has a copy: what others have may stay, also where the reader does not know of any."""
    hold: bool = False
    """Under a legal hold."""
    page: str | None = None
    """The page of My data on which it was begun, and to which it comes back; None where it was not there."""


def remove_card(view: RemoveView, *, site: Site) -> Card:
    ids = {"conversation": view.conversation, "message": view.message, "thread": view.thread}
    if view.page is not None:
        ids |= began_here(view.page)
    remove = Press(Verb.REMOVE, ids | {"digest": view.digest})
    own, back = Press(Verb.WITHDRAW, ids), {} if view.thread or view.page is not None else {"want": "back"}
    keep = Press(Verb.REFRESH, ids | back)
    return card(
        section(
            row(line(view.subject) or say("No subject"), icon=Icon.EMAIL),
            paragraph(_disappears(view, site=site)),
            paragraph(say("A legal hold is on it: it is hidden, and not deleted before the hold ends."))
            if view.hold
            else None,
            paragraph(say("You can undo until {date}.", date=stamp(view.undo_until))) if view.undo_until else None,
            paragraph(say("People in Bcc are not listed.")),
            buttons(
                button(say("Remove from {word}", word=site.word), remove, site=site),
                button(say("Take only my copy out"), own, site=site) if view.own_copy_only else None,
                button(say("Keep it"), keep, site=site),
            ),
        ),
        title=say("Remove from {word}", word=site.word),
        menu=menu(keep, site=site),
    )


def _disappears(view: RemoveView, *, site: Site) -> str:
    if not view.others:
        return say("It disappears from {word} for everyone. Nothing changes in Gmail.", word=site.word)
    return plural(
        "It disappears from {word} for everyone, also {names}, who has a copy. Nothing changes in Gmail.",
        "It disappears from {word} for everyone, also {names}, who have copies. Nothing changes in Gmail.",
        len(view.others),
        word=site.word,
        names=listing(view.others),
    )
