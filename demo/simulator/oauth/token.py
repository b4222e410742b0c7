"""`POST /token`: a code becomes a grant, a refresh token an access token, a service account's word one as well."""

import hashlib
from typing import Any

from flask import request

from demo.simulator import codes
from demo.simulator.clients import Client
from demo.simulator.codes import Code
from demo.simulator.grant import AccessToken, DeadGrantError, End, ForeignGrantError, Grant, ScopeNotGrantedError
from demo.simulator.oauth import jwt_bearer
from demo.simulator.oauth.answers import Refused
from demo.simulator.oauth.identity import at_hash, base64url, id_token_claims
from demo.simulator.scopes import OPENID
from demo.simulator.world import World

_RAPT_HELP = "https://support.google.com/a/answer/9368756"


def token(world: World, form: dict[str, str]) -> dict[str, Any]:
    if form.get("grant_type") == jwt_bearer.GRANT_TYPE:
        return jwt_bearer.token(world, form)
    client = _client(world, form)
    match form.get("grant_type"):
        case "authorization_code":
            return _redeemed(world, form, client)
        case "refresh_token":
            return _refreshed(world, form, client)
        case other:
            raise Refused("unsupported_grant_type", f"Invalid grant_type: {other or ''}")


def _client(world: World, form: dict[str, str]) -> Client:
    """The client that asks, by the form or by HTTP Basic."""
    basic = request.authorization
    client_id = form.get("client_id") or (basic.username if basic else None)
    if not client_id:
        raise Refused("invalid_request", "Could not determine client ID from request.")
    client = world.clients.get(client_id)
    if client.deleted:
        raise Refused("deleted_client", "The OAuth client was deleted.", status=401)
    secret = form.get("client_secret") or (basic.password if basic else None)
    if not secret and (client.secret is not None or form.get("grant_type") == "authorization_code"):
        raise Refused("invalid_request", "client_secret is missing.")
    if client.secret not in {None, secret}:
        raise Refused("invalid_client", "Unauthorized", status=401)
    return client


def _redeemed(world: World, form: dict[str, str], client: Client) -> dict[str, Any]:
    now = world.now()
    code = _code(world, form, client)
    world.codes.spend(code)
    first = not world.grants.consented(code.email, client.client_id, now=now)
    grant = world.grants.open(
        code.email,
        code.scopes,
        now=now,
        project=code.project,
        client_id=client.client_id,
        offline=code.offline and (code.prompted or first),
        lasts=client.refresh_token_expires_in,
    )
    access = world.grants.mint(grant, now=now)
    fresh = {"refresh_token": grant.refresh_token} if grant.refresh_token else {}
    body = _body(world, grant, access, client, nonce=code.nonce) | fresh
    if world.next_id_token is not None:
        body["id_token"], world.next_id_token = world.next_id_token, None
    return body


def _code(world: World, form: dict[str, str], client: Client) -> Code:
    """The code if it is good, and good for this client; a wrong attempt does not use it up."""
    for name in ("code", "redirect_uri"):
        if not form.get(name):
            raise Refused("invalid_request", f"Missing required parameter: {name}")
    code = world.codes.find(form["code"], now=world.now())
    if code is None and not codes.is_well_formed(form["code"]):
        raise Refused("invalid_grant", "Malformed auth code.")
    if code is None or code.client_id != client.client_id:
        raise Refused("invalid_grant", "Bad Request")
    if code.redirect_uri != form["redirect_uri"]:
        raise Refused("redirect_uri_mismatch", "Bad Request")
    _check_verifier(code, form.get("code_verifier"))
    return code


def _check_verifier(code: Code, verifier: str | None) -> None:
    if code.challenge is None:
        if verifier:
            raise Refused("invalid_grant", "code_verifier or verifier is not needed.")
    elif not verifier:
        raise Refused("invalid_grant", "Missing code verifier.")
    elif base64url(hashlib.sha256(verifier.encode()).digest()) != code.challenge:
        raise Refused("invalid_grant", "Invalid code verifier.")


def _refreshed(world: World, form: dict[str, str], client: Client) -> dict[str, Any]:
    try:
        grant, access = world.grants.refresh(
            form.get("refresh_token", ""),
            form.get("scope", "").split(),
            client_id=client.client_id,
            now=world.now(),
        )
    except ScopeNotGrantedError as error:
        raise Refused("invalid_scope", "Some requested scopes were not granted.") from error
    except ForeignGrantError as error:
        raise Refused("unauthorized_client", "Unauthorized", status=401) from error
    except DeadGrantError as error:
        raise _dead(error.ended) from error
    return _body(world, grant, access, client)


def _dead(ended: End | None) -> Refused:
    """Only of a session that an admin cut short does Google say why."""
    if ended is End.RAPT:
        text = "reauth related error (invalid_rapt)"
        return Refused("invalid_grant", text, error_uri=_RAPT_HELP, error_subtype="invalid_rapt")
    return Refused("invalid_grant", "Token has been expired or revoked.")


def _body(
    world: World, grant: Grant, access: AccessToken, client: Client, *, nonce: str | None = None
) -> dict[str, Any]:
    body: dict[str, Any] = {
        "access_token": access.token,
        "expires_in": access.expires_in,
        "scope": " ".join(access.scopes),
        "token_type": "Bearer",
    }
    if grant.refresh_token and grant.expires_at is not None:
        body["refresh_token_expires_in"] = int(grant.expires_at - world.now())
    if OPENID in access.scopes:
        claims = id_token_claims(world, access.email, audience=client.client_id)
        claims |= {"at_hash": at_hash(access.token)} | ({"nonce": nonce} if nonce else {})
        body["id_token"] = world.key.sign(claims)
    return body
