"""A SQLite store as it is sealed anew: a page is read in a snapshot and written in a transaction of its own."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from storage.resealing import Change, Row, Rows, Sealed
from storage.sealing import Sealer
from storage.sqlite import open_sqlite
from storage.sqlite.database import Database

SEALED: tuple[Sealed, ...] = (
    Sealed(kind="keys", id="name", fields=("sealed",)),
    Sealed(kind="consents", id="sub", fields=("refresh_token",)),
    Sealed(kind="attempts", id="state", fields=("verifier",)),
    Sealed(kind="revocations", id="id", fields=("refresh_token",)),
    Sealed(kind="summaries", id="conversation", fields=("subject", "outside")),
    Sealed(kind="messages", id="key", fields=("head", "text", "outside")),
    Sealed(kind="texts", id="message", part="n", fields=("sealed",)),
    Sealed(kind="candidates", id="id", fields=("fields",)),
    Sealed(kind="imports", id="id", fields=("addresses", "unread")),
)
"""A line for each table with sealed columns: the BLOBs of `storage.sqlite.schema`."""

ROWS_AT_ONCE = 50
MOST_BYTES = 128 * 1024 * 1024
"""Of a file that is written anew beside others: writers wait for a second or two then, of their `BUSY_SECONDS`."""
PATIENCE_SECONDS = 30.0

_LARGE = (
    "The store's file is too large to be written anew while others use it, and free space in it may still hold"
    " pieces of what was sealed with an older key. Stop what uses the store, then run this again with --rewrite."
)
_IN_USE = (
    "The store's log could not be emptied, for others were at it all the time, and may still hold what was sealed"
    " with an older key. Run this again."
)


class SqliteResealing:
    """`storage.resealing.Resealing` on a file."""

    sealed = SEALED

    def __init__(self, database: Database) -> None:
        self.rows_at_once = ROWS_AT_ONCE
        self.most_bytes = MOST_BYTES
        self.patience = PATIENCE_SECONDS
        self._database = database

    def close(self) -> None:
        self._database.close()

    def count(self, sealed: Sealed) -> int:
        with self._database.reading() as session:
            ((rows,),) = session.all(f"SELECT count(*) FROM {sealed.kind}")
        return int(rows)

    def rows(self, sealed: Sealed, *, after: str | None) -> Rows:
        key = ", ".join(_key(sealed))
        where = "" if after is None else f"WHERE ({key}) > ({', '.join('?' * len(_key(sealed)))})"
        with self._database.reading() as session:
            there = session.all(
                f"SELECT {key}, {', '.join(sealed.fields)} FROM {sealed.kind} {where} ORDER BY {key} LIMIT ?",
                (*_place(after), self.rows_at_once + 1),
            )
        page = [_row(sealed, row) for row in there[: self.rows_at_once]]
        return Rows(
            rows=[each for each in page if each.values],
            read=len(page),
            next=page[-1].at if len(there) > len(page) else None,
        )

    def replace(self, changes: Sequence[Change]) -> set[str]:
        with self._database.writing() as session:
            return {
                change.row.at
                for change in changes
                if session.run(_update(change), [*change.values.values(), *_was(change)])
            }

    def clean(self, *, large: bool) -> str | None:
        """The file is written anew, for `secure_delete` overwrites what is deleted and not what is moved."""
        small = self._database.size() <= self.most_bytes
        if small or large:
            self._database.write_anew()
        if not self._database.forget_the_log(seconds=self.patience):
            return _IN_USE
        return None if small or large else _LARGE


def open_resealing(path: Path, sealer: Sealer) -> SqliteResealing:
    """The store in the file at `path`, opened before as `open_sqlite` does."""
    open_sqlite(path, sealer).close()
    return SqliteResealing(Database(path))


def _key(sealed: Sealed) -> tuple[str, ...]:
    return (sealed.id, sealed.part) if sealed.part else (sealed.id,)


def _place(at: str | None) -> tuple[Any, ...]:
    return () if at is None else tuple(json.loads(at))


def _row(sealed: Sealed, row: sqlite3.Row) -> Row:
    return Row(
        sealed=sealed,
        at=json.dumps([row[column] for column in _key(sealed)]),
        id=row[sealed.id],
        part=str(row[sealed.part]) if sealed.part else None,
        values={name: row[name] for name in sealed.fields if row[name] is not None},
    )


def _update(change: Change) -> str:
    """No two sealings are alike: a value says itself whether it is still the one that was read."""
    put = ", ".join(f"{name} = ?" for name in change.values)
    where = " AND ".join(f"{column} = ?" for column in (*_key(change.row.sealed), *change.values))
    return f"UPDATE {change.row.sealed.kind} SET {put} WHERE {where}"


def _was(change: Change) -> list[Any]:
    return [*_place(change.row.at), *(change.row.values[name] for name in change.values)]
