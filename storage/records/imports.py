"""A candidate's older mail, asked for once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


class ImportState(Enum):
    RUNNING = "running"
    CANCELLED = "cancelled"
    """By its owner."""
    REFUSED = "refused"
    """Gmail would not search."""
    INTERRUPTED = "interrupted"
    """The consent it was asked for under was given anew meanwhile."""
    DONE = "done"
    TAKEN_OUT = "taken_out"
    """Its owner undid it; until it expires that can be undone too."""


class NotRead(Enum):
    """Why a conversation an import found could not be read."""

    REFUSED = "refused"
    """Gmail would not give it."""
    TOO_LARGE = "too_large"
    CONTENT = "content"
    """Reading it came to grief, each time."""
    ASIDE = "aside"
    """It was followed before, and set aside then."""


@dataclass(frozen=True, kw_only=True)
class Unread:
    """A conversation an import could not read: by what its owner opens it in Gmail, or has it tried again."""

    thread: str = field(repr=False)
    why: NotRead
    at: datetime
    again: bool = False
    """It is to be tried once more."""


@dataclass(frozen=True, kw_only=True)
class Import:
    """A member has their own mailbox searched for a candidate's addresses, once (R10).

    How far it is shows in what is stored; of conversations nobody opened yet there is no id in it.
    """

    id: str
    """Also the `Thread.batch` of what came in by it."""
    sub: str
    epoch: int
    """The consent's: opting out ends it."""
    candidate: str
    addresses: tuple[str, ...] = field(repr=False)
    since: datetime | None
    """Mail accepted before is not searched; None for all of it."""
    secret: bool
    state: ImportState = ImportState.RUNNING
    at: datetime
    """When it was asked for: the time of its pointings, too."""
    ended_at: datetime | None = None
    expires_at: datetime
    """When the record is deleted, whatever became of it."""
    found: int = 0
    """Conversations the search gave; some may turn out to be others."""
    taken_in: int = 0
    left_alone: int = 0
    failed: int = 0
    settled: frozenset[str] = field(default=frozenset(), repr=False)
    """Keyed hashes of the threads that are counted above, so that none is opened or counted twice. Empty as soon
    as it ends."""
    opening: str = ""
    """Keyed hash of the thread that is being opened, committed before, should the process end over it."""
    starts: int = 0
    """How often the opening of that one began and did not end."""
    unread: tuple[Unread, ...] = field(default=(), repr=False)
    """Of those that failed as many as `MOST_UNREAD`; for its owner's eyes, and gone when it is undone."""
    retrying: bool = False
    """Nothing is searched for: of `unread`, what is to be tried once more is all that is left to do."""
    version: str = ""


MOST_IMPORTED = 2000
"""Conversations of one import, the newest: what one record holds of them stays small."""
MOST_UNREAD = 50
"""Those beyond are counted only; tried again, they are searched for."""
