"""Bringing in what waited for candidates who are in the directory now (R12)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from addon.policy import retention
from addon.services import Services
from addon.threads import change_thread
from storage.port import ConflictError
from storage.records import Candidate, Lane, Thread, ThreadState

_AT_ONCE = 50


class Woken(NamedTuple):
    """What came of looking for people among what waits."""

    admitted: int
    """Waiting threads that are read now."""
    offered: int
    """Waiting threads grown old: their owners are asked on Home."""


def wake_waiting(services: Services) -> Woken:
    """Wake what waits for candidates that are new or have new addresses, also where that was cut short."""
    admitted = offered = 0
    cursor: str | None = None
    while True:
        page = services.store.candidates_to_wake(limit=_AT_ONCE, cursor=cursor)
        woken = wake(page.items, services)
        admitted, offered = admitted + woken.admitted, offered + woken.offered
        cursor = page.next
        if cursor is None:
            return Woken(admitted, offered)


def wake(candidates: Sequence[Candidate], services: Services) -> Woken:
    """Wake what waits for these, and note that it was done."""
    admitted = offered = 0
    for address in dict.fromkeys(address for candidate in candidates for address in candidate.addresses):
        woken = _wake(address, services)
        admitted, offered = admitted + woken.admitted, offered + woken.offered
    for candidate in candidates:
        # Whoever changes one meanwhile has its addresses looked for anew.
        with suppress(ConflictError):
            services.store.save_candidates([replace(candidate, to_wake=False)])
    return Woken(admitted, offered)


def _wake(address: str, services: Services) -> Woken:
    """Threads that waited for this person: read now, or offered to their owner where the wait grew old."""
    store, now = services.store, services.clock.now()
    key = store.key("who", address)
    admitted = offered = 0

    def woken(thread: Thread | None) -> Thread | None:
        if thread is None or thread.state is not ThreadState.WAITING:
            return None
        if retention.comes_by_itself(thread, now=now):
            return replace(thread, state=ThreadState.FOLLOWING, todo_all=True, lane=Lane.LIVE, not_before=now)
        return replace(thread, offered=True)

    cursor: str | None = None
    while True:
        page = store.waiting_for(key, limit=_AT_ONCE, cursor=cursor)
        for waiting in page.items:
            _, after = change_thread(waiting.sub, waiting.id, woken, services)
            if after is None or after.state is ThreadState.STOPPED:
                continue
            if after.offered:
                offered += 1
            else:
                store.ring(after.sub, now=now, soon=services.config.debounce, gap=services.gap)
                admitted += 1
        cursor = page.next
        if cursor is None:
            return Woken(admitted, offered)
