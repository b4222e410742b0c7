"""Gmail's threads: why one is followed, what is still to be read of it, and what a run commits."""

from __future__ import annotations

from collections.abc import Mapping, Sized
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from storage.records.mailboxes import Lane, Mailbox


class Reason(Enum):
    """Why a thread is of interest in one mailbox. There are no others."""

    LABEL = "label"
    ASKED = "asked"
    ORIGIN = "origin"
    IMPORT = "import"


@dataclass(frozen=True, kw_only=True)
class Pointing:
    """Who pointed at a thread, and when."""

    by: str
    at: datetime


class ThreadState(Enum):
    """FOLLOWING: new mail comes in. WAITING: no candidate takes part yet. STOPPED: what is stored stays."""

    FOLLOWING = "following"
    WAITING = "waiting"
    STOPPED = "stopped"


@dataclass(frozen=True, kw_only=True)
class Thread:
    """Gmail's grouping in one mailbox that its owner pointed at. Threads nobody pointed at have no record."""

    sub: str
    id: str
    state: ThreadState
    reasons: Mapping[Reason, Pointing]
    ended: Mapping[Reason, Pointing] = field(default_factory=dict)
    """Reasons that held no longer while something of it was stored, each as it was first: why that came in is told
    as long as it is there."""
    labelled: frozenset[str] = frozenset()
    """Gmail ids of its messages that carry the label."""
    labelled_secret: frozenset[str] = frozenset()
    """Gmail ids of its messages that carry the nested secret label."""
    secret: bool = False
    """Pointed at as secret: what it becomes is secret from its first message."""
    about: frozenset[str] = frozenset()
    """Candidates its owner said it is about, until it has a conversation that keeps them (R16)."""
    conversation: str | None = None
    todo_all: bool = False
    """The whole thread is to be read."""
    todo: frozenset[str] = frozenset()
    """Gmail ids of the messages that are to be read."""
    lane: Lane = Lane.LIVE
    not_before: datetime
    attempts: int = 0
    """Tries that were put off; how long the next one waits."""
    starts: int = 0
    """Reads that began and did not end well. Counted before each, so that one which ends the process counts."""
    aside_all: bool = False
    """Like `todo_all`, but set aside: it could not be read, and is not tried again by itself."""
    aside: frozenset[str] = frozenset()
    """Like `todo`, but set aside."""
    who_keys: frozenset[str] = frozenset()
    """Keyed hashes of its participants' addresses; only while waiting."""
    offered: bool = False
    """A candidate turned up after the waiting had grown old: its owner is asked instead."""
    label_record: int = 0
    """The latest history record by which one of our labels was put on: by hand, never by a filter on delivery."""
    wished: bool = False
    """Whether that brings back what is out of Lever is still to be looked at."""
    label_off_at: datetime | None = None
    """When the label came off in Gmail; None where its owner stopped it, or pointed at it since. It may be
    followed for another reason all the same."""
    batch: str = ""
    """The run that began to follow it by its label, or the import that did: what came in together can be undone
    together."""
    version: str = ""

    @property
    def has_work(self) -> bool:
        return self.todo_all or bool(self.todo) or self.wished

    @property
    def is_aside(self) -> bool:
        return self.aside_all or bool(self.aside)


@dataclass(frozen=True, kw_only=True)
class Look:
    """A message that was opened and not stored: why, and what came of it.

    It is known by a keyed hash of its Message-ID only.
    """

    sub: str
    message: str
    """The keyed hash; of one mail it is another in every mailbox."""
    why: str
    outcome: str
    at: datetime
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Examined:
    """What was examined in one mailbox on one day (ISO date): counts without any content, and what was opened."""

    sub: str
    day: str
    counts: Mapping[str, int]
    looks: tuple[Look, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Slice:
    """A part of one delta that commits as a whole: threads, cursor, batches and counts together.

    `mailbox` as it was read, but for its `batches`, which are kept; its cursor and fence are the precondition.
    `threads` likewise carry the version they were read in. `forget` are threads of no further interest, of which
    nothing is stored.
    """

    mailbox: Mailbox
    cursor: int | None
    threads: tuple[Thread, ...] = ()
    forget: tuple[Thread, ...] = ()
    examined: Examined | None = None
    new_mail: bool = False
    """What the cursor passes over holds new mail, of interest or not."""


MOST_IN_A_SLICE = 50
"""Threads, written and forgotten ones together: one batch of every backend holds that and the mailbox."""


def fits_a_slice(threads: Sized, forget: Sized) -> None:
    """Raise `ValueError` for more than one batch holds."""
    if len(threads) + len(forget) > MOST_IN_A_SLICE:
        raise ValueError(f"A slice holds at most {MOST_IN_A_SLICE} threads.")
