"""The text in the search box taken apart: terms, phrases, `-`, OR, `{}` and `()`; OR binds before a blank does."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from demo.simulator.errors import invalid
from demo.simulator.message import Message

Test = Callable[[Message], bool]
Operators = Mapping[str, Callable[[str], Test]]
"""What each operator makes of its value; the empty name is for words without one."""

_OPERATOR = re.compile(r"([a-z0-9_]+):\s*", re.IGNORECASE)
_WORD = re.compile(r'[^\s(){}"]+')
_JOINS = re.compile(r"(OR|AND)(?=[\s(){}\"]|$)")
_DEEPEST = 50


class Node(ABC):
    @abstractmethod
    def test(self, operators: Operators) -> Test:
        """Make what decides about one message."""


@dataclass(frozen=True)
class Term(Node):
    operator: str
    value: str

    def test(self, operators: Operators) -> Test:
        return operators[self.operator](self.value)


@dataclass(frozen=True)
class Not(Node):
    inner: Node

    def test(self, operators: Operators) -> Test:
        inner = self.inner.test(operators)
        return lambda message: not inner(message)


@dataclass(frozen=True)
class All(Node):
    """Empty, it is true of every message."""

    inner: tuple[Node, ...]

    def test(self, operators: Operators) -> Test:
        tests = [one.test(operators) for one in self.inner]
        return lambda message: all(test(message) for test in tests)


@dataclass(frozen=True)
class Either(Node):
    inner: tuple[Node, ...]

    def test(self, operators: Operators) -> Test:
        tests = [one.test(operators) for one in self.inner]
        return lambda message: any(test(message) for test in tests)


def read(text: str, known: Collection[str]) -> Node:
    """Take apart; `known` are the names of operators. Raises 400 for brackets nested deeper than anybody means."""
    return _Reader(text, known).all_until("")


def positive(node: Node) -> Iterator[Term]:
    """Give the terms that are asked for, not those to be left out."""
    match node:
        case Term():
            yield node
        case All(inner) | Either(inner):
            for one in inner:
                yield from positive(one)


class _Reader:
    def __init__(self, text: str, known: Collection[str]) -> None:
        self._text = text
        self._known = known
        self._at = 0
        self._depth = 0

    def all_until(self, closer: str, operator: str = "") -> All:
        return All(tuple(self._nodes(closer, operator)))

    def _nodes(self, closer: str, operator: str) -> list[Node]:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise invalid("Invalid search query", parameter="q")
        found: list[Node] = []
        either = False
        while self._more(closer):
            if joins := _JOINS.match(self._text, self._at):
                self._at = joins.end()
                either = joins[1] == "OR"
                continue
            node = self._node(operator)
            if either and found:
                before = found.pop()
                found.append(Either((*(before.inner if isinstance(before, Either) else (before,)), node)))
            else:
                found.append(node)
            either = False
        self._depth -= 1
        return found

    def _more(self, closer: str) -> bool:
        """Go to the next term; a bracket that closes nothing is passed over."""
        while self._at < len(self._text):
            here = self._text[self._at]
            if here == closer:
                self._at += 1
                return False
            if not here.isspace() and here not in ")}":
                return True
            self._at += 1
        return False

    def _node(self, operator: str) -> Node:
        sign, following = self._text[self._at], self._text[self._at + 1 : self._at + 2].strip()
        if sign not in "-+" or not following or following in ")}":
            return self._unsigned(operator)
        self._at += 1
        node = self._unsigned(operator)
        return Not(node) if sign == "-" else node

    def _unsigned(self, operator: str) -> Node:
        here = self._text[self._at]
        if here == "(":
            self._at += 1
            return self.all_until(")", operator)
        if here == "{":
            self._at += 1
            return Either(tuple(self._nodes("}", operator)))
        if here == '"':
            return Term(operator, self._phrase())
        named = _OPERATOR.match(self._text, self._at)
        if named and named[1].lower() in self._known:
            self._at = named.end()
            return self._value(named[1].lower())
        return Term(operator, self._word())

    def _value(self, operator: str) -> Node:
        """Give what follows the colon; an operator before a bracket is that of every word in it."""
        here = self._text[self._at : self._at + 1]
        if not here.strip(")}"):
            return All(())
        return self._unsigned(operator) if here in '({"' else Term(operator, self._word())

    def _phrase(self) -> str:
        end = self._text.find('"', self._at + 1)
        end = len(self._text) if end < 0 else end
        found, self._at = self._text[self._at + 1 : end], end + 1
        return found

    def _word(self) -> str:
        found = _WORD.match(self._text, self._at)
        if found is None:
            self._at += 1
            return ""
        self._at = found.end()
        return found.group()
