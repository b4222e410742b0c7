"""No token, code, link or cookie stands in a log line, a card, a page or an error, also where things go wrong."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from typing import Any

import pytest

from addon import opting
from tests.office import ANNA, BASE_URL, BEN, JANE, MODIFY, Office, mail

TOKEN = re.compile(
    r"ya29\.|1//sim|4/sim|eyJ(?:hbGciO|0eXAiO|raWQiO)|code_verifier|client_secret|not-a-secret|current-message"
)
"""What tokens, codes and ID tokens begin with, and what stands beside them in a library's own words.

An ID token begins with its header, `{"alg":`, `{"typ":` or `{"kid":` in base64. `{"` alone would not do: three
letters stand by chance in a random id now and then.
"""


@pytest.fixture
def said(office: Office, caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """Everything that was logged, at debug level and by every library, and every answer the app gave."""
    caplog.set_level(logging.DEBUG)
    answers: list[str] = []

    @office.client.application.after_request
    def keep(response: Any) -> Any:
        headers = {
            name: value for name, value in response.headers.items() if name not in {"Set-Cookie", "Location"}
        }
        answers.append(json.dumps(headers) + response.get_data(as_text=True))
        return response

    return lambda: "\n".join([caplog.text, *(str(record.__dict__) for record in caplog.records), *answers])


def use_everything(office: Office) -> None:
    """A company's day: consent, sync, the panel with its labels, a second member, off."""
    office.candidate("Jane Doe", JANE)
    office.member(ANNA)
    office.consent(ANNA)
    office.scopes[ANNA] = (MODIFY,)
    office.answer(ANNA, "actions/settings", parameters={"want": "create-labels"})
    at = office.synced()
    card = office.open(ANNA, at)
    office.confirm(ANNA, card, "Make secret", "Make secret", opened=at)
    office.answer(ANNA, "actions/settings")
    office.answer(ANNA, "actions/set-email", parameters={"want": "off"})


def test_a_day_in_which_all_goes_well(office: Office, said: Callable[[], str]) -> None:
    use_everything(office)

    assert not TOKEN.search(said())


@pytest.mark.parametrize("status", [400, 401, 403, 429, 500, 503])
def test_days_in_which_google_refuses_or_fails(office: Office, said: Callable[[], str], status: int) -> None:
    office.member(ANNA)
    for path in ("POST /token", "POST /revoke", "GET .*/sendAs", "GET .*/history", "GET .*/labels"):
        office.simulator.control.fault(
            path, status=status, times=2, message="ya29.in-googles-own-words eyJhbGciOi"
        )
        office.consent(ANNA)
        if office.services.store.mailbox(f"sub-{ANNA}"):
            office.sync(ANNA)
        office.answer(ANNA, "actions/set-email", parameters={"want": "off"})
        office.clock.pass_time(minutes=10)
        opting.tidy(office.services)
        office.simulator.control.clear_faults()

    assert not TOKEN.search(said())


def test_refused_links_and_accounts(office: Office, said: Callable[[], str]) -> None:
    office.member(ANNA)
    office.member(BEN)
    office.consent(ANNA, account=BEN)
    office.consent(ANNA, deny=True)
    office.consent(ANNA, scopes=[])
    browser = office.browser()
    browser.get("/oauth/callback?state=x&code=4/sim-code&error=ya29.x")
    browser.get("/connect?nonce=4/sim-code")

    assert not TOKEN.search(said())


def test_a_link_stands_on_the_card_that_was_asked_for_and_nowhere_else(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    office.member(ANNA)
    link = office.ask(ANNA)
    nonce = link.partition("nonce=")[2]

    later = [office.answer(ANNA, path) for path in ("home", "actions/settings")]
    office.browser().get(link)

    assert nonce not in json.dumps(later)
    assert nonce not in caplog.text


def test_panel_tokens_of_every_press(office: Office, said: Callable[[], str]) -> None:
    office.member(ANNA, connected=True)
    office.candidate("Jane Doe", JANE)
    at = office.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    for fault in (401, 403, 404, 500):
        office.simulator.control.fault("GET .*/messages/", status=fault, times=1)
        office.open(ANNA, at)
    office.simulator.control.clear_faults()
    office.press(ANNA, office.open(ANNA, at), "Sync this conversation", opened=at)
    office.client.post("/addon/home", data=b"eyJhbGciOiJub25lIn0", headers={"Authorization": "Bearer ya29.x"})
    office.client.post(f"{BASE_URL}/addon/nowhere?code=4/sim-x")

    assert not TOKEN.search(said())
