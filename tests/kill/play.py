"""The history of `tests/crash` with a company of processes, struck by a plan or left in peace."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from addon import auditing
from tests.crash.outcome import Told, told
from tests.crash.script import CHAPTERS, ON
from tests.crash.steps import Notes, Step, prepared, settle
from tests.kill.bystander import bystander
from tests.kill.company import Company, LostError, all_read, ask_scheduler, is_leased, running_company
from tests.kill.plan import Blow
from tests.office import Office

SCRIPT = tuple(step for chapter in CHAPTERS.values() if chapter is not ON for step in chapter.steps)
"""Without the chapter in which members follow links to our pages, for which there is no browser here."""
_TRIES = 5
"""A step is begun again where its answer was lost; one blow can lose several."""


@dataclass(frozen=True, kw_only=True)
class Played:
    """`takes`: the seconds of each step in which something of ours was at work."""

    told: Told
    takes: Sequence[float]
    struck: Mapping[str, int]
    begun_again: int
    """Steps whose answer was lost, and that were done once more."""
    over_work: int
    """Deaths of the sync loop with a mailbox in hand."""
    complaints: Sequence[str]
    chain: str
    """What is broken in the audit log; empty where nothing is."""


@dataclass
class _Outside:
    """The jobs are done by others: this waits for them, and has the step's blow fall while they work."""

    company: Company
    blow: Blow | None = None
    takes: float = 0
    worked: float = 0
    """Seconds from the first mailbox taken in hand to rest."""

    def sync(self, office: Office) -> None:
        supervisor, store, began = self.company.supervisor, office.services.store, 0.0
        asked = office.clock.now()

        def at_rest() -> bool:
            nonlocal began
            leased = is_leased(store)
            if leased and not began:
                began = time.monotonic()
                self.arm()
            self.company.let_leases_end()
            if not supervisor.is_quiet or leased or store.due(office.clock.now(), limit=1):
                return False
            if not all_read(store, since=asked):
                # A run broke off, or left something for later: the next try is a minute away.
                office.clock.pass_time(minutes=1)
                return False
            return True

        self.company.wait(at_rest, "every mailbox is read")
        self.worked = time.monotonic() - began if began else 0.0

    def tidy(self, office: Office) -> None:
        for path in ("/jobs/renew", "/jobs/purge"):
            while ask_scheduler(office, path)["more"]:
                continue

    def arm(self) -> None:
        if self.blow is not None:
            self.company.supervisor.strike(self.blow, takes=self.takes)
            self.blow = None


@dataclass
class _Player:
    company: Company
    plan: Mapping[int, Blow]
    takes: Sequence[float]
    turns: int
    lasted: list[float] = field(default_factory=list)
    begun_again: int = 0

    def play(self, script: Sequence[Step]) -> Played:
        office, supervisor = self.company.office, self.company.supervisor
        outside = _Outside(self.company)
        notes = Notes(jobs=outside)
        prepared(office, outside)
        office.simulator.control.reset_meter()
        with bystander(office) as seen:
            self._play(script, notes, outside)
        settle(office, outside, turns=self.turns)
        verified = auditing.verify(office.services.store)
        return Played(
            told=told(office),
            takes=self.lasted,
            struck=Counter(supervisor.struck),
            begun_again=self.begun_again,
            over_work=sum(self.company.over_work),
            complaints=[*seen.complaints, *self.company.complaints()],
            chain=repr(verified.broken) if verified.broken else "",
        )

    def _play(self, script: Sequence[Step], notes: Notes, outside: _Outside) -> None:
        supervisor = self.company.supervisor
        for number, step in enumerate(script):
            blow, takes = self.plan.get(number), self.takes[number] if self.takes else 0.0
            outside.blow, outside.takes, outside.worked = blow, takes, 0.0
            began = time.monotonic()
            if not is_at_work(step):
                outside.arm()
            with _again(notes):
                self._do(step, notes)
            self.lasted.append(outside.worked or time.monotonic() - began)
            outside.arm()
            supervisor.strike_now()
            self.company.wait(lambda: supervisor.is_quiet, "what died is started anew")
            self.company.let_leases_end()

    def _do(self, step: Step, notes: Notes) -> None:
        for _ in range(_TRIES):
            try:
                step.do(self.company.office, notes)
            except LostError:
                self.begun_again += 1
                notes.again = True
            else:
                return
        raise LostError(f"{step.name}: no answer, {_TRIES} times")


@contextmanager
def _again(notes: Notes) -> Iterator[None]:
    try:
        yield
    finally:
        notes.again = False


def play(
    backend: str,
    emulator: str | None,
    folder: Path,
    *,
    script: Sequence[Step] = SCRIPT,
    plan: Mapping[int, Blow] | None = None,
    takes: Sequence[float] = (),
    turns: int = 4,
) -> Played:
    """Play it to its end in an empty folder; `takes` is what each step took in a calm one."""
    with running_company(backend, emulator, folder) as company:
        return _Player(company, plan or {}, takes, turns).play(script)


def is_at_work(step: Step) -> bool:
    """Whether it is the job that works in it; in others of ours somebody presses."""
    return step.name == "the job runs"
