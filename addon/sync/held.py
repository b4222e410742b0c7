"""A mailbox in hand: its record, the lease that keeps other workers away, and what this run counted.

The record changes with every commit; whoever works on it takes it from here and nowhere else.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from addon.batches import batches
from addon.policy import following
from addon.services import Services
from storage.port import ConflictError
from storage.records import MOST_IN_A_SLICE, Mailbox, Slice, Thread

LEASE = timedelta(minutes=2)
"""Longer than any one call to Gmail may take; renewed when half of it is gone."""


class Held:
    """One mailbox under one lease."""

    def __init__(self, services: Services, mailbox: Mailbox, *, owner: str) -> None:
        self.services = services
        self.mailbox = mailbox
        self.counts: Counter[str] = Counter()
        self._owner = owner

    @classmethod
    def claim(cls, sub: str, services: Services) -> Held | None:
        """Take the lease; None while another worker has it or Email is off."""
        now, owner = services.clock.now(), secrets.token_hex(8)
        mailbox = services.store.claim(sub, owner=owner, now=now, until=now + LEASE)
        return cls(services, mailbox, owner=owner) if mailbox else None

    @property
    def sub(self) -> str:
        return self.mailbox.sub

    @property
    def cursor(self) -> int:
        return self.mailbox.cursor or 0

    def note(self, **changes: Any) -> None:
        """Change the record in hand; it is saved when the mailbox is let go."""
        self.mailbox = replace(self.mailbox, **changes)

    def save(self, **changes: Any) -> None:
        """Change the record and save it at once."""
        self.mailbox = self.services.store.save_mailbox(replace(self.mailbox, **changes))

    def advance(self, threads: tuple[Thread, ...], *, cursor: int | None = None) -> None:
        """Commit threads and cursor together; threads of no further interest leave no record.

        One history record can touch more threads than a slice holds: then the cursor moves with the last of
        them, and a crash before has the record read again, which changes nothing twice.
        """
        *first, last = list(batches(threads, MOST_IN_A_SLICE)) or [[]]
        for part in first:
            self._commit(part, cursor=None)
        self._commit(last, cursor=cursor)

    def _commit(self, threads: Sequence[Thread], *, cursor: int | None) -> None:
        forget = tuple(thread for thread in threads if following.is_of_no_interest(thread))
        self.mailbox = self.services.store.advance(
            Slice(
                mailbox=self.mailbox,
                cursor=self.mailbox.cursor if cursor is None else cursor,
                threads=tuple(thread for thread in threads if thread not in forget),
                forget=tuple(thread for thread in forget if thread.version),
            )
        )

    def renew(self) -> None:
        """Keep the lease; raise `ConflictError` where it was taken over."""
        now = self.services.clock.now()
        lease = self.mailbox.lease
        if lease is not None and lease.until - now > LEASE / 2:
            return
        renewed = self.services.store.claim(self.sub, owner=self._owner, now=now, until=now + LEASE)
        if renewed is None:
            raise ConflictError("another worker took the mailbox over")
        self.mailbox = renewed

    def let_go(self) -> None:
        """Give the lease back and add what was counted; a lease that was taken over is not ours to give."""
        counts = {name: count for name, count in self.counts.items() if count}
        if counts:
            self.services.store.tally(self.sub, self.services.clock.now().date().isoformat(), counts)
        try:
            self.services.store.release(self.mailbox)
        except ConflictError:
            return
