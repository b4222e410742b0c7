"""History whose entries leave out what they are about: nobody has seen it, and nothing but a word promises it."""

from __future__ import annotations

import json
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from addon.gateways.scopes import BACKGROUND
from addon.sync import Outcome
from storage.records import ThreadState
from tests.journeys.edges.companies import remains
from tests.office import ANNA, JANE, Office, mail

KINDS = ("messagesAdded", "labelsAdded", "labelsRemoved", "messagesDeleted")


def history(office: Office) -> dict[str, Any]:
    """What Gmail would say after our cursor."""
    mailbox = office.services.store.mailbox(f"sub-{ANNA}")
    assert mailbox is not None
    token = office.simulator.control.grant(ANNA, BACKGROUND)["access_token"]
    url = f"{office.simulator.url}/gmail/v1/users/me/history?startHistoryId={mailbox.cursor}&maxResults=500"
    asked = Request(url, headers={"Authorization": f"Bearer {token}"})  # noqa: S310
    with build_opener(ProxyHandler({})).open(asked) as answer:
        told: dict[str, Any] = json.load(answer)
    return told


def say(office: Office, told: dict[str, Any]) -> None:
    office.simulator.control.fault("GET .*/history", status=200, answer=json.dumps(told))


@pytest.mark.parametrize("left_out", [("threadId",), ("id", "threadId")])
def test_what_an_entry_leaves_out_lists_tell_and_the_others_are_taken_in_as_they_are(
    anna: Office, unbroken: Office, left_out: tuple[str, ...], caplog: pytest.LogCaptureFixture
) -> None:
    first, other = mail(JANE, ANNA, subject="Followed"), mail(JANE, ANNA, subject="Followed, too")
    answered, ends = (anna.synced_mail(each) for each in (first, other))
    unbroken.sync(ANNA)
    told_badly = anna.deliver(mail(JANE, ANNA, subject="Labelled"), ANNA)[ANNA]
    told_well = anna.deliver(mail(JANE, ANNA, subject="Labelled, too"), ANNA)[ANNA]
    reply = anna.deliver(mail(JANE, ANNA, reply_to=first), ANNA)[ANNA]
    anna.label(ANNA, told_badly["threadId"])
    anna.unlabel(ANNA, ends["threadId"])
    anna.label(ANNA, told_well["threadId"])
    page, bad = history(anna), {told_badly["id"], ends["id"], reply["id"]}
    for entry in (each for record in page["history"] for kind in KINDS for each in record.get(kind, ())):
        if entry["message"]["id"] in bad:
            entry["message"] = {name: value for name, value in entry["message"].items() if name not in left_out}
    say(anna, page)

    assert anna.sync(ANNA, ANNA) == [Outcome.COMPLETE] * 2
    unbroken.sync(ANNA)

    assert remains(anna, ANNA) == remains(unbroken, ANNA)
    assert anna.services.counters.counted("history") == {"unreadable": 1}
    thread = anna.thread(ANNA, answered)
    assert thread is not None
    assert thread.state is ThreadState.FOLLOWING
    assert not [record for record in caplog.records if any(id in record.getMessage() for id in bad)]


def test_records_that_say_nothing_at_all_keep_no_other_back(anna: Office) -> None:
    at = anna.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    anna.label(ANNA, at["threadId"])
    page = history(anna)
    first = {"id": page["history"][0]["id"]}
    empty = [first, first | {"messagesAdded": [{"message": None}]}, {"labelsAdded": [{}]}, {}]
    say(anna, page | {"history": [*empty, *page["history"]]})

    assert anna.sync(ANNA, ANNA) == [Outcome.COMPLETE] * 2

    assert len(anna.stored(anna.jane(), ANNA)) == 1


def test_of_mail_nobody_pointed_at_nothing_is_opened_for_it(anna: Office) -> None:
    anna.synced()
    anna.deliver(mail("private@else.example", ANNA, subject="Private"), ANNA)
    page = history(anna)
    for record in page["history"]:
        for entry in record.get("messagesAdded", ()):
            del entry["message"]["threadId"]
    say(anna, page)
    anna.simulator.control.reset_meter()

    for _ in range(2):
        anna.sync(ANNA)

    assert {call["method"] for call in anna.calls()} == {"history.list", "messages.list"}
    assert len(anna.calls("messages.list")) == 3


def test_history_that_does_not_say_how_far_it_goes_is_asked_for_again(anna: Office) -> None:
    at = anna.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    anna.label(ANNA, at["threadId"])
    page = history(anna)
    del page["historyId"]
    say(anna, page)

    assert anna.sync(ANNA, ANNA) == [Outcome.LATER, Outcome.COMPLETE]

    assert len(anna.stored(anna.jane(), ANNA)) == 1
