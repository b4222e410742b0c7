"""Documents as Firestore carries them: names, values, and writes with their preconditions.

A name is made of ids that may hold anything; every character that has a meaning in a path is escaped. Times
are microseconds, because only numbers know `maximum`; but for those by which Firestore itself deletes.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from google.cloud.firestore_v1 import types

from storage.moments import micros, moment
from storage.port import ConflictError
from storage.sealing import storable

_SECOND = 1_000_000
_LONGEST_PART = 450
"""Bytes of one part of a name; Firestore takes 1,500 in all."""

# The plain protobuf classes behind the typed ones: ten times as fast to fill.
WriteMessage = types.Write.pb()
_Transform = types.DocumentTransform.FieldTransform.pb()


@dataclass(frozen=True, kw_only=True)
class Document:
    """One document as it was read. `stamp` is the time of its last change, exactly as Firestore told it."""

    path: str
    fields: Mapping[str, Any] = field(repr=False)
    stamp: str

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]

    def set_of(self, name: str) -> frozenset[str]:
        return frozenset(self.fields[name])


@dataclass(frozen=True, kw_only=True)
class Write:
    """One document's part in a commit.

    `fields` alone are written, unless `whole`. `stamp`: only if unchanged since; `exists`: only if (not) there.
    `add`, `most`, `join` and `part` are blind: they hold whatever the document holds by then.
    """

    path: str
    fields: Mapping[str, Any] = field(default_factory=dict, repr=False)
    whole: bool = False
    delete: bool = False
    stamp: str = ""
    exists: bool | None = None
    add: Mapping[str, int] = field(default_factory=dict)
    most: Mapping[str, int] = field(default_factory=dict)
    join: Mapping[str, Collection[str]] = field(default_factory=dict)
    part: Mapping[str, Collection[str]] = field(default_factory=dict)


def create(path: str, fields: Mapping[str, Any]) -> Write:
    """Only where nothing is."""
    return Write(path=path, fields=fields, whole=True, exists=False)


def put(path: str, fields: Mapping[str, Any], version: str | None = None) -> Write:
    """In place of whatever is there; with a version only of that, with an empty one only of nothing."""
    if version == "":
        return create(path, fields)
    return Write(path=path, fields=fields, whole=True, stamp=version or "")


def new_token() -> str:
    """128 random bits: a name that nobody can foresee and no two share, spread over all of the key space."""
    return secrets.token_hex(16)


def path(collection: str, *ids: str) -> str:
    """A document's name below the database. Different ids never share one."""
    return f"{collection}/{':'.join(_escaped(each) for each in ids)}"


def _escaped(id_: str) -> str:
    if not id_:
        return "%"
    plain = quote(storable(id_), safe="").replace(".", "%2E").replace("_", "%5F")
    if len(plain) <= _LONGEST_PART:
        return plain
    return f"%h{hashlib.sha256(storable(id_).encode()).hexdigest()}"


# --- values -----------------------------------------------------------------------------------------------


def filled(message: Any, value: Any) -> Any:  # noqa: C901 (a case for each kind)
    """The value message with `value` in it."""
    match value:
        case None:
            message.null_value = 0
        case bool():
            message.boolean_value = value
        case int():
            message.integer_value = value
        case str():
            message.string_value = storable(value)
        case datetime():
            message.timestamp_value.seconds, rest = divmod(micros(value), _SECOND)
            message.timestamp_value.nanos = rest * 1000
        case bytes():
            message.bytes_value = value
        case frozenset() | set():
            _fill_array(message.array_value, sorted(value))
        case list() | tuple():
            _fill_array(message.array_value, value)
        case dict():
            message.map_value.SetInParent()
            for name, each in value.items():
                filled(message.map_value.fields[name], each)
        case _:
            raise TypeError(f"Firestore is given no {type(value).__name__}.")
    return message


def _fill_array(message: Any, values: Collection[Any]) -> None:
    message.SetInParent()
    for each in values:
        filled(message.values.add(), each)


def read(message: Any) -> Any:
    kind = message.WhichOneof("value_type")
    match kind:
        case "null_value" | None:
            return None
        case "timestamp_value":
            return moment(message.timestamp_value.seconds * _SECOND + message.timestamp_value.nanos // 1000)
        case "array_value":
            return [read(each) for each in message.array_value.values]
        case "map_value":
            return {name: read(each) for name, each in message.map_value.fields.items()}
        case _:
            return getattr(message, kind)


def document_of(message: Any, root: str) -> Document:
    return Document(
        path=message.name[len(root) :],
        fields={name: read(value) for name, value in message.fields.items()},
        stamp=stamp_of(message.update_time),
    )


def stamp_of(timestamp: Any) -> str:
    return f"{timestamp.seconds}.{timestamp.nanos}"


def _fill_timestamp(message: Any, stamp: str) -> None:
    seconds, _, nanos = stamp.partition(".")
    try:
        message.seconds, message.nanos = int(seconds), int(nanos)
    except ValueError:
        raise ConflictError("This was not read from this store: read it again.") from None


# --- writes -----------------------------------------------------------------------------------------------


def written(write: Write, root: str) -> Any:
    """The write as Firestore takes it."""
    message = WriteMessage()
    if write.delete:
        message.delete = root + write.path
    else:
        message.update.name = root + write.path
        for name, value in write.fields.items():
            filled(message.update.fields[name], value)
        if not write.whole:
            message.update_mask.SetInParent()
            message.update_mask.field_paths.extend(sorted(write.fields))
    if write.stamp:
        _fill_timestamp(message.current_document.update_time, write.stamp)
    elif write.exists is not None:
        message.current_document.exists = write.exists
    message.update_transforms.extend(_transforms(write))
    return message


def _transforms(write: Write) -> Sequence[Any]:
    transforms = []
    for name, number in write.add.items():
        transform = _Transform(field_path=name)
        filled(transform.increment, number)
        transforms.append(transform)
    for name, number in write.most.items():
        transform = _Transform(field_path=name)
        filled(transform.maximum, number)
        transforms.append(transform)
    for name, values in write.join.items():
        transform = _Transform(field_path=name)
        _fill_array(transform.append_missing_elements, sorted(values))
        transforms.append(transform)
    for name, values in write.part.items():
        transform = _Transform(field_path=name)
        _fill_array(transform.remove_all_from_array, sorted(values))
        transforms.append(transform)
    return transforms
