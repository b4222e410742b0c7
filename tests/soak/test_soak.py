"""A small share of the random histories, the same ones each time; `make soak` runs ten thousand steps."""

from __future__ import annotations

import pytest

from tests.soak.run import histories


@pytest.mark.parametrize("share", range(4))
def test_whatever_happens_it_is_as_a_small_model_says(share: int) -> None:
    assert histories("sqlite", None, most=3, steps=25, number=share).steps


@pytest.mark.emulator
def test_on_firestore_as_well(emulator: str) -> None:
    assert histories("firestore", emulator, most=2, steps=12, number=0).steps
