"""Whether the process lives, and whether it can do its work: one word each, for anybody."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from addon.web.door import services
from addon.web.errors import note_store
from storage.port import StoreError

health = Blueprint("health", __name__)


@health.get("/healthz")
def alive() -> ResponseReturnValue:
    return "ok", {"Content-Type": "text/plain"}


@health.get("/readyz")
def ready() -> ResponseReturnValue:
    try:
        services().store.ping()
    except StoreError as error:
        note_store(error)
        return "unready", 503, {"Content-Type": "text/plain"}
    return "ready", {"Content-Type": "text/plain"}
