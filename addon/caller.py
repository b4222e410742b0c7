"""Who presses a button: proven by the door, with the event they sent."""

from __future__ import annotations

from dataclasses import dataclass

from addon.event import Event
from storage.records import Member


@dataclass(frozen=True, kw_only=True)
class Caller:
    member: Member
    event: Event
