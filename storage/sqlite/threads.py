"""Threads that somebody pointed at, the work on them, and the slices by which a mailbox advances."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from storage.contents import batches_text, pointings_of, pointings_text
from storage.moments import micros, moment
from storage.pages import page, place_of
from storage.port import ConflictError
from storage.records import (
    Act,
    Examined,
    Lane,
    Mailbox,
    Page,
    Slice,
    Thread,
    ThreadState,
    fits_a_slice,
)
from storage.sqlite.acts import write_act
from storage.sqlite.database import Session
from storage.sqlite.gates import NOW_NAMED
from storage.sqlite.ledger import write_examined
from storage.sqlite.mailboxes import mailbox_of
from storage.sqlite.part import Part
from storage.sqlite.rows import Table, set_of, written_set

_THREADS = Table(
    name="threads",
    key=("sub", "id"),
    columns=(
        "state",
        "reasons",
        "ended",
        "labelled",
        "labelled_secret",
        "secret",
        "about",
        "conversation",
        "todo_all",
        "todo",
        "has_work",
        "lane",
        "not_before",
        "attempts",
        "starts",
        "aside_all",
        "aside",
        "is_aside",
        "who_keys",
        "offered",
        "label_record",
        "wished",
        "label_off_at",
        "batch",
    ),
)


class Threads(Part):
    """The verbs of threads."""

    def threads(self, sub: str, ids: Collection[str]) -> dict[str, Thread]:
        with self._database.reading() as session:
            rows = session.among("SELECT * FROM threads WHERE sub = ? AND id IN {among}", ids, before=(sub,))
        return {row["id"]: thread_of(row) for row in rows}

    def save_thread(self, thread: Thread, *, act: Act | None = None, examined: Examined | None = None) -> Thread:
        with self._database.writing() as session:
            (saved,) = write_threads(session, [thread])
            self._write_beside(session, act, examined)
        return saved

    def forget_thread(self, thread: Thread, *, act: Act | None = None, examined: Examined | None = None) -> None:
        with self._database.writing() as session:
            _forget(session, [thread])
            self._write_beside(session, act, examined)
        self._database.forget_the_log()

    def save_threads(self, threads: Sequence[Thread], *, forget: Sequence[Thread] = ()) -> None:
        fits_a_slice(threads, forget)
        with self._database.writing() as session:
            write_threads(session, threads)
            _forget(session, forget)
        if forget:
            self._database.forget_the_log()

    def advance(self, part: Slice) -> Mailbox:
        fits_a_slice(part.threads, part.forget)
        read = part.mailbox
        with self._database.writing() as session:
            row = session.one(
                """UPDATE mailboxes SET cursor = :next, new_mail = new_mail OR :new_mail, batches = :batches,
                          version = version + 1
                   WHERE sub = :sub AND version = :version AND fence = :fence AND cursor IS :cursor
                   RETURNING *""",
                {
                    "next": part.cursor,
                    "new_mail": part.new_mail,
                    "batches": batches_text(read.batches),
                    "sub": read.sub,
                    "version": read.version,
                    "fence": read.fence,
                    "cursor": read.cursor,
                },
            )
            if row is None:
                raise ConflictError("Another worker took this mailbox over: claim it again.")
            write_threads(session, part.threads)
            _forget(session, part.forget)
            write_examined(session, part.examined)
        if part.forget:
            self._database.forget_the_log()
        return mailbox_of(row)

    def work(self, sub: str, *, now: datetime, limit: int) -> list[Thread]:
        with self._database.reading() as session:
            rows = session.all(
                """SELECT * FROM threads WHERE sub = ? AND has_work = 1 AND not_before <= ?
                   ORDER BY lane, not_before, id LIMIT ?""",
                (sub, micros(now), limit),
            )
        return [thread_of(row) for row in rows]

    def set_aside(self, sub: str, *, limit: int, cursor: str | None = None) -> Page[Thread]:
        with self._database.reading() as session:
            rows = session.all(
                "SELECT * FROM threads WHERE sub = ? AND is_aside = 1 AND id > ? ORDER BY id LIMIT ?",
                (sub, *place_of(cursor, start=("",)), limit + 1),
            )
        return page([thread_of(row) for row in rows], limit=limit, place=lambda each: (each.id,))

    def pending(self, sub: str) -> bool:
        with self._database.reading() as session:
            # Without an order SQLite takes the table's key, and reads all the mailbox's threads to find none.
            row = session.one(
                "SELECT 1 FROM threads WHERE sub = ? AND has_work = 1 ORDER BY lane, not_before, id LIMIT 1",
                (sub,),
            )
        return row is not None

    def threads_in(self, sub: str, state: ThreadState, *, limit: int, cursor: str | None = None) -> Page[Thread]:
        with self._database.reading() as session:
            # Named, for by its guess of what a row weighs SQLite takes the key, and reads all the mailbox.
            rows = session.all(
                """SELECT * FROM threads INDEXED BY threads_by_state
                   WHERE sub = ? AND state = ? AND id > ? ORDER BY id LIMIT ?""",
                (sub, state.value, *place_of(cursor, start=("",)), limit + 1),
            )
        return page([thread_of(row) for row in rows], limit=limit, place=lambda each: (each.id,))

    def threads_of(self, conversation: str, *, limit: int, cursor: str | None = None) -> Page[Thread]:
        with self._database.reading() as session:
            rows = session.all(
                f"""SELECT * FROM threads WHERE conversation = {NOW_NAMED} AND (sub, id) > (?, ?)
                    ORDER BY sub, id LIMIT ?""",
                (conversation, *place_of(cursor, start=("", "")), limit + 1),
            )
        return page([thread_of(row) for row in rows], limit=limit, place=lambda each: (each.sub, each.id))

    def waiting_for(self, who_key: str, *, limit: int, cursor: str | None = None) -> Page[Thread]:
        with self._database.reading() as session:
            rows = session.all(
                """SELECT t.* FROM waiting w JOIN threads t ON t.sub = w.sub AND t.id = w.thread
                   WHERE w.who_key = ? AND (w.sub, w.thread) > (?, ?) ORDER BY w.sub, w.thread LIMIT ?""",
                (who_key, *place_of(cursor, start=("", "")), limit + 1),
            )
        return page([thread_of(row) for row in rows], limit=limit, place=lambda each: (each.sub, each.id))

    def alias(self, sub: str, event_id: str) -> str | None:
        with self._database.reading() as session:
            row = session.one("SELECT thread FROM aliases WHERE sub = ? AND event_id = ?", (sub, event_id))
        return row["thread"] if row else None

    def keep_alias(self, sub: str, event_id: str, real: str) -> None:
        with self._database.writing() as session:
            session.run("REPLACE INTO aliases (sub, event_id, thread) VALUES (?, ?, ?)", (sub, event_id, real))

    def _write_beside(self, session: Session, act: Act | None, examined: Examined | None) -> None:
        if act is not None:
            write_act(session, self._index_key, act)
        write_examined(session, examined)


def write_threads(session: Session, threads: Sequence[Thread]) -> list[Thread]:
    """Create or compare-and-set all; whom a waiting one waits for finds it from then on."""
    versions = _THREADS.put_all(session, [(_row(thread), thread.version) for thread in threads])
    session.many(
        "DELETE FROM waiting WHERE sub = ? AND thread = ?", [(thread.sub, thread.id) for thread in threads]
    )
    session.many(
        "INSERT INTO waiting (who_key, sub, thread) VALUES (?, ?, ?)",
        [
            (who_key, thread.sub, thread.id)
            for thread in threads
            if thread.state is ThreadState.WAITING
            for who_key in thread.who_keys
        ],
    )
    return [replace(thread, version=version) for thread, version in zip(threads, versions, strict=True)]


def thread_of(row: sqlite3.Row) -> Thread:
    return Thread(
        sub=row["sub"],
        id=row["id"],
        state=ThreadState(row["state"]),
        reasons=pointings_of(row["reasons"]),
        ended=pointings_of(row["ended"]),
        labelled=set_of(row["labelled"]),
        labelled_secret=set_of(row["labelled_secret"]),
        secret=bool(row["secret"]),
        about=set_of(row["about"]),
        conversation=row["conversation"],
        todo_all=bool(row["todo_all"]),
        todo=set_of(row["todo"]),
        lane=Lane(row["lane"]),
        not_before=moment(row["not_before"]),
        attempts=row["attempts"],
        starts=row["starts"],
        aside_all=bool(row["aside_all"]),
        aside=set_of(row["aside"]),
        who_keys=set_of(row["who_keys"]),
        offered=bool(row["offered"]),
        label_record=row["label_record"],
        wished=bool(row["wished"]),
        label_off_at=moment(row["label_off_at"]),
        batch=row["batch"],
        version=str(row["version"]),
    )


def _forget(session: Session, threads: Sequence[Thread]) -> None:
    gone = session.many(
        "DELETE FROM threads WHERE sub = ? AND id = ? AND version = ?",
        [(thread.sub, thread.id, thread.version) for thread in threads],
    )
    if gone != len(threads):
        raise ConflictError("Somebody changed this thread meanwhile: read it again.")
    session.many(
        "DELETE FROM waiting WHERE sub = ? AND thread = ?", [(thread.sub, thread.id) for thread in threads]
    )


def _row(thread: Thread) -> dict[str, Any]:
    return {
        "sub": thread.sub,
        "id": thread.id,
        "state": thread.state.value,
        "reasons": pointings_text(thread.reasons),
        "ended": pointings_text(thread.ended),
        "labelled": written_set(thread.labelled),
        "labelled_secret": written_set(thread.labelled_secret),
        "secret": thread.secret,
        "about": written_set(thread.about),
        "conversation": thread.conversation,
        "todo_all": thread.todo_all,
        "todo": written_set(thread.todo),
        "has_work": thread.has_work,
        "lane": thread.lane.value,
        "not_before": micros(thread.not_before),
        "attempts": thread.attempts,
        "starts": thread.starts,
        "aside_all": thread.aside_all,
        "aside": written_set(thread.aside),
        "is_aside": thread.is_aside,
        "who_keys": written_set(thread.who_keys),
        "offered": thread.offered,
        "label_record": thread.label_record,
        "wished": thread.wished,
        "label_off_at": micros(thread.label_off_at),
        "batch": thread.batch,
    }
