"""A conversation as it is asked for, by an open message or by id, and as it is changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from storage.counting import about, changes_what_is_seen, seen_in
from storage.port import ConflictError
from storage.records import Act, Conversation, Found, Opened, Thread, fits_a_slice
from storage.sqlite.acts import write_act
from storage.sqlite.gates import BESIDE, gate, write_conversation, write_listing, write_summary
from storage.sqlite.mailboxes import mailbox_of
from storage.sqlite.members import member_of
from storage.sqlite.messages import count_anew, message_of
from storage.sqlite.part import Part
from storage.sqlite.threads import thread_of, write_threads


class Conversations(Part):
    """The verbs of conversations, but for `admit` and `store`."""

    def opened(self, sub: str, *, thread: str, message: str, and_member: bool = False) -> Opened:
        with self._database.reading() as session:
            member_row = session.one("SELECT * FROM members WHERE sub = ?", (sub,)) if and_member else None
            mailbox_row = session.one("SELECT * FROM mailboxes WHERE sub = ?", (sub,))
            thread_row = session.one("SELECT * FROM threads WHERE sub = ? AND id = ?", (sub, thread))
            message_row = session.one(
                """SELECT m.* FROM copies c JOIN messages m ON m.key = c.message
                   WHERE c.sub = ? AND c.gmail_id = ? ORDER BY c.message LIMIT 1""",
                (sub, message),
            )
            lies_in = message_row or thread_row
            found = gate(session, self._sealer, (lies_in["conversation"] if lies_in else None) or "")
        there = message_of(message_row, self._sealer) if message_row else None
        return Opened(
            member=member_of(member_row) if member_row else None,
            mailbox=mailbox_of(mailbox_row) if mailbox_row else None,
            thread=thread_of(thread_row) if thread_row else None,
            message=seen_in(there, found.found.conversation) if there and found else None,
            found=found.found if found else None,
        )

    def held_ids(self, sub: str, ids: Collection[str]) -> frozenset[str]:
        with self._database.reading() as session:
            rows = session.among(
                "SELECT gmail_id FROM copies WHERE sub = ? AND gmail_id IN {among}", ids, before=(sub,)
            )
        return frozenset(row["gmail_id"] for row in rows)

    def conversation(self, id: str) -> Found | None:
        with self._database.reading() as session:
            found = gate(session, self._sealer, id)
        return found.found if found else None

    def discard(self, conversation: str) -> None:
        with self._database.writing() as session:
            for using in ("messages", "threads"):
                if session.one(f"SELECT 1 FROM {using} WHERE conversation = ? LIMIT 1", (conversation,)):
                    return
            if session.one("SELECT 1 FROM conversations WHERE into_id IS NOT NULL AND id = ?", (conversation,)):
                return
            for beside in BESIDE:
                session.run(f"DELETE FROM {beside} WHERE conversation = ?", (conversation,))
            session.run("DELETE FROM conversations WHERE id = ?", (conversation,))
        self._database.forget_the_log()

    def change(
        self,
        conversation: Conversation,
        *,
        act: Act | None,
        threads: Sequence[Thread] = (),
        not_about: Collection[str] = (),
    ) -> Conversation:
        fits_a_slice(threads, ())
        with self._database.writing() as session:
            was = gate(session, self._sealer, conversation.id)
            if was is None or not conversation.version:
                raise ConflictError("There is no such conversation any more.")
            changed = replace(conversation, version=write_conversation(session, conversation))
            summary = about(changed, was.found.summary, not_about=not_about)
            if changes_what_is_seen(was.found.conversation, changed):
                summary = count_anew(session, self._sealer, Found(changed, summary))
            elif summary != was.found.summary:
                write_summary(session, self._sealer, summary, was.first)
            write_listing(session, Found(changed, summary))
            write_threads(session, threads)
            if act is not None:
                write_act(session, self._index_key, act)
        return changed
