"""How candidates are found by name though names are sealed: by keyed hashes of words and of their beginnings.

Pure; both backends write these marks beside a candidate and ask for one of them. Who has the database alone learns
which candidates share a word or its beginning, and no word of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations

SHORTEST = 3
"""Letters typed from which on the beginning of a word is enough. Scripts that write a name in one or two signs
are found by the first."""
LONGEST = 8
"""Letters of a beginning that is kept; what was typed beyond is compared when the name is open."""
MOST_WORDS = 12
"""Of one name; those after are not searched for."""

_WORD = re.compile(r"\w+")
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe"})
"""Letters that Unicode does not take apart into one and its mark."""


@dataclass(frozen=True)
class Mark:
    """What is hashed; `kind` is `called` for a whole name, `word`, `begins` for a word's beginning, or `both`.

    `both` is for the shortest beginnings of two words: of a usual first name there are hundreds.
    """

    kind: str
    text: str = field(repr=False)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a name as they are compared: without case, accents and what stands between them."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    return tuple(_WORD.findall(plain.casefold().translate(_PLAIN))[:MOST_WORDS])


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
    found |= {_both(one, other) for one, other in combinations([each for each in words if _begins(each)], 2)}
    return frozenset(found | {called(name)}) if words else frozenset()


def most_telling(words: Sequence[str]) -> Mark:
    """Of words that were typed, the mark fewest names have, as far as its length tells."""
    longest, *others = sorted(words, key=lambda word: (_begins(word), len(word), word), reverse=True)
    if others and _begins(others[0]):
        return _both(longest, others[0])
    return Mark("begins", longest[:LONGEST]) if _begins(longest) else Mark("word", longest)


def fits(name: str, words: Sequence[str]) -> bool:
    """Whether each of `words` begins a word of the name, two that were typed two of them."""
    there = list(words_of(name))
    for word in sorted(words, key=len, reverse=True):
        found = next((each for each in there if each.startswith(word)), None)
        if found is None:
            return False
        there.remove(found)
    return True


def _both(one: str, other: str) -> Mark:
    first, second = sorted((one[: _shortest(one)], other[: _shortest(other)]))
    return Mark("both", f"{first} {second}")


def _begins(word: str) -> bool:
    """Whether it is long enough to be the beginning of a longer one."""
    return len(word) >= _shortest(word)


def _shortest(word: str) -> int:
    return SHORTEST if word.isascii() else 1
