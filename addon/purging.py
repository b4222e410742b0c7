"""Destroying what is out of Lever when its time is over: by the job, or at once by *Delete now*.

It is marked first, so that Undo says too late and nothing comes in any more; then its mail goes, a few at a time;
last it is noted that all is gone, and why it had come in is forgotten. Cut short anywhere, the next call goes on
where this one was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from addon.batches import batches
from addon.policy import following, retention
from addon.services import Services
from addon.threads import threads_of
from storage.port import ConflictError
from storage.records import MOST_IN_A_SLICE, Act, Conversation, ConversationState, Thread

CONVERSATIONS_AT_ONCE = 20
MAILS_AT_ONCE = 20


@dataclass(frozen=True, kw_only=True)
class Purged:
    """What a call did: conversations of which something is gone, and whether some are left for the next."""

    done: int
    more: bool


def purge_due(services: Services, *, until: datetime) -> Purged:
    """Destroy what is due until nothing is, or until `until`."""
    done, failed = 0, set[str]()
    while True:
        due = services.store.purgeable(now=services.clock.now(), limit=CONVERSATIONS_AT_ONCE + len(failed))
        left = [each for each in due if each.id not in failed]
        if not left:
            return Purged(done=done, more=False)
        for conversation in left:
            if services.clock.now() >= until:
                return Purged(done=done, more=True)
            try:
                done += purge(conversation, services, until=until)
            except ConflictError:
                # Somebody acts on it at this moment: the next call looks again.
                failed.add(conversation.id)


def purge(conversation: Conversation, services: Services, *, until: datetime) -> bool:
    """Destroy what is due of one conversation as it was read; False where some is left.

    Raises `ConflictError` where somebody changed it meanwhile; what is gone by then is gone.
    """
    store = services.store
    marked = retention.to_purge(conversation, now=services.clock.now())
    if marked != conversation:
        marked = store.change(marked, act=None)
    if marked.hold or not retention.is_purging(marked):
        return True
    while store.purge(marked.id, limit=MAILS_AT_ONCE):
        if services.clock.now() >= until:
            return False
    first, *others = list(batches(_left_by(marked, services), MOST_IN_A_SLICE)) or [[]]
    for threads in others:
        store.save_threads(threads)
    store.change(retention.purged(marked), act=_act(marked, services), threads=first)
    return True


def _left_by(purging: Conversation, services: Services) -> Iterator[Thread]:
    """Threads whose mail is gone, without why it had come in."""
    whole = purging.state is ConversationState.PURGING
    going = {sub for sub, each in purging.withdrawn.items() if each.state is ConversationState.PURGING}
    for thread in threads_of(purging.id, services):
        if thread.ended and (whole or thread.sub in going):
            yield following.left(thread)


def _act(purging: Conversation, services: Services) -> Act:
    """Whose wish was carried out."""
    removal = purging.removal
    going = [sub for sub, each in purging.withdrawn.items() if each.state is ConversationState.PURGING]
    whole = purging.state is ConversationState.PURGING and removal is not None
    return Act(
        actor=removal.by if whole and removal else purging.withdrawn[min(going)].by,
        verb="purge",
        at=services.clock.now(),
        conversation=purging.id,
        subject=None if whole else min(going),
    )
