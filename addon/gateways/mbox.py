"""An mbox file on this machine, read as mail: headers only, one message at a time, and never written to."""

from __future__ import annotations

import mailbox
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from pathlib import Path
from typing import IO, Any

from addon.gateways.mime import mail_from
from addon.policy.mail import Mail

_LONGEST_HEADERS = 1_000_000
"""Bytes; what a sender wrote beyond that is not looked at."""
_LABELS = {"drafts": "DRAFT", "draft": "DRAFT", "chat": "CHAT", "chats": "CHAT", "spam": "SPAM", "trash": "TRASH"}
"""What Google's export calls the places from which nothing is ever stored."""


def is_mbox(path: Path) -> bool:
    """Whether it begins like one, or is empty as one without mail is. Raise `OSError` where it cannot be read."""
    with path.open("rb") as file:
        begins = file.read(1000).lstrip(b"\r\n")
    return not begins or begins.startswith(b"From ")


def mails_in(path: Path) -> Iterator[Mail]:
    """Each message, without its text; `thread` is Gmail's where the export says so, else empty.

    A file that is no mbox holds none. Raise `OSError` where it cannot be read.
    """
    box: mailbox.mbox = mailbox.mbox(path, factory=_headers, create=False)  # type: ignore[arg-type]
    try:
        for number, key in enumerate(box.keys()):
            mail = _mail(number, box[key])
            if mail.author:  # else a line of somebody's text that begins like a message
                yield mail
    finally:
        box.close()


def _headers(file: IO[bytes]) -> Message:
    """What stands before the first empty line; the text is not read."""
    lines = []
    left = _LONGEST_HEADERS
    while left > 0 and (line := file.readline(left)).strip():
        lines.append(line)
        left -= len(line)
    return BytesParser(policy=compat32).parsebytes(b"".join(lines), headersonly=True)


def _mail(number: int, message: Message) -> Mail:
    rows = [(name, str(value)) for name, value in message.raw_items()]
    headers = {name.lower(): value.strip() for name, value in reversed(rows)}
    labels = headers.get("x-gmail-labels", "").casefold().split(",")
    resource: dict[str, Any] = {
        "id": str(number),
        "threadId": headers.get("x-gm-thrid", ""),
        "labelIds": [_LABELS[label.strip()] for label in labels if label.strip() in _LABELS],
        "payload": {"headers": [{"name": name, "value": value} for name, value in rows]},
    }
    return mail_from(resource)
