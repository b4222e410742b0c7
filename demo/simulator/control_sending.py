"""The part of the control API that plays the mailbox's owner writing: drafts saved, mail sent, now or later."""

from typing import Any

from flask import Blueprint

from demo.simulator import body, drafts
from demo.simulator import sending as outgoing
from demo.simulator.body import Body, ControlError
from demo.simulator.control_mail import mailbox_of, shown_copies
from demo.simulator.mailboxes import Mailbox
from demo.simulator.message import Message
from demo.simulator.sending import Sent
from demo.simulator.world import World


def sending(world: World) -> Blueprint:
    blueprint = Blueprint("sending", __name__)

    @blueprint.post("/mailboxes/<email>/drafts")
    def create_draft(email: str) -> dict[str, Any]:
        with world.lock:
            mailbox, asked = mailbox_of(world, email), body.read("raw", "threadId")
            draft_id = drafts.create(
                mailbox, asked.raw(), now=world.now_ms(), thread_id=asked.optional("threadId")
            )
            return _shown(mailbox.message(mailbox.drafts[draft_id])) | {"draft": draft_id}

    @blueprint.post("/mailboxes/<email>/drafts/<draft>/save")
    def save_draft(email: str, draft: str) -> dict[str, Any]:
        with world.lock:
            mailbox = mailbox_of(world, email)
            draft_id = _draft_id(mailbox, draft)
            asked, now = body.read("raw", "threadId"), world.now_ms()
            saved = drafts.save(mailbox, draft_id, asked.raw(), now=now, thread_id=asked.optional("threadId"))
            return _shown(saved) | {"draft": draft_id}

    @blueprint.post("/mailboxes/<email>/drafts/<draft>/send")
    def send_draft(email: str, draft: str) -> dict[str, Any]:
        with world.lock:
            mailbox, at = mailbox_of(world, email), _later(world, body.read("at"))
            draft_id = _draft_id(mailbox, draft)
            if at is not None:
                return _shown(outgoing.schedule_draft(mailbox, draft_id, at=at))
            return _shown_sent(outgoing.send_draft(world, mailbox, draft_id))

    @blueprint.post("/mailboxes/<email>/send")
    def send(email: str) -> dict[str, Any]:
        with world.lock:
            mailbox, asked = mailbox_of(world, email), body.read("raw", "threadId", "at")
            at, thread_id = _later(world, asked), asked.optional("threadId")
            if at is not None:
                return _shown(outgoing.schedule(mailbox, asked.raw(), at=at, thread_id=thread_id))
            return _shown_sent(outgoing.send(world, mailbox, asked.raw(), thread_id=thread_id))

    return blueprint


def _draft_id(mailbox: Mailbox, given: str) -> str:
    """Take the draft's own id, or that of the message it is now."""
    for draft_id, message_id in mailbox.drafts.items():
        if given in {draft_id, message_id}:
            return draft_id
    raise ControlError(404, f"There is no draft {given}.")


def _later(world: World, asked: Body) -> int | None:
    """Give Unix milliseconds of `at`, which is in seconds and must be to come."""
    at = asked.optional_number("at")
    if at is not None and at <= world.now():
        raise ControlError(400, "'at' must be a time to come, in seconds since 1970.")
    return None if at is None else at * 1000


def _shown(message: Message) -> dict[str, Any]:
    return {"id": message.id, "threadId": message.thread_id}


def _shown_sent(sent: Sent) -> dict[str, Any]:
    about = {"messageId": sent.message.envelope.message_id, "copies": shown_copies(sent.copies)}
    return _shown(sent.message) | about
