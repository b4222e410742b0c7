"""The caller's own thread behind an open message, and how it is changed without losing what the job changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from addon.policy.visibility import Case
from addon.services import Services
from storage.port import ConflictError
from storage.records import MOST_IN_A_SLICE, Act, Found, Mailbox, Member, Thread, ThreadState

_TRIES = 5


def change_thread(
    sub: str,
    id: str,
    change: Callable[[Thread | None], Thread | None],
    services: Services,
    *,
    act: Act | None = None,
) -> tuple[Thread | None, Thread | None]:
    """Apply `change` to the thread as it stands, again where the job was quicker; before and after.

    `change` answers None to leave it as it is. `act` is logged with the change, and not without one.
    """
    for _ in range(_TRIES - 1):
        try:
            return _change_once(sub, id, change, services, act)
        except ConflictError:
            continue
    return _change_once(sub, id, change, services, act)


def _change_once(
    sub: str,
    id: str,
    change: Callable[[Thread | None], Thread | None],
    services: Services,
    act: Act | None,
) -> tuple[Thread | None, Thread | None]:
    before = services.store.threads(sub, [id]).get(id)
    after = change(before)
    if after is None or after == before:
        return before, before
    return before, services.store.save_thread(after, act=act)


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


def followed(conversation: str, services: Services, *, of: str | None) -> Iterator[Thread]:
    """Every followed thread of it, or those `of` one member."""
    cursor: str | None = None
    while True:
        page = services.store.threads_of(conversation, limit=MOST_IN_A_SLICE, cursor=cursor)
        for thread in page.items:
            if thread.state is ThreadState.FOLLOWING and of in {None, thread.sub}:
                yield thread
        cursor = page.next
        if cursor is None:
            return
