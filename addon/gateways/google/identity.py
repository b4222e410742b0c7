"""Who calls us, proven by an ID token of Google's.

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
from http import HTTPStatus
from typing import Any

import google.auth.exceptions
import google.auth.jwt

from addon.config import Google
from addon.gateways.deadline import taken
from addon.gateways.errors import NotProvenError, UnavailableError
from addon.gateways.http import NO_ANSWER, http_for

ISSUERS = frozenset({"https://accounts.google.com", "accounts.google.com"})
CLOCK_SKEW_S = 10
TIMEOUT_S = 10
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
    email: str = field(repr=False)
    hd: str | None
    """The Workspace domain Google vouches for; absent for consumer accounts."""
    name: str = field(default="", repr=False)


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
            with taken(self._lock):
                if self._is_stale(key_id):
                    self._fetch()
        return self._certs

    def _is_stale(self, key_id: str | None) -> bool:
        now = time.monotonic()
        unknown = key_id not in self._certs and now - self._fetched > REFETCH_AFTER_S
        return unknown or now > self._good_until

    def _fetch(self) -> None:
        # Also where it fails: whoever sends forged tokens is not to have every one of them wait for Google.
        self._fetched = time.monotonic()
        try:
            answer, body = http_for(TIMEOUT_S).request(self._url)
            certs = json.loads(body)
        except (*NO_ANSWER, ValueError):
            raise UnavailableError from None
        if answer.status != HTTPStatus.OK or not isinstance(certs, dict):
            raise UnavailableError
        age = re.search(r"max-age=(\d+)", answer.get("cache-control", ""))
        self._certs = certs
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
            email=claims["email"].lower(),
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
