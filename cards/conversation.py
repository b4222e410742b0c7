"""A conversation's messages, newest first, as far as the reader sees it.

Attachments are names and sizes only, and a mail's text is cut: whoever wants all of it reads it in Gmail.
"""

from dataclasses import dataclass

from google.apps.card_v1 import Card, Widget

from cards.candidate_line import CandidateLine, candidate_rows, candidates_header
from cards.language import plural, say
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
        told = paragraph(say("You take part in this conversation."))
        return card(section(told), title=say("Conversation"), menu=refresh)
    more = Press(Verb.CONVERSATION, {"conversation": view.id, "page": view.next_page})
    return card(
        section(*_head(view, site=site)),
        *(section(*_message(each, site=site)) for each in view.messages),
        section(
            buttons(button(say("More"), more, site=site, says=say("More messages"))) if view.next_page else None
        ),
        section(
            *candidate_rows(view.candidates, site=site, most=CANDIDATES),
            header=candidates_header(view.candidates),
        ),
        title=say("Conversation"),
        menu=refresh,
    )


def _head(view: ConversationView, *, site: Site) -> list[Widget | None]:
    who = Press(Verb.CONVERSATION, {"conversation": view.id, "want": "who"})
    return [
        row(line(view.subject) or say("No subject"), say("Secret") if view.secret else "", icon=Icon.EMAIL),
        buttons(
            link(say("Open in Gmail"), view.gmail_link),
            button(say("Who sees it"), who, site=site) if view.secret else None,
        ),
    ]


def _message(message: MessageRow, *, site: Site) -> list[Widget | None]:
    sender, at = name(message.sender) or say("Unknown sender"), stamp(message.at)
    if message.automatic:
        return [paragraph(say("Automatic reply from {name}, {date}", name=sender, date=at))]
    if message.outdated_invitation:
        return [paragraph(say("Earlier version of an invitation from {name}, {date}", name=sender, date=at))]
    text = passage(message.text)
    longer = message.cut or len(clean(message.text)) > PASSAGE
    return [
        row(sender, at, icon=Icon.PERSON),
        paragraph(text) if text else None,
        paragraph(say("Cut here; the whole mail is in Gmail.")) if longer else None,
        _attachments(message),
        _bcc(message, site=site),
    ]


def _attachments(message: MessageRow) -> Widget | None:
    if not message.attachments:
        return None
    named = [
        say("{name}, {size}", name=name(each), size=stamp(size))
        for each, size in message.attachments[:ATTACHMENTS]
    ]
    total = len(message.attachments)
    if (rest := total - ATTACHMENTS) > 0:
        named.append(say("and {n} more", n=rest))
    there = plural("Open it in Gmail.", "Open them in Gmail.", total)
    return row(plural("Attachment", "Attachments", total), *named, there)


def _bcc(message: MessageRow, *, site: Site) -> Widget | None:
    if not message.bcc_note:
        return None
    return paragraph(
        say("Sent with Bcc. In {word} only its sender and the people in Bcc can tell.", word=site.word)
    )
