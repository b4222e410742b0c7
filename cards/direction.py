"""Text that runs from right to left, kept from turning round what stands beside it.

A Hebrew subject before a date would pull the date's digits to its other side. Unicode's isolates keep each in its
place, and are put by us alone, only where such text is: around a value in a sentence, and around each line. What
comes from others loses its own in `cards.text`, for one left open reaches past its text.
"""

import re
from unicodedata import bidirectional

FIRST_STRONG = "\u2068"
END = "\u2069"

_APART = re.compile(f"{FIRST_STRONG}[^{FIRST_STRONG}{END}]*{END}")
_FROM_THE_RIGHT = frozenset({"R", "AL", "AN"})


def apart(text: str) -> str:
    """Set `text` apart where it holds anything from right to left that is not apart already."""
    return f"{FIRST_STRONG}{text}{END}" if _turns(text) else text


def closed(line: str) -> str:
    """Leave out ends of nothing, and end what is open."""
    if FIRST_STRONG not in line and END not in line:
        return line
    kept: list[str] = []
    depth = 0
    for each in line:
        if each == END and not depth:
            continue
        depth += (each == FIRST_STRONG) - (each == END)
        kept.append(each)
    return "".join(kept) + END * depth


def _turns(text: str) -> bool:
    return not text.isascii() and any(bidirectional(each) in _FROM_THE_RIGHT for each in _APART.sub("", text))
