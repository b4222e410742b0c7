"""`GET /v1/userinfo`: who the bearer of an access token acts for."""

from typing import Any

from flask import Response, jsonify, request

from demo.simulator.bearer import token_of_the_call
from demo.simulator.errors import ApiError, missing_scope
from demo.simulator.scopes import EMAIL, OPENID
from demo.simulator.world import World


def userinfo(world: World) -> Response:
    try:
        with world.lock:
            return jsonify(_about(world))
    except ApiError as error:
        response = jsonify(error.body())
        response.status_code = error.code
        response.headers.extend(error.headers)
        return response


def _about(world: World) -> dict[str, Any]:
    token = token_of_the_call(world)
    if fault := world.faults.take(request.method, request.path):
        raise fault.error()
    if not {OPENID, EMAIL} & set(token.scopes):
        raise missing_scope()
    account = world.mailboxes[token.email].account
    about = {"sub": account.sub, "name": account.name, "email": account.email, "email_verified": True}
    return about | ({"hd": account.hd} if account.hd else {})
