"""What a bell remembers beside when it is due, work that is set aside, and mailboxes page by page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from storage.port import Store
from storage.records import Bell, Lane, ThreadState
from tests.contracts.store.opening import Opening
from tests.contracts.store.samples import NOW, after, every, opt_in, thread, whole_mailbox

SOON, GAP = timedelta(seconds=5), timedelta(seconds=60)


class Pace(Opening):
    # --- how urgent ---------------------------------------------------------------------------------------

    def test_a_bell_is_as_urgent_as_the_most_urgent_of_what_it_rang_for(self, store: Store) -> None:
        rested(store, lane=Lane.BACKFILL)

        lanes = [rung(store, lane=lane).lane for lane in (Lane.LIVE, Lane.INTERACTIVE, Lane.BACKFILL)]

        assert lanes == [Lane.LIVE, Lane.INTERACTIVE, Lane.INTERACTIVE]

    def test_turning_email_on_is_at_least_as_urgent_as_new_mail(self, store: Store) -> None:
        opt_in(store, "1")
        assert bell(store).lane is Lane.LIVE

        rested(store, lane=Lane.BACKFILL)
        opt_in(store, "1", epoch=2)
        assert bell(store).lane is Lane.LIVE

        rung(store, lane=Lane.INTERACTIVE)
        opt_in(store, "1", epoch=3)
        assert bell(store).lane is Lane.INTERACTIVE

    def test_after_a_run_a_bell_is_as_urgent_as_what_is_left(self, store: Store) -> None:
        opt_in(store, "1")
        read = rung(store, lane=Lane.INTERACTIVE)

        store.settle(read, ran_at=NOW, due_at=NOW, gap=GAP, lane=Lane.LIVE)
        assert bell(store).lane is Lane.LIVE

        store.settle(bell(store), ran_at=NOW, due_at=after(600), gap=GAP)
        assert bell(store).lane is Lane.BACKFILL

    def test_a_ring_during_the_run_stays_as_urgent_as_it_was(self, store: Store) -> None:
        opt_in(store, "1")
        read = bell(store)
        rung(store, lane=Lane.INTERACTIVE)

        store.settle(read, ran_at=after(2), due_at=after(600), gap=GAP, lane=Lane.BACKFILL)

        assert (bell(store).lane, bell(store).due_at) == (Lane.INTERACTIVE, after(62))

    def test_work_left_by_a_run_is_not_less_urgent_for_a_ring_meanwhile(self, store: Store) -> None:
        rested(store, lane=Lane.BACKFILL)
        read = bell(store)
        rung(store, lane=Lane.BACKFILL)

        store.settle(read, ran_at=after(2), due_at=after(2), gap=GAP, lane=Lane.LIVE)

        assert (bell(store).lane, bell(store).due_at) == (Lane.LIVE, after(2))

    # --- what Gmail told of -------------------------------------------------------------------------------

    def test_the_newest_history_id_that_was_told_of_is_kept_in_whatever_order_they_come(
        self, store: Store
    ) -> None:
        opt_in(store, "1")

        told = [rung(store, notified=id_).notified for id_ in (999, 1000, 998, 0)]

        assert told == [999, 1000, 1000, 1000]

    def test_after_a_run_what_was_told_of_before_it_is_done_with(self, store: Store) -> None:
        opt_in(store, "1")
        read = rung(store, notified=1000)

        store.settle(read, ran_at=NOW, due_at=after(600), gap=GAP)

        assert bell(store).notified == 0

    def test_what_is_told_of_during_the_run_is_kept_for_the_next(self, store: Store) -> None:
        opt_in(store, "1")
        read = rung(store, notified=1000)
        rung(store, notified=1001)

        store.settle(read, ran_at=NOW, due_at=after(600), gap=GAP)

        assert bell(store).notified == 1001

    def test_the_largest_history_id_there_can_be_is_kept_whole(self, store: Store) -> None:
        opt_in(store, "1")

        assert rung(store, notified=2**63 - 1).notified == 2**63 - 1

    # --- what is set aside --------------------------------------------------------------------------------

    def test_what_is_set_aside_is_no_work(self, store: Store) -> None:
        store.save_thread(thread("1", "t1", aside_all=True, starts=3))
        store.save_thread(thread("1", "t2", aside=frozenset({"g1"}), todo=frozenset({"g2"})))

        assert [each.id for each in store.work("1", now=NOW, limit=9)] == ["t2"]
        assert [each.id for each in store.set_aside("1", limit=9).items] == ["t1", "t2"]

    def test_what_is_set_aside_is_listed_for_its_own_mailbox_without_doubles(self, store: Store) -> None:
        for n in range(5):
            store.save_thread(thread("1", f"t{n}", aside_all=True))
        store.save_thread(thread("1", "well", todo_all=True))
        store.save_thread(thread("2", "t9", aside_all=True))

        first = store.set_aside("1", limit=2)
        store.save_thread(thread("1", "t00", aside_all=True))
        rest = every(lambda cursor: store.set_aside("1", limit=2, cursor=cursor or first.next))

        assert [each.id for each in (*first.items, *rest)] == [f"t{n}" for n in range(5)]

    def test_what_is_tried_again_is_set_aside_no_longer(self, store: Store) -> None:
        read = store.save_thread(thread(aside_all=True, state=ThreadState.WAITING))

        store.save_thread(replace(read, aside_all=False, todo_all=True))

        assert store.set_aside("1", limit=9).items == ()
        assert store.pending("1")

    # --- every mailbox ------------------------------------------------------------------------------------

    def test_every_mailbox_is_listed_without_doubles_while_others_come(self, store: Store) -> None:
        opt_in(store, *"13579")
        read = store.mailbox("1")
        assert read is not None
        kept = store.save_mailbox(replace(whole_mailbox(), version=read.version))

        first = store.mailboxes(limit=2)
        opt_in(store, "2")
        rest = every(lambda cursor: store.mailboxes(limit=2, cursor=cursor or first.next))

        assert [each.sub for each in (*first.items, *rest)] == list("13579")
        assert first.items[0] == kept


def bell(store: Store) -> Bell:
    found = store.bell("1")
    assert found is not None
    return found


def rung(store: Store, *, lane: Lane = Lane.LIVE, notified: int = 0) -> Bell:
    store.ring("1", now=NOW, soon=SOON, gap=GAP, lane=lane, notified=notified)
    return bell(store)


def rested(store: Store, *, lane: Lane) -> None:
    opt_in(store, "1")
    store.settle(bell(store), ran_at=after(-600), due_at=after(600), gap=GAP, lane=lane)
