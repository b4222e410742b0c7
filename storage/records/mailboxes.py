"""One opted-in account: how far it was read, and when it is read next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Attention(Enum):
    """Why a mailbox cannot be read; each has a sentence and a next step in the panel."""

    ACCESS_ENDED = "access_ended"
    SCOPES_MISSING = "scopes_missing"
    LABEL_GONE = "label_gone"
    GMAIL_OFF = "gmail_off"


UNREADABLE = frozenset({Attention.ACCESS_ENDED, Attention.SCOPES_MISSING, Attention.GMAIL_OFF})
"""Those under which nothing at all is read; a lost label alone ends only what it would bring in."""


class Backfill(Enum):
    """What becomes of threads that carried the label before Email was turned on: their owner says (R8)."""

    NONE = "none"
    """There were none."""
    UNANSWERED = "unanswered"
    LATER = "later"
    NEW_ONLY = "new_only"
    ALL = "all"


@dataclass(frozen=True, kw_only=True)
class LabelBatch:
    """Threads that were labelled together; each of them knows the id (`Thread.batch`).

    `open`: what was labelled is not read to its end yet; the next run goes on with it where one broke off.
    """

    id: str
    at: datetime
    count: int
    out_until: datetime | None = None
    """Its owner undid it; until then that can be undone too."""
    open: bool = False


@dataclass(frozen=True, kw_only=True)
class Lease:
    """Who works on a mailbox, and until when nobody else may."""

    owner: str
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """One opted-in Google account, as the sync job knows it.

    Written by the holder of the lease, or by its owner's press; each as it was read.
    """

    sub: str
    address: str
    since: datetime
    epoch: int
    cursor: int | None = None
    """Our history id: everything up to it is settled. None: not seeded yet."""
    fence: int = 0
    """Grows with every lease; a worker whose lease was taken over cannot commit."""
    lease: Lease | None = None
    label: str | None = None
    """Gmail's id of the label that syncs; names can change, ids cannot."""
    secret_label: str | None = None
    seen_labels: frozenset[str] = frozenset()
    """Ids of the user's labels when last listed; an id outside it means the list is out of date."""
    labels_at: datetime | None = None
    label_name: str = ""
    """The name its owner chose instead of the company's; empty for the company's."""
    label_twin: str = ""
    """The name of the one label that differs from ours in case only: it is offered, and never binds itself."""
    backfill: Backfill = Backfill.NONE
    labelled_before: int = 0
    """Threads that carried one of our labels when Email was turned on."""
    label_renewed_at: datetime | None = None
    """When the label was found deleted and made again under the same name."""
    batches: tuple[LabelBatch, ...] = ()
    """What was labelled together and may still be undone together."""
    attention: Attention | None = None
    cooldown_until: datetime | None = None
    last_ok_at: datetime | None = None
    """When a run last left nothing to do."""
    newest: int = 0
    """The history id Gmail named as its newest in that run. What lies before it may not have been shown yet."""
    watch_until: datetime | None = None
    """Until when Gmail tells of changes; None where it was not asked to, or stopped."""
    watch_asked_at: datetime | None = None
    """When Gmail was last asked to, whatever it answered."""
    new_mail: bool = False
    """New mail came since the mailbox was last searched for answers to what was begun in Lever."""
    searched_at: datetime | None = None
    """Up to when it was searched for them."""
    version: str = ""


class Lane(Enum):
    """Who waits for the work: a person at the panel, new mail, or a first read of older mail."""

    INTERACTIVE = 0
    LIVE = 1
    BACKFILL = 2


@dataclass(frozen=True, kw_only=True)
class Holdings:
    """How much is stored from one member's mailbox."""

    conversations: int
    messages: int
    alone: int
    """Conversations of which nobody else holds a copy."""


@dataclass(frozen=True, kw_only=True)
class Bell:
    """Word that a mailbox has news: when it is due, and how often it rang since it was made."""

    sub: str
    due_at: datetime
    rung: int
    lane: Lane
    """The most urgent of what it rang for, or of what the last run left to do."""
    notified: int = 0
    """The newest history id Gmail told of since the last run. No cursor: only a hint that there is something."""
    ran_at: datetime | None = None
