"""What the store's benchmark counts is the same for a small conversation and a larger one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from secrets import token_hex

import pytest

from bench import store
from bench.__main__ import main
from bench.places import Place, in_a_file, on_the_emulator
from tests import emulator as firestore_emulator
from tests.backends import BACKENDS

SMALL = (12, 120)


@pytest.fixture
def new_place(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[], Place]:
    if backend == "sqlite":
        return lambda: in_a_file(tmp_path / f"{token_hex(8)}.db")
    address: str = request.getfixturevalue("emulator")
    return lambda: on_the_emulator(address)


@pytest.mark.parametrize("backend", BACKENDS)
def test_no_event_asks_more_of_the_store_where_more_is_stored(new_place: Callable[[], Place]) -> None:
    few, many = (store.filled(new_place(), size) for size in SMALL)

    asked = {name: (few.counted(event), many.counted(event)) for name, event in store.EVENTS.items()}

    assert [name for name, (little, much) in asked.items() if not any(little.values()) or little != much] == []
    few.close()
    many.close()


def test_what_is_not_here_is_told_in_a_sentence_and_the_rest_is_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(store, "SIZES", SMALL)

    assert main(["store"]) == 0

    printed = capsys.readouterr().out
    assert "SQLite, a conversation of" in printed
    assert f"Not measured: {firestore_emulator.MISSING}" in printed
    assert "Firestore, a conversation of" not in printed
