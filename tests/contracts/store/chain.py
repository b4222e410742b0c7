"""The audit log as rows with numbers and proofs, the marks on those that wait, and the chain of links."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from storage import chain
from storage.port import ConflictError, Store
from storage.records import MOST_IN_A_LINK, ConversationState, Entry, Link, ThreadState
from tests.contracts.store.opening import Opening, OpenStore
from tests.contracts.store.races import TIMES, at_once
from tests.contracts.store.samples import (
    NOW,
    act,
    after,
    candidate,
    every,
    followed,
    found,
    member,
    opt_in,
    thread,
)


def entries(store: Store) -> list[Entry]:
    return every(lambda cursor: store.entries(limit=3, cursor=cursor))


def waiting(store: Store) -> set[int]:
    return set(every(lambda cursor: store.unsealed(limit=2, cursor=cursor)))


def link(n: int, *rows: int) -> Link:
    return Link(n=n, at=after(n), rows=rows, hash=f"hash {n}")


class Chain(Opening):
    def test_every_row_has_a_number_a_proof_and_a_mark_from_the_beginning(self, store: Store) -> None:
        acts = [act(f"verb {n}", at=after(n), conversation="c1" if n % 2 else None, subject="") for n in range(7)]
        for each in acts:
            store.record(each)

        rows = entries(store)

        assert sorted((row.act for row in rows), key=lambda each: each.at) == acts
        assert len({row.number for row in rows}) == len(rows)
        assert all(chain.is_whole(store.key, row) and not row.sealed for row in rows)
        assert waiting(store) == {row.number for row in rows}
        assert store.entries_at([rows[2].number, 5 + 2**60]) == {rows[2].number: rows[2]}

    @pytest.mark.parametrize(
        "change", [{"actor": "2"}, {"verb": "x"}, {"at": after(1)}, {"conversation": None}, {"subject": None}]
    )
    def test_a_proof_is_of_every_field_and_of_the_number(self, store: Store, change: dict[str, object]) -> None:
        store.record(act(conversation="", subject=""))
        (row,) = entries(store)

        other = replace(row, act=replace(row.act, **change))  # type: ignore[arg-type]

        assert not chain.is_whole(store.key, other)
        assert not chain.is_whole(store.key, replace(row, number=row.number + 1))

    def test_verbs_leave_their_row_with_what_they_change_or_neither(self, store: Store) -> None:
        opt_in_first(store)
        person = store.save_member(member(), act=act("set-role"))
        known = store.save_thread(thread(), act=act("sync-thread"))
        stopped = store.save_thread(replace(known, state=ThreadState.STOPPED), act=act("stop-sync"))
        store.forget_thread(stopped, act=act("forgotten"))
        store.save_candidates([candidate()], act=act("candidates-import"))

        for stale in (
            lambda: store.save_member(replace(person, version=""), act=act("never")),
            lambda: store.save_thread(known, act=act("never")),
            lambda: store.forget_thread(known, act=act("never")),
            lambda: store.save_candidates([candidate()], act=act("never")),
        ):
            with pytest.raises(ConflictError):
                stale()

        verbs = {"set-role", "sync-thread", "stop-sync", "forgotten", "candidates-import"}
        assert {row.act.verb for row in entries(store)} - {"on"} == verbs
        assert waiting(store) == {row.number for row in entries(store)}

    def test_what_an_owner_changes_of_a_mailbox_leaves_its_row(self, store: Store) -> None:
        opt_in(store, "1")
        box = store.mailbox("1")
        assert box is not None

        store.save_mailbox(replace(box, cursor=5), act=act("backfill-all"))
        with pytest.raises(ConflictError):
            store.save_mailbox(box, act=act("never"))

        assert {row.act.verb for row in entries(store)} & {"backfill-all", "never"} == {"backfill-all"}

    def test_a_change_of_sight_leaves_its_row(self, store: Store) -> None:
        followed(store, "1")

        store.change(
            replace(found(store).conversation, state=ConversationState.LIVE), act=act("make-secret", at=after(9))
        )

        assert [row.act.verb for row in store.acts_since(after(9), limit=5).items] == ["make-secret"]

    def test_the_log_is_told_from_a_moment_on_oldest_first_and_of_one_actor(self, store: Store) -> None:
        acts = [act(f"verb {n}", at=after(n), actor=str(n % 2)) for n in range(6)]
        for each in reversed(acts):
            store.record(each)

        def told(since: object, actor: str | None = None) -> list[str]:
            rows = every(lambda cursor: store.acts_since(since, actor=actor, limit=2, cursor=cursor))  # type: ignore[arg-type]
            return [row.act.verb for row in rows]

        assert told(None) == [f"verb {n}" for n in range(6)]
        assert told(after(4)) == ["verb 4", "verb 5"]
        assert told(after(1), "1") == ["verb 1", "verb 3", "verb 5"]
        assert told(None, "nobody") == []

    def test_a_link_takes_the_marks_off_its_rows_and_stands_in_the_chain(self, store: Store) -> None:
        for n in range(5):
            store.record(act(at=after(n)))
        one, two, *others = (row.number for row in entries(store))
        assert store.last_link() is None

        store.seal(link(1, two, one))
        store.seal(link(2, others[0]))

        assert waiting(store) == set(others[1:])
        assert {row.number for row in entries(store) if row.sealed} == {one, two, others[0]}
        assert every(lambda cursor: store.links(limit=1, cursor=cursor)) == [
            link(1, two, one),
            link(2, others[0]),
        ]
        assert store.last_link() == link(2, others[0])

    def test_a_number_of_the_chain_and_a_mark_are_taken_once(self, store: Store) -> None:
        for n in range(3):
            store.record(act(at=after(n)))
        one, two, three = (row.number for row in entries(store))
        store.seal(link(1, one))

        for refused in (link(1, two), link(2, one), link(2, two, one), link(2, two, 77)):
            with pytest.raises(ConflictError):
                store.seal(refused)

        assert waiting(store) == {two, three}
        assert store.last_link() == link(1, one)

    def test_the_links_of_a_long_chain_are_in_order(self, store: Store) -> None:
        for n in range(1, 13):
            store.seal(link(n))

        assert [each.n for each in every(lambda cursor: store.links(limit=5, cursor=cursor))] == list(range(1, 13))
        last = store.last_link()
        assert last is not None
        assert last.n == 12

    def test_a_link_holds_as_many_rows_as_one_commit_takes_and_no_more(self, store: Store) -> None:
        with pytest.raises(ValueError, match="at most"):
            store.seal(link(1, *range(MOST_IN_A_LINK + 1)))

        for n in range(MOST_IN_A_LINK):
            store.record(act(at=NOW + timedelta(seconds=n)))
        numbers = tuple(row.number for row in store.entries(limit=MOST_IN_A_LINK).items)
        store.seal(link(1, *numbers))

        assert waiting(store) == set()
        assert len(store.entries_at(numbers)) == MOST_IN_A_LINK

    def test_of_many_sealers_at_once_one_takes_each_number_and_no_row_is_in_two_links(
        self, store: Store, open_store: OpenStore
    ) -> None:
        at_once(open_store, record_and_seal)

        rows = [
            number for each in every(lambda cursor: store.links(limit=50, cursor=cursor)) for number in each.rows
        ]
        assert len(rows) == len(set(rows))
        assert set(rows) | waiting(store) == {row.number for row in entries(store)}
        assert not set(rows) & waiting(store)


def opt_in_first(store: Store) -> None:
    """Something that is there already, so that nothing below is the first row by chance."""
    store.record(act("on"))


def record_and_seal(store: Store, number: int) -> None:
    """What a busy process does: add a row, and try to seal whatever waits."""
    for time in range(TIMES):
        store.record(act(f"{number}.{time}", at=after(time)))
        last = store.last_link()
        numbers = store.unsealed(limit=9).items
        try:
            store.seal(link(last.n + 1 if last else 1, *numbers))
        except ConflictError:
            continue
