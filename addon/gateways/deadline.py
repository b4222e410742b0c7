"""By when a request wants its answer: all that is asked of Google meanwhile shares the time that is left.

Google waits half a minute for an add-on, and then shows an error of its own, whatever was done by then. The
deadline is set once where a request begins, like the language it is answered in. Where nobody waits there is none,
and each call has a time of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from addon.clock import Clock
from addon.gateways.errors import UnavailableError


@dataclass(frozen=True, kw_only=True)
class _Deadline:
    at: float
    """In seconds of the clock that no change of the date moves."""
    clock: Clock


_deadline: ContextVar[_Deadline | None] = ContextVar("deadline", default=None)


@contextmanager
def answering_within(seconds: float, clock: Clock) -> Iterator[None]:
    """What is asked within ends so many seconds from now, answered or not."""
    before = _deadline.set(_Deadline(at=clock.seconds() + seconds, clock=clock))
    try:
        yield
    finally:
        _deadline.reset(before)


def seconds_left(at_most: float = threading.TIMEOUT_MAX) -> float:
    """How long may be waited; 0 where the time is over."""
    deadline = _deadline.get()
    if deadline is None:
        return at_most
    return min(at_most, max(0.0, deadline.at - deadline.clock.seconds()))


def seconds_for_a_call(at_most: float) -> float:
    """How long a call may take; raise `UnavailableError` where it would come too late."""
    seconds = seconds_left(at_most)
    if not seconds:
        raise UnavailableError
    return seconds


@contextmanager
def taken(lock: threading.Lock | threading.Semaphore) -> Iterator[None]:
    """Hold what others hold while they ask Google; raise `UnavailableError` where they are not done in time."""
    if not lock.acquire(timeout=seconds_left()):
        raise UnavailableError
    try:
        yield
    finally:
        lock.release()
