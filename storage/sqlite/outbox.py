"""What was begun in Lever: drafts that were made for a member, and what became of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from datetime import datetime

from storage.moments import micros, moment
from storage.port import ConflictError
from storage.records import Act, Begun
from storage.sqlite.acts import write_act
from storage.sqlite.database import Session
from storage.sqlite.part import Part

_EXPIRE_AT_ONCE = 500


class Outbox(Part):
    """The verbs of the outbox."""

    def begin(self, begun: Begun, *, act: Act) -> None:
        with self._database.writing() as session:
            if not write_begun(session, begun, instead="ON CONFLICT DO NOTHING"):
                raise ConflictError("There is one of this id already.")
            write_act(session, self._index_key, act)

    def drafted(self, id: str, *, draft: str, thread: str) -> None:
        with self._database.writing() as session:
            session.run("UPDATE outbox SET draft = ?, thread = ? WHERE id = ?", (draft, thread, id))

    def sent(self, id: str, *, reference: str, expires_at: datetime) -> None:
        with self._database.writing() as session:
            session.run(
                "UPDATE outbox SET reference = ?, sent = 1, expires_at = ? WHERE id = ?",
                (reference, micros(expires_at), id),
            )

    def begun_in(self, sub: str, threads: Collection[str], *, now: datetime) -> dict[str, Begun]:
        with self._database.reading() as session:
            rows = [
                row
                for thread in threads
                for row in session.all(
                    "SELECT * FROM outbox WHERE sub = ? AND thread = ? AND expires_at > ?",
                    (sub, thread, micros(now)),
                )
            ]
        return {row["thread"]: begun_of(row) for row in rows}

    def begun_as(self, references: Collection[str], *, now: datetime) -> list[Begun]:
        with self._database.reading() as session:
            rows = [
                row
                for reference in set(references)
                for row in session.all(
                    "SELECT * FROM outbox WHERE reference = ? AND expires_at > ?", (reference, micros(now))
                )
            ]
        return sorted(map(begun_of, rows), key=lambda each: each.id)

    def unsent(self, sub: str, *, now: datetime, limit: int) -> list[Begun]:
        with self._database.reading() as session:
            rows = session.all(
                """SELECT * FROM outbox WHERE sub = ? AND sent = 0 AND expires_at > ?
                   ORDER BY at DESC, id DESC LIMIT ?""",
                (sub, micros(now), limit),
            )
        return [begun_of(row) for row in rows]

    def begun(self, *, now: datetime, limit: int) -> list[Begun]:
        with self._database.reading() as session:
            rows = session.all(
                """SELECT * FROM outbox WHERE sent = 1 AND expires_at > ?
                   ORDER BY at DESC, id DESC LIMIT ?""",
                (micros(now), limit),
            )
        return [begun_of(row) for row in rows]

    def discard_unsent(self, sub: str) -> None:
        with self._database.writing() as session:
            gone = session.run("DELETE FROM outbox WHERE sub = ? AND sent = 0", (sub,))
        if gone:
            self._database.forget_the_log()

    def expire_begun(self, *, now: datetime) -> None:
        with self._database.writing() as session:
            gone = session.run(
                """DELETE FROM outbox WHERE id IN
                   (SELECT id FROM outbox WHERE expires_at <= ? ORDER BY expires_at, id LIMIT ?)""",
                (micros(now), _EXPIRE_AT_ONCE),
            )
        if gone:
            self._database.forget_the_log()


def begun_of(row: sqlite3.Row) -> Begun:
    return Begun(
        id=row["id"],
        sub=row["sub"],
        candidate=row["candidate"],
        secret=bool(row["secret"]),
        at=moment(row["at"]),
        expires_at=moment(row["expires_at"]),
        draft=row["draft"],
        thread=row["thread"],
        reference=row["reference"],
    )


def write_begun(session: Session, begun: Begun, *, instead: str = "") -> int:
    """How many rows were written; `instead`: what happens where there is one of this id."""
    return session.run(
        f"""INSERT INTO outbox (id, sub, candidate, secret, at, expires_at, draft, thread, reference, sent)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) {instead}""",
        (
            begun.id,
            begun.sub,
            begun.candidate,
            begun.secret,
            micros(begun.at),
            micros(begun.expires_at),
            begun.draft,
            begun.thread,
            begun.reference,
            begun.reference is not None,
        ),
    )
