"""The words of others, made fit to be shown: cleaned, cut and joined. Escaping is the widgets' work.

Everything that reached us by mail, directory or name passes here before it stands in a sentence of ours:
a subject of ten thousand characters must not push the sentence off the card, and a direction mark in a name
must not turn the sentence round.
"""

import re
from collections.abc import Sequence

from cards.direction import apart, closed
from cards.language import listed, plural, say

NAME = 80
"""Longest name or address shown, in characters."""
LINE = 200
"""Longest subject-like text."""
PASSAGE = 600
"""Longest piece of a mail; the rest is read in Gmail."""
STAMP = 60
"""Longest date, time or size; these we write ourselves."""
PEOPLE = 20
"""Most names in one sentence; the others are a number."""

_LINE_ENDS = re.compile("\r\n?|[\v\f\u0085\u2028\u2029]")
_BLANK_LINES = re.compile(r"\n\s*\n\s*")
# Controls, direction overrides and isolates (they outlive the text they stand in), halves of characters.
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066\u2067\ud800-\udfff]")
_ISOLATES = re.compile("[\u2068\u2069]")
"""Those that we put ourselves, see `cards.direction`."""


def clean(text: str) -> str:
    """Leave out what cannot be seen; every line end becomes a newline."""
    return text if _is_plain(text) else _ISOLATES.sub("", _cleaned(text))


def _is_plain(text: str) -> bool:
    """Whether there is nothing to leave out or to set apart; so it is of most, and a card has dozens."""
    return text.isascii() and text.isprintable()


def _cleaned(text: str) -> str:
    if _is_plain(text):
        return text
    return _UNSEEN.sub("", _LINE_ENDS.sub("\n", text).replace("\t", " "))


def cut(text: str, limit: int) -> str:
    """Keep at most `limit` characters, the last an ellipsis where something is missing."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def line(text: str, limit: int = LINE) -> str:
    """Make one clean line of at most `limit` characters, fit to stand in a sentence."""
    return cut(" ".join(clean(text).split()), limit)


def name(text: str) -> str:
    """Make a person's name or address one clean line."""
    return line(text, NAME)


def stamp(text: str) -> str:
    """Make a date, time or size one short line."""
    return line(text, STAMP)


def passage(text: str) -> str:
    """Keep the beginning of a mail's text with its line ends; blank lines are folded to one."""
    return cut(_BLANK_LINES.sub("\n\n", clean(text)).strip(), PASSAGE)


def shown(text: str, limit: int) -> str:
    """Make a text that may be a sentence of ours fit for a card, each of its lines in its own direction."""
    if _is_plain(text):
        return cut(text, limit)
    return "\n".join(apart(closed(each)) for each in cut(_cleaned(text), limit).split("\n"))


def shown_line(text: str) -> str:
    """The same for what has one line only."""
    return shown(" ".join(_cleaned(text).split()), LINE)


def sentences(*several: str) -> str:
    """Put whole sentences one after the other; empty ones are left out."""
    return " ".join(filter(None, several))


def listing(names: Sequence[str], more: int = 0, *, most: int = PEOPLE) -> str:
    """Say `Anna, Ben and 31 more`; names beyond `most` are counted. Empty where there is nobody."""
    shown = [name(each) or say("someone") for each in names[:most]]
    rest = more + len(names) - len(shown)
    if not shown:
        return plural("{n} person", "{n} people", rest) if rest else ""
    return listed([*shown, plural("{n} more", "{n} more", rest)] if rest else shown)
