"""What somebody wrote in a mail, apart from the mail it answers and from a signature. Pure.

The library quotequail knows the lines by which mail programs of many languages begin what they quote. It is asked
only about the beginning of a mail, and of each line, since its work can grow with their cubes. It is not believed
where somebody wrote below or between what is quoted: what others wrote is folded, never what the sender did.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import quotequail

_LINES, _WIDTH = 200, 200
"""What is looked at; a person's own words before a quote are fewer, or are cut anyway."""
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)
"""The line of RFC 3676, 4.3; what looks like a greeting may be the mail."""


class Folded(NamedTuple):
    own: str
    folded: bool
    """There is more, which is a quote or a signature."""


def fold(text: str) -> Folded:
    """The sender's own words; all of it where that is in doubt or nothing would be left."""
    own = _without_quote(text.strip())
    signature = _SIGNATURE.search(own)
    if signature and own[: signature.start()].strip():
        own = own[: signature.start()]
    own = own.rstrip()
    return Folded(own=own, folded=len(own) < len(text.strip()))


def _without_quote(text: str) -> str:
    lines = text.split("\n")
    looked_at = [line[:_WIDTH].rstrip("\r") for line in lines[:_LINES]]
    found = quotequail.unwrap("\n".join(looked_at))
    if found is None or not found.get("text_top"):
        return text
    if found["type"] == "forward" and "subject" not in found:
        # Lines that begin like headers may be somebody's own list.
        return text
    top = len(found["text_top"].split("\n"))
    quoted = lines[top:]
    if _is_marked(quoted) and _written_below(quoted):
        return text
    return "\n".join(lines[:top])


def _is_marked(quoted: list[str]) -> bool:
    return any(line.startswith(">") for line in quoted)


def _written_below(quoted: list[str]) -> bool:
    """Whether words stand below the first quoted line that are no quote themselves, but for a signature."""
    first = next(n for n, line in enumerate(quoted) if line.startswith(">"))
    for line in quoted[first:]:
        if _SIGNATURE.fullmatch(line.rstrip("\r")):
            return False
        if line.strip() and not line.startswith(">"):
            return True
    return False
