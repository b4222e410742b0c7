"""users.drafts: making one, as an add-on does, and finding it again. Editing and sending is by the control API."""

from base64 import b64decode
from typing import Any

from demo.simulator import drafts, envelope, mail, paging
from demo.simulator.errors import invalid, not_found
from demo.simulator.message import Message
from demo.simulator.methods.messages import listable, place
from demo.simulator.request import Request, is_id


def create(request: Request) -> dict[str, Any]:
    mailbox = request.mailbox
    given = request.body.get("message", {})
    raw = _raw(given.get("raw", ""))
    thread_id = _thread(request, raw, given["threadId"]) if given.get("threadId") else None
    draft_id = drafts.create(mailbox, raw, now=int(request.now * 1000), thread_id=thread_id)
    message = mailbox.message(mailbox.drafts[draft_id])
    return {"id": draft_id, "message": _ids(message) | {"labelIds": sorted(message.labels)}}


def get(request: Request) -> dict[str, Any]:
    """Raises 404 for one that was sent or thrown away."""
    draft_id = request.path["id"]
    message_id = request.mailbox.drafts.get(draft_id)
    if message_id is None:
        raise not_found()
    return {"id": draft_id, "message": mail.resource(request.mailbox.message(message_id), request.format)}


def list_ids(request: Request) -> dict[str, Any]:
    draft_ids = {message_id: draft_id for draft_id, message_id in request.mailbox.drafts.items()}
    listed = sorted((one for one in listable(request, request.index()) if one.id in draft_ids), key=place)
    page = paging.cut(
        listed, place=place, of="drafts", size=request.query.page_size(), token=request.query.text("pageToken")
    )
    answer: dict[str, Any] = {"resultSizeEstimate": page.estimate}
    if page.items:
        answer["drafts"] = [{"id": draft_ids[one.id], "message": _ids(one)} for one in page.items]
    if page.next_token:
        answer["nextPageToken"] = page.next_token
    return answer


def _ids(message: Message) -> dict[str, str]:
    return {"id": message.id, "threadId": message.thread_id}


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
