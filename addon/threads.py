"""The caller's own thread behind an open message, and how it is changed without losing what the job changes."""

from __future__ import annotations

from collections.abc import Callable

from addon.policy.visibility import Case
from addon.services import Services
from storage.port import ConflictError
from storage.records import Found, Mailbox, Member, Thread

_TRIES = 5


def change_thread(
    sub: str,
    id: str,
    change: Callable[[Thread | None], Thread | None],
    services: Services,
) -> tuple[Thread | None, Thread | None]:
    """Apply `change` to the thread as it stands, again where the job was quicker; before and after.

    `change` answers None to leave it as it is.
    """
    for _ in range(_TRIES - 1):
        try:
            return _change_once(sub, id, change, services)
        except ConflictError:
            continue
    return _change_once(sub, id, change, services)


def _change_once(
    sub: str,
    id: str,
    change: Callable[[Thread | None], Thread | None],
    services: Services,
) -> tuple[Thread | None, Thread | None]:
    before = services.store.threads(sub, [id]).get(id)
    after = change(before)
    if after is None or after == before:
        return before, before
    return before, services.store.save_thread(after)


def case_of(
    member: Member,
    found: Found | None,
    services: Services,
    *,
    thread: Thread | None = None,
    mailbox: Mailbox | None = None,
) -> Case:
    return Case(
        member=member,
        found=found,
        policy=services.config.secret_policy,
        thread=thread,
        own_copy=mailbox is not None,
    )
