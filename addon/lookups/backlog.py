"""What waits to be done without anybody looking on, for whoever keeps it running: how much, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from addon.policy import upkeep
from addon.services import Services

AT_MOST = 200
"""Counted of each kind; more than that is as bad."""
_EVER = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One kind of work: how much of it waits, `AT_MOST` at most, and how long the oldest does."""

    kind: str
    count: int
    longest: timedelta
    bound: timedelta
    """What waits for longer is worth a look."""

    @property
    def too_long(self) -> bool:
        return self.longest > self.bound


def backlog(services: Services) -> tuple[Waiting, Waiting, Waiting]:
    """Tokens to be revoked, conversations to be purged, rows of the audit log to be sealed."""
    store, now = services.store, services.clock.now()
    tokens = [each.since for each in store.revocations(now=now + _EVER, limit=AT_MOST)]
    purges = [each.purge_due or now for each in store.purgeable(now=now, limit=AT_MOST)]
    rows = [each.act.at for each in store.entries_at(store.unsealed(limit=AT_MOST).items).values()]
    return (
        _waiting("revocations", tokens, upkeep.REVOKED_WITHIN, now=now),
        _waiting("purges", purges, upkeep.PURGED_WITHIN, now=now),
        _waiting("audit_rows", rows, upkeep.SEALED_WITHIN, now=now),
    )


def _waiting(kind: str, since: list[datetime], bound: timedelta, *, now: datetime) -> Waiting:
    longest = max(now - min(since, default=now), timedelta())
    return Waiting(kind=kind, count=len(since), longest=longest, bound=bound)
