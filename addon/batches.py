"""Rows in lists of a size that one step of work can take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batches(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """`rows` in lists of at most `size`, read no further than asked for."""
    remaining = iter(rows)
    while batch := list(islice(remaining, size)):
        yield batch
