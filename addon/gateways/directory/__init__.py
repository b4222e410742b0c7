"""Where candidates come from. The add-on never creates one by itself (R16)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from storage.records import Candidate


class Directory(Protocol):
    """Candidates by exact address and by id. Addresses are canonical (`addon.policy.matching`)."""

    def find(self, addresses: Collection[str]) -> dict[str, frozenset[str]]:
        """Address -> ids of the candidates that have it, for those that somebody has."""

    def candidates(self, ids: Collection[str]) -> dict[str, Candidate]:
        """Those of `ids` that exist."""
