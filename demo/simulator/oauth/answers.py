"""The shape of what a client hears at the token and revocation endpoints, faults to order included."""

from collections.abc import Callable
from typing import Any

from flask import Response, jsonify, request

from demo.simulator.faults import Fault
from demo.simulator.world import World


class Refused(Exception):  # noqa: N818 - the name is Google's answer
    """`more` stands in the answer beside error and description."""

    def __init__(self, error: str, description: str, *, status: int = 400, **more: str) -> None:
        super().__init__(error)
        self.status = status
        self.body = {"error": error, "error_description": description, **more}


def answered(world: World, answer: Callable[[World, dict[str, str]], dict[str, Any]]) -> Response:
    request.get_data(parse_form_data=True)  # read before the lock is taken: a slow sender holds up nobody
    with world.lock:
        fault = world.faults.take(request.method, request.path)
        try:
            if fault and not fault.after:
                raise _ordered(fault)
            response = jsonify(answer(world, _form()))
            if fault:
                raise _ordered(fault)
        except Refused as refused:
            response = jsonify(refused.body)
            response.status_code = refused.status
    response.headers["Cache-Control"] = "no-cache, no-store, max-age=0, must-revalidate"
    if fault and fault.retry_after is not None:
        response.headers["Retry-After"] = str(fault.retry_after)
    return response


def _form() -> dict[str, str]:
    for name, values in request.form.lists():
        if len(values) > 1:
            raise Refused("invalid_request", f"OAuth 2 parameters can only have a single value: {name}")
    return request.form.to_dict()


def _ordered(fault: Fault) -> Refused:
    return Refused(fault.reason, fault.oauth_text(), status=fault.status)
