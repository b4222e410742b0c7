"""From history records to what they change: threads of interest, in slices; everything else is passed over.

Pure. Records hold ids and labels only, and those of mail nobody pointed at are gone when the function returns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from addon.gateways.gmail import Change, Record
from addon.policy import following
from storage.records import MOST_IN_A_SLICE, Lane, Mailbox, Thread, ThreadState

_NOT_MAIL = frozenset({"DRAFT", "CHAT"})
_SET_ASIDE = frozenset({"SPAM", "TRASH"})


@dataclass(frozen=True, kw_only=True)
class Delta:
    """A first part of some records: what it changes, and how many records it covers."""

    threads: tuple[Thread, ...]
    """Those that changed, each with the version it was read in."""
    covered: int
    cursor: int
    """The id of the last record covered."""
    left_alone: int
    """New messages of no interest."""


BULK = 25
"""Threads that get a label at one time, above which nobody is taken to wait for each of them."""


def classify(
    records: Sequence[Record],
    *,
    mailbox: Mailbox,
    known: Mapping[str, Thread],
    now: datetime,
    lane: Lane = Lane.LIVE,
) -> Delta:
    """Fold records, in order, until a slice is full. `known`: this mailbox's threads among the records' ids.

    `lane`: how urgent it is to read what got a label.
    """
    fold = _Fold(mailbox=mailbox, known=known, now=now, lane=lane)
    covered = 0
    for _, group in groupby(records, key=lambda record: record.id):
        of_one_id = tuple(group)
        touched = {thread for record in of_one_id for thread in _threads(record)}
        if covered and len(fold.changed.keys() | touched) > MOST_IN_A_SLICE:
            break
        for record in of_one_id:
            fold.take(record)
        covered += len(of_one_id)
    return Delta(
        threads=tuple(thread for id, thread in fold.changed.items() if thread != known.get(id)),
        covered=covered,
        cursor=records[covered - 1].id,
        left_alone=len(fold.left_alone),
    )


def lane_of_labelled(records: Sequence[Record], mailbox: Mailbox) -> Lane:
    """A filter that is applied to thousands of conversations holds up no single reply of the same mailbox."""
    ours = {mailbox.label, mailbox.secret_label} - {None}
    labelled = {
        change.thread for record in records for change in (*record.added, *record.labelled) if change.labels & ours
    }
    return Lane.BACKFILL if len(labelled) > BULK else Lane.LIVE


def _threads(record: Record) -> set[str]:
    return {change.thread for change in (*record.added, *record.labelled, *record.unlabelled)}


class _Fold:
    """What the records taken so far come to."""

    def __init__(self, *, mailbox: Mailbox, known: Mapping[str, Thread], now: datetime, lane: Lane) -> None:
        self._ours = ((mailbox.label, False), (mailbox.secret_label, True))
        self._sub = mailbox.sub
        self._known = known
        self._now = now
        self._lane = lane
        self.changed: dict[str, Thread] = {}
        self.left_alone: set[str] = set()

    def take(self, record: Record) -> None:
        for change in record.added:
            if not change.labels & _NOT_MAIL:
                self._added(change)
        for change in record.labelled:
            self._labelled(change, record=record.id)
        for change in record.unlabelled:
            self._unlabelled(change)

    def _thread(self, change: Change) -> Thread | None:
        return self.changed.get(change.thread) or self._known.get(change.thread)

    def _added(self, change: Change) -> None:
        # A filter that labels on delivery shows here and nowhere else. Where its owner stopped the following of
        # what is in Lever, that is no new wish.
        before = self._thread(change)
        if before is None or before.state is not ThreadState.STOPPED or following.is_of_no_interest(before):
            self._labelled(change, record=0)
        thread = self._thread(change)
        if thread is None or thread.state is ThreadState.STOPPED:
            self.left_alone.add(change.message)
        elif not change.labels & _SET_ASIDE:
            self.changed[change.thread] = _with_work(thread, change.message, now=self._now)

    def _labelled(self, change: Change, *, record: int) -> None:
        for label, secret in self._ours:
            if label is not None and label in change.labels:
                self.changed[change.thread] = following.labelled(
                    self._thread(change),
                    sub=self._sub,
                    id=change.thread,
                    messages=[change.message],
                    secret=secret,
                    now=self._now,
                    lane=self._lane,
                    record=record,
                )

    def _unlabelled(self, change: Change) -> None:
        thread = self._thread(change)
        if thread is None:
            return
        for label, secret in self._ours:
            if label is not None and label in change.labels:
                thread = following.unlabelled(thread, messages=[change.message], secret=secret, now=self._now)
        # Rescued from spam or trash: it was passed over when it came.
        if change.labels & _SET_ASIDE and thread.state is not ThreadState.STOPPED:
            thread = _with_work(thread, change.message, now=self._now)
        self.changed[change.thread] = thread


def _with_work(thread: Thread, message: str, *, now: datetime) -> Thread:
    """The message is to be read; a thread that is read whole anyway needs no list."""
    if thread.todo_all:
        return thread
    return replace(
        thread,
        todo=thread.todo | {message},
        lane=thread.lane if thread.has_work else Lane.LIVE,
        not_before=thread.not_before if thread.has_work else now,
    )
