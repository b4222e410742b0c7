"""Mailboxes from outside a run: a member's own record changed from the panel, and where Gmail's history stands.

The job writes the record only as it was read, so whoever is second reads again: a run in hand ends early, and is
made up for by the next.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor, wait

from addon.gateways.deadline import seconds_left
from addon.gateways.errors import OutsideError
from addon.gateways.gmail import StoredGmail
from addon.services import Services
from storage.port import ConflictError
from storage.records import Act, Mailbox

_TRIES = 5
READS_WITHIN_S = 4.0
"""For all mailboxes together: somebody waits for their press to be answered."""
_AT_ONCE = 8


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


def history_ids(subs: Collection[str], services: Services) -> dict[str, int | None]:
    """Where the history of each of these members' mailboxes stands now, for one unit each.

    None where Email is off or Gmail does not say so in time; who waits is not kept waiting.
    """
    opened = {sub: gmail for sub in sorted(subs) if (gmail := _opened(sub, services)) is not None}
    pool = ThreadPoolExecutor(_AT_ONCE)
    asked = {sub: pool.submit(_history_id, gmail) for sub, gmail in opened.items()}
    done, _ = wait(asked.values(), timeout=seconds_left(READS_WITHIN_S))
    pool.shutdown(wait=False, cancel_futures=True)
    told = {sub: each.result() for sub, each in asked.items() if each in done}
    return {sub: told.get(sub) for sub in subs}


def _opened(sub: str, services: Services) -> StoredGmail | None:
    consent, mailbox = services.store.consent(sub), services.store.mailbox(sub)
    if consent is None or mailbox is None:
        return None
    return services.gmail.stored(consent, address=mailbox.address)


def _history_id(gmail: StoredGmail) -> int | None:
    try:
        return gmail.history_id()
    except OutsideError:
        return None
