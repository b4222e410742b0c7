"""The side panel as text: what pressing its buttons says to a person at a terminal."""

from pathlib import Path
from typing import Any

import pytest

from demo.folder import write_json
from demo.panel import Panel

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
