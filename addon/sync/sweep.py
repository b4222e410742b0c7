"""The sweep: every mailbox that is due gets a turn, the longest waiting first.

A turn is short, so that one mailbox with thousands of threads to read does not hold up another's single one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from addon.failures import describe
from addon.services import Services
from addon.sync.run import Outcome, run
from storage.records import Bell

TURN = timedelta(seconds=5)
_ENDED_REST = timedelta(days=1)
_FAILED_REST = timedelta(minutes=1)
AT_ONCE = 50

_log = logging.getLogger("addon.sync")


@dataclass(frozen=True, kw_only=True)
class Swept:
    """What a sweep did: how many turns it gave, and whether mailboxes that are due were left for the next."""

    ran: int
    more: bool


def sweep(services: Services, *, until: datetime, stopped: Callable[[], bool] = lambda: False) -> Swept:
    """Run what is due until nothing is, until `until`, or until `stopped` says so."""
    ran = 0
    while True:
        now = services.clock.now()
        bells = services.store.due(now, limit=AT_ONCE)
        if not bells:
            return Swept(ran=ran, more=False)
        for bell in bells:
            now = services.clock.now()
            if now >= until or stopped():
                return Swept(ran=ran, more=True)
            take_turn(bell, services, until=min(until, now + TURN))
            ran += 1


def take_turn(bell: Bell, services: Services, *, until: datetime) -> Outcome:
    """One mailbox's turn, and when the next one is."""
    try:
        outcome = run(bell.sub, services, until=until)
    except Exception as error:  # noqa: BLE001 (one mailbox must not stop the others)
        _log.error("a mailbox could not be run: %s", describe(error))
        outcome = Outcome.RESTING
    now = services.clock.now()
    services.store.settle(
        bell, ran_at=now, due_at=_next_turn(bell.sub, outcome, services, now=now), gap=services.gap
    )
    return outcome


def _next_turn(sub: str, outcome: Outcome, services: Services, *, now: datetime) -> datetime:
    if outcome is Outcome.MORE:
        return now
    if outcome is Outcome.LATER:
        return now + services.gap
    if outcome is not Outcome.RESTING:
        return now + services.config.poll
    mailbox = services.store.mailbox(sub)
    if mailbox and mailbox.cooldown_until and mailbox.cooldown_until > now:
        return mailbox.cooldown_until
    if mailbox and mailbox.attention:
        return now + _ENDED_REST
    return now + _FAILED_REST
