"""What the stored mail of a conversation says of a candidate, whatever members said."""

from __future__ import annotations

from collections.abc import Iterator

from addon.batches import every
from addon.policy import importing
from addon.policy.matching import People, stands_for
from addon.services import Services
from storage.records import Candidate, Head

_AT_ONCE = 100


def by_address(candidate: Candidate, conversation: str, services: Services) -> bool:
    """Whether an address that is this candidate's alone takes part in a conversation."""
    people = People(
        candidates=services.directory.find(candidate.addresses),
        members=services.store.members_at(candidate.addresses),
    )
    own = frozenset(
        address
        for address in candidate.addresses
        if stands_for(address, candidate.id, people=people, company=services.company)
    )
    return bool(own) and importing.is_on_stored(heads_of(conversation, services), own)


def only_by(address: str, without: Candidate, conversation: str, services: Services) -> bool:
    """Whether an address takes part in a conversation, and none that the candidate has `without` it."""
    heads = list(heads_of(conversation, services))
    return importing.is_on_stored(heads, {address}) and not importing.is_on_stored(heads, without.addresses)


def heads_of(conversation: str, services: Services) -> Iterator[Head]:
    """Of all its messages that have content."""
    messages = every(lambda cursor: services.store.messages(conversation, limit=_AT_ONCE, cursor=cursor))
    return (each.head for each in messages if each.head)
