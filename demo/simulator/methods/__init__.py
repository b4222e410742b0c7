"""What each method of the Gmail API answers, by Google's name for it: one module per noun.

A method of the discovery document that is not here answers 501.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from demo.simulator.methods import drafts, history, labels, messages, profile, settings, threads, watching
from demo.simulator.request import Request

Answer = Callable[[Request], dict[str, Any] | None]

ANSWERS: Mapping[str, Answer] = MappingProxyType(
    {
        "drafts.create": drafts.create,
        "drafts.get": drafts.get,
        "drafts.list": drafts.list_ids,
        "getProfile": profile.get,
        "history.list": history.list_records,
        "labels.create": labels.create,
        "labels.delete": labels.delete,
        "labels.get": labels.get,
        "labels.list": labels.list_all,
        "labels.patch": labels.patch,
        "labels.update": labels.update,
        "messages.attachments.get": messages.get_attachment,
        "messages.get": messages.get,
        "messages.list": messages.list_ids,
        "settings.sendAs.list": settings.list_send_as,
        "stop": watching.stop,
        "threads.get": threads.get,
        "threads.list": threads.list_ids,
        "threads.modify": threads.modify,
        "watch": watching.watch,
    }
)
