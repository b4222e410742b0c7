"""What each exception becomes: a status for who is not proven, a card for who is. One table for each.

Nothing an exception says is ever answered. A store's words hold no content and are logged; anything unexpected is
logged by type and place.
"""

from __future__ import annotations

import logging
import secrets
from types import TracebackType

from flask import Blueprint, Flask, Response, g, jsonify, request
from flask.typing import ResponseReturnValue
from google.apps.card_v1 import Card
from werkzeug.exceptions import HTTPException

from addon.event import UnreadableError
from addon.failures import describe
from addon.gateways.errors import AttentionError, ClientRefusedError, NotProvenError, OutsideError
from addon.lookups.ids import OpenAgainError, OtherMailboxError, ids_in
from addon.permission import NeedsPermissionError, may_ask
from addon.web.door import leave_contexts, services
from cards.plain import Failure, trouble_card
from cards.responses import AskScopes, Push, to_json
from cards.widgets import Press, Verb
from storage.port import ConflictError, StoreError

_log = logging.getLogger("addon.web")

_FAILURES: tuple[tuple[type[Exception], Failure], ...] = (
    (OpenAgainError, Failure.OPEN_AGAIN),
    (OtherMailboxError, Failure.OTHER_MAILBOX),
    (NeedsPermissionError, Failure.NOT_PERMITTED),
    (AttentionError, Failure.NOT_READABLE),
    (ClientRefusedError, Failure.NOT_READABLE),
    (OutsideError, Failure.GMAIL_SILENT),
    (ConflictError, Failure.CHANGED),
    (StoreError, Failure.STORE_SILENT),
)
"""The first that fits; what fits none is our own mistake."""


class App(Flask):
    """Flask, but for its log: what escapes every handler is told like anything unexpected."""

    def log_exception(self, exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None]) -> None:
        if exc_info[1] is not None:
            _log.error("request %s: %s", g.get("request_id", ""), describe(exc_info[1]))


def register(app: Flask) -> None:
    """For every door: who is not proven, what cannot be read, and what ends with each request."""
    app.before_request(_name_request)
    app.after_request(_harden)
    app.teardown_request(leave_contexts)
    app.register_error_handler(NotProvenError, lambda _: _refused(401, "The caller is not proven."))
    app.register_error_handler(UnreadableError, lambda error: _refused(400, f"Unreadable: {error}."))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def register_cards(sidebar: Blueprint) -> None:
    """For the panel: once the caller is proven, everything that fails is a card with a next step."""
    sidebar.register_error_handler(Exception, _card_or_refusal)


def _card_or_refusal(error: Exception) -> ResponseReturnValue:
    if isinstance(error, NotProvenError):
        return _refused(401, "The caller is not proven.")
    if isinstance(error, UnreadableError):
        return _refused(400, f"Unreadable: {error}.")
    if isinstance(error, HTTPException):
        return _http(error)
    if "caller_proven" not in g:
        return _unexpected(error)
    if isinstance(error, NeedsPermissionError) and may_ask(g.caller, services()):
        return jsonify(to_json(AskScopes(error.scopes)))
    return jsonify(to_json(Push(_card(error))))


def _card(error: Exception) -> Card:
    return trouble_card(_failure(error), site=services().site, refresh=_refresh(), again=_again())


def _failure(error: Exception) -> Failure:
    for kind, failure in _FAILURES:
        if isinstance(error, kind):
            if failure is Failure.STORE_SILENT:
                note_store(error)
            return failure
    _log.error("request %s: %s", g.request_id, describe(error))
    return Failure.WENT_WRONG


def _refresh() -> Press:
    """What is open, named as far as the event did: of a press Gmail may leave that out (R30)."""
    if "caller" not in g:
        return Press(Verb.REFRESH)
    event = g.caller.event
    if (ids := ids_in(event)) is not None:
        return Press(Verb.REFRESH, {"message": ids.message, "thread": ids.thread})
    return Press(Verb.REFRESH, {name: event.parameters.get(name, "") for name in ("message", "thread")})


def _again() -> Press | None:
    """The press that failed, or what opens what failed to open; None where something typed is part of it.

    A button cannot carry that, and without it the press would mean something else.
    """
    if "caller" not in g or g.caller.event.inputs:
        return None
    pressed = request.path.rpartition("/")[2]
    if pressed not in {verb.value for verb in Verb}:
        return _refresh()
    return Press(Verb(pressed), g.caller.event.parameters)


def note_store(error: Exception) -> None:
    """Whoever keeps it running is told what the store says of itself."""
    _log.error("request %s: the store failed: %s", g.request_id, error)


def _http(error: HTTPException) -> ResponseReturnValue:
    return _refused(error.code or 500, f"{error.name}.")


def _unexpected(error: Exception) -> ResponseReturnValue:
    """Before a caller is proven, or for a machine: one word, and the place in the log."""
    if isinstance(error, OutsideError | StoreError):
        if isinstance(error, StoreError):
            note_store(error)
        return _refused(503, "Not available now; come again.")
    _log.error("request %s: %s", g.request_id, describe(error))
    return _refused(500, "Failed.")


def _refused(status: int, sentence: str) -> ResponseReturnValue:
    return jsonify(error=sentence), status


def _name_request() -> None:
    g.request_id = secrets.token_hex(8)


def _harden(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
