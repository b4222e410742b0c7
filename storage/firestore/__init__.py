"""The store in one Firestore database, for any number of machines.

Each noun is a module; `FirestoreStore` puts them together. Nothing outside `storage` names this package, and
it is imported only where it is used: the client brings gRPC with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from storage.firestore.acts import Acts
from storage.firestore.admission import Admission
from storage.firestore.candidates import Candidates
from storage.firestore.connection import Connection
from storage.firestore.consents import Consents
from storage.firestore.conversations import Conversations
from storage.firestore.database import Database
from storage.firestore.documents import create, path
from storage.firestore.errors import AgainError
from storage.firestore.imports import Imports
from storage.firestore.keeping import Keeping
from storage.firestore.ledger import Ledger
from storage.firestore.lists import Lists
from storage.firestore.mailboxes import Mailboxes
from storage.firestore.members import Members
from storage.firestore.outbox import Outbox
from storage.firestore.patience import Patience
from storage.firestore.purging import Purging
from storage.firestore.requests import Requests
from storage.firestore.threads import Threads
from storage.port import StoreError
from storage.sealing import IndexKey, Sealer
from storage.transfer import UNFINISHED

PING_SECONDS = 5.0
"""A start or a health check hangs no longer than that."""
_KEY, _NOTE = path("keys", "index"), path("keys", "copy")


class FirestoreStore(
    Members,
    Requests,
    Consents,
    Mailboxes,
    Threads,
    Imports,
    Outbox,
    Conversations,
    Lists,
    Admission,
    Keeping,
    Purging,
    Candidates,
    Acts,
    Ledger,
):
    """`storage.port.Store` on Firestore."""

    def ping(self) -> None:
        self._database.get([_KEY], within=Patience(PING_SECONDS))

    def close(self) -> None:
        self._database.close()


def open_firestore(
    project: str,
    database: str,
    sealer: Sealer,
    *,
    emulator: str | None = None,
    interceptors: Sequence[Any] = (),
    unfinished: bool = False,
) -> FirestoreStore:
    """The store in this database; `emulator` is the host and port of one on this machine.

    Raise `StoreError` where it cannot be used, or where it is the target of a copy that is not done, unless
    `unfinished`; raise `SealError` where `sealer` lacks the key it was sealed with.
    No channel stays open: a server that forks after this hands nothing on to its workers.
    """
    there = Database(Connection(project, database, emulator=emulator, interceptors=interceptors))
    try:
        return FirestoreStore(there, sealer, _index_key(there, sealer, unfinished=unfinished))
    finally:
        there.close()


def _index_key(database: Database, sealer: Sealer, *, unfinished: bool) -> IndexKey:
    """Made by whoever comes first, read by all."""
    within = Patience(PING_SECONDS)
    while True:
        there = database.get([_KEY, _NOTE], within=within)
        if _NOTE in there and not unfinished:
            raise StoreError(UNFINISHED)
        found = there.get(_KEY)
        if found is not None:
            return IndexKey(sealer.open("keys", "index", "sealed", found["sealed"]))
        try:
            made = create(_KEY, key_fields(sealer, "index", IndexKey.new()))
            database.commit([made], within=within)
        except AgainError:
            within.pause()


def key_fields(sealer: Sealer, name: str, text: str) -> dict[str, Any]:
    """What lies in `keys` under this name."""
    return {"name": name, "sealed": sealer.seal("keys", name, "sealed", text)}
