"""Opting in, the lease, and the bell."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from storage.port import ConflictError, Store
from storage.records import Bell, Mailbox
from tests.contracts.store.opening import Opening
from tests.contracts.store.samples import NOW, after, consent, email_on, every, mailbox, opt_in, thread

SOON, GAP = timedelta(seconds=5), timedelta(seconds=60)


class Mailboxes(Opening):
    def test_who_never_opted_in_has_nothing(self, store: Store) -> None:
        assert store.consent("1") is None
        assert store.mailbox("1") is None
        assert store.bell("1") is None
        assert store.due(after(hours=1), limit=5) == []

    def test_opting_in_opens_the_gate_and_makes_the_mailbox_due(self, store: Store) -> None:
        store.opt_in(consent(), mailbox(), due_at=after(3), act=email_on())

        assert store.due(after(2), limit=5) == []
        (bell,) = store.due(after(3), limit=5)
        assert (bell.sub, bell.due_at, bell.ran_at) == ("1", after(3), None)
        read = store.consent("1")
        assert read is not None
        assert replace(read, version="") == consent()

    def test_opting_in_again_voids_what_was_begun_before_and_keeps_the_threads(self, store: Store) -> None:
        opt_in(store, "1")
        kept = store.save_thread(thread())
        begun = claimed(store)

        store.opt_in(
            consent(epoch=2, refresh_token="2//"), mailbox(epoch=2, cursor=None), due_at=NOW, act=email_on()
        )

        read, box = store.consent("1"), store.mailbox("1")
        assert read is not None
        assert (read.epoch, read.refresh_token) == (2, "2//")
        assert box is not None
        assert (box.epoch, box.cursor, box.lease) == (2, None, None)
        assert box.fence > begun.fence
        with pytest.raises(ConflictError):
            store.save_mailbox(replace(begun, cursor=9))
        assert store.threads("1", ["t1"]) == {"t1": kept}

    def test_opting_in_again_makes_a_mailbox_due_that_had_rest(self, store: Store) -> None:
        opt_in(store, "1")
        store.settle(rung(store), ran_at=NOW, due_at=after(hours=1), gap=GAP)

        store.opt_in(consent(epoch=2), mailbox(epoch=2), due_at=after(9), act=email_on())

        assert rung(store).due_at == after(9)

    # --- the lease ----------------------------------------------------------------------------------------

    def test_a_lease_is_taken_with_a_larger_fence(self, store: Store) -> None:
        opt_in(store, "1")

        first = claimed(store, owner="a")

        assert first.lease is not None
        assert (first.lease.owner, first.lease.until) == ("a", after(60))
        assert first.fence > mailbox().fence
        assert store.mailbox("1") == first

    def test_nobody_takes_a_lease_that_lasts(self, store: Store) -> None:
        opt_in(store, "1")
        held = claimed(store, owner="a")

        assert store.claim("1", owner="b", now=after(59), until=after(120)) is None
        assert store.mailbox("1") == held

    def test_a_lease_that_ended_is_taken_over_and_its_first_holder_is_shut_out(self, store: Store) -> None:
        opt_in(store, "1")
        ousted = claimed(store, owner="a")

        taken = store.claim("1", owner="b", now=after(60), until=after(120))

        assert taken is not None
        assert taken.fence > ousted.fence
        with pytest.raises(ConflictError):
            store.save_mailbox(replace(ousted, cursor=5))
        with pytest.raises(ConflictError):
            store.release(ousted)
        assert store.mailbox("1") == taken

    def test_a_worker_whose_clock_is_behind_takes_no_lease_and_one_ahead_shuts_the_first_out(
        self, store: Store
    ) -> None:
        opt_in(store, "1")
        held = claimed(store, owner="a")

        assert store.claim("1", owner="behind", now=after(hours=-5), until=after(hours=-4)) is None
        taken = store.claim("1", owner="ahead", now=after(hours=5), until=after(hours=6))

        assert taken is not None
        assert taken.fence > held.fence
        with pytest.raises(ConflictError):
            store.save_mailbox(replace(held, cursor=5))
        assert store.claim("1", owner="a", now=after(90), until=after(120)) is None

    def test_its_holder_renews_a_lease(self, store: Store) -> None:
        opt_in(store, "1")
        held = claimed(store, owner="a")

        renewed = store.claim("1", owner="a", now=after(30), until=after(90))

        assert renewed is not None
        assert renewed.lease is not None
        assert renewed.lease.until == after(90)
        assert renewed.fence > held.fence

    def test_a_lease_needs_a_consent(self, store: Store) -> None:
        opt_in(store, "1")

        assert store.claim("2", owner="a", now=NOW, until=after(60)) is None
        assert store.mailbox("2") is None

    def test_a_released_mailbox_is_saved_and_free(self, store: Store) -> None:
        opt_in(store, "1")
        held = claimed(store, owner="a")

        store.release(replace(held, last_ok_at=after(7)))

        box = store.mailbox("1")
        assert box is not None
        assert (box.lease, box.last_ok_at, box.fence) == (None, after(7), held.fence)
        assert store.claim("1", owner="b", now=after(8), until=after(60)) is not None

    def test_a_mailbox_is_saved_as_it_was_read_or_not_at_all(self, store: Store) -> None:
        opt_in(store, "1")
        held = claimed(store)

        saved = store.save_mailbox(replace(held, cursor=5))

        with pytest.raises(ConflictError):
            store.save_mailbox(replace(held, cursor=6))
        assert store.mailbox("1") == saved
        assert saved.cursor == 5

    # --- the bell -----------------------------------------------------------------------------------------

    def test_a_ring_makes_a_mailbox_due_soon(self, store: Store) -> None:
        opt_in(store, "1")
        store.settle(rung(store), ran_at=NOW, due_at=after(600), gap=GAP)

        store.ring("1", now=after(200), soon=SOON, gap=GAP)

        assert rung(store).due_at == after(205)

    def test_a_ring_right_after_a_run_waits_for_the_gap(self, store: Store) -> None:
        opt_in(store, "1")
        store.settle(rung(store), ran_at=NOW, due_at=after(600), gap=GAP)

        store.ring("1", now=after(10), soon=SOON, gap=GAP)

        assert rung(store).due_at == after(60)

    def test_a_ring_never_postpones(self, store: Store) -> None:
        opt_in(store, "1")
        store.settle(rung(store), ran_at=NOW, due_at=after(30), gap=GAP)

        for seconds in (10, 20, 29):
            store.ring("1", now=after(seconds), soon=SOON, gap=GAP)

        assert rung(store).due_at == after(30)

    def test_rings_by_clocks_that_disagree_never_postpone(self, store: Store) -> None:
        opt_in(store, "1")
        store.settle(rung(store), ran_at=NOW, due_at=after(30), gap=GAP)

        store.ring("1", now=after(hours=5), soon=SOON, gap=GAP)
        assert rung(store).due_at == after(30)

        store.ring("1", now=after(hours=-5), soon=SOON, gap=GAP)
        assert rung(store).due_at <= after(30)

    def test_after_the_clock_was_put_back_a_ring_waits_for_the_gap_and_no_longer(self, store: Store) -> None:
        opt_in(store, "1")
        store.settle(rung(store), ran_at=after(hours=5), due_at=after(hours=6), gap=GAP)

        store.ring("1", now=NOW, soon=SOON, gap=GAP)

        assert rung(store).due_at == after(60)

    def test_a_first_ring_needs_no_run_before_it(self, store: Store) -> None:
        store.opt_in(consent(), mailbox(), due_at=after(600), act=email_on())

        store.ring("1", now=NOW, soon=SOON, gap=GAP)

        assert rung(store).due_at == after(5)

    def test_ringing_where_there_is_no_mailbox_does_nothing(self, store: Store) -> None:
        store.ring("stranger", now=NOW, soon=SOON, gap=GAP)

        assert store.bell("stranger") is None
        assert store.due(after(hours=1), limit=5) == []

    def test_after_a_run_without_a_ring_the_mailbox_rests(self, store: Store) -> None:
        opt_in(store, "1")

        store.settle(rung(store), ran_at=after(1), due_at=after(600), gap=GAP)

        bell = rung(store)
        assert (bell.due_at, bell.ran_at) == (after(600), after(1))
        assert store.due(after(599), limit=5) == []

    def test_a_ring_during_the_run_leaves_the_mailbox_due_after_the_gap(self, store: Store) -> None:
        opt_in(store, "1")
        read = rung(store)
        store.ring("1", now=after(1), soon=SOON, gap=GAP)

        store.settle(read, ran_at=after(2), due_at=after(600), gap=GAP)

        assert rung(store).due_at == after(62)

    def test_a_ring_during_the_run_does_not_delay_work_that_remains(self, store: Store) -> None:
        opt_in(store, "1")
        read = rung(store)
        store.ring("1", now=after(1), soon=SOON, gap=GAP)

        store.settle(read, ran_at=after(2), due_at=after(3), gap=GAP)

        assert rung(store).due_at == after(3)

    def test_the_longest_due_come_first_and_no_more_than_asked_for(self, store: Store) -> None:
        for sub, seconds in (("1", 3), ("2", 1), ("3", 2), ("4", 4)):
            store.opt_in(consent(sub), mailbox(sub), due_at=after(seconds), act=email_on())

        assert [bell.sub for bell in store.due(after(3), limit=9)] == ["2", "3", "1"]
        assert [bell.sub for bell in store.due(after(3), limit=2)] == ["2", "3"]

    def test_every_opted_in_mailboxs_bell_is_listed_without_doubles_while_others_come(self, store: Store) -> None:
        opt_in(store, *"13579")

        first = store.bells(limit=2)
        opt_in(store, "2")
        rest = every(lambda cursor: store.bells(limit=2, cursor=cursor or first.next))

        assert [bell.sub for bell in (*first.items, *rest)] == list("13579")
        assert first.items[0] == store.bell("1")


def claimed(store: Store, *, owner: str = "a") -> Mailbox:
    held = store.claim("1", owner=owner, now=NOW, until=after(60))
    assert held is not None
    return held


def rung(store: Store) -> Bell:
    bell = store.bell("1")
    assert bell is not None
    return bell
