"""What a user gave a client, the access tokens made from it, and how both die.

https://developers.google.com/identity/protocols/oauth2#expiration
"""

from dataclasses import dataclass
from enum import Enum

IDLE_AT_MOST_S = 183 * 86_400
"""A refresh token that nobody used for so long is dead: six months."""


class End(Enum):
    REVOKED = "revoked"
    PASSWORD = "password"  # noqa: S105 - a cause of death
    RAPT = "rapt"
    EXPIRED = "expired"
    DISPLACED = "displaced"
    CLIENT_DELETED = "client_deleted"


@dataclass(frozen=True, kw_only=True)
class Grant:
    """`client_id` None is a grant any client may use; `refresh_token` None is one for a single access token."""

    id: str
    email: str
    scopes: tuple[str, ...]
    project: str
    client_id: str | None
    refresh_token: str | None
    used_at: float
    expires_at: float | None = None
    ended: End | None = None

    def over(self, now: float) -> End | None:
        """How it ended, or None while it lives."""
        if self.ended is None and self.expires_at is not None and now >= self.expires_at:
            return End.EXPIRED
        return self.ended

    def alive(self, now: float) -> bool:
        return self.over(now) is None and now < self.used_at + IDLE_AT_MOST_S


@dataclass(frozen=True, kw_only=True)
class AccessToken:
    """`grant` is the grant's id, None for a service account's token, which nobody granted."""

    token: str
    grant: str | None
    email: str
    scopes: tuple[str, ...]
    issued_at: float
    expires_in: int

    def alive(self, now: float) -> bool:
        return now < self.issued_at + self.expires_in


class ScopeNotGrantedError(Exception):
    """A refresh asked for more than the user gave."""


class ForeignGrantError(Exception):
    """A refresh token in the hands of another client."""


class DeadGrantError(Exception):
    """`ended` is None for a token nobody ever got, and for one that nobody used for too long."""

    def __init__(self, ended: End | None) -> None:
        super().__init__()
        self.ended = ended
