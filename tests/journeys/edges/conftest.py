"""A mailbox that is watched, and a second company beside the first that reads the same mailboxes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.backends import Place, new_place
from tests.journeys.edges.companies import moved_to
from tests.office import ANNA, JANE, TOPIC, Office


@pytest.fixture
def told(make_office: Callable[..., Office]) -> Office:
    """Anna's mailbox is watched, was just run, and is due at the next poll."""
    office = make_office(PUBSUB_TOPIC=TOPIC)
    office.member(ANNA, connected=True)
    office.candidate("Jane Doe", JANE)
    office.sync(ANNA)
    return office


@pytest.fixture
def make_place(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[str], Place]:
    """An empty place of that name, on the same backend."""

    def make(name: str) -> Place:
        folder = tmp_path / name
        folder.mkdir()
        return new_place(backend, folder, request.getfixturevalue("emulator") if backend == "firestore" else None)

    return make


@pytest.fixture
def unbroken(anna: Office, make_place: Callable[[str], Place]) -> Iterator[Office]:
    """A second company that reads the same mailbox, and never misses anything of it."""
    office = moved_to(make_place("unbroken"), anna)
    office.member(ANNA, connected=True)
    office.candidate("Jane Doe", JANE)
    office.sync(ANNA)
    yield office
    office.services.store.close()
