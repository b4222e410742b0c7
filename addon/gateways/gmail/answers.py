"""What Gmail answers, read into our own frozen values: ids, labels and history, never content."""

from __future__ import annotations

from collections.abc import Sequence
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


def labels_in(answer: dict[str, Any]) -> list[Label]:
    """Those its owner made. Gmail's own are in every mailbox: an answer without any is none.

    Taken at its word, it would say that our labels are gone from all that is followed.
    """
    rows = answer.get("labels", [])
    if not any(row.get("type") == "system" for row in rows):
        raise UnavailableError
    return [Label(row["id"], row["name"]) for row in rows if row.get("type") == "user"]


def history_page(answer: dict[str, Any]) -> HistoryPage:
    return HistoryPage(
        records=tuple(
            Record(
                id=int(row["id"]),
                added=tuple(_change(c, c["message"].get("labelIds", ())) for c in row.get("messagesAdded", ())),
                labelled=tuple(_change(c, c.get("labelIds", ())) for c in row.get("labelsAdded", ())),
                unlabelled=tuple(_change(c, c.get("labelIds", ())) for c in row.get("labelsRemoved", ())),
                deleted=tuple(_change(c, ()) for c in row.get("messagesDeleted", ())),
            )
            for row in answer.get("history", ())
        ),
        current=int(answer["historyId"]),
        next=answer.get("nextPageToken"),
    )


def _change(row: dict[str, Any], labels: Sequence[str]) -> Change:
    return Change(message=row["message"]["id"], thread=row["message"]["threadId"], labels=frozenset(labels))
