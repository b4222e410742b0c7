"""The control API under `/_sim/`: faults to order, and what was asked of Gmail's API."""

import re
from typing import Any

from flask import Blueprint, Response, jsonify, request

from demo.simulator import body
from demo.simulator.body import ControlError
from demo.simulator.control_access import access
from demo.simulator.control_history import history
from demo.simulator.control_labels import labels
from demo.simulator.control_mail import mail
from demo.simulator.control_push import push
from demo.simulator.control_sending import sending
from demo.simulator.errors import ApiError
from demo.simulator.faults import Fault
from demo.simulator.world import World


def control(world: World) -> Blueprint:
    blueprint = Blueprint("control", __name__, url_prefix="/_sim")

    blueprint.before_request(_read_before_the_lock_is_taken)
    blueprint.register_error_handler(ControlError, _say_why)
    blueprint.register_error_handler(ApiError, _say_what_gmail_says)
    for part in (mail, sending, labels, history, push, access):
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

    return blueprint


def _read_before_the_lock_is_taken() -> None:
    request.get_data()  # a slow sender holds up nobody


def _say_why(error: ControlError) -> tuple[Response, int]:
    return jsonify({"error": error.text}), error.status


def _say_what_gmail_says(error: ApiError) -> tuple[Response, int]:
    return jsonify({"error": error.message}), error.code


def _fault(world: World) -> dict[str, Any]:
    asked = body.read(
        "match", "status", "reason", "times", "retry_after", "retry_at", "message", "after", "answer"
    )
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
        answer=asked.optional("answer"),
    )
    try:
        with world.lock:
            world.faults.order(fault, times=times)
    except re.error as error:
        raise ControlError(400, f"'match' is not a regular expression: {error}") from error
    return {}
