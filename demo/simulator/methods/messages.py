"""users.messages: one message in four formats, and lists of ids, newest first."""

from typing import Any

from demo.simulator import paging
from demo.simulator.errors import not_found
from demo.simulator.mail import resource
from demo.simulator.mailboxes import Message
from demo.simulator.request import Request

_LISTED_WHEN_ASKED = frozenset({"SPAM", "TRASH"})


def get(request: Request) -> dict[str, Any]:
    """Also takes the web client's own `msg-a:` ids, and answers them with the real one."""
    wanted = request.path["id"]
    if wanted.startswith("msg-a:"):
        message_id = request.mailbox.aliases.get(wanted)
        if message_id is None:
            raise not_found()
    else:
        message_id = request.id
    message = request.mailbox.message(message_id)
    return resource(message, request.format, header_names=request.query.texts("metadataHeaders"))


def list_ids(request: Request) -> dict[str, Any]:
    request.refuse_search()
    listed = sorted(listable(request), key=lambda message: message.internal_date, reverse=True)
    page = paging.cut(listed, of="messages", size=request.query.page_size(), token=request.query.text("pageToken"))
    answer: dict[str, Any] = {"resultSizeEstimate": len(listed)}
    if page.items:
        answer["messages"] = [{"id": message.id, "threadId": message.thread_id} for message in page.items]
    if page.next_token:
        answer["nextPageToken"] = page.next_token
    return answer


def listable(request: Request) -> list[Message]:
    """Messages wearing every label asked for; spam and trash only when they are asked for."""
    wanted = request.mailbox.labels.known(request.query.texts("labelIds"))
    hidden_too = request.query.flag("includeSpamTrash") or bool(wanted & _LISTED_WHEN_ASKED)
    return [one for one in request.mailbox.messages() if wanted <= one.labels and (hidden_too or not one.hidden)]
