"""How SQLite means to run a statement, and which ways grow with the table."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable

from storage.sqlite import SqliteStore
from storage.sqlite.database import Database

SMALL = {"keys"}
"""Tables that never grow; reading them whole costs nothing."""

_LITERAL = re.compile(r"[xX]'[0-9A-F]*'|'(?:[^']|'')*'|-?\b\d+\b|\bNULL\b")
_PLANNED = re.compile(r"\s*(SELECT|INSERT|REPLACE|UPDATE|DELETE)\b")

ran: dict[str, str] = {}
"""Statements watched stores ran: the same but for its values -> one as it ran."""


def watched(store: SqliteStore) -> SqliteStore:
    """The same store, whose statements are noted in `ran`."""
    return SqliteStore(_Watched(store._database._path), store._sealer, store._index_key)


def slow(connection: sqlite3.Connection, statements: Iterable[str]) -> list[str]:
    """Those of `statements` that read a growing table whole, sort or skip what they read, with the reason."""
    found = []
    for statement in statements:
        if re.search(r"\bOFFSET\b", statement, re.IGNORECASE):
            found.append(f"OFFSET: {' '.join(statement.split())[:300]}")
        for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}"):
            step: str = row[3]
            scanned = re.match(r"SCAN (?!CONSTANT)(\S+)", step)
            # The virtual one is `json_each`: the few values in a field of a row that was reached already.
            grows = scanned and scanned[1] not in SMALL and "VIRTUAL TABLE" not in step
            if grows or "TEMP B-TREE" in step:
                found.append(f"{step}: {' '.join(statement.split())[:300]}")
    return found


class _Watched(Database):
    def _connection(self) -> sqlite3.Connection:
        connection = super()._connection()
        connection.set_trace_callback(_note)
        return connection


def _note(statement: str) -> None:
    if _PLANNED.match(statement):
        ran.setdefault(_LITERAL.sub("?", statement), statement)
