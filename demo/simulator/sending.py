"""What Gmail sends for its owner, at once or when it is due, to the mailboxes here that it is addressed to.

Sending replaces the Message-ID and keeps none of ours; what was a draft becomes another message
(https://developers.google.com/workspace/gmail/api/guides/drafts). Whether what was scheduled does is documented
nowhere: a mailbox can be told that what it sends keeps its id and only changes its labels. Nothing leaves the
simulator.
"""

import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from demo.simulator import delivery, envelope
from demo.simulator.drafts import from_the_owner
from demo.simulator.header_block import on_top, with_crlf, without
from demo.simulator.mailboxes import Mailbox
from demo.simulator.message import Message
from demo.simulator.world import World

_LETTERS = string.ascii_letters + string.digits + "_-"


@dataclass(frozen=True, kw_only=True)
class Sent:
    """`copies` are the recipients', by address."""

    message: Message
    copies: Mapping[str, Message]


def send(world: World, mailbox: Mailbox, raw: bytes, *, thread_id: str | None) -> Sent:
    """Raise 404 for a thread there is not."""
    return _send(world, mailbox, with_crlf(raw), thread_id=thread_id)


def send_draft(world: World, mailbox: Mailbox, draft_id: str) -> Sent:
    return _send_instead(world, mailbox, mailbox.message(mailbox.drafts[draft_id]))


def schedule(mailbox: Mailbox, raw: bytes, *, at: int, thread_id: str | None) -> Message:
    """Leave it to be sent at that time, in Unix milliseconds.

    It stands in lists, dated in the future. That it is no draft and no sent mail follows from
    https://github.com/n8n-io/n8n/issues/15090; which label it has instead, if any, is not documented: here none.
    """
    original = from_the_owner(with_crlf(raw), mailbox.account)
    place = mailbox.fitting(thread_id, envelope.read(original)) if thread_id else None
    return _scheduled(mailbox, original, at=at, thread_id=place)


def schedule_draft(mailbox: Mailbox, draft_id: str, *, at: int) -> Message:
    draft = mailbox.message(mailbox.drafts[draft_id])
    waiting = _scheduled(mailbox, draft.raw, at=at, thread_id=draft.thread_id)
    mailbox.delete(draft.id)
    return waiting


def send_due(world: World) -> None:
    """Send what was scheduled for now or earlier, in the order of its time."""
    now = world.now_ms()
    for mailbox in world.mailboxes.values():
        waiting = [mailbox.message(message_id) for message_id in mailbox.scheduled]
        due = [one for one in waiting if one.internal_date <= now]
        for one in sorted(due, key=lambda one: (one.internal_date, one.id)):
            _send_instead(world, mailbox, one)


def _scheduled(mailbox: Mailbox, raw: bytes, *, at: int, thread_id: str | None) -> Message:
    waiting = mailbox.add(raw, labels=(), internal_date=at, thread_id=thread_id)
    mailbox.scheduled.add(waiting.id)
    return waiting


def _send_instead(world: World, mailbox: Mailbox, waiting: Message) -> Sent:
    """Send what waits as a message, which ends with it where the sent one is another in the same thread."""
    if mailbox.sends_in_place:
        return _send(world, mailbox, waiting.raw, thread_id=waiting.thread_id, keeps=waiting.id)
    sent = _send(world, mailbox, waiting.raw, thread_id=waiting.thread_id, besides=waiting.id)
    mailbox.delete(waiting.id)
    return sent


def _send(
    world: World,
    mailbox: Mailbox,
    original: bytes,
    *,
    thread_id: str | None,
    besides: str | None = None,
    keeps: str | None = None,
) -> Sent:
    """`keeps`: the id under which it is sent, of what waited; else it is a new message."""
    now = world.now_ms()
    raw = _stamped(world, from_the_owner(original, mailbox.account), now=now)
    place = mailbox.fitting(thread_id, envelope.read(raw), besides=besides or keeps) if thread_id else None
    addresses = envelope.recipients(raw)
    reached = [one for one in world.mailboxes.values() if any(map(one.account.writes_as, addresses))]
    labels = {"SENT", "INBOX", "UNREAD"} if mailbox in reached else {"SENT"}
    if keeps is None:
        message = mailbox.add(raw, labels=labels, internal_date=now, thread_id=place)
    else:
        mailbox.rewrite(keeps, raw, internal_date=now)
        message = mailbox.relabel(keeps, add=labels, remove={"DRAFT"})
    copies = {one.account.email: delivery.receive(raw, one, now=now) for one in reached if one is not mailbox}
    return Sent(message=message, copies=copies)


def _stamped(world: World, raw: bytes, *, now: int) -> bytes:
    written = format_datetime(datetime.fromtimestamp(now // 1000, UTC))
    message_id = f"<CA{''.join(world.rng.choices(_LETTERS, k=48))}@mail.gmail.com>"
    return on_top(without(raw, ["Message-ID", "Date"]), f"Date: {written}\r\nMessage-ID: {message_id}")
