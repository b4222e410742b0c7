"""R8: which labels of a mailbox are ours, bound by id.

Only the exact name binds itself, and only where nothing is bound: a renamed label keeps working, one that looks
alike (`lever`, `Lever/Eng`) never binds, one deleted and made again binds anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from addon.gateways.gmail import Label, Record
from storage.records import Attention, Mailbox

LOOKED_UP_EVERY = timedelta(days=1)
"""A rename or a deletion leaves no trace in the history: the list is read daily, for one unit."""


@dataclass(frozen=True, kw_only=True)
class Binding:
    """A mailbox with its labels looked up, and what that changed."""

    mailbox: Mailbox
    newly_bound: tuple[str, ...]
    """Labels whose threads are to be listed: they may have been put on before we knew the id."""
    lost: frozenset[str]
    """Bound labels that are gone: Gmail took them off every message without a word."""


def bind(mailbox: Mailbox, labels: Iterable[Label], *, name: str, secret_name: str, now: datetime) -> Binding:
    labels = tuple(labels)
    ids = frozenset(label.id for label in labels)
    by_name = {label.name: label.id for label in labels}

    def bound(current: str | None, wanted: str) -> str | None:
        return current if current in ids else by_name.get(wanted)

    label = bound(mailbox.label, name)
    secret_label = bound(mailbox.secret_label, secret_name)
    had_one = mailbox.label is not None or mailbox.attention is Attention.LABEL_GONE
    renewed = had_one and label is not None and label != mailbox.label
    return Binding(
        mailbox=replace(
            mailbox,
            label=label,
            secret_label=secret_label,
            seen_labels=ids,
            labels_at=now,
            label_renewed_at=now if renewed else mailbox.label_renewed_at,
            attention=_attention(label, had_one=had_one),
        ),
        newly_bound=tuple(
            new
            for old, new in ((mailbox.label, label), (mailbox.secret_label, secret_label))
            if new is not None and new != old
        ),
        lost=frozenset(
            old
            for old, new in ((mailbox.label, label), (mailbox.secret_label, secret_label))
            if old is not None and old != new
        ),
    )


def _attention(label: str | None, *, had_one: bool) -> Attention | None:
    """A label that was there and is not is a state its owner must hear of; one never made is none."""
    return Attention.LABEL_GONE if had_one and label is None else None


def is_out_of_date(mailbox: Mailbox, records: Iterable[Record], *, now: datetime) -> bool:
    """Whether the list of labels is to be read again: a day has passed, or an id turned up that is not in it."""
    if mailbox.labels_at is None or now - mailbox.labels_at >= LOOKED_UP_EVERY:
        return True
    seen = (label for record in records for change in (*record.added, *record.labelled) for label in change.labels)
    return any(label.startswith("Label_") and label not in mailbox.seen_labels for label in seen)
