"""How access ends: every way Google documents, seen by the token endpoint and by Gmail."""

from pathlib import Path
from typing import Any, Literal

import pytest
import requests
from google.auth.exceptions import RefreshError
from google.oauth2.credentials import Credentials

from demo.simulator.client import ControlRefusedError
from demo.simulator.server import Simulator, serve
from tests.demo.consenting import (
    CLIENT,
    EMAIL,
    OPENID,
    READONLY,
    brought_back,
    consent_url,
    consented,
    opens_gmail,
    redeem,
    refresh,
)

ANA, BEN = "ana@acme.test", "ben@acme.test"
GONE = (400, "invalid_grant", "Token has been expired or revoked.")
DAY = 86_400


def refusal(answer: requests.Response) -> tuple[int, str, str]:
    body = answer.json()
    return answer.status_code, body["error"], body["error_description"]


@pytest.mark.parametrize("how", ["revoked", "password", "expired"])
def test_a_grant_that_ended_is_refused_and_its_access_tokens_are_dead(
    simulator: Simulator, how: Literal["revoked", "password", "expired"]
) -> None:
    ana, ben = consented(simulator, ANA).json(), consented(simulator, BEN).json()

    assert simulator.control.end_grants(ANA, how) == 1

    assert refusal(refresh(simulator, ana["refresh_token"])) == GONE
    assert not opens_gmail(simulator, ana["access_token"])
    assert refresh(simulator, ben["refresh_token"]).ok
    assert opens_gmail(simulator, ben["access_token"])
    assert opens_gmail(simulator, consented(simulator, ANA).json()["access_token"])


def test_a_session_an_admin_cut_short_says_so(simulator: Simulator, transport: Any) -> None:
    ana = consented(simulator, ANA).json()
    simulator.control.end_grants(ANA, "rapt")

    answer = refresh(simulator, ana["refresh_token"])

    assert refusal(answer) == (400, "invalid_grant", "reauth related error (invalid_rapt)")
    assert answer.json()["error_subtype"] == "invalid_rapt"
    assert not opens_gmail(simulator, ana["access_token"])
    credentials = Credentials(
        token=None,
        refresh_token=ana["refresh_token"],
        client_id=CLIENT,
        client_secret="s",
        token_uri=f"{simulator.url}/token",
    )
    with pytest.raises(RefreshError, match="Reauthentication is needed"):
        credentials.refresh(transport)


def test_a_new_password_ends_only_what_reaches_mail(simulator: Simulator) -> None:
    mail = simulator.control.grant(ANA, [OPENID, READONLY])
    who = simulator.control.grant(ANA, [OPENID, EMAIL])

    assert simulator.control.end_grants(ANA, "password") == 1

    assert refusal(refresh(simulator, mail["refresh_token"])) == GONE
    assert refresh(simulator, who["refresh_token"]).ok


def test_access_can_end_in_one_project_alone(simulator: Simulator) -> None:
    ours, others = (simulator.control.grant(ANA, [READONLY], project=one) for one in ("background", "addon"))

    assert simulator.control.end_grants(ANA, "revoked", project="background") == 1

    assert not opens_gmail(simulator, ours["access_token"])
    assert opens_gmail(simulator, others["access_token"])


def test_an_end_nobody_knows_is_an_error(simulator: Simulator) -> None:
    with pytest.raises(ControlRefusedError, match="revoked, password, rapt, expired"):
        simulator.control.end_grants(ANA, "displaced")  # type: ignore[arg-type]


def test_a_refresh_token_nobody_uses_for_six_months_dies(simulator: Simulator, clock: Any) -> None:
    used, unused = consented(simulator, ANA).json(), consented(simulator, BEN).json()
    clock.now += 100 * DAY
    assert refresh(simulator, used["refresh_token"]).ok

    clock.now += 83 * DAY

    assert refusal(refresh(simulator, unused["refresh_token"])) == GONE
    assert refresh(simulator, used["refresh_token"]).ok


def test_the_oldest_of_more_than_a_hundred_refresh_tokens_dies_silently(simulator: Simulator) -> None:
    oldest, second = (consented(simulator, ANA).json() for _ in range(2))
    elsewhere = consented(simulator, ANA, client_id="other.test").json()
    for _ in range(98):
        simulator.control.grant(ANA, [READONLY], client_id=CLIENT)
    assert refresh(simulator, oldest["refresh_token"]).ok

    newest = consented(simulator, ANA).json()

    assert refusal(refresh(simulator, oldest["refresh_token"])) == GONE
    assert not opens_gmail(simulator, oldest["access_token"])
    for alive in (second, newest):
        assert refresh(simulator, alive["refresh_token"]).ok
    assert refresh(simulator, elsewhere["refresh_token"], "other.test").ok


