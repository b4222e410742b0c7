"""The processes of one company: started, struck, and started again as a supervisor does. None outlives it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock, Thread

from demo.processes import ROOT
from tests.kill.plan import Blow, Victim

_LOOKS_S = 0.003
_STOPS_S = 10
ADDON, WATCHER = "addon", "sync"
_OF_OURS = {
    Victim.WATCHER: (WATCHER,),
    Victim.ADDON: (ADDON,),
    Victim.WORKER: (ADDON,),
    Victim.MASTER: (ADDON,),
    Victim.ALL: (WATCHER, ADDON),
}


class StrayError(Exception):
    """A process ended that nobody struck; the text has its last words."""


@dataclass(kw_only=True)
class _Child:
    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    hands: Sequence[int]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 (our own modules)
                [sys.executable, "-m", "tests.kill.child", *self.arguments],
                cwd=ROOT,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=self.hands,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Of the process, and of the group it leads."""
        assert self.process is not None
        return self.process.pid


@dataclass
class Supervisor:
    """One thread starts, strikes and starts again: a process of ours ends with the thread that started it.

    `after_watcher` is called when the sync loop is dead and not started anew yet.
    """

    folder: Path
    after_watcher: Callable[[], None]
    struck: list[str] = field(default_factory=list)
    """The blows that fell, by the name of what they hit."""
    _children: dict[str, _Child] = field(default_factory=dict)
    _orphans: set[int] = field(default_factory=set)
    """Groups that lost their first process and go on without it."""
    _planned: tuple[float, Victim] | None = None
    _stray: str = ""
    _lock: Lock = field(default_factory=Lock)
    _stop: Event = field(default_factory=Event)

    @contextmanager
    def running(self) -> Iterator[Supervisor]:
        at_it = Thread(target=self._watch)
        at_it.start()
        try:
            yield self
        finally:
            self._stop.set()
            at_it.join()

    def add(self, name: str, *arguments: str, environment: Mapping[str, str], hands: Sequence[int] = ()) -> Path:
        """Have a Python module run from now on; its log."""
        child = _Child(
            name=name,
            arguments=arguments,
            environment=environment,
            hands=hands,
            log=self.folder / f"{name}.log",
        )
        with self._lock:
            self._children[name] = child
        return child.log

    def strike(self, blow: Blow, *, takes: float) -> None:
        """Let the blow fall when so much of `takes`, in seconds, is over."""
        with self._lock:
            self._planned = (time.monotonic() + blow.moment * takes, blow.victim)

    def strike_now(self) -> None:
        """The step that was to be struck is over already."""
        with self._lock:
            if self._planned is not None:
                self._planned = (time.monotonic(), self._planned[1])

    @property
    def is_quiet(self) -> bool:
        """No blow is to fall, and whatever died is started anew."""
        with self._lock:
            if self._stray:
                raise StrayError(self._stray)
            return self._planned is None and all(each.process is not None for each in self._children.values())

    # --- the thread ---------------------------------------------------------------------------------------

    def _watch(self) -> None:
        try:
            while not self._stop.wait(_LOOKS_S):
                with self._lock:
                    self._look()
        finally:
            self._end()

    def _look(self) -> None:
        if self._planned is not None and self._planned[0] <= time.monotonic() and self._finds(self._planned[1]):
            victim, self._planned = self._planned[1], None
            self._strike(victim)
        for child in self._children.values():
            if child.process is None:
                child.start()
            elif (code := child.process.poll()) is not None:
                words = child.log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
                self._stray = "\n".join([f"{child.name} ended by itself ({code}).", *words])
        self._orphans = {group for group in self._orphans if _is_there(group)}

    def _finds(self, victim: Victim) -> bool:
        """A worker may just be on its way: a blow falls on somebody."""
        return victim is not Victim.WORKER or all(_workers(self._children[each].pid) for each in _OF_OURS[victim])

    def _strike(self, victim: Victim) -> None:
        self.struck.append(victim.value)
        for name in _OF_OURS[victim]:
            child = self._children[name]
            if victim is Victim.WORKER:
                # The first process starts another worker by itself.
                for pid in _workers(child.pid)[:1]:
                    os.kill(pid, signal.SIGKILL)
                continue
            if victim is Victim.MASTER:
                os.kill(child.pid, signal.SIGKILL)
                self._orphans.add(child.pid)
            else:
                os.killpg(child.pid, signal.SIGKILL)
            assert child.process is not None
            child.process.wait()
            child.process = None
            if name == WATCHER:
                self.after_watcher()

    def _end(self) -> None:
        """Gmail last: what stops may still have something to say to it."""
        for child in reversed(self._children.values()):
            if child.process is None:
                continue
            child.process.terminate()
            try:
                child.process.wait(timeout=_STOPS_S)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.process.wait()
        for group in filter(_is_there, self._orphans):
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)


def _workers(pid: int) -> list[int]:
    """The children of a process, where the system tells: Linux does."""
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _is_there(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
