"""users.drafts: only making one, as an add-on does. Editing and sending is the user's, by the control API."""

from base64 import b64decode
from typing import Any

from demo.simulator import drafts, envelope
from demo.simulator.errors import invalid
from demo.simulator.request import Request, is_id


def create(request: Request) -> dict[str, Any]:
    mailbox = request.mailbox
    given = request.body.get("message", {})
    raw = _raw(given.get("raw", ""))
    thread_id = _thread(request, raw, given["threadId"]) if given.get("threadId") else None
    draft_id = drafts.create(mailbox, raw, now=int(request.now * 1000), thread_id=thread_id)
    message = mailbox.message(mailbox.drafts[draft_id])
    ids = {"id": message.id, "threadId": message.thread_id}
    return {"id": draft_id, "message": ids | {"labelIds": sorted(message.labels)}}


def _thread(request: Request, raw: bytes, thread_id: str) -> str | None:
    """Give the thread if the mail answers one of its messages: naming a thread is not enough to be in it."""
    if not is_id(thread_id):
        raise invalid("Invalid thread_id value")
    known = {message.envelope.message_id for message in request.mailbox.thread(thread_id)}
    return thread_id if known & set(envelope.read(raw).answers) else None


def _raw(text: str) -> bytes:
    if not text:
        raise invalid("Missing draft message")
    try:
        return b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise invalid("Invalid value at 'message.raw' (TYPE_BYTES)") from error
