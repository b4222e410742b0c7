"""What a backend gives the contract: a way to open its store, again and again, as another process would."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any, ClassVar, Protocol

import pytest

from storage.port import Store
from tests.contracts.store.samples import OLD_KEYS


class OpenStore(Protocol):
    """Another handle on the same data, sealed with these keys."""

    def __call__(self, seal_keys: str = OLD_KEYS) -> Store: ...


class Opening:
    """The fixtures of every part of the contract, and how much of it a backend can do in reasonable time."""

    examples: ClassVar[int] = 30
    """Examples of each property."""
    many: ClassVar[int] = 1200
    """Candidates of a large directory: more than a backend writes or looks up at once."""

    @pytest.fixture(autouse=True)
    def _no_more_examples(self, request: pytest.FixtureRequest) -> Iterator[None]:
        """Let a property pass when `examples` of it did; one that failed is looked into as long as it takes."""
        handle = getattr(request.function, "hypothesis", None)
        if handle is None:
            yield
            return
        whole, left = handle.inner_test, list(range(self.examples))

        @functools.wraps(whole)
        def some(*given: Any, **named: Any) -> None:
            if left:
                whole(*given, **named)  # an example that raises takes nothing off
                left.pop()

        handle.inner_test = some
        yield
        handle.inner_test = whole

    @pytest.fixture
    def open_store(self) -> OpenStore:
        """Overridden by the backend's test class; every test begins with an empty store."""
        raise NotImplementedError

    @pytest.fixture
    def store(self, open_store: OpenStore) -> Iterator[Store]:
        opened = open_store()
        yield opened
        opened.close()
