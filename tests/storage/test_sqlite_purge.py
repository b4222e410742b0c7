"""What was purged cannot be read again from the file, nor from its log."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from storage.sealing import Sealer
from storage.sqlite import SqliteStore, open_sqlite
from tests.contracts.store.messages import remove
from tests.contracts.store.removal import begin, destroy_copies, take_out
from tests.contracts.store.samples import OLD_KEYS, followed, keep, message


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = open_sqlite(tmp_path / "addon.db", Sealer(OLD_KEYS))
    yield store
    store.close()


def sealed_bytes(folder: Path) -> list[bytes]:
    """How each sealed value of a mail and its conversation begins; what follows may lie on another page."""
    with closing(sqlite3.connect(folder / "addon.db")) as file:
        mails = file.execute("SELECT head, text, outside FROM messages").fetchall()
        texts = file.execute("SELECT sealed FROM texts").fetchall()
        summaries = file.execute("SELECT subject, outside FROM summaries").fetchall()
    return [value[:40] for row in [*mails, *texts, *summaries] for value in row if value is not None]


def left_of(sealed: list[bytes], folder: Path) -> list[bytes]:
    """Those that can still be found in any file of the store."""
    files = [path.read_bytes() for path in folder.iterdir()]
    return [value for value in sealed if any(value in content for content in files)]


def test_of_a_purged_mail_not_a_sealed_byte_is_left_in_any_file(store: SqliteStore, tmp_path: Path) -> None:
    followed(store, "1")
    keep(store, message(text="unmistakable " * 40_000))
    sealed = sealed_bytes(tmp_path)
    assert len(left_of(sealed, tmp_path)) == len(sealed) == 7

    remove(store)
    begin(store)
    while store.purge("c1", limit=1):
        pass

    assert left_of(sealed, tmp_path) == []


def test_what_somebody_reads_while_it_is_purged_goes_from_the_log_before_the_purge_is_done(
    store: SqliteStore, tmp_path: Path
) -> None:
    followed(store, "1")
    keep(store, message())
    sealed = sealed_bytes(tmp_path)
    remove(store)
    begin(store)
    store._database.log_seconds = 0
    with closing(sqlite3.connect(tmp_path / "addon.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM messages").fetchone()

        assert store.purge("c1", limit=9)
        assert store.purge("c1", limit=9)
        assert left_of(sealed, tmp_path)

    assert not store.purge("c1", limit=9)
    assert left_of(sealed, tmp_path) == []


def test_of_a_copy_that_was_taken_out_and_nobody_else_holds_neither(store: SqliteStore, tmp_path: Path) -> None:
    followed(store, "1", "2")
    keep(store, message("mine", sub="1"))
    sealed = sealed_bytes(tmp_path)
    keep(store, message("theirs", sub="2"))

    take_out(store, "1")
    destroy_copies(store, "1")

    assert left_of(sealed, tmp_path) == []
    assert store.text("theirs") == "See you on Monday."
