"""Thousands of threads in some mailboxes delay nobody's single one elsewhere by more than a few seconds."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from addon import sync
from storage.records import Lane
from tests.office import ANNA, BEN, CARA, JANE, Office, mail

BULK = 60
"""Threads that get the label at once; reading them takes a mailbox about forty seconds."""
LESS = 30
"""Still in bulk."""
SOON = timedelta(seconds=15)
"""Five until a bell is due, at most a turn of five in progress, and the reading itself."""


def labelled(office: Office, email: str, subject: str = "Application") -> dict[str, str]:
    at = office.deliver(mail(JANE, email, subject=subject), email)[email]
    office.label(email, at["threadId"])
    return at


def bulk(office: Office, email: str, threads: int = BULK) -> None:
    for n in range(threads):
        labelled(office, email, f"Bulk {n} of {email}")
    office.push(email)


@dataclass
class Watching:
    """A worker that sweeps, and what happens meanwhile: something at `at`, and when `seen` became true."""

    office: Office
    at: datetime
    happens: Callable[[], None]
    seen: Callable[[], bool]
    turns: int = 0
    waited: timedelta | None = None
    _happened: bool = field(default=False)

    def work(self, *, seconds: int) -> None:
        """Sweep without a pause for so long; between two turns the world goes on."""
        until = self.office.clock.now() + timedelta(seconds=seconds)
        while self.office.clock.now() < until:
            self.turns += sync.sweep(self.office.services, until=until, stopped=self._look).ran
            self.office.clock.pass_time(seconds=1)

    def _look(self) -> bool:
        now = self.office.clock.now()
        if not self._happened and now >= self.at:
            self._happened = True
            self.happens()
        elif self._happened and self.waited is None and self.seen():
            self.waited = now - self.at
        return False


def stored(office: Office, email: str, at: dict[str, str]) -> bool:
    found = office.services.store.threads(f"sub-{email}", [at["threadId"]]).get(at["threadId"])
    return found is not None and found.conversation is not None


def company(office: Office, *emails: str) -> Office:
    for email in emails:
        office.member(email, connected=True)
    office.candidate("Jane Doe", JANE)
    office.sync(*emails)
    office.clock.pass_time(minutes=2)
    return office


def test_a_single_label_does_not_wait_for_others_with_thousands_to_read(office: Office) -> None:
    many = [f"m{n}@acme.example" for n in range(6)]
    company(office, BEN, *many)
    for email in many:
        bulk(office, email, LESS)
    at: dict[str, str] = {}

    def happens() -> None:
        at.update(labelled(office, BEN))
        office.push(BEN)

    watching = Watching(
        office, office.clock.now() + timedelta(seconds=12), happens, lambda: stored(office, BEN, at)
    )
    watching.work(seconds=40)

    assert watching.waited is not None
    assert watching.waited <= SOON
    assert any(office.services.store.pending(f"sub-{email}") for email in many)


def test_a_reply_does_not_wait_for_a_filter_applied_to_thousands_in_the_same_mailbox(office: Office) -> None:
    company(office, ANNA)
    first = mail(JANE, ANNA, subject="Application")
    office.synced_mail(first)
    office.clock.pass_time(minutes=2)
    bulk(office, ANNA)

    def happens() -> None:
        office.deliver(mail(JANE, ANNA, reply_to=first), ANNA)
        office.push(ANNA)

    def seen() -> bool:
        [found] = [each for each in office.stored(office.jane(), ANNA) if each.summary.subject == "Application"]
        return found.summary.count == 2

    watching = Watching(office, office.clock.now() + timedelta(seconds=10), happens, seen)
    watching.work(seconds=25)

    assert watching.waited is not None
    assert watching.waited <= SOON
    assert office.services.store.pending(f"sub-{ANNA}")


def test_thousands_are_read_to_the_end_though_others_ring_all_the_time(office: Office) -> None:
    busy = [f"b{n}@acme.example" for n in range(4)]
    company(office, ANNA, *busy)
    bulk(office, ANNA)

    for _ in range(40):
        for email in busy:
            office.deliver(mail("nobody@else.example", email), email)
            office.push(email)
        office.clock.pass_time(seconds=5)
        office.sweep()

    assert not office.services.store.pending(f"sub-{ANNA}")


def test_what_got_the_label_in_bulk_is_less_urgent_than_what_got_it_alone(office: Office) -> None:
    company(office, ANNA, CARA)
    bulk(office, ANNA)
    labelled(office, CARA)
    office.push(CARA)
    office.clock.pass_time(seconds=5)
    for email in (ANNA, CARA):
        bell = office.services.store.bell(f"sub-{email}")
        assert bell is not None
        sync.take_turn(bell, office.services, until=office.clock.now())

    [left] = office.services.store.work(f"sub-{ANNA}", now=office.clock.now(), limit=1)
    bell = office.services.store.bell(f"sub-{ANNA}")
    assert bell is not None
    assert (left.lane, bell.lane) == (Lane.BACKFILL, Lane.BACKFILL)
    assert not office.services.store.pending(f"sub-{CARA}")


def test_several_workers_sweep_at_once_and_nothing_is_read_twice(office: Office) -> None:
    emails = [f"m{n}@acme.example" for n in range(4)]
    company(office, *emails)
    for email in emails:
        for n in range(5):
            labelled(office, email, f"{n} of {email}")
    office.clock.pass_time(minutes=10)
    until = office.clock.now() + timedelta(hours=1)
    workers = [
        threading.Thread(target=sync.sweep, args=(office.services,), kwargs={"until": until}) for _ in range(3)
    ]

    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert len(office.stored(office.jane(), emails[0])) == 20
    assert len(office.calls("threads.get")) == 20


def test_a_mailbox_that_another_worker_holds_is_passed_over_and_due_when_that_one_is_gone(office: Office) -> None:
    company(office, ANNA, BEN)
    for email in (ANNA, BEN):
        labelled(office, email)
    office.clock.pass_time(minutes=10)
    now = office.clock.now()
    assert office.services.store.claim(f"sub-{ANNA}", owner="gone", now=now, until=now + timedelta(minutes=2))

    turns = office.sweep()
    office.clock.pass_time(minutes=2)
    later = office.sweep()

    assert (turns, later) == (1, 1)
    assert len(office.stored(office.jane(), ANNA)) == 2
