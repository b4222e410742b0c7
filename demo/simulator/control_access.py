"""The part of the control API about who lets whom in: tokens to order, clients to describe, grants to end."""

from typing import Any

from flask import Blueprint, request

from demo.simulator import body
from demo.simulator.body import Body, ControlError
from demo.simulator.clients import BACKGROUND, Client
from demo.simulator.control_mail import mailbox_of
from demo.simulator.grant import End
from demo.simulator.grants import LIFETIME
from demo.simulator.oauth.identity import id_token_claims
from demo.simulator.oauth.revoke import end_grants
from demo.simulator.service_accounts import new_service_account
from demo.simulator.signing import new_key
from demo.simulator.world import World

_CLAIMS = ("aud", "sub", "email", "hd", "email_verified", "iss", "exp", "iat", "name")
_ENDS = {how.value: how for how in (End.REVOKED, End.PASSWORD, End.RAPT, End.EXPIRED)}
ADDON = "addon"


def access(world: World) -> Blueprint:
    blueprint = Blueprint("access", __name__)

    @blueprint.post("/grant")
    def grant() -> dict[str, Any]:
        asked = body.read("email", "scopes", "expires_in", "project", "client_id", "refresh_token_expires_in")
        with world.lock:
            return _grant(world, asked)

    @blueprint.post("/mailboxes/<email>/end-grants")
    def end(email: str) -> dict[str, Any]:
        asked = body.read("how", "project")
        if asked.text("how") not in _ENDS:
            raise ControlError(400, f"'how' must be one of: {', '.join(_ENDS)}.")
        with world.lock:
            account = mailbox_of(world, email).account
            how, project = _ENDS[asked.text("how")], asked.optional("project")
            return {"ended": end_grants(world, account.email, how=how, project=project)}

    @blueprint.post("/clients")
    def describe_client() -> dict[str, Any]:
        client = _client(
            body.read("client_id", "secret", "project", "redirect_uris", "refresh_token_expires_in", "deleted")
        )
        with world.lock:
            world.clients.describe(client)
            if client.deleted:
                world.grants.end(End.CLIENT_DELETED, lambda grant: grant.client_id == client.client_id)
        return {}

    @blueprint.post("/service-accounts")
    def service_account() -> dict[str, Any]:
        asked = body.read("email", "scopes")
        return _service_account(world, asked.text("email"), asked.texts("scopes"))

    @blueprint.post("/next-id-token")
    def next_id_token() -> dict[str, Any]:
        with world.lock:
            world.next_id_token = body.read("token").text("token")
        return {}

    @blueprint.post("/id-token")
    def id_token() -> dict[str, Any]:
        return _id_token(world)

    return blueprint


def _grant(world: World, asked: Body) -> dict[str, Any]:
    scopes, client_id = asked.texts("scopes"), asked.optional("client_id")
    # The add-on's deployment lives in one Cloud project, the background client in another; only the first
    # can be given add-on scopes, and revoking in one does not touch the other.
    usual = world.clients.get(client_id).project if client_id else BACKGROUND
    grant = world.grants.open(
        mailbox_of(world, asked.text("email")).account.email,
        scopes,
        now=world.now(),
        project=asked.optional("project") or (ADDON if any("/gmail.addons." in one for one in scopes) else usual),
        client_id=client_id,
        lasts=asked.optional_number("refresh_token_expires_in"),
    )
    token = world.grants.mint(grant, now=world.now(), expires_in=asked.number("expires_in", LIFETIME))
    return {"access_token": token.token, "refresh_token": grant.refresh_token}


def _client(asked: Body) -> Client:
    return Client(
        client_id=asked.text("client_id"),
        secret=asked.optional("secret"),
        project=asked.text("project", BACKGROUND),
        redirect_uris=tuple(asked.texts("redirect_uris")),
        refresh_token_expires_in=asked.optional_number("refresh_token_expires_in"),
        deleted=asked.flag("deleted"),
    )


def _service_account(world: World, email: str, scopes: list[str]) -> dict[str, Any]:
    """The same key for an account that is known already; the scopes are replaced."""
    with world.lock:
        known = world.service_accounts.find(email)
    account = known or new_service_account(email)  # a key takes its time, and holds up nobody
    with world.lock:
        account = world.service_accounts.allow(world.service_accounts.find(email) or account, scopes)
    return dict(account.key_file(request.host_url.rstrip("/")))


def _id_token(world: World) -> dict[str, Any]:
    """Claims left out are Google's for that mailbox, claims given as null are left out of the token."""
    asked = body.read(*_CLAIMS, "kid", "forge")
    now = int(world.now())
    with world.lock:
        email = (asked.optional("email") or "").casefold()
        claims: dict[str, Any] = {
            "iss": "https://accounts.google.com",
            "sub": "100000000000000000000",
            "email_verified": True,
            "iat": now,
            "exp": now + 3600,
        }
        if email in world.mailboxes:
            claims = id_token_claims(world, email, audience=asked.optional("aud") or "")
    claims |= {name: asked.fields[name] for name in _CLAIMS if name in asked}
    claims = {name: value for name, value in claims.items() if value not in (None, "")}
    key = new_key() if asked.flag("forge") else world.key
    return {"token": key.sign(claims, kid=asked.optional("kid") or world.key.kid)}
