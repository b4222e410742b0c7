"""Undo of having taken out what came in together: it comes back, and is followed as it was (R8, R10, R24)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from enum import Enum

from addon.actions.importing import ring
from addon.actions.outcome import CHANGED, Done, NothingHere, Outcome
from addon.actions.removal import TOO_LATE, restore
from addon.actions.withdrawal import WITHIN, of_batch
from addon.caller import Caller
from addon.mailboxes import change_mailbox
from addon.policy import following, retention, visibility
from addon.services import Services
from addon.threads import change_thread
from cards.language import mark, say
from storage.records import LabelBatch, Mailbox, Thread, ThreadState

EVERY_STATE = (ThreadState.FOLLOWING, ThreadState.STOPPED)
_REMOVED = mark("It was removed from {word} meanwhile. Your copy is in My data, under Taken out.")


class _Became(Enum):
    """Of what is stored of one thread."""

    BACK = "back"
    """It is in Lever."""
    TOO_LATE = "too_late"
    REMOVED = "removed"
    NOTHING = "nothing"
    """Nothing is stored of it."""


def restore_batch(caller: Caller, services: Services, *, batch: str) -> Outcome:
    """Bring back what `withdraw_batch` took out.

    Threads that only waited for a candidate left no record, and come again by their label alone.
    """
    member, now = caller.member, services.clock.now()
    mailbox = services.store.mailbox(member.sub)
    mine = _shown(mailbox, batch, services) if mailbox else None
    if mine is None:
        return NothingHere()
    if mine.out_until is None:
        return Done(notice=say(CHANGED))

    def followed(thread: Thread) -> Thread:
        return following.labelled_again(thread, sub=member.sub, now=now)

    threads = of_batch(member, EVERY_STATE, lambda thread: thread.batch == batch, services)
    if hindered := bring_back_together(caller, threads, services, follow=followed):
        return hindered

    def back(each: LabelBatch) -> LabelBatch:
        return replace(each, out_until=None) if each.id == batch else each

    change_mailbox(member.sub, lambda box: replace(box, batches=tuple(map(back, box.batches))), services)
    ring(member.sub, services)
    return Done(notice=say("Back in {word}.", word=services.site.word))


def _shown(mailbox: Mailbox, batch: str, services: Services) -> LabelBatch | None:
    """The caller's own, while Home has it."""
    now = services.clock.now()
    return next(
        (each for each in mailbox.batches if each.id == batch and retention.shows_batch(each, now=now)), None
    )


def bring_back_together(
    caller: Caller, threads: Iterable[Thread], services: Services, *, follow: Callable[[Thread], Thread]
) -> Done | None:
    """Bring all of `threads` back, followed by `follow`; says what hindered it."""
    until, became = services.clock.now() + WITHIN, set[_Became]()
    for thread in threads:
        if services.clock.now() >= until:
            return Done(notice=say("Some are back. Press Undo once more for the rest."))
        became.add(_bring_back(caller, thread, services, follow=follow))
    if _Became.BACK in became or became <= {_Became.NOTHING}:
        return None
    return Done(notice=say(_REMOVED, word=services.site.word) if _Became.REMOVED in became else say(TOO_LATE))


def _bring_back(
    caller: Caller, thread: Thread, services: Services, *, follow: Callable[[Thread], Thread]
) -> _Became:
    member = caller.member
    found = services.store.conversation(thread.conversation or "")
    if found is None:
        return _Became.NOTHING
    if found.conversation.removal is not None:
        # A removal for everyone is another thing, be it the caller's own.
        return _Became.REMOVED
    own = found.conversation.withdrawn.get(member.sub)
    if own is not None and not retention.can_undo(own, now=services.clock.now()):
        return _Became.TOO_LATE
    if visibility.took_out(member, found):
        # Followed first: cut short in between, another press finds it taken out still. It is read for what
        # came meanwhile, as every followed thread of what comes back is.
        change_thread(member.sub, thread.id, lambda now: follow(now) if now else None, services)
        restore(caller, services, conversation=found.conversation.id)
    return _Became.BACK
