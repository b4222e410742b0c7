"""Gmail's notifications by way of Google's own Pub/Sub, as its emulator has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests import emulator, pubsub
from tests.office import ANNA, JANE, SUBSCRIPTION, TOPIC, Office, mail
from tests.pubsub import Pubsub

pytestmark = pytest.mark.emulator


@pytest.fixture
def google() -> Iterator[Pubsub]:
    jar = pubsub.found()
    if jar is None:
        (pytest.fail if emulator.demanded() else pytest.skip)(pubsub.MISSING)
    with pubsub.running(jar) as started:
        yield started


def test_what_gmail_publishes_rings_once_and_whatever_else_comes_is_not_sent_again(
    make_office: Callable[..., Office], google: Pubsub
) -> None:
    office = make_office(PUBSUB_TOPIC=TOPIC)
    office.member(ANNA, connected=True)
    office.candidate("Jane Doe", JANE)
    office.sync(ANNA)
    office.clock.pass_time(minutes=2)
    at = office.deliver(mail(JANE, ANNA, subject="Application"), ANNA)[ANNA]
    office.label(ANNA, at["threadId"])
    newest = office.simulator.control.mailbox(ANNA)["historyId"]

    with pubsub.relaying(lambda body: office.push_raw(body).status_code) as relay:
        google.create(TOPIC)
        google.create(SUBSCRIPTION, topic=TOPIC, pushConfig={"pushEndpoint": relay.url})
        google.publish(TOPIC, {"emailAddress": ANNA, "historyId": int(newest)})
        google.publish(TOPIC, {"emailAddress": "nobody@acme.example", "historyId": 1})
        google.publish(TOPIC, ["no notification"])
        assert relay.has(3, within=20)
        again = relay.has(4, within=1.5)
    office.clock.pass_time(seconds=5)

    assert (relay.statuses, again) == ([204, 204, 204], False)
    assert office.services.counters.counted("pushes") == {"rung": 1, "unknown": 1, "unreadable": 1}
    assert office.sweep() == 1
    assert [found.summary.subject for found in office.stored(office.jane(), ANNA)] == ["Application"]
