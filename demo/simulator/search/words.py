"""Text as Gmail's index has it: words without case or marks; an address is a row of words like any other."""

import re
import unicodedata
from functools import lru_cache

_WORDS = re.compile(r"[^\W_]+")


_LONGEST_REMEMBERED = 2_000


def row(text: str) -> str:
    """The words with one blank around each: rows are compared as text."""
    found = _WORDS.findall(unicodedata.normalize("NFKC", text).casefold())
    return f" {' '.join(found)} " if found else ""


_remembered = lru_cache(maxsize=20_000)(row)


def holds(text: str, wanted: str) -> bool:
    """Say whether the words of `wanted` stand in `text` one after the other; whole words only."""
    return _remembered(wanted) in (row(text) if len(text) > _LONGEST_REMEMBERED else _remembered(text))
