"""What an attacker can try at the consent page, each refused and without a trace in the store."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest
from werkzeug.test import TestResponse

from addon.gateways.scopes import BACKGROUND
from storage.records import Refusal
from tests.backends import Place
from tests.office import ADDON_CLIENT, ANNA, BASE_URL, BEN, OAUTH_CLIENT, Office

COOKIE = "__Host-lever-consent"
SUB = f"sub-{ANNA}"


@pytest.fixture
def staffed(office: Office) -> Office:
    office.member(ANNA)
    office.member(BEN)
    return office


@pytest.fixture
def came_back(staffed: Office) -> Callable[..., TestResponse]:
    """Come back from Google with an ID token of the test's own making."""
    control = staffed.simulator.control

    def back(id_token: str) -> TestResponse:
        browser = staffed.browser()
        url = control.consent(browser.get(staffed.ask(ANNA)).headers["Location"], email=ANNA)
        control.next_id_token(id_token)
        return browser.get(url.removeprefix(BASE_URL))

    return back


def nothing_is_stored(office: Office) -> bool:
    store = office.services.store
    subs = (SUB, f"sub-{BEN}")
    return all(
        store.consent(sub) is None and store.mailbox(sub) is None and store.bell(sub) is None for sub in subs
    )


def part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def claims(**changed: Any) -> dict[str, Any]:
    good = {
        "iss": "https://accounts.google.com",
        "aud": OAUTH_CLIENT,
        "sub": SUB,
        "email": ANNA,
        "email_verified": True,
        "hd": "acme.example",
        "iat": int(time.time()),
        "exp": int(time.time()) + 3600,
    }
    return {name: value for name, value in (good | changed).items() if value is not None}


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"aud": ADDON_CLIENT}, id="made for the panel's client"),
        pytest.param({"aud": "other.apps.googleusercontent.com"}, id="made for another project's client"),
        pytest.param({"email": "job@other.iam.gserviceaccount.com", "sub": "1"}, id="another project's account"),
        pytest.param({"exp": int(time.time()) - 60}, id="expired"),
        pytest.param({"iat": int(time.time()) + 3600}, id="not yet valid"),
        pytest.param({"iss": "https://evil.example"}, id="of another issuer"),
        pytest.param({"email_verified": False}, id="of an address nobody verified"),
        pytest.param({"hd": None}, id="without the Workspace domain"),
        pytest.param({"hd": "other.example"}, id="of another Workspace domain"),
        pytest.param({"sub": "sub-of-the-next-anna"}, id="of a recycled address"),
        pytest.param({"sub": ""}, id="of nobody"),
        pytest.param({"kid": "unknown"}, id="signed by a key nobody knows"),
        pytest.param({"forge": True}, id="signed by another key under a known id"),
    ],
)
def test_an_id_token_that_does_not_prove_the_member_who_asked_is_refused(
    staffed: Office, came_back: Callable[..., TestResponse], changed: dict[str, Any]
) -> None:
    shown = came_back(staffed.simulator.control.id_token(**(claims() | changed)))

    assert shown.status_code in {403, 503}
    assert nothing_is_stored(staffed)


def test_the_same_token_unchanged_is_taken(staffed: Office, came_back: Callable[..., TestResponse]) -> None:
    shown = came_back(staffed.simulator.control.id_token(**claims()))

    assert shown.status_code == 200
    assert not nothing_is_stored(staffed)


def test_an_unsigned_token_is_refused(staffed: Office, came_back: Callable[..., TestResponse]) -> None:
    shown = came_back(f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims())}.")

    assert shown.status_code == 503
    assert nothing_is_stored(staffed)


def test_a_token_signed_with_the_public_key_as_if_it_were_a_secret_is_refused(
    staffed: Office, came_back: Callable[..., TestResponse]
) -> None:
    good = staffed.simulator.control.id_token(**claims())
    kid = json.loads(base64.urlsafe_b64decode(good.split(".")[0] + "=="))["kid"]
    with urlopen(f"{staffed.simulator.url}/oauth2/v1/certs") as answer:  # noqa: S310 (our own simulator)
        certificate: str = json.load(answer)[kid]
    body = f"{part({'alg': 'HS256', 'typ': 'JWT', 'kid': kid})}.{part(claims())}"
    signature = hmac.new(certificate.encode(), body.encode(), hashlib.sha256).digest()

    shown = came_back(f"{body}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}")

    assert shown.status_code == 503
    assert nothing_is_stored(staffed)


# --- the way back -----------------------------------------------------------------------------------------


def way_back(office: Office, browser: Any) -> dict[str, str]:
    """State and code with which Google sends `browser` back."""
    url = office.simulator.control.consent(browser.get(office.ask(ANNA)).headers["Location"], email=ANNA)
    given = parse_qs(urlsplit(url).query)
    return {"state": given["state"][0], "code": given["code"][0]}


