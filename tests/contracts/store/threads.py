"""Threads, the work on them, and the slices by which a mailbox advances."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage.port import ConflictError, Store
from storage.records import Lane, Mailbox, Slice, ThreadState
from tests.contracts.store.opening import Opening
from tests.contracts.store.samples import NOW, after, every, followed, opt_in, thread


class Threads(Opening):
    def test_a_thread_nobody_pointed_at_is_unknown(self, store: Store) -> None:
        store.save_thread(thread("1", "t1"))

        assert store.threads("1", ["t2"]) == {}
        assert store.threads("2", ["t1"]) == {}
        assert store.threads("1", []) == {}

    def test_a_thread_is_made_once(self, store: Store) -> None:
        saved = store.save_thread(thread())

        with pytest.raises(ConflictError):
            store.save_thread(thread(todo_all=True))

        assert store.threads("1", ["t1"]) == {"t1": saved}

    def test_a_thread_is_saved_as_it_was_read_or_not_at_all(self, store: Store) -> None:
        read = store.save_thread(thread(state=ThreadState.WAITING, who_keys=frozenset({"w"})))
        saved = store.save_thread(replace(read, attempts=1))

        with pytest.raises(ConflictError):
            store.save_thread(replace(read, who_keys=frozenset({"other"})))

        assert store.threads("1", ["t1"]) == {"t1": saved}
        assert store.waiting_for("other", limit=5).items == ()

    def test_a_forgotten_thread_is_gone(self, store: Store) -> None:
        saved = store.save_thread(thread(state=ThreadState.WAITING, who_keys=frozenset({"w"}), todo_all=True))

        store.forget_thread(saved)

        assert store.threads("1", ["t1"]) == {}
        assert store.waiting_for("w", limit=5).items == ()
        assert not store.pending("1")

    def test_a_thread_that_changed_is_not_forgotten(self, store: Store) -> None:
        read = store.save_thread(thread())
        saved = store.save_thread(replace(read, todo_all=True))

        with pytest.raises(ConflictError):
            store.forget_thread(read)

        assert store.threads("1", ["t1"]) == {"t1": saved}

    def test_a_thread_made_anew_is_not_taken_for_the_forgotten_one(self, store: Store) -> None:
        read = store.save_thread(thread())
        store.forget_thread(read)
        anew = store.save_thread(thread(attempts=3))

        with pytest.raises(ConflictError):
            store.save_thread(replace(read, attempts=9))
        with pytest.raises(ConflictError):
            store.forget_thread(read)

        assert store.threads("1", ["t1"]) == {"t1": anew}

    # --- slices -------------------------------------------------------------------------------------------

    def test_a_slice_commits_threads_and_cursor_together(self, store: Store) -> None:
        box = ready(store)
        old = store.save_thread(thread("1", "old"))
        gone = store.save_thread(thread("1", "gone", state=ThreadState.WAITING))

        advanced = store.advance(
            Slice(
                mailbox=box,
                cursor=10,
                threads=(replace(old, todo=frozenset({"g1"})), thread("1", "new", todo_all=True)),
                forget=(gone,),
            )
        )

        assert advanced == store.mailbox("1")
        assert replace(advanced, version="") == replace(box, cursor=10, version="")
        there = store.threads("1", ["old", "new", "gone"])
        assert {id_: each.has_work for id_, each in there.items()} == {"old": True, "new": True}

    def test_several_threads_are_saved_and_forgotten_at_once_without_a_mailbox(self, store: Store) -> None:
        old = store.save_thread(thread("1", "old"))
        gone = store.save_thread(thread("1", "gone", state=ThreadState.WAITING, who_keys=frozenset({"w"})))

        store.save_threads([replace(old, state=ThreadState.STOPPED), thread("1", "new")], forget=[gone])
        store.save_threads([])

        there = store.threads("1", ["old", "new", "gone"])
        assert {id_: each.state for id_, each in there.items()} == {
            "old": ThreadState.STOPPED,
            "new": ThreadState.FOLLOWING,
        }
        assert store.waiting_for("w", limit=9).items == ()

    @pytest.mark.parametrize("part", ["threads", "forget"])
    def test_of_several_one_that_changed_meanwhile_keeps_all_as_they_were(self, store: Store, part: str) -> None:
        read, other = store.save_thread(thread("1", "old")), store.save_thread(thread("1", "other"))
        now = store.save_thread(replace(read, attempts=3))
        stopped = replace(other, state=ThreadState.STOPPED)

        with pytest.raises(ConflictError):
            store.save_threads(
                [stopped, read] if part == "threads" else [stopped], forget=[read] if part == "forget" else []
            )

        assert store.threads("1", ["old", "other"]) == {"old": now, "other": other}

    def test_more_threads_at_once_than_a_slice_holds_are_refused(self, store: Store) -> None:
        with pytest.raises(ValueError, match="at most 50"):
            store.save_threads([thread("1", f"t{number}") for number in range(51)])

    def test_the_next_slice_goes_on_from_the_mailbox_as_it_was_answered(self, store: Store) -> None:
        box = store.advance(Slice(mailbox=ready(store), cursor=10))

        assert store.advance(Slice(mailbox=box, cursor=20)).cursor == 20

    @pytest.mark.parametrize("stale", ["saved", "claimed", "advanced", "opted in"])
    def test_a_slice_of_a_worker_that_was_overtaken_changes_nothing(self, store: Store, stale: str) -> None:
        box = ready(store)
        match stale:
            case "saved":
                store.save_mailbox(replace(box, label="Label_9"))
            case "claimed":
                store.claim("1", owner="other", now=after(61), until=after(120))
            case "advanced":
                store.advance(Slice(mailbox=box, cursor=9))
            case _:
                opt_in(store, "1", epoch=2)
        now = store.mailbox("1")

        with pytest.raises(ConflictError):
            store.advance(Slice(mailbox=box, cursor=10, threads=(thread("1", "new"),)))

        assert store.mailbox("1") == now
        assert store.threads("1", ["new"]) == {}

    @pytest.mark.parametrize("change", [{"fence": 99}, {"cursor": 4}])
    def test_a_slice_counts_from_the_fence_and_cursor_that_are_stored(
        self, store: Store, change: dict[str, int]
    ) -> None:
        box = store.advance(Slice(mailbox=ready(store), cursor=3))

        with pytest.raises(ConflictError):
            store.advance(Slice(mailbox=replace(box, **change), cursor=10))  # type: ignore[arg-type]

        assert store.mailbox("1") == box

    @pytest.mark.parametrize("part", ["threads", "forget"])
    def test_a_slice_with_a_thread_that_changed_meanwhile_changes_nothing(self, store: Store, part: str) -> None:
        box = ready(store)
        read = store.save_thread(thread("1", "old"))
        now = store.save_thread(replace(read, state=ThreadState.STOPPED))
        slice_ = Slice(mailbox=box, cursor=10, threads=(thread("1", "new"),))

        with pytest.raises(ConflictError):
            store.advance(
                replace(slice_, threads=(*slice_.threads, read))
                if part == "threads"
                else replace(slice_, forget=(read,))
            )

        assert store.mailbox("1") == box
        assert store.threads("1", ["old", "new"]) == {"old": now}

    def test_a_slice_with_a_thread_that_was_made_meanwhile_changes_nothing(self, store: Store) -> None:
        box = ready(store)
        there = store.save_thread(thread("1", "t1", attempts=2))

        with pytest.raises(ConflictError):
            store.advance(Slice(mailbox=box, cursor=10, threads=(thread("1", "t1"), thread("1", "t2"))))

        assert store.mailbox("1") == box
        assert store.threads("1", ["t1", "t2"]) == {"t1": there}

    def test_a_slice_holds_fifty_threads_and_no_more(self, store: Store) -> None:
        box = ready(store)
        fifty = tuple(thread("1", str(n), todo_all=True) for n in range(50))

        with pytest.raises(ValueError, match="50"):
            store.advance(Slice(mailbox=box, cursor=10, threads=(*fifty, thread("1", "50"))))
        with pytest.raises(ValueError, match="50"):
            store.advance(Slice(mailbox=box, cursor=10, threads=fifty, forget=(thread("1", "50"),)))
        store.advance(Slice(mailbox=box, cursor=10, threads=fifty))

        assert len(store.work("1", now=NOW, limit=99)) == 50

    # --- work ---------------------------------------------------------------------------------------------

    def test_work_comes_by_lane_and_then_by_how_long_it_waits(self, store: Store) -> None:
        waits = [
            ("backfill", Lane.BACKFILL, -90),
            ("late", Lane.LIVE, -1),
            ("early", Lane.LIVE, -50),
            ("asked", Lane.INTERACTIVE, 0),
            ("later", Lane.INTERACTIVE, 1),
        ]
        for id_, lane, seconds in waits:
            store.save_thread(thread("1", id_, lane=lane, not_before=after(seconds), todo_all=True))
        store.save_thread(thread("2", "elsewhere", todo_all=True))
        store.save_thread(thread("1", "done"))

        assert [each.id for each in store.work("1", now=NOW, limit=9)] == ["asked", "early", "late", "backfill"]
        assert [each.id for each in store.work("1", now=NOW, limit=2)] == ["asked", "early"]

    def test_work_that_is_put_off_is_pending_all_the_same(self, store: Store) -> None:
        read = store.save_thread(thread(todo=frozenset({"g1"}), not_before=after(600)))

        assert store.work("1", now=NOW, limit=9) == []
        assert store.pending("1")
        assert not store.pending("2")

        store.save_thread(replace(read, todo=frozenset()))

        assert not store.pending("1")
        assert store.work("1", now=after(hours=1), limit=9) == []

    # --- lists --------------------------------------------------------------------------------------------

    def test_threads_of_a_state_are_listed_without_doubles_while_others_come(self, store: Store) -> None:
        for n in range(7):
            store.save_thread(thread("1", f"t{n}", state=ThreadState.WAITING))
        store.save_thread(thread("1", "t99"))
        store.save_thread(thread("2", "t3", state=ThreadState.WAITING))

        first = store.threads_in("1", ThreadState.WAITING, limit=3)
        store.save_thread(thread("1", "t00", state=ThreadState.WAITING))
        rest = every(
            lambda cursor: store.threads_in("1", ThreadState.WAITING, limit=3, cursor=cursor or first.next)
        )

        assert [each.id for each in (*first.items, *rest)] == [f"t{n}" for n in range(7)]

    def test_a_page_that_is_just_full_is_the_last(self, store: Store) -> None:
        for n in range(3):
            store.save_thread(thread("1", f"t{n}"))

        assert store.threads_in("1", ThreadState.FOLLOWING, limit=3).next is None
        assert store.threads_in("1", ThreadState.FOLLOWING, limit=2).next is not None

    @pytest.mark.parametrize("cursor", ["", "?", "bm90IG91cnM", "W1tb", "é", "[" * 5000, "WzFd", "WyJhIiwiYiJd"])
    def test_a_cursor_that_is_not_ours_begins_anew(self, store: Store, cursor: str) -> None:
        store.save_thread(thread("1", "t1"))
        store.save_thread(thread("1", "t2"))

        page = store.threads_in("1", ThreadState.FOLLOWING, limit=5, cursor=cursor)

        assert [each.id for each in page.items] == ["t1", "t2"]

    def test_every_mailboxs_threads_of_a_conversation_are_listed(self, store: Store) -> None:
        followed(store, "1", "2", "3")
        store.save_thread(thread("1", "another", conversation="c2"))

        listed = every(lambda cursor: store.threads_of("c1", limit=2, cursor=cursor))

        assert [(each.sub, each.id) for each in listed] == [("1", "t1"), ("2", "t1"), ("3", "t1")]
        assert store.threads_of("unknown", limit=5).items == ()

    def test_who_is_waited_for_finds_the_waiting_threads_of_every_mailbox(self, store: Store) -> None:
        for sub in "123":
            store.save_thread(
                thread(sub, "t1", state=ThreadState.WAITING, who_keys=frozenset({"ada", f"only {sub}"}))
            )

        listed = every(lambda cursor: store.waiting_for("ada", limit=2, cursor=cursor))

        assert [each.sub for each in listed] == ["1", "2", "3"]
        assert [each.sub for each in store.waiting_for("only 2", limit=5).items] == ["2"]
        assert store.waiting_for("nobody", limit=5).items == ()

    def test_a_thread_that_waits_no_longer_is_not_found_by_whom_it_waited_for(self, store: Store) -> None:
        keys = frozenset({"ada", "bob"})
        read = store.save_thread(thread(state=ThreadState.WAITING, who_keys=keys))

        read = store.save_thread(replace(read, who_keys=frozenset({"bob"})))
        assert store.waiting_for("ada", limit=5).items == ()
        assert store.waiting_for("bob", limit=5).items == (read,)

        store.save_thread(replace(read, state=ThreadState.FOLLOWING))
        assert store.waiting_for("bob", limit=5).items == ()

    def test_an_id_without_arithmetic_form_keeps_its_real_one(self, store: Store) -> None:
        store.keep_alias("1", "thread-a:r-1", "18c2")

        assert store.alias("1", "thread-a:r-1") == "18c2"
        assert store.alias("2", "thread-a:r-1") is None

        store.keep_alias("1", "thread-a:r-1", "18c3")

        assert store.alias("1", "thread-a:r-1") == "18c3"


def ready(store: Store) -> Mailbox:
    """A mailbox somebody holds."""
    opt_in(store, "1")
    held = store.claim("1", owner="a", now=NOW, until=after(60))
    assert held is not None
    return held
