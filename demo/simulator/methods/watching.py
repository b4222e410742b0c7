"""users.watch and users.stop: one push client for each mailbox and Cloud project, for seven days."""

import re
from typing import Any

from demo.simulator.errors import invalid
from demo.simulator.push.watch import LIFETIME, Watch
from demo.simulator.request import Request

_TOPIC = re.compile(r"projects/[^/\s]+/topics/[^/\s]{3,255}")


def watch(request: Request) -> dict[str, Any]:
    """Start or renew; either rings once at once. Raises 400 while another topic is watched."""
    topic, mailbox, body = request.body.get("topicName", ""), request.mailbox, request.body
    if not _TOPIC.fullmatch(topic):
        raise invalid("Invalid topicName does not match projects/*/topics/*")
    other = mailbox.watches.get(request.project)
    if other and other.topic != topic and other.alive(request.now):
        raise invalid("Only one user push notification client allowed per developer (call /stop then try again)")
    begun = Watch(
        topic=topic,
        labels=request.label_ids("labelIds"),
        excludes=(body.get("labelFilterBehavior") or body.get("labelFilterAction")) == "exclude",
        ends_at=request.now + LIFETIME,
    )
    mailbox.watches[request.project] = begun
    return {"historyId": str(mailbox.history.current), "expiration": str(int(begun.ends_at * 1000))}


def stop(request: Request) -> None:
    request.mailbox.watches.pop(request.project, None)
