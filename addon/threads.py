"""Threads as acts and the job change them at the same time, without losing what the other changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sized
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import islice

from addon.batches import every
from addon.policy import following
from addon.policy.acting import Case
from addon.services import Services
from storage.port import ConflictError
from storage.records import MOST_IN_A_SLICE, Act, Found, Lane, Mailbox, Member, Thread, ThreadState

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


def to_read_again(
    conversation: str, services: Services, *, of: str | None, but: Thread | None = None
) -> tuple[Thread, ...]:
    """To be saved with a conversation that comes back: its followed threads, or those `of` one, to be read whole.

    Back and not read, they would stay without what came meanwhile. `but` one that is saved otherwise, for which
    room is left. What is more than one commit takes is marked here, beforehand: should this process end as soon as
    it is back, that is known as well. Where it does not come back, a run finds that and leaves them.
    """
    now = services.clock.now()
    threads = (
        each
        for each in _followed(conversation, services, of=of)
        if but is None or (each.sub, each.id) != (but.sub, but.id)
    )
    first = list(islice(threads, MOST_IN_A_SLICE - 1))
    for thread in threads:
        change_thread(thread.sub, thread.id, lambda each: _read_whole(each, now=now), services)
    return tuple(following.read_whole(each, now=now, lane=Lane.LIVE) for each in first)


def read_again(conversation: str, services: Services, *, of: str | None, in_hand: str = "") -> None:
    """After it came back: have those read, too, that were new or taken up at that moment, and ring for them all.

    `in_hand`: whose turn comes anyway.
    """
    now = services.clock.now()
    subs = set()
    for thread in _followed(conversation, services, of=of):
        change_thread(thread.sub, thread.id, lambda each: _read_whole(each, now=now), services)
        subs.add(thread.sub)
    for sub in sorted(subs - {in_hand}):
        services.store.ring(sub, now=now, soon=services.config.debounce, gap=services.gap)


def _read_whole(thread: Thread | None, *, now: datetime) -> Thread | None:
    if thread is None or thread.state is not ThreadState.FOLLOWING:
        return None
    return following.read_whole(thread, now=now, lane=Lane.LIVE)


def forget_bare(sub: str, id: str, services: Services) -> None:
    """Of a thread that ended before any of it was stored forget the record, and the conversation begun for it."""
    store = services.store
    for _ in range(_TRIES):
        thread = store.threads(sub, [id]).get(id)
        found = store.conversation(thread.conversation) if thread and thread.conversation else None
        if thread is None or found is None or not following.came_to_nothing(thread, found):
            return
        with suppress(ConflictError):
            store.forget_thread(thread)
            store.discard(found.conversation.id)
            return


def _followed(conversation: str, services: Services, *, of: str | None) -> Iterator[Thread]:
    """Every followed thread of it, or those `of` one member."""
    for thread in threads_of(conversation, services):
        if thread.state is ThreadState.FOLLOWING and of in {None, thread.sub}:
            yield thread


def threads_of(conversation: str, services: Services) -> Iterator[Thread]:
    """All threads of a conversation, in whoever's mailbox and in whatever state."""
    return every(lambda cursor: services.store.threads_of(conversation, limit=MOST_IN_A_SLICE, cursor=cursor))


def stopping(conversation: str, candidate: str, services: Services) -> tuple[Thread, ...]:
    """Its threads, no longer followed: it is about nobody any more, and nothing would admit what comes (R7).

    What is more than one commit takes, `stop_rest` is for.
    """
    threads = (
        _about_nobody(each, candidate)
        for each in threads_of(conversation, services)
        if each.state is not ThreadState.STOPPED
    )
    return tuple(islice(threads, MOST_IN_A_SLICE))


def stop_rest(stopped: Sized, conversation: str, candidate: str, services: Services) -> None:
    """After `stopping` was saved: where that was as many as one commit takes, have the others end, too."""
    if len(stopped) < MOST_IN_A_SLICE:
        return

    def ended(thread: Thread | None) -> Thread | None:
        if thread is None or thread.state is ThreadState.STOPPED:
            return None
        return _about_nobody(thread, candidate)

    for thread in threads_of(conversation, services):
        change_thread(thread.sub, thread.id, ended, services)


def _about_nobody(thread: Thread, candidate: str) -> Thread:
    return following.stopped(replace(thread, about=thread.about - {candidate}))
