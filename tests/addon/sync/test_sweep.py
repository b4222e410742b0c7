"""Which mailbox has the next turn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from addon.sync import Outcome
from addon.sync.sweep import _next
from storage.port import StoreError
from storage.records import Bell, Lane
from tests.office import ANNA, Office

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def bell(sub: str, lane: Lane, *, waits: int) -> Bell:
    return Bell(sub=sub, due_at=NOW - timedelta(seconds=waits), rung=1, lane=lane)


DUE = [
    bell("poll", Lane.BACKFILL, waits=90),
    bell("reply", Lane.LIVE, waits=30),
    bell("earlier reply", Lane.LIVE, waits=40),
    bell("press", Lane.INTERACTIVE, waits=1),
]


def test_a_press_comes_before_new_mail_and_new_mail_before_the_rest() -> None:
    left = list(DUE)
    order = []
    while left:
        order.append(_next(left, 0))
        left.remove(order[-1])

    assert [each.sub for each in order] == ["press", "earlier reply", "reply", "poll"]


def test_every_fifth_turn_is_the_longest_waiting_ones() -> None:
    assert [_next(DUE, ran).sub for ran in range(10)] == [*["press"] * 4, "poll"] * 2


@pytest.mark.parametrize(
    ("error", "logged"),
    [
        (StoreError("the disk is gone"), "the store failed: the disk is gone"),
        (KeyError("x"), "KeyError at"),
    ],
)
def test_a_turn_that_fails_unexpectedly_is_counted_as_failed_logged_and_tried_again_in_a_minute(
    office: Office,
    error: Exception,
    logged: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def failing(*_: object, **__: object) -> None:
        raise error

    office.member(ANNA, connected=True)
    with monkeypatch.context() as patched:
        patched.setattr(office.services.store, "claim", failing)
        assert office.sync_now(ANNA) == [Outcome.FAILED]

    assert office.services.counters.counted("turns") == {"failed": 1}
    assert logged in caplog.text
    [due] = office.services.store.due(office.clock.now() + timedelta(minutes=1), limit=9)
    assert due.due_at == office.clock.now() + timedelta(minutes=1)
    assert office.sync(ANNA) == [Outcome.COMPLETE]


def test_however_long_the_store_takes_to_say_who_is_due_their_turns_are_given(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    due, asked = office.services.store.due, list[int]()

    def slow(*args: Any, **kwargs: Any) -> Any:
        asked.append(1)
        assert len(asked) < 9, "it asks for ever"
        office.clock.pass_time(seconds=2)
        return due(*args, **kwargs)

    office.member(ANNA, connected=True)
    monkeypatch.setattr(office.services.store, "due", slow)

    assert office.sweep() == 1
