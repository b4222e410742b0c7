"""R11 and R20: why a message is or is not in Lever, for its mailbox's owner and for anybody else. Pure.

To anybody but the owner a message that was denied, one that waits and one that was never seen are one and the
same, and so is one that lies in a conversation they may not know of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from addon.policy import ledger
from addon.policy.admission import STRENGTH, Denied
from storage.records import ConversationState, Copy, Look, Reason, Removal, Thread, ThreadState

_WAITS = frozenset({Denied.NO_CANDIDATE.value, Denied.SHARED_ADDRESS.value})


class Answer(Enum):
    """What can be said of a message."""

    STORED = "stored"
    ELSEWHERE = "elsewhere"
    """From other mailboxes, not from this one."""
    REMOVED = "removed"
    NO_SIGHT = "no_sight"
    """Its owner holds a copy, and is not among those who see it."""
    WAITING = "waiting"
    DENIED = "denied"
    GONE = "gone"
    """It was stored, and is not here any more."""
    NOTHING = "nothing"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that the answer may rest on. Of conversations the asker may not know of there is nothing in it."""

    sub: str
    """Whose mailbox is asked about."""
    owner_asks: bool
    copies: Sequence[Copy] = ()
    """Stored mail with this Message-ID, of whoever's mailbox."""
    thread: Thread | None = None
    """The mailbox's own thread of the conversation that its copy lies in."""
    no_sight: bool = False
    gone: bool = False
    """It was stored from this mailbox, and only the mark that keeps it from coming back is left."""
    look: Look | None = None


@dataclass(frozen=True, kw_only=True)
class Explanation:
    answer: Answer
    conversation: str | None = None
    since: datetime | None = None
    reason: Reason | None = None
    mailboxes: int = 0
    followed: bool = False
    secret: bool = False
    removal: Removal | None = None
    denied: str = ""
    at: datetime | None = None
    """When it was last looked at."""


def explain(facts: Facts) -> Explanation:
    """The first that is true; the last line is what everybody may always be told."""
    copy = own_copy(facts.copies, facts.sub) or next(iter(facts.copies), None)
    if copy is not None:
        return _stored(copy, facts)
    if facts.owner_asks and facts.no_sight:
        return Explanation(answer=Answer.NO_SIGHT)
    if facts.owner_asks and facts.gone:
        return Explanation(answer=Answer.GONE)
    if facts.owner_asks and facts.look is not None:
        return _looked_at(facts.look)
    return Explanation(answer=Answer.NOTHING)


def own_copy(copies: Sequence[Copy], sub: str) -> Copy | None:
    """The one of which this mailbox holds a copy: strangers may repeat a Message-ID."""
    return next((copy for copy in copies if sub in copy.message.holders), None)


def _stored(copy: Copy, facts: Facts) -> Explanation:
    conversation, thread = copy.conversation, facts.thread
    here = facts.sub in copy.message.holders
    reasons = thread.reasons if thread else {}
    reason = next((each for each in STRENGTH if each in reasons), None)
    answer = Answer.STORED if here else Answer.ELSEWHERE
    return Explanation(
        answer=answer if conversation.state is ConversationState.LIVE else Answer.REMOVED,
        conversation=conversation.id,
        since=reasons[reason].at if reason else None,
        reason=reason,
        mailboxes=len(copy.message.holders),
        followed=thread is not None and thread.state is ThreadState.FOLLOWING,
        secret=conversation.secret,
        removal=conversation.removal,
    )


def _looked_at(look: Look) -> Explanation:
    denied = ledger.denial(look.outcome) or ""
    waits = Answer.WAITING if denied in _WAITS else Answer.DENIED
    return Explanation(answer=waits, denied=denied, at=look.at)
