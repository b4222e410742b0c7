"""Sealing a whole store anew with the first key of `SEAL_KEYS`, while everybody goes on using it.

Here alone values are opened and sealed; a backend reads them page by page and puts new ones in the place of those
that are still as they were read. Whatever changed meanwhile is read again, so nobody waits and nothing is lost.
A value says itself which key it was sealed with: whoever goes on after a crash seals only what is left, and needs
no note of how far it came.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from storage.sealing import Sealer, SealError, key_id_of

TRIES = 20
"""Times a page is read again for rows that change all the time; what is left then, `survey` tells of."""


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """What is sealed in one table or collection, and what binds it to its place."""

    kind: str
    """The table or collection, and the kind."""
    id: str
    """The column or field that holds the id; with `part`, if any, it is the key of a row."""
    fields: tuple[str, ...]
    """The columns or fields that hold sealed values."""
    part: str | None = None
    """What names the field to which a value is bound, where that is not what the field is called."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """The sealed values of one row or document as they were read."""

    sealed: Sealed
    at: str
    """Where it lies, in the backend's words."""
    id: str
    part: str | None
    values: Mapping[str, bytes] = field(repr=False)
    stamp: str = ""

    def bound(self, name: str) -> tuple[str, str, str]:
        """Kind, id and field to which the value called `name` is bound."""
        return self.sealed.kind, self.id, self.part or name


class Rows(NamedTuple):
    """Some rows by key, but for those that hold no sealed value; `read` counts these too. `next` None: no more."""

    rows: Sequence[Row]
    read: int
    next: str | None


@dataclass(frozen=True, kw_only=True)
class Change:
    """New values for some fields of a row, if these are still as they were read."""

    row: Row
    values: Mapping[str, bytes] = field(repr=False)


class Resealing(Protocol):
    """A store as it is sealed anew."""

    sealed: tuple[Sealed, ...]
    """Everything that is sealed. What is not named here stays under its old key."""

    def count(self, sealed: Sealed) -> int: ...

    def rows(self, sealed: Sealed, *, after: str | None) -> Rows:
        """Those whose keys follow `after`."""

    def replace(self, changes: Sequence[Change]) -> Collection[str]:
        """Where it was done for sure (`Row.at`). No version grows by it: to readers nothing has changed."""

    def clean(self, *, large: bool) -> str | None:
        """Leave nothing of what was replaced in the store's own files, `large` ones too.

        Where that cannot be now, a sentence says why and what to do.
        """

    def close(self) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Resealed:
    """What came of it, in numbers of values."""

    anew: Mapping[str, int]
    """By kind."""
    refused: Mapping[str, int]
    """By the sentence that says why they do not open. They were left as they are."""


def reseal(store: Resealing, sealer: Sealer, *, seen: Callable[[int], None]) -> Resealed:
    """Seal anew whatever is not sealed with the first key; `seen` is told how many rows as they are done."""
    anew = Counter({each.kind: 0 for each in store.sealed})
    refused: Counter[str] = Counter()
    for sealed in store.sealed:
        after: str | None = None
        more = True
        while more:
            done = _page(store, sealer, sealed, after)
            anew[sealed.kind] += done.anew
            refused.update(done.refused)
            seen(done.page.read)
            after, more = done.page.next, done.page.next is not None
    return Resealed(anew=anew, refused=refused)


def survey(store: Resealing, *, seen: Callable[[int], None]) -> dict[str, Counter[str]]:
    """Kind -> key id -> number of values. Nothing is opened: the ids lie in clear."""
    found: dict[str, Counter[str]] = {}
    for sealed in store.sealed:
        ids = found.setdefault(sealed.kind, Counter())
        after: str | None = None
        more = True
        while more:
            page = store.rows(sealed, after=after)
            ids.update(key_id_of(value) for row in page.rows for value in row.values.values())
            seen(page.read)
            after, more = page.next, page.next is not None
    return found


class _Done(NamedTuple):
    page: Rows
    anew: int
    refused: Sequence[str]


def _page(store: Resealing, sealer: Sealer, sealed: Sealed, after: str | None) -> _Done:
    """The page after `after`, as often as somebody else was faster."""
    anew = 0
    unsure: dict[str, Change] = {}
    for _ in range(TRIES):
        page = store.rows(sealed, after=after)
        anew += sum(_arrived(row, unsure.get(row.at)) for row in page.rows)
        changes, refused = _changes(sealer, page.rows)
        there = store.replace(changes) if changes else ()
        anew += sum(len(each.values) for each in changes if each.row.at in there)
        unsure = {each.row.at: each for each in changes if each.row.at not in there}
        if not unsure:
            break
    return _Done(page, anew, refused)


def _arrived(row: Row, change: Change | None) -> int:
    """How many values of a change lie there after all, for its answer may have been lost."""
    return sum(row.values.get(name) == value for name, value in change.values.items()) if change else 0


def _changes(sealer: Sealer, rows: Sequence[Row]) -> tuple[list[Change], list[str]]:
    """What to put in the place of values under an older key, and why some do not open."""
    changes, refused = [], []
    for row in rows:
        values = {}
        for name, value in row.values.items():
            if key_id_of(value) == sealer.first:
                continue
            try:
                values[name] = sealer.seal(*row.bound(name), sealer.open(*row.bound(name), value))
            except SealError as error:
                refused.append(str(error))
        if values:
            changes.append(Change(row=row, values=values))
    return changes, refused
