"""What time makes due, whoever calls for it: the scheduler, an operator, or a process that watches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from addon import auditing, opting, sync
from addon.addresses import follow_up_all
from addon.services import Services


@dataclass(frozen=True, kw_only=True)
class Done:
    """What was done in one go."""

    revoked: int
    """Tokens that waited to be revoked and are gone."""
    sealed: int
    """Rows of the audit log."""
    renewed: int
    """Mailboxes of which Gmail was asked to go on telling."""
    woken: int
    """Conversations that waited for a candidate who has their address now, where that was cut short."""
    dropped: int
    """Conversations that came by an address which was taken away again, where that was cut short."""
    more: bool
    """Something is left for the next time."""


def renew(services: Services, *, until: datetime) -> Done:
    """Clear away what expired, and go on with what was begun and is not ended; watch on until `until`."""
    store, now = services.store, services.clock.now()
    store.expire_looks(now=now)
    store.expire_imports(now=now)
    store.expire_begun(now=now)
    revoked = opting.tidy(services)
    sealed = auditing.seal(store, now=now)
    renewed = sync.renew_watches(services, until=until)
    followed = follow_up_all(services, until=until)
    return Done(
        revoked=revoked,
        sealed=sealed,
        renewed=renewed.mailboxes,
        woken=followed.admitted + followed.offered,
        dropped=followed.dropped,
        more=renewed.more or not followed.whole,
    )
