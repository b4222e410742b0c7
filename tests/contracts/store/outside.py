"""People on mail who are no members: a conversation is found by them as long as their mail is seen in it."""

from __future__ import annotations

from storage.port import Store
from storage.records import MOST_OUTSIDE
from tests.contracts.store.messages import everything
from tests.contracts.store.opening import Opening, OpenStore
from tests.contracts.store.races import TIMES, WRITERS, at_once
from tests.contracts.store.removal import bring_back, destroy, destroy_copies, take_out
from tests.contracts.store.samples import admit, after, conversation, followed, found, keep, message

ADA, BOB, CLEO = "ada@example.org Ada Byron", "bob@example.org Боб", "cleo@example.org"


def outside(store: Store, id_: str = "c1") -> frozenset[str]:
    return found(store, id_).summary.outside


class Outside(Opening):
    def test_each_mail_brings_those_who_are_on_it(self, store: Store) -> None:
        followed(store, "1")

        keep(store, message("k2", sent_at=after(2)), outside=[ADA])
        keep(store, message("k1", sent_at=after(1)), outside=[ADA, BOB])
        keep(store, message("k3", sent_at=after(3)), outside=[CLEO])

        assert outside(store) == {ADA, BOB, CLEO}

    def test_the_same_mail_again_and_a_colleagues_copy_of_it_bring_nobody(self, store: Store) -> None:
        followed(store, "1", "2")
        keep(store, message(sub="1"), outside=[ADA])
        before = everything(store)

        keep(store, message(sub="1"), outside=[BOB])

        assert everything(store) == before
        keep(store, message(sub="2"), outside=[BOB])
        assert outside(store) == {ADA}

    def test_of_very_many_the_first_stay_and_there_are_never_more(self, store: Store) -> None:
        followed(store, "1")
        keep(store, message("k1"), outside=[ADA])

        keep(store, message("k2", sent_at=after(1)), outside=[f"{n:04}@example.org" for n in range(MOST_OUTSIDE)])
        keep(store, message("k3", sent_at=after(2)), outside=[BOB])

        assert len(outside(store)) == MOST_OUTSIDE
        assert ADA in outside(store)
        assert BOB not in outside(store)

    def test_whose_mail_is_out_is_out_and_comes_back_with_it(self, store: Store) -> None:
        followed(store, "1", "2")
        keep(store, message("mine", sub="1"), outside=[ADA])
        keep(store, message("theirs", sub="2", sent_at=after(1)), outside=[BOB])

        take_out(store, "1")
        meanwhile = outside(store)
        bring_back(store, "1")

        assert meanwhile == {BOB}
        assert outside(store) == {ADA, BOB}

    def test_whose_mail_is_destroyed_is_gone(self, store: Store) -> None:
        followed(store, "1", "2")
        keep(store, message("mine", sub="1"), outside=[ADA])
        keep(store, message("theirs", sub="2", sent_at=after(1)), outside=[BOB])

        take_out(store, "1")
        destroy_copies(store, "1")
        left = outside(store)
        destroy(store)

        assert left == {BOB}
        assert outside(store) == frozenset()

    def test_a_mail_that_comes_again_after_it_was_destroyed_brings_who_is_on_it_then(self, store: Store) -> None:
        followed(store, "1", "2")
        keep(store, message("k1", sub="1"), outside=[ADA])
        keep(store, message("k2", sub="2"), outside=[CLEO])
        take_out(store, "1")
        destroy_copies(store, "1")

        keep(store, message("k1", sub="2"), outside=[BOB])

        assert outside(store) == {BOB, CLEO}

    def test_what_two_conversations_are_found_by_the_one_they_become_is(self, store: Store) -> None:
        followed(store, "1")
        keep(store, message("k1"), outside=[ADA])
        admit(store, "1", "t2", opening=conversation("c2"))
        keep(store, message("k2", conversation="c2"), thread="t2", outside=[BOB])

        admit(store, "1", "t3", keys=["k1", "k2"])

        assert outside(store, "c2") == outside(store, "c1") == {ADA, BOB}

    def test_mailboxes_that_bring_others_at_the_same_time_lose_none(
        self, store: Store, open_store: OpenStore
    ) -> None:
        followed(store, *(str(n) for n in range(WRITERS)))
        keep(store, message(sub="0", sent_at=after(-9)))

        at_once(open_store, bring_some)

        assert outside(store) == {f"{n}.{i}@example.org" for n in range(WRITERS) for i in range(TIMES)}
        assert found(store).summary.count == WRITERS * TIMES + 1


def bring_some(own: Store, n: int) -> None:
    for i in range(TIMES):
        keep(own, message(f"k{n}.{i}", sub=str(n), sent_at=after(i)), outside=[f"{n}.{i}@example.org"])
