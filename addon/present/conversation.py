"""A conversation's messages, and all of one message, as one caller may read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from addon.policy import bcc
from addon.present import invitations
from addon.present.folding import fold
from addon.present.formats import Formats
from addon.present.people import candidate_line
from cards.conversation import ConversationView, MessageRow
from cards.message_text import MessageTextView
from cards.widgets import Site
from storage.records import Attachment, Candidate, Found, Head, Member, Message, Page, Participant, Place


def conversation_view(
    found: Found,
    *,
    listed: Page[Message],
    page: str,
    reader: Member,
    thread: str | None,
    candidates: Mapping[str, Candidate],
    formats: Formats,
    site: Site,
    now: datetime,
) -> ConversationView:
    """`thread`: Gmail's id of the caller's own thread, where they hold one."""
    latest = invitations.latest(listed.items)
    return ConversationView(
        id=found.conversation.id,
        subject=found.summary.subject,
        secret=found.conversation.secret,
        messages=tuple(
            _message_row(message, reader=reader, latest=latest, formats=formats, now=now)
            for message in listed.items
            if message.head
        ),
        page=page,
        next_page=listed.next or "",
        candidates=tuple(
            candidate_line(candidate, member=reader, in_lever=True)
            for candidate in sorted(candidates.values(), key=lambda c: (c.name, c.id))
        ),
        gmail_link=site.gmail_link(reader.email, thread) if thread else "",
        one_line=False,
    )


def one_line_view(conversation: str) -> ConversationView:
    """What an interviewer on a conversation is told: that, and nothing of it (R23)."""
    return ConversationView(
        id=conversation,
        subject="",
        secret=False,
        messages=(),
        page="",
        next_page="",
        candidates=(),
        gmail_link="",
        one_line=True,
    )


def message_text_view(
    found: Found,
    message: Message,
    head: Head,
    *,
    text: str,
    page: int,
    more: bool,
    reader: Member,
    formats: Formats,
    site: Site,
    now: datetime,
) -> MessageTextView:
    """One page of a message's text."""
    own = message.gmail_ids.get(reader.sub)
    return MessageTextView(
        conversation=found.conversation.id,
        message=message.key,
        subject=head.subject,
        sender=_author(head),
        at=formats.moment(message.sent_at, now=now),
        text=text,
        page=str(page),
        next_page=str(page + 1) if more else "",
        gmail_link=site.gmail_link(reader.email, own) if own else "",
        attachments=tuple(_attachment(each, formats) for each in head.attachments) if page == 1 else (),
    )


def _message_row(
    message: Message, *, reader: Member, latest: Mapping[str, datetime], formats: Formats, now: datetime
) -> MessageRow:
    head = message.head
    assert head is not None  # noqa: S101 (blanks are left out before)
    own = fold(message.text)
    return MessageRow(
        message=message.key,
        sender=_author(head),
        at=formats.moment(message.sent_at, now=now),
        text=own.own,
        more=own.folded or message.longer,
        attachments=tuple(_attachment(each, formats) for each in head.attachments),
        automatic=head.automatic,
        invitation=invitations.line_of(head.invitation, formats, now=now) if head.invitation else None,
        outdated_invitation=invitations.is_outdated(message, latest),
        bcc_note=any(p.place is Place.BCC for p in bcc.shown_to(reader, head.participants)),
    )


def _author(head: Head) -> str:
    author = next((p for p in head.participants if p.place is Place.FROM), None)
    return _who(author) if author else ""


def _who(participant: Participant) -> str:
    return f"{participant.name} <{participant.address}>" if participant.name else participant.address


def _attachment(attachment: Attachment, formats: Formats) -> tuple[str, str]:
    return attachment.name, formats.size(attachment.size)
