"""What the control API shows of mailboxes, as its client reads it."""

from typing import TypedDict


class Copy(TypedDict):
    id: str
    threadId: str


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
