"""*Sync this conversation*: the owner of a mailbox points at the open thread (R7, R8, R31)."""

from __future__ import annotations

from dataclasses import replace

from addon.actions import labels
from addon.actions.outcome import Done, NothingHere, Outcome
from addon.caller import Caller
from addon.gateways.errors import AttentionError, OutsideError, RefusedError
from addon.lookups.ids import Ids
from addon.policy import acting, following, returning, visibility
from addon.policy.acting import Act
from addon.services import Services
from addon.threads import case_of, change_thread, read_again, to_read_again
from cards.language import mark, say
from storage import records
from storage.records import Found, Lane, Mailbox, Reason, Thread, ThreadState

_SYNCING = mark("Syncing.")


def sync_thread(caller: Caller, ids: Ids, services: Services, *, want: str) -> Outcome:
    """Follow the thread from now on and have it read; `want`: empty or `secret`."""
    member, store, now = caller.member, services.store, services.clock.now()
    opened = store.opened(member.sub, thread=ids.thread, message=ids.message)
    mailbox = opened.mailbox
    if mailbox is None:
        return Done(notice=say("Turn on Email first. Nothing was synced."))
    found = visibility.known_to(member, opened.found, services.config.secret_policy)
    if not acting.may(Act.SYNC, case_of(member, found, services, mailbox=mailbox)):
        return NothingHere()
    was_out = found is not None and returning.is_out(found.conversation, member.sub)

    def point(thread: Thread | None) -> Thread:
        asked = following.pointed_at(
            thread, sub=member.sub, id=ids.thread, reason=Reason.ASKED, now=now, lane=Lane.INTERACTIVE
        )
        if was_out:
            asked = following.read_whole(asked, now=now, lane=Lane.INTERACTIVE)
        elif thread and thread.state is ThreadState.FOLLOWING and opened.message is None and ids.message:
            asked = replace(asked, todo=asked.todo | {ids.message})
        if want == "secret":
            asked = replace(asked, secret=True, todo_all=True)
        return following.tried_again(asked, now=now)

    about = found.conversation.id if found else None
    act = records.Act(actor=member.sub, verb="sync-thread", at=now, subject=about)
    if found and was_out:
        if not _bring_back(caller, found, point(opened.thread), services, act=act):
            return Done(
                notice=say(
                    "It was removed from {word} and does not come back by syncing.", word=services.site.word
                )
            )
    else:
        change_thread(member.sub, ids.thread, point, services, act=act)
    store.ring(member.sub, now=now, soon=services.config.debounce, gap=services.gap, lane=Lane.INTERACTIVE)
    return _label(caller, ids, mailbox, services, secret=want == "secret", about=about)


def _bring_back(caller: Caller, found: Found, thread: Thread, services: Services, *, act: records.Act) -> bool:
    """*Sync again* lifts a removal, or brings back the caller's own copies, where it may (R25).

    Their thread is pointed at in the same commit, and whatever else comes back with it is read again.
    """
    member, now = caller.member, services.clock.now()
    wish = returning.Wish(pressed=True)
    if not returning.brings_back(member, found, wish, services.config.secret_policy):
        return False
    if returning.is_destroyed(found.conversation, member.sub):
        thread = following.left(thread)
    id, of = found.conversation.id, returning.whose_come_back(found.conversation, member.sub)
    # First: should this process end in between, nothing comes back without the press that asked for it.
    services.store.record(act)
    services.store.change(
        returning.brought_back(found, member.sub),
        act=records.Act(actor=member.sub, verb="bring-back", at=now, conversation=id),
        threads=(thread, *to_read_again(id, services, of=of, but=thread)),
    )
    read_again(id, services, of=of, in_hand=member.sub)
    return True


def _label(
    caller: Caller, ids: Ids, mailbox: Mailbox, services: Services, *, secret: bool, about: str | None
) -> Outcome:
    """The syncing stands already; the label is put on where that is permitted, or Google asked at this click."""
    if not services.config.panel_labels:
        return Done(notice=say(_SYNCING))
    if not labels.may_change_labels(caller):
        return labels.ask(caller, services) or Done(notice=say(_SYNCING), label_missing=True)
    # On record before Gmail is asked: should this process end in between, no change of theirs is without its row.
    services.store.record(
        records.Act(actor=caller.member.sub, verb="label-on", at=services.clock.now(), subject=about)
    )
    try:
        labels.put_on(caller, ids.thread, mailbox, services, secret=secret)
    except AttentionError:
        return Done(notice=say(_SYNCING), label_missing=True)
    except RefusedError:
        return Done(notice=say("Syncing. Gmail refused the label: you may have one whose name looks like it."))
    except OutsideError:
        return Done(notice=say("Syncing. Gmail did not answer, so the label is not on it."))
    return Done(notice=say(_SYNCING))
