"""What was examined: counts that add up and commit with what they are of, and looks until they expire."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage.port import ConflictError, Store
from storage.records import Examined, LabelBatch, Look, Slice
from tests.contracts.store.opening import Opening
from tests.contracts.store.samples import NOW, after, opt_in, thread

DAY = "2025-06-02"


def examined(looks: tuple[Look, ...] = (), **counts: int) -> Examined:
    return Examined(sub="1", day=DAY, counts=counts, looks=looks)


def look(message: str = "h1", **fields: str) -> Look:
    parts = {"why": "label", "outcome": "denied.no_candidate", **fields}
    return Look(sub="1", message=message, at=NOW, expires_at=after(days=30), **parts)


class Ledger(Opening):
    def test_the_sums_are_of_all_mailboxes_from_a_day_on(self, store: Store) -> None:
        store.tally("1", "2025-06-01", {"opened": 3, "denied.no candidate": 2})
        store.tally("2", "2025-06-01", {"opened": 4})
        store.tally("2", "2025-06-03", {"opened": 10})
        store.tally("3", "2025-05-31", {"opened": 100})

        assert store.sums(since="2025-06-01") == {"opened": 17, "denied.no candidate": 2}
        assert store.sums(since="2025-06-04") == {}

    def test_counts_and_looks_are_committed_with_a_thread_or_not_at_all(self, store: Store) -> None:
        known = store.save_thread(thread(), examined=examined((look(),), opened=1))
        with pytest.raises(ConflictError):
            store.save_thread(replace(known, version=""), examined=examined((look("h2"),), opened=50))

        again = store.save_thread(known, examined=examined(opened=2))
        with pytest.raises(ConflictError):
            store.forget_thread(known, examined=examined(opened=50))
        store.forget_thread(again, examined=examined((look("h3"),), denied=1))

        assert store.tallies("1", since=DAY) == {DAY: {"opened": 3, "denied": 1}}
        assert [store.look("1", each, now=NOW) is not None for each in ("h1", "h2", "h3")] == [True, False, True]

    def test_counts_are_committed_with_a_slice_or_not_at_all(self, store: Store) -> None:
        opt_in(store, "1")
        box = store.mailbox("1")
        assert box is not None

        store.advance(Slice(mailbox=box, cursor=5, examined=examined(left_alone=7)))
        with pytest.raises(ConflictError):
            store.advance(Slice(mailbox=box, cursor=6, examined=examined(left_alone=50)))

        assert store.tallies("1", since=DAY) == {DAY: {"left_alone": 7}}

    def test_what_was_labelled_together_is_committed_with_a_slice_or_not_at_all(self, store: Store) -> None:
        opt_in(store, "1")
        box = store.mailbox("1")
        assert box is not None
        some = replace(box, batches=(LabelBatch(id="b1", at=NOW, count=20, open=True),))
        more = replace(box, batches=(LabelBatch(id="b1", at=NOW, count=99),))

        after_it = store.advance(Slice(mailbox=some, cursor=5))
        with pytest.raises(ConflictError):
            store.advance(Slice(mailbox=more, cursor=6))

        assert after_it == store.mailbox("1")
        assert after_it.batches == some.batches

    def test_a_look_is_found_in_its_mailbox_until_it_expires_and_the_last_one_counts(self, store: Store) -> None:
        store.tally("1", DAY, {}, looks=[look(), look("h2", outcome="denied.self", why="asked")])
        store.tally("1", DAY, {"opened": 1}, looks=[look(outcome="denied.blocked")])

        assert store.look("1", "h1", now=after(days=29)) == look(outcome="denied.blocked")
        assert store.look("1", "h2", now=NOW) == look("h2", outcome="denied.self", why="asked")
        assert store.look("1", "h1", now=after(days=30)) is None
        assert store.look("2", "h1", now=NOW) is None
        assert store.look("1", "unknown", now=NOW) is None

    def test_expired_looks_go_and_the_others_stay(self, store: Store) -> None:
        late = replace(look("h2"), expires_at=after(days=60))
        store.tally("1", DAY, {}, looks=[look(), late])

        store.expire_looks(now=after(days=31))
        store.expire_looks(now=after(days=31))

        assert store.look("1", "h1", now=after(days=31)) is None
        assert store.look("1", "h2", now=after(days=31)) == late
