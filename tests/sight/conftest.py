"""One world for all tests here, under both policies, put back as it was where a press changed it."""

from __future__ import annotations

import base64
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from addon.config import Config
from addon.services import build_services
from demo.simulator.server import Simulator, serve
from tests.backends import Place, new_place
from tests.fakes.clock import MovedClock
from tests.office import Office, environment, open_office
from tests.sight.expected import CLASSIC, SIP
from tests.sight.world import World, build


class File:
    """The store's file: whether somebody wrote since it was looked at, and the way back."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._watch = sqlite3.connect(path)
        self._kept = sqlite3.connect(":memory:")
        self._watch.backup(self._kept)
        self._seen = self._version()

    def _version(self) -> int:
        return int(self._watch.execute("PRAGMA data_version").fetchone()[0])

    def changed(self) -> bool:
        """Whether any other connection committed anything since the last answer."""
        before, self._seen = self._seen, self._version()
        return before != self._seen

    def put_back(self) -> None:
        with closing(sqlite3.connect(self._path)) as live:
            self._kept.backup(live)
        self._seen = self._version()

    def close(self) -> None:
        self._watch.close()
        self._kept.close()


@dataclass(frozen=True, kw_only=True)
class Company:
    """The world with its offices: the same store under each policy."""

    world: World
    offices: dict[str, Office]
    file: File
    simulator: Simulator
    clock: MovedClock
    settings: dict[str, str]

    def office_at(self, place: Place, policy: str) -> Office:
        return _office(self.simulator, self.clock, self.settings | place.environment, policy)


def _office(simulator: Simulator, clock: MovedClock, settings: dict[str, str], policy: str) -> Office:
    config = Config.from_env(environment(simulator.url, **settings, SECRET_POLICY=policy))
    return open_office(simulator, build_services(config, clock=clock), clock)


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    folder = tmp_path_factory.mktemp("sight")
    settings = {"SEAL_KEYS": f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}"}
    clock = MovedClock()
    # From nine in the morning, so that what is called by its hour is of today until all is asked.
    clock.pass_time(hours=(24 + 9 - clock.now().hour) % 24)
    with serve(seed=1) as simulator:
        here = settings | new_place("sqlite", folder, None).environment
        offices = {policy: _office(simulator, clock, here, policy) for policy in (SIP, CLASSIC)}
        # Under sip a box can be unticked for an Admin too; a change of policy rewrites nothing.
        world = build(offices[SIP])
        file = File(folder / "addon.db")
        yield Company(world=world, offices=offices, file=file, simulator=simulator, clock=clock, settings=settings)
        file.close()
        for office in offices.values():
            office.services.store.close()


@pytest.fixture
def untouched(company: Company) -> Iterator[Company]:
    """As it was built, and as it was built for whoever comes next."""
    company.file.put_back()
    yield company
    company.file.put_back()
