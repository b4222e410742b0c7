"""Storing one mailbox's copy of a mail: the gates it must pass, and what a conversation gains by it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from dataclasses import replace

from storage.counting import Brought, grown, is_seen
from storage.records import Conversation, ConversationState, Kept, Message
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
            brought = Brought(
                participants=frozenset(participants),
                named=frozenset(named),
                outside=frozenset(outside),
                entitled=frozenset(entitled),
                decided_on=decided_on,
                candidates=frozenset(candidates),
            )
            if known is not None and not known["blank"]:
                brought = brought.and_people(
                    participants=set_of(known["participants"]), named=set_of(known["named"])
                )
            kept = self._keep(session, message, known, brought, sub=sub)
            if message.head is not None and kept in (Kept.NEW, Kept.HOLDER_ADDED, Kept.ALREADY):
                found, first = grown(
                    into.found,
                    into.first,
                    message,
                    brought,
                    sub=sub,
                    new=kept is Kept.NEW,
                    back=known is not None and not is_seen(set_of(known["gmail_ids"]), into.found.conversation),
                )
                self._write(session, into, Gate(found=found, first=first))
        return kept

    def _keep(
        self, session: Session, message: Message, known: sqlite3.Row | None, brought: Brought, *, sub: str
    ) -> Kept:
        """Write the mail, or the copy of a mail that is there."""
        gmail_id = message.gmail_ids[sub]
        if known is not None and known["conversation"] != message.conversation:
            other = gate(session, self._sealer, known["conversation"])
            live = other is not None and other.found.conversation.state is ConversationState.LIVE
            return Kept.ELSEWHERE if live else Kept.OUT
        if known is None or (known["blank"] and message.head is not None):
            write_message(
                session,
                self._sealer,
                message,
                participants=brought.participants,
                named=brought.named,
                outside=brought.outside,
            )
            write_copy(session, message.key, sub=sub, gmail_id=gmail_id)
            return Kept.NEW
        write_copy(session, message.key, sub=sub, gmail_id=gmail_id)
        gmail_ids = json.loads(known["gmail_ids"])
        already = sub in gmail_ids
        held = gmail_ids if already else {**gmail_ids, sub: gmail_id}
        now = (written(held), written_set(brought.participants), written_set(brought.named))
        if now != (known["gmail_ids"], known["participants"], known["named"]):
            session.run(
                "UPDATE messages SET gmail_ids = ?, participants = ?, named = ? WHERE key = ?",
                (*now, message.key),
            )
        return Kept.ALREADY if already else Kept.HOLDER_ADDED

    def _write(self, session: Session, was: Gate, now: Gate) -> None:
        """What changed, and nothing where nothing did: a version that grows makes others read again."""
        if now.found.conversation != was.found.conversation:
            write_conversation(session, now.found.conversation)
        if now.found.summary != was.found.summary or now.first != was.first:
            write_summary(session, self._sealer, now.found.summary, now.first)
        if now != was:
            write_listing(session, now.found)


def _takes(conversation: Conversation, sub: str) -> bool:
    """Whether copies of this mailbox may lie in it."""
    return conversation.state is ConversationState.LIVE and sub not in conversation.withdrawn
