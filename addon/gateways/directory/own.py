"""The add-on's own directory: candidates in the store, filled by `candidates import`."""

from __future__ import annotations

from collections.abc import Collection

from storage.port import Store
from storage.records import Candidate


class OwnDirectory:
    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, addresses: Collection[str]) -> dict[str, frozenset[str]]:
        return self._store.find(addresses)

    def candidates(self, ids: Collection[str]) -> dict[str, Candidate]:
        return self._store.candidates(ids)
