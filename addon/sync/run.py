"""One run of one mailbox: claim it, look at its labels, take in the delta, read what is to be read, let it go.

Two workers never work on one mailbox: the lease keeps them apart, and its fence stops one that lost it.
"""

from __future__ import annotations

import logging
import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum

from addon.batches import batches
from addon.failures import describe
from addon.gateways.errors import (
    AttentionError,
    GoneError,
    OutsideError,
    ProjectStoppedError,
    RefusedError,
    ThrottledError,
    UnavailableError,
)
from addon.gateways.gmail import Record, StoredGmail
from addon.policy import following
from addon.services import Services
from addon.sync import labels
from addon.sync.delta import classify
from addon.sync.hydrate import Reader
from storage.port import ConflictError
from storage.records import (
    MOST_IN_A_SLICE,
    Attention,
    Consent,
    Lane,
    Mailbox,
    Member,
    Slice,
    Thread,
    ThreadState,
)

LEASE = timedelta(minutes=2)
"""Longer than any one call to Gmail may take; renewed when half of it is gone."""
AT_ONCE = 20
"""Threads taken up before the store is asked again what waits most urgently."""
_BACK_OFF = tuple(timedelta(seconds=s) for s in (1, 2, 4, 8, 300))
"""Until the next try of one thread; the last one for all that follow."""
_COOL_DOWN = timedelta(seconds=5)
"""A throttled mailbox rests this long where Gmail does not say."""
_PROJECT_REST = timedelta(hours=1)
ENDED = frozenset({Attention.ACCESS_ENDED, Attention.SCOPES_MISSING})
"""Nothing is tried again until the owner consents anew."""

_log = logging.getLogger("addon.sync")


class Outcome(Enum):
    """How a run ended."""

    COMPLETE = "complete"
    MORE = "more"
    """Time was up."""
    LATER = "later"
    """Something did not go through and waits for another try."""
    BUSY = "busy"
    OFF = "off"
    RESTING = "resting"
    """Gmail asked for a slower pace, or the mailbox needs its owner's attention."""


def run(sub: str, services: Services, *, until: datetime) -> Outcome:
    """Catch one mailbox up; stop at `until` with everything settled so far committed."""
    now = services.clock.now()
    owner = secrets.token_hex(8)
    mailbox = services.store.claim(sub, owner=owner, now=now, until=now + LEASE)
    if mailbox is None:
        return Outcome.OFF if services.store.mailbox(sub) is None else Outcome.BUSY
    work = _Run(services, mailbox, owner=owner, until=until)
    try:
        return work.run()
    except ConflictError:
        # Somebody took the lease over, or acted in the panel meanwhile: what is committed stands.
        return Outcome.LATER
    except UnavailableError:
        return Outcome.LATER
    except ThrottledError as error:
        work.rest_until(error.until or services.clock.now() + _COOL_DOWN)
        return Outcome.RESTING
    except ProjectStoppedError:
        work.rest_until(services.clock.now() + _PROJECT_REST)
        return Outcome.RESTING
    except AttentionError as error:
        work.needs(error.attention)
        return Outcome.RESTING
    finally:
        work.let_go()


