"""Cursors of paged lists: where the next page begins, as a string that travels through a button.

A cursor holds the place of the last row its reader was shown and nothing else. It comes back from outside:
one that cannot be read begins the list anew, it never raises.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from typing import TypeVar

from storage.records import Page

T = TypeVar("T")
_INT64 = range(-(2**63), 2**63)


def cursor_of(place: Sequence[str | int]) -> str:
    """The cursor of the page that begins after `place`."""
    return base64.urlsafe_b64encode(json.dumps(list(place)).encode()).decode().rstrip("=")


def place_of(cursor: str | None, *, start: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The place a cursor names; `start`, whose shape it must have, where there is none or it is not ours."""
    if cursor is None:
        return start
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError):
        return start
    if not isinstance(place, list) or [type(part) for part in place] != [type(part) for part in start]:
        return start
    if any(isinstance(part, int) and part not in _INT64 for part in place):
        return start
    return tuple(place)


def page(items: Sequence[T], *, limit: int, place: Callable[[T], Sequence[str | int]]) -> Page[T]:
    """A page of at most `limit` out of `limit` + 1 that were read: the one too many tells there is more."""
    shown = tuple(items[:limit])
    return Page(items=shown, next=cursor_of(place(shown[-1])) if len(items) > limit else None)
