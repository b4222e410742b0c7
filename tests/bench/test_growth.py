"""A delta asks no more of the store where more is stored; how it is measured."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial

import pytest

from bench import growth
from bench.growth import Grown
from bench.timing import medians
from tests.backends import BACKENDS

SMALL = (40, 1_000)

Company = Callable[[int], AbstractContextManager[Grown]]


@pytest.fixture
def company(backend: str, request: pytest.FixtureRequest) -> Company:
    if backend == "sqlite":
        return growth.on_sqlite
    return partial(growth.on_firestore, request.getfixturevalue("emulator"))


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_delta_asks_no_more_of_the_store_where_more_is_stored(company: Company) -> None:
    with company(SMALL[0]) as few, company(SMALL[1]) as many:
        asked = few.counts()

        # Of thousands of steps one or two hang on random ids; of fewer than a hundred of anything none does.
        assert many.counts() == pytest.approx(asked, rel=0.01)
        assert any(asked.values())


def test_sizes_that_are_not_measured_are_named_as_left_out(
    monkeypatch: pytest.MonkeyPatch, company: Company
) -> None:
    monkeypatch.setattr(growth, "SIZES", SMALL)

    measured = growth.table("SQLite", company, SMALL[:1], how="Counted.")

    assert measured.columns == ["40", "1,000"]
    assert [figures[0] for _, unit, figures in measured.rows if "ratio" in unit] == ["1.0"]
    assert {figures[1] for _, _, figures in measured.rows} == {growth.LEFT_OUT}


def test_a_median_is_of_what_was_measured_after_the_first_tries_in_turns() -> None:
    asked: list[str] = []
    answers = {"a": iter([9.0, 1.0, 5.0, 2.0]), "b": iter([9.0, 3.0, 3.0, 4.0])}

    def measured(name: str) -> float:
        asked.append(name)
        return next(answers[name])

    found = medians([partial(measured, name) for name in answers], warm=1, times=3)

    assert found == [2.0, 3.0]
    assert asked == ["a", "b"] * 4


def test_measuring_ends_when_its_time_is_up() -> None:
    assert medians([lambda: 1.0, lambda: 2.0], warm=0, times=100, within=5.0) == [1.0, 2.0]
