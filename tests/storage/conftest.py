"""Fixtures of the store's tests."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storage.sqlite.database import connect, create
from storage.sqlite.schema import migrate
from tests.storage import indexes, plans
from tests.storage.wire import Wire, said, serves

MOST_TRANSFORMATIONS = 500
"""Of one document in one commit, as documented; the emulator takes more."""

_checked: set[str] = set()


@pytest.fixture
def no_slow_plans(tmp_path: Path) -> Iterator[None]:
    """Fail a test that made SQLite read a growing table whole, or sort, for any statement it ran."""
    yield
    new = {kind: statement for kind, statement in plans.ran.items() if kind not in _checked}
    if new:
        empty = tmp_path / "plans.db"
        create(empty)
        migrate(empty)
        connection = connect(empty)
        slow = plans.slow(connection, new.values())
        connection.close()
        _checked.update(new)
        assert slow == []


@pytest.fixture
def only_indexed() -> Iterator[Wire]:
    """Fail a test that made Firestore ask or write what no index serves, or more than production takes."""
    wire = Wire()
    yield wire
    known = indexes.declared()
    missing = {said(query) for query in wire.queries if not any(serves(index, query) for index in known)}
    assert missing == set()
    assert wire.written <= indexes.exempt()
    assert wire.transformed <= MOST_TRANSFORMATIONS


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Callable[[str], object]:
    """Somewhere new for a store of this backend at each call: `tests.storage.places.Places`."""
    from tests.storage.places import DATABASE, Place  # noqa: PLC0415 (it imports what is to be rewritten first)

    def somewhere(backend: str) -> Place:
        name = secrets.token_hex(8)
        if backend == "sqlite":
            return Place(url=f"sqlite:///{tmp_path_factory.mktemp('place')}/addon.db", emulator=None)
        return Place(url=f"firestore://test-{name}/{DATABASE}", emulator=request.getfixturevalue("emulator"))

    return somewhere
