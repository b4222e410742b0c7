"""The question before what is out already is destroyed, ahead of its time."""

from dataclasses import dataclass

from google.apps.card_v1 import Card

from cards.language import say
from cards.menu import menu
from cards.text import line
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


def delete_now_card(view: DeleteNowView, *, site: Site) -> Card:
    ids = {"conversation": view.conversation, "message": view.message, "thread": view.thread}
    delete = Press(view.verb, ids | {"want": "now", "digest": view.digest})
    keep = Press(Verb.REFRESH, ids)
    return card(
        section(
            None if view.subject is None else row(line(view.subject) or say("No subject"), icon=Icon.EMAIL),
            paragraph(_goes(view, site=site)),
            paragraph(say("It cannot be undone.")),
            buttons(button(say("Delete now"), delete, site=site), button(say("Keep it for now"), keep, site=site)),
        ),
        title=say("Delete now"),
        menu=menu(keep, site=site),
    )


def _goes(view: DeleteNowView, *, site: Site) -> str:
    if view.verb is Verb.WITHDRAW:
        return say("This deletes your copy from {word} for good. Nothing changes in Gmail.", word=site.word)
    return say("This deletes the conversation from {word} for good. Nothing changes in Gmail.", word=site.word)
