"""*Remove from Lever*, its Undo, and *Delete now* (R24, R25). No message in Gmail is touched."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from addon import purging
from addon.actions.outcome import Done, NothingHere, Outcome, Question
from addon.caller import Caller
from addon.lookups.conversations import note_opening, readable
from addon.lookups.ids import Ids
from addon.mailboxes import history_ids
from addon.policy import acting, retention, returning, visibility
from addon.present.formats import formats_of
from addon.present.people import nameable_holders, names
from addon.present.taken_out import Out, about
from addon.services import Services
from addon.threads import case_of, read_again, to_read_again
from cards.delete_now import DeleteNowView, delete_now_card
from cards.language import mark, say
from cards.my_data import MINE, NOW
from cards.remove import RemoveView, remove_card
from cards.widgets import Verb
from storage.records import (
    Act,
    Conversation,
    ConversationState,
    Found,
    Member,
    Removal,
)

PURGES_WITHIN = timedelta(seconds=8)
"""What *Delete now* destroys while its presser waits; the job does the rest."""
TOO_LATE = mark("This can no longer be undone.")


def remove(caller: Caller, ids: Ids, services: Services, *, conversation: str, digest: str) -> Outcome:
    """Ask with the names of the other holders; with the digest of those, hide it from everyone at once."""
    member, now = caller.member, services.clock.now()
    found = readable(member, services.store.conversation(conversation), services)
    if found is None or not acting.may(acting.Act.REMOVE, case_of(member, found, services)):
        return NothingHere()
    note_opening(member, found, services)
    # That somebody else holds a copy whom the reader is not told of shows in nothing on the card (R18).
    others = nameable_holders(found, but=member)
    expected = acting.digest(acting.Act.REMOVE, found.conversation, others)
    until = retention.purge_at(now, grace_days=services.config.grace_days)
    if digest != expected:
        given = caller.event.parameters
        view = RemoveView(
            conversation=found.conversation.id,
            message=ids.message,
            thread=ids.thread,
            digest=expected,
            subject=found.summary.subject,
            others=names(others, services.store.members_named(others)),
            undo_until=formats_of(caller.event).date(until),
            own_copy_only=member.sub in found.summary.holders,
            hold=found.conversation.hold,
            page=given.get("page", "") if given.get("want") == MINE else None,
        )
        return Question(card=remove_card(view, site=services.site), again=bool(digest))
    barriers = history_ids(found.summary.holders, services)
    # Not before: whoever pressed Sync while mailboxes were asked wished it before it was removed.
    now = services.clock.now()
    services.store.change(
        replace(
            found.conversation,
            state=ConversationState.REMOVED,
            removal=Removal(
                by=member.sub,
                role=member.role,
                at=now,
                purge_at=retention.purge_at(now, grace_days=services.config.grace_days),
                barriers=barriers,
            ),
        ),
        act=Act(actor=member.sub, verb="remove", at=now, conversation=found.conversation.id),
    )
    return Done(notice=say("Removed."))


def delete_now(caller: Caller, ids: Ids, services: Services, *, conversation: str, digest: str) -> Outcome:
    """What is removed, or one's own copies that are out: ask once more, then destroy it before its time."""
    found = _out_for(caller, conversation, acting.Act.DELETE_NOW, services)
    if found is None:
        return NothingHere()
    note_opening(caller.member, found, services)
    member, now, whole = caller.member, services.clock.now(), found.conversation.removal is not None
    if found.conversation.state not in retention.CAN_COME_BACK:
        return Done(notice=say(TOO_LATE))
    expected = acting.digest(acting.Act.DELETE_NOW, found.conversation, {member.sub})
    if digest != expected:
        sees, given = visibility.may_see(member, found, services.config.secret_policy), caller.event.parameters
        view = DeleteNowView(
            verb=Verb.REMOVE if whole else Verb.WITHDRAW,
            conversation=conversation,
            message=ids.message,
            thread=ids.thread,
            digest=expected,
            subject=found.summary.subject if sees else None,
            about=() if sees else _about(member, found, services),
            page=given.get("page", "") if given.get("want") == NOW else None,
        )
        return Question(card=delete_now_card(view, site=services.site), again=bool(digest))
    marked = services.store.change(
        _due_now(found.conversation, None if whole else member.sub, services),
        act=Act(
            actor=member.sub,
            verb="delete-now",
            at=now,
            conversation=found.conversation.id,
            subject=None if whole else member.sub,
        ),
    )
    purging.purge(marked, services, until=now + PURGES_WITHIN)
    return Done(notice=say("Deleted for good. Gmail is unchanged."))


def _about(member: Member, found: Found, services: Services) -> tuple[str, ...]:
    people = services.directory.candidates(found.summary.candidates) if found.summary.candidates else {}
    out = Out(found=found, thread=None, about=tuple(people[id] for id in sorted(people)))
    return about(out, reader=member, policy=services.config.secret_policy)


def _due_now(conversation: Conversation, sub: str | None, services: Services) -> Conversation:
    """All of what is removed, or this member's copies, being purged from this moment on."""
    now = services.clock.now()
    if sub is None:
        removal = conversation.removal
        assert removal is not None  # noqa: S101 (or it would not be the whole)
        return retention.to_purge(replace(conversation, removal=replace(removal, purge_at=now)), now=now)
    own = replace(conversation.withdrawn[sub], purge_at=now)
    return retention.to_purge(replace(conversation, withdrawn={**conversation.withdrawn, sub: own}), now=now)


def restore(caller: Caller, services: Services, *, conversation: str) -> Outcome:
    """Undo a removal, or the taking out of one's own copies, within its grace.

    Followed threads are read again for what came meanwhile.
    """
    found = _out_for(caller, conversation, acting.Act.RESTORE, services)
    if found is None:
        return NothingHere()
    member, now, gate = caller.member, services.clock.now(), found.conversation
    out = gate.removal or gate.withdrawn[member.sub]
    if gate.state not in retention.CAN_COME_BACK or not retention.can_undo(out, now=now):
        return Done(notice=say(TOO_LATE))
    whole = gate.removal is not None
    if whole:
        note_opening(member, found, services)
    of = None if whole else member.sub
    services.store.change(
        returning.undone(gate) if whole else returning.without_withdrawal(gate, member.sub),
        act=Act(actor=member.sub, verb="restore", at=now, conversation=gate.id, subject=of),
        threads=to_read_again(gate.id, services, of=of),
    )
    read_again(gate.id, services, of=of)
    return Done(notice=say("Back in {word}.", word=services.site.word))


def _out_for(caller: Caller, conversation: str, act: acting.Act, services: Services) -> Found | None:
    """What is out of Lever, where the caller may do `act` with it."""
    member = caller.member
    found = visibility.known_to(member, services.store.conversation(conversation), services.config.secret_policy)
    if found is None or not acting.may(act, case_of(member, found, services)):
        return None
    return found
