"""The side panel as text: what pressing its buttons says to a person at a terminal."""

from pathlib import Path
from typing import Any

import pytest

from demo.card_text import page_of_card
from demo.folder import write_json
from demo.panel import Panel, _inputs

ANA = "ana@acme.test"
CONSENT = "http://127.0.0.1:8080/connect?nonce=n-1_2&authuser=ana%40acme.test"


@pytest.fixture
def var(tmp_path: Path) -> Path:
    running = {
        "addon": "http://127.0.0.1:1",
        "simulator": "http://127.0.0.1:2",
        "addon_service_account": "addon@google.test",
        "addon_client_id": "panel.test",
        "members": [{"email": ANA}],
    }
    write_json(tmp_path / "demo.json", running)
    return tmp_path


def remembered(var: Path, answer: dict[str, Any]) -> Panel:
    """A panel whose last answer was this one."""
    write_json(var / "panel.json", {ANA: {"answer": answer}})
    return Panel("ana", var=var)


def card(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"sections": [{"widgets": [{"buttonList": {"buttons": list(buttons)}}]}]}


LINK = {"text": "Turn on Email", "onClick": {"openLink": {"url": CONSENT, "onClose": "RELOAD"}}}


def test_a_link_says_its_whole_address_for_a_browser(var: Path) -> None:
    panel = remembered(var, {"action": {"navigations": [{"pushCard": card(LINK)}]}})

    assert CONSENT in panel.press(1, []).text.split()
    # The card is still there: the link can be opened again.
    assert CONSENT in Panel("ana", var=var).press(1, []).text


def test_a_link_in_a_menu_or_in_a_card_inside_a_button_does_too(var: Path) -> None:
    inside = {"text": "Why?", "onClick": {"card": card(LINK)}}
    menu = {"actionLabel": "Email", "onClick": {"openLink": {"url": CONSENT}}}
    panel = remembered(var, {"action": {"navigations": [{"pushCard": card(inside) | {"cardActions": [menu]}}]}})

    assert CONSENT in panel.press(2, []).text
    panel.press(1, [])
    assert CONSENT in Panel("ana", var=var).press(1, []).text


def test_of_a_choice_one_is_chosen_and_a_box_turns_over() -> None:
    def group(kind: str, name: str, *items: tuple[str, bool]) -> dict[str, Any]:
        rows = [{"text": value, "value": value, "selected": ticked} for value, ticked in items]
        return {"selectionInput": {"name": name, "type": kind, "items": rows}}

    far = group("RADIO_BUTTON", "far", ("3", False), ("12", True), ("all", False))
    boxes = group("CHECK_BOX", "who", ("anna", True), ("ben", False))
    page = page_of_card({"sections": [{"widgets": [far, boxes]}]})

    assert _inputs(page, []) == {"far": ["12"], "who": ["anna"]}
    assert _inputs(page, ["c", "e"]) == {"far": ["all"], "who": ["anna", "ben"]}
    assert _inputs(page, ["b", "d"]) == {"far": ["12"]}
