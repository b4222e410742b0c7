"""The members a card may name."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from addon.batches import every
from addon.policy import visibility
from addon.services import Services
from storage.records import Found, Member, Role

_AT_ONCE = 200
_WHO_CAN_CHANGE = 3


def people_of(found: Found | None, services: Services) -> Mapping[str, Member]:
    """By `sub`: its people, who made it secret or removed it, and of a secret one who sees it by role."""
    if found is None:
        return {}
    conversation, summary = found
    others = {conversation.secret_by, conversation.removal.by if conversation.removal else None} - {None}
    people = services.store.members_named(summary.relations | {sub for sub in others if sub})
    if conversation.secret:
        roles = visibility.privileged_roles(services.config.secret_policy)
        people |= {member.sub: member for member in with_roles(roles, services)}
    return people


def with_roles(roles: Collection[Role], services: Services) -> Iterator[Member]:
    """Every member with one of `roles`."""
    return every(lambda cursor: services.store.members(roles=roles, limit=_AT_ONCE, cursor=cursor))


def admins(services: Services) -> tuple[str, ...]:
    """Some who can change a role, by name."""
    page = services.store.members(roles=visibility.ADMINS, limit=_WHO_CAN_CHANGE)
    return tuple(member.display_name for member in page.items)
