"""A code and what it is good for: once, soon, for its own client, and with the verifier that began it."""

import hashlib
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from google.oauth2 import id_token
from google_auth_oauthlib.flow import Flow

from demo.simulator.server import Simulator, serve
from tests.demo.consenting import (
    BACK,
    CLIENT,
    EMAIL,
    OPENID,
    READONLY,
    SCOPES,
    SECRET,
    VERIFIER,
    brought_back,
    consent_url,
    consented,
    opens_gmail,
    redeem,
    refresh,
)

ANA, BEN = "ana@acme.test", "ben@acme.test"


@pytest.fixture
def code(simulator: Simulator) -> str:
    return brought_back(simulator.control.consent(consent_url(simulator), email=ANA))["code"]


def test_a_code_becomes_tokens_that_read_mail(simulator: Simulator, code: str) -> None:
    body = redeem(simulator, code).json()

    assert set(body) == {"access_token", "refresh_token", "expires_in", "scope", "token_type", "id_token"}
    assert (body["scope"].split(), body["token_type"], body["expires_in"]) == (list(SCOPES), "Bearer", 3600)
    assert opens_gmail(simulator, body["access_token"])
    assert opens_gmail(simulator, refresh(simulator, body["refresh_token"]).json()["access_token"])


def half_hash(text: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:16]).rstrip(b"=").decode()


def test_the_id_token_says_who_consented_and_to_whom(simulator: Simulator, transport: Any) -> None:
    body = consented(simulator, ANA, nonce="n1").json()

    claims = id_token.verify_token(
        body["id_token"],
        transport,
        audience=CLIENT,
        certs_url=f"{simulator.url}/oauth2/v1/certs",
        clock_skew_in_seconds=10**9,
    )
    assert claims == {
        "iss": "https://accounts.google.com",
        "aud": CLIENT,
        "azp": CLIENT,
        "sub": "101",
        "email": ANA,
        "email_verified": True,
        "hd": "acme.test",
        "name": "Ana Reyes",
        "nonce": "n1",
        "at_hash": half_hash(body["access_token"]),
        "iat": 1_790_000_000,
        "exp": 1_790_003_600,
    }


def test_without_openid_there_is_no_id_token(simulator: Simulator) -> None:
    assert "id_token" not in consented(simulator, ANA, scope=READONLY).json()


def test_the_client_may_name_itself_by_http_basic(code: str, ask: Any) -> None:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}

    answer = ask("/token", (CLIENT, SECRET), **form, code_verifier=VERIFIER)

    assert answer.status_code == 200


def refusal(answer: requests.Response) -> tuple[int, str, str]:
    body = answer.json()
    return answer.status_code, body["error"], body["error_description"]


def test_a_code_is_good_once(simulator: Simulator, code: str) -> None:
    assert redeem(simulator, code).ok

    assert refusal(redeem(simulator, code)) == (400, "invalid_grant", "Bad Request")


def test_of_many_who_bring_a_code_at_once_one_gets_tokens(simulator: Simulator, code: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: redeem(simulator, code).ok, range(8)))

    assert answers.count(True) == 1


def test_a_code_dies_after_ten_minutes(simulator: Simulator, code: str, clock: Any) -> None:
    late = brought_back(simulator.control.consent(consent_url(simulator), email=BEN))["code"]
    clock.now += 599
    assert redeem(simulator, code).ok

    clock.now += 1

    assert refusal(redeem(simulator, late)) == (400, "invalid_grant", "Bad Request")


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"code": "made-up"}, (400, "invalid_grant", "Malformed auth code.")),
        ({"code": "4/0sim-" + 32 * "x"}, (400, "invalid_grant", "Bad Request")),
        ({"code": None}, (400, "invalid_request", "Missing required parameter: code")),
        ({"client_id": "other.test"}, (400, "invalid_grant", "Bad Request")),
        ({"client_id": None}, (400, "invalid_request", "Could not determine client ID from request.")),
        ({"client_secret": None}, (400, "invalid_request", "client_secret is missing.")),
        ({"redirect_uri": f"{BACK}/"}, (400, "redirect_uri_mismatch", "Bad Request")),
        ({"redirect_uri": None}, (400, "invalid_request", "Missing required parameter: redirect_uri")),
        ({"code_verifier": None}, (400, "invalid_grant", "Missing code verifier.")),
        ({"code_verifier": "another"}, (400, "invalid_grant", "Invalid code verifier.")),
        ({"code_verifier": "héllo"}, (400, "invalid_grant", "Invalid code verifier.")),
    ],
)
def test_a_code_brought_wrongly_is_refused_by_name_and_still_good(
    simulator: Simulator, code: str, change: dict[str, str | None], refused: tuple[int, str, str]
) -> None:
    assert refusal(redeem(simulator, **({"code": code} | change))) == refused  # type: ignore[arg-type]

    assert redeem(simulator, code).ok


def test_a_verifier_nobody_announced_is_refused(simulator: Simulator) -> None:
    url = consent_url(simulator, code_challenge=None, code_challenge_method=None)
    code = brought_back(simulator.control.consent(url, email=ANA))["code"]

    assert refusal(redeem(simulator, code)) == (400, "invalid_grant", "code_verifier or verifier is not needed.")
    assert redeem(simulator, code, code_verifier=None).ok


