"""How candidates are found by name though names are sealed: by keyed hashes of words and of their beginnings.

Pure; both backends write these marks beside a candidate and ask for one of them. Who has the database alone learns
which candidates share a word or its beginning, and no word of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

SHORTEST = 3
"""Letters typed from which on the beginning of a word is enough. Scripts that write a name in one or two signs
are found by the first."""
LONGEST = 8
"""Letters of a beginning that is kept; what was typed beyond is compared when the name is open."""
MOST_WORDS = 12
"""Of one name; those after are not searched for."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Mark:
    """What is hashed: `kind` is `called` for a whole name, `word`, or `begins` for a word's beginning."""

    kind: str
    text: str


def words_of(text: str) -> tuple[str, ...]:
    """The words of a name as they are compared: without case, accents and what stands between them."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    return tuple(_WORD.findall(plain.casefold())[:MOST_WORDS])


def called(name: str) -> Mark:
    """A whole name, whatever the order of its words: `Doe, Jane` is Jane Doe."""
    return Mark("called", " ".join(sorted(words_of(name))))


def marks(name: str) -> frozenset[Mark]:
    """All by which a candidate of this name is found."""
    words = words_of(name)
    beginnings = {
        word[:length] for word in words for length in range(_shortest(word), min(len(word), LONGEST) + 1)
    }
    found = {Mark("word", word) for word in words} | {Mark("begins", each) for each in beginnings}
    return frozenset(found | {called(name)}) if words else frozenset()


def most_telling(words: Sequence[str]) -> Mark:
    """Of words that were typed, the mark fewest names have, as far as its length tells."""
    longest = max(words, key=lambda word: (len(word) >= _shortest(word), len(word), word))
    return Mark("begins", longest[:LONGEST]) if len(longest) >= _shortest(longest) else Mark("word", longest)


def fits(name: str, words: Sequence[str]) -> bool:
    """Whether every one of `words` begins a word of the name."""
    there = words_of(name)
    return all(any(each.startswith(word) for each in there) for word in words)


def _shortest(word: str) -> int:
    return SHORTEST if word.isascii() else 1
