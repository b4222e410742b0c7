"""The part of the control API that stands for Pub/Sub: where notifications go, and what happens to them."""

from typing import Any

from flask import Blueprint

from demo.simulator import body
from demo.simulator.body import Body, ControlError
from demo.simulator.push.destination import Address, Destination, Emulator, is_local
from demo.simulator.push.pubsub import Pubsub
from demo.simulator.push.trouble import TROUBLES, Fate
from demo.simulator.world import World

_SUBSCRIPTION = "projects/simulator/subscriptions/gmail"
_SERVICE_ACCOUNT = "gmail-push@simulator.iam.gserviceaccount.com"
_DESTINATION = ("url", "audience", "service_account", "subscription", "emulator")
_TROUBLE = tuple(fate.value for fate in TROUBLES)
_SETTLES_WITHIN_S = 10.0


def push(world: World) -> Blueprint:
    blueprint = Blueprint("push", __name__, url_prefix="/push")

    @blueprint.get("")
    def show() -> dict[str, Any]:
        with world.lock:
            return world.pubsub.state()

    @blueprint.post("")
    def order() -> dict[str, Any]:
        with world.lock:
            _order(world.pubsub, body.read(*_DESTINATION, *_TROUBLE, "every", "late_by", "next"))
            return world.pubsub.state()

    @blueprint.post("/release")
    def release() -> dict[str, Any]:
        with world.lock:
            world.pubsub.release()
        return {}

    @blueprint.post("/settle")
    def settle() -> dict[str, Any]:
        within_s = body.read("within").seconds("within", _SETTLES_WITHIN_S)
        return {"waiting": world.pubsub.settle(within_s=within_s)}

    return blueprint


def _order(pubsub: Pubsub, asked: Body) -> None:
    """Change what is given and leave the rest as it is."""
    destination = _destination(pubsub.destination, asked)
    chances = {Fate(name): asked.chance(name) for name in _TROUBLE if name in asked}
    every, late_by = asked.seconds("every", pubsub.every), asked.seconds("late_by", pubsub.trouble.late_by)
    fates = _fates(asked)
    pubsub.destination, pubsub.every, pubsub.trouble.late_by = destination, every, late_by
    pubsub.trouble.chances |= chances
    if "next" in asked:
        pubsub.trouble.order(fates)


def _destination(now: Destination | None, asked: Body) -> Destination | None:
    if not any(name in asked for name in _DESTINATION):
        return now
    if emulator := asked.optional("emulator"):
        return Emulator(url=_local(emulator).rstrip("/"))
    known = now if isinstance(now, Address) else None
    if "url" in asked or known is None:
        url = asked.optional("url")
        if url is None:
            return None
        known = Address(url=url, audience=url, service_account=_SERVICE_ACCOUNT, subscription=_SUBSCRIPTION)
    return Address(
        url=_local(known.url),
        audience=asked.text("audience", known.audience),
        service_account=asked.text("service_account", known.service_account),
        subscription=asked.text("subscription", known.subscription),
    )


def _local(url: str) -> str:
    if not is_local(url):
        raise ControlError(400, "Notifications go to http:// on a port of this machine only.")
    return url


def _fates(asked: Body) -> list[Fate]:
    try:
        return [Fate(name) for name in asked.texts("next")]
    except ValueError as error:
        known = ", ".join(fate.value for fate in Fate)
        raise ControlError(400, f"'next' is a list of {known}.") from error
