"""A conversation's messages, newest first, as far as the reader sees it.

Attachments are names and sizes only, and a mail's text is cut: whoever wants all of it reads it in Gmail.
"""

from dataclasses import dataclass

from google.apps.card_v1 import Card, Widget

from cards.candidate_line import CandidateLine, candidate_rows, candidates_header
from cards.menu import menu
from cards.text import PASSAGE, clean, line, name, passage, stamp
from cards.widgets import Icon, Press, Site, Verb, button, buttons, card, link, paragraph, row, section

ATTACHMENTS = 3
"""Most attachments named on one message."""
CANDIDATES = 5
"""Most candidates listed: the mails are what the card is for."""


@dataclass(frozen=True, kw_only=True)
class MessageRow:
    sender: str
    at: str
    text: str
    cut: bool
    """There is more than `text`."""
    attachments: tuple[tuple[str, str], ...]
    """Name and size, the size as text."""
    automatic: bool
    outdated_invitation: bool
    """A later update of the same invitation is in the conversation."""
    bcc_note: bool
    """The reader sent it with Bcc, or got it so."""


@dataclass(frozen=True, kw_only=True)
class ConversationView:
    id: str
    subject: str
    secret: bool
    messages: tuple[MessageRow, ...]
    """One page of them, newest first."""
    next_page: str
    """Empty on the last page."""
    candidates: tuple[CandidateLine, ...]
    gmail_link: str
    one_line: bool
    """All an interviewer is told; the rest of the view is not looked at then."""


def conversation_card(view: ConversationView, *, site: Site) -> Card:
    refresh = menu(Press(Verb.REFRESH, {"conversation": view.id}), site=site)
    if view.one_line:
        told = paragraph("You take part in this conversation.")
        return card(section(told), title="Conversation", menu=refresh)
    more = Press(Verb.CONVERSATION, {"conversation": view.id, "page": view.next_page})
    return card(
        section(*_head(view, site=site)),
        *(section(*_message(each, site=site)) for each in view.messages),
        section(buttons(button("More", more, site=site, says="More messages")) if view.next_page else None),
        section(
            *candidate_rows(view.candidates, site=site, most=CANDIDATES),
            header=candidates_header(view.candidates),
        ),
        title="Conversation",
        menu=refresh,
    )


def _head(view: ConversationView, *, site: Site) -> list[Widget | None]:
    who = Press(Verb.CONVERSATION, {"conversation": view.id, "want": "who"})
    return [
        row(line(view.subject) or "No subject", "Secret" if view.secret else "", icon=Icon.EMAIL),
        buttons(
            link("Open in Gmail", view.gmail_link),
            button("Who sees it", who, site=site) if view.secret else None,
        ),
    ]


def _message(message: MessageRow, *, site: Site) -> list[Widget | None]:
    sender = name(message.sender) or "Unknown sender"
    if message.automatic:
        return [paragraph(f"Automatic reply from {sender}, {stamp(message.at)}")]
    if message.outdated_invitation:
        return [paragraph(f"Earlier version of an invitation from {sender}, {stamp(message.at)}")]
    text = passage(message.text)
    longer = message.cut or len(clean(message.text)) > PASSAGE
    return [
        row(sender, stamp(message.at), icon=Icon.PERSON),
        paragraph(text) if text else None,
        paragraph("Cut here; the whole mail is in Gmail.") if longer else None,
        _attachments(message),
        _bcc(message, site=site),
    ]


def _attachments(message: MessageRow) -> Widget | None:
    if not message.attachments:
        return None
    named = [f"{name(each)}, {stamp(size)}" for each, size in message.attachments[:ATTACHMENTS]]
    if (rest := len(message.attachments) - ATTACHMENTS) > 0:
        named.append(f"and {rest:,} more")
    one = len(message.attachments) == 1
    return row("Attachment" if one else "Attachments", *named, f"Open {'it' if one else 'them'} in Gmail.")


def _bcc(message: MessageRow, *, site: Site) -> Widget | None:
    if not message.bcc_note:
        return None
    return paragraph(f"Sent with Bcc. In {site.word} only its sender and the people in Bcc can tell.")
