"""How fast one mailbox is read: 60 units a second after a first burst, and four calls in flight."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addon.gateways.pace import BURST_UNITS, Pace, Paces


class Clock:
    """Sleeping passes the time, and nothing else does."""

    def __init__(self) -> None:
        self.passed = 0.0

    def now(self) -> datetime:
        return datetime(2026, 3, 2, tzinfo=UTC) + timedelta(seconds=self.passed)

    def seconds(self) -> float:
        return self.passed

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.passed += seconds


def spend(pace: Pace, clock: Clock, units: int) -> float:
    """When the call may go."""
    with pace.call(units):
        return clock.passed


# --- units ------------------------------------------------------------------------------------------------


def test_after_a_quiet_time_a_burst_goes_at_once() -> None:
    clock = Clock()
    pace = Pace(clock)

    assert [spend(pace, clock, 20) for _ in range(BURST_UNITS // 20)] == [0.0] * 15
    assert spend(pace, clock, 20) == pytest.approx(20 / 60)


def test_after_the_burst_sixty_units_go_in_a_second() -> None:
    clock = Clock()
    pace = Pace(clock)
    spend(pace, clock, BURST_UNITS)

    for _ in range(30):
        spend(pace, clock, 40)

    assert clock.passed == pytest.approx(30 * 40 / 60)


def test_quiet_time_earns_a_burst_and_not_more() -> None:
    clock = Clock()
    pace = Pace(clock)
    spend(pace, clock, BURST_UNITS)

    clock.passed += 3600
    spend(pace, clock, BURST_UNITS)

    assert clock.passed == 3600
    assert spend(pace, clock, 60) == pytest.approx(3601)


def test_the_first_minute_stays_below_what_gmail_refuses() -> None:
    clock = Clock()
    pace = Pace(clock)
    spent = 0

    for _ in range(200):
        spent += 40 if spend(pace, clock, 40) <= 60 else 0

    assert 3_000 < spent < 4_000


def test_a_clock_that_is_put_back_earns_nothing() -> None:
    clock = Clock()
    pace = Pace(clock)
    spend(pace, clock, BURST_UNITS)

    clock.passed -= 100

    assert spend(pace, clock, 60) == pytest.approx(-99)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(min_value=0, max_value=20), st.integers(min_value=1, max_value=100)), max_size=40)
)
def test_in_no_window_more_goes_than_a_burst_and_sixty_a_second(calls: list[tuple[float, int]]) -> None:
    clock = Clock()
    pace = Pace(clock)
    went: list[tuple[float, int]] = []
    for pause, units in calls:
        clock.passed += pause
        went.append((spend(pace, clock, units), units))

    totals = [0, *accumulate(units for _, units in went)]
    for first, (begin, _) in enumerate(went):
        for last in range(first, len(went)):
            window = went[last][0] - begin
            assert totals[last + 1] - totals[first] <= BURST_UNITS + 60 * window + 0.01


# --- in flight --------------------------------------------------------------------------------------------


def test_four_calls_are_in_flight_and_a_fifth_waits_for_one_to_end() -> None:
    pace = Pace(Clock())
    went: list[str] = []

    def fifth() -> None:
        with pace.call(1):
            went.append("fifth")

    with ExitStack() as others:
        for _ in range(3):
            others.enter_context(pace.call(1))
        with pace.call(1):
            waiting = Thread(target=fifth)
            waiting.start()
            assert not pace._slots.acquire(blocking=False)
            went.append("fourth ends")
        waiting.join(timeout=5)

    assert went == ["fourth ends", "fifth"]


def test_a_call_that_fails_gives_its_place_back() -> None:
    pace = Pace(Clock())

    for _ in range(10):
        with pytest.raises(ZeroDivisionError), pace.call(1):
            raise ZeroDivisionError

    assert pace._slots.acquire(blocking=False)


# --- mailboxes --------------------------------------------------------------------------------------------


def test_each_mailbox_has_its_own_pace_and_always_the_same() -> None:
    clock = Clock()
    paces = Paces(clock)

    spend(paces.of("anna"), clock, BURST_UNITS)

    assert spend(paces.of("ben"), clock, BURST_UNITS) == 0
    assert paces.of("anna") is paces.of("anna")
    assert spend(paces.of("anna"), clock, 60) == pytest.approx(1)
