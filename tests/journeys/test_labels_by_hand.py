"""`PANEL_LABELS=off` (R31): all works, the label is set by hand only, and nothing asks for the wide scope."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from addon.gateways.scopes import MODIFY
from tests.cards.grammar import buttons, texts
from tests.office import ANNA, JANE, Office, mail


@pytest.fixture
def by_hand(make_office: Callable[..., Office]) -> Office:
    office = make_office(PANEL_LABELS="off")
    office.member(ANNA, connected=True)
    office.candidate("Jane Doe", JANE)
    office.sync(ANNA)
    return office


def offered(answer: dict[str, Any]) -> list[str]:
    return [each.text for each in buttons(answer)]


def test_what_is_pressed_is_synced_without_a_label_and_without_a_question(by_hand: Office) -> None:
    at = by_hand.deliver(mail(JANE, ANNA), ANNA)[ANNA]

    pressed = by_hand.press(ANNA, by_hand.open(ANNA, at), "Sync this conversation", opened=at)
    by_hand.sync(ANNA)

    assert "requesting_google_scopes" not in pressed
    assert "Done without the label" not in json.dumps(pressed)
    assert len(by_hand.stored(by_hand.jane(), ANNA)) == 1
    assert by_hand.calls("threads.modify") == []


def test_a_name_is_chosen_in_settings_and_the_label_of_it_made_by_hand_works(by_hand: Office) -> None:
    chosen = by_hand.answer(
        ANNA, "actions/settings", parameters={"want": "create-labels"}, inputs={"label_name": ["Hiring"]}
    )
    at = by_hand.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    by_hand.label(ANNA, at["threadId"], "Hiring")
    by_hand.clock.pass_time(days=1)
    for _ in range(2):
        by_hand.sync(ANNA)

    said = chosen["renderActions"]["action"]["notification"]["text"]
    assert said == "The label is Hiring. Where it is missing, make it in Gmail."
    assert len(by_hand.stored(by_hand.jane(), ANNA)) == 1
    assert by_hand.calls("labels.create") == []


def test_the_label_is_taken_off_by_hand(by_hand: Office) -> None:
    at = by_hand.synced()
    by_hand.press(ANNA, by_hand.open(ANNA, at), "Stop updating", opened=at)

    shown = by_hand.open(ANNA, at)
    by_older_card = by_hand.answer(
        ANNA, "actions/stop-sync", opened=at, parameters={"want": "label", "thread": at["threadId"]}
    )

    assert "Take the label off" not in offered(shown)
    assert "The label Lever is still on it in Gmail. You can take it off there." in texts(shown)
    said = by_older_card["renderActions"]["action"]["notification"]["text"]
    assert said == "The label is still on it. Take it off in Gmail."


def test_a_label_that_is_missing_is_made_by_hand_and_then_works(by_hand: Office) -> None:
    shown = by_hand.answer(ANNA, "home")
    at = by_hand.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    by_hand.label(ANNA, at["threadId"])
    by_hand.clock.pass_time(days=1)
    by_hand.sync(ANNA, ANNA)

    assert offered(shown)[0] == "Work without labels"
    assert any(text.startswith("Make Lever and Lever/Secret in Gmail.") for text in texts(shown))
    assert len(by_hand.stored(by_hand.jane(), ANNA)) == 1


def test_a_label_that_is_gone_is_made_again_by_hand(by_hand: Office) -> None:
    by_hand.synced()
    by_hand.simulator.control.delete_label(ANNA, "Lever")
    by_hand.clock.pass_time(days=1)
    by_hand.sync(ANNA, ANNA)

    shown = by_hand.answer(ANNA, "home")

    assert "Make a label Lever in Gmail again, or choose another one." in texts(shown)
    assert not any(text.startswith("Create") for text in offered(shown))


def test_the_manifest_leaves_the_wide_scope_out(by_hand: Office) -> None:
    result = by_hand.client.application.test_cli_runner().invoke(args=["manifest"])

    assert MODIFY not in json.loads(result.stdout)["oauthScopes"]
    assert result.stderr == ""


def test_a_manifest_without_the_scope_warns_where_the_panel_would_still_ask_for_it(office: Office) -> None:
    result = office.client.application.test_cli_runner().invoke(args=["manifest", "--no-labels"])

    assert MODIFY not in json.loads(result.stdout)["oauthScopes"]
    assert "Set PANEL_LABELS=off too" in result.stderr
