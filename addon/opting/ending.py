"""What a mailbox that is off leaves behind: nothing is followed or begun, nothing waits, what is stored stays."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from addon.policy import following
from addon.services import Services
from addon.threads import forget_bare
from storage.port import ConflictError
from storage.records import MOST_IN_A_SLICE, Thread, ThreadState

_FOLLOWED = (ThreadState.WAITING, ThreadState.FOLLOWING)
_TRIES = 5

_log = logging.getLogger("addon.opting")


def end_following(sub: str, services: Services) -> None:
    """Stop every thread of a mailbox; those of which nothing is stored leave no record, nor do drafts.

    Called when the gate is shut, and again before it opens anew, should the first time have been cut short.
    """
    services.store.discard_unsent(sub)
    for state in _FOLLOWED:
        if not _end(sub, state, services):
            _log.error("threads of a mailbox that is off are still %s: they were being changed", state.value)


def _end(sub: str, state: ThreadState, services: Services) -> bool:
    """False where a worker or a press was at one of them at every try; all others are ended."""
    tries = 0
    while threads := services.store.threads_in(sub, state, limit=MOST_IN_A_SLICE).items:
        if not _stop(threads, services):
            tries += 1
            if tries == _TRIES:
                return False
    return True


def _stop(threads: Sequence[Thread], services: Services) -> bool:
    """All at once; where one of them is being changed each by itself. False where none could be."""
    stopped = [following.stopped(thread) for thread in threads]
    try:
        services.store.save_threads(
            [thread for thread in stopped if not following.is_of_no_interest(thread)],
            forget=[thread for thread in stopped if following.is_of_no_interest(thread)],
        )
        for thread in threads:
            if thread.has_work and thread.conversation is not None:
                forget_bare(thread.sub, thread.id, services)
    except ConflictError:
        return len(threads) > 1 and sum(_stop([thread], services) for thread in threads) > 0
    return True
