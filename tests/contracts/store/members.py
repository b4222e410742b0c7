"""Members are found by `sub`, by address and by role; the audit row goes with the change."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage.port import ConflictError, Store
from storage.records import Permission, Role
from tests.contracts.store.opening import Opening
from tests.contracts.store.samples import act, every, member


class Members(Opening):
    def test_who_never_came_is_no_member(self, store: Store) -> None:
        assert store.member("1") is None
        assert store.members_named(["1"]) == {}
        assert store.members_at(["1@acme.example"]) == {}
        assert store.members(limit=5).items == ()

    def test_a_member_is_made_once(self, store: Store) -> None:
        saved = store.save_member(member(name="Ann"))

        with pytest.raises(ConflictError):
            store.save_member(member(name="Another", addresses=frozenset({"another@acme.example"})))

        assert store.member("1") == saved
        assert store.members_at(["another@acme.example"]) == {}

    def test_who_changes_a_member_as_it_was_before_another_change_changes_nothing(self, store: Store) -> None:
        read = store.save_member(member(addresses=frozenset({"old@acme.example"})))
        changed = store.save_member(replace(read, role=Role.ADMIN))

        with pytest.raises(ConflictError):
            store.save_member(replace(read, addresses=frozenset({"new@acme.example"})), act=act(conversation="c1"))

        assert store.member("1") == changed
        assert list(store.members_at(["old@acme.example", "new@acme.example"])) == ["old@acme.example"]
        assert store.acts("c1", limit=5) == []

    def test_a_version_of_one_write_is_no_version_of_the_next(self, store: Store) -> None:
        first = store.save_member(member())
        second = store.save_member(replace(first, permissions=frozenset({Permission.VIEW_SECRET})))

        assert "" not in {first.version, second.version}
        assert first.version != second.version
        assert store.save_member(second).version != second.version

    def test_a_change_and_its_audit_row_are_one(self, store: Store) -> None:
        written = act("set-role", conversation="c1", subject="1")

        store.save_member(member(), act=written)

        assert store.acts("c1", limit=5) == [written]

    def test_of_many_only_members_are_answered(self, store: Store) -> None:
        one, two = store.save_member(member("1")), store.save_member(member("2"))

        assert store.members_named(["1", "2", "2", "3"]) == {"1": one, "2": two}
        assert store.members_named([]) == {}

    def test_an_address_leads_to_its_member_until_it_is_given_up(self, store: Store) -> None:
        ann = store.save_member(member("1", addresses=frozenset({"ann@acme.example", "a@acme.example"})))
        bob = store.save_member(member("2", addresses=frozenset({"bob@acme.example"})))
        asked = ["a@acme.example", "ann@acme.example", "bob@acme.example", "nobody@acme.example"]

        assert store.members_at(asked) == {
            "a@acme.example": ann,
            "ann@acme.example": ann,
            "bob@acme.example": bob,
        }
        assert store.members_at([]) == {}

        ann = store.save_member(replace(ann, addresses=frozenset({"ann@acme.example"})))
        bob = store.save_member(replace(bob, addresses=frozenset({"bob@acme.example", "a@acme.example"})))

        assert store.members_at(asked[:2]) == {"a@acme.example": bob, "ann@acme.example": ann}

    @pytest.mark.parametrize(("boss", "writer"), [("1", "2"), ("2", "1")])
    def test_an_address_of_several_is_whose_own_it_is(self, store: Store, boss: str, writer: str) -> None:
        both = frozenset({"boss@acme.example"})
        owner = store.save_member(member(boss, email="boss@acme.example", addresses=both))
        store.save_member(member(writer, email="writer@acme.example", addresses=both))

        assert store.members_at(both) == {"boss@acme.example": owner}

    def test_an_address_of_several_that_is_nobodys_own_is_always_the_same_ones(self, store: Store) -> None:
        for sub in ("2", "1", "3"):
            store.save_member(member(sub, addresses=frozenset({"team@acme.example"})))

        assert store.members_at(["team@acme.example"])["team@acme.example"].sub == "1"

    def test_who_takes_an_address_and_who_loses_it_are_one_change(self, store: Store) -> None:
        taken = frozenset({"ann@acme.example"})
        ann = store.save_member(member("1", addresses=taken))

        new = store.save_member(member("2", addresses=taken), bereft=replace(ann, addresses=frozenset()))

        assert store.members_at(taken) == {"ann@acme.example": new}
        assert store.member("1") != ann

    @pytest.mark.parametrize("other", ["1", "2"])
    def test_where_either_was_changed_meanwhile_neither_is(self, store: Store, other: str) -> None:
        taken = frozenset({"ann@acme.example"})
        both = {sub: store.save_member(member(sub, addresses=taken)) for sub in "12"}
        store.save_member(replace(both[other], name="Changed"))
        there = store.members_named("12")

        with pytest.raises(ConflictError):
            store.save_member(replace(both["2"], name="New"), bereft=replace(both["1"], addresses=frozenset()))

        assert store.members_named("12") == there

    def test_an_address_is_found_as_it_was_written_and_in_no_other_case(self, store: Store) -> None:
        ann = store.save_member(member("1", addresses=frozenset({"ann@acme.example", "Ann.B@Acme.Example"})))

        assert store.members_at(["Ann.B@Acme.Example"]) == {"Ann.B@Acme.Example": ann}
        assert store.members_at(["Ann@acme.example", "ann.b@acme.example", "ANN@ACME.EXAMPLE"]) == {}

    def test_hundreds_of_addresses_are_asked_for_at_once(self, store: Store) -> None:
        ann = store.save_member(member("1", addresses=frozenset({"ann@acme.example"})))
        crowd = [f"{n}@example.org" for n in range(1200)]

        assert store.members_at([*crowd, "ann@acme.example"]) == {"ann@acme.example": ann}

    def test_members_are_listed_by_email_and_role_without_doubles_while_others_come(self, store: Store) -> None:
        roles = [Role.ADMIN, Role.TEAM_MEMBER, Role.INTERVIEWER]
        for n in range(9):
            store.save_member(member(str(n), email=f"{n}@acme.example", role=roles[n % 3]))

        first = store.members(limit=4)
        store.save_member(member("late", email="00@acme.example"))
        rest = every(lambda cursor: store.members(limit=4, cursor=cursor or first.next))

        assert [each.sub for each in (*first.items, *rest)] == list("012345678")
        seen = every(lambda cursor: store.members(roles=[Role.ADMIN, Role.INTERVIEWER], limit=2, cursor=cursor))
        assert [each.sub for each in seen] == ["0", "2", "3", "5", "6", "8"]

    def test_members_with_one_email_are_all_listed(self, store: Store) -> None:
        for sub in "123":
            store.save_member(member(sub, email="shared@acme.example"))

        listed = every(lambda cursor: store.members(limit=1, cursor=cursor))

        assert [each.sub for each in listed] == ["1", "2", "3"]
