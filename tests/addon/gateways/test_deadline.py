"""What waits for Google waits no longer than the request that wants to know."""

from __future__ import annotations

from pathlib import Path
from socket import socketpair
from threading import Lock

import pytest
from httplib2 import HTTPConnectionWithTimeout

from addon.gateways.deadline import answering_within, seconds_for_a_call, seconds_left, taken
from addon.gateways.errors import UnavailableError
from addon.gateways.http import http_for
from addon.gateways.pace import BURST_UNITS, Pace
from tests.fakes.clock import MovedClock, SharedClock


def test_a_call_has_what_is_left_and_never_more_than_its_own_time() -> None:
    clock = MovedClock()

    assert seconds_for_a_call(10) == 10
    with answering_within(12, clock):
        assert seconds_for_a_call(10) == 10
        clock.pass_time(seconds=5)
        assert seconds_for_a_call(10) == 7
        clock.pass_time(seconds=8)
        assert seconds_left(10) == 0
        with pytest.raises(UnavailableError):
            seconds_for_a_call(10)
    assert seconds_for_a_call(10) == 10


def test_a_connection_that_was_kept_open_has_the_time_of_the_call_it_is_used_for() -> None:
    clock, http = MovedClock(), http_for(20)
    open_one, other_end = socketpair()
    http.connections["here"] = HTTPConnectionWithTimeout("127.0.0.1", timeout=20)
    http.connections["here"].sock = open_one

    with open_one, other_end, answering_within(3, clock):
        assert http_for(20, http) is http
        assert (http.timeout, http.connections["here"].timeout, open_one.gettimeout()) == (3, 3, 3)


def test_what_another_holds_for_too_long_is_not_waited_for() -> None:
    clock, lock = MovedClock(), Lock()

    with answering_within(3, clock), taken(lock):
        clock.pass_time(seconds=3)
        with pytest.raises(UnavailableError), taken(lock):
            pass

    with taken(lock):
        assert lock.locked()
    assert not lock.locked()


def test_a_call_that_could_go_only_later_than_it_is_wanted_is_not_made_and_costs_nothing() -> None:
    clock = MovedClock()
    pace = Pace(clock)
    with pace.call(BURST_UNITS):
        pass

    with answering_within(2, clock):
        with pytest.raises(UnavailableError), pace.call(180):
            pass
        before = clock.now()
        with pace.call(60):
            pass

    assert (clock.now() - before).total_seconds() == 1


def test_a_date_that_jumps_ends_nobodys_time(tmp_path: Path) -> None:
    clock = SharedClock.begin(tmp_path / "clock")

    with answering_within(20, clock):
        clock.pass_time(days=1)

        assert 0 < seconds_left() <= 20
