"""A Firestore store as it is sealed anew: documents in the order of their names, written if unchanged since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from storage.firestore import open_firestore
from storage.firestore.connection import Connection
from storage.firestore.database import Database
from storage.firestore.documents import Document, Write
from storage.firestore.queries import Query
from storage.resealing import Change, Row, Rows, Sealed
from storage.sealing import Sealer

SEALED: tuple[Sealed, ...] = (
    Sealed(kind="keys", id="name", fields=("sealed",)),
    Sealed(kind="consents", id="sub", fields=("refresh_token",)),
    Sealed(kind="attempts", id="state", fields=("verifier",)),
    Sealed(kind="revocations", id="id", fields=("refresh_token",)),
    Sealed(kind="summaries", id="conversation", fields=("subject", "outside")),
    Sealed(kind="messages", id="key", fields=("head", "text", "outside")),
    Sealed(kind="texts", id="body", part="name", fields=("sealed",)),
    Sealed(kind="candidates", id="id", fields=("fields",)),
    Sealed(kind="imports", id="id", fields=("addresses", "unread")),
)
"""A line for each collection with sealed fields; what they are bound to lies beside them in the document."""

ROWS_AT_ONCE = 100


class FirestoreResealing:
    """`storage.resealing.Resealing` on Firestore."""

    sealed = SEALED

    def __init__(self, database: Database) -> None:
        self.rows_at_once = ROWS_AT_ONCE
        self._database = database

    def close(self) -> None:
        self._database.close()

    def count(self, sealed: Sealed) -> int:
        return self._database.count(Query(collection=sealed.kind))

    def rows(self, sealed: Sealed, *, after: str | None) -> Rows:
        beside = (sealed.id, sealed.part) if sealed.part else (sealed.id,)
        there = self._database.in_order(
            sealed.kind, after=after, limit=self.rows_at_once + 1, only=(*beside, *sealed.fields)
        )
        page = [_row(sealed, document) for document in there[: self.rows_at_once]]
        return Rows(
            rows=[each for each in page if each.values],
            read=len(page),
            next=page[-1].at if len(there) > len(page) else None,
        )

    def replace(self, changes: Sequence[Change]) -> set[str]:
        """Whoever read one of these documents to change it will find it changed, and reads it again."""
        writes = [Write(path=each.row.at, fields=each.values, stamp=each.row.stamp) for each in changes]
        return self._database.put_each(writes)

    def clean(self, *, large: bool) -> str | None:  # noqa: ARG002 (there are no files of ours)
        return None


def open_resealing(
    project: str,
    database: str,
    sealer: Sealer,
    *,
    emulator: str | None = None,
    interceptors: Sequence[Any] = (),
) -> FirestoreResealing:
    """The store in this database, opened before as `open_firestore` does."""
    open_firestore(project, database, sealer, emulator=emulator, interceptors=interceptors).close()
    there = Connection(project, database, emulator=emulator, interceptors=interceptors)
    return FirestoreResealing(Database(there))


def _row(sealed: Sealed, document: Document) -> Row:
    return Row(
        sealed=sealed,
        at=document.path,
        id=document[sealed.id],
        part=document[sealed.part] if sealed.part else None,
        values={name: document[name] for name in sealed.fields if document[name] is not None},
        stamp=document.stamp,
    )
