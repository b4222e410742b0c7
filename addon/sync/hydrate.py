"""Reading what threads of interest hold, deciding, and storing it once.

What is denied is gone when the function returns: no id of it is written, counted by name or logged.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from addon.gateways.errors import GoneError
from addon.gateways.gmail import StoredGmail
from addon.policy import acting, copies, following, ledger, returning, visibility
from addon.policy.admission import Admission, Denial, Denied, Facts, admit, never_stored
from addon.policy.bcc import SEEN_BY_ALL
from addon.policy.mail import Mail
from addon.policy.matching import Match, People, canonical, everyone, match
from addon.services import Services
from addon.sync.held import Held
from addon.sync.origin import note_sent
from addon.threads import read_again, to_read_again
from storage.port import ConflictError
from storage.records import (
    MOST_OUTSIDE,
    Act,
    Consent,
    Conversation,
    Found,
    Kept,
    Member,
    Message,
    Place,
    Summary,
    Thread,
    ThreadState,
)

WHOLE_FROM = 3
"""Messages of a thread from which on reading it whole (40 units) is cheaper than one by one (20 each)."""
_TRIES = 3
"""How often a thread whose mail turns out to lie elsewhere is admitted anew before it waits for the next run."""
_LONGEST_OUTSIDE = 200
"""Characters of address and name by which somebody from outside is found."""
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
            self._vanished(thread)
            return
        storable = self._storable(mails)
        if whole:
            thread = self._with_labels(thread, mails, now=now)
        matched = self._match(storable)
        decision = self._decide(thread, matched, found)
        if isinstance(decision, Denial):
            self._turn_away(thread, storable, decision.why, stored=found is not None)
        elif storable:
            self._keep(thread, storable, matched, decision, now=now)
        else:
            self.held.save_thread(following.done(thread))

    # --- reading ------------------------------------------------------------------------------------------

    def _fetch(self, thread: Thread) -> tuple[list[Mail], bool]:
        """The thread whole, or its new messages; a message that vanished meanwhile is no error."""
        if thread.todo_all or len(thread.todo) >= WHOLE_FROM:
            try:
                mails = self.gmail.thread(thread.id)
            except GoneError:
                mails = []
            self.held.counts[ledger.OPENED] += len(mails)
            return mails, True
        mails = []
        for message in sorted(thread.todo):
            try:
                mails.append(self.gmail.message(message))
            except GoneError:
                continue
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
                continue
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

    def _decide(self, thread: Thread, matched: Match, found: Found | None) -> Admission | Denial:
        return admit(
            Facts(
                on=self._is_on(),
                owner=self.owner,
                reasons=frozenset(thread.reasons),
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

    def _vanished(self, thread: Thread) -> None:
        """Gmail has nothing of it any more; what is stored stays (R17)."""
        if thread.conversation is None:
            self.held.forget_thread(thread)
        else:
            self.held.save_thread(following.done(thread))

    def _turn_away(self, thread: Thread, mails: Sequence[Mail], why: Denied, *, stored: bool) -> None:
        """Without a candidate a thread waits, by keyed hashes of its people; else it is forgotten (R11, R12)."""
        store = self.services.store
        self.held.saw(mails, ledger.denied(why))
        if stored:
            self.held.save_thread(following.stopped(thread))
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
        lay_here = thread.conversation is not None
        keys = [copies.copy_key(mail, sub=self.owner.sub, key=store.key) for mail in mails]
        cited = copies.cited_keys(tuple(mails), key=store.key)
        for _ in range(_TRIES):
            opening = self._opening(secret=thread.secret, people=matched.members, now=now)
            thread, conversation = store.admit(thread, keys=keys, references=cited, opening=opening)
            if returning.is_out(conversation, self.owner.sub):
                found = store.conversation(conversation.id)
                if found is not None:
                    # What was fetched may be a part of it: back in Lever it is read again, whole.
                    self._back(thread, found, now=now)
                return
            if thread.secret:
                self._make_secret(thread, conversation, people=matched.members, now=now)
                thread = store.save_thread(replace(thread, secret=False))
            said = thread.about - matched.candidates
            refused = said - self._link(thread, conversation, said, people=matched.members, now=now)
            outcomes = self._store_all(thread, mails, keys, decision.candidates - refused)
            if outcomes is not None:
                for mail, kept in outcomes:
                    self.held.saw([mail], ledger.became(kept))
                note_sent(self.held, thread, mails, about=decision.candidates)
                became = {kept for _, kept in outcomes}
                if Kept.OFF in became and not self._is_on():
                    self._ended(thread, stored=lay_here or became != {Kept.OFF})
                else:
                    self.held.save_thread(following.done(following.settled_about(thread)))
                return
        raise ConflictError("this thread's mail is being united by others")

    def _ended(self, thread: Thread, *, stored: bool) -> None:
        """Email was turned off meanwhile: a thread that came after all others were stopped is stopped as well."""
        if stored:
            self.held.save_thread(following.stopped(thread))
        else:
            self.held.forget_thread(thread)

    def _opening(self, *, secret: bool, people: frozenset[str], now: datetime) -> Conversation:
        """What the thread becomes where none of its mail is known."""
        if not secret:
            return Conversation(id=secrets.token_hex(16), audience=visibility.visible_audience())
        return Conversation(
            id=secrets.token_hex(16),
            secret=True,
            secret_by=self.owner.sub,
            secret_at=now,
            audience=visibility.secret_audience(self.owner.sub, people),
        )

    def _make_secret(
        self, thread: Thread, conversation: Conversation, *, people: frozenset[str], now: datetime
    ) -> None:
        """R22: the nested label makes what is in Lever already secret too, where its owner may (R33)."""
        store = self.services.store
        found = store.conversation(conversation.id)
        act = Act(actor=self.owner.sub, verb="make-secret", at=now, conversation=conversation.id)
        if found is None:
            return
        if found.conversation.secret:
            if found.conversation.secret_by == self.owner.sub:
                store.record(act)
            return
        case = self._case(thread, found, people)
        if case.found is not None and acting.may(acting.Act.MAKE_SECRET, case):
            store.change(
                replace(
                    found.conversation,
                    secret=True,
                    secret_by=self.owner.sub,
                    secret_at=now,
                    audience=visibility.made_secret(case.found, by=self.owner.sub, listed=(), ticked=()),
                ),
                act=act,
            )

    def _case(self, thread: Thread, found: Found, people: frozenset[str]) -> acting.Case:
        """What its owner may do: they have the mail, and hold a copy here as soon as that is decided."""
        return acting.Case(
            member=self.owner,
            found=Found(found.conversation, _held_by_as_well(self.owner.sub, found.summary, people)),
            policy=self.services.config.secret_policy,
            thread=thread,
            own_copy=True,
        )

    def _link(
        self,
        thread: Thread,
        conversation: Conversation,
        said: frozenset[str],
        *,
        people: frozenset[str],
        now: datetime,
    ) -> frozenset[str]:
        """R16: what the owner said of their thread holds for the conversation it became, where they may say it.

        The candidates it is about by that. Of a secret of others that it turned out to be they have no say (R33).
        """
        found = self.services.store.conversation(conversation.id) if said else None
        if found is None:
            return frozenset()
        if not acting.may(acting.Act.LINK, self._case(thread, found, people)):
            return said & found.summary.candidates
        act = Act(actor=self.owner.sub, verb="link-conversation", at=now, conversation=conversation.id)
        for candidate in sorted(said - found.conversation.linked):
            linked = replace(found.conversation, linked=found.conversation.linked | {candidate})
            changed = self.services.store.change(linked, act=replace(act, subject=candidate))
            found = Found(changed, found.summary)
        return said

    def _store_all(
        self, thread: Thread, mails: Sequence[Mail], keys: Sequence[str], candidates: frozenset[str]
    ) -> list[tuple[Mail, Kept]] | None:
        """Store each mail once; what became of each, None where the thread must be admitted anew."""
        store = self.services.store
        found = store.conversation(thread.conversation or "")
        if found is None:
            return None
        members = store.members_at(everyone(mails))
        outcomes: list[tuple[Mail, Kept]] = []
        shut: Kept | None = None
        for mail, key in sorted(zip(mails, keys, strict=True), key=lambda pair: pair[0].accepted_at):
            if shut is not None:
                outcomes.append((mail, shut))
                continue
            people = _members_on(mail, members, tuple(Place))
            kept = store.store(
                Message(
                    key=key,
                    reference=copies.reference_key(mail.message_id, key=store.key),
                    conversation=found.conversation.id,
                    sent_at=mail.accepted_at,
                    gmail_ids={self.owner.sub: mail.id},
                    head=mail.head,
                    text=mail.text,
                ),
                sub=self.owner.sub,
                thread=thread.id,
                epoch=self.consent.epoch,
                participants=people,
                named=_members_on(mail, members, SEEN_BY_ALL),
                outside=_outside_on(mail, members),
                entitled=visibility.entitled(
                    mail,
                    owner=self.owner,
                    people=people,
                    found=found,
                    policy=self.services.config.secret_policy,
                ),
                decided_on=found.conversation,
                candidates=candidates,
            )
            if kept is Kept.ELSEWHERE:
                return None
            if kept in {Kept.OFF, Kept.STOPPED, Kept.TOMBSTONE}:
                shut = kept
            outcomes.append((mail, kept))
        return outcomes


def _held_by_as_well(sub: str, summary: Summary, people: frozenset[str]) -> Summary:
    """The summary when a member's copies will be in it too.

    Where colleagues took out all there was, nobody else's mail is in it, and its people are those of the member's.
    """
    held = replace(summary, holders=summary.holders | {sub})
    return held if summary.count else replace(held, count=1, participants=people)


def _members_on(mail: Mail, members: Mapping[str, Member], places: Collection[Place]) -> frozenset[str]:
    addresses = {canonical(p.address) for p in mail.head.participants if p.place in places}
    return frozenset(members[address].sub for address in addresses if address in members)


def _outside_on(mail: Mail, members: Mapping[str, Member]) -> list[str]:
    """Who else stands where everybody sees them, by address and name; the first ones of very many."""
    others = dict.fromkeys(
        f"{each.address} {each.name}".strip()[:_LONGEST_OUTSIDE]
        for each in mail.head.participants
        if each.place in SEEN_BY_ALL and canonical(each.address) not in members
    )
    return list(others)[:MOST_OUTSIDE]
