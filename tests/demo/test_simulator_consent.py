"""The consent page: who is asked for what, what they can refuse, and what comes back."""

from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from demo.simulator.server import Simulator
from demo.simulator.visitor import ConsentPageError
from tests.demo.consenting import (
    BACK,
    CLIENT,
    EMAIL,
    LABELS,
    OPENID,
    READONLY,
    SCOPES,
    brought_back,
    challenge,
    consent_url,
    redeem,
)

ANA, BEN = "ana@acme.test", "ben@acme.test"
PATH = "/o/oauth2/v2/auth"


def page(url: str) -> requests.Response:
    return requests.get(url, timeout=5, allow_redirects=False)


def posted(simulator: Simulator, url: str, **own: str | list[str]) -> requests.Response:
    """The page's form with this in it, as a browser would send it."""
    asked = brought_back(url) | own
    return requests.post(simulator.url + PATH, data=asked, timeout=5, allow_redirects=False)


def test_all_that_was_allowed_comes_back_with_a_code_and_the_state(simulator: Simulator) -> None:
    location = simulator.control.consent(consent_url(simulator), email=ANA)

    assert location.startswith(f"{BACK}?")
    said = brought_back(location)
    assert (said["state"], said["scope"].split()) == ("st&te", list(SCOPES))
    assert said["code"]
    assert "error" not in said


def test_a_redirect_address_keeps_its_own_query(simulator: Simulator) -> None:
    url = consent_url(simulator, redirect_uri=f"{BACK}?from=panel")

    assert simulator.control.consent(url, email=ANA).startswith(f"{BACK}?from=panel&state=st%26te&code=")


def test_cancel_brings_back_an_error_and_the_state_and_no_code(simulator: Simulator) -> None:
    said = brought_back(simulator.control.consent(consent_url(simulator), email=ANA, deny=True))

    assert said == {"error": "access_denied", "state": "st&te"}


def test_a_gmail_box_can_be_unticked_and_signing_in_cannot(simulator: Simulator) -> None:
    url = consent_url(simulator, scope=f"{OPENID} email {READONLY} {LABELS}")

    some = brought_back(simulator.control.consent(url, email=ANA, scopes=[LABELS]))
    none = brought_back(simulator.control.consent(url, email=ANA, scopes=[]))

    assert some["scope"].split() == [OPENID, EMAIL, LABELS]
    assert none["scope"].split() == [OPENID, EMAIL]
    with pytest.raises(ConsentPageError, match="no box for openid"):
        simulator.control.consent(url, email=ANA, scopes=[OPENID])
    assert redeem(simulator, some["code"]).json()["scope"].split() == [OPENID, EMAIL, LABELS]


def test_allowing_nothing_at_all_is_a_refusal(simulator: Simulator) -> None:
    url = consent_url(simulator, scope=READONLY)

    assert brought_back(simulator.control.consent(url, email=ANA, scopes=[]))["error"] == "access_denied"


def test_every_scope_has_a_sentence_and_every_gmail_scope_a_ticked_box(simulator: Simulator) -> None:
    shown = posted(simulator, consent_url(simulator), account=ANA).text

    assert "View your email messages and settings" in shown
    assert "See your email address" in shown
    assert shown.count('type="checkbox"') == 1
    assert f'type="checkbox" name="granted" value="{READONLY}" checked' in shown


def test_all_accounts_are_offered_and_none_is_chosen_for_anybody(simulator: Simulator) -> None:
    shown = page(consent_url(simulator))

    assert (shown.status_code, shown.text.count('type="radio"')) == (200, 2)
    assert " checked" not in shown.text
    assert CLIENT in shown.text


@pytest.mark.parametrize("hint", [BEN, "Ben@Acme.test", "102"])
def test_a_hint_chooses_an_account_and_leaves_the_way_to_others(simulator: Simulator, hint: str) -> None:
    url = consent_url(simulator, login_hint=hint)

    shown = page(url).text

    assert shown.count('type="radio"') == 1
    assert f'value="{BEN}" required checked' in shown
    assert "Use another account" in shown
    assert "code" in brought_back(simulator.control.consent(url, email=ANA))


def test_a_hint_at_nobody_offers_everybody(simulator: Simulator) -> None:
    shown = page(consent_url(simulator, login_hint="nobody@acme.test")).text

    assert (shown.count('type="radio"'), " checked" in shown, "Use another" in shown) == (2, False, False)


