"""What Gmail answers, read into our own frozen values: ids, labels and history, never content."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from addon.gateways.errors import UnavailableError


class Label(NamedTuple):
    """A label a user made."""

    id: str
    name: str


class SendAs(NamedTuple):
    """An address a user may send as."""

    address: str
    name: str
    primary: bool


class Drafted(NamedTuple):
    """A draft: its own id, which is no message's and outlives every save, and the thread it lies in."""

    id: str
    thread: str


@dataclass(frozen=True, kw_only=True)
class Change:
    """One message in one history record: ids and labels only, never content."""

    message: str
    thread: str
    labels: frozenset[str]
    """Added: the labels it came with. Labelled or unlabelled: the labels that changed."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """One history record."""

    id: int
    added: tuple[Change, ...] = ()
    labelled: tuple[Change, ...] = ()
    unlabelled: tuple[Change, ...] = ()
    deleted: tuple[Change, ...] = ()
    """For good; Gmail names no labels of theirs."""

    @property
    def changes(self) -> tuple[Change, ...]:
        return (*self.added, *self.labelled, *self.unlabelled, *self.deleted)


@dataclass(frozen=True, kw_only=True)
class HistoryPage:
    """A page of history. `current` is the mailbox's history id now, not the page's last."""

    records: tuple[Record, ...]
    current: int
    next: str | None
    unreadable: int
    """Entries that do not say of which message in which thread they tell, or when."""


def labels_in(answer: dict[str, Any]) -> list[Label]:
    """Those its owner made. Gmail's own are in every mailbox: an answer without any is none.

    Taken at its word, it would say that our labels are gone from all that is followed.
    """
    rows = answer.get("labels", [])
    if not any(row.get("type") == "system" for row in rows):
        raise UnavailableError
    return [Label(row["id"], row["name"]) for row in rows if row.get("type") == "user"]


_ENTRIES = ("messagesAdded", "labelsAdded", "labelsRemoved", "messagesDeleted")


def history_page(answer: dict[str, Any]) -> HistoryPage:
    """Each entry by itself: one that cannot be read keeps no other back."""
    if "historyId" not in answer:
        raise UnavailableError
    rows = answer.get("history", ())
    records = tuple(_record(row) for row in rows if "id" in row)
    told = sum(len(row.get(kind, ())) for row in rows for kind in _ENTRIES)
    return HistoryPage(
        records=records,
        current=int(answer["historyId"]),
        next=answer.get("nextPageToken"),
        unreadable=told - sum(len(record.changes) for record in records),
    )


def _record(row: dict[str, Any]) -> Record:
    added, labelled, unlabelled, deleted = (tuple(_changes(row.get(kind, ()))) for kind in _ENTRIES)
    return Record(id=int(row["id"]), added=added, labelled=labelled, unlabelled=unlabelled, deleted=deleted)


def _changes(entries: Iterable[dict[str, Any]]) -> Iterator[Change]:
    """The labels that changed; of a message that was added, which has no such list, those it came with."""
    for entry in entries:
        about = entry.get("message") or {}
        if about.get("id") and about.get("threadId"):
            labels = entry.get("labelIds", about.get("labelIds", ()))
            yield Change(message=about["id"], thread=about["threadId"], labels=frozenset(labels))
