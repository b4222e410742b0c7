"""A web client of the simulator's: where it sends people, and what it does with the code they bring back."""

import hashlib
from base64 import urlsafe_b64encode
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from demo.simulator.server import Simulator

CLIENT, SECRET = "background.test", "s3cret"
BACK = "http://127.0.0.1:8080/oauth/callback"
VERIFIER = "a-verifier-of-forty-three-letters-or-more-0123456789"
OPENID = "openid"
EMAIL = "https://www.googleapis.com/auth/userinfo.email"
READONLY = "https://www.googleapis.com/auth/gmail.readonly"
LABELS = "https://www.googleapis.com/auth/gmail.labels"
SCOPES = (OPENID, EMAIL, READONLY)


def challenge(verifier: str = VERIFIER) -> str:
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def consent_url(simulator: Simulator, **changes: str | None) -> str:
    """Where people are sent; a change to None leaves the parameter out."""
    asked: dict[str, str | None] = {
        "client_id": CLIENT,
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": " ".join(SCOPES),
        "state": "st&te",
        "access_type": "offline",
        "prompt": "consent",
        "code_challenge": challenge(),
        "code_challenge_method": "S256",
    }
    asked |= changes
    given = {name: value for name, value in asked.items() if value is not None}
    return f"{simulator.url}/o/oauth2/v2/auth?{urlencode(given)}"


def brought_back(location: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def redeem(simulator: Simulator, code: str, **changes: str | None) -> requests.Response:
    form: dict[str, str | None] = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "code_verifier": VERIFIER,
    }
    form |= changes
    given = {name: value for name, value in form.items() if value is not None}
    return requests.post(f"{simulator.url}/token", data=given, timeout=5)


def consented(simulator: Simulator, email: str, **changes: str | None) -> requests.Response:
    """Consent to everything, and redeem the code."""
    location = simulator.control.consent(consent_url(simulator, **changes), email=email)
    client_id = changes.get("client_id", CLIENT)
    return redeem(simulator, brought_back(location)["code"], client_id=client_id)


def refresh(simulator: Simulator, refresh_token: str, client_id: str = CLIENT) -> requests.Response:
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token, "client_id": client_id}
    return requests.post(f"{simulator.url}/token", data=form, timeout=5)


def opens_gmail(simulator: Simulator, access_token: str) -> bool:
    bearer = {"Authorization": f"Bearer {access_token}"}
    return requests.get(f"{simulator.url}/gmail/v1/users/me/profile", headers=bearer, timeout=5).ok
