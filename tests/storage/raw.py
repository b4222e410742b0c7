"""What lies in a store as bytes, wherever it lies: found by walking everything, and by no table of ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from google.cloud.firestore_v1 import types

from storage.firestore.connection import Connection
from storage.firestore.database import Database
from tests.storage.places import DATABASE, Place

Where = tuple[str, str, str]
"""Table or collection, key of the row or document, column or field."""


def values(place: Place) -> dict[Where, bytes]:
    """Every value that is bytes."""
    return dict(_of_file(place) if place.emulator is None else _of_database(place))


def _of_file(place: Place) -> Iterator[tuple[Where, bytes]]:
    with closing(sqlite3.connect(place.path)) as connection:
        for table, columns, key in tables(connection):
            for row in connection.execute(f"SELECT {', '.join((*key, *columns))} FROM {table}"):
                at = str(row[: len(key)])
                for column, value in zip(columns, row[len(key) :], strict=True):
                    if isinstance(value, bytes):
                        yield (table, at, column), value


def tables(connection: sqlite3.Connection) -> list[tuple[str, list[str], list[str]]]:
    """Every table with all its columns, and with those of its key."""
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    told = {name: connection.execute(f"PRAGMA table_info({name})").fetchall() for name in names}
    return [
        (
            name,
            [column for _, column, *_ in columns],
            [column for _, column, *_, place in sorted(columns, key=lambda each: each[5]) if place],
        )
        for name, columns in told.items()
    ]


def _of_database(place: Place) -> Iterator[tuple[Where, bytes]]:
    connection = Connection(place.project, DATABASE, emulator=place.emulator)
    database = Database(connection)
    admin = [*connection.metadata, ("authorization", "Bearer owner")]  # as the emulator asks of who lists
    asked = types.ListCollectionIdsRequest(parent=connection.root.rstrip("/"))
    with closing(database):
        for collection in list(connection.client.list_collection_ids(asked, metadata=admin)):
            for document in database.in_order(collection, after=None, limit=10_000):
                for name, value in _within("", document.fields):
                    yield (collection, document.path, name), value


def _within(name: str, value: Any) -> Iterator[tuple[str, bytes]]:
    match value:
        case bytes():
            yield name, value
        case dict():
            for key, each in value.items():
                yield from _within(f"{name}.{key}".lstrip("."), each)
        case list():
            for each in value:
                yield from _within(f"{name}[]", each)
