"""How fast one mailbox is read: a token bucket in quota units, and four calls in flight.

Gmail allows 6,000 units a minute per user but was seen to refuse after some 2,900 in 18 s, and shares an
unpublished cap on concurrent calls with every other client of that mailbox. 60 units a second stay below both.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from addon.clock import Clock
from addon.gateways.deadline import seconds_left, taken
from addon.gateways.errors import UnavailableError

UNITS_PER_S = 60
BURST_UNITS = 300
"""What may be spent at once after a quiet time; with the rate it stays below 4,000 in the first minute."""
IN_FLIGHT = 4


class Pace:
    """The pace of one mailbox."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(IN_FLIGHT)
        self._units = float(BURST_UNITS)
        self._at: datetime | None = None

    @contextmanager
    def call(self, units: int) -> Iterator[None]:
        """Wait until `units` may be spent and a slot is free; holds the slot while inside.

        Raise `UnavailableError`, with nothing spent, where that is later than the call is of use.
        """
        with taken(self._slots):
            wait = self._spend(units)
            if wait > 0:
                self._clock.sleep(wait)
            yield

    def _spend(self, units: int) -> float:
        """Take `units`, into debt where need be; seconds until the debt is paid."""
        with self._lock:
            now = self._clock.now()
            passed = max(0.0, (now - self._at).total_seconds()) if self._at else 0.0
            self._at = now
            self._units = min(BURST_UNITS, self._units + passed * UNITS_PER_S)
            wait = max(0.0, (units - self._units) / UNITS_PER_S)
            if wait > seconds_left():
                raise UnavailableError
            self._units -= units
            return wait


class Paces:
    """One pace per mailbox, for the life of the process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._paces: dict[str, Pace] = {}

    def of(self, sub: str) -> Pace:
        with self._lock:
            return self._paces.setdefault(sub, Pace(self._clock))
