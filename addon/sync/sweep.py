"""The sweep: every mailbox that is due gets a turn, the most urgent first, then the longest waiting.

A turn is short, and after a long one is looked anew who rang: mailboxes with thousands of threads to read do not
hold up another's single one. Several processes may sweep at once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from addon.failures import describe
from addon.services import Services
from addon.sync.run import Outcome, run
from storage.port import StoreError
from storage.records import Bell, Lane

TURN = timedelta(seconds=5)
_ENDED_REST = timedelta(days=1)
_FAILED_REST = timedelta(minutes=1)
AT_ONCE = 50
"""Bells read at once; the most urgent of them is next."""
_LOOKS_AGAIN = timedelta(seconds=1)
_FOR_THE_LONGEST = 5
"""Every so manieth turn is the longest waiting one's: urgent ones never keep the others from theirs for good."""
_SHOWS_SOON = timedelta(seconds=7)
"""Until Gmail is asked again for what it told of and does not show yet."""

_log = logging.getLogger("addon.sync")


@dataclass(frozen=True, kw_only=True)
class Swept:
    """What a sweep did: how many turns it gave, and whether mailboxes that are due were left for the next."""

    ran: int
    more: bool


def sweep(services: Services, *, until: datetime, stopped: Callable[[], bool] = lambda: False) -> Swept:
    """Run what is due until nothing is, until `until`, or until `stopped` says so."""
    ran = 0
    busy: dict[str, datetime] = {}
    while True:
        looked = services.clock.now()
        due = [bell for bell in services.store.due(looked, limit=AT_ONCE) if busy.get(bell.sub, looked) <= looked]
        if not due:
            return Swept(ran=ran, more=False)
        # Counted from the answer: a store that takes longer than that would never let a turn begin.
        answered = services.clock.now()
        while due and services.clock.now() - answered < _LOOKS_AGAIN:
            now = services.clock.now()
            if now >= until or stopped():
                return Swept(ran=ran, more=True)
            bell = _next(due, ran)
            due.remove(bell)
            if take_turn(bell, services, until=min(until, now + TURN), lane=bell.lane) is Outcome.BUSY:
                busy[bell.sub] = now + TURN
            else:
                ran += 1


def _next(due: Sequence[Bell], ran: int) -> Bell:
    if ran % _FOR_THE_LONGEST == _FOR_THE_LONGEST - 1:
        return min(due, key=lambda bell: bell.due_at)
    return min(due, key=lambda bell: (bell.lane.value, bell.due_at))


def take_turn(bell: Bell, services: Services, *, until: datetime, lane: Lane = Lane.BACKFILL) -> Outcome:
    """One mailbox's turn, and when the next one is. `lane`: an urgent turn leaves backfill to another."""
    try:
        outcome = run(bell.sub, services, until=until, notified=bell.notified, lane=lane)
    except StoreError as error:
        _log.error("a mailbox could not be run, the store failed: %s", error)
        outcome = Outcome.FAILED
    except Exception as error:  # noqa: BLE001 (one mailbox must not stop the others)
        _log.error("a mailbox could not be run: %s", describe(error))
        outcome = Outcome.FAILED
    services.counters.add("turns", outcome.value)
    if outcome is Outcome.BUSY:
        # Whoever is at it settles the bell. Should they be gone, it is still due when their lease ends.
        return outcome
    now = services.clock.now()
    due_at, lane = _next_turn(bell.sub, outcome, services, now=now)
    services.store.settle(bell, ran_at=now, due_at=due_at, gap=services.gap, lane=lane)
    return outcome


def _next_turn(sub: str, outcome: Outcome, services: Services, *, now: datetime) -> tuple[datetime, Lane]:
    """When, and how urgent it will be then. Nobody waits for a poll."""
    match outcome:
        case Outcome.MORE:
            return now, _lane_of_more(sub, services, now=now)
        case Outcome.BEHIND:
            return now + min(_SHOWS_SOON, services.gap), Lane.LIVE
        case Outcome.LATER:
            return now + services.gap, Lane.LIVE
        case Outcome.FAILED:
            return now + _FAILED_REST, Lane.BACKFILL
        case Outcome.RESTING:
            return now + _rest(sub, services, now=now), Lane.BACKFILL
        case _:
            return now + services.config.poll, Lane.BACKFILL


def _lane_of_more(sub: str, services: Services, *, now: datetime) -> Lane:
    """Of what a turn left to do; where it is neither reading nor importing, catching up."""
    work = services.store.work(sub, now=now, limit=1)
    if work:
        return work[0].lane
    return Lane.BACKFILL if services.store.running_imports(sub, limit=1) else Lane.LIVE


def _rest(sub: str, services: Services, *, now: datetime) -> timedelta:
    mailbox = services.store.mailbox(sub)
    if mailbox and mailbox.cooldown_until and mailbox.cooldown_until > now:
        return mailbox.cooldown_until - now
    return _ENDED_REST if mailbox and mailbox.attention else _FAILED_REST
