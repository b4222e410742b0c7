"""What follows when addresses come to candidates or leave them, also where that was cut short (R12, R16).

What waits for an address that came is read. What came by nothing but an address that left is not about the
candidate any more and, where it is about nobody else, no longer updated.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from addon.lookups.stored import only_by
from addon.policy import retention, visibility
from addon.services import Services
from addon.threads import change_thread, stopping
from storage.port import ConflictError
from storage.records import Act, Candidate, Found, Lane, Thread, ThreadState

_AT_ONCE = 50
_TRIES = 5
_EVERY_LIST = frozenset({visibility.TEAM, visibility.PRIVILEGED})
"""Held by no one person: each live conversation is listed for one of the two."""


class Woken(NamedTuple):
    """What came of looking for people among what waits."""

    admitted: int
    """Waiting threads that are read now."""
    offered: int
    """Waiting threads grown old: their owners are asked on Home."""


def follow_up_all(services: Services) -> Woken:
    """Do what is still to be done because of any candidate's addresses."""
    admitted = offered = 0
    cursor: str | None = None
    while True:
        page = services.store.candidates_to_do(limit=_AT_ONCE, cursor=cursor)
        for candidate in page.items:
            woken = _woken(candidate, services)
            admitted, offered = admitted + woken.admitted, offered + woken.offered
            for address in candidate.leaving:
                _drop_all(candidate, address, services)
            _done(candidate, services)
        cursor = page.next
        if cursor is None:
            return Woken(admitted, offered)


def follow_up(candidate: Candidate, services: Services, *, until: datetime) -> bool:
    """Do it for one who was just saved; False where it takes longer than `until`, and the job does the rest."""
    _woken(candidate, services)
    whole = all(_drop_all(candidate, address, services, until=until) for address in candidate.leaving)
    if whole:
        _done(candidate, services)
    return whole


def _done(candidate: Candidate, services: Services) -> None:
    # Whoever changes one meanwhile has its addresses looked for anew.
    with suppress(ConflictError):
        services.store.save_candidates([replace(candidate, to_do=False, leaving={})])


# --- addresses that came ----------------------------------------------------------------------------------


def _woken(candidate: Candidate, services: Services) -> Woken:
    several = [_wake(address, services) for address in candidate.addresses]
    return Woken(sum(each.admitted for each in several), sum(each.offered for each in several))


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


# --- addresses that left ----------------------------------------------------------------------------------


def _drop_all(candidate: Candidate, address: str, services: Services, *, until: datetime | None = None) -> bool:
    """Of all that is about the candidate; whether it was done by `until`."""
    for found in _about(candidate, services):
        if until is not None and services.clock.now() >= until:
            return False
        _drop(candidate, address, found.conversation.id, services)
    return True


def _drop(candidate: Candidate, address: str, conversation: str, services: Services) -> None:
    """A conversation that came by nothing but the address is not about the candidate any more."""
    for _ in range(_TRIES):
        now = services.store.conversation(conversation)
        if now is None or candidate.id in now.conversation.linked or candidate.id not in now.summary.candidates:
            return
        if not only_by(address, candidate, now.conversation.id, services):
            return
        alone = now.summary.candidates == {candidate.id}
        act = Act(
            actor=candidate.leaving[address],
            verb="unlink-conversation",
            at=services.clock.now(),
            conversation=now.conversation.id,
            subject=candidate.id,
        )
        threads = stopping(now.conversation.id, candidate.id, services) if alone else ()
        try:
            services.store.change(now.conversation, act=act, threads=threads, not_about=(candidate.id,))
        except ConflictError:
            continue
        return
    raise ConflictError("this conversation is being changed by others")


def _about(candidate: Candidate, services: Services) -> Iterator[Found]:
    """All live conversations about a candidate; what is done to one changes the list, so it is read first."""
    every: list[Found] = []
    cursor: str | None = None
    while True:
        page = services.store.conversations_of(
            candidate.id, tokens=_EVERY_LIST, but_about=(), limit=_AT_ONCE, cursor=cursor
        )
        every += page.items
        cursor = page.next
        if cursor is None:
            break
    yield from every
