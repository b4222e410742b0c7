"""What two conversations become when they turn out to be one.

Pure, and the same whatever came first: every choice is a minimum, a maximum or a union, so uniting in any
order and any grouping ends alike. The strictest rule wins, a union must never widen sight or undo a removal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from storage.records import MOST_OUTSIDE, Conversation, ConversationState, Found, Removal, Role, Withdrawal

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""`last_at` of a conversation in which nothing is stored yet."""


def united(found: Sequence[Found]) -> Found:
    """One conversation out of several, given in the order of their first mail; the smallest id stays."""
    conversations = [each.conversation for each in found]
    summaries = [each.summary for each in found]
    stays = min(conversations, key=lambda each: each.id)
    secret = [each for each in conversations if each.secret]
    removals = [each.removal for each in conversations if each.removal]
    removal = _strictest(removals)
    first = min(secret, key=_made_secret, default=None)
    conversation = replace(
        stays,
        state=max((each.state for each in conversations), key=_STRICTNESS.index),
        secret=bool(secret),
        secret_by=first.secret_by if first else None,
        secret_at=first.secret_at if first else None,
        # Of several secrets only who sees each: nobody gains sight by bringing two of them together.
        audience=frozenset.intersection(*(each.audience for each in secret))
        if secret
        else frozenset().union(*(each.audience for each in conversations)),
        removal=replace(removal, barriers=_barriers([each.barriers for each in removals])) if removal else None,
        withdrawn=_withdrawn(found),
        hold=any(each.hold for each in conversations),
        linked=frozenset().union(*(each.linked for each in conversations)),
    )
    summary = replace(
        summaries[0],
        conversation=stays.id,
        count=sum(each.count for each in summaries),
        last_at=max(each.last_at for each in summaries),
        holders=frozenset().union(*(each.holders for each in summaries)),
        participants=frozenset().union(*(each.participants for each in summaries)),
        named=frozenset().union(*(each.named for each in summaries)),
        candidates=frozenset().union(*(each.candidates for each in summaries)),
        # The first by name, so that it is the same in every order.
        outside=frozenset(sorted(frozenset().union(*(each.outside for each in summaries)))[:MOST_OUTSIDE]),
    )
    return Found(conversation, summary)


_STRICTNESS = (
    ConversationState.LIVE,
    ConversationState.REMOVED,
    ConversationState.PURGED,
    ConversationState.PURGING,
)
"""Those without content are united with their like only (`storage.counting.with_content`)."""
_HIDDEN = (ConversationState.PURGING, ConversationState.REMOVED, ConversationState.PURGED)
"""Of copies that are out. Destroying that was ordered is not taken back by what can still be undone; and where all
is destroyed already, nothing is left that could be out.
"""


def _barriers(some: Sequence[Mapping[str, int | None]]) -> dict[str, int | None]:
    return {
        sub: _highest([each[sub] for each in some if sub in each])
        for sub in sorted({s for one in some for s in one})
    }


def _highest(barriers: Sequence[int | None]) -> int | None:
    """One that could not be read lets nothing pass."""
    known = [barrier for barrier in barriers if barrier is not None]
    return max(known) if len(known) == len(barriers) else None


def _withdrawn(found: Sequence[Found]) -> dict[str, Withdrawal]:
    """What somebody took out of one is out of all that it turned out to be, as long as it can be undone.

    Where nothing is left of it to undo, what they hold of the others is not out.
    """
    some = [each.conversation.withdrawn for each in found]
    holding = frozenset[str]().union(*(each.summary.holders for each in found))
    barriers = _barriers([{sub: each.barrier for sub, each in one.items()} for one in some])
    strictest = {
        sub: replace(min((one[sub] for one in some if sub in one), key=_by_state), barrier=barrier)
        for sub, barrier in barriers.items()
    }
    return {
        sub: each
        for sub, each in strictest.items()
        if each.state is not ConversationState.PURGED or sub not in holding
    }


def _by_state(withdrawal: Withdrawal) -> tuple[int, datetime, datetime, str]:
    return _HIDDEN.index(withdrawal.state), withdrawal.at, withdrawal.purge_at, withdrawal.by


def _made_secret(conversation: Conversation) -> tuple[datetime, str]:
    return conversation.secret_at or LONG_AGO, conversation.secret_by or ""


def _strictest(removals: Sequence[Removal]) -> Removal | None:
    """An admin's removal, which only admins undo, before a member's; then the earliest."""
    admins = (Role.ADMIN, Role.SUPER_ADMIN)
    return min(
        removals,
        key=lambda each: (each.role not in admins, each.at, each.by, each.role.value, each.purge_at),
        default=None,
    )
