"""A company whose Gmail, add-on and sync loop are processes; `Office` reaches them over HTTP as it does others."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, cast

from flask.testing import FlaskClient

from addon.config import Config
from addon.policy import membership
from addon.services import build_services
from cards.plain import Failure
from demo.company import LISTENING, serving
from demo.environment import bare
from demo.simulator.client import Control
from demo.simulator.server import Simulator
from storage.port import Store
from tests.backends import new_place
from tests.fakes.clock import SharedClock
from tests.kill.served import CLOCK
from tests.kill.supervisor import ADDON, WATCHER, Supervisor
from tests.office import BASE_URL, JOBS_ACCOUNT, Office, environment

_ANSWERS_S = 60
_AT_MOST_S = 120
_TRIES_AGAIN = (Failure.CHANGED, Failure.STORE_SILENT)
"""Nothing was done, and who pressed does it once more."""
_JSON = "application/json"
_LOOKS_S = 0.003
_LEASE_AND_MORE = {"minutes": 3}
"""By then the lease of who died has ended."""


class LostError(Exception):
    """Whoever was asked died over the answer, or answered that one may try again."""


class RestlessError(Exception):
    """It did not come to what was waited for."""


@dataclass(frozen=True, kw_only=True)
class _Answer:
    """As much of an answer as `Office` looks at."""

    status_code: int
    body: bytes

    def get_json(self) -> Any:
        return json.loads(self.body)

    def get_data(self, *, as_text: bool) -> str:
        assert as_text
        return self.body.decode()


@dataclass(frozen=True, kw_only=True)
class _Door:
    """The add-on's port: stands in for a test client."""

    port: int

    def post(self, path: str, *, json: Any = None, headers: Mapping[str, str]) -> _Answer:
        return self._send("POST", path, body=_written(json), headers={"Content-Type": _JSON, **headers})

    def get(self, path: str) -> _Answer:
        return self._send("GET", path, body=None, headers={})

    def _send(self, method: str, path: str, *, body: bytes | None, headers: Mapping[str, str]) -> _Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=_ANSWERS_S)
        try:
            connection.request(method, path, body=body, headers=dict(headers))
            response = connection.getresponse()
            answer = _Answer(status_code=response.status, body=response.read())
        except (OSError, HTTPException) as error:
            raise LostError(f"{method} {path}: {type(error).__name__}") from None
        finally:
            connection.close()
        for failure in _TRIES_AGAIN:
            if failure.value.format(word="Lever").encode() in answer.body:
                raise LostError(f"{method} {path}: {failure.name}")
        return answer


def _written(value: Any) -> bytes:
    return json.dumps(value).encode()


@dataclass(kw_only=True)
class Company:
    """`office` presses and looks; what runs is the supervisor's."""

    office: Office
    supervisor: Supervisor
    folder: Path
    over_work: Sequence[bool]
    """Of each death of the sync loop, whether it had a mailbox in hand."""
    _waited_for: int = 0

    def wait(self, came_true: Callable[[], bool], what: str) -> None:
        until = time.monotonic() + _AT_MOST_S
        while not came_true():
            if time.monotonic() > until:
                raise RestlessError(f"Waited {_AT_MOST_S} s in vain until {what}.")
            time.sleep(_LOOKS_S)

    def let_leases_end(self) -> None:
        """Whoever died with a mailbox in hand keeps it until its lease ends; nobody presses meanwhile."""
        died = len(self.over_work)
        if died > self._waited_for:
            self._waited_for = died
            self.office.clock.pass_time(**_LEASE_AND_MORE)

    def complaints(self) -> list[str]:
        """What the processes logged of errors they did not expect."""
        lines = [line for log in sorted(self.folder.glob("*.log")) for line in log.read_text().splitlines()]
        return [line for line in lines if "Traceback" in line or "could not be" in line or "unexpected" in line]


@contextmanager
def running_company(backend: str, emulator: str | None, folder: Path) -> Iterator[Company]:
    """Start everything on free ports, with a store of its own, and stop everything in the end."""
    place, clock = new_place(backend, folder, emulator), SharedClock.begin(folder / "clock")
    over_work = list[bool]()

    supervisor = Supervisor(folder, lambda: over_work.append(is_leased(services.store)))
    # Held here: while nobody serves, who comes waits.
    with socket.create_server(("127.0.0.1", 0)) as listening, supervisor.running():
        log = supervisor.add("simulator", "demo.simulator", "--port", "0", environment=bare())
        url = _address(log, supervisor)
        told = environment(url, **place.environment)
        door = _Door(port=listening.getsockname()[1])
        ours = bare() | told | {CLOCK: str(clock._file)}
        descriptor = listening.fileno()
        served = serving(descriptor, "tests.kill.served:create_app()")
        supervisor.add(ADDON, "gunicorn", *served, environment=ours, hands=[descriptor])
        watching = ("--app", "tests.kill.served", "sync", "--watch")
        supervisor.add(WATCHER, "flask", *watching, environment=ours)
        services = build_services(Config.from_env(told), clock=clock)
        try:
            office = Office(
                simulator=Simulator(url=url, control=Control(url)),
                services=services,
                clock=clock,
                client=cast("FlaskClient", door),
            )
            assert door.get("/readyz").status_code == 200
            yield Company(office=office, supervisor=supervisor, folder=folder, over_work=over_work)
        finally:
            services.store.close()


def _address(log: Path, supervisor: Supervisor) -> str:
    until = time.monotonic() + _AT_MOST_S
    while time.monotonic() < until:
        if supervisor.is_quiet and (found := LISTENING.search(log.read_text(encoding="utf-8"))):
            return found[1]
        time.sleep(_LOOKS_S)
    raise RestlessError("The Gmail simulator does not answer.")


def is_leased(store: Store) -> bool:
    """Whether somebody has a mailbox in hand, or died with it."""
    return any(mailbox.lease is not None for mailbox in store.mailboxes(limit=100).items)


def all_read(store: Store, *, since: datetime) -> bool:
    """Whether each mailbox that can be read had a run since then that left nothing to do."""
    read = [each for each in store.mailboxes(limit=100).items if membership.is_read(each)]
    return all(each.last_ok_at is not None and each.last_ok_at >= since for each in read)


def ask_scheduler(office: Office, path: str) -> Mapping[str, Any]:
    """What Cloud Scheduler does."""
    token = office.simulator.control.id_token(aud=f"{BASE_URL}{path}", email=JOBS_ACCOUNT, sub="scheduler")
    answer = office.client.post(path, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return cast("Mapping[str, Any]", answer.get_json())
