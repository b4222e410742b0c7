"""Conversations of hundreds, mailboxes with all the labels there can be: as right as small ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from storage.port import Store
from storage.records import MOST_IN_A_SLICE, Kept, Slice, ThreadState
from tests.contracts.store.opening import Opening
from tests.contracts.store.samples import (
    NOW,
    act,
    admit,
    after,
    conversation,
    followed,
    found,
    keep,
    message,
    opt_in,
    thread,
)

LABELS = 10_000
"""Of one mailbox, as many as Gmail makes."""
MAILS = 100
"""Of one thread, before Gmail splits it."""
PEOPLE = 1000
"""Whom one thread waits for at most (`addon.policy.following`)."""
WHOLE_THREAD: dict[str, Any] = {
    name: frozenset(f"{n:016x}" for n in range(MAILS)) for name in ("labelled", "labelled_secret", "todo")
}


class Crowds(Opening):
    def test_a_mail_about_six_hundred_is_listed_for_each_and_hidden_from_all_at_once(self, store: Store) -> None:
        about = [f"{n:032x}" for n in range(600)]
        followed(store, "1")

        assert keep(store, message(), candidates=about) is Kept.NEW
        assert keep(store, message("k2", sent_at=after(1)), candidates=about) is Kept.NEW
        listed = [_listed(store, id_, "v") for id_ in (about[0], about[-1])]
        hidden = replace(found(store).conversation, secret=True, audience=frozenset({"m:1"}))
        store.change(hidden, act=act(conversation="c1"))

        assert listed == [["c1"], ["c1"]]
        assert [_listed(store, id_, "v") for id_ in (about[0], about[-1])] == [[], []]
        assert found(store).summary.candidates == set(about)

    def test_two_conversations_about_hundreds_are_united(self, store: Store) -> None:
        opt_in(store, "1")
        for n in (1, 2):
            admit(store, "1", f"t{n}", opening=conversation(f"c{n}"))
            about = [f"{each:032x}" for each in range(n * 300, n * 300 + 300)]
            keep(store, message(f"k{n}", conversation=f"c{n}"), thread=f"t{n}", candidates=about)

        admit(store, "1", "t3", keys=["k1", "k2"])

        assert len(found(store, "c2").summary.candidates) == 600
        assert {tuple(_listed(store, f"{each:032x}", "v")) for each in (300, 599, 600, 899)} == {("c1",)}

    def test_hundreds_who_are_let_in_by_one_mail_all_see_it_and_those_before_them_still_do(
        self, store: Store
    ) -> None:
        many = [f"{n:021}" for n in range(700)]
        followed(store, "1", "2")
        keep(store, message(), participants=["1", "7"], named=["1"])

        keep(store, message("k2", sub="2", sent_at=after(1)), participants=many, named=many)

        summary = found(store).summary
        assert summary.participants == {"1", "7", *many}
        assert summary.named == {"1", *many}
        assert summary.holders == {"1", "2"}
        assert (summary.count, summary.last_at) == (2, after(1))
        assert [_listed(store, "ada", f"m:{sub}") for sub in ("7", many[0], many[-1], "8")] == [
            ["c1"], ["c1"], ["c1"], [],
        ]  # fmt: skip

    def test_hundreds_who_are_entitled_by_one_mail_join_a_secret(self, store: Store) -> None:
        many = [f"{n:021}" for n in range(700)]
        followed(store, "1")
        keep(store, message(), participants=["1", *many])
        hidden = replace(found(store).conversation, secret=True, audience=frozenset({"m:1"}))
        store.change(hidden, act=act(conversation="c1"))

        keep(store, message("k2", sent_at=after(1)), participants=["1", *many], entitled=[f"m:{s}" for s in many])

        assert found(store).conversation.audience == {"m:1", *(f"m:{sub}" for sub in many)}
        assert [_listed(store, "ada", token) for token in ("m:1", f"m:{many[-1]}", "v")] == [["c1"], ["c1"], []]

    def test_a_mailbox_with_every_label_there_can_be_is_worked_on_like_any_other(self, store: Store) -> None:
        opt_in(store, "1")
        labels = frozenset(f"Label_{10**18 + n}" for n in range(LABELS))

        box = store.claim("1", owner="worker", now=NOW, until=after(60))
        assert box is not None
        box = store.save_mailbox(replace(box, seen_labels=labels))
        store.release(store.advance(Slice(mailbox=box, cursor=9)))

        read = store.mailbox("1")
        assert read is not None
        assert (read.seen_labels, read.cursor, read.lease) == (labels, 9, None)

    def test_a_slice_of_the_largest_threads_there_can_be_commits_as_one(self, store: Store) -> None:
        opt_in(store, "1")
        people = frozenset(f"{n:032x}" for n in range(PEOPLE))
        box = store.mailbox("1")
        assert box is not None
        largest = [
            thread("1", f"{n:016x}", state=ThreadState.WAITING, who_keys=people, **WHOLE_THREAD)
            for n in range(MOST_IN_A_SLICE)
        ]

        store.advance(Slice(mailbox=box, cursor=9, threads=tuple(largest)))

        assert len(store.work("1", now=NOW, limit=99)) == MOST_IN_A_SLICE
        assert len(store.waiting_for(f"{PEOPLE - 1:032x}", limit=99).items) == MOST_IN_A_SLICE


def _listed(store: Store, candidate: str, token: str) -> list[str]:
    page = store.conversations_of(candidate, tokens=[token], limit=9)
    return [each.conversation.id for each in page.items]
