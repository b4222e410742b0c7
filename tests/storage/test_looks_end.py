"""Looks at mail that was not stored end, and imports: SQLite deletes by us, Firestore by itself."""

from __future__ import annotations

import json
import secrets
from datetime import datetime
from pathlib import Path

import pytest

from storage.firestore import open_firestore
from storage.firestore.documents import path
from storage.records import Look
from storage.sealing import Sealer
from storage.sqlite import open_sqlite
from tests.contracts.store.imports import record
from tests.contracts.store.samples import NOW, OLD_KEYS, act, after, opt_in
from tests.storage.indexes import FILE


def looks(count: int) -> list[Look]:
    return [
        Look(sub="1", message=f"{n:032x}", why="label", outcome="denied.self", at=NOW, expires_at=after(days=30))
        for n in range(count)
    ]


def test_an_expired_look_is_in_no_file_any_more(tmp_path: Path) -> None:
    store = open_sqlite(tmp_path / "addon.db", Sealer(OLD_KEYS))
    store.tally("1", "2025-06-02", {}, looks=looks(700))
    hashes = [look.message.encode() for look in looks(700)]

    for _ in range(2):  # a few at a time
        store.expire_looks(now=after(days=30))

    held = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    store.close()
    assert not [each for each in hashes if each in held]


def test_an_expired_import_is_in_no_file_any_more_and_the_others_stay(tmp_path: Path) -> None:
    store = open_sqlite(tmp_path / "addon.db", Sealer(OLD_KEYS))
    opt_in(store, "1")
    hashes = [f"{n:032x}" for n in range(150)]
    for n, each in enumerate(hashes):
        running = record(f"i{n}", candidate=str(n), settled=frozenset({each}))
        store.start_import(running, act=act("import-address"))
    later = store.start_import(record("later", expires_at=after(days=31)), act=act("import-address"))

    for _ in range(2):  # a few at a time
        store.expire_imports(now=after(days=30))

    held = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert store.imports("1", limit=5) == [later]
    store.close()
    assert not [each for each in hashes if each.encode() in held]


@pytest.mark.emulator
def test_firestore_is_told_by_which_field_a_look_ends(emulator: str) -> None:
    store = open_firestore(f"test-{secrets.token_hex(8)}", "looks", Sealer(OLD_KEYS), emulator=emulator)
    (look,) = looks(1)
    store.tally("1", "2025-06-02", {}, looks=[look])
    at = path("looks", "1", look.message)

    (field,) = [
        each["fieldPath"]
        for each in json.loads(FILE.read_text())["fieldOverrides"]
        if each["collectionGroup"] == "looks" and each.get("ttl")
    ]

    ends = store._database.get([at])[at][field]
    store.close()
    assert isinstance(ends, datetime)
    assert ends == look.expires_at
