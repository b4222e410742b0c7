"""Google's permissions in the panel: asked for at the click, once, and a refusal is an answer and no loop."""

from __future__ import annotations

from typing import Any

import pytest

from storage.port import StoreError
from tests.cards.grammar import buttons, texts
from tests.office import ANNA, HEADERS_SCOPE, JANE, MODIFY, Office, mail


def scopes(event: dict[str, Any], *scopes: str) -> dict[str, Any]:
    event["authorizationEventObject"]["authorizedScopes"] = list(scopes)
    return event


def opened(office: Office, at: dict[str, str], *granted: str) -> dict[str, Any]:
    return office.post("message", scopes(office.event(ANNA, opened=at), *granted))


def asks(answer: dict[str, Any]) -> bool:
    return "requesting_google_scopes" in answer


def test_opening_a_message_without_the_permission_asks_for_that_one(anna: Office) -> None:
    at = anna.deliver(mail(JANE, ANNA), ANNA)[ANNA]

    answer = opened(anna, at)

    assert answer == {"requesting_google_scopes": {"scopes": [HEADERS_SCOPE]}}


def test_a_refusal_is_a_card_with_grant_access_and_the_button_asks_again(anna: Office) -> None:
    at = anna.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    opened(anna, at)

    refused = opened(anna, at)
    pressed = anna.post("actions/refresh", scopes(anna.event(ANNA, opened=at)))

    assert "Grant access" in [each.text for each in buttons(refused)]
    assert asks(pressed)


def test_however_often_google_sends_it_again_every_second_answer_is_a_card(anna: Office) -> None:
    at = anna.deliver(mail(JANE, ANNA), ANNA)[ANNA]

    assert [asks(opened(anna, at)) for _ in range(6)] == [True, False] * 3


def test_where_the_store_cannot_remember_the_question_it_is_a_card_and_the_log_says_why(
    anna: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def silent(*_: object, **__: object) -> None:
        raise StoreError("the disk is full")

    at = anna.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    monkeypatch.setattr(anna.services.store, "save_member", silent)

    answer = opened(anna, at)

    assert "Grant access" in [each.text for each in buttons(answer)]
    assert "the disk is full" in caplog.text
    assert "Traceback" not in caplog.text


def test_a_granted_permission_draws_the_card(anna: Office) -> None:
    at = anna.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    opened(anna, at)

    answer = opened(anna, at, HEADERS_SCOPE)

    assert "NOT SYNCED" in " ".join(texts(answer))


def test_a_question_left_open_for_long_is_asked_anew(anna: Office) -> None:
    at = anna.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    opened(anna, at)
    anna.clock.pass_time(minutes=6)

    assert asks(opened(anna, at))


def test_a_message_that_is_synced_needs_no_permission(anna: Office) -> None:
    at = anna.synced()

    answer = opened(anna, at)

    assert "Synced at" in " ".join(texts(answer))


def test_syncing_acts_before_it_asks_and_once_however_often_it_is_sent(anna: Office) -> None:
    at = anna.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    card = anna.open(ANNA, at)

    first = anna.press(ANNA, card, "Sync this conversation", opened=at)
    asked = anna.thread(ANNA, at)
    second = anna.press(ANNA, card, "Sync this conversation", opened=at)

    assert asks(first)
    assert asked is not None
    assert "Syncing." in texts(second)
    assert "Give it" in [each.text for each in buttons(second)]


def test_the_label_is_set_when_it_was_granted(anna: Office) -> None:
    at = anna.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    card = anna.open(ANNA, at)
    anna.press(ANNA, card, "Sync this conversation", opened=at)
    anna.scopes[ANNA] = (MODIFY,)

    anna.press(ANNA, card, "Sync this conversation", opened=at)

    [thread] = anna.simulator.control.mailbox(ANNA)["threads"]
    assert "Lever" in thread["labels"]


def test_what_takes_away_never_waits_for_a_permission(anna: Office) -> None:
    at = anna.synced()

    for words in (("Make secret", "Make secret"), ("Stop updating",), ("Remove from Lever", "Remove from Lever")):
        answer = anna.confirm(ANNA, anna.open(ANNA, at), *words, opened=at)
        assert not asks(answer)
    assert not asks(anna.answer(ANNA, "actions/set-email", parameters={"want": "off"}))
