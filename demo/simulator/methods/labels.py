"""users.labels: the label objects. Neither deleting nor renaming one writes history."""

from typing import Any

from demo.simulator.errors import invalid, not_found
from demo.simulator.labels import Label
from demo.simulator.request import Request


def list_all(request: Request) -> dict[str, Any]:
    return {"labels": [_resource(label) for label in request.mailbox.labels.all()]}


def get(request: Request) -> dict[str, Any]:
    label = _asked(request)
    messages = [one for one in request.mailbox.messages() if label.id in one.labels]
    unread = [one for one in messages if "UNREAD" in one.labels]
    return _resource(label) | {
        "messagesTotal": len(messages),
        "messagesUnread": len(unread),
        "threadsTotal": len({one.thread_id for one in messages}),
        "threadsUnread": len({one.thread_id for one in unread}),
    }


def create(request: Request) -> dict[str, Any]:
    labels = request.mailbox.labels
    label = labels.create(request.body.get("name", ""))
    return _resource(labels.change(label, **_visibility(request)))


def update(request: Request) -> dict[str, Any]:
    if not request.body.get("name"):
        raise invalid("Invalid label name")
    return patch(request)


def patch(request: Request) -> dict[str, Any]:
    label = _own(request)
    return _resource(request.mailbox.labels.change(label, name=request.body.get("name"), **_visibility(request)))


def delete(request: Request) -> None:
    request.mailbox.delete_label(_own(request))


def _asked(request: Request) -> Label:
    label = request.mailbox.labels.get(request.path["id"])
    if label is None:
        raise not_found()
    return label


def _own(request: Request) -> Label:
    label = _asked(request)
    if label.system:
        raise invalid("Invalid label: system labels cannot be changed")
    return label


def _visibility(request: Request) -> dict[str, str | None]:
    return {
        "message_list_visibility": request.body.get("messageListVisibility"),
        "label_list_visibility": request.body.get("labelListVisibility"),
    }


def _resource(label: Label) -> dict[str, Any]:
    plain = {"id": label.id, "name": label.name, "type": "system" if label.system else "user"}
    if label.system:
        return plain
    return plain | {
        "messageListVisibility": label.message_list_visibility,
        "labelListVisibility": label.label_list_visibility,
    }
