"""One SQLite file, opened once per thread and process, read in snapshots and written one writer at a time.

WAL lets readers go on beside a writer. Writers begin IMMEDIATE: a transaction that reads first and writes
later can only fail when another got in between, however long it waits. `synchronous=FULL` costs one flush
per commit and is our promise that nothing stored is lost; `secure_delete` overwrites what is deleted.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from storage.port import StoreError
from storage.sealing import storable
from storage.sqlite.errors import in_our_words

BUSY_SECONDS = 10.0
"""How long a writer waits for its turn; below the time Gmail gives the panel."""
LOG_SECONDS = 2.0
"""How long whoever emptied a record waits for others to let go of the log that it still lies in."""
_PAUSE_SECONDS = 0.02
AT_ONCE = 500
"""Values in one `IN (…)`; SQLite takes 32,766."""

_PRAGMAS = ("synchronous = FULL", "secure_delete = ON", "temp_store = MEMORY", "trusted_schema = OFF")


class Session:
    """Statements within one transaction. Every string passes `storable` on its way in."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def all(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[sqlite3.Row]:
        return self._connection.execute(sql, _bound(values)).fetchall()

    def one(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._connection.execute(sql, _bound(values)).fetchone()
        return row

    def run(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> int:
        """The number of rows it wrote."""
        return self._connection.execute(sql, _bound(values)).rowcount

    def many(self, sql: str, rows: Iterable[Sequence[Any] | Mapping[str, Any]]) -> int:
        """The number of rows written by all."""
        bound = [_bound(values) for values in rows]
        return self._connection.executemany(sql, bound).rowcount if bound else 0

    def among(self, sql: str, values: Collection[str], *, before: tuple[str, ...] = ()) -> list[sqlite3.Row]:
        """The rows of `sql`, in which `{among}` stands for the list of `values`, in no order.

        `before` are the values of the parameters that stand before it.
        """
        wanted = sorted(set(values))
        rows: list[sqlite3.Row] = []
        for begin in range(0, len(wanted), AT_ONCE):
            some = wanted[begin : begin + AT_ONCE]
            rows += self.all(sql.format(among=f"({', '.join('?' * len(some))})"), (*before, *some))
        return rows


class Database:
    """Hands out transactions on one file.

    A connection belongs to one thread of one process. After a fork the child opens its own and leaves the
    parent's alone, unused and never closed: closing it there would disturb the parent's locks.
    """

    def __init__(self, path: Path) -> None:
        self.log_seconds = LOG_SECONDS
        self._path = path
        self._held: dict[int, dict[threading.Thread, sqlite3.Connection]] = {}

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A snapshot: all statements within see the store at one moment."""
        with self._transaction("BEGIN") as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """The only writer; all that is written within is there afterwards, or nothing of it."""
        with self._transaction("BEGIN IMMEDIATE") as session:
            yield session

    def forget_the_log(self, *, seconds: float | None = None) -> bool:
        """Empty the write-ahead log, where what was deleted can still be read; whether it is empty now.

        Whoever reads it is waited for between tries: within one, SQLite would keep all writers waiting as well. If
        somebody is still at it after `seconds` the log stays, and goes with the next emptying.
        """
        until = time.monotonic() + (self.log_seconds if seconds is None else seconds)
        while not self._forgot_the_log():
            if time.monotonic() >= until:
                return False
            time.sleep(_PAUSE_SECONDS)
        return True

    def _forgot_the_log(self) -> bool:
        with in_our_words():
            connection = self._connection()
            connection.execute("PRAGMA busy_timeout = 0")
            try:
                ((busy, _, _),) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                connection.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")
        return not busy

    def size(self) -> int:
        """Bytes of the file, without its log."""
        with self.reading() as session:
            ((pages, each),) = session.all("SELECT page_count, page_size FROM pragma_page_count, pragma_page_size")
        return int(pages) * int(each)

    def write_anew(self) -> None:
        """The whole file, and nothing that only lay in it: other writers wait until it is done.

        `secure_delete` overwrites what is deleted. What SQLite moves when it balances its trees leaves pieces
        behind that only this removes.
        """
        with in_our_words():
            connection = connect(self._path)
            try:
                connection.execute("PRAGMA temp_store = FILE")  # it may be larger than memory
                connection.execute("VACUUM")
            finally:
                connection.close()

    def close(self) -> None:
        """Close every connection of this process."""
        mine = self._held.get(os.getpid(), {})
        for thread in list(mine):
            mine.pop(thread).close()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Session]:
        with in_our_words():
            connection = self._connection()
            connection.execute(begin)
            try:
                yield Session(connection)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def _connection(self) -> sqlite3.Connection:
        mine = self._held.setdefault(os.getpid(), {})
        here = threading.current_thread()
        held = mine.get(here)
        if held is None:
            for thread in [each for each in list(mine) if not each.is_alive()]:
                ended = mine.pop(thread, None)  # another new thread may be at it too
                if ended is not None:
                    ended.close()
            held = mine[here] = connect(self._path)
        return held


def connect(path: Path) -> sqlite3.Connection:
    """A connection to a file that is there; it is never created by opening it."""
    connection = sqlite3.connect(
        f"file:{quote(os.fspath(path))}?mode=rw",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,  # transactions are ours
        check_same_thread=False,  # `close` runs in any thread; each is used by its own only
        cached_statements=256,
    )
    connection.row_factory = sqlite3.Row
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def create(path: Path) -> None:
    """Make the file where it is missing, readable by its owner only; WAL and index inherit its mode.

    One that is there is opened by SQLite alone: closing it beside SQLite would let go of every lock that this
    process holds on it, and whoever ends meanwhile would take the log away.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise StoreError(
            f"The store at {path} cannot be opened or made ({error.strerror}): check STORE_URL and rights."
        ) from None


def _bound(values: Sequence[Any] | Mapping[str, Any]) -> Sequence[Any] | Mapping[str, Any]:
    if isinstance(values, dict):
        return {name: storable(value) if isinstance(value, str) else value for name, value in values.items()}
    return [storable(value) if isinstance(value, str) else value for value in values]
