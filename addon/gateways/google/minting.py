"""Access tokens for one mailbox, minted anew: from its owner's refresh token, or by the company's own key.

Whatever google-auth raises ends here: its texts quote what Google said.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Protocol

import google.auth.exceptions
import google_auth_httplib2
from google.oauth2 import service_account
from google.oauth2.credentials import Credentials

from addon.config import Google
from addon.gateways.errors import AttentionError, ClientRefusedError, UnavailableError
from addon.gateways.google.identity import TIMEOUT_S
from addon.gateways.http import NO_ANSWER, http_for
from addon.gateways.scopes import BACKGROUND
from storage.records import Attention, Consent

_BLIPS = (google.auth.exceptions.GoogleAuthError, *NO_ANSWER)
_ENDED = frozenset({"invalid_grant"})
_OUR_OWN_FAULT = frozenset({"invalid_client", "unauthorized_client", "deleted_client"})
"""Said of our client, not of the mailbox: every token would be refused the same way, and none is dead."""


@dataclass(frozen=True, kw_only=True)
class Minted:
    """An access token and how long it is good for."""

    access_token: str = field(repr=False)
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Grant(Minted):
    """What a member consented to, as Google says, not as was asked."""

    refresh_token: str = field(repr=False)
    scopes: frozenset[str]
    id_token: str = field(repr=False)


class Mint(Protocol):
    """Where access tokens come from. Raises `OutsideError`: `AttentionError` where somebody must act."""

    def mint(self, consent: Consent, *, address: str) -> Minted: ...


class Refreshed:
    """By the refresh token its owner gave."""

    def __init__(self, google: Google, *, client_id: str, client_secret: str) -> None:
        self._google = google
        self._client_id = client_id
        self._client_secret = client_secret

    def mint(self, consent: Consent, *, address: str) -> Minted:
        del address  # the token says whose it is
        return self.redeem(consent.refresh_token)

    def redeem(self, refresh_token: str) -> Grant:
        """Exchange a refresh token; `AttentionError(ACCESS_ENDED)` where it is dead, else try again later."""
        credentials = Credentials(
            token=None,
            refresh_token=refresh_token,
            token_uri=self._google.token,
            client_id=self._client_id,
            client_secret=self._client_secret,
        )
        answer = _ScopesRead(http_for(TIMEOUT_S))
        minted = _minted(credentials, answer)
        return Grant(
            access_token=minted.access_token,
            until=minted.until,
            refresh_token=refresh_token,
            scopes=answer.scopes,
            id_token=credentials.id_token or "",
        )


class Delegated:
    """By the service account to which the Workspace admin delegated the whole domain.

    Its key could open any mailbox. We ask for one address only where that member's box is ticked, and use what
    comes back only where Google says that it is of that very account: an address can pass to another person.
    """

    def __init__(self, google: Google, key: Mapping[str, Any]) -> None:
        self._google = google
        self._key = {**key, "token_uri": google.token}

    def mint(self, consent: Consent, *, address: str) -> Minted:
        credentials = service_account.Credentials.from_service_account_info(
            self._key, scopes=BACKGROUND, subject=address
        )
        minted = _minted(credentials, _InTime(http_for(TIMEOUT_S)))
        if self._whose(minted) != consent.sub:
            raise AttentionError(Attention.ACCESS_ENDED)
        return minted

    def _whose(self, minted: Minted) -> str | None:
        headers = {"Authorization": f"Bearer {minted.access_token}"}
        try:
            answer, body = http_for(TIMEOUT_S).request(self._google.userinfo, headers=headers)
            said = json.loads(body)
        except (*NO_ANSWER, ValueError):
            raise UnavailableError from None
        if answer.status != HTTPStatus.OK or not isinstance(said, dict):
            raise UnavailableError
        return said.get("sub")


def _minted(credentials: Any, request: _InTime) -> Minted:
    try:
        credentials.refresh(request)
    except google.auth.exceptions.RefreshError as error:
        code = _error_code(error)
        if code in _ENDED:
            raise AttentionError(Attention.ACCESS_ENDED) from None
        raise (ClientRefusedError if code in _OUR_OWN_FAULT else UnavailableError) from None
    except _BLIPS:
        raise UnavailableError from None
    if credentials.token is None or credentials.expiry is None:
        raise UnavailableError
    return Minted(access_token=credentials.token, until=credentials.expiry.replace(tzinfo=UTC))


class _InTime(google_auth_httplib2.Request):  # type: ignore[misc]  # the library is untyped
    """The library asks up to three times where Google is in trouble: all of it within the time there is."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        http_for(TIMEOUT_S, self.http)
        return super().__call__(*args, **kwargs)


class _ScopesRead(_InTime):
    """Keeps the scopes of the token's answer: google-auth reads them only where it asked for some itself."""

    scopes: frozenset[str] = frozenset()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        response = super().__call__(*args, **kwargs)
        try:
            self.scopes = frozenset(str(json.loads(response.data).get("scope", "")).split())
        except (ValueError, AttributeError):
            self.scopes = frozenset()
        return response


def _error_code(error: google.auth.exceptions.RefreshError) -> str | None:
    """Only `invalid_grant` ends a token; anything else may be a blip and keeps it."""
    details = error.args[1] if len(error.args) > 1 else None
    return details.get("error") if isinstance(details, Mapping) else None
