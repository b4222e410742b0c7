"""What a mailbox that is off leaves behind: nothing is followed or begun, nothing waits, what is stored stays."""

from __future__ import annotations

from addon.policy import following
from addon.services import Services
from storage.port import ConflictError
from storage.records import MOST_IN_A_SLICE, ThreadState

_FOLLOWED = (ThreadState.WAITING, ThreadState.FOLLOWING)
_TRIES = 5


def end_following(sub: str, services: Services) -> None:
    """Stop every thread of a mailbox; those of which nothing is stored leave no record, nor do drafts.

    Called when the gate is shut, and again before it opens anew, should the first time have been cut short.
    """
    services.store.discard_unsent(sub)
    for state in _FOLLOWED:
        for _ in range(_TRIES):
            try:
                _end(sub, state, services)
                break
            except ConflictError:
                # A worker or a press was at one of them at that moment; none will be much longer.
                continue


def _end(sub: str, state: ThreadState, services: Services) -> None:
    while threads := services.store.threads_in(sub, state, limit=MOST_IN_A_SLICE).items:
        stopped = [following.stopped(thread) for thread in threads]
        services.store.save_threads(
            [thread for thread in stopped if not following.is_of_no_interest(thread)],
            forget=[thread for thread in stopped if following.is_of_no_interest(thread)],
        )
