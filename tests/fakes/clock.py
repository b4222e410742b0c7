"""A clock that a test moves, and that sleeping moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class MovedClock:
    """Begins long ago, so that however far a test moves it, mail arrives after what was done before.

    The simulated Gmail keeps the real time, because Google's tokens are judged by it.
    """

    def __init__(self) -> None:
        self._now = datetime.now(UTC) - timedelta(days=1000)

    def now(self) -> datetime:
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)

    def pass_time(self, **duration: float) -> None:
        self._now += timedelta(**duration)
