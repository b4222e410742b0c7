"""How values lie in columns, and the one way a record is created or compared and set."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from storage.port import ConflictError
from storage.sqlite.database import Session

_VERSION_BITS = 40


def written_set(items: Collection[str]) -> str:
    return written(sorted(items))


def set_of(text: str) -> frozenset[str]:
    return frozenset(json.loads(text))


def written(value: Sequence[Any] | Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def first_version() -> int:
    """Random, so that a record made anew is never taken for the one that was deleted."""
    return secrets.randbits(_VERSION_BITS)


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table whose rows carry a version; `columns` beside key and version."""

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]

    def put(self, session: Session, row: Mapping[str, Any], version: str) -> str:
        """Create (`version` empty) or compare-and-set; the new version, or `ConflictError`."""
        return self.put_all(session, [(row, version)])[0]

    def put_all(self, session: Session, rows: Sequence[tuple[Mapping[str, Any], str]]) -> list[str]:
        versions = [int(version) + 1 if version else first_version() for _, version in rows]
        marked = [
            {**row, "version": new, "was": version} for (row, version), new in zip(rows, versions, strict=True)
        ]
        written_rows = session.many(self._insert, [row for row in marked if not row["was"]])
        written_rows += session.many(self._update, [row for row in marked if row["was"]])
        if written_rows != len(rows):
            raise ConflictError("Somebody changed this meanwhile: read it again.")
        return [str(version) for version in versions]

    @cached_property
    def _insert(self) -> str:
        columns = (*self.key, *self.columns, "version")
        values = ", ".join(f":{column}" for column in columns)
        return f"INSERT INTO {self.name} ({', '.join(columns)}) VALUES ({values}) ON CONFLICT DO NOTHING"

    @cached_property
    def _update(self) -> str:
        columns = ", ".join(f"{column} = :{column}" for column in (*self.columns, "version"))
        where = " AND ".join(f"{column} = :{column}" for column in self.key)
        return f"UPDATE {self.name} SET {columns} WHERE {where} AND version = :was"
