"""What sealing anew is on SQLite alone: the schema's columns, the file and its log, a process that dies."""

from __future__ import annotations

import multiprocessing
import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from storage import resealing
from storage.firestore import resealing as firestore
from storage.sealing import NONCE_BYTES, Sealer, key_id_of
from storage.sqlite import resealing as sqlite
from storage.sqlite.database import connect
from storage.sqlite.resealing import SqliteResealing, open_resealing
from tests.contracts.store.samples import (
    NEW_KEYS,
    NOW,
    OLD_KEYS,
    ROTATED_KEYS,
    candidate,
    conversation,
    found,
    keep,
    message,
    opt_in,
    thread,
)
from tests.storage import plans, processes, raw
from tests.storage.everything import answers, fill
from tests.storage.places import Place, Places

SEALER = Sealer(ROTATED_KEYS)


@pytest.fixture
def here(place: Places) -> Place:
    """A store that was made with the old key."""
    made = place("sqlite")
    made.open().close()
    return made


@pytest.fixture
def opened(here: Place) -> Iterator[SqliteResealing]:
    with closing(open_resealing(here.path, SEALER)) as store:
        yield store


def reseal(store: SqliteResealing) -> None:
    resealing.reseal(store, SEALER, seen=lambda _: None)


# --- the schema -------------------------------------------------------------------------------------------


def test_every_blob_of_the_schema_is_named_and_found_by_its_rows_key(here: Place) -> None:
    with closing(sqlite3.connect(here.path)) as connection:
        blobs = {
            (table, tuple(key), column)
            for table, _, key in raw.tables(connection)
            for _, column, type_, *_ in connection.execute(f"PRAGMA table_info({table})")
            if type_ == "BLOB"
        }

    named = {
        (each.kind, (each.id, each.part) if each.part else (each.id,), column)
        for each in sqlite.SEALED
        for column in each.fields
    }
    assert named == blobs, "a BLOB holds what is sealed: it needs its line in storage/sqlite/resealing.py"


def test_both_backends_name_the_same() -> None:
    def named(sealed: tuple[resealing.Sealed, ...]) -> set[tuple[str, str]]:
        return {(each.kind, name) for each in sealed for name in each.fields}

    assert named(firestore.SEALED) == named(sqlite.SEALED)


def test_pages_are_read_by_key_and_no_table_is_sorted(here: Place, opened: SqliteResealing) -> None:
    fill(here.open())
    opened.rows_at_once = 3
    ran: list[str] = []
    opened._database._connection().set_trace_callback(ran.append)

    reseal(opened)

    pages = [each for each in ran if each.startswith("SELECT") and "ORDER BY" in each]
    with closing(connect(here.path)) as connection:
        first = [each for each in pages if "WHERE" not in each]
        assert len(first) == len(sqlite.SEALED)
        assert not [step for step in plans.slow(connection, first) if "TEMP B-TREE" in step]
        assert plans.slow(connection, [each for each in pages if "WHERE" in each]) == []
    assert not [each for each in ran if "OFFSET" in each]


# --- the file ---------------------------------------------------------------------------------------------

MAILS = 250


def crowd(here: Place) -> None:
    """Enough mail of many sizes that SQLite moves it between its pages as it comes."""
    by_chance = random.Random(7)  # noqa: S311 (sizes, no secrets)
    with closing(here.open()) as store:
        opt_in(store, "1")
        for n in range(MAILS):
            text = "x" * by_chance.choice([10, 100, 1000, 3000, 20_000])
            id_ = f"{by_chance.getrandbits(64):x}"
            store.admit(thread("1", id_), keys=[], references=[], opening=conversation(id_), kept_until=NOW)
            keep(store, message(f"{n}", conversation=id_, text=text), thread=id_)
        store.save_candidates(
            [candidate(f"{by_chance.getrandbits(64):x}", name="x" * (n % 900)) for n in range(MAILS)]
        )


def left_in(path: Path, old: list[bytes]) -> int:
    """How many of these values, or pieces of them, are anywhere in the file and its log."""
    pieces = {
        value[begin : begin + NONCE_BYTES]: n
        for n, value in enumerate(old)
        for begin in range(len(key_id_of(value)) + 1, len(value) - NONCE_BYTES + 1, NONCE_BYTES)
    }
    held = b"".join(each.read_bytes() for each in sorted(path.parent.iterdir()))
    windows = (held[at : at + NONCE_BYTES] for at in range(len(held)))
    return len({pieces[each] for each in windows if each in pieces})


