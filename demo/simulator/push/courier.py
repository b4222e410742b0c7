"""Deliveries in a thread of their own, in order, each until it is acknowledged or the process ends."""

import heapq
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Condition, Thread
from typing import Any

from demo.simulator.push.note import Note

ACKNOWLEDGED = frozenset({102, 200, 201, 202, 204})
_FIRST_WAIT_S = 0.1
_LONGEST_WAIT_S = 60.0
_CLOSES_WITHIN_S = 2
_REMEMBERED = 10_000


@dataclass(order=True, kw_only=True)
class _Delivery:
    """`due` is the machine's own clock; `number` keeps the order of those due together."""

    due: float
    number: int
    note: Note = field(compare=False)
    attempts: int = field(default=0, compare=False)


class Courier:
    """`post` makes one attempt and answers with HTTP's status, 0 where nobody answered."""

    def __init__(self, post: Callable[[Note], int]) -> None:
        self._post = post
        self._changed = Condition()
        self._waiting: list[_Delivery] = []
        self._under_way = 0
        self._number = 0
        self._closed = False
        self._thread: Thread | None = None
        self._made: deque[dict[str, Any]] = deque(maxlen=_REMEMBERED)

    def take(self, note: Note) -> None:
        with self._changed:
            self._number += 1
            heapq.heappush(self._waiting, _Delivery(due=time.monotonic(), number=self._number, note=note))
            if self._thread is None:
                self._thread = Thread(target=self._work, daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def made(self) -> list[dict[str, Any]]:
        """Every attempt so far: which notification, and what was answered."""
        with self._changed:
            return list(self._made)

    def left(self) -> int:
        """How many are still to be acknowledged."""
        with self._changed:
            return self._left()

    def settle(self, *, within_s: float) -> int:
        """Wait until all are acknowledged, so long at most; how many are left."""
        with self._changed:
            self._changed.wait_for(lambda: not self._left(), timeout=within_s)
            return self._left()

    def close(self) -> None:
        """Give up what is left."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            thread = self._thread
        if thread:
            thread.join(_CLOSES_WITHIN_S)

    def _left(self) -> int:
        return len(self._waiting) + self._under_way

    def _work(self) -> None:
        while (delivery := self._next()) is not None:
            status = self._post(delivery.note)
            with self._changed:
                self._under_way -= 1
                note = delivery.note
                self._made.append(
                    {"id": note.id, "emailAddress": note.email, "historyId": note.history_id, "status": status}
                )
                if status not in ACKNOWLEDGED:
                    wait = min(_FIRST_WAIT_S * 2**delivery.attempts, _LONGEST_WAIT_S)
                    delivery.due, delivery.attempts = time.monotonic() + wait, delivery.attempts + 1
                    heapq.heappush(self._waiting, delivery)
                self._changed.notify_all()

    def _next(self) -> _Delivery | None:
        """Wait for the next one that is due; None at the end."""
        with self._changed:
            while not self._closed:
                wait = self._waiting[0].due - time.monotonic() if self._waiting else None
                if wait is not None and wait <= 0:
                    self._under_way += 1
                    return heapq.heappop(self._waiting)
                self._changed.wait(wait)
            return None
