"""What was begun in Lever, so that answers to it are known again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A conversation that a member began from a candidate's card: a row of the outbox (R9)."""

    id: str
    """Random; stands in the draft's own Message-ID, which Gmail replaces when it is sent."""
    sub: str
    candidate: str
    secret: bool
    """It is to be secret from its first message."""
    at: datetime
    expires_at: datetime
    draft: str | None = None
    """Gmail's id of the draft, which outlives every save; None until Gmail told it."""
    thread: str | None = None
    """Gmail's thread of the draft, in that mailbox; likewise."""
    reference: str | None = None
    """Keyed hash of the Message-ID that Gmail gave it; None: not sent, as far as we know."""