def test_a_domain_narrows_the_accounts(simulator: Simulator) -> None:
    simulator.control.add_mailbox("someone@gmail.com")

    shown = page(consent_url(simulator, hd="acme.test")).text

    assert (shown.count('type="radio"'), "someone@gmail.com" in shown, "Use another" in shown) == (2, False, True)


def test_the_page_escapes_what_others_wrote(simulator: Simulator) -> None:
    evil = '"><script>alert(1)</script>@acme.test'
    simulator.control.add_mailbox(evil, name="<b>Eve</b>")
    url = consent_url(simulator, state='"><script>', client_id="<i>app</i>")

    pages = [page(url).text, posted(simulator, url, account=evil).text, posted(simulator, url, account="<u>").text]

    for tag in ("<script", "<i>", "<u>", "<b>Eve"):
        assert not [text for text in pages if tag in text]
    assert "&lt;b&gt;Eve&lt;/b&gt;" in pages[0]
    assert brought_back(simulator.control.consent(url, email=evil))["state"] == '"><script>'


@pytest.mark.parametrize(
    ("change", "error", "text"),
    [
        ({"client_id": None}, "invalid_request", "Missing required parameter: client_id"),
        ({"redirect_uri": None}, "invalid_request", "Missing required parameter: redirect_uri"),
        ({"redirect_uri": "https://evil.test/x"}, "redirect_uri_mismatch", "https://evil.test/x"),
        ({"redirect_uri": "http://127.0.0.1.evil.test/"}, "redirect_uri_mismatch", "does not match"),
        ({"redirect_uri": "http://evil.test@127.0.0.1/"}, "redirect_uri_mismatch", "does not match"),
        ({"redirect_uri": "http://127.0.0.1\\@evil.test/"}, "redirect_uri_mismatch", "does not match"),
        ({"redirect_uri": "http://127.0.0.1:99999/"}, "redirect_uri_mismatch", "does not match"),
        ({"redirect_uri": f"{BACK}#code"}, "redirect_uri_mismatch", "does not match"),
        ({"redirect_uri": f"{BACK}\r\nX: y"}, "redirect_uri_mismatch", "does not match"),
        ({"redirect_uri": "javascript:alert(1)"}, "redirect_uri_mismatch", "does not match"),
        ({"response_type": None}, "invalid_request", "Missing required parameter: response_type"),
        ({"response_type": "token"}, "unsupported_response_type", "token"),
        ({"scope": None}, "invalid_request", "Missing required parameter: scope"),
        ({"scope": "  "}, "invalid_request", "Missing required parameter: scope"),
        ({"scope": f"{OPENID} {READONLY}s"}, "invalid_scope", "gmail.readonlys"),
        ({"access_type": "offline "}, "invalid_request", "access_type"),
        ({"prompt": "login"}, "invalid_request", "prompt"),
        ({"prompt": "none consent"}, "invalid_request", "prompt"),
        ({"include_granted_scopes": "yes"}, "invalid_request", "include_granted_scopes"),
        ({"code_challenge_method": "plain"}, "invalid_request", "S256"),
        ({"code_challenge_method": None}, "invalid_request", "S256"),
        ({"code_challenge": None}, "invalid_request", "code_challenge"),
        ({"code_challenge": "too-short"}, "invalid_request", "code_challenge"),
        ({"acess_type": "offline"}, "invalid_request", "Parameter not allowed for this message type: acess_type"),
        ({"account": ANA}, "invalid_request", "Parameter not allowed for this message type: account"),
    ],
)
def test_a_wrong_request_is_an_error_page_and_never_sent_back(
    simulator: Simulator, change: dict[str, str | None], error: str, text: str
) -> None:
    url = consent_url(simulator, **change)

    refused = page(url)

    assert (refused.status_code, refused.headers.get("Location")) == (400, None)
    assert f"Error 400: {error}" in refused.text
    assert text in refused.text
    with pytest.raises(ConsentPageError, match=error):
        simulator.control.consent(url, email=ANA)


def test_a_parameter_given_twice_is_refused(simulator: Simulator) -> None:
    refused = page(consent_url(simulator) + "&state=other")

    assert refused.status_code == 400
    assert "OAuth 2 parameters can only have a single value: state" in refused.text


