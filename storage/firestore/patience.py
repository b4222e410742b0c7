"""How long a verb goes on trying: pauses that grow, differ by chance, and end."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator

from storage.port import StoreError

VERB_SECONDS = 20.0
"""A verb that is not done by then never will be while its caller waits: Gmail gives the panel 30."""
CALL_SECONDS = 10.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.01, 0.5
_PARTS = 1000


class Patience:
    """The time one verb may take, all its tries together."""

    def __init__(self, seconds: float = VERB_SECONDS) -> None:
        self._end = time.monotonic() + seconds
        self._pauses = 0

    @property
    def call(self) -> float:
        """Seconds the next call may take."""
        return max(0.05, min(CALL_SECONDS, self._end - time.monotonic()))

    @property
    def over(self) -> bool:
        return time.monotonic() >= self._end - _LONGEST_PAUSE

    def pause(self) -> None:
        """Wait a little, the longer the more often; raise `StoreError` where the time is over."""
        longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**self._pauses)
        self._pauses += 1
        wait = longest * (1 + secrets.randbelow(_PARTS)) / _PARTS
        if time.monotonic() + wait >= self._end:
            raise StoreError("The store is busy or cannot be reached: nothing was changed for sure. Try again.")
        time.sleep(wait)


def tries() -> Iterator[Patience]:
    """Try after try of one verb, until it returns or its time is over (`StoreError`)."""
    within = Patience()
    while True:
        yield within
        within.pause()
