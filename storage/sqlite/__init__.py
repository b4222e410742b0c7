"""The store in one SQLite file, for one machine: several threads and processes, no server.

Each noun is a module; `SqliteStore` puts them together. Nothing outside `storage` names this package.
"""

from __future__ import annotations

from pathlib import Path

from storage.port import StoreError
from storage.sealing import IndexKey, Sealer
from storage.sqlite.acts import Acts
from storage.sqlite.admission import Admission
from storage.sqlite.candidates import Candidates
from storage.sqlite.consents import Consents
from storage.sqlite.conversations import Conversations
from storage.sqlite.database import Database, create
from storage.sqlite.imports import Imports
from storage.sqlite.keeping import Keeping
from storage.sqlite.ledger import Ledger
from storage.sqlite.lists import Lists
from storage.sqlite.mailboxes import Mailboxes
from storage.sqlite.members import Members
from storage.sqlite.messages import Messages
from storage.sqlite.outbox import Outbox
from storage.sqlite.purging import Purging
from storage.sqlite.requests import Requests
from storage.sqlite.schema import migrate
from storage.sqlite.threads import Threads
from storage.transfer import UNFINISHED


class SqliteStore(
    Members,
    Requests,
    Consents,
    Mailboxes,
    Threads,
    Imports,
    Outbox,
    Conversations,
    Lists,
    Messages,
    Admission,
    Keeping,
    Purging,
    Candidates,
    Acts,
    Ledger,
):
    """`storage.port.Store` on a file."""

    def ping(self) -> None:
        with self._database.reading() as session:
            session.one("SELECT 1 FROM keys")

    def close(self) -> None:
        self._database.close()


def open_sqlite(path: Path, sealer: Sealer, *, unfinished: bool = False) -> SqliteStore:
    """The store in the file at `path`, made or brought up to date first.

    Raise `StoreError` where that cannot be, or where it is the target of a copy that is not done, unless
    `unfinished`; raise `SealError` where `sealer` lacks the key it was sealed with.
    No connection stays open: a server that forks after this hands nothing on to its workers.
    """
    create(path)
    migrate(path)
    database = Database(path)
    try:
        return SqliteStore(database, sealer, _index_key(database, sealer, unfinished=unfinished))
    finally:
        database.close()


def _index_key(database: Database, sealer: Sealer, *, unfinished: bool) -> IndexKey:
    """Made by whoever comes first, read by all."""
    with database.writing() as session:
        session.run(
            "INSERT INTO keys (name, sealed) VALUES ('index', ?) ON CONFLICT DO NOTHING",
            (sealer.seal("keys", "index", "sealed", IndexKey.new()),),
        )
        keys = {row["name"]: row["sealed"] for row in session.all("SELECT name, sealed FROM keys")}
    if "copy" in keys and not unfinished:
        raise StoreError(UNFINISHED)
    return IndexKey(sealer.open("keys", "index", "sealed", keys["index"]))
