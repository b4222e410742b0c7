"""What follows when addresses come to candidates or leave them, also where that was cut short (R12, R16).

What waits for an address that came is read. What came by nothing but an address that left is not about the
candidate any more and, where it is about nobody else, no longer updated.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

from addon.batches import every
from addon.lookups.stored import only_by
from addon.policy import following, retention, visibility
from addon.services import Services
from addon.threads import change_thread, stop_rest, stopping
from storage.port import ConflictError
from storage.records import Act, Candidate, Thread, ThreadState

_AT_ONCE = 50
_TRIES = 5
_EVERY_LIST = frozenset({visibility.TEAM, visibility.PRIVILEGED})
"""Held by no one person: each live conversation is listed for one of the two."""


class Followed(NamedTuple):
    """What followed from changes of addresses."""

    admitted: int = 0
    """Waiting threads that are read now."""
    offered: int = 0
    """Waiting threads grown old: their owners are asked on Home."""
    dropped: int = 0
    """Conversations that are not about somebody any more."""
    whole: bool = True
    """False where something is left for another time."""

    def and_also(self, other: Followed) -> Followed:
        return Followed(
            admitted=self.admitted + other.admitted,
            offered=self.offered + other.offered,
            dropped=self.dropped + other.dropped,
            whole=self.whole and other.whole,
        )


def follow_up_all(services: Services, *, until: datetime | None = None) -> Followed:
    """Do what is still to be done for any candidate; what is left `until` then is left for another time."""
    followed = Followed()
    for candidate in every(lambda cursor: services.store.candidates_to_do(limit=_AT_ONCE, cursor=cursor)):
        followed = followed.and_also(follow_up(candidate, services, until=until))
        if not _is_time(services, until):
            return followed._replace(whole=False)
    return followed


def follow_up(candidate: Candidate, services: Services, *, until: datetime | None = None) -> Followed:
    """Do it for one candidate as it was just read or saved."""
    followed = Followed()
    with suppress(ConflictError):  # others change it all the time: it stays noted, for another time
        if candidate.leaving:
            followed = _drop_all(candidate, services, until=until)
        if candidate.to_wake and followed.whole:
            followed = followed.and_also(_wake_all(candidate, services, until=until))
        if followed.whole:
            services.store.save_candidates([replace(candidate, to_wake=False, leaving={})])
        return followed
    return followed._replace(whole=False)


def _is_time(services: Services, until: datetime | None) -> bool:
    return until is None or services.clock.now() < until


# --- addresses that came ----------------------------------------------------------------------------------


def _wake_all(candidate: Candidate, services: Services, *, until: datetime | None) -> Followed:
    followed = Followed()
    for address in candidate.addresses:
        followed = followed.and_also(_wake(address, services, until=until))
    return followed


def _wake(address: str, services: Services, *, until: datetime | None) -> Followed:
    """Threads that waited for this person: read now, or offered to their owner where the wait grew old."""
    store, now = services.store, services.clock.now()
    key = store.key("who", address)
    admitted = offered = 0

    def woken(thread: Thread | None) -> Thread | None:
        if thread is None or thread.state is not ThreadState.WAITING:
            return None
        if retention.comes_by_itself(thread, now=now):
            return following.awaited_came(thread, now=now)
        return replace(thread, offered=True)

    for waiting in every(lambda cursor: store.waiting_for(key, limit=_AT_ONCE, cursor=cursor)):
        if not _is_time(services, until):
            return Followed(admitted=admitted, offered=offered, whole=False)
        _, after = change_thread(waiting.sub, waiting.id, woken, services)
        if after is None or after.state is ThreadState.STOPPED:
            continue
        if after.offered:
            offered += 1
        else:
            store.ring(after.sub, now=now, soon=services.config.debounce, gap=services.gap)
            admitted += 1
    return Followed(admitted=admitted, offered=offered)


# --- addresses that left ----------------------------------------------------------------------------------


def _drop_all(candidate: Candidate, services: Services, *, until: datetime | None) -> Followed:
    """Of all that is about the candidate what came by nothing but an address that is leaving."""
    dropped = 0
    for conversation in _about(candidate, services):
        if not _is_time(services, until):
            return Followed(dropped=dropped, whole=False)
        dropped += any(
            _drop(candidate.id, address, conversation, services) for address in sorted(candidate.leaving)
        )
    return Followed(dropped=dropped)


def _drop(candidate: str, address: str, conversation: str, services: Services) -> bool:
    """Whether it was dropped. An address that has come back meanwhile is not leaving any more."""
    for _ in range(_TRIES):
        there, now = services.store.candidate(candidate), services.store.conversation(conversation)
        if there is None or now is None or address not in there.leaving:
            return False
        if candidate in now.conversation.linked or candidate not in now.summary.candidates:
            return False
        if not only_by(address, there, now.conversation.id, services):
            return False
        alone = now.summary.candidates == {candidate}
        act = Act(
            actor=there.leaving[address],
            verb="unlink-conversation",
            at=services.clock.now(),
            conversation=now.conversation.id,
            subject=candidate,
        )
        threads = stopping(now.conversation.id, candidate, services) if alone else ()
        try:
            services.store.change(now.conversation, act=act, threads=threads, not_about=(candidate,))
        except ConflictError:
            continue
        stop_rest(threads, now.conversation.id, candidate, services)
        return True
    raise ConflictError("this conversation is being changed by others")


def _about(candidate: Candidate, services: Services) -> list[str]:
    """Ids of all live conversations about a candidate; dropping one changes the list, so it is read first."""
    read = partial(services.store.conversations_of, candidate.id, tokens=_EVERY_LIST, but_about=())
    return [found.conversation.id for found in every(lambda cursor: read(limit=_AT_ONCE, cursor=cursor))]
