"""The table in the package's docstring names every edge, and tests that are there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.journeys import edges

ROOT = Path(__file__).parents[3]


def table() -> dict[int, list[tuple[str, str]]]:
    """Number -> the tests that show it, each as path and name."""
    found: dict[int, list[tuple[str, str]]] = {}
    path = ""
    for line in (edges.__doc__ or "").splitlines():
        if row := re.match(r" ?(\d+)  \S", line):
            number = int(row[1])
            found[number] = []
        elif re.match(r"    \S+\.py$", line):
            path = line.strip()
        elif name := re.match(r"      (test_\w+)$", line):
            found[number].append((path, name[1]))
    return found


def test_all_thirty_edges_have_a_test() -> None:
    assert sorted(table()) == list(range(1, 31))
    assert all(table().values())


def test_every_test_named_is_there() -> None:
    named = {each for tests in table().values() for each in tests}
    there = {
        (path, node.name)
        for path in {path for path, _ in named}
        for node in ast.parse((ROOT / path).read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }

    assert named <= there, named - there
