"""The control API's answers, typed, and the way to it: HTTP on this machine, the standard library's."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any, TypedDict, cast
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import ProxyHandler, Request, build_opener

# The machine's proxy, if it has one, is no way to a loopback address.
_OPENER = build_opener(ProxyHandler({}))
_TIMEOUT = 60


class Copy(TypedDict):
    id: str
    threadId: str


class Draft(Copy):
    """`id` is the message it is now, `draft` its own, which stays."""

    draft: str


class Sent(Copy):
    """`messageId` is the RFC 5322 one that Gmail gave; `copies` are the recipients', by address."""

    messageId: str
    copies: dict[str, Copy]


# "from" is a word of Python's own, so this one cannot be a class. Labels are names.
ShownMessage = TypedDict("ShownMessage", {"id": str, "labels": list[str], "subject": str, "from": str})


class ShownThread(TypedDict):
    id: str
    labels: list[str]
    messages: list[ShownMessage]


class ShownMailbox(TypedDict):
    labels: list[str]
    label_ids: dict[str, str]
    historyId: str
    threads: list[ShownThread]


class ControlRefusedError(Exception):
    """The simulator said no; `status` is HTTP's."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status}: {text}")
        self.status = status


@dataclass(frozen=True)
class Wire:
    """`url` is the simulator's."""

    url: str

    def _get(self, path: str) -> dict[str, Any]:
        return self._send("GET", path, None, None)

    def _post(self, path: str, given: Mapping[str, Any]) -> dict[str, Any]:
        return self._send("POST", path, json.dumps(given).encode(), "application/json")

    def _send(self, method: str, path: str, content: bytes | None, content_type: str | None) -> dict[str, Any]:
        headers = {"Content-Type": content_type} if content_type else {}
        request = Request(f"{self.url}/_sim/{path}", data=content, headers=headers, method=method)  # noqa: S310
        try:
            with _OPENER.open(request, timeout=_TIMEOUT) as response:
                return cast(dict[str, Any], json.load(response))
        except HTTPError as error:
            with error:
                raise ControlRefusedError(error.code, error.read().decode("utf-8", "replace")) from error


def of(email: str, *rest: str) -> str:
    return "/".join(["mailboxes", quote(email, safe="@"), *(quote(one, safe=":") for one in rest)])


def given(**values: Any) -> dict[str, Any]:
    """Leave out what is None."""
    return {name: value for name, value in values.items() if value is not None}


def base64url(raw: bytes | EmailMessage) -> str:
    content = raw if isinstance(raw, bytes) else raw.as_bytes()
    return urlsafe_b64encode(content).decode("ascii")