def test_access_for_a_while_says_how_long_and_ends_then(simulator: Simulator, clock: Any) -> None:
    simulator.control.client(CLIENT, refresh_token_expires_in=7 * DAY)
    ana = consented(simulator, ANA).json()
    assert ana["refresh_token_expires_in"] == 7 * DAY

    clock.now += 7 * DAY - 60
    late = refresh(simulator, ana["refresh_token"]).json()
    assert (late["refresh_token_expires_in"], late["expires_in"]) == (60, 60)
    assert opens_gmail(simulator, late["access_token"])

    clock.now += 60
    assert refusal(refresh(simulator, ana["refresh_token"])) == GONE
    assert not opens_gmail(simulator, late["access_token"])
    assert "refresh_token" in consented(simulator, ANA, prompt=None).json()


def test_a_deleted_client_is_told_so_and_all_it_had_is_dead(simulator: Simulator) -> None:
    ana = consented(simulator, ANA).json()
    code = brought_back(simulator.control.consent(consent_url(simulator), email=ANA))["code"]

    simulator.control.client(CLIENT, deleted=True)

    deleted = (401, "deleted_client", "The OAuth client was deleted.")
    assert refusal(refresh(simulator, ana["refresh_token"])) == deleted
    assert refusal(redeem(simulator, code)) == deleted
    assert not opens_gmail(simulator, ana["access_token"])


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_revoking_ends_every_client_of_the_project_and_codes_nobody_redeemed(
    simulator: Simulator, ask: Any, which: str
) -> None:
    simulator.control.client("apart.test", project="apart")
    first = consented(simulator, ANA).json()
    sibling = consented(simulator, ANA, client_id="sibling.test").json()
    apart = consented(simulator, ANA, client_id="apart.test").json()
    codes = {
        client: brought_back(simulator.control.consent(consent_url(simulator, client_id=client), email=email))[
            "code"
        ]
        for client, email in ((CLIENT, ANA), ("apart.test", ANA), ("sibling.test", BEN))
    }

    revoked = ask("/revoke", token=first[which])

    assert (revoked.status_code, revoked.json()) == (200, {})
    assert refusal(refresh(simulator, first["refresh_token"])) == GONE
    assert refusal(refresh(simulator, sibling["refresh_token"], "sibling.test")) == GONE
    assert not [one for one in (first, sibling) if opens_gmail(simulator, one["access_token"])]
    assert refresh(simulator, apart["refresh_token"], "apart.test").ok
    redeemed = {client: redeem(simulator, code, client_id=client).ok for client, code in codes.items()}
    assert redeemed == {CLIENT: False, "apart.test": True, "sibling.test": True}


def test_revoking_what_is_dead_or_was_never_alive_is_refused(simulator: Simulator, ask: Any, clock: Any) -> None:
    dead, old = consented(simulator, ANA).json(), consented(simulator, BEN).json()
    ask("/revoke", token=dead["refresh_token"])
    clock.now += 3600

    for token in (dead["refresh_token"], dead["access_token"], old["access_token"], "made-up", ""):
        assert refusal(ask("/revoke", token=token)) == (400, "invalid_token", "Token expired or revoked")
    assert ask(f"/revoke?token={old['refresh_token']}").ok


def test_who_let_whom_in_comes_back_from_a_snapshot(tmp_path: Path) -> None:
    state = tmp_path / "simulator.json"
    with serve(state=state) as before:
        for email in (ANA, BEN):
            before.control.add_mailbox(email)
        before.control.client(CLIENT, secret="s3cret", project="ours", refresh_token_expires_in=7 * DAY)
        alive, dead = consented(before, ANA).json(), consented(before, BEN).json()
        before.control.end_grants(BEN, "rapt")
        code = brought_back(before.control.consent(consent_url(before), email=ANA))["code"]
        account = before.control.service_account("robot@project.test", [READONLY])

    with serve(state=state) as after:
        assert refusal(refresh(after, alive["refresh_token"]))[2] == "client_secret is missing."
        after.control.client(CLIENT, project="ours")
        assert opens_gmail(after, alive["access_token"])
        assert 0 < refresh(after, alive["refresh_token"]).json()["refresh_token_expires_in"] <= 7 * DAY
        assert refresh(after, dead["refresh_token"]).json()["error_subtype"] == "invalid_rapt"
        assert redeem(after, code).ok
        again = after.control.service_account("robot@project.test", [READONLY])
        assert again["private_key"] == account["private_key"]
