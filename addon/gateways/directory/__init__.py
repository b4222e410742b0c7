"""Where candidates come from. The add-on never creates one by itself (R16)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from storage.records import Candidate, Page


class Directory(Protocol):
    """Candidates by exact address, by id and by name. Addresses are canonical (`addon.policy.matching`)."""

    def find(self, addresses: Collection[str]) -> dict[str, frozenset[str]]:
        """Address -> ids of the candidates that have it, for those that somebody has."""

    def candidates(self, ids: Collection[str]) -> dict[str, Candidate]:
        """Those of `ids` that exist."""

    def called(self, names: Collection[str], *, limit: int) -> list[Candidate]:
        """Those of exactly one of these names, whatever case, accents and the order of its words."""

    def search(self, text: str, *, limit: int) -> Page[Candidate]:
        """Those whose name has words that begin as the text's do, of the first `limit` that are looked at.

        `next` tells that there would be more.
        """
