"""One message as a mailbox holds it."""

from dataclasses import dataclass

from demo.simulator.envelope import Envelope

HIDDEN = frozenset({"SPAM", "TRASH"})
"""Labels whose messages lists leave out unless asked."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """`internal_date` is Unix milliseconds; `history_id` that of the last record about it."""

    id: str
    thread_id: str
    raw: bytes
    labels: frozenset[str]
    internal_date: int
    history_id: int
    envelope: Envelope
