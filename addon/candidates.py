"""Filling the own directory from a CSV file, and having what waited for its people come in (R12, R16).

A bad row is named with its line and loses nothing else; importing the same file twice changes nothing.
"""

from __future__ import annotations

import csv
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TextIO

from addon.addresses import Followed, follow_up_all
from addon.batches import batches
from addon.policy import linking
from addon.policy.matching import canonical
from addon.services import Services
from storage.port import ConflictError
from storage.records import Act, Candidate

COLUMNS = ("name", "addresses", "headline", "stage", "owner", "url", "external_id")
_AT_ONCE = 50
_TRIES = 5
_ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")
_LONGEST = 500
_MOST_ADDRESSES = 100

_Merged = list[tuple[Candidate | None, Candidate]]
"""Candidates as they were and as they become."""


class FileError(Exception):
    """The file as a whole cannot be read; the sentence says what to do."""


@dataclass(frozen=True, kw_only=True)
class BadRow:
    """A row that was left out; `line` as an editor counts."""

    line: int
    wrong: str


@dataclass(frozen=True, kw_only=True)
class Imported:
    new: int
    changed: int
    unchanged: int
    bad: tuple[BadRow, ...]
    unread: tuple[str, ...]
    """Columns that we do not know."""
    followed: Followed


def import_csv(file: TextIO, services: Services, *, actor: str) -> Imported:
    """Import a file with the columns `COLUMNS`; only `name` and `addresses` must be there.

    One row of the audit log stands for the whole file, and is written with the first change it makes.
    """
    act: Act | None = Act(actor=actor, verb="candidates-import", at=services.clock.now())
    bad: list[BadRow] = []
    new = changed = unchanged = 0
    unread: list[str] = []
    for batch in batches(_rows(file, bad, unread, services), _AT_ONCE):
        merged = _saved(batch, services, act)
        new += sum(before is None for before, _ in merged)
        changed += sum(before is not None and after != before for before, after in merged)
        unchanged += sum(after == before for before, after in merged)
        act = None if _changed(merged) else act
    return Imported(
        new=new,
        changed=changed,
        unchanged=unchanged,
        bad=tuple(sorted(bad, key=lambda row: row.line)),
        unread=tuple(unread),
        followed=follow_up_all(services),
    )


# --- the file ---------------------------------------------------------------------------------------------


def _rows(file: TextIO, bad: list[BadRow], unread: list[str], services: Services) -> Iterator[Candidate]:
    reader = csv.DictReader(file, strict=True)
    try:
        names = [name.strip().casefold().replace(" ", "_") for name in reader.fieldnames or ()]
    except (csv.Error, UnicodeDecodeError):
        raise FileError("This is not a CSV file in UTF-8. Save it as 'CSV UTF-8' and try again.") from None
    if missing := {"name", "addresses"} - set(names):
        raise FileError(
            f"The first line must name the columns, between commas; missing: {', '.join(sorted(missing))}. "
            f"Known columns: {', '.join(COLUMNS)}."
        )
    if twice := sorted({name for name in COLUMNS if names.count(name) > 1}):
        raise FileError(f"The first line names a column twice, and only one can be meant: {', '.join(twice)}.")
    unread += [name for name in names if name not in COLUMNS]
    reader.fieldnames = names
    seen: dict[str, int] = {}
    try:
        for row in reader:
            try:
                candidate = _candidate(row, services)
                _refuse_repeated(candidate, reader.line_num, seen)
            except ValueError as wrong:
                bad.append(BadRow(line=reader.line_num, wrong=str(wrong)))
            else:
                yield candidate
    except (csv.Error, UnicodeDecodeError):
        bad.append(
            BadRow(line=reader.line_num + 1, wrong="cannot be read as CSV in UTF-8; nothing after it was read")
        )


def _candidate(row: dict[str, str | None], services: Services) -> Candidate:
    """One row; raises `ValueError` with what is wrong."""
    if None in row:
        raise ValueError("has more fields than the first line names")
    values = {name: (row.get(name) or "").strip() for name in COLUMNS}
    if not values["name"]:
        raise ValueError("has no name")
    if long := [name for name in COLUMNS if name != "addresses" and len(values[name]) > _LONGEST]:
        raise ValueError(f"{long[0]} is longer than {_LONGEST} characters")
    written = [item for item in re.split(r"[\s,;]+", values["addresses"]) if item]
    if not written:
        raise ValueError("has no address")
    if len(written) > _MOST_ADDRESSES:
        raise ValueError(f"has more than {_MOST_ADDRESSES} addresses")
    if wrong := [item for item in written if not _ADDRESS.fullmatch(item)]:
        raise ValueError(f"{wrong[0]!r} is not an address")
    if values["url"] and not values["url"].startswith(services.site.candidates_url):
        raise ValueError(
            f"url does not begin with {services.site.candidates_url}, and Gmail would not open it (CANDIDATES_URL)"
        )
    return Candidate(
        id="",
        name=values["name"],
        addresses=tuple(dict.fromkeys(canonical(item) for item in written)),
        headline=values["headline"],
        stage=values["stage"],
        owner=values["owner"],
        url=values["url"],
        external_id=values["external_id"],
    )


def _refuse_repeated(candidate: Candidate, line: int, seen: dict[str, int]) -> None:
    """The same person twice in one file would leave it to chance which row wins."""
    key = candidate.external_id or f"{candidate.name}\n{min(candidate.addresses)}"
    if key in seen:
        raise ValueError(f"is the same candidate as line {seen[key]}")
    seen[key] = line


# --- the directory ----------------------------------------------------------------------------------------


def _saved(rows: Sequence[Candidate], services: Services, act: Act | None) -> _Merged:
    """Save a batch as its candidates stand, again where somebody was quicker."""
    for _ in range(_TRIES - 1):
        try:
            return _saved_once(rows, services, act)
        except ConflictError:
            continue
    return _saved_once(rows, services, act)


def _saved_once(rows: Sequence[Candidate], services: Services, act: Act | None) -> _Merged:
    merged = _merged(rows, services)
    if to_save := _changed(merged):
        services.store.save_candidates(to_save, act=act)
    return merged


def _changed(merged: _Merged) -> list[Candidate]:
    """Each with its addresses to be looked for among what waits: noted with it, so that no crash forgets it."""
    return [replace(after, to_wake=True) for before, after in merged if after != before]


def _merged(rows: Iterable[Candidate], services: Services) -> _Merged:
    """Each row's candidate as it is and as it becomes. Without an external id the address and name find it."""
    merged = []
    for row in rows:
        before = _existing(row, services)
        merged.append(
            (
                before,
                replace(
                    linking.imported_over(row, before),
                    id=before.id if before else secrets.token_hex(8),
                    to_wake=before.to_wake if before else False,
                    version=before.version if before else "",
                ),
            )
        )
    return merged


def _existing(candidate: Candidate, services: Services) -> Candidate | None:
    store = services.store
    if candidate.external_id:
        return store.candidate_by_external_id(candidate.external_id)
    found = store.find(candidate.addresses)
    same = store.candidates(frozenset().union(*found.values()))
    return next((c for _, c in sorted(same.items()) if c.name == candidate.name and not c.external_id), None)
