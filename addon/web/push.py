"""Gmail's door: Pub/Sub pushes that a mailbox changed. It rings the bell, durably, and reads nothing of Gmail.

Once the token is proven the answer is 204 whatever the body, or Pub/Sub would send it again for ever. Only where
the store does not answer it is to come again. Nothing of the body is logged; counters tell.
"""

from __future__ import annotations

from flask import Blueprint, Response

from addon import notification
from addon.policy.matching import canonical
from addon.services import Services
from addon.web.door import prove_service, services, whole_body

push = Blueprint("push", __name__, url_prefix="/push")


@push.before_request
def admit_pubsub() -> None:
    prove_service(services().config.push_service_account)


@push.post("/gmail")
def gmail() -> Response:
    """Make the mailbox due, whoever it is that may be told of."""
    services().counters.add("pushes", _rung(whole_body(), services()))
    return Response(status=204)


def _rung(body: bytes, wired: Services) -> str:
    """Ring; what became of it in a word."""
    told = notification.read(body)
    if told is None:
        return "unreadable"
    if not told.is_of(wired.config.topic):
        return "foreign"
    address = canonical(told.address)
    member = wired.store.members_at([address]).get(address)
    if member is None:
        return "unknown"
    wired.store.ring(
        member.sub,
        now=wired.clock.now(),
        soon=wired.config.debounce,
        gap=wired.gap,
        notified=told.history_id,
    )
    return "rung"