def test_no_piece_of_what_was_sealed_before_is_left_in_the_file_or_its_log(
    here: Place, opened: SqliteResealing
) -> None:
    crowd(here)
    old = list(raw.values(here).values())
    reseal(opened)
    assert left_in(here.path, old) > 0

    assert opened.clean(large=False) is None

    assert left_in(here.path, old) == 0
    assert left_in(here.path, list(raw.values(here).values())) == len(old)
    assert not here.path.with_name("addon.db-wal").stat().st_size


def test_a_large_file_is_written_anew_only_when_that_is_said(here: Place, opened: SqliteResealing) -> None:
    crowd(here)
    old = list(raw.values(here).values())
    opened.most_bytes = here.path.stat().st_size - 1
    reseal(opened)

    said = opened.clean(large=False)

    assert said is not None
    assert "--rewrite" in said
    assert 0 < left_in(here.path, old) < MAILS // 10  # the log is empty, the file as it was
    assert opened.clean(large=True) is None
    assert left_in(here.path, old) == 0


def test_a_log_that_somebody_reads_is_told_of_and_emptied_by_the_next_run(
    here: Place, opened: SqliteResealing
) -> None:
    processes.prepare(here.open())
    reader = sqlite3.connect(here.path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM messages").fetchone()
    opened._database._connection().execute("PRAGMA busy_timeout = 0")
    opened.patience = 0
    reseal(opened)

    said = opened.clean(large=False)

    assert said is not None
    assert "Run this again" in said
    reader.execute("COMMIT")
    assert opened.clean(large=False) is None
    reader.close()


def test_a_log_is_emptied_as_soon_as_the_others_are_done(here: Place, opened: SqliteResealing) -> None:
    processes.prepare(here.open())
    reader = sqlite3.connect(here.path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM messages").fetchone()
    connection = opened._database._connection()
    connection.execute("PRAGMA busy_timeout = 0")
    tries: list[str] = []

    def end_at_the_third(statement: str) -> None:
        tries.extend(["again"] if "wal_checkpoint" in statement else [])
        if len(tries) == 3 and reader.in_transaction:
            reader.execute("COMMIT")

    connection.set_trace_callback(end_at_the_third)
    reseal(opened)

    assert opened.clean(large=False) is None
    assert len(tries) == 3
    reader.close()


def test_writing_the_file_anew_changes_nothing_that_is_stored(here: Place, opened: SqliteResealing) -> None:
    fill(here.open())
    before = answers(here.open())
    store = here.open(ROTATED_KEYS)
    gate = found(store, "c1")

    reseal(opened)
    opened.clean(large=True)

    assert found(store, "c1") == gate
    assert answers(store) == before


# --- dying ------------------------------------------------------------------------------------------------


def test_a_process_that_dies_at_any_statement_leaves_a_store_that_opens_and_the_rest_to_the_next(
    place: Places, tmp_path: Path
) -> None:
    whole = place("sqlite")
    with closing(whole.open()) as store:
        processes.prepare(store)
        keep(store, message("k9", conversation="c1", text="long " * 90_000))
        store.save_candidates([candidate()])
        before = processes.all_of(store), store.candidate("ada")
    values = raw.values(whole)

    for statements in count():
        here = Place(url=f"sqlite:///{tmp_path}/{statements}.db", emulator=None)
        shutil.copy(whole.path, here.path)
        dying = open_resealing(here.path, SEALER)
        child = multiprocessing.get_context("fork").Process(target=processes.die, args=(dying, reseal, statements))
        child.start()
        child.join()
        if child.exitcode == 0:
            break
        assert child.exitcode == processes.DEAD
        left = [value for value in raw.values(here).values() if key_id_of(value) == "old"]
        assert set(left) <= set(values.values())
        with closing(here.open(ROTATED_KEYS)) as store:
            assert (processes.all_of(store), store.candidate("ada")) == before

        with closing(open_resealing(here.path, SEALER)) as again:
            done = resealing.reseal(again, SEALER, seen=lambda _: None)

        assert sum(done.anew.values()) == len(left)
        with closing(here.open(NEW_KEYS)) as store:
            assert (processes.all_of(store), store.candidate("ada")) == before

    assert statements > 30
    assert {key_id_of(value) for value in raw.values(here).values()} == {"new"}
    assert OLD_KEYS.partition(":")[0] not in {key_id_of(value) for value in raw.values(here).values()}
