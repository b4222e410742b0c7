"""users.messages: one message in four formats, and lists of ids, newest first."""

from collections.abc import Collection
from typing import Any

from demo.simulator import attachments, mail, paging, search
from demo.simulator.errors import invalid, not_found
from demo.simulator.index import Index
from demo.simulator.message import HIDDEN, Message
from demo.simulator.request import Request


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
    return mail.resource(message, request.format, header_names=request.query.texts("metadataHeaders"))


def list_ids(request: Request) -> dict[str, Any]:
    listed = sorted(listable(request, request.index()), key=place)
    page = paging.cut(
        listed, place=place, of="messages", size=request.query.page_size(), token=request.query.text("pageToken")
    )
    answer: dict[str, Any] = {"resultSizeEstimate": page.estimate}
    if page.items:
        answer["messages"] = [{"id": message.id, "threadId": message.thread_id} for message in page.items]
    if page.next_token:
        answer["nextPageToken"] = page.next_token
    return answer


def listable(request: Request, index: Index) -> Collection[Message]:
    """Messages wearing every label asked for that the search matches; spam and trash only when asked for."""
    wanted = request.mailbox.labels.known(request.query.texts("labelIds"))
    found = _search(request)
    shown = HIDDEN if request.query.flag("includeSpamTrash") or wanted & HIDDEN else found.opens
    return [
        one
        for one in index.messages
        if wanted <= one.labels and not (one.labels & HIDDEN) - shown and found.matches(one)
    ]


def get_attachment(request: Request) -> dict[str, Any]:
    """Tests show that it is never called; nothing else asks for it."""
    request.refuse_content_under_metadata()
    message = request.mailbox.message(request.path_id("messageId"))
    part_id = attachments.part_of(request.path["id"], message.id)
    content = mail.content(message, part_id)
    if content is None:
        raise invalid("Invalid attachment token")
    return {"size": len(content), "data": mail.base64url(content)}


def _search(request: Request) -> search.Search:
    mailbox = request.mailbox
    place = search.Place(
        me=mailbox.account.email,
        labels=mailbox.labels.all(),
        scheduled=mailbox.scheduled,
        now=int(request.now * 1000),
    )
    return search.prepare(request.search_text() or "", place)


def place(message: Message) -> tuple[int, str]:
    return -message.internal_date, message.id
