"""Repair where Gmail no longer has the history after our cursor: what is followed is looked at, and nothing else.

    what carries a label | what came since the last complete run | told like history, as far as it is of interest
    what may have been taken out of spam or trash since

Lists of ids stand for the lost records: 5 units for 500 messages, then 20 for each one that is missing here.
Of a thread that nobody followed and that carries a label Gmail is asked when it last changed: 10 units for 500.
Nothing else is read; ids of mail nobody pointed at are gone when the run is.
Where history is there and leaves something out, the same lists tell that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from addon.batches import batches
from addon.gateways.gmail import Change, Record, StoredGmail
from addon.policy import following, labels
from addon.policy.ledger import Why
from addon.policy.origin import DRAFT, SENT
from addon.sync.delta import classify
from addon.sync.held import Held
from storage.records import MOST_IN_A_SLICE, Lane, Thread, ThreadState

OVERLAP = timedelta(hours=1)
"""Listed again from before the last complete run: Gmail's lists lag, and its clock is not ours."""

KEPT_AWAY = timedelta(days=30)
"""So long Gmail keeps what is in spam or trash."""

Messages = Mapping[str, frozenset[str]]
"""Thread -> Gmail ids of its messages."""


def reconcile(held: Held, gmail: StoredGmail) -> int:
    """Commit what the lost history comes to; of how many labelled threads it is not sure that they are to come in.

    The cursor stays: its holder took a new one before, and moves it when all of this is done.
    """
    with held.because(Why.RECONCILE):
        carrying = {label: _by_thread(gmail.messages_with(label)) for label in _ours(held)}
        since = listed_since(held)
        arrived = _by_thread(gmail.messages_since(since))
        older = _by_thread(gmail.messages_since(since - KEPT_AWAY, before=since))
    repair = _Repair(held=held, carrying=carrying, arrived=arrived, older=older)
    followed = repair.followed()
    labelled = {thread for threads in carrying.values() for thread in threads} - followed
    strangers = labelled - repair.not_followed(labelled)
    return _pointed_at_since(held, gmail, repair, strangers) if strangers else 0


@dataclass(frozen=True, kw_only=True)
class _Repair:
    """What the lists showed, and what that means for threads we know."""

    held: Held
    carrying: Mapping[str, Messages]
    """Each label of ours -> what carries it now."""
    arrived: Messages
    older: Messages
    """What came before the last complete run: all of it was read, but what was in spam or trash then."""

    def followed(self) -> set[str]:
        """Take in what became of every thread that is followed or waits; their ids."""
        seen: set[str] = set()
        for state in (ThreadState.FOLLOWING, ThreadState.WAITING):
            for threads in self.held.threads_in(state):
                bare = [thread for thread in threads if self._has_no_label_left(thread)]
                self.take_in([self._told(each) for each in threads if each not in bare], _by_id(threads))
                self._read_whole(bare)
                seen |= {thread.id for thread in threads}
        return seen

    def not_followed(self, labelled: Iterable[str]) -> set[str]:
        """Take in what became of labelled threads whose following was stopped; the ids of those we know.

        A message that is stored and got the label meanwhile was labelled by hand: that is a wish. On one that came
        meanwhile a filter may have put it.
        """
        seen: set[str] = set()
        for ids in batches(sorted(labelled), MOST_IN_A_SLICE):
            known = self.held.services.store.threads(self.held.sub, ids)
            fresh = {thread.id: self._newly_labelled(thread) for thread in known.values()}
            here = self._stored({message for messages in fresh.values() for message in messages})
            self.take_in([self._record(id, labelled=messages & here) for id, messages in fresh.items()], known)
            seen |= known.keys()
        return seen

    def strangers(self, ids: Iterable[str]) -> None:
        """Follow threads we do not know because of the labels they carry."""
        for some in batches(sorted(ids), MOST_IN_A_SLICE):
            labelled = [frozenset[str]().union(*(on.get(id, ()) for on in self.carrying.values())) for id in some]
            self.take_in([self._record(id, labelled=on) for id, on in zip(some, labelled, strict=True)], {})

    def take_in(self, records: Sequence[Record], known: Mapping[str, Thread]) -> None:
        told = [record for record in records if record.changes]
        if not told:
            return
        now = self.held.services.clock.now()
        delta = classify(told, mailbox=self.held.mailbox, known=known, now=now, lane=Lane.BACKFILL)
        self._commit(self.held.take_as_batch(known, delta.threads))

    def _told(self, thread: Thread) -> Record:
        """What history would have told of a followed thread."""
        here = self.arrived.get(thread.id, frozenset())
        if thread.state is ThreadState.FOLLOWING:
            here |= self.older.get(thread.id, frozenset())
        arrived = here - thread.todo - thread.aside
        added = arrived - self._stored(arrived)
        return self._record(thread.id, added=added, labelled=self._newly_labelled(thread) - added, before=thread)

    def _has_no_label_left(self, thread: Thread) -> bool:
        """It was taken off, or what carried it deleted for good."""
        return any(had for _, had, _ in self._labels_of(thread)) and not any(
            now for _, _, now in self._labels_of(thread)
        )

    def _read_whole(self, threads: Iterable[Thread]) -> None:
        """Which of both it was the reading tells."""
        now = self.held.services.clock.now()
        self._commit(tuple(following.read_whole(thread, now=now) for thread in threads))

    def _commit(self, threads: tuple[Thread, ...]) -> None:
        if threads:
            self.held.renew()
            self.held.advance(threads)

    def _labels_of(self, thread: Thread) -> Iterator[tuple[str, frozenset[str], frozenset[str]]]:
        """Each label of ours, what of the thread carried it when last seen, and what carries it now."""
        had = {self.held.mailbox.label: thread.labelled, self.held.mailbox.secret_label: thread.labelled_secret}
        for label, on in self.carrying.items():
            yield label, had[label], on.get(thread.id, frozenset())

    def _newly_labelled(self, thread: Thread) -> frozenset[str]:
        return frozenset[str]().union(*(now - had for _, had, now in self._labels_of(thread)))

    def _stored(self, messages: Iterable[str]) -> frozenset[str]:
        wanted = frozenset(messages)
        return self.held.services.store.held_ids(self.held.sub, wanted) if wanted else wanted

    def _record(
        self, id: str, *, added: Iterable[str] = (), labelled: Iterable[str] = (), before: Thread | None = None
    ) -> Record:
        """Without an id of its own: nothing that was lost counts as younger than a removal (R25)."""
        had = {label: had for label, had, _ in self._labels_of(before)} if before else {}

        def told(messages: Iterable[str]) -> tuple[Change, ...]:
            return tuple(
                Change(
                    message=each,
                    thread=id,
                    # What carried it before is known: that it still does is no new wish.
                    labels=frozenset(
                        label
                        for label, on in self.carrying.items()
                        if each in on.get(id, frozenset()) - had.get(label, frozenset())
                    ),
                )
                for each in sorted(messages)
            )

        return Record(
            id=0,
            added=told(added),
            labelled=told(labelled),
            unlabelled=tuple(
                Change(message=each, thread=id, labels=frozenset({label}))
                for label, had, now in (self._labels_of(before) if before else ())
                for each in sorted(had - now)
            ),
        )


