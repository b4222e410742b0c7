"""What a backend gives the contract: a way to open its store, again and again, as another process would."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import pytest

from storage.port import Store
from tests.contracts.store.samples import OLD_KEYS


class OpenStore(Protocol):
    """Another handle on the same data, sealed with these keys."""

    def __call__(self, seal_keys: str = OLD_KEYS) -> Store: ...


class Opening:
    """The fixtures of every part of the contract."""

    @pytest.fixture
    def open_store(self) -> OpenStore:
        """Overridden by the backend's test class; every test begins with an empty store."""
        raise NotImplementedError

    @pytest.fixture
    def store(self, open_store: OpenStore) -> Iterator[Store]:
        opened = open_store()
        yield opened
        opened.close()
