"""All of one message's text, quotes and signature included, in pages."""

from dataclasses import dataclass

from google.apps.card_v1 import Card

from cards.attachments import attachments_row
from cards.language import say
from cards.menu import menu
from cards.text import clean, line, name, stamp
from cards.widgets import PARAGRAPH, Icon, Press, Site, Verb, button, buttons, card, link, paragraph, row, section

PIECE = PARAGRAPH - 1
"""Characters of one paragraph."""
ATTACHMENTS = 50
"""Most attachments named."""


@dataclass(frozen=True, kw_only=True)
class MessageTextView:
    conversation: str
    message: str
    subject: str
    sender: str
    at: str
    text: str
    """One page of it."""
    page: str
    next_page: str
    """Empty on the last page."""
    gmail_link: str
    attachments: tuple[tuple[str, str], ...] = ()
    """Name and size, the size as text; on the first page only."""


def message_text_card(view: MessageTextView, *, site: Site) -> Card:
    ids = {"conversation": view.conversation, "message": view.message}
    more = Press(Verb.CONVERSATION, {**ids, "page": view.next_page})
    text = clean(view.text).strip()
    pieces = [text[begin : begin + PIECE] for begin in range(0, len(text), PIECE)]
    return card(
        section(
            row(
                line(view.subject) or say("No subject"),
                name(view.sender) or say("Unknown sender"),
                stamp(view.at),
                icon=Icon.EMAIL,
            ),
            buttons(link(say("Open in Gmail"), view.gmail_link, site=site)),
        ),
        section(*map(paragraph, pieces or [say("There is no text.")])),
        section(buttons(button(say("More"), more, site=site, says=say("More of this message"))))
        if view.next_page
        else None,
        section(attachments_row(view.attachments, most=ATTACHMENTS)),
        title=say("Message"),
        menu=menu(Press(Verb.CONVERSATION, {**ids, "page": view.page}), site=site),
    )
