"""When a mailbox wants something done: Gmail asked anew to tell of it, or somebody to look why it is not read."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage.records import Mailbox

RENEWED_AT = timedelta(days=6)
"""Gmail tells for seven days; renewed when less than this is left: daily, so that some failures do no harm."""
ASKS_AGAIN = timedelta(hours=1)
LATE_AFTER = timedelta(minutes=30)
"""Three polls: a mailbox that was not read to its end for so long is worth a look."""
ENDS_SOON = timedelta(days=2)
"""Less than this is left only after days of failures."""


def watch_is_due(mailbox: Mailbox, *, now: datetime) -> bool:
    """Whether Gmail is to be asked to go on telling of this mailbox."""
    if mailbox.watch_asked_at is not None and now - mailbox.watch_asked_at < ASKS_AGAIN:
        return False
    return mailbox.watch_until is None or mailbox.watch_until - now < RENEWED_AT


def is_late(mailbox: Mailbox, *, now: datetime) -> bool:
    return now - (mailbox.last_ok_at or mailbox.since) > LATE_AFTER


def watch_ends_soon(mailbox: Mailbox, *, now: datetime) -> bool:
    """Whether Gmail does not tell of it, or will not for long."""
    return mailbox.watch_until is None or mailbox.watch_until - now < ENDS_SOON
