"""What mail of no interest costs at Gmail, and opening a message at the store. Each event's price: tests/bench."""

from __future__ import annotations

from contextlib import closing

import pytest

from storage.firestore import open_firestore
from storage.sealing import Sealer
from tests.backends import BACKENDS, Place
from tests.counting import asking, counted
from tests.office import ANNA, Office, mail
from tests.storage.wire import Wire


def test_a_thousand_messages_of_no_interest_in_one_burst_cost_two_pages_of_history(anna: Office) -> None:
    mbox = b"".join(
        b"From MAILER-DAEMON Mon Nov 23 12:28:29 2026\n"
        b"From: nobody%d@else.example\nTo: anna@acme.example\nSubject: %d\nMessage-ID: <%d@else.example>\n"
        b"Date: Mon, 23 Nov 2026 12:00:00 +0000\n\nx\n\n" % (n, n, n)
        for n in range(1000)
    )
    anna.simulator.control.load(ANNA, mbox)
    anna.simulator.control.reset_meter()

    anna.sync(ANNA)

    assert anna.units(ANNA) <= 6
    assert {call["method"] for call in anna.calls()} == {"history.list"}


def test_messages_of_no_interest_spread_over_a_day_cost_two_units_a_run(anna: Office) -> None:
    anna.simulator.control.reset_meter()

    for _ in range(30):
        anna.deliver(mail("nobody@else.example", ANNA), ANNA)
        anna.sync(ANNA)

    assert anna.units(ANNA) == 60


def test_opening_a_synced_message_asks_the_store_twice_and_reads_seven_records(anna: Office) -> None:
    at = anna.synced()

    _, verbs = counted(anna, lambda: anna.open(ANNA, at))

    # Member, mailbox, thread, message, conversation and summary at once; one candidate.
    assert verbs == {"opened": 1, "candidates": 1}


@pytest.mark.parametrize("backend", BACKENDS[1:])
def test_opening_a_synced_message_costs_firestore_seven_reads_in_three_trips(anna: Office, place: Place) -> None:
    at = anna.synced()
    wire, sealer = Wire(), Sealer(anna.services.config.seal_keys)
    project, database = place.url.removeprefix("firestore://").split("/")

    with (
        closing(
            open_firestore(project, database, sealer, emulator=place.emulator, interceptors=[wire])
        ) as watched,
        asking(anna, watched),
    ):
        billed = wire.counted(lambda: anna.open(ANNA, at))

    # Member, mailbox, thread and mail; conversation and summary; the candidate.
    assert billed == (7, 0, 3)
