"""Google's consent page, by google-auth-oauthlib: the way there, and what comes back.

The libraries are told Google's own addresses and refuse any that is not https. Where another root is configured,
requests are sent there below them, so that what runs against a simulator is what runs against Google.
They write tokens at debug level, so their loggers are off.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import requests
import requests.adapters
from google_auth_oauthlib.flow import Flow
from oauthlib.oauth2 import InvalidGrantError, OAuth2Error

from addon.config import GOOGLE_CONSENT, GOOGLE_TOKEN, Google
from addon.gateways.errors import OutsideError, UnavailableError
from addon.gateways.google.identity import TIMEOUT_S
from addon.gateways.google.minting import Grant
from addon.gateways.scopes import BACKGROUND, IDENTITY

_TALKATIVE = ("requests_oauthlib", "oauthlib", "google_auth_oauthlib", "urllib3", "requests")


class CodeRefusedError(OutsideError):
    """The code is used up, too old, or not for us."""

    def __init__(self) -> None:
        super().__init__("Google refused the code")


@dataclass(frozen=True, kw_only=True)
class Journey:
    """Where to send a browser, and what proves later that the code is ours."""

    url: str = field(repr=False)
    verifier: str = field(repr=False)


class ConsentPage:
    """Google's page for our background client."""

    def __init__(self, google: Google, *, client_id: str, client_secret: str, redirect_uri: str) -> None:
        for name in _TALKATIVE:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        self._google = google
        self._redirect_uri = redirect_uri
        self._client = {
            "web": {
                "client_id": client_id,
                "client_secret": client_secret,
                "auth_uri": GOOGLE_CONSENT,
                "token_uri": GOOGLE_TOKEN,
            }
        }

    def journey(self, *, state: str, login_hint: str) -> Journey:
        """Consent is asked for anew each time: only then does Google give a token that lasts."""
        asked = {"state": state, "login_hint": login_hint}
        return self._journey(BACKGROUND, access_type="offline", prompt="consent", **asked)

    def sign_in(self, *, state: str, login_hint: str) -> Journey:
        """Only who it is: nothing is asked for that could read mail, and nothing that lasts."""
        return self._journey(IDENTITY, state=state, login_hint=login_hint, access_type="online")

    def _journey(self, scopes: Sequence[str], **asked: str) -> Journey:
        flow = self._flow(scopes=list(scopes))
        url, _ = flow.authorization_url(**asked)
        return Journey(url=self._google.here(url), verifier=flow.code_verifier)

    def redeem(self, code: str, *, verifier: str) -> Grant:
        """What the user granted. Raises `CodeRefusedError` or `UnavailableError`."""
        return _grant(self._fetch(code, verifier))

    def identify(self, code: str, *, verifier: str) -> str:
        """Google's word who it was, to be verified; its access token is dropped unseen. Raises likewise."""
        token = self._fetch(code, verifier).get("id_token")
        if not isinstance(token, str):
            raise UnavailableError
        return token

    def _fetch(self, code: str, verifier: str) -> Mapping[str, Any]:
        # No scopes given: the library would take other ones granted than asked for as an error; we compare them.
        flow = self._flow(scopes=None, code_verifier=verifier)
        try:
            answer: Mapping[str, Any] = flow.fetch_token(code=code, include_client_id=True, timeout=TIMEOUT_S)
        except InvalidGrantError:
            raise CodeRefusedError from None
        except (OAuth2Error, requests.RequestException, ValueError):
            raise UnavailableError from None
        return answer

    def _flow(self, **given: Any) -> Flow:
        flow = Flow.from_client_config(self._client, redirect_uri=self._redirect_uri, **given)
        if self._google.root:
            flow.oauth2session.mount("https://", _Elsewhere(self._google))
        return flow


class _Elsewhere(requests.adapters.HTTPAdapter):
    """Sends what is meant for Google to the configured root, on this machine and by no proxy."""

    def __init__(self, google: Google) -> None:
        super().__init__()
        self._google = google

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        request.url = self._google.here(request.url or "")
        return super().send(request, *args, **{**kwargs, "proxies": {}})


def _grant(answer: Mapping[str, Any]) -> Grant:
    """Read Google's answer; `UnavailableError` for one that is not whole."""
    scope = answer.get("scope") or ""
    try:
        return Grant(
            access_token=str(answer["access_token"]),
            until=datetime.fromtimestamp(float(answer["expires_at"]), UTC),
            refresh_token=str(answer["refresh_token"]),
            scopes=frozenset(scope.split() if isinstance(scope, str) else map(str, scope)),
            id_token=str(answer["id_token"]),
        )
    except (KeyError, TypeError, ValueError):
        raise UnavailableError from None
