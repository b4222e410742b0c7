"""A crash between any two verbs: what a run left is taken up by the next, and ends as if nothing had been."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from storage.port import Store
from storage.records import Kept, Slice
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

MAILS = ("k1", "k2", "k3")
VERBS = 12
"""More than a whole run has."""


class Crash(Opening):
    @pytest.mark.parametrize("verbs", range(VERBS + 1))
    def test_a_run_that_stopped_after_any_verb_is_finished_by_the_next(
        self, store: Store, open_store: OpenStore, verbs: int
    ) -> None:
        followed(store, "2", opening=conversation("c0"))
        keep(store, message("k2", sub="2", conversation="c0"))
        opt_in(store, "1")

        for _, _ in zip(range(verbs), run(store, "worker 1", 0), strict=False):
            pass
        other = open_store()
        assert list(run(other, "worker 2", 120))[-1] == "released"

        there = found(other, "c0")
        assert there.summary.count == 3
        assert there.summary.holders == {"1", "2"}
        assert {each.key for each in other.messages("c0", limit=9).items} == set(MAILS)
        assert [each.conversation.id for each in other.conversations_of("ada", tokens=["v"], limit=9).items] == [
            "c0"
        ]
        box = other.mailbox("1")
        assert box is not None
        assert (box.cursor, box.lease) == (10, None)
        assert not other.pending("1")
        other.close()

    def test_a_whole_run_is_shorter_than_the_crashes_that_were_tried(self, store: Store) -> None:
        opt_in(store, "1")

        assert len(list(run(store, "worker", 0))) < VERBS


def run(store: Store, owner: str, seconds: float) -> Iterator[str]:
    """One run of a worker over mailbox 1, a verb at a time: a thread was labelled at history id 10."""
    box = store.claim("1", owner=owner, now=after(seconds), until=after(seconds + 60))
    assert box is not None
    yield "claimed"
    if box.cursor is None:
        known = store.threads("1", ["t1"]).get("t1") or thread("1", "t1")
        box = store.advance(Slice(mailbox=box, cursor=10, threads=(replace(known, todo_all=True),)))
        yield "advanced"
    for work in store.work("1", now=after(seconds), limit=9):
        yield from hydrate(store, work.id)
    store.release(replace(box, last_ok_at=after(seconds)))
    yield "released"


def hydrate(store: Store, id_: str) -> Iterator[str]:
    """Read one thread whole."""
    work, into = store.admit(
        store.threads("1", [id_])[id_],
        keys=MAILS,
        references=[],
        opening=conversation("c1"),
        kept_until=NOW,
    )
    yield "admitted"
    for key in MAILS:
        assert keep(store, message(key, conversation=into.id), thread=id_) in DONE
        yield "stored"
    store.save_thread(replace(work, todo_all=False))
    yield "settled"


DONE = (Kept.NEW, Kept.HOLDER_ADDED, Kept.ALREADY)
