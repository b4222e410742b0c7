"""The question before a secret conversation becomes visible: by name, who gains sight."""

from dataclasses import dataclass

from google.apps.card_v1 import Card

from cards.menu import menu
from cards.text import count, listing
from cards.widgets import Press, Site, Verb, button, buttons, card, paragraph, section


@dataclass(frozen=True, kw_only=True)
class MakeVisibleView:
    conversation: str
    message: str
    thread: str
    digest: str
    count: int
    """Messages."""
    names: tuple[str, ...]
    more: int


def make_visible_card(view: MakeVisibleView, *, site: Site) -> Card:
    ids = {"conversation": view.conversation, "message": view.message, "thread": view.thread}
    make = Press(Verb.MAKE_VISIBLE, ids | {"digest": view.digest})
    keep = Press(Verb.REFRESH, ids)
    messages = "the message" if view.count == 1 else f"all {count(view.count, 'message')}"
    people = listing(view.names, view.more) or "nobody new"
    return card(
        section(
            paragraph(f"These people will see {messages}: {people}."),
            paragraph("People in Bcc are not listed."),
            buttons(
                button("Make visible to the team", make, site=site),
                button("Keep secret", keep, site=site),
            ),
        ),
        title="Make visible to the team",
        menu=menu(keep, site=site),
    )
