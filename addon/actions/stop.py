"""*Stop*: the owner of a mailbox ends the following of a thread, or takes our label off it (R26, R31)."""

from __future__ import annotations

from addon.actions import labels
from addon.actions.outcome import Done, NothingHere, Outcome
from addon.caller import Caller
from addon.gateways.errors import AttentionError
from addon.lookups.ids import Ids
from addon.policy import acting, following, visibility
from addon.policy.acting import Act
from addon.services import Services
from addon.threads import case_of, change_thread, forget_bare
from cards.language import mark, say
from storage import records
from storage.records import Thread

_STILL_ON = mark("The label is still on it: Google's permission was not given.")


def stop_sync(caller: Caller, ids: Ids, services: Services) -> Outcome:
    """End every reason at once. What is stored stays; a thread that only waited leaves no record."""
    member, store = caller.member, services.store
    thread = _own_thread(caller, ids, services)
    if thread is None:
        return NothingHere()
    act = _act(caller, "stop-sync", thread, services)
    if thread.conversation is None:
        store.forget_thread(thread, act=act)
        return Done(notice=say("No longer waiting."))
    change_thread(member.sub, ids.thread, lambda t: following.stopped(t) if t else None, services, act=act)
    if thread.has_work:
        forget_bare(member.sub, ids.thread, services)
    return Done(notice=say("No longer updated. What is in {word} stays there.", word=services.site.word))


def take_label_off(caller: Caller, ids: Ids, services: Services) -> Outcome:
    """Take our label off the thread in Gmail; Google is asked for the permission at this click and no earlier."""
    member, now = caller.member, services.clock.now()
    mailbox = services.store.mailbox(member.sub)
    thread = _own_thread(caller, ids, services)
    if thread is None or mailbox is None:
        return NothingHere()
    if not services.config.panel_labels:
        return Done(notice=say("The label is still on it. Take it off in Gmail."))
    if not labels.may_change_labels(caller):
        return labels.ask(caller, services) or Done(notice=say(_STILL_ON))
    # On record before Gmail is asked, as every change of theirs.
    services.store.record(_act(caller, "label-off", thread, services))
    try:
        labels.take_off(caller, ids.thread, mailbox, services)
    except AttentionError:
        return Done(notice=say(_STILL_ON))
    change_thread(
        member.sub,
        ids.thread,
        lambda t: (
            following.unlabelled(
                following.unlabelled(t, messages=t.labelled, secret=False, now=now),
                messages=t.labelled_secret,
                secret=True,
                now=now,
            )
            if t
            else None
        ),
        services,
    )
    if thread.has_work:
        forget_bare(member.sub, ids.thread, services)
    return Done(notice=say("The label is off."))


def _act(caller: Caller, verb: str, thread: Thread, services: Services) -> records.Act:
    """Of a thread that is not in Lever the log holds no trace."""
    return records.Act(actor=caller.member.sub, verb=verb, at=services.clock.now(), subject=thread.conversation)


def _own_thread(caller: Caller, ids: Ids, services: Services) -> Thread | None:
    """The caller's own record of the thread, where R33 lets them stop it."""
    member = caller.member
    stored = services.store.opened(member.sub, thread=ids.thread, message=ids.message)
    opened = visibility.as_known_to(member, stored)
    found = visibility.known_to(member, opened.found, services.config.secret_policy)
    allowed = acting.may(Act.STOP, case_of(member, found, services, thread=opened.thread))
    return opened.thread if allowed else None
