"""From our cursor to what Gmail says has changed: labels, history, and repair where the history is lost.

Threads and cursor commit together; reading mail comes after (`hydrate`).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from addon import opting
from addon.batches import batches
from addon.gateways.errors import GoneError
from addon.gateways.gmail import Record, StoredGmail
from addon.policy import following, labels, returning
from addon.policy.labels import Binding
from addon.policy.ledger import Why
from addon.sync.delta import classify, emptied_in, holds_drafts, holds_new_mail, lane_of_labelled, sent_in
from addon.sync.held import Held
from addon.sync.origin import follow_drafts, sent_meanwhile, unsent_in
from addon.sync.reconcile import reconcile, with_labels
from storage.records import MOST_IN_A_SLICE, Act, Backfill, Lane, Mailbox, Thread, ThreadState

_log = logging.getLogger("addon.sync")

_SHOWN_WITHIN = timedelta(seconds=30)
"""What Gmail's newest id stands for it shows by then; it was seen to take some five to ten seconds."""


class Caught(Enum):
    """How far catching up came."""

    UP = "up"
    PARTLY = "partly"
    """Time was up."""
    BEHIND = "behind"
    """Gmail told of something that its history does not show yet."""


class CatchUp:
    """One mailbox, brought up to now."""

    def __init__(self, held: Held, gmail: StoredGmail) -> None:
        self._held = held
        self._gmail = gmail
        self._store = held.services.store
        self._clock = held.services.clock
        self.newest = held.mailbox.newest
        """What Gmail named as its newest history id at the end."""

    # --- labels -------------------------------------------------------------------------------------------

    def bring_in_labelled(self) -> None:
        """Its owner saw how many threads carried the label before, and chose all of them (R8)."""
        if self._held.mailbox.backfill is not Backfill.ALL:
            return
        for label, secret in self._ours():
            self._list_labelled(label, secret=secret, revive=True)
        self._held.save(**_answer(labels.nothing_to_ask(self._held.mailbox)))

    def _ours(self) -> Iterator[tuple[str, bool]]:
        """Each label of ours, and whether it is the one that makes secret."""
        for label, secret in ((self._held.mailbox.label, False), (self._held.mailbox.secret_label, True)):
            if label is not None:
                yield label, secret

    def _look_at_labels(self) -> None:
        bound = opting.look_up_labels(self._held.mailbox, self._gmail, self._held.services)
        after = bound.mailbox
        if bound.lost:
            self._end_labelling(bound)
        for label in bound.made:
            self._list_labelled(label, secret=label == after.secret_label)
        if bound.found:
            after = labels.asked_about(after, opting.labelled(after, self._gmail))
        elif bound.made and labels.wants_label(self._held.mailbox):
            after = labels.nothing_to_ask(after)
        # Last, so that a crash before has all of it done again.
        self._held.save(
            label=after.label,
            secret_label=after.secret_label,
            label_twin=after.label_twin,
            seen_labels=after.seen_labels,
            labels_at=after.labels_at,
            label_renewed_at=after.label_renewed_at,
            attention=after.attention,
            **_answer(after),
        )

    def _list_labelled(self, label: str, *, secret: bool, revive: bool = False) -> None:
        """Point at the threads that carry a label now.

        That the label is still on it is no new wish: one that its owner stopped in the panel stays stopped, unless
        `revive`, and one that waits goes on waiting. Which of its messages carry the label is learned when it is
        read.
        """
        for rows in self._carrying(label, Why.BACKFILL):
            known = self._store.threads(self._held.sub, [id for id, _ in rows])
            pointed = []
            for id, _ in rows:
                before = known.get(id)
                if before and (
                    before.state is ThreadState.WAITING or (before.state is ThreadState.STOPPED and not revive)
                ):
                    continue
                if revive and before and before.conversation:
                    self._bring_back(before.conversation)
                after = self._labelled(before, id, secret=secret)
                if after != before:
                    pointed.append(after)
            self._held.advance(self._held.take_as_batch(known, pointed))

    def _bring_back(self, conversation: str) -> None:
        """Its owner chose all that carries the label, also what they had taken out; never what was removed."""
        found = self._store.conversation(conversation)
        own = found.conversation.withdrawn.get(self._held.sub) if found else None
        if found is None or own is None or own.state not in returning.NOT_OUT_FOR_GOOD:
            return
        self._store.change(
            returning.without_withdrawal(found.conversation, self._held.sub),
            act=Act(
                actor=self._held.sub, verb="bring-back", at=self._clock.now(), conversation=found.conversation.id
            ),
        )

    def _carrying(self, label: str, why: Why) -> Iterator[Sequence[tuple[str, int]]]:
        """Threads that carry a label, in slices; whatever is done with them is not done for that reason."""
        pages = batches(self._gmail.threads_with(label), MOST_IN_A_SLICE)
        while True:
            with self._held.because(why):
                rows = next(pages, None)
            if rows is None:
                return
            yield rows

    def _labelled(self, before: Thread | None, id: str, *, secret: bool) -> Thread:
        return following.labelled(
            before,
            sub=self._held.sub,
            id=id,
            messages=(),
            secret=secret,
            now=self._clock.now(),
            lane=Lane.BACKFILL,
        )

    def _end_labelling(self, bound: Binding) -> None:
        """A deleted label is off every message, and Gmail's history does not say so (R26)."""
        for state in (ThreadState.FOLLOWING, ThreadState.WAITING):
            for threads in self._held.threads_in(state):
                ended, now = [], self._clock.now()
                for thread in threads:
                    after = thread
                    if self._held.mailbox.label in bound.lost:
                        after = following.unlabelled(after, messages=after.labelled, secret=False, now=now)
                    if self._held.mailbox.secret_label in bound.lost:
                        gone = after.labelled_secret
                        after = following.unlabelled(after, messages=gone, secret=True, now=now)
                    if after != thread:
                        ended.append(after)
                self._held.advance(tuple(ended))

    # --- delta --------------------------------------------------------------------------------------------

    def catch_up(self, *, until: datetime, notified: int) -> Caught:
        """Take in what history shows, page by page until it is time. `notified`: the newest id Gmail told of."""
        token: str | None = None
        start = seen = self._held.cursor
        held_back: tuple[Record, ...] = ()
        repaired = False
        while True:
            try:
                with self._held.because(Why.DELTA):
                    page = self._gmail.history(start, page=token)
            except GoneError:
                if repaired:
                    # Gmail denies what it named a moment ago; all of it was just looked at.
                    return Caught.UP
                self._repair()
                if self._held.cursor == start:
                    return Caught.UP
                token, start, held_back, repaired = None, self._held.cursor, (), True
                seen = start
                continue
            if labels.is_out_of_date(self._held.mailbox, _labels_in(page.records), now=self._clock.now()):
                self._look_at_labels()
            if page.unreadable:
                self._make_up_for(page.unreadable)
            token = page.next
            settled, held_back = _without_last_id((*held_back, *page.records), more=token is not None)
            self._take_in(settled)
            seen = max((record.id for record in page.records), default=seen)
            # An empty page may have a next one: the token alone says whether there is more.
            if token is None:
                return self._end_at(page.current, start=start, seen=seen, notified=notified)
            self._held.renew()
            if self._clock.now() >= until and self._held.cursor > start:
                return Caught.PARTLY

    def _end_at(self, current: int, *, start: int, seen: int, notified: int) -> Caught:
        """Gmail's lists lag behind what it tells, by seconds, and yet may name an id beyond what they show.

        So the cursor passes no record that was not seen: to an id that was only named it goes in a later run,
        which would have been shown what came before it. In a quiet mailbox it has to go there, or it grows old.
        What Gmail told of and shows nothing of is looked for a second time.
        """
        self.newest = current
        if notified > seen and seen == start:
            return Caught.BEHIND
        named = self._named_before()
        if named > self._held.cursor:
            self._held.advance((), cursor=named)
        return Caught.UP

    def _named_before(self) -> int:
        """The newest id as the last complete run heard it, once that is long enough ago; else 0."""
        mailbox = self._held.mailbox
        shown = mailbox.last_ok_at is not None and self._clock.now() - mailbox.last_ok_at >= _SHOWN_WITHIN
        return mailbox.newest if shown else 0

    def _take_in(self, records: tuple[Record, ...]) -> None:
        records = with_labels(self._held, self._gmail, records)
        lane = lane_of_labelled(records, self._held.mailbox)
        emptied = emptied_in(records)
        if emptied or holds_drafts(records):
            follow_drafts(self._held, self._gmail, emptied=emptied)
        while records:
            ids = {change.thread for record in records for change in record.changes}
            known, now = self._store.threads(self._held.sub, ids), self._clock.now()
            delta = classify(
                records,
                mailbox=self._held.mailbox,
                known=known,
                now=now,
                lane=lane,
                drafts=unsent_in(self._held, sent_in(records)),
            )
            threads = self._held.take_as_batch(known, delta.threads)
            self._held.advance(
                threads,
                cursor=max(delta.cursor, self._held.cursor),
                left_alone=delta.left_alone,
                new_mail=holds_new_mail(records[: delta.covered]),
            )
            records = records[delta.covered :]

    def _repair(self) -> None:
        """Gmail lost the history after our cursor: its lists stand for that, and lag like it.

        So the same rule holds: to the id named now, before anything is looked at, the cursor goes in a later run,
        which finds the history lost still and looks at the lists once more.
        """
        with self._held.because(Why.RECONCILE):
            self.newest = self._gmail.history_id()
        self._look_at_labels()
        self._look_at_lists(cursor=max(self._held.cursor, self._named_before()))

    def _make_up_for(self, entries: int) -> None:
        """Before the cursor passes entries of history that do not say what they tell of."""
        _log.error("%d entries of Gmail's history do not say what they are about: its lists are read.", entries)
        self._held.services.counters.add("history", "unreadable")
        self._look_at_lists()

    def _look_at_lists(self, *, cursor: int | None = None) -> None:
        """What history does not tell, lists do; then the cursor goes to `cursor`, or stays."""
        unsure = reconcile(self._held, self._gmail)
        if unsure:
            self._held.save(**_answer(labels.asked_about(self._held.mailbox, unsure)))
        self._held.advance(sent_meanwhile(self._held, self._gmail), cursor=cursor, new_mail=True)


def _labels_in(records: Iterable[Record]) -> Iterator[str]:
    return (label for record in records for each in (*record.added, *record.labelled) for label in each.labels)


def _answer(mailbox: Mailbox) -> dict[str, Any]:
    return {"backfill": mailbox.backfill, "labelled_before": mailbox.labelled_before}


def _without_last_id(records: tuple[Record, ...], *, more: bool) -> tuple[tuple[Record, ...], tuple[Record, ...]]:
    """The records to settle, and those of the last id, which a further page may go on with.

    The cursor must not pass an id of which a part is still to come.
    """
    if not more or not records:
        return records, ()
    last = records[-1].id
    settled = tuple(record for record in records if record.id != last)
    return settled, records[len(settled) :]