@pytest.mark.parametrize(
    ("own", "error"),
    [
        ({"account": "nobody@acme.test"}, "invalid_request"),
        ({"account": ANA, "decision": "perhaps"}, "invalid_request"),
        ({"account": ANA, "decision": ["allow", "deny"]}, "invalid_request"),
        ({"account": ANA, "decision": "allow", "granted": [READONLY, LABELS]}, "invalid_scope"),
    ],
)
def test_a_forged_form_gets_no_code(simulator: Simulator, own: dict[str, Any], error: str) -> None:
    refused = posted(simulator, consent_url(simulator), **own)

    assert (refused.status_code, refused.headers.get("Location")) == (400, None)
    assert f"Error 400: {error}" in refused.text


def test_what_the_form_says_is_checked_again(simulator: Simulator) -> None:
    changed = posted(
        simulator,
        consent_url(simulator, redirect_uri="https://evil.test/"),
        account=ANA,
        decision="allow",
        granted=READONLY,
    )

    assert (changed.status_code, changed.headers.get("Location")) == (400, None)


def test_without_a_page_nobody_can_consent(simulator: Simulator) -> None:
    answer = page(consent_url(simulator, prompt="none"))

    assert answer.status_code == 303
    assert brought_back(answer.headers["Location"]) == {"error": "interaction_required", "state": "st&te"}


def test_a_client_that_is_described_may_only_use_its_own_redirect_addresses(simulator: Simulator) -> None:
    simulator.control.client(CLIENT, redirect_uris=[BACK])

    assert page(consent_url(simulator)).status_code == 200
    assert "redirect_uri_mismatch" in page(consent_url(simulator, redirect_uri=f"{BACK}/")).text


def test_a_deleted_client_is_shown_to_nobody(simulator: Simulator) -> None:
    simulator.control.client(CLIENT, deleted=True)

    refused = page(consent_url(simulator))

    assert refused.status_code == 400
    assert "Error 401: deleted_client" in refused.text


def test_earlier_scopes_of_the_project_join_in_where_the_client_asks_for_them(simulator: Simulator) -> None:
    simulator.control.grant(ANA, [LABELS])
    simulator.control.grant(ANA, ["https://mail.google.com/"], project="other")

    joined = simulator.control.consent(consent_url(simulator, include_granted_scopes="true"), email=ANA)
    alone = simulator.control.consent(consent_url(simulator), email=ANA)

    assert brought_back(joined)["scope"].split() == [*SCOPES, LABELS]
    assert brought_back(alone)["scope"].split() == list(SCOPES)


def test_the_pages_need_no_script_set_no_cookie_and_stay_out_of_frames(simulator: Simulator) -> None:
    url = consent_url(simulator)
    decided = posted(simulator, url, account=ANA, decision="allow", granted=READONLY)

    for answer in (page(url), posted(simulator, url, account=ANA), page(f"{url}&state=2"), decided):
        assert "Set-Cookie" not in answer.headers
        assert "<script" not in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        # It opens from the side panel, which waits for it to close.
        assert "Cross-Origin-Opener-Policy" not in answer.headers
        assert not [name for name in answer.headers if name.lower().startswith("access-control-")]
    assert "frame-ancestors 'none'" in page(url).headers["Content-Security-Policy"]


def test_a_browsers_own_post_is_let_in_and_another_pages_is_not(simulator: Simulator) -> None:
    form = brought_back(consent_url(simulator)) | {"account": ANA}

    def status(**headers: str) -> int:
        return requests.post(simulator.url + PATH, data=form, headers=headers, timeout=5).status_code

    # A browser tells where the form stood, unless the page forbade it to.
    assert page(consent_url(simulator)).headers["Referrer-Policy"] == "same-origin"
    assert status(Origin=simulator.url) == 200
    assert [status(Origin=origin) for origin in ("https://evil.test", "null")] == [403, 403]
    assert status(Host="evil.test") == 403


def test_the_form_names_are_those_that_are_documented(simulator: Simulator) -> None:
    url = consent_url(simulator)
    answer = posted(simulator, url, account=ANA, decision="allow", granted=[READONLY])

    assert answer.status_code == 303
    assert urlsplit(answer.headers["Location"]).netloc == "127.0.0.1:8080"
    assert brought_back(url)["code_challenge"] == challenge()
