"""The part of the control API that plays the mailbox's owner in Gmail's pages, with labels, bin and spam."""

from typing import Any

from flask import Blueprint

from demo.simulator import body
from demo.simulator.body import Body, ControlError
from demo.simulator.control_mail import label_names, mailbox_of
from demo.simulator.labels import SYSTEM, Label
from demo.simulator.mailboxes import Filter, Mailbox
from demo.simulator.message import Message
from demo.simulator.world import World


def labels(world: World) -> Blueprint:
    blueprint = Blueprint("labels", __name__)

    @blueprint.post("/mailboxes/<email>/threads/<thread_id>/labels")
    def label_thread(email: str, thread_id: str) -> dict[str, Any]:
        with world.lock:
            return _label_thread(mailbox_of(world, email), thread_id, body.read("add", "remove", "messages"))

    @blueprint.post("/mailboxes/<email>/labels")
    def change_labels(email: str) -> dict[str, Any]:
        with world.lock:
            asked = body.read("create", "twin", "rename", "delete", "filter")
            return _change_labels(mailbox_of(world, email), asked)

    @blueprint.post("/mailboxes/<email>/aliases")
    def alias(email: str) -> dict[str, Any]:
        with world.lock:
            message, thread = mailbox_of(world, email).alias(body.read("message").text("message"))
        return {"message": message, "thread": thread}

    @blueprint.post("/mailboxes/<email>/messages/<message_id>")
    def put_away(email: str, message_id: str) -> dict[str, Any]:
        with world.lock:
            return _put_away(mailbox_of(world, email), message_id, body.read("trash", "spam"))

    @blueprint.post("/mailboxes/<email>/messages/<message_id>/delete")
    def delete_message(email: str, message_id: str) -> dict[str, Any]:
        with world.lock:
            mailbox_of(world, email).delete(message_id)
        return {}

    return blueprint


def _label_thread(mailbox: Mailbox, thread_id: str, asked: Body) -> dict[str, Any]:
    messages = mailbox.thread(thread_id)
    only = asked.texts("messages") or [message.id for message in messages]
    if not set(only) <= {message.id for message in messages}:
        raise ControlError(404, "'messages' names messages of another thread.")
    add = [_label(mailbox, name).id for name in asked.texts("add")]
    remove = [label.id for label in map(mailbox.labels.named, asked.texts("remove")) if label]
    changed = [
        mailbox.relabel(one.id, add=_wearable(one, add), remove=remove) for one in messages if one.id in only
    ]
    return {"messages": [{"id": one.id, "labels": label_names(mailbox, one.labels)} for one in changed]}


def _put_away(mailbox: Mailbox, message_id: str, asked: Body) -> dict[str, Any]:
    """Put a message into the bin or spam, or get it back into the inbox it came from."""
    message = mailbox.message(message_id)
    for name, label in (("trash", "TRASH"), ("spam", "SPAM")):
        if name in asked and asked.flag(name):
            message = mailbox.relabel(message_id, add=[label], remove=["INBOX"])
        elif name in asked and label in message.labels:
            back = [] if message.labels & {"SENT", "DRAFT"} else ["INBOX"]
            message = mailbox.relabel(message_id, add=back, remove=[label])
    return {"id": message.id, "labels": label_names(mailbox, message.labels)}


def _change_labels(mailbox: Mailbox, asked: Body) -> dict[str, Any]:
    if "create" in asked:
        return {"id": mailbox.labels.create(asked.text("create"), twin=asked.flag("twin")).id}
    if "rename" in asked:
        if len(names := asked.texts("rename")) != 2:  # noqa: PLR2004
            raise ControlError(400, "'rename' must be [old, new].")
        return {"id": mailbox.labels.change(_user_label(mailbox, names[0]), name=names[1]).id}
    if "delete" in asked:
        mailbox.delete_label(_user_label(mailbox, asked.text("delete")))
        return {}
    rule = asked.part("filter", "from", "label")
    label = _label(mailbox, rule.text("label"))
    mailbox.filters.append(Filter(sender=rule.text("from").casefold(), label_id=label.id))
    return {"id": label.id}


def _label(mailbox: Mailbox, name: str) -> Label:
    return mailbox.labels.named(name) or mailbox.labels.create(name)


def _wearable(message: Message, label_ids: list[str]) -> list[str]:
    """Leave out of a draft what drafts cannot have: the user's own labels."""
    return [one for one in label_ids if one in SYSTEM or "DRAFT" not in message.labels]


def _user_label(mailbox: Mailbox, name: str) -> Label:
    label = mailbox.labels.named(name)
    if label is None or label.system:
        raise ControlError(404, f"There is no label {name} of the user's own.")
    return label
