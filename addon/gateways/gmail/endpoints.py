"""R27: the calls we can make with each of the two tokens, and no others.

The wire takes a member of these enums, not an address: deleting, trashing and sending cannot be spelled.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple, Self

from addon.gateways.errors import RefusedError
from addon.policy.ledger import Form


class Call(NamedTuple):
    """A method of the Gmail API and its price in quota units (price list of May 2026)."""

    collection: tuple[str, ...]
    method: str
    units: int


class Stored(Enum):
    """What the stored, read-only token is used for."""

    PROFILE = Call((), "getProfile", 1)
    SEND_AS = Call(("settings", "sendAs"), "list", 1)
    LABELS = Call(("labels",), "list", 1)
    LABEL = Call(("labels",), "get", 1)
    HISTORY = Call(("history",), "list", 2)
    THREADS = Call(("threads",), "list", 10)
    THREAD = Call(("threads",), "get", 40)
    MESSAGES = Call(("messages",), "list", 5)
    MESSAGE = Call(("messages",), "get", 20)
    DRAFTS = Call(("drafts",), "list", 5)
    DRAFT = Call(("drafts",), "get", 20)
    WATCH = Call((), "watch", 100)
    STOP = Call((), "stop", 50)


class Panel(Enum):
    """What the panel's short-lived token is used for, while its user looks on."""

    MESSAGE = Call(("messages",), "get", 20)
    LABELS = Call(("labels",), "list", 1)
    CREATE_LABEL = Call(("labels",), "create", 5)
    MODIFY_THREAD = Call(("threads",), "modify", 10)
    CREATE_DRAFT = Call(("drafts",), "create", 10)


Endpoint = Stored | Panel


def form_of(endpoint: Endpoint, format: object) -> Form:
    """What a call lets us see; `format` as Gmail is asked for."""
    collection, method = "".join(endpoint.value.collection[-1:]), endpoint.value.method
    match collection, method:
        case "history", _:
            return Form.HISTORY
        case ("messages" | "threads" | "drafts", "list") | ("drafts", "get"):
            return Form.LIST
        case "threads", "get":
            return Form.THREAD
        case "messages", "get":
            return Form.HEAD if format == "metadata" else Form.MESSAGE
        case _:
            return Form.ACCOUNT


class LabelId(str):
    """The id of a label a user made. System labels are refused: TRASH and SPAM can be applied like any other."""

    __slots__ = ()

    def __new__(cls, value: str) -> Self:
        if not re.fullmatch(r"Label_[0-9A-Za-z_-]+", value):
            raise RefusedError
        return super().__new__(cls, value)
