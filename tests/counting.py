"""Counting what an answer asks of the store: the verbs pass through unchanged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from addon.gateways.directory.own import OwnDirectory
from tests.office import Office


class Reads:
    """Passes every verb of the store through and counts it."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.counted: Counter[str] = Counter()

    def __getattr__(self, verb: str) -> Any:
        asked = getattr(self._store, verb)
        if not callable(asked):
            return asked

        def passed(*args: Any, **kwargs: Any) -> Any:
            self.counted[verb] += 1
            return asked(*args, **kwargs)

        return passed


def counted(office: Office, act: Callable[[], dict[str, Any]]) -> tuple[dict[str, Any], Counter[str]]:
    """What `act` answers, and the verbs it asked of the store, directly or through the directory."""
    reads = Reads(office.services.store)
    with asking(office, reads):
        return act(), reads.counted


@contextmanager
def asking(office: Office, store: Any) -> Iterator[None]:
    """Another store, or another way to the same, for as long as the block lasts."""
    services = office.services
    before = {"store": services.store, "directory": services.directory}
    for name, passed in (("store", store), ("directory", OwnDirectory(store))):
        object.__setattr__(services, name, passed)
    try:
        yield
    finally:
        for name, kept in before.items():
            object.__setattr__(services, name, kept)
