"""The question before a secret conversation becomes visible: by name, who gains sight."""

from dataclasses import dataclass

from google.apps.card_v1 import Card

from cards.language import plural, say
from cards.menu import menu
from cards.text import line, listing
from cards.widgets import Icon, Press, Site, Verb, button, buttons, card, paragraph, row, section


@dataclass(frozen=True, kw_only=True)
class MakeVisibleView:
    conversation: str
    message: str
    thread: str
    digest: str
    subject: str
    count: int
    """Messages."""
    names: tuple[str, ...]
    more: int


def make_visible_card(view: MakeVisibleView, *, site: Site) -> Card:
    ids = {"conversation": view.conversation, "message": view.message, "thread": view.thread}
    make = Press(Verb.MAKE_VISIBLE, ids | {"digest": view.digest})
    keep = Press(Verb.REFRESH, ids | ({} if view.thread else {"want": "back"}))
    return card(
        section(
            row(line(view.subject) or say("No subject"), icon=Icon.EMAIL),
            paragraph(_seen(view)),
            paragraph(say("People in Bcc are not listed.")),
            buttons(
                button(say("Make visible to the team"), make, site=site),
                button(say("Keep secret"), keep, site=site),
            ),
        ),
        title=say("Make visible to the team"),
        menu=menu(keep, site=site),
    )


def _seen(view: MakeVisibleView) -> str:
    people = listing(view.names, view.more)
    if not people:
        return say("Nobody will see it who does not see it now.")
    return plural(
        "These people will see the message: {people}.",
        "These people will see all {n} messages: {people}.",
        view.count,
        people=people,
    )
