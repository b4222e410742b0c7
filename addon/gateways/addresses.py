"""The people in an address header: name and address of each, whatever the sender made of it.

`email.utils.getaddresses` takes an address written as a name for one more mailbox in some releases of Python, and
drops the whole header in others. A name never matches a candidate (R15), so the difference matters here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+")

_TOKEN = re.compile(
    r'"(?:\\.|[^"\\])*(?:"|$)'  # a quoted text
    r"|\((?:\\.|[^()\\])*(?:\)|$)"  # a comment
    r"|<[^<>,;]*(?:>|(?=[,;])|$)"  # the address of a mailbox that has a name
    r"|.",
    re.DOTALL,
)


_GROUP = ":"
"""What stands before it names a group."""
_BETWEEN = frozenset({",", ";", _GROUP})


def mailboxes(values: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Name and address (lower case) of each mailbox in a header's values."""
    for value in values:
        item = _Item()
        for token in [*_TOKEN.findall(value), ","]:
            if token not in _BETWEEN:
                item.take(token)
                continue
            if token != _GROUP and (address := item.address):
                yield item.name, address
            item = _Item()


class _Item:
    """One mailbox of a header, token by token."""

    def __init__(self) -> None:
        self._said = self._words = self._comment = ""
        self._angled: str | None = None

    def take(self, token: str) -> None:
        whole = len(token) > 1
        if whole and token[0] == "<":
            self._angled = token[1:].removesuffix(">")
        elif whole and token[0] == "(":
            self._comment = token[1:].removesuffix(")")
        elif token[0] == '"':
            self._said += re.sub(r"\\(.)", r"\1", token[1:].removesuffix('"'))
        else:
            self._said += token
            self._words += token

    @property
    def address(self) -> str | None:
        address = (self._words if self._angled is None else self._angled).strip().lower()
        return address if ADDRESS.fullmatch(address) else None

    @property
    def name(self) -> str:
        return " ".join(("" if self._angled is None else self._said).split()) or self._comment.strip()
