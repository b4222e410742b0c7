"""Both backends under the whole product: where a company's store is, and all that is in it, as it lies there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

import pytest
from google.cloud.firestore_v1 import types

from storage.firestore.connection import Connection

BACKENDS = [
    pytest.param("sqlite", id="sqlite"),
    pytest.param("firestore", id="firestore", marks=pytest.mark.emulator),
]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where one test's store is: a file in `folder`, or a project of its own on the emulator."""

    url: str
    folder: Path
    emulator: str | None

    @property
    def environment(self) -> dict[str, str]:
        return {"STORE_URL": self.url, **({"FIRESTORE_EMULATOR_HOST": self.emulator} if self.emulator else {})}

    def raw(self) -> bytes:
        """Every byte of the folder's files and every document, with its name and all that it holds."""
        files = b"".join(path.read_bytes() for path in sorted(self.folder.rglob("*")) if path.is_file())
        return files + b"".join(self.documents())

    def documents(self) -> list[bytes]:
        """Every document on the emulator: one query that names no collection answers all, and what lies below."""
        if self.emulator is None:
            return []
        connection = Connection(*self.url.removeprefix("firestore://").split("/"), emulator=self.emulator)
        everything = types.StructuredQuery(from_=[types.StructuredQuery.CollectionSelector(all_descendants=True)])
        answers = connection.client.run_query(
            types.RunQueryRequest(parent=connection.root.rstrip("/"), structured_query=everything),
            metadata=connection.metadata,
        )
        documents = [types.Document.pb(answer.document).SerializeToString() for answer in answers]
        connection.close()
        return documents


def new_place(backend: str, folder: Path, emulator: str | None) -> Place:
    if backend == "sqlite":
        return Place(url=f"sqlite:///{folder}/addon.db", folder=folder, emulator=None)
    return Place(url=f"firestore://test-{token_hex(8)}/office", folder=folder, emulator=emulator)