def test_a_parameter_given_twice_is_refused(simulator: Simulator, code: str) -> None:
    form = [("grant_type", "authorization_code"), ("code", code), ("code", code)]

    answer = requests.post(f"{simulator.url}/token", data=form, timeout=5)

    assert refusal(answer)[1:] == ("invalid_request", "OAuth 2 parameters can only have a single value: code")


def test_a_described_client_has_to_know_its_secret(simulator: Simulator, code: str) -> None:
    simulator.control.client(CLIENT, secret=SECRET)

    assert refusal(redeem(simulator, code, client_secret="guess")) == (401, "invalid_client", "Unauthorized")
    token = redeem(simulator, code).json()["refresh_token"]
    assert refusal(refresh(simulator, token)) == (400, "invalid_request", "client_secret is missing.")


def test_there_is_a_refresh_token_the_first_time_and_whenever_consent_is_asked_for(simulator: Simulator) -> None:
    def has_one(email: str, **change: str | None) -> bool:
        return "refresh_token" in consented(simulator, email, **change).json()

    assert has_one(ANA, prompt=None)
    assert not has_one(ANA, prompt=None)
    assert has_one(ANA, prompt="select_account consent")
    assert has_one(BEN, prompt=None)
    assert has_one(ANA, prompt=None, client_id="other.test")


def test_there_is_none_without_offline_access(simulator: Simulator) -> None:
    for access_type in (None, "online"):
        body = consented(simulator, ANA, access_type=access_type).json()
        assert "refresh_token" not in body
        assert opens_gmail(simulator, body["access_token"])

    assert "refresh_token" in consented(simulator, ANA, prompt=None).json()


def test_who_took_access_back_is_asked_as_if_for_the_first_time(simulator: Simulator) -> None:
    consented(simulator, ANA)
    simulator.control.end_grants(ANA, "password")
    assert "refresh_token" not in consented(simulator, ANA, prompt=None).json()

    simulator.control.end_grants(ANA, "revoked")

    assert "refresh_token" in consented(simulator, ANA, prompt=None).json()


def test_a_refresh_token_is_its_clients_alone(simulator: Simulator) -> None:
    token = consented(simulator, ANA).json()["refresh_token"]

    assert refusal(refresh(simulator, token, "other.test")) == (401, "unauthorized_client", "Unauthorized")
    assert refresh(simulator, token).ok


def test_a_fault_can_lose_the_answer_with_the_code_spent(simulator: Simulator, code: str) -> None:
    simulator.control.fault("POST /token", status=503, reason="backendError", after=True)

    assert redeem(simulator, code).status_code == 503
    assert refusal(redeem(simulator, code))[1] == "invalid_grant"


def about(simulator: Simulator, token: str) -> requests.Response:
    return requests.get(f"{simulator.url}/v1/userinfo", headers={"Authorization": f"Bearer {token}"}, timeout=5)


@pytest.mark.parametrize("scope", [OPENID, EMAIL])
def test_who_may_know_the_user_is_told_who_it_is(simulator: Simulator, scope: str) -> None:
    token = simulator.control.grant(ANA, [scope])["access_token"]

    assert about(simulator, token).json() == {
        "sub": "101",
        "name": "Ana Reyes",
        "email": ANA,
        "email_verified": True,
        "hd": "acme.test",
    }


def test_others_are_told_nothing_of_the_user(simulator: Simulator) -> None:
    token = simulator.control.grant(ANA, [READONLY])["access_token"]

    refused, unknown = about(simulator, token), about(simulator, "made-up")

    assert (refused.status_code, refused.json()["error"]["status"]) == (403, "PERMISSION_DENIED")
    assert (unknown.status_code, unknown.json()["error"]["status"]) == (401, "UNAUTHENTICATED")
    simulator.control.fault("GET /v1/userinfo", status=503)
    assert about(simulator, simulator.control.grant(ANA, [OPENID])["access_token"]).status_code == 503


def test_no_token_and_no_code_is_among_the_calls_that_are_shown(simulator: Simulator) -> None:
    said = brought_back(simulator.control.consent(consent_url(simulator), email=ANA))
    body = redeem(simulator, said["code"]).json()
    opens_gmail(simulator, body["access_token"])
    about(simulator, body["access_token"])
    refresh(simulator, body["refresh_token"])

    shown = str(simulator.control.calls())

    for secret in (said["code"], body["access_token"], body["refresh_token"], body["id_token"], SECRET):
        assert secret not in shown


def test_googles_own_flow_goes_all_the_way(monkeypatch: pytest.MonkeyPatch, transport: Any) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # loopback has no certificate
    with serve() as simulator:
        simulator.control.add_mailbox(ANA, sub="101")
        client = {
            "client_id": CLIENT,
            "client_secret": SECRET,
            "auth_uri": f"{simulator.url}/o/oauth2/v2/auth",
            "token_uri": f"{simulator.url}/token",
        }
        flow = Flow.from_client_config({"web": client}, scopes=list(SCOPES), redirect_uri=BACK)
        url, state = flow.authorization_url(prompt="consent", login_hint=ANA)

        location = simulator.control.consent(url, email=ANA)
        flow.fetch_token(authorization_response=location)

        assert brought_back(location)["state"] == state
        assert flow.credentials.refresh_token
        assert opens_gmail(simulator, flow.credentials.token)
        certificates = f"{simulator.url}/oauth2/v1/certs"
        claims = id_token.verify_token(flow.credentials.id_token, transport, CLIENT, certificates)
        assert claims["sub"] == "101"
        flow.credentials.refresh(transport)
        assert opens_gmail(simulator, flow.credentials.token)
