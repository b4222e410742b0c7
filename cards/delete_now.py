"""The question before what is out already is destroyed, ahead of its time."""

from dataclasses import dataclass

from google.apps.card_v1 import Card, Widget

from cards.language import say
from cards.menu import menu
from cards.my_data import NOW
from cards.text import line, listing
from cards.widgets import Icon, Press, Site, Verb, button, buttons, card, paragraph, row, section


@dataclass(frozen=True, kw_only=True)
class DeleteNowView:
    verb: Verb
    """REMOVE for all that was removed, WITHDRAW for the reader's own copies."""
    conversation: str
    message: str
    thread: str
    digest: str
    subject: str | None
    """None where the reader does not see it."""
    about: tuple[str, ...] = ()
    """Candidates by name, where there is no subject to tell it by."""
    page: str | None = None
    """The page of what its reader took out on which it was begun, and to which it comes back; else None."""


def delete_now_card(view: DeleteNowView, *, site: Site) -> Card:
    ids = {"conversation": view.conversation, "message": view.message, "thread": view.thread}
    want = {"want": "now"}
    if view.page is not None:
        ids, want = {"conversation": view.conversation}, {"want": NOW, "page": view.page}
    delete = Press(view.verb, ids | want | {"digest": view.digest})
    keep = Press(Verb.REFRESH, ids if view.page is None else want)
    return card(
        section(
            _which(view),
            paragraph(_goes(view, site=site)),
            paragraph(say("It cannot be undone.")),
            buttons(button(say("Delete now"), delete, site=site), button(say("Keep it for now"), keep, site=site)),
        ),
        title=say("Delete now"),
        menu=menu(keep, site=site),
    )


def _which(view: DeleteNowView) -> Widget | None:
    if view.subject is not None:
        return row(line(view.subject) or say("No subject"), icon=Icon.EMAIL)
    if not view.about:
        return None
    about = say("About {names}", names=listing(view.about))
    return row(say("A conversation from your mailbox"), about, icon=Icon.EMAIL)


def _goes(view: DeleteNowView, *, site: Site) -> str:
    if view.verb is Verb.WITHDRAW:
        return say("This deletes your copy from {word} for good. Nothing changes in Gmail.", word=site.word)
    return say("This deletes the conversation from {word} for good. Nothing changes in Gmail.", word=site.word)
