"""Candidates of our own directory, found by address, and by their id elsewhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage.port import ConflictError, Store
from tests.contracts.store.opening import Opening
from tests.contracts.store.samples import candidate, every


class Candidates(Opening):
    def test_who_is_not_in_the_directory_is_not_found(self, store: Store) -> None:
        store.save_candidates([candidate("ada")])

        assert store.candidate("bob") is None
        assert store.candidates(["bob"]) == {}
        assert store.candidates([]) == {}
        assert store.find(["bob@example.org"]) == {}
        assert store.find([]) == {}
        assert store.candidate_by_external_id("L-1") is None

    def test_a_candidate_is_found_by_each_address_and_by_no_other_spelling(self, store: Store) -> None:
        store.save_candidates([candidate("ada", addresses=("ada@example.org", "a@home.example"))])

        asked = ["ada@example.org", "a@home.example", "Ada@example.org", "ada@example.or", ""]

        assert store.find(asked) == {"ada@example.org": {"ada"}, "a@home.example": {"ada"}}

    def test_an_address_two_share_leads_to_both(self, store: Store) -> None:
        store.save_candidates(
            [candidate("ada", addresses=("us@example.org",)), candidate("bob", addresses=("us@example.org",))]
        )

        assert store.find(["us@example.org"]) == {"us@example.org": {"ada", "bob"}}

    def test_an_address_that_moves_to_another_candidate_leads_there_only(self, store: Store) -> None:
        store.save_candidates(
            [candidate("ada", addresses=("a@x.example", "old@x.example")), candidate("bob", addresses=())]
        )
        ada, bob = store.candidates(["ada", "bob"])["ada"], store.candidates(["ada", "bob"])["bob"]

        store.save_candidates(
            [replace(ada, addresses=("a@x.example",)), replace(bob, addresses=("old@x.example",))]
        )

        assert store.find(["a@x.example", "old@x.example"]) == {
            "a@x.example": {"ada"},
            "old@x.example": {"bob"},
        }

    def test_an_address_nobody_has_any_more_is_not_found(self, store: Store) -> None:
        store.save_candidates([candidate("ada", addresses=("a@x.example",))])

        store.save_candidates([replace(store.candidates(["ada"])["ada"], addresses=())])

        assert store.find(["a@x.example"]) == {}

    def test_an_address_that_is_named_twice_is_one(self, store: Store) -> None:
        store.save_candidates([candidate("ada", addresses=("a@x.example", "a@x.example"))])

        assert store.find(["a@x.example"]) == {"a@x.example": {"ada"}}

    def test_one_conflict_among_many_leaves_all_as_they_were(self, store: Store) -> None:
        store.save_candidates([candidate("ada"), candidate("bob")])
        ada = store.candidates(["ada"])["ada"]
        store.save_candidates([replace(ada, name="Ada L.")])

        with pytest.raises(ConflictError):
            store.save_candidates(
                [
                    candidate("eve", addresses=("eve@example.org",)),
                    replace(ada, addresses=("new@example.org",)),
                ]
            )

        assert store.candidate("eve") is None
        assert store.find(["eve@example.org", "new@example.org", "ada@example.org"]) == {
            "ada@example.org": {"ada"}
        }
        assert store.candidates(["ada"])["ada"].name == "Ada L."

    def test_a_candidate_is_made_once(self, store: Store) -> None:
        store.save_candidates([candidate("ada")])

        with pytest.raises(ConflictError):
            store.save_candidates([candidate("ada", name="Another")])

        assert store.candidates(["ada"])["ada"].name == "Ada"

    def test_an_external_id_leads_to_its_candidate_and_none_leads_to_nobody(self, store: Store) -> None:
        store.save_candidates([candidate("ada", external_id="L-1"), candidate("bob"), candidate("eve")])

        assert store.candidate_by_external_id("L-1") == store.candidate("ada")
        assert store.candidate_by_external_id("") is None

    def test_the_whole_directory_is_read_page_by_page_without_doubles_or_gaps(self, store: Store) -> None:
        ids = [f"c{n:02}" for n in range(7)]
        store.save_candidates([candidate(id_, addresses=(f"{id_}@example.org",)) for id_ in reversed(ids)])

        listed = every(lambda cursor: store.all_candidates(limit=3, cursor=cursor))

        assert [each.id for each in listed] == ids
        assert store.all_candidates(limit=10).next is None

    def test_those_whose_addresses_are_to_be_looked_for_are_listed_until_they_were(self, store: Store) -> None:
        ids = [f"c{n}" for n in range(5)]
        store.save_candidates([candidate(id_, to_wake=True) for id_ in reversed(ids)] + [candidate("known")])
        first = store.candidate("c0")
        assert first is not None

        listed = every(lambda cursor: store.candidates_to_do(limit=2, cursor=cursor))
        store.save_candidates([replace(first, to_wake=False)])

        assert [each.id for each in listed] == ids
        assert listed[0] == first
        assert [each.id for each in store.candidates_to_do(limit=9).items] == ids[1:]
        assert store.find(["c0@example.org"]) == {"c0@example.org": {"c0"}}

    def test_a_list_of_nobody_is_saved(self, store: Store) -> None:
        store.save_candidates([])

    def test_a_large_directory_is_saved_and_found_at_once(self, store: Store) -> None:
        store.save_candidates([candidate(str(n)) for n in range(self.many)])

        assert len(store.candidates([str(n) for n in range(self.many)])) == self.many
        assert len(store.find([f"{n}@example.org" for n in range(self.many)])) == self.many

    # --- by name ------------------------------------------------------------------------------------------

    def test_a_candidate_is_found_by_what_their_name_begins_with_in_any_order_and_spelling(
        self, store: Store
    ) -> None:
        store.save_candidates(
            [
                candidate("jane", name="Jane Doe"),
                candidate("zoe", name="Zoë van der Meer-Łąska"),
                candidate("li", name="Li Wu"),
                candidate("wang", name="王小明"),
                candidate("nobody", name=""),
            ]
        )

        def named(text: str) -> list[str]:
            return [each.id for each in store.candidates_like(text, limit=9).items]

        assert named("jane") == named("DOE jan") == named("Doe, Jane") == named("j doe") == ["jane"]
        assert named("zoe meer") == named("ZOË") == named("van der meer") == ["zoe"]
        assert named("wu") == named("li w") == ["li"]
        assert named("王") == named("王小明") == ["wang"]
        assert named("van der") == named("meer laska zoe") == ["zoe"]
        assert named("jane jane") == named("jane doe smith") == []
        assert named("ane") == named("jane smith") == named("") == named(" ,;") == named("w") == []

    def test_a_new_name_is_found_and_the_old_one_is_not(self, store: Store) -> None:
        store.save_candidates([candidate("jane", name="Jane Doe")])

        store.save_candidates([replace(store.candidates(["jane"])["jane"], name="Jane Roe")])

        assert store.candidates_like("doe", limit=9).items == ()
        assert store.candidates_called(["Jane Doe"], limit=9) == []
        assert [each.name for each in store.candidates_called(["jane roe"], limit=9)] == ["Jane Roe"]

    def test_who_is_called_exactly_so_is_found_and_nobody_else(self, store: Store) -> None:
        store.save_candidates(
            [
                candidate("b", name="Jane Doe"),
                candidate("a", name="Doe, Jané"),
                candidate("c", name="Jane Doering"),
                candidate("d", name="Bob Ray"),
            ]
        )

        called = store.candidates_called(["JANE DOE", "Bob Ray"], limit=9)

        assert [each.id for each in called] == ["a", "b", "d"]
        assert [each.id for each in store.candidates_called(["Jane Doe"], limit=1)] == ["a"]
        assert store.candidates_called([], limit=9) == store.candidates_called(["", "?"], limit=9) == []

    def test_many_of_a_name_come_in_pages_of_which_each_reads_no_more_than_its_limit(self, store: Store) -> None:
        store.save_candidates([candidate(f"c{n}", name="Jane Doe" if n % 2 else "Jane Roe") for n in range(6)])

        pages = [store.candidates_like("jane d", limit=2)]
        while pages[-1].next:
            pages.append(store.candidates_like("jane d", limit=2, cursor=pages[-1].next))

        assert [[each.id for each in page.items] for page in pages] == [["c1"], ["c3"], ["c5"]]
