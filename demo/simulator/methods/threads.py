"""users.threads: a thread is its messages; a label on it is a label on each message that is in it now."""

from collections.abc import Sequence
from typing import Any

from demo.simulator import paging
from demo.simulator.errors import ApiError, invalid
from demo.simulator.index import Index
from demo.simulator.labels import UNTOUCHABLE
from demo.simulator.mail import resource, snippet
from demo.simulator.message import Message
from demo.simulator.methods.messages import listable
from demo.simulator.request import Request


def get(request: Request) -> dict[str, Any]:
    """Spam and trash included, as Gmail does here and not in lists."""
    messages = request.mailbox.thread(request.id)
    names = request.query.texts("metadataHeaders")
    return {
        "id": request.id,
        "historyId": str(max(message.history_id for message in messages)),
        "messages": [resource(message, request.format, header_names=names) for message in messages],
    }


def list_ids(request: Request) -> dict[str, Any]:
    """List a thread when one of its messages wears all labels asked for and is found by the search."""
    index = request.index()
    newest: dict[str, int] = {}
    for message in listable(request, index):
        newest[message.thread_id] = max(message.internal_date, newest.get(message.thread_id, 0))

    def place(thread_id: str) -> tuple[int, str]:
        return -newest[thread_id], thread_id

    listed = sorted(newest, key=place)
    page = paging.cut(
        listed, place=place, of="threads", size=request.query.page_size(), token=request.query.text("pageToken")
    )
    answer: dict[str, Any] = {"resultSizeEstimate": page.estimate}
    if page.items:
        answer["threads"] = _items(page.items, index)
    if page.next_token:
        answer["nextPageToken"] = page.next_token
    return answer


def modify(request: Request) -> dict[str, Any]:
    """Drafts in the thread are passed over: they cannot be labelled."""
    add, remove = request.label_ids("addLabelIds"), request.label_ids("removeLabelIds")
    for label_id in sorted((add | remove) & UNTOUCHABLE):
        raise invalid(f"Invalid label: {label_id}")
    if not add | remove:
        raise invalid("No label add or removes specified")
    if add & remove:
        raise invalid("Cannot both add and remove the same label")
    messages = [one for one in request.mailbox.thread(request.id) if "DRAFT" not in one.labels]
    if not messages:
        raise ApiError(400, "failedPrecondition", "Drafts cannot be labeled.")
    changed = [request.mailbox.relabel(one.id, add=add, remove=remove) for one in messages]
    return {
        "id": request.id,
        "messages": [{"id": one.id, "threadId": one.thread_id, "labelIds": sorted(one.labels)} for one in changed],
    }


def _items(thread_ids: Sequence[str], index: Index) -> list[dict[str, Any]]:
    threads: dict[str, list[Message]] = {thread_id: [] for thread_id in thread_ids}
    for message in index.messages:
        if message.thread_id in threads:
            threads[message.thread_id].append(message)
    return [
        {
            "id": thread_id,
            "snippet": snippet(max(messages, key=lambda one: one.internal_date)),
            "historyId": str(max(one.history_id for one in messages)),
        }
        for thread_id, messages in threads.items()
    ]
