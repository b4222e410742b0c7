"""Who let whom in: refresh tokens, the access tokens made from them, and how both die."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

LIFETIME = 3600
_LONG_NAMES = {
    "email": "https://www.googleapis.com/auth/userinfo.email",
    "profile": "https://www.googleapis.com/auth/userinfo.profile",
}


@dataclass(frozen=True, kw_only=True)
class Grant:
    refresh_token: str
    email: str
    scopes: tuple[str, ...]
    project: str


@dataclass(frozen=True, kw_only=True)
class AccessToken:
    token: str
    refresh_token: str
    email: str
    scopes: tuple[str, ...]
    issued_at: float
    expires_in: int

    def alive(self, now: float) -> bool:
        return now < self.issued_at + self.expires_in


class ScopeNotGrantedError(Exception):
    """A refresh asked for more than the user gave."""


class Grants:
    def __init__(self, grants: Iterable[Grant] = (), tokens: Iterable[AccessToken] = ()) -> None:
        self._grants = {grant.refresh_token: grant for grant in grants}
        self._tokens = {token.token: token for token in tokens}

    def all(self) -> tuple[list[Grant], list[AccessToken]]:
        return list(self._grants.values()), list(self._tokens.values())

    def grant(
        self,
        email: str,
        scopes: Iterable[str],
        *,
        now: float,
        project: str | None = None,
        expires_in: int = LIFETIME,
    ) -> AccessToken:
        given = tuple(_LONG_NAMES.get(scope, scope) for scope in scopes)
        grant = Grant(
            refresh_token="1//sim-" + secrets.token_urlsafe(24),
            email=email,
            scopes=given,
            project=project or _project_of(given),
        )
        self._grants[grant.refresh_token] = grant
        return self._mint(grant, given, now=now, expires_in=expires_in)

    def refresh(self, refresh_token: str, scopes: Iterable[str], *, now: float) -> AccessToken | None:
        """Mint an access token, or None for a dead grant. Narrower `scopes` are honoured, wider ones raise."""
        grant = self._grants.get(refresh_token)
        if grant is None:
            return None
        wanted = tuple(_LONG_NAMES.get(scope, scope) for scope in scopes) or grant.scopes
        if not set(wanted) <= set(grant.scopes):
            raise ScopeNotGrantedError
        return self._mint(grant, wanted, now=now, expires_in=LIFETIME)

    def find(self, token: str, *, now: float) -> AccessToken | None:
        found = self._tokens.get(token)
        return found if found and found.alive(now) else None

    def revoke(self, token: str) -> bool:
        """End every grant of that user in the whole Cloud project, whichever token of a pair is named."""
        access = self._tokens.get(token)
        grant = self._grants.get(access.refresh_token if access else token)
        if grant is None:
            return False
        dead = {
            key for key, one in self._grants.items() if (one.email, one.project) == (grant.email, grant.project)
        }
        self._grants = {key: one for key, one in self._grants.items() if key not in dead}
        self._tokens = {key: one for key, one in self._tokens.items() if one.refresh_token not in dead}
        return True

    def _mint(self, grant: Grant, scopes: tuple[str, ...], *, now: float, expires_in: int) -> AccessToken:
        token = AccessToken(
            token="ya29.sim-" + secrets.token_urlsafe(24),
            refresh_token=grant.refresh_token,
            email=grant.email,
            scopes=scopes,
            issued_at=now,
            expires_in=expires_in,
        )
        self._tokens[token.token] = token
        return token


def _project_of(scopes: tuple[str, ...]) -> str:
    # The add-on's deployment lives in one Cloud project, the background client in another; only the first
    # can be given add-on scopes, and revoking in one does not touch the other.
    return "addon" if any("/gmail.addons." in scope for scope in scopes) else "background"
