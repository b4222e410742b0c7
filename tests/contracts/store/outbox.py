"""What was begun in Lever: found by its thread, by what it was sent as, and until it expires."""

from __future__ import annotations

import pytest

from storage.port import ConflictError, Store
from tests.contracts.store.opening import Opening
from tests.contracts.store.samples import NOW, act, after, begun, every

LATE = after(days=120)


class Outbox(Opening):
    def test_what_is_begun_is_audited_in_the_same_step_and_begun_once(self, store: Store) -> None:
        did = act("draft", subject="ada")

        store.begin(begun(), act=did)

        with pytest.raises(ConflictError):
            store.begin(begun(candidate="bob"), act=act("draft", subject="bob"))
        assert store.unsent("1", now=NOW, limit=9) == [begun()]
        assert [entry.act for entry in every(lambda c: store.acts_since(None, limit=9, cursor=c))] == [did]

    def test_a_draft_is_found_by_its_thread_in_its_own_mailbox_only(self, store: Store) -> None:
        store.begin(begun(), act=act("draft"))
        store.begin(begun("b2", sub="2"), act=act("draft"))

        store.drafted("b1", draft="r1", thread="t1")
        store.drafted("b2", draft="r2", thread="t2")

        drafted = begun(draft="r1", thread="t1")
        assert store.begun_in("1", ["t1", "t2", "none"], now=NOW) == {"t1": drafted}
        assert store.begun_in("1", [], now=NOW) == {}
        assert store.begun_in("1", [f"x{n}" for n in range(70)] + ["t1"], now=NOW) == {"t1": drafted}
        assert store.unsent("1", now=NOW, limit=9) == [drafted]

    def test_what_was_sent_is_found_by_what_it_was_sent_as(self, store: Store) -> None:
        store.begin(begun(thread="t1"), act=act("draft"))
        store.begin(begun("b2", at=after(1), thread="t2"), act=act("draft"))

        store.sent("b1", reference="r1", expires_at=LATE)
        store.sent("b1", reference="r1", expires_at=LATE)

        sent = begun(thread="t1", reference="r1", expires_at=LATE)
        assert store.begun_as(["r1", "r2"], now=NOW) == [sent]
        assert store.begun_as([f"x{n}" for n in range(70)] + ["r1"], now=NOW) == [sent]
        assert store.begun_as([], now=NOW) == []
        assert store.begun_in("1", ["t1"], now=NOW) == {"t1": sent}
        assert [each.id for each in store.unsent("1", now=NOW, limit=9)] == ["b2"]

    def test_what_was_sent_is_listed_newest_first_whoever_sent_it(self, store: Store) -> None:
        for n, sub in enumerate("123"):
            store.begin(begun(f"b{n}", sub=sub, at=after(n), reference=f"r{n}"), act=act("draft"))
        store.begin(begun("draft", at=after(9)), act=act("draft"))

        assert [each.id for each in store.begun(now=NOW, limit=2)] == ["b2", "b1"]
        assert [each.id for each in store.begun(now=NOW, limit=9)] == ["b2", "b1", "b0"]

    def test_what_expired_is_found_in_no_way_and_goes(self, store: Store) -> None:
        store.begin(begun(thread="t1", reference="r1", expires_at=after(1)), act=act("draft"))
        store.begin(begun("b2", thread="t2", expires_at=after(1)), act=act("draft"))
        store.begin(begun("b3", thread="t3"), act=act("draft"))

        for _ in range(2):
            assert store.begun_in("1", ["t1", "t2", "t3"], now=after(1)) == {"t3": begun("b3", thread="t3")}
            assert store.begun_as(["r1"], now=after(1)) == []
            assert [each.id for each in store.unsent("1", now=after(1), limit=9)] == ["b3"]
            assert store.begun(now=after(1), limit=9) == []
            store.expire_begun(now=after(1))

    def test_who_opts_out_has_begun_nothing_that_is_not_sent(self, store: Store) -> None:
        store.begin(begun(thread="t1"), act=act("draft"))
        store.begin(begun("b2"), act=act("draft"))
        store.begin(begun("b3", thread="t3", reference="r3"), act=act("draft"))
        store.begin(begun("b4", sub="2"), act=act("draft"))

        store.discard_unsent("1")
        store.discard_unsent("1")

        assert store.unsent("1", now=NOW, limit=9) == []
        assert set(store.begun_in("1", ["t1", "t3"], now=NOW)) == {"t3"}
        assert [each.id for each in store.unsent("2", now=NOW, limit=9)] == ["b4"]

    def test_what_is_told_of_a_draft_that_is_gone_brings_nothing_back(self, store: Store) -> None:
        store.begin(begun(), act=act("draft"))
        store.discard_unsent("1")

        store.drafted("b1", draft="r1", thread="t1")
        store.sent("b1", reference="r1", expires_at=LATE)

        assert store.begun_in("1", ["t1"], now=NOW) == {}
        assert store.begun_as(["r1"], now=NOW) == []
