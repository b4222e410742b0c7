"""Several writers at once: nothing is lost, nothing doubled, and who comes second finds the first."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from time import monotonic
from typing import TypeVar

from storage.port import ConflictError, Store
from storage.records import Kept, Slice
from tests.contracts.store.admission import read_whole
from tests.contracts.store.opening import Opening, OpenStore
from tests.contracts.store.samples import (
    NOW,
    after,
    conversation,
    followed,
    found,
    keep,
    message,
    opt_in,
    thread,
)

T = TypeVar("T")
WRITERS, TIMES = 8, 5
SECONDS = 15
"""Those who wait for each other in a circle take longer: Firestore's emulator lets go of a lock after two."""


class Races(Opening):
    def test_eight_writers_advance_one_mailbox_and_lose_nothing(self, store: Store, open_store: OpenStore) -> None:
        opt_in(store, "1")

        at_once(open_store, advance)

        box = store.mailbox("1")
        assert box is not None
        assert box.cursor == WRITERS * TIMES
        assert len(store.work("1", now=NOW, limit=99)) == WRITERS * TIMES

    def test_eight_mailboxes_store_into_one_conversation_and_lose_nothing(
        self, store: Store, open_store: OpenStore
    ) -> None:
        followed(store, *(str(n) for n in range(WRITERS)))

        at_once(open_store, store_some)

        summary = found(store).summary
        assert summary.count == WRITERS * TIMES + 1
        assert summary.holders == {str(n) for n in range(WRITERS)}
        assert len(store.messages("c1", limit=99).items) == WRITERS * TIMES + 1
        shared = store.copy("shared")
        assert shared is not None
        assert shared.message.holders == summary.holders
        assert len(store.conversations_of("ada", tokens=["v", "m:1"], limit=99).items) == 1

    def test_eight_writers_count_and_lose_nothing(self, store: Store, open_store: OpenStore) -> None:
        at_once(open_store, count)

        assert store.tallies("1", since="2025-01-01") == {"2025-06-02": {"examined": WRITERS * TIMES}}

    def test_of_eight_who_claim_one_mailbox_one_has_it(self, store: Store, open_store: OpenStore) -> None:
        opt_in(store, "1")

        claimed = at_once(
            open_store,
            lambda own, n: own.claim("1", owner=str(n), now=NOW, until=after(60)),
        )

        (held,) = [each for each in claimed if each is not None]
        assert store.mailbox("1") == held

    def test_of_eight_who_change_one_record_one_does(self, store: Store, open_store: OpenStore) -> None:
        read = store.save_thread(thread())

        def change(own: Store, n: int) -> bool:
            try:
                own.save_thread(replace(read, attempts=n))
            except ConflictError:
                return False
            return True

        assert at_once(open_store, change).count(True) == 1

    def test_mailboxes_that_open_one_conversation_at_the_same_time_end_united(
        self, store: Store, open_store: OpenStore
    ) -> None:
        subs = [str(n) for n in range(WRITERS)]
        opt_in(store, *subs)
        keys = [f"k{n}" for n in range(TIMES)]

        at_once(
            open_store,
            lambda own, n: read_whole(own, str(n), keys if n % 2 else keys[::-1], opening=f"c{n}"),
        )

        ends = {each.conversation.id for n in subs if (each := store.conversation(f"c{n}")) is not None}
        assert len(ends) == 1
        there = found(store, *ends)
        assert there.summary.count == TIMES
        assert there.summary.holders == set(subs)
        assert {each.sub for each in store.threads_of(*ends, limit=99).items} == set(subs)
        assert len(store.conversations_of("ada", tokens=["v"], limit=99).items) == 1

    def test_two_mailboxes_that_opened_it_apart_find_each_other_by_the_first_mail(self, store: Store) -> None:
        opt_in(store, "1", "2")
        for sub in "12":
            store.admit(thread(sub), keys=["k1"], references=[], opening=conversation(f"c{sub}"), kept_until=NOW)

        assert keep(store, message(sub="2", conversation="c2")) is Kept.NEW
        assert keep(store, message(sub="1", conversation="c1")) is Kept.ELSEWHERE
        read_whole(store, "1", ["k1"], opening="c9")

        assert found(store, "c1") == found(store, "c2")
        assert found(store, "c1").summary.holders == {"1", "2"}


def at_once(open_store: OpenStore, act: Callable[[Store, int], T]) -> list[T]:
    """What eight writers answer within seconds, each with a handle of its own, begun together."""
    start, begun = Barrier(WRITERS), monotonic()

    def one(n: int) -> T:
        own = open_store()
        start.wait()
        try:
            return act(own, n)
        finally:
            own.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        answers = list(pool.map(one, range(WRITERS)))
    assert monotonic() - begun < SECONDS
    return answers


def advance(store: Store, n: int) -> None:
    """Add threads to one mailbox, each with a step of its cursor."""
    for time in range(TIMES):
        while True:
            box = store.mailbox("1")
            assert box is not None
            part = Slice(
                mailbox=box, cursor=(box.cursor or 0) + 1, threads=(thread("1", f"{n}:{time}", todo_all=True),)
            )
            try:
                store.advance(part)
            except ConflictError:
                continue
            break


def store_some(store: Store, n: int) -> None:
    """Store mails of this mailbox's own, and one that all hold."""
    for time in range(TIMES):
        assert keep(store, message(f"{n}:{time}", sub=str(n), sent_at=after(time))) is Kept.NEW
    assert keep(store, message("shared", sub=str(n))) in (Kept.NEW, Kept.HOLDER_ADDED)


def count(store: Store, _: int) -> None:
    for _ in range(TIMES):
        store.tally("1", "2025-06-02", {"examined": 1})
