"""Undo of an import, and Undo of that: what came in by it alone goes out, and comes back (R10, R24)."""

from __future__ import annotations

from dataclasses import replace

from addon.actions.importing import ring
from addon.actions.outcome import Done, NothingHere, Outcome
from addon.actions.removal import TOO_LATE, restore
from addon.actions.withdrawal import WITHIN, of_batch, take_out_together
from addon.caller import Caller
from addon.lookups.importing import own_import
from addon.policy import following, importing, retention, visibility
from addon.present.formats import formats_of
from addon.services import Services
from addon.threads import change_thread
from cards.language import say
from storage.records import Act, Import, ImportState, Thread, ThreadState

_EVERY_STATE = (ThreadState.FOLLOWING, ThreadState.STOPPED)


def withdraw_import(caller: Caller, services: Services, *, id: str) -> Outcome:
    """Take out what came in by this import only, and stop following it; what was followed before stays so."""
    member, now = caller.member, services.clock.now()
    record = own_import(member, id, services)
    if record is None or record.state not in importing.HAS_ENDED:
        return NothingHere()
    threads = of_batch(member, _EVERY_STATE, lambda thread: importing.came_by(thread, record), services)
    if not take_out_together(member, threads, services, batch=record.id, ends=following.unimported):
        return Done(notice=say("Some are out. Press Undo once more for the rest."))
    until = retention.purge_at(now, grace_days=services.config.grace_days)
    services.store.save_import(
        replace(record, state=ImportState.TAKEN_OUT, expires_at=until, unread=()),
        act=Act(actor=member.sub, verb="import-undo", at=now, subject=record.candidate),
    )
    said = say(
        "They are out of {word} again. You can undo until {date}.",
        word=services.site.word,
        date=formats_of(caller.event).date(until),
    )
    return Done(notice=said)


def restore_import(caller: Caller, services: Services, *, id: str) -> Outcome:
    """Bring back what `withdraw_import` took out, and follow it again."""
    member, now = caller.member, services.clock.now()
    record = own_import(member, id, services)
    if record is None or record.state is not ImportState.TAKEN_OUT:
        return NothingHere()
    mailbox = services.store.mailbox(member.sub)
    if mailbox is None:
        return Done(notice=say("Turn on Email first. Nothing was brought back."))
    until, became = now + WITHIN, set[bool | None]()
    for thread in of_batch(member, _EVERY_STATE, lambda thread: thread.batch == record.id, services):
        if services.clock.now() >= until:
            return Done(notice=say("Some are back. Press Undo once more for the rest."))
        became.add(_bring_back(caller, thread, record, services))
    if False in became and True not in became:
        return Done(notice=say(TOO_LATE))
    services.store.save_import(
        replace(record, state=ImportState.DONE, expires_at=now + retention.KEEPS_IMPORT),
        act=Act(actor=member.sub, verb="import-restore", at=now, subject=record.candidate),
    )
    ring(member.sub, services)
    return Done(notice=say("Back in {word}.", word=services.site.word))


def _bring_back(caller: Caller, thread: Thread, record: Import, services: Services) -> bool | None:
    """Whether what is stored of the thread is in Lever then; False where it is too late, None where nothing is."""
    member = caller.member
    found = services.store.conversation(thread.conversation or "")
    if found is None:
        return None
    own = found.conversation.withdrawn.get(member.sub)
    if own is not None and not retention.can_undo(own, now=services.clock.now()):
        return False

    def followed(thread: Thread | None) -> Thread | None:
        if thread is None:
            return None
        return following.imported(thread, sub=member.sub, id=thread.id, at=record.at, batch=record.id)

    if visibility.took_out(member, found):
        # Followed first: cut short in between, another press finds it taken out still. It is read for what
        # came meanwhile, as every followed thread of what comes back is.
        change_thread(member.sub, thread.id, followed, services)
        restore(caller, services, conversation=found.conversation.id)
    return True
