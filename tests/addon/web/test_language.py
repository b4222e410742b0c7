"""Who asks is answered in their own language, and the next one on the same thread in theirs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from cards.language import language
from storage.port import StoreError
from storage.records import Role
from tests.cards.grammar import texts
from tests.office import ADDON_CLIENT, ANNA, Office

ENGLISH, GERMAN, FRENCH = "Turn on Email", "E-Mail einschalten", "Activer E-mail"


@pytest.fixture
def staffed(office: Office) -> Office:
    office.member(ANNA, role=Role.TEAM_MEMBER)
    return office


def home(office: Office, locale: Any) -> list[str]:
    event = office.event(ANNA)
    event["commonEventObject"]["userLocale"] = locale
    return texts(office.post("home", event))


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", ENGLISH),
        ("en-GB", ENGLISH),
        ("de", GERMAN),
        ("de-CH", GERMAN),
        ("de_AT", GERMAN),
        ("fr-CA", FRENCH),
        ("es", ENGLISH),
        ("not a language", ENGLISH),
        (None, ENGLISH),
    ],
)
def test_the_panel_speaks_as_gmail_says_its_user_does(staffed: Office, locale: str | None, words: str) -> None:
    assert words in home(staffed, locale)


def test_the_next_request_on_a_thread_does_not_speak_as_the_one_before(staffed: Office) -> None:
    assert GERMAN in home(staffed, "de")
    assert language() == "en"
    assert ENGLISH in home(staffed, None)
    assert FRENCH in home(staffed, "fr")
    assert language() == "en"


def test_nor_does_it_after_one_that_failed(staffed: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(staffed.services.store, "mailbox", _fails)
        said = home(staffed, "de")

    assert "Lever war nicht erreichbar. Bitte versuchen Sie es gleich noch einmal." in said
    assert language() == "en"
    assert ENGLISH in home(staffed, None)


def test_two_who_ask_at_once_are_answered_each_in_their_own(
    staffed: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, read = Barrier(2, timeout=30), staffed.services.store.mailbox

    def together(sub: str) -> Any:
        both.wait()  # Both requests have begun, and neither has drawn its card.
        return read(sub)

    monkeypatch.setattr(staffed.services.store, "mailbox", together)
    with ThreadPoolExecutor(2) as threads:
        german, french = threads.map(lambda locale: home(staffed, locale), ["de", "fr"])

    assert GERMAN in german
    assert FRENCH not in german
    assert FRENCH in french


def test_an_outsider_is_refused_in_their_own_language(staffed: Office) -> None:
    event = staffed.event(ANNA)
    event["commonEventObject"]["userLocale"] = "fr"
    event["authorizationEventObject"]["userIdToken"] = staffed.simulator.control.id_token(
        aud=ADDON_CLIENT, sub="sub-eve", email="eve@else.example", hd=None
    )

    assert "Ce compte Google ne fait pas partie de" in " ".join(texts(staffed.post("home", event)))


# --- the browser ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "spoken", "words"),
    [
        ("de-AT,de;q=0.9,en;q=0.5", "de", "Das hat nicht geklappt"),
        ("es,fr;q=0.5", "fr", "Cela n\u2019a pas fonctionné"),
        ("ja", "en", "This did not work"),
        ("*", "en", "This did not work"),
        ("", "en", "This did not work"),
    ],
)
def test_a_page_speaks_as_the_browser_asks(staffed: Office, accepted: str, spoken: str, words: str) -> None:
    page = staffed.client.get("/connect", headers={"Accept-Language": accepted}).get_data(as_text=True)

    assert f'<html lang="{spoken}">' in page
    assert f"<h1>{words}</h1>" in page
    assert language() == "en"


def _fails(_sub: str) -> Any:
    raise StoreError
