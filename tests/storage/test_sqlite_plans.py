"""The guard over query plans, which every contract test passes through, sees what it is there to see."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.records import ThreadState
from storage.sealing import Sealer
from storage.sqlite import open_sqlite
from storage.sqlite.database import connect
from tests.contracts.store.samples import OLD_KEYS
from tests.storage import plans


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM threads",
        "SELECT * FROM threads WHERE attempts = 1",
        "SELECT * FROM messages WHERE conversation = 'c1' ORDER BY reference",
        "SELECT * FROM listed WHERE token = 'v'",
        "SELECT DISTINCT role FROM members WHERE sub = '1' OR email = 'a'",
        "DELETE FROM copies WHERE gmail_id = 'g'",
        "UPDATE threads SET attempts = 0 WHERE lane = 1",
    ],
)
def test_a_statement_that_grows_with_its_table_is_told(tmp_path: Path, statement: str) -> None:
    open_sqlite(tmp_path / "addon.db", Sealer(OLD_KEYS))
    connection = connect(tmp_path / "addon.db")

    assert plans.slow(connection, [statement]) != []

    connection.close()


def test_what_a_watched_store_runs_is_noted(tmp_path: Path) -> None:
    store = plans.watched(open_sqlite(tmp_path / "addon.db", Sealer(OLD_KEYS)))

    store.mailbox("1")
    store.mailbox("2")
    store.tally("1", "2025-06-02", {"examined": 1})
    store.close()

    noted = [kind for kind in plans.ran if "FROM mailboxes" in kind or "INTO tallies" in kind]
    assert "SELECT * FROM mailboxes WHERE sub = ?" in noted
    assert any("INTO tallies" in kind for kind in noted)


def test_threads_in_a_state_are_reached_without_reading_those_in_others(tmp_path: Path) -> None:
    """The guard cannot see this one: without the index the key of the table would do, by reading the mailbox."""
    store = plans.watched(open_sqlite(tmp_path / "addon.db", Sealer(OLD_KEYS)))
    store.threads_in("1", ThreadState.WAITING, limit=5)
    (statement,) = [each for kind, each in plans.ran.items() if "AND state = ? AND id" in kind]

    plan = store._database._connection().execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()

    assert "threads_by_state (sub=? AND state=? AND id>?)" in plan[0][3]
    store.close()


def test_whether_anything_is_to_be_read_is_known_without_reading_what_is_not(tmp_path: Path) -> None:
    """The guard cannot see this one either."""
    store = plans.watched(open_sqlite(tmp_path / "addon.db", Sealer(OLD_KEYS)))
    store.pending("1")
    (statement,) = [each for kind, each in plans.ran.items() if kind.startswith("SELECT ? FROM threads WHERE sub")]

    plan = store._database._connection().execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()

    assert "threads_with_work (sub=?)" in plan[0][3]
    store.close()
