"""Google's tokens: who calls us, proven; and access tokens for opted-in mailboxes.

Certificates are cached and fetched again once when an unknown key turns up (google-auth fetches them at every
verification otherwise). A token never reaches a log, an exception's text or a `repr`.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import google.auth.exceptions
import google.auth.jwt
import google_auth_httplib2
import httplib2
from google.oauth2.credentials import Credentials

from addon.clock import Clock
from addon.config import Google
from addon.gateways.errors import AttentionError, NotProvenError, UnavailableError
from storage.records import Attention, Consent

ISSUERS = frozenset({"https://accounts.google.com", "accounts.google.com"})
CLOCK_SKEW_S = 10
TIMEOUT_S = 10
EARLY = timedelta(minutes=5)
"""An access token is renewed this long before it ends."""
REFETCH_AFTER_S = 30
"""An unknown key makes us look for new certificates at most this often."""
_NO_TOKEN = (
    google.auth.exceptions.GoogleAuthError,
    ValueError,
    TypeError,
    AttributeError,
    KeyError,
    RecursionError,
)
"""What google-auth raises for a text that is no good token."""
_CERTS_LAST_S = 300
"""How long certificates are good for where the answer does not say."""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who a verified ID token speaks of."""

    sub: str
    email: str
    hd: str | None
    """The Workspace domain Google vouches for; absent for consumer accounts."""
    name: str = ""


class Certificates:
    """Google's signing certificates, by key id."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._certs: Mapping[str, str] = {}
        self._good_until = self._fetched = float("-inf")

    def for_key(self, key_id: str | None) -> Mapping[str, str]:
        """All certificates, looked up anew where they ran out or do not hold `key_id`."""
        if self._is_stale(key_id):
            with self._lock:
                if self._is_stale(key_id):
                    self._fetch()
        return self._certs

    def _is_stale(self, key_id: str | None) -> bool:
        now = time.monotonic()
        unknown = key_id not in self._certs and now - self._fetched > REFETCH_AFTER_S
        return unknown or now > self._good_until

    def _fetch(self) -> None:
        try:
            answer, body = httplib2.Http(timeout=TIMEOUT_S).request(self._url)
            certs = json.loads(body)
        except (OSError, httplib2.HttpLib2Error, ValueError):
            raise UnavailableError from None
        if answer.status != HTTPStatus.OK or not isinstance(certs, dict):
            raise UnavailableError
        age = re.search(r"max-age=(\d+)", answer.get("cache-control", ""))
        self._certs, self._fetched = certs, time.monotonic()
        self._good_until = self._fetched + (int(age[1]) if age else _CERTS_LAST_S)


class Verifier:
    """Proves callers by their ID tokens: signature, issuer, exact audience, expiry, verified address."""

    def __init__(self, google: Google) -> None:
        self._certificates = Certificates(google.certs)

    def service(self, token: str, *, audience: str, account: str | None) -> None:
        """Prove that Google calls `audience` as `account`; no account configured proves nobody."""
        if not account or self._claims(token, audience)["email"] != account:
            raise NotProvenError

    def person(self, token: str, *, audience: str | None) -> Identity:
        """Prove which user a token made for our client `audience` speaks of."""
        if not audience:
            raise NotProvenError
        claims = self._claims(token, audience)
        return Identity(
            sub=claims["sub"],
            email=claims["email"].casefold(),
            hd=claims.get("hd"),
            name=claims.get("name", ""),
        )

    def _claims(self, token: str, audience: str) -> Mapping[str, Any]:
        try:
            key_id = google.auth.jwt.decode_header(token).get("kid")
            claims: Mapping[str, Any] = google.auth.jwt.decode(
                token,
                certs=self._certificates.for_key(key_id),
                audience=audience,
                clock_skew_in_seconds=CLOCK_SKEW_S,
            )
        except _NO_TOKEN:
            raise NotProvenError from None
        if claims.get("iss") not in ISSUERS or claims.get("email_verified") is not True:
            raise NotProvenError
        if not all(isinstance(claims.get(name), str) and claims[name] for name in ("sub", "email")):
            raise NotProvenError
        return claims


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What a refresh token is good for, as Google says, not as was asked."""

    access_token: str = field(repr=False)
    until: datetime
    scopes: frozenset[str]
    id_token: str | None = field(repr=False)


class Tokens:
    """Access tokens of opted-in mailboxes: kept in memory, renewed early, under one lock per mailbox."""

    def __init__(self, google: Google, *, client_id: str, client_secret: str, clock: Clock) -> None:
        self._google = google
        self._client_id = client_id
        self._client_secret = client_secret
        self._clock = clock
        self._lock = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._grants: dict[tuple[str, int], Grant] = {}

    def access(self, consent: Consent, *, fresh: bool = False) -> str:
        """An access token for the mailbox; `fresh` after Gmail refused the last one."""
        key = (consent.sub, consent.epoch)
        with self._lock:
            lock = self._locks.setdefault(consent.sub, threading.Lock())
        with lock:
            grant = self._grants.get(key)
            if fresh or grant is None or self._clock.now() >= grant.until - EARLY:
                grant = self._grants[key] = self.redeem(consent.refresh_token)
            return grant.access_token

    def redeem(self, refresh_token: str) -> Grant:
        """Exchange a refresh token; `AttentionError(ACCESS_ENDED)` where it is dead, else try again later."""
        credentials = Credentials(
            token=None,
            refresh_token=refresh_token,
            token_uri=self._google.token,
            client_id=self._client_id,
            client_secret=self._client_secret,
        )
        answer = _ScopesRead(httplib2.Http(timeout=TIMEOUT_S))
        try:
            credentials.refresh(answer)
        except google.auth.exceptions.RefreshError as error:
            if _error_code(error) == "invalid_grant":
                raise AttentionError(Attention.ACCESS_ENDED) from None
            raise UnavailableError from None
        except (google.auth.exceptions.GoogleAuthError, OSError, httplib2.HttpLib2Error):
            raise UnavailableError from None
        if credentials.token is None or credentials.expiry is None:
            raise UnavailableError
        return Grant(
            access_token=credentials.token,
            until=credentials.expiry.replace(tzinfo=UTC),
            scopes=answer.scopes,
            id_token=credentials.id_token,
        )


class _ScopesRead(google_auth_httplib2.Request):  # type: ignore[misc]  # the library is untyped
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
