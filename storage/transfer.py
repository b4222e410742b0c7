"""What a backend gives and takes so that `storage.copying` can copy a whole store: its rows, in a neutral form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple, Protocol

from storage.records import (
    Begun,
    Bell,
    Candidate,
    Consent,
    Conversation,
    Entry,
    Import,
    Link,
    Look,
    Mailbox,
    Member,
    Message,
    Revocation,
    Summary,
    Thread,
)


class Collection(Enum):
    """What a store consists of, in the order in which it is copied. All else is derived from these."""

    MEMBERS = "members"
    CANDIDATES = "candidates"
    CONVERSATIONS = "conversations"
    MESSAGES = "messages"
    THREADS = "threads"
    ALIASES = "aliases"
    IMPORTS = "imports"
    OUTBOX = "outbox"
    AUDIT = "audit"
    CHAIN = "chain"
    LEDGER = "ledger"
    REVOCATIONS = "revocations"
    LOOKS = "looks"
    BELLS = "bells"
    MAILBOXES = "mailboxes"
    CONSENTS = "consents"
    """Last, so that nobody reads mail into a store that is not whole."""


# --- rows that are no records by themselves ---------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Alias:
    """One of Gmail's ids that have no arithmetic form, and the id behind it."""

    sub: str
    event_id: str
    thread: str


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """A conversation with all that is kept beside it."""

    conversation: Conversation
    summary: Summary | None
    """None of a merged one."""
    first: tuple[int, str] | None
    """The place of its earliest mail, whose subject is its own."""
    aliases: frozenset[str]
    """Ids of the conversations that were merged into it."""


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A stored mail, its text whole, and where it is found: `sub` and Gmail's id of every copy."""

    message: Message
    copies: frozenset[tuple[str, str]]
    participants: frozenset[str]
    """`sub` of every member on it, of which a summary is made."""
    named: frozenset[str]
    outside: frozenset[str] = field(default=frozenset(), repr=False)
    """As of a summary."""


@dataclass(frozen=True, kw_only=True)
class Tally:
    """A mailbox's counters of one day."""

    sub: str
    day: str
    counts: Mapping[str, int]


Row = (
    Member
    | Candidate
    | Gathered
    | Mail
    | Thread
    | Alias
    | Import
    | Begun
    | Entry
    | Link
    | Tally
    | Look
    | Revocation
    | Bell
    | Mailbox
    | Consent
)

# --- what a backend gives ---------------------------------------------------------------------------------


class Batch(NamedTuple):
    """Some rows of a collection in the backend's own order; `next` is None at the end."""

    rows: Sequence[Row]
    next: str | None


class Transfer(Protocol):
    """A store as it is copied from or to."""

    secret: str
    """The index key, of which all keyed hashes are made."""
    order: str
    """What the order of `batch` is called; the same name, the same places in it."""

    def key(self, kind: str, *parts: str) -> str: ...

    def count(self, collection: Collection) -> int: ...

    def batch(self, collection: Collection, *, after: str | None) -> Batch:
        """The rows that follow `after`, in an order that does not change."""

    def write(self, rows: Sequence[Row]) -> None:
        """In place of what is there under their names and of all that followed from it."""

    def adopt(self, secret: str) -> None:
        """Take over another store's index key."""

    def noted(self) -> str | None: ...

    def note(self, text: str | None) -> None:
        """Keep or, with None, forget how far a copy is."""

    def close(self) -> None: ...


UNFINISHED = (
    "This store is an unfinished copy. Set STORE_URL to another, then go on with:"
    " flask --app app store copy FROM TO --resume"
)
