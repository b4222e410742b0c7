"""What two conversations become when they turn out to be one.

Pure, and the same whatever came first: every choice is a minimum, a maximum or a union, so uniting in any
order and any grouping ends alike. The strictest rule wins, a union must never widen sight or undo a removal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from storage.port import ConflictError
from storage.records import (
    MOST_OUTSIDE,
    NOT_PURGED,
    Conversation,
    ConversationState,
    Found,
    Removal,
    Role,
    Withdrawal,
)

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""`last_at` of a conversation in which nothing is stored yet."""


def wait_for_purge(conversations: Iterable[Conversation]) -> None:
    """Raise `ConflictError` where something of one is being destroyed: what it was united with would go as well.

    On hold that stands still, and nobody waits for it.
    """
    for each in conversations:
        states = {each.state, *(own.state for own in each.withdrawn.values())}
        if ConversationState.PURGING in states and not each.hold:
            raise ConflictError("Something of it is being destroyed: come again.")


def united(found: Sequence[Found], *, kept_until: datetime) -> Found:
    """One conversation out of several, given in the order of their first mail; the smallest id stays.

    Nothing is destroyed earlier than it would have been: what was in Lever and goes out with the others can come
    back until `kept_until`.
    """
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
        removal=replace(
            removal,
            barriers=_barriers([each.barriers for each in removals]),
            purge_at=max(each.removal.purge_at if each.removal else kept_until for each in conversations),
        )
        if removal
        else None,
        withdrawn=_withdrawn(found, kept_until=kept_until),
        hold=any(each.hold for each in conversations),
        linked=frozenset().union(*(each.linked for each in conversations)),
    )
    summary = replace(
        summaries[0],
        conversation=stays.id,
        count=sum(each.count for each in summaries),
        last_at=max(each.last_at for each in summaries),
        holders=frozenset().union(*(each.holders for each in summaries)).difference(conversation.withdrawn),
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
"""But for what changes at that very moment each is united with its like only (`counting.brought_together`)."""
_HIDDEN = (ConversationState.REMOVED, ConversationState.PURGING, ConversationState.PURGED)
"""Of copies that are out: what can still be undone is not destroyed because something else of theirs was to be."""


def _barriers(some: Sequence[Mapping[str, int | None]]) -> dict[str, int | None]:
    return {
        sub: _highest([each[sub] for each in some if sub in each])
        for sub in sorted({s for one in some for s in one})
    }


def _highest(barriers: Sequence[int | None]) -> int | None:
    """One that could not be read lets nothing pass."""
    known = [barrier for barrier in barriers if barrier is not None]
    return max(known) if len(known) == len(barriers) else None


def _withdrawn(found: Sequence[Found], *, kept_until: datetime) -> dict[str, Withdrawal]:
    """What somebody took out of one is out of all that it turned out to be, as long as it can be undone.

    Where nothing is left of it to undo, what they hold of the others is not out.
    """
    some = [each.conversation.withdrawn for each in found]
    holding = frozenset[str]().union(*(each.summary.holders for each in found))
    barriers = _barriers([{sub: each.barrier for sub, each in one.items()} for one in some])
    out = {
        sub: replace(
            _out(sub, [one[sub] for one in some if sub in one], and_until=kept_until if sub in holding else None),
            barrier=barrier,
        )
        for sub, barrier in barriers.items()
    }
    return {
        sub: each for sub, each in out.items() if each.state is not ConversationState.PURGED or sub not in holding
    }


def _out(sub: str, some: Sequence[Withdrawal], *, and_until: datetime | None) -> Withdrawal:
    """One holder's copies that are out of several, and with them those that were not, until `and_until`.

    What they took out themselves stays theirs to bring back.
    """
    left = [each for each in some if each.state in NOT_PURGED]
    first = min(left or some, key=lambda each: (each.by != sub, each.at, each.by))
    state = min((each.state for each in left or some), key=_HIDDEN.index)
    ends = [each.purge_at for each in left or some]
    if left and and_until is not None:
        state, ends = ConversationState.REMOVED, [*ends, and_until]
    return replace(first, state=state, purge_at=max(ends))


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
