"""How much was examined, by counts only, and what was opened, by keyed hashes only."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from storage.moments import micros, moment
from storage.records import Examined, Look
from storage.sqlite.database import Session
from storage.sqlite.part import Part

_EXPIRE_AT_ONCE = 500


class Ledger(Part):
    """The verbs of the ledger."""

    def tally(self, sub: str, day: str, counts: Mapping[str, int], *, looks: Sequence[Look] = ()) -> None:
        with self._database.writing() as session:
            write_examined(session, Examined(sub=sub, day=day, counts=counts, looks=tuple(looks)))

    def tallies(self, sub: str, *, since: str) -> dict[str, dict[str, int]]:
        with self._database.reading() as session:
            rows = session.all("SELECT * FROM tallies WHERE sub = ? AND day >= ?", (sub, since))
        days: dict[str, dict[str, int]] = defaultdict(dict)
        for row in rows:
            days[row["day"]][row["name"]] = row["count"]
        return dict(days)

    def sums(self, *, since: str) -> dict[str, int]:
        sums: dict[str, int] = defaultdict(int)
        with self._database.reading() as session:
            for row in session.all(
                "SELECT day, name, sum(count) AS count FROM tallies WHERE day >= ? GROUP BY day, name", (since,)
            ):
                sums[row["name"]] += row["count"]
        return dict(sums)

    def look(self, sub: str, message: str, *, now: datetime) -> Look | None:
        with self._database.reading() as session:
            row = session.one(
                "SELECT * FROM looks WHERE sub = ? AND message = ? AND expires_at > ?", (sub, message, micros(now))
            )
        return look_of(row) if row else None

    def expire_looks(self, *, now: datetime) -> None:
        """It always empties the log: what others deleted while somebody read it may lie there still."""
        with self._database.writing() as session:
            rows = session.all(
                "SELECT sub, message FROM looks WHERE expires_at <= ? LIMIT ?", (micros(now), _EXPIRE_AT_ONCE)
            )
            session.many(
                "DELETE FROM looks WHERE sub = ? AND message = ?", [(row["sub"], row["message"]) for row in rows]
            )
        self._database.forget_the_log()


def look_of(row: sqlite3.Row) -> Look:
    return Look(
        sub=row["sub"],
        message=row["message"],
        why=row["why"],
        outcome=row["outcome"],
        at=moment(row["at"]),
        expires_at=moment(row["expires_at"]),
    )


def write_examined(session: Session, examined: Examined | None) -> None:
    """Counts and looks of a verb, within its transaction."""
    if examined is None:
        return
    session.many(
        """INSERT INTO tallies (sub, day, name, count) VALUES (?, ?, ?, ?)
           ON CONFLICT DO UPDATE SET count = count + excluded.count""",
        [(examined.sub, examined.day, name, count) for name, count in examined.counts.items()],
    )
    for look in examined.looks:
        write_look(session, look)


def write_look(session: Session, look: Look) -> None:
    session.run(
        "REPLACE INTO looks (sub, message, why, outcome, at, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
        (look.sub, look.message, look.why, look.outcome, micros(look.at), micros(look.expires_at)),
    )
