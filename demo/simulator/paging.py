"""Pages and their tokens: opaque to the caller, and good only for the list that gave them."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from demo.simulator.errors import invalid

Item = TypeVar("Item")


@dataclass(frozen=True, kw_only=True)
class Page(Generic[Item]):
    items: Sequence[Item]
    next_token: str | None


def cut(items: Sequence[Item], *, of: str, size: int, token: str | None) -> Page[Item]:
    """`of` names the list; raises 400 for a token some other list gave."""
    start = read(token, of=of) if token else 0
    end = start + size
    return Page(items=items[start:end], next_token=write(end, of=of) if end < len(items) else None)


def write(place: int, *, of: str) -> str:
    return urlsafe_b64encode(f"{of}:{place}".encode()).decode("ascii").rstrip("=")


def read(token: str, *, of: str) -> int:
    try:
        name, _, place = urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode("ascii").rpartition(":")
        if name != of:
            raise invalid("Invalid pageToken", parameter="pageToken")
        return int(place)
    except ValueError as error:
        raise invalid("Invalid pageToken", parameter="pageToken") from error
