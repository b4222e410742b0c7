"""From history records to what they change: threads of interest, in slices; everything else is passed over.

Pure. Records hold ids and labels only, and those of mail nobody pointed at are gone when the function returns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from types import MappingProxyType

from addon.gateways.gmail import Change, Record
from addon.policy import following
from addon.policy.origin import DRAFT, SENT
from storage.records import MOST_IN_A_SLICE, Begun, Lane, Mailbox, Thread, ThreadState

_NOT_MAIL = frozenset({DRAFT, "CHAT"})
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
    drafts: Mapping[str, Begun] = MappingProxyType({}),
) -> Delta:
    """Fold records, in order, until a slice is full. `known`: this mailbox's threads among the records' ids.

    `lane`: how urgent it is to read what got a label. `drafts`: threads of drafts that were made for its owner and
    are not known to be sent.
    """
    fold = _Fold(mailbox=mailbox, known=known, now=now, lane=lane, drafts=drafts)
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


def sent_in(records: Iterable[Record]) -> set[str]:
    """Threads in which the mailbox's owner sent something."""
    return {change.thread for record in records for change in _came(record) if SENT in change.labels}


def holds_new_mail(records: Iterable[Record]) -> bool:
    return any(_came(record) for record in records)


def holds_drafts(records: Iterable[Record]) -> bool:
    return any(DRAFT in change.labels for record in records for change in record.added)


def emptied_in(records: Iterable[Record]) -> set[str]:
    """Threads that lost a message and got none that is still there: a draft of ours may have gone elsewhere."""
    deleted = [change for record in records for change in record.deleted]
    gone = {change.message for change in deleted}
    stays = {change.thread for record in records for change in record.added if change.message not in gone}
    return {change.thread for change in deleted} - stays


def _came(record: Record) -> list[Change]:
    """What is mail from this record on: what arrived, and what was written before and is sent now.

    A draft that is sent becomes another message, says Google; of what was scheduled it says nothing.
    """
    arrived = [change for change in record.added if not change.labels & _NOT_MAIL]
    return arrived + [change for change in record.labelled if SENT in change.labels]


def _threads(record: Record) -> set[str]:
    return {change.thread for change in record.changes}


class _Fold:
    """What the records taken so far come to."""

    def __init__(
        self,
        *,
        mailbox: Mailbox,
        known: Mapping[str, Thread],
        now: datetime,
        lane: Lane,
        drafts: Mapping[str, Begun],
    ) -> None:
        self._ours = ((mailbox.label, False), (mailbox.secret_label, True))
        self._sub = mailbox.sub
        self._known = known
        self._now = now
        self._lane = lane
        self._drafts = drafts
        self.changed: dict[str, Thread] = {}
        self.left_alone: set[str] = set()

    def take(self, record: Record) -> None:
        for change in _came(record):
            self._added(change)
        for change in record.labelled:
            self._labelled(change, record=record.id)
        for change in record.unlabelled:
            self._unlabelled(change)
        for change in record.deleted:
            self._deleted(change)

    def _thread(self, change: Change) -> Thread | None:
        return self.changed.get(change.thread) or self._known.get(change.thread)

    def _added(self, change: Change) -> None:
        # A filter that labels on delivery shows here and nowhere else. Where its owner stopped the following of
        # what is in Lever, that is no new wish.
        before = self._thread(change)
        if before is None or before.state is not ThreadState.STOPPED or following.is_of_no_interest(before):
            self._labelled(change, record=0)
        draft = self._drafts.get(change.thread)
        if draft is not None and SENT in change.labels:
            self.changed[change.thread] = following.sent_draft(
                self._thread(change), sub=self._sub, id=change.thread, secret=draft.secret, now=self._now
            )
        thread = self._thread(change)
        if thread is None or thread.state is ThreadState.STOPPED:
            self.left_alone.add(change.message)
        elif not change.labels & _SET_ASIDE:
            self.changed[change.thread] = following.to_read(thread, [change.message], now=self._now)

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
            thread = following.to_read(thread, [change.message], now=self._now)
        self.changed[change.thread] = thread

    def _deleted(self, change: Change) -> None:
        """It is not read any more. Was it all that carried the label, a reading tells whether anything is left."""
        thread = self._thread(change)
        if thread is None:
            return
        thread = following.deleted(thread, change.message)
        if change.message not in thread.labelled | thread.labelled_secret:
            self.changed[change.thread] = thread
            return
        gone = {change.message}
        fewer = replace(thread, labelled=thread.labelled - gone, labelled_secret=thread.labelled_secret - gone)
        ends = not fewer.labelled and not fewer.labelled_secret and fewer.state is not ThreadState.STOPPED
        self.changed[change.thread] = following.read_whole(fewer, now=self._now) if ends else fewer
