"""R8: how our labels are called, which are ours, bound by id, and what of those already labelled may be listed.

Only the exact name binds itself, and only where nothing is bound: a renamed label keeps working, one that looks
alike (`lever`, `Lever/Eng`) never binds, one deleted and made again binds anew. Pure.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from storage.records import Attention, Backfill, Mailbox

LOOKED_UP_EVERY = timedelta(days=1)
"""A rename or a deletion leaves no trace in the history: the list is read daily, for one unit."""
_USERS_OWN = "Label_"
"""What the id of a label a user made begins with."""
_SYSTEM_LABELS = frozenset(
    {"inbox", "sent", "spam", "trash", "drafts", "starred", "important", "chats", "all mail"}
)
_LONGEST_LABEL = 200
"""Characters; Gmail takes 225, and "/Secret" comes behind it."""


def may_name_a_label(value: str) -> bool:
    """Whether Gmail takes it for a label of a user's; parts between slashes are labels above it."""
    parts = value.split("/")
    return (
        len(value) <= _LONGEST_LABEL
        and value.casefold() not in _SYSTEM_LABELS
        and all(part and part == part.strip() and part.isprintable() for part in parts)
    )


def secret_under(label_name: str) -> str:
    """The label that makes secret, nested in the one that syncs (R22)."""
    return f"{label_name}/Secret"


@dataclass(frozen=True, kw_only=True)
class Binding:
    """A mailbox with its labels looked up, and what that changed."""

    mailbox: Mailbox
    made: tuple[str, ...]
    """Labels that are ours from now on and were made since the last look: what carries them was meant for us."""
    found: tuple[str, ...]
    """Labels that are ours from now on and were there before: threads may have carried them for long."""
    lost: frozenset[str]
    """Bound labels that are gone: Gmail took them off every message without a word."""


def bind(mailbox: Mailbox, labels: Mapping[str, str], *, name: str, secret_name: str, now: datetime) -> Binding:
    """`labels`: id -> name of every label a user made."""
    by_name = {label: id for id, label in labels.items()}
    chosen_anew = mailbox.labels_at is None

    def bound(current: str | None, wanted: str) -> str | None:
        return current if current in labels and not chosen_anew else by_name.get(wanted)

    label = bound(mailbox.label, name)
    secret_label = bound(mailbox.secret_label, secret_name)
    pairs = ((mailbox.label, label), (mailbox.secret_label, secret_label))
    had_one = mailbox.label is not None or mailbox.attention is Attention.LABEL_GONE
    renewed = had_one and label is not None and label != mailbox.label and not chosen_anew
    new = frozenset(new for old, new in pairs if new is not None and new != old)
    return Binding(
        mailbox=replace(
            mailbox,
            label=label,
            secret_label=secret_label,
            label_twin=_twin(labels.values(), name) if label is None else "",
            seen_labels=frozenset(labels),
            labels_at=now,
            label_renewed_at=now if renewed else mailbox.label_renewed_at,
            attention=_attention(mailbox.attention, label, had_one=had_one),
        ),
        made=tuple(sorted(() if chosen_anew else new - mailbox.seen_labels)),
        found=tuple(sorted(new if chosen_anew else new & mailbox.seen_labels)),
        lost=frozenset(old for old, new in pairs if old is not None and old != new),
    )


def _attention(before: Attention | None, label: str | None, *, had_one: bool) -> Attention | None:
    """A label that was there and is not is a state its owner must hear of; one never made is none."""
    if had_one and label is None:
        return Attention.LABEL_GONE
    return None if before is Attention.LABEL_GONE else before


def _twin(names: Iterable[str], wanted: str) -> str:
    """The one label that differs in case or width only; Gmail refuses a second such name, so it is offered."""
    twins = [name for name in names if _folded(name) == _folded(wanted)]
    return twins[0] if len(twins) == 1 else ""


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()


def is_out_of_date(mailbox: Mailbox, seen: Iterable[str], *, now: datetime) -> bool:
    """Whether the list of labels is to be read again: a day has passed, or an id turned up that is not in it."""
    if mailbox.labels_at is None or now - mailbox.labels_at >= LOOKED_UP_EVERY:
        return True
    return any(label.startswith(_USERS_OWN) and label not in mailbox.seen_labels for label in seen)


# --- what carried the label before (R8) -------------------------------------------------------------------

_BRINGS_IN = frozenset({Backfill.NONE, Backfill.ALL})


def may_list(mailbox: Mailbox) -> bool:
    """Whether threads may come in because they carry the label, without anybody having put it on just now.

    Not before their owner has seen how many there are and chosen all of them.
    """
    return mailbox.backfill in _BRINGS_IN


def asked_about(mailbox: Mailbox, labelled: int) -> Mailbox:
    """The mailbox with its owner to be asked about so many labelled threads; about none there is no question.

    Without any label the question is another one, whether to make it.
    """
    if wants_label(mailbox) or labelled:
        return replace(mailbox, backfill=Backfill.UNANSWERED, labelled_before=labelled)
    return nothing_to_ask(mailbox)


def nothing_to_ask(mailbox: Mailbox) -> Mailbox:
    """What carries the label is followed."""
    return replace(mailbox, backfill=Backfill.NONE, labelled_before=0)


def wants_label(mailbox: Mailbox) -> bool:
    """There is none of ours in Gmail yet."""
    return mailbox.label is None and mailbox.secret_label is None
