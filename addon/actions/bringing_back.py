"""Undo of having taken out what came in together: it comes back, and is followed as it was (R8, R10, R24)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from addon.actions.importing import ring
from addon.actions.outcome import Done, NothingHere, Outcome
from addon.actions.removal import TOO_LATE, restore
from addon.actions.withdrawal import WITHIN, of_batch
from addon.caller import Caller
from addon.mailboxes import change_mailbox
from addon.policy import following, retention, visibility
from addon.services import Services
from addon.threads import change_thread
from cards.language import say
from storage.records import LabelBatch, Mailbox, Thread, ThreadState

EVERY_STATE = (ThreadState.FOLLOWING, ThreadState.STOPPED)


def restore_batch(caller: Caller, services: Services, *, batch: str) -> Outcome:
    """Bring back what `withdraw_batch` took out.

    Threads that only waited for a candidate left no record, and come again by their label alone.
    """
    member, now = caller.member, services.clock.now()
    mailbox = services.store.mailbox(member.sub)
    if mailbox is None or not _is_out(mailbox, batch, services):
        return NothingHere()

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


def _is_out(mailbox: Mailbox, batch: str, services: Services) -> bool:
    now = services.clock.now()
    return any(
        each.id == batch and each.out_until is not None and retention.shows_batch(each, now=now)
        for each in mailbox.batches
    )


def bring_back_together(
    caller: Caller, threads: Iterable[Thread], services: Services, *, follow: Callable[[Thread], Thread]
) -> Done | None:
    """Bring all of `threads` back, followed by `follow`; says what hindered it."""
    until, became = services.clock.now() + WITHIN, set[bool | None]()
    for thread in threads:
        if services.clock.now() >= until:
            return Done(notice=say("Some are back. Press Undo once more for the rest."))
        became.add(_bring_back(caller, thread, services, follow=follow))
    return Done(notice=say(TOO_LATE)) if False in became and True not in became else None


def _bring_back(
    caller: Caller, thread: Thread, services: Services, *, follow: Callable[[Thread], Thread]
) -> bool | None:
    """Whether what is stored of the thread is in Lever then; False where it is too late, None where nothing is."""
    member = caller.member
    found = services.store.conversation(thread.conversation or "")
    if found is None:
        return None
    own = found.conversation.withdrawn.get(member.sub)
    if own is not None and not retention.can_undo(own, now=services.clock.now()):
        return False
    if visibility.took_out(member, found):
        # Followed first: cut short in between, another press finds it taken out still. It is read for what
        # came meanwhile, as every followed thread of what comes back is.
        change_thread(member.sub, thread.id, lambda now: follow(now) if now else None, services)
        restore(caller, services, conversation=found.conversation.id)
    return True
