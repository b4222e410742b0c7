"""A member's own mailbox record, changed from the panel without losing what the job changes.

The job writes it only as it was read, so whoever is second reads again: a run in hand ends early, and is made up
for by the next.
"""

from __future__ import annotations

from collections.abc import Callable

from addon.services import Services
from storage.port import ConflictError
from storage.records import Act, Mailbox

_TRIES = 5


def change_mailbox(
    sub: str, change: Callable[[Mailbox], Mailbox], services: Services, *, act: Act | None = None
) -> Mailbox | None:
    """Apply `change` to the mailbox as it stands; None where Email is off.

    `act` is logged with the change, and not without one.
    """
    for _ in range(_TRIES - 1):
        try:
            return _change_once(sub, change, services, act)
        except ConflictError:
            continue
    return _change_once(sub, change, services, act)


def _change_once(
    sub: str, change: Callable[[Mailbox], Mailbox], services: Services, act: Act | None
) -> Mailbox | None:
    before = services.store.mailbox(sub)
    if before is None:
        return None
    after = change(before)
    return before if after == before else services.store.save_mailbox(after, act=act)
