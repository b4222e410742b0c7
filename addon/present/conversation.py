"""A conversation's messages, and all of one message, as one caller may read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from addon.policy import acting, bcc
from addon.policy.acting import Act, Case
from addon.present import invitations
from addon.present.folding import fold
from addon.present.formats import Formats
from addon.present.people import candidate_line
from cards.conversation import ConversationView, MessageRow
from cards.message_text import MessageTextView
from cards.whom import Said
from cards.widgets import Site, Verb
from storage.records import Attachment, Candidate, Found, Head, Member, Message, Page, Participant, Place


def conversation_view(
    found: Found,
    *,
    case: Case,
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
    latest, says_whom = invitations.latest(listed.items), acting.may(Act.LINK, case)
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
        verbs=_verbs(case),
        says_whom=says_whom,
        said=_said(found.conversation.linked, candidates) if says_whom else (),
        one_line=False,
    )


def _verbs(case: Case) -> frozenset[Verb]:
    """What may be done now, and nothing that would be refused."""
    offered = {
        (Act.MAKE_VISIBLE if case.secret else Act.MAKE_SECRET): (
            Verb.MAKE_VISIBLE if case.secret else Verb.MAKE_SECRET
        ),
        Act.REMOVE: Verb.REMOVE,
        Act.WITHDRAW: Verb.WITHDRAW,
    }
    allowed = acting.open_acts(offered, case)
    # Who may remove it is asked there whether only their own copy shall go.
    return frozenset(offered[act] for act in allowed if act is not Act.WITHDRAW or Act.REMOVE not in allowed)


def _said(linked: frozenset[str], candidates: Mapping[str, Candidate]) -> tuple[Said, ...]:
    known = sorted((candidates[id] for id in linked if id in candidates), key=lambda c: (c.name, c.id))
    return tuple(Said(candidate=each.id, name=each.name) for each in known)


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
