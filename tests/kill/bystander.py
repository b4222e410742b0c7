"""The rest of the company: mail that is nobody's business keeps coming in, and people look at it in the panel."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from threading import Event, Thread

from tests.crash.steps import PEOPLE
from tests.kill.company import LostError
from tests.office import Office, mail, texts

_EVERY_S = 0.3
"""A look costs its mailbox 20 units of the 6,000 that Gmail gives it a minute: most are left to the sync."""
_FRIEND = "bob@friends.example"


@dataclass
class Bystander:
    """Nothing of what it does changes how the history ends."""

    office: Office
    complaints: list[str] = field(default_factory=list)
    _stop: Event = field(default_factory=Event)

    def stop(self) -> None:
        self._stop.set()

    def go_on(self) -> None:
        for number, who in enumerate(cycle(PEOPLE)):
            if self._stop.wait(_EVERY_S):
                return
            try:
                self._look(number, who)
            except LostError:
                continue
            except Exception as error:  # noqa: BLE001 (it is told at the end)
                self.complaints.append(f"a bystander met {type(error).__name__}: {error}")
                return

    def _look(self, number: int, who: str) -> None:
        at = self.office.deliver(mail(_FRIEND, *PEOPLE, subject=f"Lunch {number}"), *PEOPLE)
        seen = " ".join(texts(self.office.open(who, at[who])))
        if "NOT SYNCED" not in seen:
            raise AssertionError(seen)


@contextmanager
def bystander(office: Office) -> Iterator[Bystander]:
    """There until the block ends."""
    seen = Bystander(office)
    looking = Thread(target=seen.go_on)
    looking.start()
    try:
        yield seen
    finally:
        seen.stop()
        looking.join()
