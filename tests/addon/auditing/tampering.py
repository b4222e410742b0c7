"""What somebody with the database, and without its keys, can do to the audit log behind our back."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from storage import open_store
from storage.chain import token_of
from storage.firestore.connection import Connection
from storage.firestore.database import Database
from storage.firestore.documents import Write, path, put
from storage.port import Store
from storage.sealing import Sealer
from tests.contracts.store.samples import OLD_KEYS


class Log(Protocol):
    """A store's log, as a store has it and as it lies there."""

    def open(self) -> Store:
        """Another handle on it, as another process would have it."""

    def change_row(self, number: int, **fields: str) -> None: ...

    def copy_row(self, number: int, *, to: int) -> None:
        """The same act once more under another number, waiting to be sealed."""

    def delete_row(self, number: int) -> None: ...

    def take_mark_off(self, number: int) -> None: ...

    def change_link(self, n: int, **fields: Any) -> None: ...

    def delete_link(self, n: int) -> None: ...


@dataclass(frozen=True)
class SqliteLog:
    path: Path

    def open(self) -> Store:
        return open_store(f"sqlite:///{self.path}", Sealer(OLD_KEYS))

    def change_row(self, number: int, **fields: str) -> None:
        for name, value in fields.items():
            self._run(f"UPDATE audit SET {name} = ? WHERE id = ?", value, number)

    def copy_row(self, number: int, *, to: int) -> None:
        self._run(
            """INSERT INTO audit (id, at, actor, verb, conversation, subject, proof)
               SELECT ?, at, actor, verb, conversation, subject, proof FROM audit WHERE id = ?""",
            to,
            number,
        )
        self._run("INSERT INTO unsealed (id) VALUES (?)", to)

    def delete_row(self, number: int) -> None:
        self._run("DELETE FROM audit WHERE id = ?", number)

    def take_mark_off(self, number: int) -> None:
        self._run("DELETE FROM unsealed WHERE id = ?", number)

    def change_link(self, n: int, **fields: Any) -> None:
        for name, value in fields.items():
            self._run(f"UPDATE chain SET {name} = ? WHERE n = ?", value, n)

    def delete_link(self, n: int) -> None:
        self._run("DELETE FROM chain WHERE n = ?", n)

    def _run(self, sql: str, *values: Any) -> None:
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute(sql, values)


@dataclass(frozen=True)
class FirestoreLog:
    project: str
    emulator: str

    def open(self) -> Store:
        return open_store(f"firestore://{self.project}/acts", Sealer(OLD_KEYS), firestore_emulator=self.emulator)

    def change_row(self, number: int, **fields: str) -> None:
        with self._database() as database:
            database.pour([Write(path=path("audit", token_of(number)), fields=fields)])

    def copy_row(self, number: int, *, to: int) -> None:
        at = path("audit", token_of(number))
        with self._database() as database:
            fields = {**database.get([at])[at].fields, "id": token_of(to)}
            marks = put(path("unsealed", token_of(to)), {"id": token_of(to)})
            database.pour([put(path("audit", token_of(to)), fields), marks])

    def delete_row(self, number: int) -> None:
        self._delete("audit", token_of(number))

    def take_mark_off(self, number: int) -> None:
        self._delete("unsealed", token_of(number))

    def change_link(self, n: int, **fields: Any) -> None:
        with self._database() as database:
            database.pour([Write(path=path("chain", str(n)), fields=fields)])

    def delete_link(self, n: int) -> None:
        self._delete("chain", str(n))

    def _delete(self, collection: str, id_: str) -> None:
        with self._database() as database:
            database.pour([Write(path=path(collection, id_), delete=True)])

    @contextmanager
    def _database(self) -> Iterator[Database]:
        database = Database(Connection(self.project, "acts", emulator=self.emulator))
        try:
            yield database
        finally:
            database.close()


def new_project() -> str:
    return f"test-{secrets.token_hex(8)}"
