"""What every part of the store is given: the database, the sealer and the index key."""

from __future__ import annotations

from storage.firestore.database import Database
from storage.sealing import IndexKey, Sealer


class Part:
    """The verbs of one noun; `FirestoreStore` is all of them together."""

    def __init__(self, database: Database, sealer: Sealer, index_key: IndexKey) -> None:
        self._database = database
        self._sealer = sealer
        self._index_key = index_key

    def key(self, kind: str, *parts: str) -> str:
        return self._index_key.key(kind, *parts)
