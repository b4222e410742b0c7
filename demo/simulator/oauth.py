"""Google's OAuth endpoints: refresh, revoke and the certificates that id tokens are checked with.

Any client id is taken: who may use which client is Google's secret to keep, not the simulator's.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request

from demo.simulator.faults import Fault
from demo.simulator.grants import AccessToken, ScopeNotGrantedError
from demo.simulator.world import World

_CERTS_MAX_AGE = 21_600


class _Refused(Exception):  # noqa: N818 - the name is Google's answer
    def __init__(self, error: str, description: str, *, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status


def oauth(world: World) -> Blueprint:
    blueprint = Blueprint("oauth", __name__)

    @blueprint.post("/token")
    def token() -> Response:
        return _answered(world, _token)

    @blueprint.post("/revoke")
    def revoke() -> Response:
        return _answered(world, _revoke)

    @blueprint.get("/oauth2/v1/certs")
    def certs() -> Response:
        response = jsonify({world.key.kid: world.key.certificate_pem})
        response.headers["Cache-Control"] = f"public, max-age={_CERTS_MAX_AGE}, must-revalidate, no-transform"
        return response

    return blueprint


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


def _answered(world: World, answer: Callable[[World, dict[str, str]], dict[str, Any]]) -> Response:
    form = request.form.to_dict()  # read before the lock is taken: a slow sender holds up nobody
    with world.lock:
        fault = world.faults.take(request.method, request.path)
        try:
            if fault and not fault.after:
                raise _ordered(fault)
            response = jsonify(answer(world, form))
            if fault:
                raise _ordered(fault)
        except _Refused as refused:
            response = jsonify({"error": refused.error, "error_description": refused.description})
            response.status_code = refused.status
    response.headers["Cache-Control"] = "no-cache, no-store, max-age=0, must-revalidate"
    if fault and fault.retry_after is not None:
        response.headers["Retry-After"] = str(fault.retry_after)
    return response


def _ordered(fault: Fault) -> _Refused:
    return _Refused(fault.reason, fault.oauth_text(), status=fault.status)


def _token(world: World, form: dict[str, str]) -> dict[str, Any]:
    client_id = form.get("client_id") or (request.authorization.username if request.authorization else None)
    if not client_id:
        raise _Refused("invalid_request", "Could not determine client ID from request.")
    if form.get("grant_type") != "refresh_token":
        raise _Refused("unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type', '')}")
    try:
        token = world.grants.refresh(form.get("refresh_token", ""), form.get("scope", "").split(), now=world.now())
    except ScopeNotGrantedError as error:
        raise _Refused("invalid_scope", "Some requested scopes were not granted.") from error
    if token is None:
        raise _Refused("invalid_grant", "Token has been expired or revoked.")
    return _token_body(world, token, client_id)


def _token_body(world: World, token: AccessToken, client_id: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "access_token": token.token,
        "expires_in": token.expires_in,
        "scope": " ".join(token.scopes),
        "token_type": "Bearer",
    }
    if "openid" in token.scopes:
        body["id_token"] = world.key.sign(id_token_claims(world, token.email, audience=client_id))
    return body


def _revoke(world: World, form: dict[str, str]) -> dict[str, Any]:
    token = request.args.get("token") or form.get("token", "")
    if not world.grants.revoke(token):
        raise _Refused("invalid_token", "Token expired or revoked")
    return {}
