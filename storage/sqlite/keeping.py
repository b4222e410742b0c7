"""Storing one mailbox's copy of a mail: the gates it must pass, and what a conversation gains by it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from storage.audience import let_in
from storage.counting import is_seen, joined
from storage.moments import micros
from storage.records import Conversation, ConversationState, Found, Kept, Message
from storage.sqlite.database import Session
from storage.sqlite.gates import Gate, gate, write_conversation, write_listing, write_summary
from storage.sqlite.messages import write_copy, write_message
from storage.sqlite.part import Part
from storage.sqlite.rows import set_of, written, written_set

_KNOWN = """SELECT conversation, gmail_ids, participants, named, head IS NULL AS blank
    FROM messages WHERE key = ?"""


class Keeping(Part):
    """The verb `store`."""

    def store(
        self,
        message: Message,
        *,
        sub: str,
        thread: str,
        epoch: int,
        participants: Collection[str],
        named: Collection[str],
        outside: Collection[str],
        entitled: Collection[str],
        decided_on: Conversation,
        candidates: Collection[str],
    ) -> Kept:
        with self._database.writing() as session:
            if not session.one("SELECT 1 FROM consents WHERE sub = ? AND epoch = ?", (sub, epoch)):
                return Kept.OFF
            followed = session.one(
                """SELECT coalesce(c.into_id, c.id) AS id FROM threads t
                   JOIN conversations c ON c.id = t.conversation
                   WHERE t.sub = ? AND t.id = ? AND t.state = 'following'""",
                (sub, thread),
            )
            into = gate(session, self._sealer, message.conversation)
            if followed is None or into is None or followed["id"] != into.found.conversation.id:
                return Kept.STOPPED
            if not _takes(into.found.conversation, sub):
                return Kept.TOMBSTONE
            message = replace(message, conversation=into.found.conversation.id)
            known = session.one(_KNOWN, (message.key,))
            people = _People(
                participants=frozenset(participants), named=frozenset(named), outside=frozenset(outside)
            ).and_those_of(known)
            kept = self._keep(session, message, known, people, sub=sub)
            if message.head is not None and kept in (Kept.NEW, Kept.HOLDER_ADDED, Kept.ALREADY):
                grown = _grown(
                    into,
                    message,
                    new=kept is Kept.NEW,
                    back=known is not None and not is_seen(set_of(known["gmail_ids"]), into.found.conversation),
                    people=people,
                    entitled=entitled,
                    decided_on=decided_on,
                    candidates=candidates,
                )
                self._write(session, into, grown)
        return kept

    def _keep(
        self, session: Session, message: Message, known: sqlite3.Row | None, people: _People, *, sub: str
    ) -> Kept:
        """Write the mail, or the copy of a mail that is there."""
        gmail_id = message.gmail_ids[sub]
        if known is not None and known["conversation"] != message.conversation:
            other = gate(session, self._sealer, known["conversation"])
            live = other is not None and other.found.conversation.state is ConversationState.LIVE
            return Kept.ELSEWHERE if live else Kept.TOMBSTONE
        if known is None or (known["blank"] and message.head is not None):
            write_message(session, self._sealer, message, **vars(people))
            write_copy(session, message.key, sub=sub, gmail_id=gmail_id)
            return Kept.NEW
        write_copy(session, message.key, sub=sub, gmail_id=gmail_id)
        gmail_ids = json.loads(known["gmail_ids"])
        already = sub in gmail_ids
        held = gmail_ids if already else {**gmail_ids, sub: gmail_id}
        now = (written(held), written_set(people.participants), written_set(people.named))
        if now != (known["gmail_ids"], known["participants"], known["named"]):
            session.run(
                "UPDATE messages SET gmail_ids = ?, participants = ?, named = ? WHERE key = ?",
                (*now, message.key),
            )
        return Kept.ALREADY if already else Kept.HOLDER_ADDED

    def _write(self, session: Session, was: Gate, grown: Gate) -> None:
        """What changed, and nothing where nothing did: a version that grows makes others read again."""
        if grown.found.conversation != was.found.conversation:
            write_conversation(session, grown.found.conversation)
        if grown.found.summary != was.found.summary or grown.first != was.first:
            write_summary(session, self._sealer, grown.found.summary, grown.first)
        if grown != was:
            write_listing(session, grown.found)


@dataclass(frozen=True, kw_only=True)
class _People:
    """The members on a mail, those of them who stand where everybody sees them, and who else does."""

    participants: frozenset[str]
    named: frozenset[str]
    outside: frozenset[str] = field(repr=False)

    def and_those_of(self, known: sqlite3.Row | None) -> _People:
        if known is None or known["blank"]:
            return self
        return replace(
            self,
            participants=self.participants | set_of(known["participants"]),
            named=self.named | set_of(known["named"]),
        )


def _takes(conversation: Conversation, sub: str) -> bool:
    """Whether copies of this mailbox may lie in it."""
    return conversation.state is ConversationState.LIVE and sub not in conversation.withdrawn


def _grown(
    was: Gate,
    message: Message,
    *,
    new: bool,
    back: bool,
    people: _People,
    entitled: Collection[str],
    decided_on: Conversation,
    candidates: Collection[str],
) -> Gate:
    """What the conversation is with this mail in it, or `back` in it. Pure."""
    conversation, summary = was.found
    if conversation.secret and new:
        conversation = replace(conversation, audience=let_in(conversation, entitled, decided_on=decided_on))
    summary = replace(
        summary,
        holders=summary.holders | set(message.gmail_ids),
        participants=summary.participants | people.participants,
        named=summary.named | people.named,
        candidates=summary.candidates | set(candidates),
    )
    first = was.first
    if new or back:
        summary = replace(
            summary,
            count=summary.count + 1,
            last_at=max(summary.last_at, message.sent_at),
            outside=joined(summary.outside, people.outside),
        )
        here = (micros(message.sent_at), message.key)
        if message.head is not None and (first is None or here < first):
            first = here
            summary = replace(summary, subject=message.head.subject)
    return Gate(found=Found(conversation, summary), first=first)
