"""`firestore.indexes.json`, as sets that can be compared."""

from __future__ import annotations

import json
from pathlib import Path

import storage
from tests.storage.wire import Index

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


def _kind(part: dict[str, str]) -> str:
    return part.get("order") or part["arrayConfig"]
