"""Everything that was given to clients so far: opened, refreshed, looked up, ended.

A grant that has ended is kept with how it ended: Google says so of a session that an admin cut short, and of the
others not.
"""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace

from demo.simulator.grant import AccessToken, DeadGrantError, End, ForeignGrantError, Grant, ScopeNotGrantedError
from demo.simulator.scopes import long_names

LIFETIME = 3600
MOST_PER_CLIENT = 100
"""Live refresh tokens of one account and one client; the oldest gives way without a word."""
_CONSENT_GONE = frozenset({End.REVOKED, End.EXPIRED})


class Grants:
    def __init__(self, grants: Iterable[Grant] = (), tokens: Iterable[AccessToken] = ()) -> None:
        self._grants = {grant.id: grant for grant in grants}
        self._tokens = {token.token: token for token in tokens}
        self._by_refresh_token = {one.refresh_token: one.id for one in self._grants.values() if one.refresh_token}

    def all(self) -> tuple[list[Grant], list[AccessToken]]:
        return list(self._grants.values()), list(self._tokens.values())

    def open(
        self,
        email: str,
        scopes: Iterable[str],
        *,
        now: float,
        project: str,
        client_id: str | None = None,
        offline: bool = True,
        lasts: int | None = None,
    ) -> Grant:
        """One more grant; `lasts` is in seconds, where the user gave access for a while only."""
        grant = Grant(
            id=secrets.token_hex(8),
            email=email,
            scopes=long_names(scopes),
            project=project,
            client_id=client_id,
            refresh_token="1//sim-" + secrets.token_urlsafe(24) if offline else None,
            used_at=now,
            expires_at=None if lasts is None else now + lasts,
        )
        self._grants[grant.id] = grant
        if grant.refresh_token:
            self._by_refresh_token[grant.refresh_token] = grant.id
            self._displace(grant, now=now)
        return grant

    def mint(
        self, grant: Grant, *, now: float, scopes: tuple[str, ...] = (), expires_in: int = LIFETIME
    ) -> AccessToken:
        """An access token of this grant, which it does not outlive."""
        if grant.expires_at is not None:
            expires_in = min(expires_in, int(grant.expires_at - now))
        return self._minted(grant.id, grant.email, scopes or grant.scopes, now=now, expires_in=expires_in)

    def mint_for_service_account(self, email: str, scopes: tuple[str, ...], *, now: float) -> AccessToken:
        return self._minted(None, email, scopes, now=now, expires_in=LIFETIME)

    def refresh(
        self, refresh_token: str, scopes: Iterable[str], *, client_id: str, now: float
    ) -> tuple[Grant, AccessToken]:
        """Mint an access token, for narrower `scopes` where some are given.

        Raise DeadGrantError, ForeignGrantError, or ScopeNotGrantedError for wider ones.
        """
        grant = self._grants.get(self._by_refresh_token.get(refresh_token, ""))
        if grant is None or not grant.alive(now):
            raise DeadGrantError(grant.over(now) if grant else None)
        if grant.client_id not in {None, client_id}:
            raise ForeignGrantError
        wanted = long_names(scopes) or grant.scopes
        if not set(wanted) <= set(grant.scopes):
            raise ScopeNotGrantedError
        grant = self._grants[grant.id] = replace(grant, used_at=now)
        return grant, self.mint(grant, now=now, scopes=wanted)

    def find(self, token: str, *, now: float) -> AccessToken | None:
        found = self._tokens.get(token)
        if found is None or not found.alive(now):
            return None
        return found if found.grant is None or self._grants[found.grant].alive(now) else None

    def project(self, token: AccessToken) -> str:
        """The Cloud project it was made in; a service account's token stands for none of its own."""
        return self._grants[token.grant].project if token.grant else ""

    def find_grant(self, token: str, *, now: float) -> Grant | None:
        """The living grant of a token, whichever of the pair is named."""
        access = self.find(token, now=now)
        grant = self._grants.get((access.grant or "") if access else self._by_refresh_token.get(token, ""))
        return grant if grant and grant.alive(now) else None

    def forget(self, token: str) -> None:
        """Let go of one access token."""
        self._tokens.pop(token, None)

    def end(self, how: End, which: Callable[[Grant], bool]) -> int:
        """End these grants with the access tokens made from them, and say how many had not ended before.

        Access that is taken back was taken back, however its token had died.
        """
        meant = [one for one in self._grants.values() if which(one)]
        for one in meant:
            if one.ended is None or how is End.REVOKED:
                self._grants[one.id] = replace(one, ended=how)
        return sum(one.ended is None for one in meant)

    def consented(self, email: str, client_id: str, *, now: float) -> bool:
        """Has this account let this client in for good before? A token's death does not undo a consent."""
        return any(
            one.over(now) not in _CONSENT_GONE
            for one in self._grants.values()
            if (one.email, one.client_id) == (email, client_id) and one.refresh_token
        )

    def granted(self, email: str, project: str, *, now: float) -> tuple[str, ...]:
        """Every scope this account has given the project by now."""
        living = (one for one in self._grants.values() if (one.email, one.project) == (email, project))
        return long_names(scope for one in living if one.alive(now) for scope in one.scopes)

    def _displace(self, newest: Grant, *, now: float) -> None:
        if newest.client_id is None:
            return
        theirs = [
            one
            for one in self._grants.values()
            if (one.email, one.client_id) == (newest.email, newest.client_id)
            and one.refresh_token
            and one.alive(now)
        ]
        for one in theirs[:-MOST_PER_CLIENT]:
            self._grants[one.id] = replace(one, ended=End.DISPLACED)

    def _minted(
        self, grant: str | None, email: str, scopes: tuple[str, ...], *, now: float, expires_in: int
    ) -> AccessToken:
        token = AccessToken(
            token="ya29.sim-" + secrets.token_urlsafe(24),
            grant=grant,
            email=email,
            scopes=scopes,
            issued_at=now,
            expires_in=expires_in,
        )
        self._tokens[token.token] = token
        return token
