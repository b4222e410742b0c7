"""A whole store, copied into another backend: read in a neutral form, written anew, and compared.

Neither side knows the other. A page of rows travels in memory only, opened by one side and sealed again by the
other, for sealed values are bound to their place; what follows from rows (lists, waiting keys, hashed
addresses) is derived again by the side that is written. The index key goes first, or no hash would be valid.

Left out is what a member began and has not ended: a request to turn Email on is good for minutes and nowhere but
at the add-on that made it, and its attempts with it. Who was on the way asks once more.

While a copy is unfinished its target holds a sealed note of how far it is; that is what `--resume` goes on from.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from storage.moments import micros
from storage.port import StoreError
from storage.transfer import Collection, Row, Transfer

_BITS = 128


@dataclass(frozen=True, kw_only=True)
class Note:
    """How far a copy is: the page that is to be copied next, and the rows that are there by then."""

    collection: Collection
    after: str | None = None
    order: str = ""
    """The source's order, in which alone `after` is a place."""
    rows: int = 0


class CopyError(StoreError):
    """A copy that may not begin or go on, or did not come out the same; names collections, never content."""


def begin(source: Transfer, target: Transfer, *, resume: bool) -> Note:
    """Where the copy begins or goes on. The target has the source's index key from then on."""
    if source.noted() is not None:
        raise CopyError("The source is an unfinished copy itself: finish that first.")
    noted = target.noted()
    if noted is not None:
        if not resume:
            raise CopyError(
                "The target holds an unfinished copy: go on with --resume, or begin with an empty one."
            )
        if target.secret != source.secret:
            raise CopyError("The target holds an unfinished copy of another store: begin with an empty one.")
        note = _note_of(noted)
        return note if note.order == source.order else Note(collection=note.collection, rows=note.rows)
    if any(target.batch(collection, after=None).rows for collection in Collection):
        raise CopyError("The target is not empty: a store is copied into an empty one only.")
    target.adopt(source.secret)
    note = Note(collection=next(iter(Collection)))
    target.note(note_text(note))
    return note


def copy(source: Transfer, target: Transfer, note: Note, *, seen: Callable[[int], None]) -> None:
    """Every row from `note` on; `seen` is told how many as they come to lie in the target."""
    rows = note.rows
    seen(rows)
    collections = list(Collection)
    after = note.after
    for collection in collections[collections.index(note.collection) :]:
        more = True
        while more:
            batch = source.batch(collection, after=after)
            target.write(batch.rows)
            rows += len(batch.rows)
            seen(len(batch.rows))
            after, more = batch.next, batch.next is not None
            if more:
                target.note(note_text(Note(collection=collection, after=after, order=source.order, rows=rows)))
        following = collections[collections.index(collection) + 1 :]
        if following:
            target.note(note_text(Note(collection=following[0], rows=rows)))


@dataclass(frozen=True, kw_only=True)
class Digest:
    """A collection in two figures. The sum depends on every row and not on their order."""

    rows: int
    sum: str


def compare(
    source: Transfer, target: Transfer, *, seen: Callable[[int], None]
) -> dict[Collection, tuple[Digest, Digest]]:
    """The digests of both sides, each read anew; `seen` is told how many rows as they are read."""
    return {
        collection: (digest(source, collection, seen=seen), digest(target, collection, seen=seen))
        for collection in Collection
    }


def finish(target: Transfer, compared: Mapping[Collection, tuple[Digest, Digest]]) -> None:
    """Done where both sides are the same. Else the first collection that differs is copied again by `--resume`."""
    differing = [collection for collection, (ours, theirs) in compared.items() if ours != theirs]
    if not differing:
        target.note(None)
        return
    target.note(note_text(Note(collection=differing[0])))
    raise CopyError(
        f"Source and target differ in {', '.join(each.value for each in differing)}. Stop whatever writes to"
        " either, then go on with --resume, which copies these again; should they still differ, begin with an"
        " empty target."
    )


def digest(store: Transfer, collection: Collection, *, seen: Callable[[int], None]) -> Digest:
    """Keyed with the index key, so that no digest can be guessed from what may be in a store."""
    rows = total = 0
    after: str | None = None
    while True:
        batch = store.batch(collection, after=after)
        for row in batch.rows:
            total += int(store.key("copy", collection.value, canonical(row)), 16)
        rows += len(batch.rows)
        seen(len(batch.rows))
        after = batch.next
        if after is None:
            return Digest(rows=rows, sum=f"{total % 2**_BITS:0{_BITS // 4}x}")


def canonical(row: Row) -> str:
    """A row as text, the same whichever backend it was read from. Never stored and never shown."""
    return _json(_plain(row))


def _plain(value: Any) -> Any:
    match value:
        case Enum():
            return value.value
        case datetime():
            return micros(value)
        case frozenset():
            return sorted((_plain(each) for each in value), key=_json)
        case Mapping():
            return {str(_plain(name)): _plain(each) for name, each in value.items()}
        case tuple() | list():
            return [_plain(each) for each in value]
        case _ if dataclasses.is_dataclass(value):
            return {
                each.name: _plain(getattr(value, each.name))
                for each in dataclasses.fields(value)
                if each.name != "version"
            }
        case _:
            return value


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def note_text(note: Note) -> str:
    return _json([note.collection.value, note.after, note.order, note.rows])


def _note_of(text: str) -> Note:
    collection, after, order, rows = json.loads(text)
    return Note(collection=Collection(collection), after=after, order=order, rows=rows)
