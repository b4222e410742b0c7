"""A conversation as people decide about it, and as lists show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from storage.records.people import Role


class ConversationState(Enum):
    LIVE = "live"
    REMOVED = "removed"
    PURGING = "purging"
    """Its content is being destroyed: nothing brings it back any more."""
    PURGED = "purged"
    """Keys are left, so that its mail comes back by somebody's wish only."""
    MERGED = "merged"


@dataclass(frozen=True, kw_only=True)
class Removal:
    """Who took a conversation out of Lever; until `purge_at` it can be undone."""

    by: str
    role: Role
    at: datetime
    purge_at: datetime
    barriers: Mapping[str, int | None] = field(default_factory=dict)
    """`sub` of each holder then -> the history id of that mailbox then: labels up to it are no wish to have it
    back. None where it could not be read."""


@dataclass(frozen=True, kw_only=True)
class Withdrawal:
    """One holder's copies of a conversation are out of Lever; until `purge_at` that can be undone."""

    by: str
    """Who took them out: their owner, or who removed the conversation before a colleague had it come back."""
    at: datetime
    purge_at: datetime
    barrier: int | None = None
    """The history id of the owner's mailbox then; None where it could not be read."""
    state: ConversationState = ConversationState.REMOVED
    """REMOVED, PURGING or PURGED, as of a conversation."""


NOT_PURGED = frozenset({ConversationState.REMOVED, ConversationState.PURGING})
"""Out of Lever, with content that is still to be destroyed."""


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """The gate of our union of threads: read inside transactions, changed rarely.

    `audience` is sight as data: the tokens of which a caller needs one (`addon.policy.visibility`). While the
    conversation is visible, its people (`Summary.relations`) see it too.
    """

    id: str
    state: ConversationState = ConversationState.LIVE
    into: str | None = None
    """Where a merged conversation went."""
    secret: bool = False
    secret_by: str | None = None
    secret_at: datetime | None = None
    audience: frozenset[str]
    removal: Removal | None = None
    withdrawn: Mapping[str, Withdrawal] = field(default_factory=dict)
    """`sub` of each member whose copies are out; what nobody else holds is not to be seen meanwhile."""
    hold: bool = False
    """Under legal hold: hidden where it is removed, and never purged."""
    linked: frozenset[str] = frozenset()
    """Candidates members said it is about (R16), beside those whose addresses are in it. `Summary.candidates`
    holds both."""
    version: str = ""

    @property
    def purge_due(self) -> datetime | None:
        """From when on something of it is to be destroyed."""
        if self.hold or self.state is ConversationState.MERGED:
            return None
        ends = [each.purge_at for each in self.withdrawn.values() if each.state in NOT_PURGED]
        if self.removal and self.state in NOT_PURGED:
            ends.append(self.removal.purge_at)
        return min(ends, default=None)

    @property
    def taken_out_by(self) -> frozenset[str]:
        """Members by whom something is out that is not being destroyed: all of it, or their own copies."""
        if self.state is ConversationState.MERGED:
            return frozenset()
        out = {
            sub
            for sub, each in self.withdrawn.items()
            if each.by == sub and each.state is ConversationState.REMOVED
        }
        if self.removal and self.state is ConversationState.REMOVED:
            out.add(self.removal.by)
        return frozenset(out)


MOST_OUTSIDE = 100
"""People from outside whom a mail, or a conversation, is found by; anybody may write to thousands."""


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What lists show of a conversation; grows with every message, whatever others add at the same time."""

    conversation: str
    subject: str = field(repr=False)
    count: int
    last_at: datetime
    holders: frozenset[str]
    """`sub` of every member from whose mailbox a copy is stored."""
    participants: frozenset[str]
    """`sub` of every member on a stored message, Bcc included: it counts for sight."""
    named: frozenset[str]
    """`sub` of every member in From, To or Cc of a stored message: who may be told of to others."""
    candidates: frozenset[str]
    first_at: datetime | None = None
    """When its earliest mail came in, as the store read it; None while it has none."""
    outside: frozenset[str] = field(default=frozenset(), repr=False)
    """Address and name of the people in From, To or Cc who are no members, `MOST_OUTSIDE` at most: by these it is
    found."""

    @property
    def relations(self) -> frozenset[str]:
        """The people who see it while it is visible, whatever their role."""
        return self.holders | self.participants
