"""What Gmail charges for, in quota units of the May 2026 price list, and Firestore by document: both counted."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta

import pytest

from storage.firestore import open_firestore
from storage.sealing import Sealer
from tests.backends import BACKENDS, Place
from tests.counting import asking, counted
from tests.office import ANNA, JANE, TOPIC, Office, mail
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


def test_a_reply_in_a_followed_thread_costs_22(anna: Office) -> None:
    first = mail(JANE, ANNA)
    anna.synced_mail(first)
    anna.deliver(mail(JANE, ANNA, reply_to=first), ANNA)
    anna.simulator.control.reset_meter()

    anna.sync(ANNA)

    assert anna.units(ANNA) == 22


def test_an_idle_mailbox_costs_at_most_430_a_day_watch_included(make_office: Callable[..., Office]) -> None:
    office = make_office(PUBSUB_TOPIC=TOPIC)
    office.member(ANNA, connected=True)
    office.sync(ANNA)
    office.clock.pass_time(hours=12)
    office.sync(ANNA)
    office.simulator.control.reset_meter()
    bells = 0

    end = office.clock.now().timestamp() + 86_400
    while office.clock.now().timestamp() < end:
        office.clock.pass_time(seconds=60)
        bells += office.sweep()

    assert 143 <= bells <= 145
    assert office.units(ANNA) <= 430
    assert len(office.calls("watch")) == 1


def test_a_thousand_messages_of_no_interest_over_eight_hours_cost_at_most_1000_with_push(
    make_office: Callable[..., Office],
) -> None:
    office = make_office(PUBSUB_TOPIC=TOPIC)
    office.member(ANNA, connected=True)
    office.sync(ANNA)
    office.simulator.control.reset_meter()
    consent = office.services.store.consent(f"sub-{ANNA}")
    assert consent is not None
    gmail = office.services.gmail.stored(consent, address=ANNA)
    begun, rng = office.clock.now(), random.Random(1)  # noqa: S311 (arrivals, no secrets)
    arrivals = sorted(begun + timedelta(seconds=rng.uniform(0, 8 * 3600)) for _ in range(1000))

    for at in [*arrivals, begun + timedelta(hours=8, minutes=2)]:
        _sweep_until(office, at)
        office.deliver(mail("nobody@else.example", ANNA), ANNA)
        office.push(ANNA, gmail.history_id())

    history = office.calls("history.list")
    runs = len(history)
    assert 380 <= runs <= 480
    assert sum(call["units"] for call in history) <= 1000
    assert {call["method"] for call in office.calls()} <= {"history.list", "labels.list", "getProfile"}


def _sweep_until(office: Office, at: datetime) -> None:
    """Run what falls due until then, each at its moment."""
    while (bell := office.services.store.bell(f"sub-{ANNA}")) and bell.due_at <= at:
        office.clock.pass_time(seconds=max(0.0, (bell.due_at - office.clock.now()).total_seconds()))
        office.sweep()
    office.clock.pass_time(seconds=max(0.0, (at - office.clock.now()).total_seconds()))


def test_opening_a_message_costs_20_before_it_is_synced_and_nothing_after(anna: Office) -> None:
    at = anna.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    anna.simulator.control.reset_meter()
    anna.open(ANNA, at)
    before = anna.units(ANNA)
    anna.label(ANNA, at["threadId"])
    anna.sync(ANNA)
    anna.simulator.control.reset_meter()

    anna.open(ANNA, at)

    assert (before, anna.units(ANNA)) == (20, 0)


def test_opening_a_synced_message_asks_the_store_three_times_and_reads_seven_records(anna: Office) -> None:
    at = anna.synced()

    _, verbs = counted(anna, lambda: anna.open(ANNA, at))

    # One member; mailbox, thread, message, conversation and summary at once; one candidate.
    assert verbs == {"member": 1, "opened": 1, "candidates": 1}


@pytest.mark.parametrize("backend", BACKENDS[1:])
def test_opening_a_synced_message_costs_firestore_eight_reads_in_four_trips(anna: Office, place: Place) -> None:
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

    # The member; mailbox, thread and where the mail lies; mail, conversation and summary; the candidate.
    assert billed == (8, 0, 4)
