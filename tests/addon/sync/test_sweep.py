"""Which mailbox has the next turn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from addon.sync.sweep import _next
from storage.records import Bell, Lane

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
