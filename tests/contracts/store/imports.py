"""Imports: one at a time for a member and a candidate, found again, and ended with the consent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from storage.port import ConflictError, Store
from storage.records import Examined, Import, ImportState, NotRead, Unread
from tests.contracts.store.opening import Opening, OpenStore
from tests.contracts.store.races import WRITERS, at_once
from tests.contracts.store.samples import NOW, act, after, email_on, opt_in, opt_out, revocation
from tests.contracts.store.values import AWKWARD

ASKED = act("import-address", subject="ada", at=after(0.5))


def record(id_: str = "i1", **fields: Any) -> Import:
    return Import(
        **{
            "id": id_,
            "sub": "1",
            "epoch": 1,
            "candidate": "ada",
            "addresses": ("ada@x.example", "a@y.example"),
            "since": after(days=-365),
            "secret": False,
            "at": NOW,
            "expires_at": after(days=30),
            **fields,
        }
    )


def whole_record(id_: str = "i1", **fields: Any) -> Import:
    """One in which no field has its default."""
    counts = {"found": 9, "taken_in": 3, "left_alone": 2, "failed": 1, "starts": 2}
    hashes = {"settled": frozenset({"h1", "h2"}), "opening": "h3"}
    unread = (
        Unread(thread="18f0", why=NotRead.TOO_LARGE, at=after(8)),
        Unread(thread="18f1", why=NotRead.REFUSED, at=after(9), again=True),
    )
    ended = {"state": ImportState.CANCELLED, "ended_at": after(9), "unread": unread, "retrying": True}
    return record(id_, since=None, secret=True, **ended, **counts, **hashes, **fields)


def start(store: Store, *records: Import) -> list[Import]:
    return [store.start_import(each, act=ASKED) for each in records]


def ended(store: Store, read: Import, state: ImportState = ImportState.DONE) -> Import:
    return store.save_import(replace(read, state=state))


class Imports(Opening):
    def test_an_import_is_read_as_it_was_started_and_saved(self, store: Store) -> None:
        opt_in(store, "1")

        [started] = start(store, record())
        assert store.import_of("i1") == started
        saved = store.save_import(replace(whole_record(), version=started.version))

        assert store.import_of("i1") == saved
        assert replace(saved, version="") == whole_record()
        assert store.import_of("none") is None

    @pytest.mark.parametrize("id_", AWKWARD)
    def test_whatever_ids_and_addresses_are_they_come_back(self, store: Store, id_: str) -> None:
        opt_in(store, id_)

        start(store, record(id_, sub=id_, candidate=id_, addresses=(id_, "", id_)))

        [read] = store.imports(id_, candidate=id_, limit=5)
        assert (read.id, read.addresses) == (id_, (id_, "", id_))

    def test_no_traceback_shows_an_address_or_what_was_opened(self) -> None:
        shown = repr(whole_record())

        assert "example" not in shown
        assert "h1" not in shown
        assert "18f0" not in shown

    def test_starting_and_ending_are_audited_in_the_same_step(self, store: Store) -> None:
        opt_in(store, "1")
        [started] = start(store, record())
        cancelled = act("import-cancel", subject="ada", at=after(1))

        store.save_import(replace(started, state=ImportState.CANCELLED), act=cancelled)
        with pytest.raises(ConflictError):
            store.save_import(replace(started, found=5), act=act("never"))
        with pytest.raises(ConflictError):
            store.start_import(record("i2", epoch=2), act=act("never"))

        log = [entry.act for entry in store.acts_since(None, actor="1", limit=9).items]
        assert log == [email_on(), ASKED, cancelled]

    def test_a_second_one_for_the_same_candidate_waits_for_the_end_of_the_first(self, store: Store) -> None:
        opt_in(store, "1", "2")
        [first] = start(store, record())

        with pytest.raises(ConflictError):
            start(store, record("i2"))
        start(store, record("i3", candidate="bob"), record("i4", sub="2"))
        ended(store, first)
        start(store, record("i2"))

        assert {each.id for each in store.running_imports("1", limit=9)} == {"i2", "i3"}

    def test_of_eight_presses_at_once_one_starts(self, store: Store, open_store: OpenStore) -> None:
        opt_in(store, "1")

        def press(own: Store, n: int) -> bool:
            try:
                start(own, record(f"i{n}"))
            except ConflictError:
                return False
            return True

        assert sum(at_once(open_store, press)) == 1
        assert len(store.imports("1", limit=WRITERS)) == 1

    def test_one_that_ended_runs_again_unless_another_does(self, store: Store) -> None:
        opt_in(store, "1")
        [first] = start(store, record())
        done = ended(store, first)

        again = store.start_import(replace(done, state=ImportState.RUNNING), act=ASKED)
        with pytest.raises(ConflictError):
            store.start_import(replace(done, state=ImportState.RUNNING), act=ASKED)
        done = ended(store, again)
        start(store, record("i2"))
        with pytest.raises(ConflictError):
            store.start_import(replace(done, state=ImportState.RUNNING), act=ASKED)

        assert [each.id for each in store.running_imports("1", limit=9)] == ["i2"]

    def test_who_decided_on_an_earlier_state_changes_nothing(self, store: Store) -> None:
        opt_in(store, "1")
        [read] = start(store, record())
        store.save_import(replace(read, state=ImportState.CANCELLED))

        with pytest.raises(ConflictError):
            store.save_import(replace(read, taken_in=5))
        with pytest.raises(ConflictError):
            store.save_import(record())

        now = store.import_of("i1")
        assert now is not None
        assert (now.state, now.taken_in) == (ImportState.CANCELLED, 0)

    def test_counts_are_committed_with_it_or_not_at_all(self, store: Store) -> None:
        opt_in(store, "1")
        [read] = start(store, record())
        counted = Examined(sub="1", day="2025-06-02", counts={"opened": 3})

        store.save_import(replace(read, taken_in=1), examined=counted)
        with pytest.raises(ConflictError):
            store.save_import(replace(read, taken_in=2), examined=counted)

        assert store.tallies("1", since="2025-06-02") == {"2025-06-02": {"opened": 3}}

    def test_the_newest_come_first_of_one_member_or_one_candidate(self, store: Store) -> None:
        opt_in(store, "1", "2")
        for n in range(4):
            [started] = start(store, record(f"i{n}", at=after(n), candidate="ada" if n % 2 else "bob"))
            ended(store, started)
        start(store, record("other", sub="2", at=after(9)))

        assert [each.id for each in store.imports("1", limit=3)] == ["i3", "i2", "i1"]
        assert [each.id for each in store.imports("1", candidate="bob", limit=9)] == ["i2", "i0"]
        assert store.imports("3", limit=9) == []

    def test_those_that_run_come_oldest_first(self, store: Store) -> None:
        opt_in(store, "1")
        start(store, *(record(f"i{n}", at=after(-n), candidate=str(n)) for n in range(4)))
        ended(store, store.running_imports("1", limit=1)[0])

        assert [each.id for each in store.running_imports("1", limit=2)] == ["i2", "i1"]

    # --- consent ------------------------------------------------------------------------------------------

    def test_without_the_consent_it_was_asked_under_none_starts(self, store: Store) -> None:
        with pytest.raises(ConflictError):
            start(store, record())
        opt_in(store, "1", epoch=2)
        with pytest.raises(ConflictError):
            start(store, record())

        assert store.imports("1", limit=5) == []

    def test_opting_out_deletes_what_was_imported_for_and_whoever_is_at_it_is_told(self, store: Store) -> None:
        opt_in(store, "1", "2")
        [earlier] = start(store, record("i0", at=after(-1)))
        done = ended(store, earlier)
        [running, _] = start(store, record(), record("other", sub="2"))

        opt_out(store, "1")

        for read in (running, done):
            with pytest.raises(ConflictError):
                store.save_import(replace(read, taken_in=1))
        assert store.imports("1", limit=5) == []
        assert [each.id for each in store.imports("2", limit=5)] == ["other"]

    def test_nobody_starts_beside_an_opting_out(self, store: Store, open_store: OpenStore) -> None:
        opt_in(store, "1")

        def press(own: Store, n: int) -> None:
            try:
                if n:
                    start(own, record(f"i{n}", candidate=str(n)))
                else:
                    own.opt_out("1", revocation=revocation(), act=act("email-off", subject="1"))
            except ConflictError:
                return

        at_once(open_store, press)

        assert store.consent("1") is None
        assert store.imports("1", limit=WRITERS) == []

    def test_one_of_an_earlier_consent_is_in_nobodys_way(self, store: Store) -> None:
        opt_in(store, "1")
        start(store, record())
        opt_in(store, "1", epoch=2)

        [again] = start(store, record("i2", epoch=2))

        assert again.id == "i2"
