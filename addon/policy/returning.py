"""R24 and R25: what has something that is out of Lever come back, and what it is then. Pure.

A removal beats colleagues' copies, filters, imports and repair. What lifts it is a wish that is younger than it,
of somebody who sees the conversation: Undo (`visibility`), *Sync again*, or the label put on by hand once more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from addon.policy.visibility import ADMINS, may_see
from storage.records import (
    Conversation,
    ConversationState,
    Found,
    Member,
    Reason,
    SecretPolicy,
    Thread,
    Withdrawal,
)

NOT_OUT_FOR_GOOD = frozenset({ConversationState.REMOVED, ConversationState.PURGED})
"""What can come back: while it is being destroyed nothing can."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a mailbox's owner did to have a thread in Lever."""

    pressed: bool = False
    """They press *Sync again* at this moment."""
    asked_at: datetime | None = None
    """When they last pressed Sync."""
    label_record: int = 0
    """The history record by which the label was last put on by hand; 0 for none."""


def wish_of(thread: Thread) -> Wish:
    asked = thread.reasons.get(Reason.ASKED)
    return Wish(asked_at=asked.at if asked else None, label_record=thread.label_record)


def is_out(conversation: Conversation, sub: str) -> bool:
    """Whether nothing of this mailbox may come into it."""
    return conversation.state is not ConversationState.LIVE or sub in conversation.withdrawn


def is_destroyed(conversation: Conversation, sub: str) -> bool:
    """Whether of what came into it from this mailbox nothing is left that could come back."""
    own = conversation.withdrawn.get(sub)
    return ConversationState.PURGED in {conversation.state, own.state if own else None}


def brings_back(member: Member, found: Found, wish: Wish, policy: SecretPolicy) -> bool:
    """Whether the wish lifts what keeps this member's copies out."""
    conversation = found.conversation
    removal, own = conversation.removal, conversation.withdrawn.get(member.sub)
    if removal is not None:
        may = may_see(member, found, policy) and (removal.role not in ADMINS or member.role in ADMINS)
        possible = may and conversation.state in NOT_OUT_FOR_GOOD
        # A mailbox that held no copy then has no barrier, and its label counts for nothing.
        return possible and _is_younger(wish, removal.at, removal.barriers.get(member.sub))
    return own is not None and own.state in NOT_OUT_FOR_GOOD and _is_younger(wish, own.at, own.barrier)


def _is_younger(wish: Wish, at: datetime, barrier: int | None) -> bool:
    if wish.pressed or (wish.asked_at is not None and wish.asked_at > at):
        return True
    return barrier is not None and wish.label_record > barrier


def brought_back(found: Found, by: str) -> Conversation:
    """The conversation after `by` had it come back.

    What the remover brings back is what was there. Anybody else brings their own copies only: those of all other
    holders, the remover's among them, are out from then on, as long as they would have been.
    """
    conversation, summary = found
    withdrawn = dict(conversation.withdrawn)
    removal = conversation.removal
    if removal is not None and removal.by != by:
        purged = conversation.state is ConversationState.PURGED
        for sub in (summary.holders | removal.barriers.keys()) - withdrawn.keys():
            withdrawn[sub] = Withdrawal(
                by=removal.by,
                at=removal.at,
                purge_at=removal.purge_at,
                barrier=removal.barriers.get(sub),
                state=ConversationState.PURGED if purged else ConversationState.REMOVED,
            )
    withdrawn.pop(by, None)
    return replace(conversation, state=ConversationState.LIVE, removal=None, withdrawn=withdrawn)


def whose_come_back(conversation: Conversation, by: str) -> str | None:
    """Whose copies are in it again when `by` brings it back: their own alone, or None for everybody's."""
    removal = conversation.removal
    return None if removal is not None and removal.by == by else by


def undone(conversation: Conversation) -> Conversation:
    """The conversation with its removal undone: what holders had taken out by themselves stays out."""
    return replace(conversation, state=ConversationState.LIVE, removal=None)


def without_withdrawal(conversation: Conversation, sub: str) -> Conversation:
    """The conversation with this holder's copies in it again."""
    return replace(
        conversation, withdrawn={who: each for who, each in conversation.withdrawn.items() if who != sub}
    )


def with_barrier(conversation: Conversation, sub: str, history_id: int) -> Conversation:
    """The conversation with a barrier that could not be read when it was set: what came before counts as old."""
    own = conversation.withdrawn.get(sub)
    if own is not None and own.barrier is None:
        known = dict(conversation.withdrawn) | {sub: replace(own, barrier=history_id)}
        conversation = replace(conversation, withdrawn=known)
    removal = conversation.removal
    if removal is not None and sub in removal.barriers and removal.barriers[sub] is None:
        barriers = dict(removal.barriers) | {sub: history_id}
        conversation = replace(conversation, removal=replace(removal, barriers=barriers))
    return conversation
