"""Conversations as they are asked for: by an open message, by id, by candidate for a caller's tokens."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import replace

from storage.audience import person
from storage.counting import about, changes_what_is_seen, seen_in
from storage.pages import page, place_of
from storage.port import ConflictError
from storage.records import Act, Conversation, Found, Holdings, Opened, Page, Thread, fits_a_slice
from storage.sqlite.acts import write_act
from storage.sqlite.database import Session
from storage.sqlite.gates import (
    BESIDE,
    conversation_of,
    gate,
    gates,
    write_conversation,
    write_listing,
    write_summary,
)
from storage.sqlite.mailboxes import mailbox_of
from storage.sqlite.members import member_of
from storage.sqlite.messages import count_anew, message_of
from storage.sqlite.part import Part
from storage.sqlite.threads import thread_of, write_threads

_BEGINNING = (2**63 - 1, "")
_ABOUT_OTHERS = """AND NOT EXISTS
    (SELECT 1 FROM listed o WHERE o.conversation = l.conversation AND o.candidate IN ({}))"""
_NOT_ABOUT = """AND NOT EXISTS
    (SELECT 1 FROM summaries s, json_each(s.candidates) o
     WHERE s.conversation = {conversation} AND o.value IN ({some}))"""
"""In whatever state: what is removed is listed under no candidate."""
_MESSAGES_HELD = """SELECT count(*) FROM copies c JOIN messages m ON m.key = c.message
    WHERE c.sub = ? AND m.head IS NOT NULL AND NOT EXISTS
    (SELECT 1 FROM copies o WHERE o.message = c.message AND o.sub = c.sub AND o.gmail_id < c.gmail_id)"""
"""A mail that lies twice in one mailbox is one; a blank is none."""


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

    def secrets_of(self, sub: str, *, limit: int, cursor: str | None = None) -> Page[Conversation]:
        with self._database.reading() as session:
            rows = session.all(
                """SELECT c.* FROM secrets s JOIN conversations c ON c.id = s.conversation
                   WHERE s.token = ? AND s.conversation > ? ORDER BY s.conversation LIMIT ?""",
                (person(sub), *place_of(cursor, start=("",)), limit + 1),
            )
        return page([conversation_of(row) for row in rows], limit=limit, place=lambda each: (each.id,))

    def holdings(self, sub: str, *, but_about: Collection[str] = ()) -> Holdings:
        others = sorted(set(but_about))
        with self._database.reading() as session:
            ((conversations, alone),) = session.all(
                f"""SELECT count(*), coalesce(sum(alone), 0) FROM held h
                   WHERE sub = ? {_not_about("h.conversation", others)}""",
                (sub, *others),
            )
            ((messages,),) = session.all(_MESSAGES_HELD + _not_about("m.conversation", others), (sub, *others))
        return Holdings(conversations=conversations, messages=messages, alone=alone)

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

    def held_by(self, sub: str, *, limit: int, cursor: str | None = None) -> Page[Found]:
        with self._database.reading() as session:
            rows = session.all(
                "SELECT conversation FROM held WHERE sub = ? AND conversation > ? ORDER BY conversation LIMIT ?",
                (sub, *place_of(cursor, start=("",)), limit + 1),
            )
            found = [each.found for each in gates(session, self._sealer, [row["conversation"] for row in rows])]
        found.sort(key=lambda each: each.conversation.id)
        return page(found, limit=limit, place=lambda each: (each.conversation.id,))

    def newest_held(
        self, sub: str, *, but_about: Collection[str] = (), limit: int, cursor: str | None = None
    ) -> Page[Found]:
        others = sorted(set(but_about))
        with self._database.reading() as session:
            rows = session.all(
                f"""SELECT first_at, conversation FROM held h
                   WHERE sub = ? AND (first_at, conversation) < (?, ?) {_not_about("h.conversation", others)}
                   ORDER BY first_at DESC, conversation DESC LIMIT ?""",
                (sub, *place_of(cursor, start=_BEGINNING), *others, limit + 1),
            )
            listed = page(rows, limit=limit, place=lambda each: (each["first_at"], each["conversation"]))
            return self._in_order(session, listed)

    def taken_out(
        self, sub: str, *, but_about: Collection[str] = (), limit: int, cursor: str | None = None
    ) -> Page[Found]:
        others = sorted(set(but_about))
        with self._database.reading() as session:
            rows = session.all(
                f"""SELECT conversation FROM taken_out t
                   WHERE sub = ? AND conversation > ? {_not_about("t.conversation", others)}
                   ORDER BY conversation LIMIT ?""",
                (sub, *place_of(cursor, start=("",)), *others, limit + 1),
            )
            listed = page(rows, limit=limit, place=lambda each: (each["conversation"],))
            return self._in_order(session, listed)

    def _in_order(self, session: Session, listed: Page[sqlite3.Row]) -> Page[Found]:
        """The conversations a page of rows names."""
        named = [row["conversation"] for row in listed.items]
        found = {each.found.conversation.id: each.found for each in gates(session, self._sealer, named)}
        return Page(items=tuple(found[id_] for id_ in named), next=listed.next)

    def conversations_of(
        self,
        candidate: str,
        *,
        tokens: Collection[str],
        but_about: Collection[str] = (),
        limit: int,
        cursor: str | None = None,
    ) -> Page[Found]:
        before, others = place_of(cursor, start=_BEGINNING), sorted(set(but_about))
        left_out = _ABOUT_OTHERS.format(", ".join("?" * len(others))) if others else ""
        with self._database.reading() as session:
            places = {
                (row["last_at"], row["conversation"])
                for token in set(tokens)
                for row in session.all(
                    f"""SELECT last_at, conversation FROM listed l
                       WHERE candidate = ? AND token = ? AND (last_at, conversation) < (?, ?) {left_out}
                       ORDER BY last_at DESC, conversation DESC LIMIT ?""",
                    (candidate, token, *before, *others, limit + 1),
                )
            }
            listed = page(sorted(places, reverse=True), limit=limit, place=lambda place: place)
            found = {
                each.found.conversation.id: each.found
                for each in gates(session, self._sealer, [id_ for _, id_ in listed.items])
            }
        return Page(items=tuple(found[id_] for _, id_ in listed.items), next=listed.next)


def _not_about(conversation: str, candidates: Collection[str]) -> str:
    if not candidates:
        return ""
    return _NOT_ABOUT.format(conversation=conversation, some=", ".join("?" * len(candidates)))