def _pointed_at_since(held: Held, gmail: StoredGmail, repair: _Repair, strangers: set[str]) -> int:
    """Labelled threads we do not know: those that changed since our cursor may have got the label since.

    The others were looked at when they got it, and were of no interest then. Where what carried the label before
    Email was turned on was not to come in, one that changed may be of those: its owner is asked, for nothing
    tells.
    """
    since, changed = held.cursor, set[str]()
    for label in repair.carrying:
        with held.because(Why.RECONCILE):
            changed |= {id for id, at in gmail.threads_with(label) if id in strangers and at > since}
    if not labels.may_list(held.mailbox):
        return len(changed)
    repair.strangers(changed)
    return 0


def with_labels(held: Held, gmail: StoredGmail, records: tuple[Record, ...]) -> tuple[Record, ...]:
    """Ask what Google does and does not promise: that history says with what labels a message came.

    Where it does not, lists tell whether a filter put one of ours on it, its owner sent it, or it is a draft.
    """
    untold = {change.message for record in records for change in record.added if not change.labels}
    if not untold:
        return records
    labels_of = defaultdict[str, set[str]](set)
    with held.because(Why.DELTA):
        for label in (*_ours(held), SENT, DRAFT):
            for message, _ in gmail.messages_with(label, since=listed_since(held)):
                if message in untold:
                    labels_of[message].add(label)

    def told(change: Change) -> Change:
        return replace(change, labels=change.labels | labels_of[change.message])

    return tuple(replace(record, added=tuple(map(told, record.added))) for record in records)


def listed_since(held: Held) -> datetime:
    """From when on lists stand for history."""
    return (held.mailbox.last_ok_at or held.mailbox.since) - OVERLAP


def _ours(held: Held) -> tuple[str, ...]:
    return tuple(label for label in (held.mailbox.label, held.mailbox.secret_label) if label is not None)


def _by_thread(listed: Iterable[tuple[str, str]]) -> Messages:
    found = defaultdict[str, set[str]](set)
    for message, thread in listed:
        found[thread].add(message)
    return {thread: frozenset(messages) for thread, messages in found.items()}


def _by_id(threads: Iterable[Thread]) -> dict[str, Thread]:
    return {thread.id: thread for thread in threads}
