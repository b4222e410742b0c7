"""One chapter, killed at one point or at none, and what came of it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from addon.config import Config
from addon.services import build_services
from app import create_app
from demo.simulator.server import serve
from tests.backends import new_place
from tests.crash.killing import Killed, Points, watching
from tests.crash.outcome import Told, told
from tests.crash.script import Chapter
from tests.crash.steps import PEOPLE, Notes, Step, prepared, settle
from tests.fakes.clock import MovedClock
from tests.office import Office, environment, open_office

LEASE_AND_MORE = {"minutes": 3}
"""After a crash a mailbox is free again when its lease has ended."""


@dataclass(frozen=True, kw_only=True)
class Ended:
    """A chapter at its end: `died` names the point, None where nothing did."""

    told: Told
    points: tuple[str, ...]
    units: int
    died: str | None


def history(backend: str, emulator: str | None, chapter: Chapter, *, dies_at: int | None = None) -> Ended:
    """Play the chapter with a new company; the process dies at that point and is started anew."""
    with company(backend, emulator) as (first, start_anew):
        office = first
        points, died, notes = Points(dies_at), None, Notes()
        prepared(office, notes.jobs)
        for step in chapter.given:
            step.do(office, notes)
        office.simulator.control.reset_meter()
        for step in chapter.steps:
            if not step.ours:
                step.do(office, notes)
                continue
            try:
                _watched(step, office, notes, points)
            except Killed:
                died = points.names[-1]
                office = start_anew(office)
                points.start_anew()
                office.clock.pass_time(**LEASE_AND_MORE)
                notes.again = True
                _watched(step, office, notes, points)
                notes.again = False
        settle(office, notes.jobs)
        units = sum(office.units(email) for email in PEOPLE)
        return Ended(told=told(office), points=tuple(points.names), units=units, died=died)


def _watched(step: Step, office: Office, notes: Notes, points: Points) -> None:
    with watching(office, points):
        step.do(office, notes)


@contextmanager
def company(backend: str, emulator: str | None) -> Iterator[tuple[Office, Callable[[Office], Office]]]:
    """A company with its own simulator and store, and how its processes are started anew."""
    with tempfile.TemporaryDirectory() as folder, serve(seed=1, units_per_minute=None) as simulator:
        place, clock, opened = new_place(backend, Path(folder), emulator), MovedClock(), list[Office]()
        config = Config.from_env(environment(simulator.url, **place.environment))

        def start() -> Office:
            opened.append(open_office(simulator, build_services(config, clock=clock), clock))
            return opened[-1]

        def start_anew(office: Office) -> Office:
            office.services.store.close()
            services = build_services(config, clock=clock)
            opened.append(replace(office, services=services, client=create_app(services).test_client()))
            return opened[-1]

        try:
            yield start(), start_anew
        finally:
            for office in opened[-1:]:
                office.services.store.close()
