"""*Remove from Lever* and its Undo (R24, R25). No message in Gmail is touched."""

from __future__ import annotations

from dataclasses import replace

from addon.actions.outcome import Done, NothingHere, Outcome, Question
from addon.caller import Caller
from addon.lookups.conversations import note_opening, readable
from addon.lookups.ids import Ids
from addon.policy import retention, visibility
from addon.present.formats import formats_of
from addon.present.people import nameable_holders, names
from addon.services import Services
from addon.threads import case_of, change_thread
from cards.remove import RemoveView, remove_card
from storage.records import Act, ConversationState, Removal, Thread, ThreadState

_THREADS_AT_ONCE = 50


def remove(caller: Caller, ids: Ids, services: Services, *, conversation: str, digest: str) -> Outcome:
    """Ask with the names of the other holders; with the digest of those, hide it from everyone at once."""
    member, now = caller.member, services.clock.now()
    found = readable(member, services.store.conversation(conversation), services)
    if found is None or not visibility.may(visibility.Act.REMOVE, case_of(member, found, services)):
        return NothingHere()
    note_opening(member, found, services)
    expected = visibility.digest(visibility.Act.REMOVE, found.conversation, found.summary.holders)
    until = retention.purge_at(now, grace_days=services.config.grace_days)
    if digest != expected:
        others = nameable_holders(found, but=member)
        view = RemoveView(
            conversation=found.conversation.id,
            message=ids.message,
            thread=ids.thread,
            digest=expected,
            others=names(others, services.store.members_named(others)),
            undo_until=formats_of(caller.event).date(until),
        )
        return Question(card=remove_card(view, site=services.site), again=bool(digest))
    services.store.change(
        replace(
            found.conversation,
            state=ConversationState.REMOVED,
            removal=Removal(by=member.sub, role=member.role, at=now, purge_at=until),
        ),
        act=Act(actor=member.sub, verb="remove", at=now, conversation=found.conversation.id),
    )
    return Done(notice="Removed.")


def restore(caller: Caller, services: Services, *, conversation: str) -> Outcome:
    """Undo a removal within its grace; its followed threads are read again for what came meanwhile."""
    member, now = caller.member, services.clock.now()
    found = services.store.conversation(conversation)
    if found is None or not visibility.may_see(member, found, services.config.secret_policy):
        return NothingHere()
    if not visibility.may(visibility.Act.RESTORE, case_of(member, found, services)):
        return NothingHere()
    removal = found.conversation.removal
    if removal is None or not retention.can_undo(removal, now=now):
        return Done(notice="This can no longer be undone.")
    note_opening(member, found, services)
    services.store.change(
        replace(found.conversation, state=ConversationState.LIVE, removal=None),
        act=Act(actor=member.sub, verb="restore", at=now, conversation=found.conversation.id),
    )
    _read_again(found.conversation.id, services)
    return Done(notice=f"Back in {services.site.word}.")


def _read_again(conversation: str, services: Services) -> None:
    now = services.clock.now()
    cursor: str | None = None
    while True:
        page = services.store.threads_of(conversation, limit=_THREADS_AT_ONCE, cursor=cursor)
        for thread in page.items:
            if thread.state is ThreadState.FOLLOWING:
                change_thread(thread.sub, thread.id, _to_read, services)
                services.store.ring(thread.sub, now=now, soon=services.config.debounce, gap=services.gap)
        cursor = page.next
        if cursor is None:
            return


def _to_read(thread: Thread | None) -> Thread | None:
    if thread is None or thread.state is not ThreadState.FOLLOWING:
        return None
    return replace(thread, todo_all=True)
