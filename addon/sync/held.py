"""A mailbox in hand: its record, the lease that keeps other workers away, and what this run counted.

The record changes with every commit; whoever works on it takes it from here and nowhere else.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from addon.batches import batches, pages
from addon.policy import following, ledger, retention
from addon.policy.ledger import LEFT_ALONE, Form, Why
from addon.policy.mail import Mail
from addon.policy.membership import ENDED
from addon.services import Services
from storage.port import ConflictError
from storage.records import (
    MOST_IN_A_SLICE,
    Consent,
    Examined,
    Import,
    LabelBatch,
    Look,
    Mailbox,
    Slice,
    Thread,
    ThreadState,
)

LEASE = timedelta(minutes=2)
"""Longer than any one call to Gmail may take; renewed when half of it is gone."""
LOOKS_AT_ONCE = 200
"""Of one commit, beside what it is about."""


class Held:
    """One mailbox under one lease."""

    def __init__(self, services: Services, mailbox: Mailbox, *, owner: str) -> None:
        self.services = services
        self.mailbox = mailbox
        self.counts: Counter[str] = Counter()
        """What was counted and is not committed yet, by the names of `policy.ledger`."""
        self.why = Why.UPKEEP
        self._looks: dict[str, Look] = {}
        self._batch = _open_batch(mailbox) or LabelBatch(
            id=secrets.token_hex(8), at=services.clock.now(), count=0, open=True
        )
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

    @property
    def rests(self) -> bool:
        """Nothing is asked of Gmail: it wants a slower pace, or its owner's consent anew."""
        until = self.mailbox.cooldown_until
        return self.mailbox.attention in ENDED or (until is not None and until > self.services.clock.now())

    def consent(self) -> Consent | None:
        """What the mailbox is read with; None where it was turned off meanwhile, or off and on again."""
        consent = self.services.store.consent(self.sub)
        return consent if consent and consent.epoch == self.mailbox.epoch else None

    def note(self, **changes: Any) -> None:
        """Change the record in hand; it is saved when the mailbox is let go."""
        self.mailbox = replace(self.mailbox, **changes)

    def save(self, **changes: Any) -> None:
        """Change the record and save it at once."""
        self.mailbox = self.services.store.save_mailbox(replace(self.mailbox, **changes))

    def advance(
        self,
        threads: tuple[Thread, ...],
        *,
        cursor: int | None = None,
        left_alone: int = 0,
        new_mail: bool = False,
    ) -> None:
        """Commit threads and cursor together; threads of no further interest leave no record.

        `left_alone`: messages the cursor passes over, counted once, with the commit that passes them; `new_mail`:
        whether it passes over any that is mail.
        One history record can touch more threads than a slice holds: then the cursor moves with the last of
        them, and a crash before has the record read again, which changes nothing twice.
        """
        *first, last = list(batches(threads, MOST_IN_A_SLICE)) or [[]]
        for part in first:
            self._commit(part, cursor=None)
        self.counts[LEFT_ALONE] += left_alone
        try:
            self._commit(last, cursor=cursor, new_mail=new_mail)
        except BaseException:
            self.counts[LEFT_ALONE] -= left_alone
            raise

    def _commit(self, threads: Sequence[Thread], *, cursor: int | None, new_mail: bool = False) -> None:
        bare = [thread for thread in threads if self._is_bare(thread)]
        forget = tuple(thread for thread in threads if following.is_of_no_interest(thread) or thread in bare)
        with self._examined() as examined:
            self.mailbox = self.services.store.advance(
                Slice(
                    mailbox=self.mailbox,
                    cursor=self.mailbox.cursor if cursor is None else cursor,
                    threads=tuple(thread for thread in threads if thread not in forget),
                    forget=tuple(thread for thread in forget if thread.version),
                    examined=examined,
                    new_mail=new_mail,
                )
            )
        for thread in bare:
            self.services.store.discard(thread.conversation or "")

    def _is_bare(self, thread: Thread) -> bool:
        """It ends, and was let in by a run that broke off before it stored any of it."""
        if thread.state is not ThreadState.STOPPED or thread.conversation is None:
            return False
        found = self.services.store.conversation(thread.conversation)
        return found is not None and following.came_to_nothing(thread, found)

    def save_thread(self, thread: Thread) -> Thread:
        """Save what reading a thread came to, together with what was examined for it."""
        with self._examined() as examined:
            return self.services.store.save_thread(thread, examined=examined)

    def forget_thread(self, thread: Thread) -> None:
        with self._examined() as examined:
            self.services.store.forget_thread(thread, examined=examined)

    def save_import(self, record: Import) -> Import:
        with self._examined() as examined:
            return self.services.store.save_import(record, examined=examined)

    def threads_in(self, state: ThreadState) -> Iterator[Sequence[Thread]]:
        """All of its threads in a state, in slices; what is done with one slice does not hide the next."""
        read = self.services.store.threads_in
        return pages(lambda cursor: read(self.sub, state, limit=MOST_IN_A_SLICE, cursor=cursor))

    # --- the ledger ---------------------------------------------------------------------------------------

    @contextmanager
    def because(self, why: Why) -> Iterator[None]:
        """Calls to Gmail within are counted as made for this reason."""
        before, self.why = self.why, why
        try:
            yield
        finally:
            self.why = before

    def called(self, form: Form, units: int) -> None:
        """A call to Gmail is made."""
        self.counts.update(ledger.call(self.why, form, units))

    def saw(self, mails: Sequence[Mail], outcome: str) -> None:
        """Messages were opened, and this became of each: counted; those that stay out known by keyed hashes (R11).

        Those that are stored say of themselves whence they came.
        """
        now, key = self.services.clock.now(), self.services.store.key
        self.counts[outcome] += len(mails)
        for mail in mails if ledger.denial(outcome) is not None else ():
            if mail.message_id is not None:
                message = key("look", self.sub, mail.message_id)
                self._looks[message] = Look(
                    sub=self.sub,
                    message=message,
                    why=self.why.value,
                    outcome=outcome,
                    at=now,
                    expires_at=now + retention.KEEPS_LOOK,
                )

    @contextmanager
    def _examined(self) -> Iterator[Examined | None]:
        """What was examined and is not committed yet; where the commit fails it waits for the next one."""
        counts = {name: count for name, count in self.counts.items() if count}
        looks = tuple(self._looks.values())[:LOOKS_AT_ONCE]
        day = self.services.clock.now().date().isoformat()
        yield Examined(sub=self.sub, day=day, counts=counts, looks=looks) if counts or looks else None
        self.counts.subtract(counts)
        for look in looks:
            if self._looks.get(look.message) is look:
                del self._looks[look.message]

    def take_as_batch(self, before: Mapping[str, Thread], threads: Sequence[Thread]) -> tuple[Thread, ...]:
        """Threads as they are committed: what begins to be followed by its label is marked as of one batch."""
        begun = [each for each in threads if following.begins_by_label(before.get(each.id), each)]
        if begun:
            self._batch = replace(self._batch, count=self._batch.count + len(begun))
            others = (each for each in self.mailbox.batches if each.id != self._batch.id)
            self.note(batches=(*others, self._batch))
        return tuple(replace(each, batch=self._batch.id) if each in begun else each for each in threads)

    def end_batch(self) -> None:
        """All that was labelled is noted: many can be undone together, for a week; few are forgotten (R8)."""
        now = self.services.clock.now()
        kept = [each for each in self.mailbox.batches if retention.shows_batch(each, now=now)]
        self.note(batches=tuple(replace(each, open=False) for each in kept))

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
        while any(self.counts.values()) or self._looks:
            with self._examined() as examined:
                if examined is not None:
                    self.services.store.tally(examined.sub, examined.day, examined.counts, looks=examined.looks)
        try:
            self.services.store.release(self.mailbox)
        except ConflictError:
            return


def _open_batch(mailbox: Mailbox) -> LabelBatch | None:
    """What a run that broke off began."""
    return next((each for each in mailbox.batches if each.open), None)
