"""Figures in columns."""

from __future__ import annotations

import pytest

from bench.__main__ import PARTS, main
from bench.table import Table, counts, drawn, ratios


def test_figures_stand_under_their_columns_and_how_they_were_got_beneath() -> None:
    table = Table(
        title="Ours",
        columns=counts([10, 1_000]),
        rows=[("open it", "time, ratio", ratios([0.5, 0.75])), ("", "reads", counts([8, 12_345]))],
        how="Counted on the wire.",
    )

    assert drawn(table).splitlines() == [
        "Ours                   10   1,000",
        "open it  time, ratio  1.0     1.5",
        "         reads          8  12,345",
        "Counted on the wire.",
    ]


def test_a_part_that_is_none_is_named_with_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["storage"]) == 2

    told = capsys.readouterr().err
    assert "'storage'" in told
    assert all(part in told for part in PARTS)
