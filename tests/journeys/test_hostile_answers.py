"""A hostile answer to what was begun in Lever comes in from whichever mailbox, or is told, and delays no other."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from storage.records import Reason
from tests.beginning import Lever
from tests.hostile import IN_HEADERS, MAILS, Becomes, written
from tests.office import ANNA, BEN, JANE, Office, mail

SIZE = 3_000
PROVEN = "mx.google.com; dkim=pass header.i=@people.example; dmarc=pass header.from=people.example"
HOSTILE = {name: MAILS[name] for name in MAILS if name in IN_HEADERS or MAILS[name].becomes is not Becomes.STORED}


def answer(lever: Lever, name: str, email: str) -> dict[str, str]:
    """In a thread of its own."""
    message = mail(JANE, email, subject=name, text=name, In_Reply_To=lever.id)
    return lever.office.deliver(message, email)[email]


def texts(office: Office, email: str = BEN) -> set[str]:
    return {each.text.strip() for found in office.stored(office.jane(), email) for each in office.messages(found)}


@pytest.mark.parametrize("email", [ANNA, BEN], ids=["who began it", "a colleague"])
def test_every_hostile_answer_is_stored_once_or_told_and_those_beside_it_come_in(
    lever: Lever, caplog: pytest.LogCaptureFixture, email: str
) -> None:
    office, control = lever.office, lever.office.simulator.control
    at = {name: answer(lever, name, email) for name in ("Before", *HOSTILE, "After")}
    for name, hostile in HOSTILE.items():
        id, thread = at[name]["id"], at[name]["threadId"]
        head, whole = hostile.head(id, thread, SIZE), hostile.resource(id, thread, SIZE)
        cites = {"name": "In-Reply-To", "value": lever.id}
        proven = {"name": "Authentication-Results", "value": PROVEN}
        head["payload"]["headers"] = [proven, *head["payload"]["headers"], cites]
        whole["payload"]["headers"] = [*whole["payload"]["headers"], cites]
        control.fault(f"GET .*/messages/{id}$", status=200, answer=written(head), times=9)
        control.fault(f"GET .*/threads/{thread}$", status=200, answer=written({"messages": [whole]}), times=9)

    for _ in range(6):
        lever.sync(email)

    found = office.stored(office.jane(), email)
    copies = Counter(id for each in found for one in office.messages(each) for id in one.gmail_ids.values())
    threads = {name: office.thread(email, each) for name, each in at.items()}
    outside = {name for name, hostile in HOSTILE.items() if hostile.becomes is Becomes.WAITING}
    aside = {name for name, hostile in HOSTILE.items() if hostile.becomes is Becomes.SET_ASIDE}
    assert {name: copies[each["id"]] for name, each in at.items()} == {
        name: int(name not in outside | aside) for name in at
    }
    assert {name for name, thread in threads.items() if thread is None} == outside
    assert {name for name, thread in threads.items() if thread and thread.is_aside} == aside
    assert {reason for thread in threads.values() if thread for reason in thread.reasons} == {Reason.ORIGIN}
    assert caplog.records == []


@pytest.mark.parametrize(
    ("answered", "again"),
    [
        ({"answer": ""}, True),
        ({"status": 500}, True),
        ({"status": 400, "reason": "invalidArgument"}, False),
        ({"answer": '{"id": 7, "payload": 7}'}, False),
    ],
    ids=["nothing", "an error", "a refusal", "another shape"],
)
def test_an_answer_gmail_does_not_give_delays_none_beside_it_nor_what_is_labelled(
    lever: Lever,
    answered: dict[str, Any],
    again: bool,  # noqa: FBT001
) -> None:
    office, control = lever.office, lever.office.simulator.control
    at = {name: answer(lever, name, BEN) for name in ("Before", "Bad", "After")}
    labelled = office.deliver(mail(JANE, BEN, text="Labelled"), BEN)[BEN]
    office.label(BEN, labelled["threadId"])
    control.fault(f"GET .*/messages/{at['Bad']['id']}$", **{"status": 200, **answered}, times=2)

    lever.sync(BEN)
    first = texts(office)
    for _ in range(2):
        lever.sync(BEN)

    assert first == {"Would you like to meet?", "Before", "After", "Labelled"}
    # What Gmail said nothing of is asked for again; what it said is nothing that can be read stays out.
    assert ("Bad" in texts(office)) is again


def test_where_gmail_says_nothing_of_anything_it_is_not_asked_for_everything(lever: Lever) -> None:
    for n in range(9):
        answer(lever, str(n), BEN)
    lever.office.simulator.control.fault("GET .*/messages/", status=503, times=3)

    lever.sync(BEN)
    asked = len(lever.heads())
    lever.sync(BEN)

    assert asked == 3
    assert texts(lever.office) >= {str(n) for n in range(9)}
