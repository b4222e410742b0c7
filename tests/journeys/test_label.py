"""The main job: a label put on a thread brings the whole thread beside its candidate, and nothing else."""

from __future__ import annotations

import pytest

from addon.sync import Outcome
from storage.records import ThreadState
from tests.office import ANNA, JANE, Office, mail, texts


def test_a_labelled_thread_is_stored_whole_beside_its_candidate(anna: Office) -> None:
    first = mail(JANE, ANNA, subject="Application", text="I would like to apply.")
    second = mail(ANNA, JANE, reply_to=first, text="Welcome!")
    at = anna.deliver(first, ANNA)[ANNA]
    anna.deliver(second, ANNA)
    jane = anna.candidate("Jane Doe", JANE)

    anna.label(ANNA, at["threadId"])
    outcome = anna.sync(ANNA)

    assert outcome == [Outcome.COMPLETE]
    [found] = anna.stored(jane, ANNA)
    assert found.summary.subject == "Application"
    assert [m.text.strip() for m in anna.messages(found)] == ["Welcome!", "I would like to apply."]


def test_a_reply_without_the_label_follows(anna: Office) -> None:
    first = mail(JANE, ANNA, subject="Application")
    at = anna.deliver(first, ANNA)[ANNA]
    anna.label(ANNA, at["threadId"])
    anna.sync(ANNA)

    anna.deliver(mail(JANE, ANNA, reply_to=first, text="Any news?"), ANNA)
    anna.sync(ANNA)

    [found] = anna.stored(anna.candidate("Jane Doe", JANE), ANNA)
    assert found.summary.count == 2


def test_taking_the_label_off_stops_the_following_and_keeps_what_is_stored(anna: Office) -> None:
    first = mail(JANE, ANNA, subject="Application")
    at = anna.deliver(first, ANNA)[ANNA]
    anna.label(ANNA, at["threadId"])
    anna.sync(ANNA)

    anna.unlabel(ANNA, at["threadId"])
    anna.deliver(mail(JANE, ANNA, reply_to=first), ANNA)
    anna.sync(ANNA)

    [found] = anna.stored(anna.candidate("Jane Doe", JANE), ANNA)
    assert found.summary.count == 1


def test_the_panel_says_synced_for_a_stored_message_and_asks_gmail_nothing(anna: Office) -> None:
    at = anna.deliver(mail(JANE, ANNA, subject="Application"), ANNA)[ANNA]
    anna.label(ANNA, at["threadId"])
    anna.sync(ANNA)
    anna.simulator.control.reset_meter()

    card = anna.open(ANNA, at)

    assert "SYNCED" in " ".join(texts(card))
    assert "Jane Doe" in " ".join(texts(card))
    assert anna.calls() == []


def test_a_thread_without_a_candidate_waits_and_comes_in_when_the_candidate_does(anna: Office) -> None:
    at = anna.deliver(mail("new@people.example", ANNA, subject="Hi"), ANNA)[ANNA]
    anna.label(ANNA, at["threadId"])
    anna.sync(ANNA)
    waiting = anna.services.store.threads(f"sub-{ANNA}", [at["threadId"]])[at["threadId"]]

    newcomer = anna.candidate("New Comer", "new@people.example")
    anna.sync(ANNA)

    assert waiting.state is ThreadState.WAITING
    assert [found.summary.subject for found in anna.stored(newcomer, ANNA)] == ["Hi"]


@pytest.mark.parametrize("how", ["an address", "a reply"])
def test_what_waited_and_came_in_keeps_no_hashes_of_its_people(anna: Office, how: str) -> None:
    first = mail("new@people.example", ANNA)
    at = anna.deliver(first, ANNA)[ANNA]
    anna.label(ANNA, at["threadId"])
    anna.sync(ANNA)
    waits = anna.thread(ANNA, at)

    if how == "an address":
        anna.candidate("New Comer", "new@people.example")
    else:
        anna.deliver(mail(JANE, ANNA, reply_to=first), ANNA)
    anna.sync(ANNA)

    follows = anna.thread(ANNA, at)
    assert waits is not None
    assert waits.who_keys
    assert follows is not None
    assert (follows.state, follows.who_keys) == (ThreadState.FOLLOWING, frozenset())
    assert follows.conversation is not None
