"""Who presses a button: proven by the door, with the event they sent."""

from __future__ import annotations

from dataclasses import dataclass, field

from addon.event import Event
from storage.records import Member, Opened


@dataclass(frozen=True, kw_only=True)
class Caller:
    member: Member
    event: Event
    opened: Opened | None = field(default=None, repr=False)
    """What is stored of the open message, where the door read it in one trip with the member."""
