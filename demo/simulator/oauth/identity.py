"""What Google says of an account to a client, in an id token."""

import hashlib
from base64 import urlsafe_b64encode
from typing import Any

from demo.simulator.world import World


def id_token_claims(world: World, email: str, *, audience: str) -> dict[str, Any]:
    """Say of this account what Google says to this client."""
    account = world.mailboxes[email].account
    now = int(world.now())
    claims: dict[str, Any] = {
        "iss": "https://accounts.google.com",
        "azp": audience,
        "aud": audience,
        "sub": account.sub,
        "email": account.email,
        "email_verified": True,
        "name": account.name,
        "iat": now,
        "exp": now + 3600,
    }
    return claims | ({"hd": account.hd} if account.hd else {})


def at_hash(access_token: str) -> str:
    """The left half of the token's hash, which ties an id token to it."""
    digest = hashlib.sha256(access_token.encode()).digest()
    return base64url(digest[: len(digest) // 2])


def base64url(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode("ascii")
