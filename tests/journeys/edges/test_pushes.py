"""Gmail's notifications through the real route: lost, late, doubled, reordered, and told before its index knows.

The simulator posts them over HTTP with Pub/Sub's token, to the app as it is served.
"""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from addon.sync import Outcome
from tests.office import ANNA, BASE_URL, JANE, PUSH_ACCOUNT, SUBSCRIPTION, Office, mail


class Quiet(WSGIRequestHandler):
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Says nothing."""


@pytest.fixture
def pushed(told: Office) -> Iterator[Office]:
    """Whatever changes in Anna's mailbox is told to the app's own door."""
    server = make_server("127.0.0.1", 0, told.client.application, threaded=True, request_handler=Quiet)
    answering = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    answering.start()
    control = told.simulator.control
    control.push_trouble(every=0)
    control.push_to(
        f"http://127.0.0.1:{server.server_port}/push/gmail",
        audience=f"{BASE_URL}/push/gmail",
        service_account=PUSH_ACCOUNT,
        subscription=SUBSCRIPTION,
    )
    try:
        told.clock.pass_time(minutes=2)
        yield told
    finally:
        control.push_to(None)
        server.shutdown()
        answering.join()
        server.server_close()


def labelled(office: Office, subject: str) -> None:
    """Labelled, and told of as far as it is to be told of now."""
    at = office.deliver(mail(JANE, ANNA, subject=subject), ANNA)[ANNA]
    office.label(ANNA, at["threadId"])
    office.simulator.control.settle_pushes()


def subjects(office: Office) -> list[str]:
    return sorted(found.summary.subject for found in office.stored(office.jane(), ANNA))


def some_time(office: Office, *, seconds: int) -> int:
    """The sweep runs every second; the turns it gave."""
    turns = 0
    for _ in range(seconds):
        office.clock.pass_time(seconds=1)
        turns += office.sweep()
    return turns


def rung(office: Office) -> int:
    assert office.simulator.control.settle_pushes() == 0
    return office.services.counters.counted("pushes").get("rung", 0)


def test_a_label_is_told_of_proven_and_in_lever_within_seconds(pushed: Office) -> None:
    labelled(pushed, "Application")

    assert rung(pushed) > 0
    some_time(pushed, seconds=6)

    assert subjects(pushed) == ["Application"]
    assert {attempt["status"] for attempt in pushed.simulator.control.pushes()["attempts"]} == {204}


def test_one_that_comes_twice_has_the_mailbox_run_once(pushed: Office) -> None:
    pushed.simulator.control.next_pushes(*["double"] * 4)
    labelled(pushed, "Application")

    rung(pushed)
    told = [attempt["id"] for attempt in pushed.simulator.control.pushes()["attempts"]]
    turns = some_time(pushed, seconds=59)

    assert len(told) > len(set(told))
    assert turns == 1
    assert subjects(pushed) == ["Application"]
    assert len(pushed.calls("threads.get")) == 1


def test_one_that_comes_after_a_newer_one_moves_nothing_back(pushed: Office) -> None:
    labelled(pushed, "First")
    some_time(pushed, seconds=6)
    pushed.simulator.control.next_pushes("reorder", "deliver", "late")
    labelled(pushed, "Second")
    some_time(pushed, seconds=70)
    before = pushed.services.store.mailbox(f"sub-{ANNA}")

    pushed.simulator.control.release_pushes()
    rung(pushed)
    some_time(pushed, seconds=70)

    after = pushed.services.store.mailbox(f"sub-{ANNA}")
    assert before is not None
    assert after is not None
    assert after.cursor == before.cursor
    assert subjects(pushed) == ["First", "Second"]


def test_what_a_lost_one_would_have_told_comes_with_the_next_or_with_the_poll(pushed: Office) -> None:
    pushed.simulator.control.push_trouble(lose=True)
    labelled(pushed, "Told with the next")
    rung(pushed)
    some_time(pushed, seconds=6)
    unheard = subjects(pushed)
    pushed.simulator.control.push_trouble(lose=False)
    labelled(pushed, "Told")
    rung(pushed)
    some_time(pushed, seconds=6)
    with_the_next = subjects(pushed)
    pushed.simulator.control.push_trouble(lose=True)
    labelled(pushed, "Polled")

    pushed.clock.pass_time(minutes=10)
    pushed.sweep()

    assert unheard == []
    assert with_the_next == ["Told", "Told with the next"]
    assert subjects(pushed) == ["Polled", "Told", "Told with the next"]


@pytest.mark.parametrize("newest_named", [False, True], ids=["as it was", "naming the newest id"])
def test_told_of_before_the_index_knows_it_is_looked_for_again_in_seconds_and_the_cursor_waits(
    pushed: Office, *, newest_named: bool
) -> None:
    before = pushed.services.store.mailbox(f"sub-{ANNA}")
    assert before is not None
    pushed.simulator.control.lag(ANNA, calls=1, ahead=newest_named)
    labelled(pushed, "Application")
    rung(pushed)
    pushed.clock.pass_time(seconds=5)

    first = pushed.sync_now(ANNA)
    behind = pushed.services.store.mailbox(f"sub-{ANNA}")
    turns = some_time(pushed, seconds=10)

    assert first == [Outcome.BEHIND]
    assert behind is not None
    assert (behind.cursor, behind.last_ok_at) == (before.cursor, before.last_ok_at)
    assert turns == 1
    assert subjects(pushed) == ["Application"]


def test_a_lag_that_shows_a_part_first_loses_neither_part(pushed: Office) -> None:
    labelled(pushed, "First")
    pushed.sync(ANNA)
    pushed.clock.pass_time(minutes=2)
    labelled(pushed, "Shown at once")
    pushed.simulator.control.lag(ANNA, calls=1, ahead=True)
    labelled(pushed, "Shown later")
    rung(pushed)

    some_time(pushed, seconds=6)
    part = subjects(pushed)
    some_time(pushed, seconds=70)
    pushed.clock.pass_time(minutes=10)
    pushed.sweep()

    assert part == ["First", "Shown at once"]
    assert subjects(pushed) == ["First", "Shown at once", "Shown later"]


def test_what_comes_while_another_is_looked_for_is_not_passed_before_the_index_knows_it(pushed: Office) -> None:
    labelled(pushed, "Before")
    pushed.sync(ANNA)
    pushed.clock.pass_time(minutes=2)
    labelled(pushed, "Told of")
    rung(pushed)
    pushed.simulator.control.lag(ANNA, calls=1, ahead=True)
    pushed.simulator.control.next_pushes("late", "late")
    labelled(pushed, "Told of later")
    pushed.sync_now(ANNA)

    pushed.simulator.control.release_pushes()
    rung(pushed)
    some_time(pushed, seconds=70)

    assert subjects(pushed) == ["Before", "Told of", "Told of later"]


def test_whatever_becomes_of_them_by_chance_all_of_it_is_in_lever_in_the_end_and_once(pushed: Office) -> None:
    control = pushed.simulator.control
    control.push_trouble(lose=0.3, double=0.3, late=0.3, reorder=0.3, late_by=3600)
    for n in range(12):
        if n % 3 == 0:
            control.lag(ANNA, calls=1, ahead=n % 2 == 0)
        labelled(pushed, f"Application {n:02}")
        some_time(pushed, seconds=7)
    control.release_pushes()
    rung(pushed)

    for _ in range(2):  # what the first one is not shown yet, the second one is
        pushed.clock.pass_time(minutes=10)
        pushed.sweep()

    assert subjects(pushed) == [f"Application {n:02}" for n in range(12)]
    assert len(pushed.calls("threads.get")) == 12
