"""The door of the Gmail API: every route of Google's discovery document, each call checked before it is served.

Whatever happens, the call is written down: method, parameters, units, status and scopes, never a token.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response, jsonify
from flask import request as http

from demo.simulator import discovery, fields, query
from demo.simulator.bearer import token_of_the_call
from demo.simulator.discovery import Method
from demo.simulator.errors import ApiError, missing_scope, not_found
from demo.simulator.faults import AnsweredError
from demo.simulator.grant import AccessToken
from demo.simulator.meter import Call
from demo.simulator.methods import ANSWERS
from demo.simulator.request import Request
from demo.simulator.world import World

_ADDON_SCOPE = "https://www.googleapis.com/auth/gmail.addons.current."
_MESSAGE_TOKEN = "X-Goog-Gmail-Access-Token"  # noqa: S105 - a header's name
_OVERRIDE = "X-HTTP-Method-Override"
# Tokens are never written down; `alt` is `json` in every call there can be.
_NOT_SHOWN = frozenset({"access_token", "oauth_token", "key", "alt"})


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """The call as it is meant: Google's client sends a GET too long for an address as a POST that says so."""

    verb: str
    path: str
    arguments: Mapping[str, list[str]]
    overridden: bool


@dataclass(kw_only=True)
class _Note:
    """What is known of the call so far."""

    method: str
    id: str | None = None
    format: str | None = None
    token: AccessToken | None = None
    units: int = 0
    status: int = 200
    query: dict[str, Any] = field(default_factory=dict)


def gmail(world: World) -> Blueprint:
    blueprint = Blueprint("gmail", __name__)

    @blueprint.route("/gmail/v1/<path:_>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    def call(_: str) -> Response:
        return _answer(world)

    return blueprint


def _answer(world: World) -> Response:
    asked = _asked()
    found = discovery.find(asked.verb, asked.path)
    note = _note(asked, *(found or (None, {})))
    try:
        if found is None:
            raise not_found()
        response = _json(_served(world, asked, *found, note))
    except AnsweredError as answered:
        response = Response(answered.answer, content_type="application/json")
    except ApiError as error:
        note.status = error.code
        response = jsonify(error.body())
        response.status_code = error.code
        response.headers.extend(error.headers)
    with world.lock:
        world.meter.record(_row(note))
    return response


def _asked() -> _Asked:
    overridden = http.method == "POST" and _OVERRIDE in http.headers
    given = http.form if overridden else http.args
    return _Asked(
        verb=http.headers[_OVERRIDE].upper() if overridden else http.method,
        path=http.path,
        arguments=given.to_dict(flat=False),
        overridden=overridden,
    )


def _served(
    world: World, asked: _Asked, method: Method, path: dict[str, str], note: _Note
) -> dict[str, Any] | None:
    with world.lock:
        note.token = token = token_of_the_call(world)
        mailbox = world.mailboxes[token.email]
        parameters = query.read(method, asked.arguments)
        mask_text = parameters.text("fields")
        mask = fields.parse(mask_text, method.response) if mask_text and method.response else {}
        _check_scopes(method, token)
        _check_mailbox(path["userId"], token)
    email = mailbox.account.email
    try:
        with world.lock:
            world.meter.enter(email)
        # Read outside the lock: a slow sender holds up nobody, and counts as being in flight.
        body = {} if asked.overridden else _body(method)
        request = Request(
            mailbox=mailbox,
            token=token,
            grants=world.grants,
            path=path,
            query=parameters,
            body=body,
            now=world.now(),
        )
        with world.lock:
            return fields.select(_done(world, asked, method, request, note), mask)  # type: ignore[no-any-return]
    finally:
        with world.lock:
            world.meter.leave(email)


def _done(world: World, asked: _Asked, method: Method, request: Request, note: _Note) -> dict[str, Any] | None:
    fault = world.faults.take(asked.verb, asked.path)
    if fault and not fault.after and fault.answer is None:
        raise fault.error()
    if method.name not in ANSWERS:
        raise ApiError(501, "notImplemented", f"The simulator does not have {method.name} yet.")
    note.units = world.meter.charge(request.mailbox.account.email, method.name, now=world.now())
    answer = ANSWERS[method.name](request)
    if fault and fault.answer is not None:
        raise AnsweredError(fault.answer)
    if fault:
        raise fault.error()
    return answer


def _check_scopes(method: Method, token: AccessToken) -> None:
    enough = method.scopes & set(token.scopes)
    if any(not scope.startswith(_ADDON_SCOPE) for scope in enough):
        return
    # Add-on scopes reach only the message that is open, and the event's own token is the proof that one is.
    if not enough or not http.headers.get(_MESSAGE_TOKEN):
        raise missing_scope()


def _check_mailbox(user_id: str, token: AccessToken) -> None:
    if user_id != "me" and user_id.casefold() != token.email:
        raise ApiError(403, "forbidden", f"Delegation denied for {token.email}")


def _body(method: Method) -> dict[str, Any]:
    if method.request is None:
        return {}
    body = http.get_json(silent=True) if http.get_data() else {}
    if not isinstance(body, dict):
        raise ApiError(400, "parseError", "Invalid JSON payload received.")
    query.check_body(method, body)
    return body


def _json(answer: dict[str, Any] | None) -> Response:
    return Response(status=204) if answer is None else jsonify(answer)


def _note(asked: _Asked, method: Method | None, path: Mapping[str, str]) -> _Note:
    if method is None:
        return _Note(method="unknown")
    repeated = {name for name, one in method.parameters.items() if one.repeated}
    shown: dict[str, Any] = {
        name: values if name in repeated else values[-1]
        for name, values in asked.arguments.items()
        if name not in _NOT_SHOWN
    }
    id = path.get("id")
    return _Note(method=method.name, id=id, query=shown, format=shown.get("format", method.default_format))


def _row(note: _Note) -> Call:
    return Call(
        mailbox=note.token.email if note.token else None,
        method=note.method,
        id=note.id,
        format=note.format,
        fields=note.query.get("fields"),
        query=note.query,
        units=note.units,
        status=note.status,
        scopes=note.token.scopes if note.token else (),
    )
