"""The add-on's own directory: candidates in the store, filled by `candidates import`."""

from __future__ import annotations

from collections.abc import Collection

from storage.port import Store
from storage.records import Candidate, Page


class OwnDirectory:
    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, addresses: Collection[str]) -> dict[str, frozenset[str]]:
        return self._store.find(addresses)

    def candidates(self, ids: Collection[str]) -> dict[str, Candidate]:
        return self._store.candidates(ids)

    def called(self, names: Collection[str], *, limit: int) -> list[Candidate]:
        return self._store.candidates_called(names, limit=limit)

    def search(self, text: str, *, limit: int) -> Page[Candidate]:
        return self._store.candidates_like(text, limit=limit)
