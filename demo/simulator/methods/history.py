"""users.history: records after a cursor, oldest first. `historyId` is the mailbox's, not the page's."""

from typing import Any

from demo.simulator import paging
from demo.simulator.errors import invalid
from demo.simulator.history import Kind, Record
from demo.simulator.request import Request

_KEYS = {
    Kind.MESSAGE_ADDED: "messagesAdded",
    Kind.MESSAGE_DELETED: "messagesDeleted",
    Kind.LABEL_ADDED: "labelsAdded",
    Kind.LABEL_REMOVED: "labelsRemoved",
}


def list_records(request: Request) -> dict[str, Any]:
    """Page by the id of the last record shown, so that a cursor lost between two pages is a 404 there too."""
    query, mailbox = request.query, request.mailbox
    start = query.number("startHistoryId")
    if start is None:
        raise invalid("Missing/invalid parameter: startHistoryId")
    token = query.text("pageToken")
    place = _place(token) if token else start
    kinds = {Kind(value) for value in query.texts("historyTypes")} or set(Kind)
    label_id = query.text("labelId")
    if label_id is not None:
        mailbox.labels.known([label_id])
    index = request.index()
    found = [
        one
        for one in mailbox.history.after(place)
        if one.id <= index.newest and one.kind in kinds and _wears(one, label_id)
    ]
    size = query.page_size()
    if mailbox.next_history_page_is_empty:
        mailbox.next_history_page_is_empty, size = False, 0
        more, last = True, place
    else:
        more, last = len(found) > size, found[:size][-1].id if found else place
    answer: dict[str, Any] = {"historyId": str(index.current)}
    if found[:size]:
        answer["history"] = [_resource(one, told=mailbox.history_tells_labels) for one in found[:size]]
    if more:
        answer["nextPageToken"] = paging.write(str(last), of="history")
    return answer


def _wears(record: Record, label_id: str | None) -> bool:
    return label_id is None or label_id in record.labels | record.changed


def _place(token: str) -> int:
    try:
        return int(paging.read(token, of="history"))
    except ValueError as error:
        raise paging.refused() from error


def _resource(record: Record, *, told: bool) -> dict[str, Any]:
    """`told`: with the message's labels, which Google's documentation does not promise."""
    ids = {"id": record.message_id, "threadId": record.thread_id}
    about: dict[str, Any] = {"message": ids | ({"labelIds": sorted(record.labels)} if told else {})}
    if record.changed:
        about["labelIds"] = sorted(record.changed)
    return {"id": str(record.id), "messages": [ids], _KEYS[record.kind]: [about]}
