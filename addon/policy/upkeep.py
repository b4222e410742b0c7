"""When something wants doing: Gmail asked anew to tell of a mailbox, or somebody to look why work is not done."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage.records import UNREADABLE, Mailbox

RENEWED_AT = timedelta(days=6)
"""Gmail tells for seven days; renewed when less than this is left: daily, so that some failures do no harm."""
ASKS_AGAIN = timedelta(hours=1)
LATE_AFTER = timedelta(minutes=30)
"""Three polls: a mailbox that was not read to its end for so long is worth a look."""
ENDS_SOON = timedelta(days=2)
"""Less than this is left only after days of failures."""

REVOKED_WITHIN = timedelta(days=1)
"""A token that waits for longer is worth a look at what Google says."""
PURGED_WITHIN = timedelta(days=2)
"""Purging is called daily: what is due for longer was missed, or does not go."""
SEALED_WITHIN = timedelta(hours=2)
"""The audit log is sealed hourly at least: a row that waits for longer was missed, or is not as it was written."""


def watch_is_due(mailbox: Mailbox, *, now: datetime) -> bool:
    """Whether Gmail is to be asked to go on telling of this mailbox."""
    if mailbox.watch_asked_at is not None and now - mailbox.watch_asked_at < ASKS_AGAIN:
        return False
    return mailbox.watch_until is None or mailbox.watch_until - now < RENEWED_AT


def is_late(mailbox: Mailbox, *, now: datetime) -> bool:
    """Whether nobody reads it though anybody could: one whose owner must act first is told of as that."""
    return _can_be_read(mailbox) and now - (mailbox.last_ok_at or mailbox.since) > LATE_AFTER


def watch_ends_soon(mailbox: Mailbox, *, now: datetime) -> bool:
    """Whether Gmail does not tell of it, or will not for long."""
    return _can_be_read(mailbox) and (mailbox.watch_until is None or mailbox.watch_until - now < ENDS_SOON)


def is_cooling(mailbox: Mailbox, *, now: datetime) -> bool:
    """Whether Google asked for a pause, of this mailbox or of all."""
    return _can_be_read(mailbox) and mailbox.cooldown_until is not None and mailbox.cooldown_until > now


def _can_be_read(mailbox: Mailbox) -> bool:
    return mailbox.attention not in UNREADABLE
