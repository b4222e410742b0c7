"""Domain-wide delegation: a service account acts for anybody, for what an admin allowed and nothing else."""

import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from google.auth import crypt, jwt
from google.auth.exceptions import RefreshError
from google.oauth2 import service_account

from demo.simulator.server import Simulator, serve
from tests.demo.consenting import READONLY, opens_gmail, refresh

ANA, BEN, ROBOT = "ana@acme.test", "ben@acme.test", "robot@project.test"
MODIFY = "https://www.googleapis.com/auth/gmail.modify"


@pytest.fixture
def delegated() -> Iterator[Simulator]:
    """By the machine's own clock, which Google's client goes by as well."""
    with serve() as running:
        for email in (ANA, BEN):
            running.control.add_mailbox(email)
        yield running


@pytest.fixture
def key(delegated: Simulator) -> dict[str, str]:
    return delegated.control.service_account(ROBOT, [READONLY])


def signed(key: dict[str, str], alg: str = "RS256", **changes: Any) -> str:
    """The account's word; a change to None leaves the claim out. `alg` is only what the header says."""
    now = int(time.time())
    claims = {
        "iss": ROBOT,
        "sub": ANA,
        "scope": READONLY,
        "aud": key["token_uri"],
        "iat": now,
        "exp": now + 3600,
    } | changes
    signer = crypt.RSASigner.from_string(key["private_key"], key["private_key_id"])
    given = {name: value for name, value in claims.items() if value is not None}
    return str(jwt.encode(signer, given, header={"alg": alg}), "ascii")


def brought(simulator: Simulator, assertion: str) -> requests.Response:
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}
    return requests.post(f"{simulator.url}/token", data=form, timeout=5)


def test_googles_client_acts_for_anybody_with_the_key_file(
    delegated: Simulator, key: dict[str, str], transport: Any
) -> None:
    credentials = service_account.Credentials.from_service_account_info(key, scopes=[READONLY])
    for email in (ANA, BEN):
        acting = credentials.with_subject(email)

        acting.refresh(transport)

        bearer = {"Authorization": f"Bearer {acting.token}"}
        profile = requests.get(f"{delegated.url}/gmail/v1/users/me/profile", headers=bearer, timeout=5).json()
        assert profile["emailAddress"] == email
    calls = delegated.control.calls()
    assert [(call["mailbox"], call["scopes"]) for call in calls] == [(ANA, [READONLY]), (BEN, [READONLY])]


def test_the_key_file_looks_like_googles(delegated: Simulator, key: dict[str, str]) -> None:
    assert (key["type"], key["client_email"]) == ("service_account", ROBOT)
    assert key["token_uri"] == f"{delegated.url}/token"
    assert key["private_key"].startswith("-----BEGIN PRIVATE KEY-----\n")
    assert key["client_id"].isdigit()
    assert key["private_key_id"]


def test_a_delegated_token_comes_alone(delegated: Simulator, key: dict[str, str]) -> None:
    body = brought(delegated, signed(key, scope=f"openid {READONLY}", sub=None)).json()
    answer = brought(delegated, signed(key)).json()

    assert set(body) == set(answer) == {"access_token", "expires_in", "scope", "token_type"}
    assert answer["scope"] == READONLY
    assert not refresh(delegated, answer["access_token"]).ok


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"sub": "nobody@acme.test"}, (400, "invalid_grant", "Invalid email or User ID")),
        ({"scope": MODIFY}, (401, "unauthorized_client", "Client is unauthorized")),
        ({"scope": f"{READONLY} {MODIFY}"}, (401, "unauthorized_client", "Client is unauthorized")),
        ({"scope": ""}, (400, "invalid_scope", "Invalid OAuth scope")),
        ({"scope": None}, (400, "invalid_scope", "Invalid OAuth scope")),
        ({"iss": "other@project.test"}, (400, "invalid_grant", "account not found")),
        ({"aud": "https://evil.test/token"}, (400, "invalid_grant", "Failed audience check")),
        ({"aud": None}, (400, "invalid_grant", "Failed audience check")),
        ({"aud": ["https://oauth2.googleapis.com/token"]}, (400, "invalid_grant", "Failed audience check")),
        ({"iat": 1, "exp": 3601}, (400, "invalid_grant", "short-lived")),
        ({"iat": 4_000_000_000, "exp": 4_000_003_600}, (400, "invalid_grant", "short-lived")),
        ({"exp": 4_000_000_000}, (400, "invalid_grant", "short-lived")),
        ({"exp": None}, (400, "invalid_grant", "short-lived")),
        ({"exp": "soon"}, (400, "invalid_grant", "short-lived")),
    ],
)
def test_a_word_that_does_not_hold_is_refused_by_name(
    delegated: Simulator, key: dict[str, str], change: dict[str, Any], refused: tuple[int, str, str]
) -> None:
    answer = brought(delegated, signed(key, **change))

    assert (answer.status_code, answer.json()["error"]) == refused[:2]
    assert refused[2] in answer.json()["error_description"]


def test_another_key_or_no_signature_is_refused(delegated: Simulator, key: dict[str, str]) -> None:
    other = delegated.control.service_account("other@project.test", [READONLY])
    stolen_name = other | {"private_key_id": key["private_key_id"]}
    claims = signed(key).split(".")[1]

    def part(value: dict[str, str]) -> str:
        return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    unsigned = f"{part({'alg': 'none', 'typ': 'JWT'})}.{claims}."
    tampered = ".".join([signed(key).split(".")[0], signed(key, sub=BEN).split(".")[1], signed(key).split(".")[2]])

    for wrong in (signed(other), signed(stolen_name), unsigned, tampered, signed(key, "HS256")):
        answer = brought(delegated, wrong)
        assert (answer.status_code, answer.json()["error_description"]) == (400, "Invalid JWT Signature.")


@pytest.mark.parametrize("nonsense", ["", "x", "a.b.c", "e30.e30.e30", "W10.W10.W10", "é.é.é"])
def test_nonsense_is_no_word(delegated: Simulator, key: dict[str, str], nonsense: str) -> None:
    assert key

    answer = brought(delegated, nonsense)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_an_admin_takes_scopes_back_and_the_key_stays(
    delegated: Simulator, key: dict[str, str], transport: Any
) -> None:
    acting = service_account.Credentials.from_service_account_info(key, scopes=[READONLY]).with_subject(ANA)
    acting.refresh(transport)

    assert delegated.control.service_account(ROBOT, []) == key

    assert opens_gmail(delegated, acting.token)
    with pytest.raises(RefreshError, match="unauthorized_client"):
        acting.refresh(transport)


def test_an_account_that_acts_for_nobody_has_no_mail(delegated: Simulator, key: dict[str, str]) -> None:
    token = brought(delegated, signed(key, sub=None, scope=MODIFY)).json()["access_token"]

    bearer = {"Authorization": f"Bearer {token}"}
    answer = requests.get(f"{delegated.url}/gmail/v1/users/me/profile", headers=bearer, timeout=5)

    assert (answer.status_code, answer.json()["error"]["status"]) == (400, "FAILED_PRECONDITION")


def test_nothing_a_user_does_ends_delegation_and_revoking_ends_one_token(
    delegated: Simulator, key: dict[str, str]
) -> None:
    first, second = (brought(delegated, signed(key)).json()["access_token"] for _ in range(2))

    assert delegated.control.end_grants(ANA, "revoked") == 0
    assert opens_gmail(delegated, first)

    assert requests.post(f"{delegated.url}/revoke", data={"token": first}, timeout=5).ok
    assert (opens_gmail(delegated, first), opens_gmail(delegated, second)) == (False, True)
