"""Ctrl-C and its kin: they end whatever goes on, except where that would leave a process behind unseen."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """Somebody wants the demo to end. Like KeyboardInterrupt, it is nobody's error."""


class Interruption:
    """The first signal raises `Interrupted`; later ones change nothing, for then the demo is ending already."""

    def __init__(self) -> None:
        self._asked = False
        self._put_off = False

    def listen(self) -> None:
        for number in _ENDS:
            signal.signal(number, self._hear)

    def ignore(self) -> None:
        """From here on the end is coming anyway."""
        for number in _ENDS:
            signal.signal(number, signal.SIG_IGN)

    @contextmanager
    def put_off(self) -> Iterator[None]:
        """What comes meanwhile is raised at the end."""
        self._put_off = True
        try:
            yield
        finally:
            self._put_off = False
        if self._asked:
            raise Interrupted

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        first, self._asked = not self._asked, True
        if first and not self._put_off:
            raise Interrupted
