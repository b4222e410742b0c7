"""Who did what, and what was counted."""

from __future__ import annotations

from storage.port import Store
from tests.contracts.store.opening import Opening
from tests.contracts.store.samples import act, after


class Acts(Opening):
    def test_acts_are_answered_newest_first_and_no_more_than_asked_for(self, store: Store) -> None:
        acts = [act(verb, at=after(n), conversation="c1") for n, verb in enumerate(["a", "b", "c"])]
        for each in (acts[1], acts[2], acts[0]):
            store.record(each)

        assert store.acts("c1", limit=5) == [acts[2], acts[1], acts[0]]
        assert store.acts("c1", limit=2) == [acts[2], acts[1]]

    def test_acts_are_told_of_their_conversation_only(self, store: Store) -> None:
        mine = act("remove", conversation="c1", subject="ada")
        store.record(mine)
        store.record(act("remove", conversation="c2"))
        store.record(act("set-role", subject="c1"))

        assert store.acts("c1", limit=5) == [mine]
        assert store.acts("unknown", limit=5) == []

    def test_counts_add_up_by_mailbox_and_day(self, store: Store) -> None:
        store.tally("1", "2025-06-01", {"examined": 3, "no_label": 2})
        store.tally("1", "2025-06-01", {"examined": 4})
        store.tally("1", "2025-06-02", {"examined": 1, "quoted'; \"": 1})
        store.tally("1", "2025-05-31", {"examined": 100})
        store.tally("2", "2025-06-01", {"examined": 100})

        assert store.tallies("1", since="2025-06-01") == {
            "2025-06-01": {"examined": 7, "no_label": 2},
            "2025-06-02": {"examined": 1, "quoted'; \"": 1},
        }

    def test_counting_nothing_leaves_no_day(self, store: Store) -> None:
        store.tally("1", "2025-06-01", {})

        assert store.tallies("1", since="2025-01-01") == {}
