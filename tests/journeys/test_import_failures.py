"""An import where Gmail refuses, does not answer or wants a slower pace, and where a mail cannot be read."""

from __future__ import annotations

import pytest

from addon.gateways.gmail import StoredGmail
from addon.policy.mail import Mail
from addon.sync import Outcome
from storage.records import ImportState
from tests.cards.grammar import texts
from tests.journeys.importing import begin, came, card, deliver, newest, subjects
from tests.office import ANNA, JANE, Office

SUB = f"sub-{ANNA}"


def test_what_gmail_refuses_is_counted_and_tried_again_at_a_press(anna: Office) -> None:
    deliver(anna, 3)
    anna.simulator.control.fault("GET .*/threads/", status=400, reason="invalid", times=1)
    begin(anna)
    anna.sync(ANNA)
    failed = came(anna)
    anna.simulator.control.reset_meter()

    shown = card(anna)
    anna.press(ANNA, shown, "Try again")
    anna.sync(ANNA)

    assert failed == (2, 0, 1)
    assert "2 in, 0 left alone, 1 failed." in texts(shown)
    assert came(anna) == (3, 0, 0)
    assert len(anna.calls("threads.get")) == 1
    assert len(anna.services.store.imports(SUB, limit=5)) == 1


def test_what_was_set_aside_before_is_counted_as_failed_and_tried_again_with_it(anna: Office) -> None:
    [at] = deliver(anna, 1)
    anna.simulator.control.fault(f"GET .*/threads/{at['threadId']}", status=400, reason="invalid", times=3)
    anna.label(ANNA, at["threadId"])
    anna.sync(ANNA, ANNA, ANNA, ANNA)
    begin(anna)
    anna.sync(ANNA)
    failed = came(anna)

    anna.press(ANNA, card(anna), "Try again")
    anna.sync(ANNA)

    assert failed == (0, 0, 1)
    assert came(anna) == (1, 0, 0)
    assert subjects(anna) == {"0"}


def test_where_gmail_does_not_answer_it_comes_again_by_itself(anna: Office) -> None:
    deliver(anna, 3)
    anna.simulator.control.fault("GET .*/threads/", status=500, reason="backendError", times=1)
    begin(anna)

    assert anna.sync(ANNA, ANNA) == [Outcome.LATER, Outcome.COMPLETE]
    assert came(anna) == (3, 0, 0)
    assert len(anna.calls("threads.get")) == 4


def test_where_gmail_wants_a_slower_pace_the_whole_mailbox_rests_and_it_goes_on_later(anna: Office) -> None:
    deliver(anna, 3)
    anna.simulator.control.fault("GET .*/threads/", status=429, reason="rateLimitExceeded", times=1)
    begin(anna)

    assert anna.sync(ANNA, ANNA) == [Outcome.RESTING, Outcome.COMPLETE]
    assert came(anna) == (3, 0, 0)


def test_a_mail_that_cannot_be_read_is_counted_and_the_others_come_in(
    anna: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = deliver(anna, 3)
    reads = StoredGmail.thread

    def thread(gmail: StoredGmail, id: str) -> list[Mail]:
        if id == at[0]["threadId"]:
            raise ValueError(JANE)
        return reads(gmail, id)

    monkeypatch.setattr(StoredGmail, "thread", thread)
    begin(anna)
    anna.sync(ANNA)

    assert came(anna) == (2, 0, 1)


def test_a_search_that_gmail_refuses_ends_the_import_and_can_be_tried_again(anna: Office) -> None:
    deliver(anna, 2)
    begin(anna)
    anna.simulator.control.fault("GET .*/threads$", status=400, reason="invalid", times=1)

    assert anna.sync(ANNA) == [Outcome.COMPLETE]
    assert newest(anna).state is ImportState.CANCELLED
    begin(anna)
    anna.sync(ANNA)
    assert came(anna) == (2, 0, 0)


def test_where_access_ends_in_the_middle_the_import_waits_and_the_panel_says_why(anna: Office) -> None:
    deliver(anna, 3)
    begin(anna)
    anna.simulator.control.fault("GET .*/threads", status=403, reason="insufficientPermissions", times=1)

    assert anna.sync(ANNA) == [Outcome.RESTING]
    assert newest(anna).state is ImportState.RUNNING
    assert "NEEDS ATTENTION" in " ".join(texts(anna.answer(ANNA, "home")))
