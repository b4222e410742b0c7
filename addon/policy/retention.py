"""For how long: undo after removal (R24), by itself after pointing (R12), a token that is to be revoked (R4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from storage.records import (
    NOT_PURGED,
    Conversation,
    ConversationState,
    LabelBatch,
    Removal,
    Revocation,
    Thread,
    Withdrawal,
)

WAITS_BY_ITSELF = timedelta(days=30)
"""R12: a waiting thread whose candidate turns up later than this is offered to its owner instead."""

SHOWS_BATCH = timedelta(days=7)
"""R8: how long what was labelled together can be undone together."""
MANY = 25
"""R8: more threads than that, labelled together, are offered to their owner as one batch."""

KEEPS_IMPORT = timedelta(days=7)
"""R10: how long what came of an import is shown, and can be undone."""
ENDS_IMPORT = timedelta(days=30)
"""An import that cannot go on is forgotten then, whatever holds it up."""

KEEPS_TOKEN = timedelta(days=7)
"""R4: how long a token that could not be revoked is kept for trying; then it is destroyed all the same."""
LINK_LASTS = timedelta(minutes=10)
"""From asking for consent until the answer of Google's page."""


KEEPS_DRAFT = timedelta(days=90)
"""R9: how long a draft that was made for a member may lie before it is sent."""
KEEPS_BEGUN = timedelta(days=180)
"""R9: how long after it was begun a conversation is known by its Message-ID in other mailboxes."""
KEEPS_LOOK = timedelta(days=30)
"""R11: how long the keyed hash of an opened message is kept, for its owner to ask what became of it."""

KEEPS_NO = timedelta(days=365)
"""R15: how long the keyed hash is kept by which a suggestion is not made again."""


def keeps_token(revocation: Revocation, *, now: datetime) -> bool:
    return now < revocation.since + KEEPS_TOKEN


def purge_at(removed_at: datetime, *, grace_days: int) -> datetime:
    """When a removal can no longer be undone."""
    return removed_at + timedelta(days=grace_days)


def can_undo(removal: Removal | Withdrawal, *, now: datetime) -> bool:
    return now < removal.purge_at


def to_purge(conversation: Conversation, *, now: datetime) -> Conversation:
    """The conversation with all that is due being purged, unless it is on hold: from then on Undo is too late."""
    if conversation.hold:
        return conversation
    removal = conversation.removal
    state = conversation.state
    if state is ConversationState.REMOVED and removal is not None and not can_undo(removal, now=now):
        state = ConversationState.PURGING
    whole = state is ConversationState.PURGING
    withdrawn = {
        sub: replace(each, state=ConversationState.PURGING)
        if each.state in NOT_PURGED and (whole or not can_undo(each, now=now))
        else each
        for sub, each in conversation.withdrawn.items()
    }
    return replace(conversation, state=state, withdrawn=withdrawn)


def purged(conversation: Conversation) -> Conversation:
    """The conversation after everything that was being purged is gone."""
    return replace(
        conversation,
        state=_purged(conversation.state),
        withdrawn={sub: replace(each, state=_purged(each.state)) for sub, each in conversation.withdrawn.items()},
    )


CAN_COME_BACK = frozenset({ConversationState.LIVE, ConversationState.REMOVED})
"""What is being destroyed, or was, is nobody's to undo, and nobody's to hurry."""


def _purged(state: ConversationState) -> ConversationState:
    return ConversationState.PURGED if state is ConversationState.PURGING else state


def is_purging(conversation: Conversation) -> bool:
    states = {conversation.state, *(each.state for each in conversation.withdrawn.values())}
    return ConversationState.PURGING in states


def shows_batch(batch: LabelBatch, *, now: datetime) -> bool:
    """Many, for a week; those that are out for as long as they can come back."""
    return batch.count > MANY and now < (batch.out_until or batch.at + SHOWS_BATCH)


def comes_by_itself(thread: Thread, *, now: datetime) -> bool:
    """Whether a waiting thread comes in without asking its owner again."""
    return any(now - pointing.at <= WAITS_BY_ITSELF for pointing in thread.reasons.values())
