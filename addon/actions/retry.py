"""*Try again*: the owner of a mailbox has read what could not be read and was set aside."""

from __future__ import annotations

from collections.abc import Sequence

from addon.actions.outcome import Done, NothingHere, Outcome
from addon.caller import Caller
from addon.policy import acting, following
from addon.policy.acting import Act
from addon.services import Services
from addon.threads import case_of, change_thread
from cards.language import mark, say
from storage import records
from storage.records import Lane, Member, Thread

NOTHING_LEFT = mark("Nothing is left to try again.")
_AT_ONCE = 100


def retry(caller: Caller, services: Services, *, thread: str) -> Outcome:
    """One of the caller's own threads, or without `thread` all that are set aside: a hundred at a time."""
    member, store, now = caller.member, services.store, services.clock.now()
    aside: Sequence[Thread] = (
        tuple(store.threads(member.sub, [thread]).values())
        if thread
        else store.set_aside(member.sub, limit=_AT_ONCE).items
    )
    own = [each for each in aside if _may_retry(member, each, services)]
    if not own:
        return NothingHere() if thread else Done(notice=say(NOTHING_LEFT))
    for each in own:
        change_thread(
            member.sub,
            each.id,
            lambda found: following.tried_again(found, now=now) if found else None,
            services,
            act=records.Act(actor=member.sub, verb="retry", at=now, subject=each.conversation),
        )
    store.ring(member.sub, now=now, soon=services.config.debounce, gap=services.gap, lane=Lane.INTERACTIVE)
    return Done(notice=say("Trying again."))


def _may_retry(member: Member, thread: Thread, services: Services) -> bool:
    """What is read is the owner's own mailbox, whatever they see of it in Lever; but nothing about themselves."""
    lies_in = thread.conversation if member.self_candidates else None
    found = services.store.conversation(lies_in) if lies_in else None
    return acting.may(Act.RETRY, case_of(member, found, services, thread=thread))
