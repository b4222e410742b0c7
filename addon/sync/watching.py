"""Having Gmail tell of changes, so that nobody waits for the poll. Polling alone finds everything too.

What fails here stops nothing: Gmail is asked again an hour later, and the poll covers the time between.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from addon.batches import every
from addon.gateways.errors import OutsideError
from addon.gateways.gmail import StoredGmail
from addon.policy.upkeep import watch_is_due
from addon.services import Services
from addon.sync.held import Held
from storage.port import ConflictError

LASTS = timedelta(days=7)
"""As long as Gmail tells of changes without being asked again, whatever it answers."""
_AT_ONCE = 100


@dataclass(frozen=True, kw_only=True)
class Renewed:
    """How many mailboxes Gmail was asked to tell of, and whether some are left."""

    mailboxes: int
    more: bool


def keep_watching(held: Held, gmail: StoredGmail) -> bool:
    """Ask Gmail to tell of the mailbox in hand where that is due; whether it was asked and agreed.

    Raises `ConflictError` where the mailbox was taken over.
    """
    topic, now = held.services.config.topic, held.services.clock.now()
    if topic is None or not watch_is_due(held.mailbox, now=now):
        return False
    try:
        until = min(gmail.watch(topic), now + LASTS)
    except OutsideError:
        held.save(watch_asked_at=now)
        held.services.counters.add("watches", "failed")
        return False
    held.save(watch_until=until, watch_asked_at=now)
    held.services.counters.add("watches", "renewed")
    return True


def renew_watches(services: Services, *, until: datetime) -> Renewed:
    """Renew every mailbox's that is due, until `until`; those that are run are renewed by their runs too."""
    mailboxes = 0
    if services.config.topic is None:
        return Renewed(mailboxes=mailboxes, more=False)
    for mailbox in every(lambda cursor: services.store.mailboxes(limit=_AT_ONCE, cursor=cursor)):
        now = services.clock.now()
        if not watch_is_due(mailbox, now=now):
            continue
        if now >= until:
            return Renewed(mailboxes=mailboxes, more=True)
        mailboxes += _renew(mailbox.sub, services)
    return Renewed(mailboxes=mailboxes, more=False)


def _renew(sub: str, services: Services) -> bool:
    """One that is being run at this moment is left to its run."""
    held = Held.claim(sub, services)
    if held is None:
        return False
    try:
        consent = None if held.rests else held.consent()
        if consent is None:
            return False
        return keep_watching(held, services.gmail.stored(consent, address=held.mailbox.address))
    except ConflictError:
        return False
    finally:
        held.let_go()
