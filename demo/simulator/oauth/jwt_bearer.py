"""Domain-wide delegation: a service account's signed word becomes an access token for somebody's mailbox.

There is no id token in it and no refresh token: the next hour takes another word.
https://developers.google.com/identity/protocols/oauth2/service-account
"""

from base64 import urlsafe_b64decode
from typing import Any

from flask import request
from google.auth import crypt, jwt

from demo.simulator.oauth.answers import Refused
from demo.simulator.scopes import long_names
from demo.simulator.service_accounts import ServiceAccount
from demo.simulator.world import World

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_GOOGLES_OWN = "https://oauth2.googleapis.com/token"
"""google-auth writes this audience wherever it sends its word."""
_LONGEST_S = 3600
_SKEW_S = 300
_UNREASONABLE = (
    "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
    "Check your iat and exp values in the JWT claim."
)
_NOT_ALLOWED = (
    "Client is unauthorized to retrieve access tokens using this method, "
    "or client not authorized for any of the scopes requested."
)


def token(world: World, form: dict[str, str]) -> dict[str, Any]:
    account, claims = _proven(world, form.get("assertion", ""))
    _check_audience(claims)
    _check_times(claims, now=world.now())
    scopes = long_names(str(claims.get("scope", "")).split())
    if not scopes:
        raise Refused("invalid_scope", "Invalid OAuth scope or ID token audience provided.")
    access = world.grants.mint_for_service_account(
        _whom_for(world, account, claims, scopes), scopes, now=world.now()
    )
    return {
        "access_token": access.token,
        "expires_in": access.expires_in,
        "scope": " ".join(scopes),
        "token_type": "Bearer",
    }


def _proven(world: World, assertion: str) -> tuple[ServiceAccount, dict[str, Any]]:
    """Whose word it is, and what it says, once the signature is known to be theirs."""
    try:
        header, claims = jwt.decode_header(assertion), jwt.decode(assertion, verify=False)
        signed, _, signature_text = assertion.rpartition(".")
        signature = urlsafe_b64decode(signature_text + "=" * (-len(signature_text) % 4))
    except (ValueError, TypeError, RecursionError) as error:
        raise Refused("invalid_grant", "Bad Request") from error
    account = world.service_accounts.find(str(claims.get("iss", "")))
    if account is None:
        raise Refused("invalid_grant", "Invalid grant: account not found")
    if (
        header.get("alg") != "RS256"
        or header.get("kid", account.key.kid) != account.key.kid
        or not crypt.verify_signature(signed, signature, account.key.certificate_pem)
    ):
        raise Refused("invalid_grant", "Invalid JWT Signature.")
    return account, claims


def _check_audience(claims: dict[str, Any]) -> None:
    right = f"{request.host_url}token"
    if claims.get("aud") not in (right, _GOOGLES_OWN):
        raise Refused("invalid_grant", f"Invalid JWT: Failed audience check. The right audience is {right}")


def _check_times(claims: dict[str, Any], *, now: float) -> None:
    issued, ends = claims.get("iat"), claims.get("exp")
    if not isinstance(issued, (int, float)) or not isinstance(ends, (int, float)):
        raise Refused("invalid_grant", _UNREASONABLE)
    if not issued - _SKEW_S <= now < ends <= issued + _LONGEST_S:
        raise Refused("invalid_grant", _UNREASONABLE)


def _whom_for(world: World, account: ServiceAccount, claims: dict[str, Any], scopes: tuple[str, ...]) -> str:
    """The account it acts for: itself, or anybody where the admin allowed every one of the scopes."""
    if claims.get("sub") is None:
        return account.email
    email = str(claims["sub"]).casefold()
    if email not in world.mailboxes:
        raise Refused("invalid_grant", "Invalid email or User ID")
    if not set(scopes) <= set(account.scopes):
        raise Refused("unauthorized_client", _NOT_ALLOWED, status=401)
    return email
