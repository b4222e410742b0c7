"""Tokens as Google's libraries get, refresh, check and lose them."""

from collections.abc import Callable
from typing import Any

import pytest
import requests
from google.auth import exceptions
from google.oauth2 import id_token
from google.oauth2.credentials import Credentials

from demo.simulator.server import Simulator

Connect = Callable[..., Any]
ANA, BEN = "ana@acme.test", "ben@acme.test"
READONLY = "https://www.googleapis.com/auth/gmail.readonly"
EMAIL = "https://www.googleapis.com/auth/userinfo.email"
CURRENT = "https://www.googleapis.com/auth/gmail.addons.current.message.readonly"


def certificates(simulator: Simulator) -> str:
    return f"{simulator.url}/oauth2/v1/certs"


def test_googles_library_refreshes_a_grant_and_reads_mail_with_it(
    simulator: Simulator, gmail: Connect, transport: Any
) -> None:
    refresh = simulator.control.grant(ANA, ["openid", "email", READONLY])["refresh_token"]
    credentials = Credentials(
        token=None, refresh_token=refresh, client_id="c1", client_secret="s", token_uri=f"{simulator.url}/token"
    )

    credentials.refresh(transport)

    assert gmail(ANA, token=credentials.token).getProfile(userId="me").execute()["emailAddress"] == ANA
    claims = id_token.verify_token(
        credentials.id_token,
        transport,
        audience="c1",
        certs_url=certificates(simulator),
        clock_skew_in_seconds=10**9,
    )
    assert (claims["sub"], claims["email"], claims["hd"], claims["name"]) == (
        "101",
        ANA,
        "acme.test",
        "Ana Reyes",
    )


def test_the_scopes_really_granted_are_told_at_every_refresh(simulator: Simulator, ask: Any) -> None:
    refresh = simulator.control.grant(ANA, ["openid", "email", READONLY])["refresh_token"]

    body = ask("/token", grant_type="refresh_token", refresh_token=refresh, client_id="c1").json()
    narrowed = ask(
        "/token", grant_type="refresh_token", refresh_token=refresh, client_id="c1", scope=READONLY
    ).json()

    assert set(body) == {"access_token", "expires_in", "scope", "token_type", "id_token"}
    assert body["scope"].split() == ["openid", EMAIL, READONLY]
    assert (narrowed["scope"], "id_token" in narrowed) == (READONLY, False)


def test_a_client_may_name_itself_by_http_basic(simulator: Simulator, ask: Any) -> None:
    refresh = simulator.control.grant(ANA, [READONLY])["refresh_token"]

    assert ask("/token", ("c1", "s"), grant_type="refresh_token", refresh_token=refresh).status_code == 200


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_id": ""}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"refresh_token": "unknown"}, "invalid_grant"),
        ({"scope": "https://mail.google.com/"}, "invalid_scope"),
    ],
)
def test_a_bad_refresh_is_refused_by_name(
    simulator: Simulator, ask: Any, change: dict[str, str], error: str
) -> None:
    refresh = simulator.control.grant(ANA, [READONLY])["refresh_token"]

    answer = ask(
        "/token", **({"grant_type": "refresh_token", "refresh_token": refresh, "client_id": "c"} | change)
    )

    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert answer.json()["error_description"]


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_revoking_either_token_ends_all_the_users_grants_in_the_project(
    simulator: Simulator, ask: Any, gmail: Connect, which: str
) -> None:
    first, second = (simulator.control.grant(ANA, [READONLY]) for _ in range(2))
    panel = simulator.control.grant(ANA, [CURRENT, READONLY])
    ben = simulator.control.grant(BEN, [READONLY])

    assert ask("/revoke", token=first[which]).status_code == 200

    def refreshes(grant: dict[str, str]) -> bool:
        form = {"grant_type": "refresh_token", "refresh_token": grant["refresh_token"], "client_id": "c"}
        return bool(ask("/token", **form).ok)

    assert [refreshes(one) for one in (first, second, panel, ben)] == [False, False, True, True]
    with pytest.raises(Exception, match="401"):
        gmail(ANA, token=second["access_token"]).getProfile(userId="me").execute()
    gmail(ANA, token=panel["access_token"]).getProfile(userId="me").execute()
    assert ask("/revoke", token=first[which]).json()["error"] == "invalid_token"


def test_a_fault_at_the_token_endpoint_is_shaped_like_oauth(simulator: Simulator, ask: Any) -> None:
    refresh = simulator.control.grant(ANA, [READONLY])["refresh_token"]
    simulator.control.fault("POST /token", status=400, reason="invalid_grant")

    form = {"grant_type": "refresh_token", "refresh_token": refresh, "client_id": "c"}
    first, second = ask("/token", **form), ask("/token", **form)

    assert (first.status_code, first.json()["error"]) == (400, "invalid_grant")
    assert second.status_code == 200


def test_the_certificates_may_be_kept_for_a_while(simulator: Simulator) -> None:
    answer = requests.get(certificates(simulator), timeout=5)

    assert "max-age=" in answer.headers["Cache-Control"]
    assert all(pem.startswith("-----BEGIN CERTIFICATE-----") for pem in answer.json().values())


def check(simulator: Simulator, transport: Any, token: str) -> Any:
    # The test's clock stands still in 2026, the library's does not.
    return id_token.verify_token(
        token, transport, audience="panel", certs_url=certificates(simulator), clock_skew_in_seconds=10**9
    )


def test_an_id_token_says_what_google_would_say_of_that_account(simulator: Simulator, transport: Any) -> None:
    claims = check(simulator, transport, simulator.control.id_token(aud="panel", email=ANA))

    assert {name: claims[name] for name in ("iss", "sub", "hd", "email_verified")} == {
        "iss": "https://accounts.google.com",
        "sub": "101",
        "hd": "acme.test",
        "email_verified": True,
    }


def test_any_claim_can_be_made_wrong_or_left_out(simulator: Simulator, transport: Any) -> None:
    token = simulator.control.id_token(
        aud="panel",
        email=ANA,
        sub="9",
        hd=None,
        iss="https://evil.test",
        email_verified=False,
        exp=4_000_000_000,
    )

    claims = check(simulator, transport, token)
    assert (claims["sub"], claims["iss"], claims["email_verified"]) == ("9", "https://evil.test", False)
    assert (claims["exp"], "hd" in claims) == (4_000_000_000, False)


@pytest.mark.parametrize("wrong", [{"forge": True}, {"kid": "no-such-key"}, {"aud": "other"}])
def test_a_token_that_is_not_ours_does_not_verify(
    simulator: Simulator, transport: Any, wrong: dict[str, Any]
) -> None:
    token = simulator.control.id_token(**({"aud": "panel", "email": ANA} | wrong))

    with pytest.raises((ValueError, exceptions.GoogleAuthError)):
        check(simulator, transport, token)


def test_an_account_outside_workspace_has_no_domain(simulator: Simulator, transport: Any) -> None:
    simulator.control.add_mailbox("someone@gmail.com")
    simulator.control.add_mailbox("other@own.test", hd=None)

    for email in ("someone@gmail.com", "other@own.test"):
        claims = check(simulator, transport, simulator.control.id_token(aud="panel", email=email))
        assert "hd" not in claims
