"""Undo of an import, and Undo of that: what came in by it alone goes out, and comes back (R10, R24)."""

from __future__ import annotations

from dataclasses import replace

from addon.actions.bringing_back import EVERY_STATE, bring_back_together
from addon.actions.importing import ring
from addon.actions.outcome import CHANGED, Done, NothingHere, Outcome
from addon.actions.withdrawal import of_batch, take_out_together
from addon.caller import Caller
from addon.lookups.imports import own_import
from addon.policy import following, importing, retention
from addon.present.formats import formats_of
from addon.services import Services
from cards.language import say
from storage.records import Act, ImportState, Thread


def withdraw_import(caller: Caller, services: Services, *, id: str) -> Outcome:
    """Take out what came in by this import only, and stop following it; what was followed before stays so."""
    member, now = caller.member, services.clock.now()
    record = own_import(member, id, services)
    if record is None:
        return NothingHere()
    if record.state not in importing.HAS_ENDED:
        return Done(notice=say(CHANGED))
    threads = of_batch(member, EVERY_STATE, lambda thread: importing.came_by(thread, record), services)
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
    if record is None:
        return NothingHere()
    if record.state is not ImportState.TAKEN_OUT:
        return Done(notice=say(CHANGED))
    mailbox = services.store.mailbox(member.sub)
    if mailbox is None:
        return Done(notice=say("Turn on Email first. Nothing was brought back."))

    def followed(thread: Thread) -> Thread:
        return following.imported(thread, sub=member.sub, id=thread.id, at=record.at, batch=record.id)

    threads = of_batch(member, EVERY_STATE, lambda thread: thread.batch == record.id, services)
    if hindered := bring_back_together(caller, threads, services, follow=followed):
        return hindered
    services.store.save_import(
        replace(record, state=ImportState.DONE, expires_at=now + retention.KEEPS_IMPORT),
        act=Act(actor=member.sub, verb="import-restore", at=now, subject=record.candidate),
    )
    ring(member.sub, services)
    return Done(notice=say("Back in {word}.", word=services.site.word))
