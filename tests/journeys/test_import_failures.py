"""An import where Gmail refuses, does not answer or wants a slower pace, and where a mail cannot be read."""

from __future__ import annotations

import pytest

from addon.gateways.gmail import StoredGmail
from addon.policy.mail import Mail
from addon.sync import Outcome
from storage.records import ImportState, Role
from tests.backends import Place
from tests.cards.grammar import buttons, links, texts
from tests.journeys.importing import begin, came, card, deliver, newest, subjects
from tests.office import ANNA, BEN, JANE, Office

SUB = f"sub-{ANNA}"


def refuse(office: Office, *at: dict[str, str]) -> None:
    """Gmail will not give these once."""
    for each in at:
        office.simulator.control.fault(f"GET .*/threads/{each['threadId']}", status=400, reason="invalid", times=1)


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


def test_each_that_could_not_be_read_has_a_row_with_why_and_where_it_is_in_gmail(anna: Office) -> None:
    at = deliver(anna, 2)
    refuse(anna, *at)
    begin(anna)
    anna.sync(ANNA)

    shown = card(anna)

    said = " ".join(texts(shown))
    assert "Conversation 1 that could not be read" in said
    assert "Conversation 2 that could not be read" in said
    assert said.count("Gmail did not give it.") == 2
    assert "Last tried: " in said
    gmail = [url.rpartition("/")[2] for text, url in links(shown) if text == "Open in Gmail"]
    assert sorted(gmail) == sorted(each["threadId"] for each in at)


def test_what_is_known_of_those_that_failed_is_their_owners_alone_and_sealed(anna: Office, place: Place) -> None:
    [at] = deliver(anna, 1)
    refuse(anna, at)
    begin(anna)
    anna.sync(ANNA)
    anna.member(BEN, Role.SUPER_ADMIN)

    assert "could not be read" not in " ".join(texts(card(anna, email=BEN)))
    assert at["threadId"] not in place.raw().decode("latin-1")
    anna.clock.pass_time(days=8)
    assert "could not be read" not in " ".join(texts(card(anna)))


def test_one_that_failed_is_tried_again_alone_and_nothing_is_searched_for(anna: Office) -> None:
    deliver(anna, 1, sender="x.jane@people.example")
    at = deliver(anna, 3)
    refuse(anna, *at)
    begin(anna)
    anna.sync(ANNA)
    failed = came(anna)
    anna.simulator.control.reset_meter()

    running = anna.press(ANNA, card(anna), "Try this one again")
    anna.sync(ANNA)
    shown = card(anna)

    assert failed == (0, 1, 3)
    assert "■■■■■■■□□□ 3 of 4 conversations done. You can close this." in texts(running)
    assert " ".join(texts(running)).count("It is being tried again.") == 1
    assert came(anna) == (1, 1, 2)
    assert [call["method"] for call in anna.calls() if call["method"].startswith("threads")] == ["threads.get"]
    assert "1 in, 1 left alone, 2 failed." in texts(shown)
    assert [each.text for each in buttons(shown)].count("Try this one again") == 2


def test_what_fails_again_is_shown_again_and_what_was_denied_is_not_opened_twice(anna: Office) -> None:
    deliver(anna, 1, sender="x.jane@people.example")
    at = deliver(anna, 2)
    refuse(anna, *at)
    begin(anna)
    anna.sync(ANNA)
    anna.simulator.control.reset_meter()
    refuse(anna, at[0])

    anna.press(ANNA, card(anna), "Try again")
    anna.sync(ANNA)

    assert came(anna) == (1, 1, 1)
    assert len(anna.calls("threads.get")) == 2
    assert anna.calls("threads.list") == []
    assert [each.thread for each in newest(anna).unread] == [at[0]["threadId"]]


def test_more_than_a_few_that_failed_are_a_number_and_all_tried_again_at_one_press(anna: Office) -> None:
    at = deliver(anna, 7)
    refuse(anna, *at)
    begin(anna)
    anna.sync(ANNA)

    shown = card(anna)
    anna.press(ANNA, anna.answer(ANNA, "home"), "Try again")
    anna.sync(ANNA)

    assert "And 2 more." in texts(shown)
    assert came(anna) == (7, 0, 0)


def test_home_leads_to_what_failed(anna: Office) -> None:
    refuse(anna, *deliver(anna, 1))
    begin(anna)
    anna.sync(ANNA)

    shown = anna.press(ANNA, anna.answer(ANNA, "home"), "Show what failed")

    assert "Conversation 1 that could not be read" in " ".join(texts(shown))


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
    assert newest(anna).state is ImportState.REFUSED
    shown = card(anna)
    said = "Gmail refused the search, so the import ended."
    assert said in texts(shown)
    assert f"Mail with Jane Doe: {said}" in texts(anna.answer(ANNA, "home"))
    anna.press(ANNA, shown, "Start again")
    anna.sync(ANNA)
    assert came(anna) == (2, 0, 0)


def test_where_access_ends_in_the_middle_the_import_waits_and_the_panel_says_why(anna: Office) -> None:
    deliver(anna, 3)
    begin(anna)
    anna.simulator.control.fault("GET .*/threads", status=403, reason="insufficientPermissions", times=1)

    assert anna.sync(ANNA) == [Outcome.RESTING]
    assert newest(anna).state is ImportState.RUNNING
    assert "NEEDS ATTENTION" in " ".join(texts(anna.answer(ANNA, "home")))
    shown = card(anna)
    assert "It begins in a moment. It waits until your mailbox can be read again." in texts(shown)
    assert "Give the rest" in [each.text for each in buttons(shown)]
    assert "Cancel" in [each.text for each in buttons(shown)]
