"""From our cursor to what Gmail says has changed: labels, history, and repair where the history is lost.

Threads and cursor commit together; reading mail comes after (`hydrate`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from addon.batches import batches
from addon.gateways.errors import GoneError
from addon.gateways.gmail import Record, StoredGmail
from addon.policy import following
from addon.sync import labels
from addon.sync.delta import classify
from addon.sync.held import Held
from storage.records import MOST_IN_A_SLICE, Lane, Thread, ThreadState


class CatchUp:
    """One mailbox, brought up to now."""

    def __init__(self, held: Held, gmail: StoredGmail) -> None:
        self._held = held
        self._gmail = gmail
        self._store = held.services.store
        self._clock = held.services.clock

    # --- labels and cursor --------------------------------------------------------------------------------

    def seed(self) -> None:
        """The cursor comes from before the first list, so that nothing falls between the two."""
        cursor = self._gmail.history_id()
        self._look_at_labels()
        self._held.advance((), cursor=cursor)

    def _look_at_labels(self) -> None:
        config = self._held.services.config
        bound = labels.bind(
            self._held.mailbox,
            self._gmail.labels(),
            name=config.label_name,
            secret_name=config.secret_label_name,
            now=self._clock.now(),
        )
        if bound.lost:
            self._end_labelling(bound)
        for label in bound.newly_bound:
            self._list_labelled(label, secret=label == bound.mailbox.secret_label)
        # Last, so that a crash before has all of it done again.
        self._held.save(
            label=bound.mailbox.label,
            secret_label=bound.mailbox.secret_label,
            seen_labels=bound.mailbox.seen_labels,
            labels_at=bound.mailbox.labels_at,
            label_renewed_at=bound.mailbox.label_renewed_at,
            attention=bound.mailbox.attention,
        )

    def _list_labelled(self, label: str, *, secret: bool, since: int | None = None) -> frozenset[str]:
        """Point at the threads that carry a label now; those changed after history id `since` are read again.

        That the label is still on it is no new wish: one that its owner stopped in the panel stays stopped,
        one that waits goes on waiting. Which of its messages carry the label is learned when it is read.
        """
        listed: set[str] = set()
        for rows in batches(self._gmail.threads_with(label), MOST_IN_A_SLICE):
            known = self._store.threads(self._held.sub, [id for id, _ in rows])
            changed = []
            for id, at in rows:
                before = known.get(id)
                has_news = since is not None and at > since
                if before and (
                    before.state is ThreadState.STOPPED or (before.state is ThreadState.WAITING and not has_news)
                ):
                    continue
                after = following.labelled(
                    before,
                    sub=self._held.sub,
                    id=id,
                    messages=(),
                    secret=secret,
                    now=self._clock.now(),
                    lane=Lane.BACKFILL,
                )
                if has_news:
                    after = self._read_whole(after)
                if after != before:
                    changed.append(after)
            self._held.advance(tuple(changed))
            listed |= {id for id, _ in rows}
        return frozenset(listed)

    def _end_labelling(self, bound: labels.Binding) -> None:
        """A deleted label is off every message, and Gmail's history does not say so (R26)."""
        for state in (ThreadState.FOLLOWING, ThreadState.WAITING):
            for threads in self._all_in(state):
                ended = []
                for thread in threads:
                    after = thread
                    if self._held.mailbox.label in bound.lost:
                        after = following.unlabelled(after, messages=after.labelled, secret=False)
                    if self._held.mailbox.secret_label in bound.lost:
                        after = following.unlabelled(after, messages=after.labelled_secret, secret=True)
                    if after != thread:
                        ended.append(after)
                self._held.advance(tuple(ended))

    def _all_in(self, state: ThreadState) -> Iterable[tuple[Thread, ...]]:
        cursor: str | None = None
        while True:
            page = self._store.threads_in(self._held.sub, state, limit=MOST_IN_A_SLICE, cursor=cursor)
            yield page.items
            cursor = page.next
            if cursor is None:
                return

    # --- delta --------------------------------------------------------------------------------------------

    def catch_up(self) -> None:
        token: str | None = None
        start = self._held.cursor
        held_back: tuple[Record, ...] = ()
        while True:
            try:
                page = self._gmail.history(start, page=token)
            except GoneError:
                self._reconcile()
                return
            if labels.is_out_of_date(self._held.mailbox, page.records, now=self._clock.now()):
                self._look_at_labels()
            token = page.next
            settled, held_back = _without_last_id((*held_back, *page.records), more=token is not None)
            self._take_in(settled)
            # An empty page may have a next one: the token alone says whether there is more.
            if token is None:
                if page.current > self._held.cursor:
                    self._held.advance((), cursor=page.current)
                return

    def _take_in(self, records: tuple[Record, ...]) -> None:
        while records:
            ids = {
                change.thread
                for record in records
                for change in (*record.added, *record.labelled, *record.unlabelled)
            }
            known = self._store.threads(self._held.sub, ids)
            delta = classify(records, mailbox=self._held.mailbox, known=known, now=self._clock.now())
            self._held.advance(delta.threads, cursor=max(delta.cursor, self._held.cursor))
            self._held.counts["left_alone"] += delta.left_alone
            records = records[delta.covered :]

    def _reconcile(self) -> None:
        """Gmail lost the history after our cursor: look at what we follow, and at nothing else.

        Each listed thread says when it last changed, so only those that changed since are read.
        """
        cursor = self._gmail.history_id()
        since = self._held.cursor
        self._look_at_labels()
        listed = frozenset[str]().union(
            *(
                self._list_labelled(label, secret=secret, since=since)
                for label, secret in ((self._held.mailbox.label, False), (self._held.mailbox.secret_label, True))
                if label is not None
            )
        )
        for state in (ThreadState.FOLLOWING, ThreadState.WAITING):
            for threads in self._all_in(state):
                # Not among the labelled ones: the label is off, or it never had one. Reading it tells.
                self._held.advance(tuple(self._read_whole(t) for t in threads if t.id not in listed))
        self._held.advance((), cursor=cursor)

    def _read_whole(self, thread: Thread) -> Thread:
        return replace(
            thread,
            todo_all=True,
            lane=thread.lane if thread.has_work else Lane.BACKFILL,
            not_before=thread.not_before if thread.has_work else self._clock.now(),
        )


def _without_last_id(records: tuple[Record, ...], *, more: bool) -> tuple[tuple[Record, ...], tuple[Record, ...]]:
    """The records to settle, and those of the last id, which a further page may go on with.

    The cursor must not pass an id of which a part is still to come.
    """
    if not more or not records:
        return records, ()
    last = records[-1].id
    settled = tuple(record for record in records if record.id != last)
    return settled, records[len(settled) :]
