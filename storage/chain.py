"""What makes the audit log whole: a proof in every row, and a chain of links over the rows. Pure.

A row never changes. It is written with a proof of itself and with a mark that no link holds it yet; a link takes
marked rows and their marks in one commit. So no order of clocks matters: a row is in the first link that found it,
however late it came, and in no other. All of it is keyed: who has the database alone can make neither.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from datetime import datetime

from storage.moments import micros
from storage.records import Act, Entry, Link

Key = Callable[..., str]
"""`Store.key`: a keyed hash of (kind, *parts)."""
BEGINNING = ""
"""What stands for the hash of the link before the first one."""

_SMALL = 2**62
_DROPPED = 66
"""The lowest of a token's bits: what is left of it fits into SQLite's integers beside the small ones."""


def number_of(token: str) -> int:
    """The number of an audit row that goes by a token of 128 bits in hex; greater for a greater token.

    `ValueError` for a name that is no such token.
    """
    value = int(token, 16)
    return value if value < _SMALL else _SMALL + (value >> _DROPPED)


def token_of(number: int) -> str:
    """The token of this number."""
    return f"{number if number < _SMALL else (number - _SMALL) << _DROPPED:032x}"


def new_number() -> int:
    """Random, for a store that cannot count on without a record everybody writes; beside the small ones."""
    return _SMALL + secrets.randbelow(_SMALL)


def proof(key: Key, number: int, act: Act) -> str:
    """What a row of this number and act carries."""
    ids = [_told(act.conversation), _told(act.subject)]
    return key("act", str(number), str(micros(act.at)), act.actor, act.verb, *ids)


def is_whole(key: Key, entry: Entry) -> bool:
    """Whether a row is as it was written."""
    return entry.proof == proof(key, entry.number, entry.act)


def link(key: Key, *, before: Link | None, entries: Iterable[Entry], at: datetime) -> Link:
    """The link after `before` that holds `entries`, each of which is whole."""
    in_order = sorted(entries, key=lambda entry: (entry.act.at, entry.number))
    n = before.n + 1 if before else 1
    made = Link(n=n, at=at, rows=tuple(entry.number for entry in in_order), hash="")
    proofs = [entry.proof for entry in in_order]
    return Link(n=n, at=at, rows=made.rows, hash=hash_of(key, made, proofs, before=hash_before(before)))


def hash_of(key: Key, made: Link, proofs: Iterable[str], *, before: str) -> str:
    """Over the link before and the rows in their order: by their proofs, which stand for all of them."""
    rows = (part for number, each in zip(made.rows, proofs, strict=True) for part in (str(number), each))
    return key("chain", before, str(made.n), str(micros(made.at)), *rows)


def hash_before(before: Link | None) -> str:
    return before.hash if before else BEGINNING


def _told(id_: str | None) -> str:
    """No id and an empty one are two things."""
    return "" if id_ is None else f"={id_}"
