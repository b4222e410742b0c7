"""The audit log is sealed with no row lost or doubled, and whatever is done to it behind our back is named."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from addon.auditing import Broken, How, Verified, seal, sealing, verify, verifying
from storage import chain
from storage.port import Store
from storage.records import MOST_IN_A_LINK
from tests.addon.auditing.tampering import FirestoreLog, Log, SqliteLog, new_project
from tests.contracts.store.samples import NOW, act, after, every

BACKENDS = ["sqlite", pytest.param("firestore", marks=pytest.mark.emulator)]


@pytest.fixture(params=BACKENDS)
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Log:
    if request.param == "sqlite":
        return SqliteLog(tmp_path / "addon.db")
    return FirestoreLog(new_project(), request.getfixturevalue("emulator"))


@pytest.fixture
def store(log: Log) -> Iterator[Store]:
    opened = log.open()
    yield opened
    opened.close()


def record(store: Store, *verbs: str) -> list[int]:
    """Rows of these verbs, a second apart; their numbers."""
    for n, verb in enumerate(verbs):
        store.record(act(verb, at=after(n), actor="operator:eve", subject="x"))
    rows = every(lambda cursor: store.acts_since(None, limit=50, cursor=cursor))
    numbers = {row.act.verb: row.number for row in rows}
    return [numbers[verb] for verb in verbs]


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def sealed_in_two_links(store: Store) -> list[int]:
    """Three rows, of which the first link holds two and the second one; a fourth waits."""
    numbers = record(store, "a", "b")
    assert seal(store, now=NOW) == 2
    numbers += record(store, "c")
    assert seal(store, now=NOW + minutes(1)) == 1
    return numbers + record(store, "d")


def figures(verified: Verified) -> tuple[int, int, int]:
    return verified.links, verified.sealed, verified.unsealed


# --- sealing ----------------------------------------------------------------------------------------------


def test_an_empty_log_is_whole_and_gets_no_link(store: Store) -> None:
    assert seal(store, now=NOW) == 0
    assert verify(store) == Verified(links=0, sealed=0, unsealed=0, last=None, broken=None)


def test_what_is_sealed_is_proven_and_the_unsealed_tail_is_counted(store: Store) -> None:
    sealed_in_two_links(store)

    verified = verify(store)

    assert verified.broken is None
    assert figures(verified) == (2, 3, 1)
    assert verified.last == store.last_link()


def test_within_a_minute_there_is_one_link_unless_somebody_asks_for_it(store: Store) -> None:
    record(store, "a")
    assert seal(store, now=NOW) == 1
    record(store, "b")

    assert seal(store, now=NOW + timedelta(seconds=59)) == 0
    assert seal(store, now=NOW + timedelta(seconds=59), at_once=True) == 1
    record(store, "c")
    assert seal(store, now=NOW + minutes(2)) == 1


def test_a_row_from_a_clock_that_is_days_behind_is_sealed_by_the_next_link(store: Store) -> None:
    sealed_in_two_links(store)
    store.record(act("late", at=after(days=-9)))
    store.record(act("early", at=after(days=9)))

    assert seal(store, now=NOW + minutes(2)) == 3

    assert verify(store).broken is None
    assert figures(verify(store)) == (3, 6, 0)


def test_more_rows_than_a_link_holds_make_several_of_one_call(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(store, *(f"verb {n}" for n in range(MOST_IN_A_LINK + 5)))
    monkeypatch.setattr(verifying, "ROWS_AT_ONCE", 40)
    monkeypatch.setattr(verifying, "LINKS_AT_ONCE", 1)

    assert seal(store, now=NOW) == MOST_IN_A_LINK + 5

    assert verify(store).broken is None
    assert figures(verify(store)) == (2, MOST_IN_A_LINK + 5, 0)


def test_a_call_ends_after_so_many_links_and_the_next_goes_on(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(store, *"abcde")
    monkeypatch.setattr(sealing, "MOST_IN_A_LINK", 2)
    monkeypatch.setattr(sealing, "LINKS_AT_ONCE", 2)

    assert seal(store, now=NOW) == 4
    assert seal(store, now=NOW + minutes(1)) == 1
    assert verify(store).broken is None


def test_sealers_and_writers_at_once_lose_no_row_and_seal_none_twice(log: Log, store: Store) -> None:
    start = Barrier(6)

    def work(n: int) -> None:
        own = log.open()
        start.wait()
        for time in range(8):
            if n % 2:
                own.record(act(f"{n}.{time}", at=after(-time)))
            else:
                seal(own, now=NOW, at_once=True)
        own.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    seal(store, now=NOW, at_once=True)

    links = every(lambda cursor: store.links(limit=9, cursor=cursor))
    rows = [number for link in links for number in link.rows]
    assert len(rows) == len(set(rows)) == 3 * 8
    assert verify(store).broken is None
    assert verify(store).unsealed == 0


class Interrupted:
    """Passes every verb of a store on, and has somebody else act once before links are sealed."""

    def __init__(self, store: Store, act: Callable[[], object]) -> None:
        self._store = store
        self._act = [act]

    def __getattr__(self, verb: str) -> Any:
        if verb == "seal" and self._act:
            self._act.pop()()
        return getattr(self._store, verb)


def test_a_sealer_whose_number_another_took_leaves_the_rows_to_it(store: Store) -> None:
    record(store, "a", "b")
    late: Any = Interrupted(store, lambda: seal(store, now=NOW))

    assert seal(late, now=NOW) == 0

    assert verify(store).broken is None
    assert figures(verify(store)) == (1, 2, 0)


def test_the_log_line_of_a_link_names_its_number_and_hash_and_no_act(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    record(store, "make-secret")

    seal(store, now=NOW)

    last = store.last_link()
    assert last is not None
    assert f"link 1:{last.hash}" in caplog.text
    assert "eve" not in caplog.text
    assert "make-secret" not in caplog.text


# --- tampering --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["actor", "verb", "conversation", "subject", "proof"])
def test_a_changed_row_is_named(log: Log, store: Store, field: str) -> None:
    _, number, _, _ = sealed_in_two_links(store)

    log.change_row(number, **{field: "other"})

    assert verify(store).broken == Broken(how=How.CHANGED, number=number)


def test_the_first_of_several_broken_rows_is_named(log: Log, store: Store) -> None:
    first, second, third, _ = sealed_in_two_links(store)
    log.delete_row(third)
    log.change_row(second, actor="other")

    assert verify(store).broken == Broken(how=How.CHANGED, number=second)

    log.delete_row(first)

    assert verify(store).broken == Broken(how=How.MISSING, number=first)


def test_a_deleted_row_is_named(log: Log, store: Store) -> None:
    _, _, number, _ = sealed_in_two_links(store)

    log.delete_row(number)

    assert verify(store).broken == Broken(how=How.MISSING, number=number)


def test_a_row_put_in_is_never_sealed_and_is_named_whatever_its_time(log: Log, store: Store) -> None:
    number, _, _, _ = sealed_in_two_links(store)
    log.copy_row(number, to=77)

    assert verify(store).broken == Broken(how=How.INSERTED, number=77)
    assert seal(store, now=NOW + minutes(5)) == 1
    assert verify(store).broken == Broken(how=How.INSERTED, number=77)


def test_rows_that_cannot_be_sealed_hold_nobody_up(
    log: Log, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    (number,) = record(store, "a")
    for n in range(7):
        log.copy_row(number, to=1000 + n)
    record(store, "b")
    monkeypatch.setattr(sealing, "MOST_IN_A_LINK", 2)

    assert seal(store, now=NOW) == 2


def test_a_waiting_row_is_proven_too(log: Log, store: Store) -> None:
    *_, waits = sealed_in_two_links(store)

    log.change_row(waits, actor="other")

    assert verify(store).broken == Broken(how=How.INSERTED, number=waits)


def test_a_waiting_row_that_is_gone_is_told_by_its_mark(log: Log, store: Store) -> None:
    *_, waits = sealed_in_two_links(store)

    log.delete_row(waits)

    assert verify(store).broken == Broken(how=How.MISSING, number=waits)
    assert seal(store, now=NOW + minutes(5)) == 0


def test_a_row_kept_from_being_sealed_is_named(log: Log, store: Store) -> None:
    *_, waits = sealed_in_two_links(store)

    log.take_mark_off(waits)

    assert verify(store).broken == Broken(how=How.UNMARKED, number=waits)


def test_a_changed_link_is_named(log: Log, store: Store) -> None:
    sealed_in_two_links(store)
    link = store.last_link()
    assert link is not None

    log.change_link(2, hash="0" * 32)
    assert verify(store).broken == Broken(how=How.LINK_CHANGED, number=2)

    log.change_link(2, hash=link.hash, at=1)
    assert verify(store).broken == Broken(how=How.LINK_CHANGED, number=2)


def test_a_link_of_nonsense_is_named(log: Log, store: Store) -> None:
    sealed_in_two_links(store)

    log.change_link(1, rows="nonsense")

    assert verify(store).broken == Broken(how=How.LINK_CHANGED, number=1)


def test_a_link_from_another_copy_of_the_store_does_not_fit_into_the_chain(log: Log, store: Store) -> None:
    first, second, _, _ = sealed_in_two_links(store)
    [row] = store.entries_at([first]).values()
    other = chain.link(store.key, before=None, entries=[row], at=NOW)

    log.change_link(1, rows=f"[{first}]" if isinstance(log, SqliteLog) else other.rows, hash=other.hash)
    log.delete_row(second)

    assert verify(store).broken == Broken(how=How.LINK_CHANGED, number=2)


def test_a_link_taken_out_of_the_middle_is_named(log: Log, store: Store) -> None:
    sealed_in_two_links(store)

    log.delete_link(1)

    assert verify(store).broken == Broken(how=How.LINK_MISSING, number=1)


def test_a_last_link_taken_off_alone_leaves_rows_that_nothing_holds(log: Log, store: Store) -> None:
    _, _, number, _ = sealed_in_two_links(store)

    log.delete_link(2)

    assert verify(store).broken == Broken(how=How.UNMARKED, number=number)


def test_a_chain_cut_with_all_its_last_rows_is_told_by_a_link_noted_elsewhere(log: Log, store: Store) -> None:
    *_, third, waits = sealed_in_two_links(store)
    last = store.last_link()
    assert last is not None
    noted = (last.n, last.hash)
    assert verify(store, noted=noted).broken is None

    log.delete_link(2)
    log.delete_row(third)

    assert verify(store).broken is None
    assert verify(store, noted=noted).broken == Broken(how=How.LINK_MISSING, number=2)
    assert seal(store, now=NOW + minutes(9)) == 1
    assert waits in every(lambda cursor: store.links(limit=9, cursor=cursor))[-1].rows
    assert verify(store, noted=noted).broken == Broken(how=How.LINK_CHANGED, number=2)
