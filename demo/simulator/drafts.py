"""Drafts: each save is a new message and the end of the old one, under a draft's id that stays."""

from email.utils import formataddr

from demo.simulator import envelope
from demo.simulator.account import Account
from demo.simulator.header_block import on_top, with_crlf, without
from demo.simulator.mailboxes import Mailbox
from demo.simulator.message import Message


def create(mailbox: Mailbox, raw: bytes, *, now: int, thread_id: str | None) -> str:
    """Give the draft's own id. Raises 404 for a thread there is not; `now` is Unix milliseconds."""
    draft_id = mailbox.new_draft_id()
    mailbox.drafts[draft_id] = _add(mailbox, raw, now=now, thread_id=thread_id).id
    return draft_id


def save(mailbox: Mailbox, draft_id: str, raw: bytes, *, now: int, thread_id: str | None = None) -> Message:
    """Save it again, in its thread unless the subject has changed, or in the one that is given."""
    old = mailbox.message(mailbox.drafts[draft_id])
    moves = mailbox.moves_drafts and envelope.read(raw).subject != old.envelope.subject
    place = thread_id or (None if moves else old.thread_id)
    new = _add(mailbox, raw, now=now, thread_id=place, besides=old.id)
    mailbox.drafts[draft_id] = new.id
    mailbox.delete(old.id)
    return new


def from_the_owner(raw: bytes, account: Account) -> bytes:
    """Put the owner's address (CRLF) where there is none, or one that is not theirs to write from."""
    if account.writes_as(envelope.read(raw).sender):
        return raw
    other = envelope.first(envelope.parse(raw), "from")
    own = f"From: {formataddr((account.name, account.email))}"
    return on_top(without(raw, ["From"]), own + (f"\r\nX-Google-Original-From: {other}" if other else ""))


def _add(mailbox: Mailbox, raw: bytes, *, now: int, thread_id: str | None, besides: str | None = None) -> Message:
    original = from_the_owner(with_crlf(raw), mailbox.account)
    place = mailbox.fitting(thread_id, envelope.read(original), besides=besides) if thread_id else None
    return mailbox.add(original, labels={"DRAFT"}, internal_date=now, thread_id=place)
