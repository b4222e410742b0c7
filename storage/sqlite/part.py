"""What every part of the store is given: the file, the sealer and the index key."""

from __future__ import annotations

from storage.sealing import IndexKey, Sealer
from storage.sqlite.database import Database


class Part:
    """The verbs of one noun; `SqliteStore` is all of them together."""

    def __init__(self, database: Database, sealer: Sealer, index_key: IndexKey) -> None:
        self._database = database
        self._sealer = sealer
        self._index_key = index_key

    def key(self, kind: str, *parts: str) -> str:
        return self._index_key.key(kind, *parts)
