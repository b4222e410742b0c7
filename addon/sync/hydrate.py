"""Reading what threads of interest hold, deciding, and storing it once.

What is denied is gone when the function returns: no id of it is written, counted by name or logged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from addon.gateways.errors import GoneError, NotYetError
from addon.gateways.gmail import StoredGmail
from addon.policy import copies, following, ledger, origin, retention, returning
from addon.policy.admission import Admission, Denial, Denied, Facts, admit, never_stored
from addon.policy.mail import Mail
from addon.policy.matching import Match, People, everyone, match
from addon.services import Services
from addon.sync.held import Held
from addon.sync.origin import note_sent, unsent_in
from addon.sync.storing import store_all
from addon.sync.wishes import Wishes
from addon.threads import forget_bare, read_again, to_read_again
from storage.port import ConflictError
from storage.records import (
    Act,
    Consent,
    Found,
    Kept,
    Member,
    Reason,
    Thread,
    ThreadState,
)

WHOLE_FROM = 3
"""Messages of a thread from which on reading it whole (40 units) is cheaper than one by one (20 each)."""
_TRIES = 3
"""How often a thread whose mail turns out to lie elsewhere is admitted anew before it waits for the next run."""
_ENDED = frozenset({Kept.OFF, Kept.STOPPED})
_KEEPS_WAITING = frozenset({Denied.NO_CANDIDATE, Denied.SHARED_ADDRESS})


@dataclass(frozen=True, kw_only=True)
class Reader:
    """One run's view of one mailbox."""

    held: Held
    gmail: StoredGmail
    consent: Consent
    owner: Member

    @property
    def services(self) -> Services:
        return self.held.services

    def read(self, thread: Thread, *, now: datetime) -> None:
        """Read what is to be read of one thread; raises `OutsideError`, `ConflictError` and leaves it to do."""
        with self.held.because(ledger.reason_to_read(thread.reasons)):
            self._read(thread, now=now)

    def _read(self, thread: Thread, *, now: datetime) -> None:
        store = self.services.store
        found = store.conversation(thread.conversation) if thread.conversation else None
        if found and returning.is_out(found.conversation, self.owner.sub):
            back = self._back(thread, found, now=now)
            if back is None:
                return
            thread, found = back, store.conversation(found.conversation.id)
        if not thread.todo_all and not thread.todo:
            self.held.save_thread(following.done(thread))
        elif thread.state is ThreadState.WAITING and not thread.todo_all:
            self._look_again(thread, now=now)
        else:
            self._read_mail(thread, found, now=now)

    def _back(self, thread: Thread, found: Found, *, now: datetime) -> Thread | None:
        """What is out of Lever: back, where its owner's wish is younger, and read again with all that comes back.

        None where it stays out: nothing of it is opened any more. Undo has it read again.
        """
        store, sub = self.services.store, self.owner.sub
        known = returning.with_barrier(found.conversation, sub, self.held.cursor)
        if known != found.conversation:
            # It could not be read when it was set: every label up to now counts as old.
            found = Found(store.change(known, act=None), found.summary)
        wish = returning.wish_of(thread)
        if not returning.brings_back(self.owner, found, wish, self.services.config.secret_policy):
            self.held.save_thread(following.done(thread))
            return None
        # First that it is to be read: a crash in between leaves nothing that is in Lever again and never read.
        thread = following.left(thread) if returning.is_destroyed(found.conversation, sub) else thread
        thread = self.held.save_thread(replace(thread, todo_all=True, wished=False))
        act = Act(actor=sub, verb="bring-back", at=now, conversation=known.id)
        of = returning.whose_come_back(found.conversation, sub)
        others = to_read_again(known.id, self.services, of=of, but=thread)
        store.change(returning.brought_back(found, sub), act=act, threads=others)
        read_again(known.id, self.services, of=of, in_hand=sub)
        return thread

    def _read_mail(self, thread: Thread, found: Found | None, *, now: datetime) -> None:
        mails, whole = self._fetch(thread)
        if whole and not mails:
            self._vanished(thread, found)
            return
        storable = self._storable(mails)
        if whole:
            thread = self._with_labels(thread, mails, now=now)
        matched = self._match(storable)
        decision = self._decide(thread, matched, found, without=self._unproven(thread, mails))
        if isinstance(decision, Denial):
            self._turn_away(thread, storable, decision.why, stored=found is not None)
        elif storable:
            self._keep(thread, storable, matched, decision, now=now)
        else:
            self.held.save_thread(following.done(thread))

    # --- reading ------------------------------------------------------------------------------------------

    def _fetch(self, thread: Thread) -> tuple[list[Mail], bool]:
        """The thread whole, or its new messages; what vanished meanwhile is no error."""
        if thread.todo_all or len(thread.todo) >= WHOLE_FROM:
            try:
                mails = self.gmail.thread(thread.id)
            except GoneError:
                if thread.conversation is None:
                    _believed(thread)
                mails = []
            self.held.counts[ledger.OPENED] += len(mails)
            return mails, True
        mails = []
        for message in sorted(thread.todo):
            try:
                mails.append(self.gmail.message(message))
            except GoneError:
                _believed(thread)
        self.held.counts[ledger.OPENED] += len(mails)
        return mails, False

    def _storable(self, mails: Iterable[Mail]) -> tuple[Mail, ...]:
        """Those that are mail (R17); what the others are is counted."""
        storable = []
        for mail in mails:
            why = never_stored(mail)
            if why is None:
                storable.append(mail)
            else:
                self.held.saw([mail], ledger.denied(why))
        return tuple(storable)

    def _look_again(self, thread: Thread, *, now: datetime) -> None:
        """New mail in a waiting thread: its headers tell whether a candidate has joined."""
        heads = []
        for message in sorted(thread.todo):
            try:
                heads.append(self.gmail.head(message))
            except GoneError:
                _believed(thread)
        self.held.counts[ledger.OPENED] += len(heads)
        matched = self._match(heads)
        decision = self._decide(thread, matched, None)
        if isinstance(decision, Denial):
            self._turn_away(thread, heads, decision.why, stored=False)
        else:
            self.held.save_thread(following.awaited_came(thread, now=now))

    def _with_labels(self, thread: Thread, mails: Iterable[Mail], *, now: datetime) -> Thread:
        def carrying(label: str | None) -> frozenset[str]:
            return frozenset(mail.id for mail in mails if label is not None and label in mail.labels)

        return following.relabelled(
            thread,
            labelled=carrying(self.held.mailbox.label),
            labelled_secret=carrying(self.held.mailbox.secret_label),
            now=now,
        )

    # --- deciding -----------------------------------------------------------------------------------------

    def _match(self, mails: Sequence[Mail]) -> Match:
        addresses = everyone(mails)
        people = People(
            candidates=self.services.directory.find(addresses),
            members=self.services.store.members_at(addresses),
        )
        return match(mails, people=people, company=self.services.company)

    def _unproven(self, thread: Thread, mails: Sequence[Mail]) -> frozenset[Reason]:
        """Origin, where what was begun in Lever is cited in a thread that began with something else."""
        if not origin.needs_its_beginning(thread) or unsent_in(self.held, [thread.id]):
            return frozenset()
        store, now = self.services.store, self.services.clock.now()
        keys = {copies.reference_key(each, key=store.key) for each in origin.begins_with(mails)} - {None}
        begun = store.begun_as([each for each in keys if each], now=now) if keys else ()
        return frozenset() if begun else frozenset({Reason.ORIGIN})

    def _decide(
        self, thread: Thread, matched: Match, found: Found | None, *, without: frozenset[Reason] = frozenset()
    ) -> Admission | Denial:
        return admit(
            Facts(
                on=self._is_on(),
                owner=self.owner,
                reasons=frozenset(thread.reasons) - without,
                match=matched,
                about=thread.about | (found.summary.candidates if found else frozenset()),
            )
        )

    def _is_on(self) -> bool:
        """Whether Email is on still; raise `ConflictError` where it was turned on anew: the next run reads."""
        now = self.services.store.consent(self.owner.sub)
        if now is not None and now.epoch != self.consent.epoch:
            raise ConflictError("consent was given anew meanwhile")
        return now is not None

    def _vanished(self, thread: Thread, found: Found | None) -> None:
        """Gmail has nothing of it any more; what is stored stays (R17)."""
        if thread.conversation is None:
            self.held.forget_thread(thread)
        elif found is not None and following.came_to_nothing(following.stopped(thread), found):
            self.held.save_thread(following.stopped(thread))
            forget_bare(thread.sub, thread.id, self.services)
        else:
            self.held.save_thread(following.done(thread))

    def _turn_away(self, thread: Thread, mails: Sequence[Mail], why: Denied, *, stored: bool) -> None:
        """Without a candidate a thread waits, by keyed hashes of its people; else it is forgotten (R11, R12)."""
        store = self.services.store
        self.held.saw(mails, ledger.denied(why))
        if stored:
            self.held.save_thread(following.stopped(thread))
            forget_bare(thread.sub, thread.id, self.services)
        elif why in _KEEPS_WAITING:
            keys = {store.key("who", address) for address in everyone(mails)}
            waits = self.held.save_thread(following.waiting(following.done(thread), who=keys))
            # Who was made a candidate since they were looked up found no thread that waits, and wakes none.
            if isinstance(self._decide(waits, self._match(mails), None), Admission):
                self.held.save_thread(following.awaited_came(waits, now=self.services.clock.now()))
        else:
            self.held.forget_thread(thread)

    # --- storing ------------------------------------------------------------------------------------------

    def _keep(
        self, thread: Thread, mails: Sequence[Mail], matched: Match, decision: Admission, *, now: datetime
    ) -> None:
        """Store all of it; raise `ConflictError` where others kept changing where it lies."""
        store = self.services.store
        keys = [copies.copy_key(mail, sub=self.owner.sub, key=store.key) for mail in mails]
        cited = copies.cited_keys(tuple(mails), key=store.key)
        wishes = self.wishes(matched.members, now=now)
        until = retention.purge_at(now, grace_days=self.services.config.grace_days)
        for _ in range(_TRIES):
            opening = wishes.opening(secret=thread.secret)
            thread, conversation = store.admit(
                thread, keys=keys, references=cited, opening=opening, kept_until=until
            )
            if returning.is_out(conversation, self.owner.sub):
                found = store.conversation(conversation.id)
                if found is not None:
                    # What was fetched may be a part of it: back in Lever it is read again, whole.
                    self._back(thread, found, now=now)
                return
            if thread.secret:
                wishes.make_secret(thread, conversation)
                thread = store.save_thread(replace(thread, secret=False))
            said = thread.about - matched.candidates
            refused = said - wishes.link(thread, conversation, said)
            outcomes = store_all(
                thread,
                mails,
                keys,
                candidates=decision.candidates - refused,
                owner=self.owner,
                consent=self.consent,
                services=self.services,
            )
            if outcomes is not None:
                for mail, kept in outcomes:
                    self.held.saw([mail], ledger.became(kept))
                note_sent(self.held, thread, mails, about=decision.candidates)
                if _ENDED & {kept for _, kept in outcomes}:
                    self._ended(thread)
                else:
                    self.held.save_thread(following.done(following.settled_about(thread)))
                return
        raise ConflictError("this thread's mail is being united by others")

    def wishes(self, people: frozenset[str], *, now: datetime) -> Wishes:
        return Wishes(owner=self.owner, people=people, services=self.services, now=now)

    def _ended(self, thread: Thread) -> None:
        """Its following ended while it was read; raise `ConflictError` where consent was given anew meanwhile."""
        if self.services.store.consent(self.owner.sub) is None:
            # With all others it was stopped already, unless it came after them.
            with suppress(ConflictError):
                self.held.save_thread(following.stopped(thread))
        forget_bare(thread.sub, thread.id, self.services)
        self._is_on()


def _believed(thread: Thread) -> None:
    """Raise `NotYetError` the first time that Gmail has nothing of what its history told of.

    It was seen to tell of mail some three seconds before it could be read, and to deny it until then:
    https://github.com/byeokim/gmailpush/issues/10.
    """
    if thread.attempts == 0:
        raise NotYetError
