"""A company for each test: its own simulator, store and clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from demo.simulator.server import Simulator, serve
from tests import emulator as firestore_emulator
from tests.backends import Place, new_place
from tests.fakes.clock import Ahead
from tests.office import Office, offices

pytest.register_assert_rewrite("tests.contracts.store")


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """Host and port of Firestore's emulator, one for the whole run: each test has a project of its own."""
    jar = firestore_emulator.found()
    if jar is None:
        (pytest.fail if firestore_emulator.demanded() else pytest.skip)(firestore_emulator.MISSING)
    folder = tmp_path_factory.getbasetemp()
    with firestore_emulator.running(jar, folder if worker_id == "master" else folder.parent) as address:
        yield address


# Enough for every day, and within two minutes for all tests.
settings.register_profile("everyday", max_examples=40)
settings.load_profile("everyday")


@pytest.fixture
def backend() -> str:
    """Tests of what a company remembers, tests/journeys above all, run on each of `BACKENDS` instead."""
    return "sqlite"


@pytest.fixture
def place(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Place:
    """Where this test's company keeps its store."""
    emulator = request.getfixturevalue("emulator") if backend == "firestore" else None
    return new_place(backend, tmp_path, emulator)


@pytest.fixture
def ahead() -> Ahead:
    return Ahead()


@pytest.fixture
def simulator(ahead: Ahead) -> Iterator[Simulator]:
    """Gmail and Google's accounts, for this test alone."""
    with serve(seed=1, clock=ahead) as running:
        yield running


@pytest.fixture
def make_office(place: Place, simulator: Simulator) -> Iterator[Callable[..., Office]]:
    """`make_office(SECRET_POLICY="sip")`: a company with its own decisions."""
    with offices(simulator, place.environment) as make:
        yield make


@pytest.fixture
def office(make_office: Callable[..., Office]) -> Office:
    return make_office()
