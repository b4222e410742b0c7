"""Figures in columns, with how they were got beneath."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

_WIDTH = 100


@dataclass(frozen=True, kw_only=True)
class Table:
    """`columns` head the figures; a row is its name, its unit, and a figure for each column."""

    title: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, str, Sequence[str]]]
    how: str
    """How the figures were got, and what they do not say."""


def ratios(figures: Sequence[float]) -> list[str]:
    """Each as a multiple of the first."""
    return [f"{figure / figures[0]:.1f}" for figure in figures]


def counts(figures: Sequence[int]) -> list[str]:
    return [f"{figure:,}" for figure in figures]


def drawn(table: Table) -> str:
    lines = [(table.title, "", table.columns), *table.rows]
    names = max(len(name) for name, _, _ in lines)
    units = max(len(unit) for _, unit, _ in lines)
    widths = [max(map(len, column)) for column in zip(*(row for _, _, row in lines), strict=True)]
    drawn_lines = [
        f"{name:<{names}}  {unit:<{units}}"
        + "".join(f"  {figure:>{width}}" for figure, width in zip(row, widths, strict=True))
        for name, unit, row in lines
    ]
    return "\n".join([*drawn_lines, *textwrap.wrap(table.how, _WIDTH, break_on_hyphens=False), ""])
