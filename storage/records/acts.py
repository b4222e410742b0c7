"""Who did what, and the chain over that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Act:
    """Who did what, ids only. `actor` is a member's `sub` or `operator:<os user>`."""

    actor: str
    verb: str
    at: datetime
    conversation: str | None = None
    subject: str | None = None
    """The id of what else was acted on: a member, a candidate, the conversation of one's own thread."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An audit row as it lies in the log, and never changes. `storage.chain` says what makes it whole."""

    number: int
    """It keeps those of one moment in their order, and is the same in every backend. -1: it was not made by us."""
    act: Act
    proof: str
    """A keyed hash of number and act: no row can be made or changed by who has the database alone."""
    sealed: bool
    """Whether a link of the chain holds it; a row that no link holds waits for the next one."""


@dataclass(frozen=True, kw_only=True)
class Link:
    """One link of the chain over the audit log: the rows it sealed, in their order, and all links before it."""

    n: int
    """1, 2, 3, …"""
    at: datetime
    rows: tuple[int, ...]
    """Their numbers."""
    hash: str


MOST_IN_A_LINK = 200
"""Rows: one commit of every backend holds the link and the marks it takes off."""
