"""Several processes on one file: one of them makes it, all of them write it, nothing is lost."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from itertools import count
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from storage.port import Store
from storage.resealing import reseal
from storage.sealing import Sealer
from storage.sqlite import open_sqlite
from storage.sqlite.resealing import open_resealing
from tests.contracts.store.races import TIMES, WRITERS
from tests.contracts.store.samples import NEW_KEYS, NOW, OLD_FIRST, OLD_KEYS, ROTATED_KEYS, followed, found, member
from tests.storage import processes


def test_processes_that_start_at_once_make_one_store(tmp_path: Path) -> None:
    in_processes(processes.start, tmp_path / "addon.db")

    store = open_sqlite(tmp_path / "addon.db", Sealer(OLD_KEYS))
    keys = {store.alias(str(n), "key") for n in range(WRITERS)}
    assert keys == {store.key("mail", "a")}
    store.close()


def test_eight_processes_lose_nothing(tmp_path: Path) -> None:
    store = open_sqlite(tmp_path / "addon.db", Sealer(OLD_KEYS))
    followed(store, *(str(n) for n in range(WRITERS)))

    in_processes(processes.write, tmp_path / "addon.db")

    assert_all_was_written(store)
    store.close()


def test_eight_processes_lose_nothing_while_everything_is_sealed_anew(tmp_path: Path) -> None:
    path, sealer = tmp_path / "addon.db", Sealer(ROTATED_KEYS)
    store = open_sqlite(path, sealer)
    followed(store, *(str(n) for n in range(WRITERS)))
    runs = 0

    with ThreadPoolExecutor(1) as pool, closing(open_resealing(path, sealer)) as resealing:
        written = pool.submit(in_processes, partial(processes.write, seal_keys=OLD_FIRST), path)
        while not written.done():
            reseal(resealing, sealer, seen=lambda _: None)
            resealing.clean(large=True)
            runs += 1
        written.result()
        reseal(resealing, sealer, seen=lambda _: None)

    assert runs > 1
    store.close()
    with closing(open_sqlite(path, Sealer(NEW_KEYS))) as rotated:
        assert_all_was_written(rotated)


def assert_all_was_written(store: Store) -> None:
    """What eight processes that `write` leave together."""
    box = store.mailbox("1")
    assert box is not None
    assert box.cursor == WRITERS * TIMES
    assert len(store.work("1", now=NOW, limit=99)) == WRITERS * TIMES
    assert found(store).summary.count == WRITERS * TIMES + 1
    assert found(store).summary.holders == {str(n) for n in range(WRITERS)}
    assert store.tallies("1", since="2025-01-01") == {"2025-06-02": {"examined": WRITERS * TIMES}}
    opened = {each.conversation.id for n in range(WRITERS) if (each := store.conversation(f"o{n}"))}
    assert len(opened) == 1
    assert found(store, *opened).summary.count == 3
    assert len(found(store, *opened).summary.holders) == WRITERS


def test_a_store_that_is_opened_twice_in_one_process_loses_nothing_to_another_that_ends(tmp_path: Path) -> None:
    path = tmp_path / "addon.db"
    store = open_sqlite(path, Sealer(OLD_KEYS))
    store.save_member(member("1"))

    open_sqlite(path, Sealer(OLD_KEYS)).close()
    alone(processes.find, path, "1")
    store.save_member(member("2"))

    alone(processes.find, path, "2")
    store.close()


@pytest.mark.parametrize("verb", processes.VERBS)
def test_a_process_that_dies_at_any_statement_leaves_all_of_a_verb_or_nothing(
    tmp_path: Path, verb: Callable[[Store], object]
) -> None:
    store = open_sqlite(tmp_path / "addon.db", Sealer(OLD_KEYS))
    processes.prepare(store)
    before = processes.all_of(store)
    store.close()

    for statements in count():
        child = multiprocessing.get_context("fork").Process(target=processes.die, args=(store, verb, statements))
        child.start()
        child.join()
        if child.exitcode == 0:
            break
        assert child.exitcode == processes.DEAD
        assert processes.all_of(store) == before
        store.close()

    assert statements >= 5
    assert processes.all_of(store) != before
    store.close()


def alone(act: Callable[[Path, str], None], path: Path, sub: str) -> None:
    """Let a new process act and end well."""
    child = multiprocessing.get_context("spawn").Process(target=act, args=(path, sub))
    child.start()
    child.join()

    assert child.exitcode == 0


def in_processes(act: Callable[[Path, Barrier, int], None], path: Path) -> None:
    """Let eight new processes act at the same moment, and all of them end well."""
    context = multiprocessing.get_context("spawn")
    begin = context.Barrier(WRITERS)
    started = [context.Process(target=act, args=(path, begin, n)) for n in range(WRITERS)]
    for each in started:
        each.start()
    for each in started:
        each.join()

    assert [each.exitcode for each in started] == [0] * WRITERS
