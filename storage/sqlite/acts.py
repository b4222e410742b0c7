"""Who did what, by ids only: the rows, and the chain over them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from datetime import datetime

from storage import chain
from storage.moments import micros, moment
from storage.pages import page, place_of
from storage.port import ConflictError
from storage.records import MOST_IN_A_LINK, Act, Entry, Link, Page
from storage.sealing import IndexKey
from storage.sqlite.database import Session
from storage.sqlite.part import Part
from storage.sqlite.rows import written

_ROW = "SELECT a.*, u.id IS NULL AS sealed FROM audit a LEFT JOIN unsealed u ON u.id = a.id"
_BEFORE_ALL = -(2**63)


class Acts(Part):
    """The verbs of the audit log."""

    def record(self, act: Act) -> None:
        with self._database.writing() as session:
            write_act(session, self._index_key, act)

    def acts(self, conversation: str, *, limit: int) -> list[Act]:
        with self._database.reading() as session:
            rows = [
                row
                for id_ in _names(session, conversation)
                for row in session.all(
                    "SELECT * FROM audit WHERE conversation = ? ORDER BY at DESC, id DESC LIMIT ?", (id_, limit)
                )
            ]
        rows.sort(key=lambda row: (row["at"], row["id"]), reverse=True)
        return [act_of(row) for row in rows[:limit]]

    def acts_since(
        self, since: datetime | None, *, actor: str | None = None, limit: int, cursor: str | None = None
    ) -> Page[Entry]:
        after = place_of(cursor, start=(_BEFORE_ALL if since is None else micros(since), _BEFORE_ALL))
        where, values = ("", ()) if actor is None else ("a.actor = ? AND ", (actor,))
        with self._database.reading() as session:
            rows = session.all(
                f"{_ROW} WHERE {where}(a.at, a.id) > (?, ?) ORDER BY a.at, a.id LIMIT ?",
                (*values, *after, limit + 1),
            )
        return page(
            [entry_of(row) for row in rows], limit=limit, place=lambda each: (micros(each.act.at), each.number)
        )

    def entries(self, *, limit: int, cursor: str | None = None) -> Page[Entry]:
        with self._database.reading() as session:
            rows = session.all(
                f"{_ROW} WHERE a.id > ? ORDER BY a.id LIMIT ?",
                (*place_of(cursor, start=(_BEFORE_ALL,)), limit + 1),
            )
        return page([entry_of(row) for row in rows], limit=limit, place=lambda each: (each.number,))

    def entries_at(self, numbers: Collection[int]) -> dict[int, Entry]:
        with self._database.reading() as session:
            rows = [row for number in numbers for row in session.all(f"{_ROW} WHERE a.id = ?", (number,))]
        return {row["id"]: entry_of(row) for row in rows}

    # --- the chain ----------------------------------------------------------------------------------------

    def unsealed(self, *, limit: int, cursor: str | None = None) -> Page[int]:
        with self._database.reading() as session:
            rows = session.all(
                "SELECT id FROM unsealed WHERE id > ? ORDER BY id LIMIT ?",
                (*place_of(cursor, start=(_BEFORE_ALL,)), limit + 1),
            )
        return page([row["id"] for row in rows], limit=limit, place=lambda number: (number,))

    def seal(self, link: Link) -> None:
        if len(link.rows) > MOST_IN_A_LINK:
            raise ValueError(f"A link holds at most {MOST_IN_A_LINK} rows.")
        with self._database.writing() as session:
            taken = session.many("DELETE FROM unsealed WHERE id = ?", [(number,) for number in link.rows])
            if taken != len(link.rows) or not write_link(session, link):
                raise ConflictError("Others sealed these meanwhile: begin with the last link again.")

    def last_link(self) -> Link | None:
        with self._database.reading() as session:
            row = session.one("SELECT * FROM chain WHERE n = (SELECT max(n) FROM chain)")
        return link_of(row) if row else None

    def links(self, *, limit: int, cursor: str | None = None) -> Page[Link]:
        with self._database.reading() as session:
            rows = session.all(
                "SELECT * FROM chain WHERE n > ? ORDER BY n LIMIT ?",
                (*place_of(cursor, start=(_BEFORE_ALL,)), limit + 1),
            )
        return page([link_of(row) for row in rows], limit=limit, place=lambda each: (each.n,))


def act_of(row: sqlite3.Row) -> Act:
    return Act(
        actor=row["actor"],
        verb=row["verb"],
        at=moment(row["at"]),
        conversation=row["conversation"],
        subject=row["subject"],
    )


def entry_of(row: sqlite3.Row) -> Entry:
    return Entry(number=row["id"], act=act_of(row), proof=row["proof"], sealed=bool(row["sealed"]))


def link_of(row: sqlite3.Row) -> Link:
    """One that somebody wrote nonsense into holds no rows, and then its hash is wrong."""
    try:
        rows = tuple(map(int, json.loads(row["rows"])))
    except (ValueError, TypeError):
        rows = ()
    return Link(n=row["n"], at=moment(row["at"]), rows=rows, hash=row["hash"])


def write_act(session: Session, index_key: IndexKey, act: Act) -> None:
    """The audit row of a verb, within its transaction; the next number is the next one's to commit."""
    (row,) = session.all("SELECT coalesce(max(id), 0) + 1 AS number FROM audit")
    entry = Entry(
        number=row["number"], act=act, proof=chain.proof(index_key.key, row["number"], act), sealed=False
    )
    write_entry(session, entry)


def write_entry(session: Session, entry: Entry) -> None:
    act = entry.act
    session.run(
        "REPLACE INTO audit (id, at, actor, verb, conversation, subject, proof) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (entry.number, micros(act.at), act.actor, act.verb, act.conversation, act.subject, entry.proof),
    )
    mark = "DELETE FROM unsealed WHERE id = ?" if entry.sealed else "REPLACE INTO unsealed (id) VALUES (?)"
    session.run(mark, (entry.number,))


def write_link(session: Session, link: Link) -> bool:
    """False where there is one of this number."""
    values = (link.n, micros(link.at), written(link.rows), link.hash)
    return bool(
        session.run("INSERT INTO chain (n, at, rows, hash) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", values)
    )


def _names(session: Session, conversation: str) -> list[str]:
    """Every id a conversation was known by: audit rows are never rewritten, they keep the id of their day."""
    row = session.one("SELECT coalesce(into_id, id) AS id FROM conversations WHERE id = ?", (conversation,))
    now = row["id"] if row else conversation
    merged = session.all("SELECT id FROM conversations WHERE into_id = ?", (now,))
    return [now, *(each["id"] for each in merged)]
