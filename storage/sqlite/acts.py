"""Who did what, by ids only, and how much was examined, by counts only."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Mapping

from storage.moments import micros, moment
from storage.records import Act
from storage.sqlite.database import Session
from storage.sqlite.part import Part


class Acts(Part):
    """The verbs of the audit log and the ledger."""

    def record(self, act: Act) -> None:
        with self._database.writing() as session:
            write_act(session, act)

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

    def tally(self, sub: str, day: str, counts: Mapping[str, int]) -> None:
        with self._database.writing() as session:
            session.many(
                """INSERT INTO tallies (sub, day, name, count) VALUES (?, ?, ?, ?)
                   ON CONFLICT DO UPDATE SET count = count + excluded.count""",
                [(sub, day, name, count) for name, count in counts.items()],
            )

    def tallies(self, sub: str, *, since: str) -> dict[str, dict[str, int]]:
        with self._database.reading() as session:
            rows = session.all("SELECT * FROM tallies WHERE sub = ? AND day >= ?", (sub, since))
        days: dict[str, dict[str, int]] = defaultdict(dict)
        for row in rows:
            days[row["day"]][row["name"]] = row["count"]
        return dict(days)


def act_of(row: sqlite3.Row) -> Act:
    return Act(
        actor=row["actor"],
        verb=row["verb"],
        at=moment(row["at"]),
        conversation=row["conversation"],
        subject=row["subject"],
    )


def write_act(session: Session, act: Act) -> None:
    """The audit row of a verb, within its transaction."""
    session.run(
        "INSERT INTO audit (at, actor, verb, conversation, subject) VALUES (?, ?, ?, ?, ?)",
        (micros(act.at), act.actor, act.verb, act.conversation, act.subject),
    )


def _names(session: Session, conversation: str) -> list[str]:
    """Every id a conversation was known by: audit rows are never rewritten, they keep the id of their day."""
    row = session.one("SELECT coalesce(into_id, id) AS id FROM conversations WHERE id = ?", (conversation,))
    now = row["id"] if row else conversation
    merged = session.all("SELECT id FROM conversations WHERE into_id = ?", (now,))
    return [now, *(each["id"] for each in merged)]
