"""A stored mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

TEXT_PIECE = 200_000
"""Characters of a message's text that are read with the message; the rest is read on demand."""


class Place(Enum):
    """Where a participant stands on a message."""

    FROM = "from"
    TO = "to"
    CC = "cc"
    BCC = "bcc"
    REPLY_TO = "reply_to"


@dataclass(frozen=True, kw_only=True)
class Participant:
    """Address (as written, lower case) and place of a person on one message."""

    address: str = field(repr=False)
    name: str = field(default="", repr=False)
    place: Place


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """What is kept of an attachment: never its bytes. `size` in bytes."""

    name: str = field(repr=False)
    type: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """A calendar's event in a mail. By its id versions of one event belong together."""

    uid: str = field(repr=False)
    method: str
    """REQUEST, CANCEL, REPLY and so on, as the calendar says."""
    what: str = field(default="", repr=False)
    begins: datetime | date | None = None
    """A date is a whole day; None where it was not told, or in no zone."""
    ends: datetime | date | None = None
    """The first moment, or day, after it."""
    where: str = field(default="", repr=False)
    organizer: str = field(default="", repr=False)
    guests: tuple[str, ...] = field(default=(), repr=False)
    answer: str = ""
    """Of a REPLY: ACCEPTED, DECLINED or TENTATIVE."""
    changed: bool = False
    """It is not the first version."""
    repeats: bool = False


@dataclass(frozen=True, kw_only=True)
class Head:
    """What a message says of itself, beside its text."""

    subject: str = field(repr=False)
    participants: tuple[Participant, ...]
    attachments: tuple[Attachment, ...] = ()
    automatic: bool = False
    """An automatic reply or a bounce."""
    invitation: Invitation | None = None


@dataclass(frozen=True, kw_only=True)
class Message:
    """One copy of one mail, whoever holds it.

    `key` is the same in every mailbox that holds the mail (`addon.policy.copies`). `text` is whole when
    stored, and cut to `TEXT_PIECE` when read; `Store.text` reads it whole. `head` None is a blank: the
    tombstone that keeps a purged mail from coming back by a colleague's copy.
    """

    key: str
    reference: str | None
    """Keyed hash of the Message-ID alone, by which replies within one mailbox find it."""
    conversation: str
    sent_at: datetime
    gmail_ids: Mapping[str, str]
    """`sub` of each holder -> Gmail's id of the copy in that mailbox."""
    head: Head | None
    text: str = field(default="", repr=False)
    longer: bool = False
    """There is more text than was read."""

    @property
    def holders(self) -> frozenset[str]:
        return frozenset(self.gmail_ids)


class Kept(Enum):
    """What became of a message that was to be stored."""

    NEW = "new"
    HOLDER_ADDED = "holder_added"
    ALREADY = "already"
    ELSEWHERE = "elsewhere"
    """The same mail lies in another conversation: admit the thread again, which unites the two."""
    OUT = "out"
    """The same mail was removed with another conversation: it alone stays out."""
    TOMBSTONE = "tombstone"
    """The conversation was removed, or this mailbox's copies were taken out of it."""
    STOPPED = "stopped"
    """The thread is no longer followed, or belongs to another conversation by now."""
    OFF = "off"
    """The mailbox's consent ended or was given anew since the work began."""
