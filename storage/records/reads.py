"""What lists and cards read at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from storage.records.conversations import Conversation, Summary
from storage.records.mailboxes import Mailbox
from storage.records.messages import Message
from storage.records.people import Member
from storage.records.threads import Thread

T = TypeVar("T")


class Found(NamedTuple):
    """A conversation with its summary."""

    conversation: Conversation
    summary: Summary


class Copy(NamedTuple):
    """A stored mail with the conversation it lies in."""

    message: Message
    conversation: Conversation
    summary: Summary


@dataclass(frozen=True, kw_only=True)
class Opened:
    """All the panel needs when a message is opened, read in two round trips."""

    member: Member | None = None
    """Whose mailbox it is, where that was asked for."""
    mailbox: Mailbox | None
    thread: Thread | None
    message: Message | None
    found: Found | None


@dataclass(frozen=True, kw_only=True)
class Page(Generic[T]):
    """A part of a list; `next` is the cursor of the following part, None at the end."""

    items: tuple[T, ...]
    next: str | None = None
