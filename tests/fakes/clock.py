"""Clocks that a test moves: ours, which stands still but for sleep, Gmail's, and one for several processes."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock

LONG_AGO = timedelta(days=1000)


class MovedClock:
    """Begins long ago, so that however far a test moves it, mail arrives after what was done before.

    The simulated Gmail keeps the real time, because Google's tokens are judged by it: `Ahead`.
    """

    def __init__(self) -> None:
        self._now = datetime.now(UTC) - LONG_AGO

    def now(self) -> datetime:
        return self._now

    def seconds(self) -> float:
        return self._now.timestamp()

    def sleep(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)

    def pass_time(self, **duration: float) -> None:
        self._now += timedelta(**duration)


class Ahead:
    """The simulated Gmail's clock: the real time, and as many seconds more as a test lets pass.

    Once it is ahead nothing is pressed any more, for Google's tokens are judged by the real time.
    """

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return time.time() + self.seconds


class SharedClock(MovedClock):
    """One for several processes: the machine's, that many seconds away from it as a file says."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._moving = Lock()

    @classmethod
    def begin(cls, file: Path) -> SharedClock:
        """As long ago as the others."""
        file.write_text(str(-LONG_AGO.total_seconds()))
        return cls(file)

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(self._file.read_text()))

    def seconds(self) -> float:
        """Whoever is being answered is so in real time, whatever day it becomes meanwhile."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def pass_time(self, **duration: float) -> None:
        """Whole or not at all: others read at any moment."""
        with self._moving:
            beside = self._file.with_suffix(".new")
            beside.write_text(str(float(self._file.read_text()) + timedelta(**duration).total_seconds()))
            beside.replace(self._file)
