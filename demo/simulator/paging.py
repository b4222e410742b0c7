"""Pages and their tokens: opaque to the caller, and good only for the list that gave them."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from demo.simulator.errors import ApiError, invalid

Item = TypeVar("Item")


@dataclass(frozen=True, kw_only=True)
class Page(Generic[Item]):
    items: Sequence[Item]
    next_token: str | None
    estimate: int
    """Google's `resultSizeEstimate`: right for one page, a round guess beyond it, whatever there is."""


def cut(
    items: Sequence[Item], *, place: Callable[[Item], tuple[int, str]], of: str, size: int, token: str | None
) -> Page[Item]:
    """Take a page of what lies in the order of its places; `of` names the list.

    A token holds the place of the last item shown, not a number of items: what comes in above moves nothing.
    Raises 400 for a token some other list gave.
    """
    start = bisect_right(items, _place(token, of), key=place) if token else 0
    page = items[start : start + size]
    more = start + size < len(items)
    number, text = place(page[-1]) if page else (0, "")
    return Page(
        items=page,
        next_token=write(f"{number}/{text}", of=of) if more else None,
        estimate=2 * size + 1 if more or token else len(items),
    )


def write(place: str, *, of: str) -> str:
    return urlsafe_b64encode(f"{of}:{place}".encode()).decode("ascii").rstrip("=")


def read(token: str, *, of: str) -> str:
    try:
        name, _, place = urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode("ascii").partition(":")
    except ValueError as error:
        raise refused() from error
    if name != of:
        raise refused()
    return place


def refused() -> ApiError:
    return invalid("Invalid pageToken", parameter="pageToken")


def _place(token: str, of: str) -> tuple[int, str]:
    number, _, text = read(token, of=of).partition("/")
    try:
        return int(number), text
    except ValueError as error:
        raise refused() from error