class _Run:
    def __init__(self, services: Services, mailbox: Mailbox, *, owner: str, until: datetime) -> None:
        self._services = services
        self._store = services.store
        self._clock = services.clock
        self._lease_owner = owner
        self._until = until
        self._counts: Counter[str] = Counter()
        self._mailbox = mailbox

    def run(self) -> Outcome:
        now = self._clock.now()
        if self._mailbox.attention in ENDED:
            return Outcome.RESTING
        if self._mailbox.cooldown_until and self._mailbox.cooldown_until > now:
            return Outcome.RESTING
        consent = self._store.consent(self._mailbox.sub)
        member = self._store.member(self._mailbox.sub)
        if consent is None or member is None or consent.epoch != self._mailbox.epoch:
            return Outcome.OFF
        gmail = self._services.gmail.stored(consent)
        if self._mailbox.cursor is None:
            self._seed(gmail)
        self._catch_up(gmail)
        return self._read(gmail, consent, member)

    # --- labels and cursor --------------------------------------------------------------------------------

    def _seed(self, gmail: StoredGmail) -> None:
        """The cursor comes from before the first list, so that nothing falls between the two."""
        cursor = gmail.history_id()
        self._look_at_labels(gmail)
        self._advance((), cursor=cursor)

    def _look_at_labels(self, gmail: StoredGmail) -> None:
        config = self._services.config
        bound = labels.bind(
            self._mailbox,
            gmail.labels(),
            name=config.label_name,
            secret_name=config.secret_label_name,
            now=self._clock.now(),
        )
        if bound.lost:
            self._end_labelling(bound)
        for label in bound.newly_bound:
            self._list_labelled(gmail, label, secret=label == bound.mailbox.secret_label)
        # Last, so that a crash before has all of it done again.
        self._mailbox = self._store.save_mailbox(
            replace(
                self._mailbox,
                label=bound.mailbox.label,
                secret_label=bound.mailbox.secret_label,
                seen_labels=bound.mailbox.seen_labels,
                labels_at=bound.mailbox.labels_at,
                label_renewed_at=bound.mailbox.label_renewed_at,
                attention=bound.mailbox.attention,
            )
        )

    def _list_labelled(
        self, gmail: StoredGmail, label: str, *, secret: bool, since: int | None = None
    ) -> frozenset[str]:
        """Point at the threads that carry a label now; those changed after history id `since` are read again.

        That the label is still on it is no new wish: one that its owner stopped in the panel stays stopped,
        one that waits goes on waiting. Which of its messages carry the label is learned when it is read.
        """
        listed: set[str] = set()
        for rows in batches(gmail.threads_with(label), MOST_IN_A_SLICE):
            known = self._store.threads(self._mailbox.sub, [id for id, _ in rows])
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
                    sub=self._mailbox.sub,
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
            self._advance(tuple(changed))
            listed |= {id for id, _ in rows}
        return frozenset(listed)

    def _end_labelling(self, bound: labels.Binding) -> None:
        """A deleted label is off every message, and Gmail's history does not say so (R26)."""
        for state in (ThreadState.FOLLOWING, ThreadState.WAITING):
            for threads in self._all_in(state):
                ended = []
                for thread in threads:
                    after = thread
                    if self._mailbox.label in bound.lost:
                        after = following.unlabelled(after, messages=after.labelled, secret=False)
                    if self._mailbox.secret_label in bound.lost:
                        after = following.unlabelled(after, messages=after.labelled_secret, secret=True)
                    if after != thread:
                        ended.append(after)
                self._advance(tuple(ended))

    def _all_in(self, state: ThreadState) -> Iterable[tuple[Thread, ...]]:
        cursor: str | None = None
        while True:
            page = self._store.threads_in(self._mailbox.sub, state, limit=MOST_IN_A_SLICE, cursor=cursor)
            yield page.items
            cursor = page.next
            if cursor is None:
                return

    # --- delta --------------------------------------------------------------------------------------------

    def _catch_up(self, gmail: StoredGmail) -> None:
        token: str | None = None
        start = self._cursor
        while True:
            try:
                page = gmail.history(start, page=token)
            except GoneError:
                self._reconcile(gmail)
                return
            if labels.is_out_of_date(self._mailbox, page.records, now=self._clock.now()):
                self._look_at_labels(gmail)
            self._take_in(page.records)
            token = page.next
            # An empty page may have a next one: the token alone says whether there is more.
            if token is None:
                if page.current > self._cursor:
                    self._advance((), cursor=page.current)
                return

    @property
    def _cursor(self) -> int:
        return self._mailbox.cursor or 0

    def _take_in(self, records: tuple[Record, ...]) -> None:
        while records:
            ids = {
                change.thread
                for record in records
                for change in (*record.added, *record.labelled, *record.unlabelled)
            }
            known = self._store.threads(self._mailbox.sub, ids)
            delta = classify(records, mailbox=self._mailbox, known=known, now=self._clock.now())
            self._advance(delta.threads, cursor=max(delta.cursor, self._cursor))
            self._counts["left_alone"] += delta.left_alone
            records = records[delta.covered :]

    def _reconcile(self, gmail: StoredGmail) -> None:
        """Gmail lost the history after our cursor: look at what we follow, and at nothing else.

        Each listed thread says when it last changed, so only those that changed since are read.
        """
        cursor = gmail.history_id()
        since = self._cursor
        self._look_at_labels(gmail)
        listed = frozenset[str]().union(
            *(
                self._list_labelled(gmail, label, secret=secret, since=since)
                for label, secret in ((self._mailbox.label, False), (self._mailbox.secret_label, True))
                if label is not None
            )
        )
        for state in (ThreadState.FOLLOWING, ThreadState.WAITING):
            for threads in self._all_in(state):
                # Not among the labelled ones: the label is off, or it never had one. Reading it tells.
                self._advance(tuple(self._read_whole(t) for t in threads if t.id not in listed))
        self._advance((), cursor=cursor)

    def _read_whole(self, thread: Thread) -> Thread:
        return replace(
            thread,
            todo_all=True,
            lane=thread.lane if thread.has_work else Lane.BACKFILL,
            not_before=thread.not_before if thread.has_work else self._clock.now(),
        )

    def _advance(self, threads: tuple[Thread, ...], *, cursor: int | None = None) -> None:
        """Commit threads and cursor together; threads of no further interest leave no record."""
        forget = tuple(thread for thread in threads if following.is_of_no_interest(thread))
        self._mailbox = self._store.advance(
            Slice(
                mailbox=self._mailbox,
                cursor=self._mailbox.cursor if cursor is None else cursor,
                threads=tuple(thread for thread in threads if thread not in forget),
                forget=tuple(thread for thread in forget if thread.version),
            )
        )

    # --- reading ------------------------------------------------------------------------------------------

    def _read(self, gmail: StoredGmail, consent: Consent, member: Member) -> Outcome:
        reader = Reader(
            services=self._services,
            gmail=gmail,
            mailbox=self._mailbox,
            consent=consent,
            owner=member,
            counts=self._counts,
        )
        while threads := self._store.work(self._mailbox.sub, now=self._clock.now(), limit=AT_ONCE):
            for thread in threads:
                if self._clock.now() >= self._until:
                    return Outcome.MORE
                self._renew_lease()
                self._read_one(reader, thread)
        if self._store.pending(self._mailbox.sub):
            return Outcome.LATER
        self._mailbox = replace(self._mailbox, last_ok_at=self._clock.now(), attention=self._label_attention())
        return Outcome.COMPLETE

    def _label_attention(self) -> Attention | None:
        """A complete run proves access; only a missing label still wants its owner."""
        return self._mailbox.attention if self._mailbox.attention is Attention.LABEL_GONE else None

    def _read_one(self, reader: Reader, thread: Thread) -> None:
        """One thread that cannot be read is put off and delays no other."""
        try:
            reader.read(thread, now=self._clock.now())
        except ConflictError:
            # Its owner acted on it in the panel: what is to do is read again with the next batch.
            return
        except (RefusedError, UnavailableError):
            self._put_off(thread)
        except OutsideError:
            raise
        except Exception as error:  # noqa: BLE001 (one hostile message must not stop a mailbox)
            _log.error("a thread could not be read: %s", describe(error))
            self._put_off(thread)

    def _put_off(self, thread: Thread) -> None:
        wait = _BACK_OFF[min(thread.attempts, len(_BACK_OFF) - 1)]
        try:
            self._store.save_thread(
                replace(thread, attempts=thread.attempts + 1, not_before=self._clock.now() + wait)
            )
        except ConflictError:
            return

    # --- the lease ----------------------------------------------------------------------------------------

    def _renew_lease(self) -> None:
        now = self._clock.now()
        lease = self._mailbox.lease
        if lease is not None and lease.until - now > LEASE / 2:
            return
        renewed = self._store.claim(self._mailbox.sub, owner=self._lease_owner, now=now, until=now + LEASE)
        if renewed is None:
            raise ConflictError("another worker took the mailbox over")
        self._mailbox = renewed

    def rest_until(self, moment: datetime) -> None:
        self._mailbox = replace(self._mailbox, cooldown_until=moment)

    def needs(self, attention: Attention) -> None:
        self._mailbox = replace(self._mailbox, attention=attention)

    def let_go(self) -> None:
        """Give the lease back and add what was counted; a lease that was taken over is not ours to give."""
        counts = {name: count for name, count in self._counts.items() if count}
        if counts:
            self._store.tally(self._mailbox.sub, self._clock.now().date().isoformat(), counts)
        try:
            self._store.release(self._mailbox)
        except ConflictError:
            return
