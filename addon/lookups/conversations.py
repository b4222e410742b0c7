"""A stored conversation, as one caller may read it, and how often its people stand on its messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from addon.batches import every
from addon.policy import copies, visibility
from addon.policy.mail import Mail
from addon.present import who_sees
from addon.services import Services
from storage.records import Act, ConversationState, Found, Holdings, Member, Message, Page

OPENED = "open"
"""The audit log's word for reading a secret conversation without being on it."""
NOTED_AGAIN_AFTER = timedelta(hours=1)
"""Reading on, page by page, is one opening; and nobody can push another's opening off the list by refreshing."""
_ACTS_LOOKED_AT = 50
_AT_ONCE = 100
_COPIES_LOOKED_AT = 5
"""Strangers may repeat a Message-ID."""
_ACTS_READ = 500
"""The newest acts on a conversation, among which openings are looked for."""


def readable(member: Member, found: Found | None, services: Services) -> Found | None:
    """The conversation, where it is in Lever and the member sees it."""
    if found is None or found.conversation.state is not ConversationState.LIVE:
        return None
    return found if visibility.may_see(member, found, services.config.secret_policy) else None


def answered_by(mail: Mail, member: Member, services: Services) -> Found | None:
    """The conversation in Lever that `mail` answers, by a copy from the member's own mailbox (R17, R18).

    All that could be it is read, whatever is found, so that the number of reads tells nothing.
    """
    store = services.store
    stored = [
        copy
        for key in copies.answered_keys(mail, key=store.key)
        for copy in store.copies_of(key, limit=_COPIES_LOOKED_AT)
        if member.sub in copy.message.gmail_ids
    ]
    seen = [readable(member, Found(copy.conversation, copy.summary), services) for copy in stored]
    return next((found for found in seen if found is not None), None)


def conversations_of(
    member: Member, candidate: str, services: Services, *, limit: int, cursor: str | None = None
) -> Page[Found]:
    """A candidate's conversations that the member sees; none that is about the member as well (R13)."""
    return services.store.conversations_of(
        candidate,
        tokens=visibility.tokens(member, services.config.secret_policy),
        but_about=member.self_candidates,
        limit=limit,
        cursor=cursor,
    )


def holdings_of(member: Member, services: Services) -> Holdings:
    """How much is stored from the member's own mailbox, as they are told it: nothing that is about them (R13)."""
    return services.store.holdings(member.sub, but_about=member.self_candidates)


def note_opening(member: Member, found: Found, services: Services) -> None:
    """R21: whoever reads a secret conversation without being on it is written down."""
    if visibility.reads_unnoticed(member, found, services.config.secret_policy):
        return
    since = services.clock.now() - NOTED_AGAIN_AFTER
    acts = services.store.acts(found.conversation.id, limit=_ACTS_LOOKED_AT)
    if not any(act.actor == member.sub and act.verb == OPENED and act.at > since for act in acts):
        services.store.record(
            Act(actor=member.sub, verb=OPENED, at=services.clock.now(), conversation=found.conversation.id)
        )


def openings(found: Found, services: Services) -> list[Act]:
    """The last time each of those who read it without being on it did, the newest first."""
    acts = services.store.acts(found.conversation.id, limit=_ACTS_READ)
    latest = {act.actor: act for act in reversed(acts) if act.verb == OPENED}
    return sorted(latest.values(), key=lambda act: act.at, reverse=True)


def appearances(found: Found, services: Services) -> Counter[str]:
    """`sub` -> on how many messages of a conversation that member is named."""
    members = services.store.members_named(found.summary.named)
    by_address = {address: member for member in members.values() for address in member.addresses}
    return who_sees.appearances(_messages(found.conversation.id, services), by_address)


def _messages(conversation: str, services: Services) -> Iterator[Message]:
    return every(lambda cursor: services.store.messages(conversation, limit=_AT_ONCE, cursor=cursor))
