"""What two conversations become when they turn out to be one.

Pure, and the same whatever came first: every choice is a minimum, a maximum or a union, so uniting in any
order and any grouping ends alike. The strictest rule wins, a union must never widen sight or undo a removal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from storage.records import Conversation, ConversationState, Found, Removal, Role

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""`last_at` of a conversation in which nothing is stored yet."""


def united(found: Sequence[Found]) -> Found:
    """One conversation out of several, given in the order of their first mail; the smallest id stays."""
    conversations = [each.conversation for each in found]
    summaries = [each.summary for each in found]
    stays = min(conversations, key=lambda each: each.id)
    secret = [each for each in conversations if each.secret]
    removal = _strictest([each.removal for each in conversations if each.removal])
    first = min(secret, key=_made_secret, default=None)
    removed = any(each.state is ConversationState.REMOVED for each in conversations)
    conversation = replace(
        stays,
        state=ConversationState.REMOVED if removed else ConversationState.LIVE,
        secret=bool(secret),
        secret_by=first.secret_by if first else None,
        secret_at=first.secret_at if first else None,
        # Of several secrets only who sees each: nobody gains sight by bringing two of them together.
        audience=frozenset.intersection(*(each.audience for each in secret))
        if secret
        else frozenset().union(*(each.audience for each in conversations)),
        removal=removal,
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
    )
    return Found(conversation, summary)


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
