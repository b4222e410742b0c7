"""R11: what is counted of every look into a mailbox: why, at what, for how many units, and what came of it. Pure.

Counters of one mailbox and day, added up by name; the names are made here and nowhere else. None holds an id, an
address or a time of day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from addon.policy.admission import STRENGTH, Denied
from storage.records import Kept, Reason


class Why(Enum):
    """What a call to Gmail was for: what keeps the reading right, or the reason of the thread that was read."""

    UPKEEP = "upkeep"
    """Labels, addresses, the mailbox's place in its history: nothing of any mail."""
    DELTA = "delta"
    """What changed since our cursor."""
    BACKFILL = "backfill"
    """Which threads carry the label already."""
    RECONCILE = "reconcile"
    """Repair after Gmail lost the history."""
    LABEL = "label"
    ASKED = "asked"
    ORIGIN = "origin"
    IMPORT = "import"


class Form(Enum):
    """What a call to Gmail lets us see."""

    ACCOUNT = "account"
    """Labels, addresses, counts, watches: no message."""
    HISTORY = "history"
    """Ids and labels."""
    LIST = "list"
    """Ids."""
    HEAD = "head"
    MESSAGE = "message"
    THREAD = "thread"


LEFT_ALONE = "left_alone"
"""New messages of no interest: passed over by their labels."""
OPENED = "opened"
"""Messages whose headers or whole were read. What became of each is one of those that follow."""
STORED = "stored"
KNOWN = "known"
"""Opened, and here from this mailbox already."""

_DENIED, _CALLS, _UNITS = "denied.", "calls.", "units."


def denied(why: Denied | Kept) -> str:
    """The counter of opened messages that stayed out for this reason."""
    return f"{_DENIED}{why.value}"


def became(kept: Kept) -> str:
    """The counter of a message that was to be stored."""
    match kept:
        case Kept.NEW | Kept.HOLDER_ADDED:
            return STORED
        case Kept.ALREADY:
            return KNOWN
        case _:
            return denied(kept)


def call(why: Why, form: Form, units: int) -> Mapping[str, int]:
    """What one call adds."""
    place = f"{why.value}.{form.value}"
    return {_CALLS + place: 1, _UNITS + place: units}


def reason_to_read(reasons: Iterable[Reason]) -> Why:
    """Why a thread is read: the strongest reason it was pointed at for."""
    pointed = frozenset(reasons)
    return next((Why(reason.value) for reason in STRENGTH if reason in pointed), Why.UPKEEP)


# --- read again -------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Line:
    """Calls of one kind."""

    why: str
    form: str
    calls: int
    units: int


@dataclass(frozen=True, kw_only=True)
class Account:
    """Counters, read into what they say."""

    lines: tuple[Line, ...]
    left_alone: int
    opened: int
    stored: int
    known: int
    denied: Mapping[str, int]
    """By reason."""

    @property
    def calls(self) -> int:
        return sum(line.calls for line in self.lines)

    @property
    def units(self) -> int:
        return sum(line.units for line in self.lines)


def account(counts: Mapping[str, int]) -> Account:
    places = [name.removeprefix(_CALLS) for name in sorted(counts) if name.startswith(_CALLS)]
    return Account(
        lines=tuple(
            Line(
                why=place.partition(".")[0],
                form=place.partition(".")[2],
                calls=counts[_CALLS + place],
                units=counts.get(_UNITS + place, 0),
            )
            for place in places
        ),
        left_alone=counts.get(LEFT_ALONE, 0),
        opened=counts.get(OPENED, 0),
        stored=counts.get(STORED, 0),
        known=counts.get(KNOWN, 0),
        denied={
            name.removeprefix(_DENIED): count for name, count in sorted(counts.items()) if name.startswith(_DENIED)
        },
    )


def denial(outcome: str) -> str | None:
    """The reason in an outcome that is a denial."""
    return outcome.removeprefix(_DENIED) if outcome.startswith(_DENIED) else None
