"""The control API under `/_sim/`: tokens and faults to order, and what was asked of Gmail's API."""

import re
from typing import Any

from flask import Blueprint, Response, jsonify, request

from demo.simulator import body
from demo.simulator.body import ControlError
from demo.simulator.control_history import history
from demo.simulator.control_labels import labels
from demo.simulator.control_mail import mail, mailbox_of
from demo.simulator.control_push import push
from demo.simulator.control_sending import sending
from demo.simulator.errors import ApiError
from demo.simulator.faults import Fault
from demo.simulator.oauth import id_token_claims
from demo.simulator.signing import new_key
from demo.simulator.world import World

_CLAIMS = ("aud", "sub", "email", "hd", "email_verified", "iss", "exp", "iat", "name")


def control(world: World) -> Blueprint:
    blueprint = Blueprint("control", __name__, url_prefix="/_sim")

    blueprint.before_request(_read_before_the_lock_is_taken)
    blueprint.register_error_handler(ControlError, _say_why)
    blueprint.register_error_handler(ApiError, _say_what_gmail_says)
    for part in (mail, sending, labels, history, push):
        blueprint.register_blueprint(part(world))

    @blueprint.get("/calls")
    def calls() -> dict[str, Any]:
        with world.lock:
            return {"calls": world.meter.calls()}

    @blueprint.get("/meter")
    def meter() -> dict[str, Any]:
        with world.lock:
            return {email: world.meter.totals(email) for email in world.mailboxes}

    @blueprint.post("/reset-meter")
    def reset_meter() -> dict[str, Any]:
        with world.lock:
            world.meter.reset()
        return {}

    @blueprint.post("/fault")
    def fault() -> dict[str, Any]:
        return _fault(world)

    @blueprint.post("/clear-faults")
    def clear_faults() -> dict[str, Any]:
        with world.lock:
            world.faults.clear()
        return {}

    @blueprint.post("/grant")
    def grant() -> dict[str, Any]:
        asked = body.read("email", "scopes", "expires_in", "project")
        with world.lock:
            token = world.grants.grant(
                mailbox_of(world, asked.text("email")).account.email,
                asked.texts("scopes"),
                now=world.now(),
                project=asked.optional("project"),
                expires_in=asked.number("expires_in", 3600),
            )
        return {"access_token": token.token, "refresh_token": token.refresh_token}

    @blueprint.post("/id-token")
    def id_token() -> dict[str, Any]:
        return _id_token(world)

    return blueprint


def _read_before_the_lock_is_taken() -> None:
    request.get_data()  # a slow sender holds up nobody


def _say_why(error: ControlError) -> tuple[Response, int]:
    return jsonify({"error": error.text}), error.status


def _say_what_gmail_says(error: ApiError) -> tuple[Response, int]:
    return jsonify({"error": error.message}), error.code


def _fault(world: World) -> dict[str, Any]:
    asked = body.read("match", "status", "reason", "times", "retry_after", "retry_at", "message", "after")
    if (times := asked.number("times", 1)) < 1:
        raise ControlError(400, "'times' must be at least 1.")
    fault = Fault(
        match=asked.text("match"),
        status=asked.number("status", 500),
        reason=asked.text("reason", "backendError"),
        message=asked.optional("message"),
        retry_after=asked.optional_number("retry_after"),
        retry_at=asked.optional("retry_at"),
        after=asked.flag("after"),
    )
    try:
        with world.lock:
            world.faults.order(fault, times=times)
    except re.error as error:
        raise ControlError(400, f"'match' is not a regular expression: {error}") from error
    return {}


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
