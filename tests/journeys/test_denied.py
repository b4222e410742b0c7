"""R11: nothing about denied mail outlives the decision: not in the store, not in a log, not in a card."""

from __future__ import annotations

import logging
from collections.abc import Callable
from email.message import EmailMessage

import pytest

from storage.records import ThreadState
from tests.backends import Place
from tests.office import ANNA, BEN, JANE, Office, mail, texts

CANARY = "xylophonic"


def _private(*, to: str = ANNA, subject: str = "") -> EmailMessage:
    """A private mail with an unguessable word in every place a word can be."""
    return mail(
        f"{CANARY}-sender@{CANARY}-bank.example",
        to,
        subject=f"{CANARY}-subject {subject}",
        text=f"{CANARY}-body",
        Cc=f"{CANARY}-name <{CANARY}-cc@{CANARY}.example>",
        X_Canary=f"{CANARY}-header",
    )


@pytest.fixture
def everything_written(place: Place, caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """All that the store holds, as it lies there, and all that was logged, at every level, printed or not."""
    caplog.set_level(logging.DEBUG)
    return lambda: f"{place.raw().decode('latin-1')} {caplog.text} {[vars(each) for each in caplog.records]}"


def test_mail_nobody_pointed_at_is_never_opened_and_leaves_no_trace(
    anna: Office, everything_written: Callable[[], str]
) -> None:
    at = [anna.deliver(_private(subject=str(n)), ANNA)[ANNA] for n in range(20)]
    anna.synced()
    anna.simulator.control.label(ANNA, at[0]["threadId"], add=["STARRED"])
    anna.sync(ANNA)

    written = everything_written()

    assert CANARY not in written
    assert not [one for one in at if one["id"] in written or one["threadId"] in written]
    assert {call["method"] for call in anna.calls()} <= {
        "getProfile", "labels.list", "history.list", "threads.get", "settings.sendAs.list",
        "users.getProfile", "threads.list",
    }  # fmt: skip
    assert len(anna.calls("threads.get")) == 1


def test_a_labelled_thread_without_a_candidate_leaves_its_id_and_hashes_and_nothing_else(
    anna: Office, everything_written: Callable[[], str]
) -> None:
    at = anna.deliver(_private(), ANNA)[ANNA]

    anna.label(ANNA, at["threadId"])
    anna.sync(ANNA)

    thread = anna.thread(ANNA, at)
    written = everything_written()
    assert thread is not None
    assert thread.state is ThreadState.WAITING
    assert at["threadId"] in written
    assert CANARY not in written


def test_a_labelled_thread_with_a_blocked_person_is_forgotten_altogether(
    make_office: Callable[..., Office], everything_written: Callable[[], str]
) -> None:
    office = make_office(BLOCKLIST=f"{CANARY}-bank.example")
    office.member(ANNA, connected=True)
    office.candidate("Jane Doe", JANE)
    at = office.deliver(_private(to=JANE), ANNA)[ANNA]

    office.label(ANNA, at["threadId"])
    office.sync(ANNA)

    written = everything_written()
    assert office.thread(ANNA, at) is None
    assert at["threadId"] not in written
    # The company's own decision is in the configuration, never in the store.
    assert CANARY not in written


def test_opening_private_mail_in_the_panel_leaves_no_trace(
    anna: Office, everything_written: Callable[[], str]
) -> None:
    at = anna.deliver(_private(), ANNA)[ANNA]
    alias = anna.simulator.control.alias(ANNA, at["id"])

    card = anna.open(ANNA, at)
    event = anna.event(ANNA, opened=at)
    event["gmail"] |= {"messageId": alias["message"], "threadId": alias["thread"]}
    anna.post("message", event)

    written = everything_written()
    assert "NOT SYNCED" in " ".join(texts(card))
    assert CANARY not in written
    assert at["id"] not in written
    assert alias["message"] not in written


def test_gmail_failing_on_a_private_thread_logs_nothing_of_it(
    anna: Office, everything_written: Callable[[], str]
) -> None:
    at = anna.deliver(_private(), ANNA)[ANNA]
    anna.label(ANNA, at["threadId"])
    for status, reason in (
        (500, "backendError"),
        (400, "invalid"),
        (403, "forbidden"),
        (429, "rateLimitExceeded"),
    ):
        anna.simulator.control.fault(
            "GET .*/threads/", status=status, reason=reason, times=1, message=f"{CANARY}-error"
        )
        anna.sync(ANNA)

    assert CANARY not in everything_written()


def test_what_a_colleague_stored_is_found_by_no_plain_word_in_the_store(
    anna: Office, everything_written: Callable[[], str]
) -> None:
    anna.member(BEN)
    anna.synced_mail(mail(f"{JANE}", ANNA, subject=f"{CANARY}-subject", text=f"{CANARY}-text"))

    written = everything_written()

    assert len(anna.stored(anna.jane(), ANNA)) == 1
    assert CANARY not in written
    assert JANE not in written


def test_snippets_are_never_asked_for(anna: Office) -> None:
    at = anna.synced()
    other = anna.deliver(mail("someone@else.example", ANNA), ANNA)[ANNA]
    anna.open(ANNA, other)
    anna.open(ANNA, at)

    fields = [call["fields"] for call in anna.calls() if call["method"] != "users.getProfile"]

    assert all(fields)
    assert not [f for f in fields if "snippet" in f or "raw" in f]
