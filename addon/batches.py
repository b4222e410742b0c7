"""Rows in lists of a size that one step of work can take, and all of them where the store has them in pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from storage.records import Page

T = TypeVar("T")


def batches(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """`rows` in lists of at most `size`, read no further than asked for."""
    remaining = iter(rows)
    while batch := list(islice(remaining, size)):
        yield batch


def pages(read: Callable[[str | None], Page[T]]) -> Iterator[Sequence[T]]:
    """Page after page of a verb of the store's that takes a cursor, each read when it is asked for."""
    cursor: str | None = None
    while True:
        page = read(cursor)
        yield page.items
        cursor = page.next
        if cursor is None:
            return


def every(read: Callable[[str | None], Page[T]]) -> Iterator[T]:
    """The rows of all of them."""
    for items in pages(read):
        yield from items
