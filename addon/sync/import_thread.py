"""One conversation that an import found: whether it is the candidate's, decided and stored like any other.

What turns out to be somebody else's leaves no trace: nothing of it is written, and no id of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from addon.lookups.stored import heads_of
from addon.policy import copies, following, importing, ledger, returning
from addon.policy.admission import Denial
from addon.policy.importing import Became, Came, Step
from addon.policy.ledger import Why
from addon.policy.mail import Mail
from addon.sync.hydrate import Reader
from addon.threads import change_thread
from storage.records import Found, Import, Kept, Lane, NotRead, Thread, ThreadState


@dataclass(frozen=True, kw_only=True)
class Importer(Reader):
    """A reader that is given threads nobody pointed at one by one."""

    def without_opening(self, record: Import, id: str) -> Became | None:
        """What becomes of a thread as far as it is known; None where it is to be opened."""
        store, sub = self.services.store, self.owner.sub
        thread = store.threads(sub, [id]).get(id)
        found = store.conversation(thread.conversation) if thread and thread.conversation else None
        who = [store.key("who", address) for address in record.addresses]
        match importing.step(thread, found, sub=sub, who=who):
            case Step.OPEN:
                return None
            case Step.OPEN_IF_ON if found is not None:
                return None if self._is_on_stored(record, found) else Came.LEFT
            case Step.POINT_IF_ON if found is not None:
                return self._one_reason_more(record, id, found)
            case Step.FAIL:
                return NotRead.ASIDE
            case Step.WAIT:
                return Came.LATER
            case _:
                return Came.LEFT

    def _one_reason_more(self, record: Import, id: str, found: Found) -> Came:
        if not self._is_on_stored(record, found):
            return Came.LEFT

        def imported(now: Thread | None) -> Thread | None:
            followed = now is not None and now.state is ThreadState.FOLLOWING
            return self._imported(record, now, id) if followed else None

        _, thread = change_thread(self.owner.sub, id, imported, self.services)
        if record.secret and thread is not None:
            wishes = self.wishes(found.summary.participants, now=self.services.clock.now())
            wishes.make_secret(thread, found.conversation)
        return Came.IN

    def _is_on_stored(self, record: Import, found: Found) -> bool:
        return importing.is_on_stored(heads_of(found.conversation.id, self.services), record.addresses)

    def open(self, record: Import, id: str, *, now: datetime) -> Came:
        """Read a thread whole and decide; raises `OutsideError`, `ConflictError`, `StoreError`."""
        with self.held.because(Why.IMPORT):
            mails = self.gmail.thread(id)
            self.held.counts[ledger.OPENED] += len(mails)
            return self._take(record, id, mails, now=now)

    def _take(self, record: Import, id: str, mails: Sequence[Mail], *, now: datetime) -> Came:
        store, sub = self.services.store, self.owner.sub
        known = store.threads(sub, [id]).get(id)
        found = store.conversation(known.conversation) if known and known.conversation else None
        mine = importing.is_on(mails, record.addresses)
        thread = self._to_be_read(record, known, id, mails) if mine else _of_nobody(record, id)
        storable = self._storable(mails)
        matched = self._match(storable)
        decision = self._decide(thread, matched, found)
        if isinstance(decision, Denial):
            self.held.saw(storable, ledger.denied(decision.why))
            return Came.LEFT
        if self._is_out(storable):
            self.held.saw(storable, ledger.denied(Kept.TOMBSTONE))
            return Came.LEFT
        self._keep(self._with_labels(thread, mails, now=now), storable, matched, decision, now=now)
        return self._became(known, id)

    def _imported(self, record: Import, known: Thread | None, id: str) -> Thread:
        return following.imported(known, sub=self.owner.sub, id=id, at=record.at, batch=record.id)

    def _to_be_read(self, record: Import, known: Thread | None, id: str, mails: Sequence[Mail]) -> Thread:
        """As it is saved before its mail is: cut short there, it is read again like any other.

        What carries the nested secret label, since whenever, never comes in visible (R22).
        """
        thread = self._imported(record, known, id)
        marked = any(self.held.mailbox.secret_label in mail.labels for mail in mails)
        return replace(thread, todo_all=True, secret=thread.secret or record.secret or marked)

    def _is_out(self, mails: Sequence[Mail]) -> bool:
        """Whether its mail lies where nothing of this mailbox may come in: removed, or taken out by its owner."""
        store, sub = self.services.store, self.owner.sub
        there = (store.copy(copies.copy_key(mail, sub=sub, key=store.key)) for mail in mails)
        return any(copy is not None and returning.is_out(copy.conversation, sub) for copy in there)

    def _became(self, known: Thread | None, id: str) -> Came:
        """Where it came to lie in what was removed at that very moment, or continues that, it is left alone."""
        store, sub = self.services.store, self.owner.sub
        thread = store.threads(sub, [id]).get(id)
        found = store.conversation(thread.conversation) if thread and thread.conversation else None
        if thread is None or found is None or not returning.is_out(found.conversation, sub):
            return Came.IN
        if known is None:
            self.held.forget_thread(thread)
        return Came.LEFT


def _of_nobody(record: Import, id: str) -> Thread:
    """A thread that nobody points at, for the rules to be asked about; it is never stored."""
    return Thread(
        sub=record.sub,
        id=id,
        state=ThreadState.STOPPED,
        reasons={},
        lane=Lane.BACKFILL,
        not_before=record.at,
    )