def test_a_browser_that_was_not_sent_there_by_us_brings_nothing_back(staffed: Office) -> None:
    query = way_back(staffed, staffed.browser())

    shown = staffed.browser().get("/oauth/callback", query_string=query)

    assert shown.status_code == 400
    assert nothing_is_stored(staffed)


def test_another_browsers_cookie_does_not_help_and_the_right_one_still_works(staffed: Office) -> None:
    mine, theirs = staffed.browser(), staffed.browser()
    query = way_back(staffed, mine)
    theirs.get(staffed.ask(BEN))

    refused = theirs.get("/oauth/callback", query_string=query)

    assert refused.status_code == 400
    assert nothing_is_stored(staffed)


@pytest.mark.parametrize("cookie", ["", "x", "a" * 43, "<script>", "a" * 3000])
def test_a_made_up_cookie_is_refused(staffed: Office, cookie: str) -> None:
    query = way_back(staffed, staffed.browser())
    browser = staffed.browser()
    browser.set_cookie(COOKIE, cookie)

    assert browser.get("/oauth/callback", query_string=query).status_code == 400
    assert nothing_is_stored(staffed)


def test_a_swapped_state_is_refused(staffed: Office) -> None:
    browser = staffed.browser()
    query = way_back(staffed, browser)

    for state in ("", "x", query["state"][:-1], query["state"].swapcase(), query["state"] * 2):
        assert browser.get("/oauth/callback", query_string=query | {"state": state}).status_code == 400
    assert nothing_is_stored(staffed)


def test_a_state_given_twice_is_nobodys(staffed: Office) -> None:
    browser = staffed.browser()
    query = way_back(staffed, browser)

    shown = browser.get(f"/oauth/callback?state={query['state']}&state={query['state']}&code={query['code']}")

    assert shown.status_code == 400
    assert nothing_is_stored(staffed)


def test_a_code_of_another_journey_is_refused_for_the_verifier_does_not_fit(staffed: Office) -> None:
    stolen = way_back(staffed, staffed.browser())["code"]
    browser = staffed.browser()
    query = way_back(staffed, browser)

    shown = browser.get("/oauth/callback", query_string=query | {"code": stolen})

    assert shown.status_code == 400
    assert nothing_is_stored(staffed)


def test_a_victim_lured_onto_an_attackers_link_gives_nothing_away(staffed: Office) -> None:
    victim = staffed.browser()
    gone = victim.get(staffed.ask(ANNA))

    back = staffed.simulator.control.consent(gone.headers["Location"], email=BEN)
    shown = victim.get(back.removeprefix(BASE_URL))

    assert shown.status_code == 403
    assert nothing_is_stored(staffed)
    request = staffed.services.store.consent_request(SUB)
    assert request is not None
    assert request.refusal is Refusal.OTHER_ACCOUNT


def test_a_way_back_after_ten_minutes_is_refused(staffed: Office) -> None:
    browser = staffed.browser()
    query = way_back(staffed, browser)
    staffed.clock.pass_time(minutes=10)

    assert browser.get("/oauth/callback", query_string=query).status_code == 400
    assert nothing_is_stored(staffed)


def test_of_two_ways_back_at_once_one_is_taken(staffed: Office) -> None:
    browser = staffed.browser()
    query = way_back(staffed, browser)
    cookie = browser.get_cookie(COOKIE)
    assert cookie is not None
    first = browser.get("/oauth/callback", query_string=query).status_code
    browser.set_cookie(COOKIE, cookie.value)

    second = browser.get("/oauth/callback", query_string=query).status_code

    assert (first, second) == (200, 400)


def test_the_store_keeps_neither_the_link_nor_the_state_nor_the_cookie(staffed: Office, place: Place) -> None:
    link = staffed.ask(ANNA)
    browser = staffed.browser()
    gone = browser.get(link)
    state = parse_qs(urlsplit(gone.headers["Location"]).query)["state"][0]
    cookie = browser.get_cookie(COOKIE)
    assert cookie is not None

    kept = place.raw()

    for secret in (parse_qs(urlsplit(link).query)["nonce"][0], state, cookie.value):
        assert secret.encode() not in kept


def test_the_scopes_are_read_from_googles_answer_and_never_from_the_address(staffed: Office) -> None:
    browser = staffed.browser()
    url = staffed.simulator.control.consent(
        browser.get(staffed.ask(ANNA)).headers["Location"], email=ANNA, scopes=[]
    )

    shown = browser.get(f"{url.removeprefix(BASE_URL)}&scope={' '.join(BACKGROUND)}")

    assert "Not all permissions were given" in shown.get_data(as_text=True)
    assert nothing_is_stored(staffed)
