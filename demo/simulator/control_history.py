"""The part of the control API that makes a mailbox's history and lists as difficult as Gmail's can be."""

from typing import Any

from flask import Blueprint

from demo.simulator import body
from demo.simulator.body import Body, ControlError
from demo.simulator.control_mail import mailbox_of
from demo.simulator.index import Lag
from demo.simulator.mailboxes import Mailbox
from demo.simulator.world import World


def history(world: World) -> Blueprint:
    blueprint = Blueprint("history", __name__)

    @blueprint.post("/mailboxes/<email>/expire-history")
    def expire_history(email: str) -> dict[str, Any]:
        with world.lock:
            mailbox = mailbox_of(world, email)
            mailbox.history.expire()
            return {"historyId": str(mailbox.history.current)}

    @blueprint.post("/mailboxes/<email>/history")
    def change_history(email: str) -> dict[str, Any]:
        with world.lock:
            mailbox, asked = (
                mailbox_of(world, email),
                body.read("empty_page", "labels", "sent_in_place", "moved_drafts"),
            )
            mailbox.next_history_page_is_empty |= asked.flag("empty_page")
            if "labels" in asked:
                mailbox.history_tells_labels = asked.flag("labels")
            if "sent_in_place" in asked:
                mailbox.sends_in_place = asked.flag("sent_in_place")
            if "moved_drafts" in asked:
                mailbox.moves_drafts = asked.flag("moved_drafts")
        return {}

    @blueprint.post("/mailboxes/<email>/lag")
    def lag(email: str) -> dict[str, Any]:
        with world.lock:
            mailbox = mailbox_of(world, email)
            mailbox.lag = _lag(mailbox, body.read("calls", "seconds", "ahead"), now=world.now())
            return {"historyId": str(mailbox.history.current)}

    return blueprint


def _lag(mailbox: Mailbox, asked: Body, *, now: float) -> Lag | None:
    """Hold on to what lists show now; zero calls end a lag."""
    if ("calls" in asked) == ("seconds" in asked):
        raise ControlError(400, "Give 'calls' or 'seconds'.")
    if "calls" in asked and asked.number("calls", 0) < 1:
        return None
    return Lag(
        shown=mailbox.index_without_lag(),
        calls=asked.number("calls", 0) if "calls" in asked else None,
        until=now + asked.seconds("seconds", 0) if "seconds" in asked else None,
        ahead=asked.flag("ahead"),
    )
