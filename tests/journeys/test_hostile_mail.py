"""Hostile mail on every lane is stored once, or the panel says that it cannot be read, and it delays nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from addon.sync import Outcome
from storage.port import Store, TooLargeError
from storage.records import Found, Kept, Message, ThreadState
from tests.cards.grammar import said
from tests.hostile import MAILS, Becomes, written
from tests.journeys.importing import begin, came
from tests.office import ANNA, JANE, Office, mail

SIZE = 3_000
"""Bytes: what is made of megabytes is in tests/addon/gateways/test_mime_bounds.py."""
NEIGHBOURS = ("Before", "After")
Places = Mapping[str, Mapping[str, str]]


def by_label(office: Office, at: Places) -> None:
    for each in at.values():
        office.label(ANNA, each["threadId"])


def by_button(office: Office, at: Places) -> None:
    for each in at.values():
        office.answer(ANNA, "actions/sync-thread", opened=each)


def by_import(office: Office, _: Places) -> None:
    begin(office, since="all")


def delivered(office: Office) -> Places:
    """Each hostile mail in a thread of its own, and mail as ever before and after them all."""
    label = office.simulator.control.create_label(ANNA, "Lever")
    at = {"Before": office.deliver(mail(JANE, ANNA, subject="Before"), ANNA)[ANNA]}
    for name, hostile in MAILS.items():
        at[name] = office.deliver(mail(JANE, ANNA, subject=name), ANNA)[ANNA]
        resource = hostile.resource(at[name]["id"], at[name]["threadId"], SIZE)
        resource["labelIds"].append(label)
        answered(office, at[name], written({"messages": [resource]}))
    at["After"] = office.deliver(mail(JANE, ANNA, subject="After"), ANNA)[ANNA]
    return at


def answered(office: Office, at: Mapping[str, str], answer: str) -> None:
    office.simulator.control.fault(f"GET .*/threads/{at['threadId']}$", status=200, answer=answer, times=99)


def settled(office: Office) -> Outcome:
    """As many runs as it takes to give up what cannot be read."""
    for _ in range(6):
        [outcome] = office.sync(ANNA)
    return outcome


def stored(office: Office) -> list[tuple[Found, list[Message]]]:
    return [(each, office.messages(each)) for each in office.stored(office.jane(), ANNA)]


@pytest.mark.parametrize("lane", [by_label, by_button, by_import])
def test_every_hostile_mail_is_stored_once_or_told_and_its_neighbours_come_in(
    anna: Office, lane: Callable[[Office, Places], None]
) -> None:
    at = delivered(anna)
    lane(anna, at)

    outcome = settled(anna)

    threads = {name: anna.thread(ANNA, each) for name, each in at.items()}
    messages = Counter(id for _, mails in stored(anna) for each in mails for id in each.gmail_ids.values())
    expected = {name for name, hostile in MAILS.items() if hostile.becomes is Becomes.STORED} | set(NEIGHBOURS)
    assert outcome is Outcome.COMPLETE
    assert messages == Counter(at[name]["id"] for name in expected)
    if lane is by_import:
        # What has no candidate turned out to be somebody else's; what cannot be read is counted as failed.
        assert came(anna) == (len(expected), 1, 1)
        return
    assert {name for name, thread in threads.items() if thread and thread.is_aside} == {"nested a thousand times"}
    assert {name for name, thread in threads.items() if thread and thread.state is ThreadState.WAITING} == {
        "no header"
    }
    for found, _ in stored(anna):
        anna.answer(ANNA, "actions/conversation", parameters={"conversation": found.conversation.id})
    for name, each in at.items():
        shown = " ".join(said(anna.open(ANNA, each)))
        assert ("could not be read" in shown) is (name == "nested a thousand times"), name
        assert ("Synced at" in shown) is (name in expected), name


def test_a_reply_nobody_can_read_is_told_and_those_beside_it_come_in(anna: Office) -> None:
    first = mail(JANE, ANNA, subject="Application", text="first")
    at = anna.synced_mail(first)
    replies = [anna.deliver(mail(JANE, ANNA, reply_to=first, text=text), ANNA)[ANNA] for text in ("bad", "good")]
    resource = MAILS["nested a thousand times"].resource(replies[0]["id"], at["threadId"], SIZE)
    path = f"GET .*/messages/{replies[0]['id']}$"
    anna.simulator.control.fault(path, status=200, answer=written(resource), times=99)

    for _ in range(6):
        anna.sync(ANNA)
    shown = " ".join(said(anna.open(ANNA, replies[0])))
    anna.simulator.control.clear_faults()
    anna.press(ANNA, anna.open(ANNA, replies[0]), "Try again", opened=replies[0])
    anna.sync(ANNA)

    [(_, mails)] = stored(anna)
    assert "could not be read" in shown
    assert sorted(each.text.strip() for each in mails) == ["bad", "first", "good"]


@pytest.mark.parametrize(
    "answer",
    ["", "null", "[]", "<html>", '{"messages": 7}', '{"messages": [{}]}'],
)
def test_an_answer_that_is_none_delays_one_thread_and_loses_nothing(anna: Office, answer: str) -> None:
    at = {name: anna.deliver(mail(JANE, ANNA, subject=name), ANNA)[ANNA] for name in ("Garbled", *NEIGHBOURS)}
    path = f"GET .*/threads/{at['Garbled']['threadId']}$"
    anna.simulator.control.fault(path, status=200, answer=answer, times=2)
    by_label(anna, at)

    first = anna.sync(ANNA)
    beside = {found.summary.subject for found, _ in stored(anna)}
    settled(anna)

    assert first == [Outcome.LATER]
    assert beside == set(NEIGHBOURS)
    assert {found.summary.subject for found, _ in stored(anna)} == {"Garbled", *NEIGHBOURS}


@pytest.mark.parametrize("answer", ["", "[]", "{}", '{"history": 7, "historyId": "9"}'])
def test_a_history_that_is_none_ends_the_run_and_the_next_one_misses_nothing(anna: Office, answer: str) -> None:
    at = anna.deliver(mail(JANE, ANNA, subject="Application"), ANNA)[ANNA]
    anna.label(ANNA, at["threadId"])
    anna.simulator.control.fault("GET .*/history", status=200, answer=answer, times=1)

    [garbled], [after] = anna.sync(ANNA), anna.sync(ANNA)

    assert garbled in {Outcome.LATER, Outcome.FAILED}
    assert after is Outcome.COMPLETE
    assert [found.summary.subject for found, _ in stored(anna)] == ["Application"]


@pytest.mark.parametrize("lane", [by_label, by_import])
def test_mail_larger_than_the_store_can_hold_is_told_and_holds_up_nothing(
    anna: Office, monkeypatch: pytest.MonkeyPatch, lane: Callable[[Office, Places], None]
) -> None:
    at = {name: anna.deliver(mail(JANE, ANNA, text=name), ANNA)[ANNA] for name in ("Large", *NEIGHBOURS)}
    whole: Store = anna.services.store
    store = whole.store

    def small(message: Message, **more: Any) -> Kept:
        if message.text.strip() == "Large":
            raise TooLargeError("a value is too large")
        return store(message, **more)

    monkeypatch.setattr(whole, "store", small)
    lane(anna, at)
    outcome = settled(anna)

    assert outcome is Outcome.COMPLETE
    assert sorted(each.text.strip() for _, mails in stored(anna) for each in mails) == sorted(NEIGHBOURS)
    if lane is by_import:
        assert came(anna) == (2, 0, 1)
    else:
        assert "could not be read" in " ".join(said(anna.open(ANNA, at["Large"])))
