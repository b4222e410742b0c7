"""R18: whom of a message's people one member may be told of. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from addon.policy.matching import canonical
from storage.records import Member, Participant, Place

SEEN_BY_ALL = frozenset({Place.FROM, Place.TO, Place.CC})
"""Where whoever has the message sees who stands there."""


def shown_to(reader: Member, participants: Sequence[Participant]) -> tuple[Participant, ...]:
    """All of them to who sent it; to others a Bcc only where it is they themselves."""
    if any(p.place is Place.FROM and canonical(p.address) in reader.addresses for p in participants):
        return tuple(participants)
    return tuple(p for p in participants if p.place is not Place.BCC or canonical(p.address) in reader.addresses)
