"""Gmail's search, as its API has it: message by message, by whole words, with no aliases filled in.

An address is only a row of words, so what is found must be looked at before anybody believes it: that is the point
of it here. Grammar from https://support.google.com/mail/answer/7190; it never refuses a text, however odd.
"""

from dataclasses import dataclass

from demo.simulator.search.grammar import Test, positive, read
from demo.simulator.search.operators import Place, operators

_OPENED_BY = {
    "spam": frozenset({"SPAM"}),
    "trash": frozenset({"TRASH"}),
    "anywhere": frozenset({"SPAM", "TRASH"}),
}


@dataclass(frozen=True, kw_only=True)
class Search:
    """`opens` are the labels SPAM and TRASH, where the text itself asks for what lies there."""

    matches: Test
    opens: frozenset[str]


def prepare(text: str, place: Place) -> Search:
    made = operators(place)
    tree = read(text, made)
    opened = [
        _OPENED_BY.get(term.value.casefold(), frozenset())
        for term in positive(tree)
        if term.operator in {"in", "label"}
    ]
    return Search(matches=tree.test(made), opens=frozenset[str]().union(*opened))


__all__ = ["Place", "Search", "prepare"]
