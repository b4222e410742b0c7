"""The people in an address header: name and address of each, whatever the sender made of it.

`email.utils.getaddresses` takes an address written as a name for one more mailbox in some releases of Python, and
drops the whole header in others. A name never matches a candidate (R15), so the difference matters here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

LONGEST_ADDRESS = 320
"""Characters (RFC 5321, 4.5.3.1): what is longer reaches nobody."""
ADDRESS = re.compile(r"(?<![^\s@<>])[^\s@<>]+@[^\s@<>]+")

_TOKEN = re.compile(
    r'"(?:\\.|[^"\\]++)*+(?:"|\\?\Z)'  # a quoted text
    r"|<[^<>,;]*(?:>|(?=[,;])|\Z)"  # the address of a mailbox that has a name
    r'|[^"(<,;:]+'  # words
    r"|.",
    re.DOTALL,
)
_COMMENT = re.compile(r"\((?:\\.|[^()\\]++)*+", re.DOTALL)


_GROUP = ":"
"""What stands before it names a group."""
_BETWEEN = frozenset({",", ";", _GROUP})


def mailboxes(values: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Name and address (lower case) of each mailbox in a header's values."""
    for value in values:
        item = _Item()
        for token in [*_tokens(value), ","]:
            if token not in _BETWEEN:
                item.take(token)
                continue
            if token != _GROUP and (address := item.address):
                yield item.name, address
            item = _Item()


def _tokens(value: str) -> Iterator[str]:
    """The pieces of a value, each character looked at a few times at most, however long it is."""
    place, no_comment_before = 0, 0
    while place < len(value):
        if value[place] == "(" and place >= no_comment_before:
            found = _COMMENT.match(value, place)
            end = found.end() if found else place
            if not value.startswith("(", end):
                # It ends with its bracket, or where the value does.
                end = len(value) if not value.startswith(")", end) else end + 1
                yield value[place:end]
                place = end
                continue
            # One within another is none, nor is any bracket on the way there the beginning of one.
            no_comment_before = end
        found = _TOKEN.match(value, place)
        token = found[0] if found else value[place]
        yield token
        place += len(token)


class _Item:
    """One mailbox of a header, token by token."""

    def __init__(self) -> None:
        self._said: list[str] = []
        self._words: list[str] = []
        self._comment = ""
        self._angled: str | None = None

    def take(self, token: str) -> None:
        whole = len(token) > 1
        if whole and token[0] == "<":
            self._angled = token[1:].removesuffix(">")
        elif whole and token[0] == "(":
            self._comment = token[1:].removesuffix(")")
        elif token[0] == '"':
            self._said.append(re.sub(r"\\(.)", r"\1", token[1:].removesuffix('"')))
        else:
            self._said.append(token)
            self._words.append(token)

    @property
    def address(self) -> str | None:
        address = ("".join(self._words) if self._angled is None else self._angled).strip().lower()
        return address if len(address) <= LONGEST_ADDRESS and ADDRESS.fullmatch(address) else None

    @property
    def name(self) -> str:
        said = "" if self._angled is None else "".join(self._said)
        return " ".join(said.split()) or self._comment.strip()
