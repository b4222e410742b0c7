"""`firestore.indexes.json`, as sets that can be compared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any

import storage
from tests.storage.wire import Index

_BESIDE = 32 + 16
"""Bytes of an entry beside its values and its document's name; 16 for the parent's name, which is the database."""
_LONGEST_VALUE = 1500
"""Bytes of a value that are indexed, of whatever is longer."""

FILE = Path(storage.__file__).parent.parent / "firestore.indexes.json"


def declared() -> set[Index]:
    """Every index that is there in production, of one field or of several."""
    said = json.loads(FILE.read_text())
    composite = {
        (each["collectionGroup"], tuple((part["fieldPath"], _kind(part)) for part in each["fields"]))
        for each in said["indexes"]
    }
    single = {
        (each["collectionGroup"], ((each["fieldPath"], _kind(index)),))
        for each in said["fieldOverrides"]
        for index in each["indexes"]
    }
    return composite | single


def exempt() -> set[str]:
    """Collections no field of which is indexed by itself unless the file says so."""
    said = json.loads(FILE.read_text())
    return {
        each["collectionGroup"]
        for each in said["fieldOverrides"]
        if each["fieldPath"] == "*" and each["indexes"] == []
    }


def expiring() -> set[tuple[str, str]]:
    """Collections whose documents Firestore deletes by itself, with the field that says when."""
    said = json.loads(FILE.read_text())
    return {(each["collectionGroup"], each["fieldPath"]) for each in said["fieldOverrides"] if each.get("ttl")}


def entries(collection: str, id_: str, fields: Mapping[str, Any]) -> list[int]:
    """Bytes of each of a document's entries in indexes, as Google counts; every element of an array has one."""
    name = len(collection) + 1 + len(id_) + 1 + 16
    sizes = []
    for of, parts in declared():
        if of == collection and all(field in fields for field, _ in parts):
            values = [
                [_bytes(each) for each in fields[field]] if kind == "CONTAINS" else [_bytes(fields[field])]
                for field, kind in parts
            ]
            beside = name + _BESIDE + (len(parts[0][0]) + 1 if len(parts) == 1 else 0)
            sizes += [beside + sum(each) for each in product(*values)]
    return sizes


def _bytes(value: Any) -> int:
    match value:
        case None | bool():
            size = 1
        case str():
            size = len(value.encode()) + 1
        case list():
            size = sum(map(_bytes, value))
        case _:
            size = 8
    return min(size, _LONGEST_VALUE)


def _kind(part: dict[str, str]) -> str:
    return part.get("order") or part["arrayConfig"]
