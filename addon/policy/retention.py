"""For how long: undo after removal (R24), by itself after pointing (R12), a token that is to be revoked (R4)."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage.records import Removal, Revocation, Thread

WAITS_BY_ITSELF = timedelta(days=30)
"""R12: a waiting thread whose candidate turns up later than this is offered to its owner instead."""

KEEPS_TOKEN = timedelta(days=7)
"""R4: how long a token that could not be revoked is kept for trying; then it is destroyed all the same."""
LINK_LASTS = timedelta(minutes=10)
"""From asking for consent until the answer of Google's page."""


KEEPS_LOOK = timedelta(days=30)
"""R11: how long the keyed hash of an opened message is kept, for its owner to ask what became of it."""


def keeps_token(revocation: Revocation, *, now: datetime) -> bool:
    return now < revocation.since + KEEPS_TOKEN


def purge_at(removed_at: datetime, *, grace_days: int) -> datetime:
    """When a removal can no longer be undone."""
    return removed_at + timedelta(days=grace_days)


def can_undo(removal: Removal, *, now: datetime) -> bool:
    return now < removal.purge_at


def comes_by_itself(thread: Thread, *, now: datetime) -> bool:
    """Whether a waiting thread comes in without asking its owner again."""
    return any(now - pointing.at <= WAITS_BY_ITSELF for pointing in thread.reasons.values())
