"""What we remember: every record, frozen, with the words of the product and nothing that acts.

Times are aware UTC, ids are strings. `version` is the backend's mark of the state a record was read in:
opaque, compared only by the backend, empty on a record that is not stored yet.
Fields that hold mail, names of candidates or tokens are kept out of `repr`, so that no log line or
traceback can carry them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sized
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")

TEXT_PIECE = 200_000
"""Characters of a message's text that are read with the message; the rest is read on demand."""


# --- people -----------------------------------------------------------------------------------------------


class Role(Enum):
    """A colleague's role; what each may do is `addon.policy.visibility`."""

    SUPER_ADMIN = "super_admin"
    ADMIN = "admin"
    TEAM_MEMBER = "team_member"
    LIMITED_TEAM_MEMBER = "limited_team_member"
    INTERVIEWER = "interviewer"


class SecretPolicy(Enum):
    """Who beside its own people sees a secret conversation: admins, or holders of `view_secret`."""

    CLASSIC = "classic"
    SIP = "sip"


class Permission(Enum):
    """A right that a role does not give by itself."""

    VIEW_SECRET = "view_secret"  # noqa: S105 (a permission's name, not a password)


@dataclass(frozen=True, kw_only=True)
class Member:
    """A colleague, keyed by Google's `sub`: an address may pass to another person, a `sub` never does."""

    sub: str
    email: str
    name: str = ""
    addresses: frozenset[str] = frozenset()
    """Canonical addresses: primary, aliases, verified send-as. Never matched as a candidate's."""
    role: Role
    permissions: frozenset[Permission] = frozenset()
    self_candidates: frozenset[str] = frozenset()
    """Candidates that are this very person; nothing about them is ever shown to this member."""
    left_at: datetime | None = None
    """When an operator ended this membership; whoever left enters no more until given a role anew."""
    scopes_asked_at: datetime | None = None
    """When Google was last made to ask for a permission in the panel, and the press that follows is to come."""
    version: str = ""

    @property
    def display_name(self) -> str:
        """The name where Google told us one, else the address."""
        return self.name or self.email


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A person in the directory. `addresses` are canonical; `external_id` is the id in the system of record."""

    id: str
    name: str = field(repr=False)
    addresses: tuple[str, ...] = field(default=(), repr=False)
    headline: str = field(default="", repr=False)
    stage: str = field(default="", repr=False)
    owner: str = field(default="", repr=False)
    url: str = field(default="", repr=False)
    external_id: str = ""
    to_wake: bool = False
    """Threads that wait for one of its addresses are still to be woken (R12)."""
    linked: tuple[str, ...] = field(default=(), repr=False)
    """Those of `addresses` that members said are theirs: the system of record does not know of them (R16)."""
    version: str = ""


# --- mailboxes --------------------------------------------------------------------------------------------


class Refusal(Enum):
    """Why a member who asked to turn Email on came back without; each has a sentence and a next step."""

    DECLINED = "declined"
    OTHER_ACCOUNT = "other_account"
    SCOPES_MISSING = "scopes_missing"
    NOT_PERMITTED = "not_permitted"
    """Not, or no longer, somebody whose mail may be read."""
    GMAIL_OFF = "gmail_off"
    NO_ANSWER = "no_answer"


class Errand(Enum):
    """What a member is sent to Google's page for."""

    CONSENT = "consent"
    """To turn Email on."""
    EXPORT = "export"
    """To say who they are, for the file of what is stored from their mailbox."""


@dataclass(frozen=True, kw_only=True)
class ConsentRequest:
    """A member asked for an errand: the link they were given, good once. There is one a member, the newest."""

    sub: str
    errand: Errand = Errand.CONSENT
    nonce: str
    """SHA-256 of what the link carries, in hex: the link itself is kept nowhere."""
    expires_at: datetime
    taken: bool = False
    """The link was used up; what came of it is in `refusal`, or Email is on and the request gone."""
    refusal: Refusal | None = None


@dataclass(frozen=True, kw_only=True)
class ConsentAttempt:
    """One browser on its way to Google with a link. Several may be: link scanners open what they find."""

    state: str
    """SHA-256 of the `state` Google hands back, in hex."""
    nonce: str
    """The request's."""
    sub: str
    browser: str
    """SHA-256 of the browser's cookie, in hex."""
    verifier: str = field(repr=False)
    """PKCE's code verifier."""
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Consent:
    """The gate of one mailbox: there is one while the box "Email" is ticked.

    `epoch` is another with every opting in, so that work begun under an earlier consent is void.
    """

    sub: str
    epoch: int
    scopes: frozenset[str]
    since: datetime
    refresh_token: str = field(repr=False)
    """Empty where the company's own key opens mailboxes (domain-wide delegation)."""
    version: str = ""


@dataclass(frozen=True, kw_only=True)
class Revocation:
    """A token of a mailbox that is off, waiting to be revoked at Google. It is used for nothing else."""

    id: str
    sub: str
    refresh_token: str = field(repr=False)
    since: datetime
    not_before: datetime
    attempts: int = 0


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
    """Many threads that one run began to follow by their label; each of them knows the id (`Thread.batch`)."""

    id: str
    at: datetime
    count: int


@dataclass(frozen=True, kw_only=True)
class Lease:
    """Who works on a mailbox, and until when nobody else may."""

    owner: str
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """One opted-in Google account, as the sync job knows it. Written by the holder of the lease only."""

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


# --- threads ----------------------------------------------------------------------------------------------


class Reason(Enum):
    """Why a thread is of interest in one mailbox. There are no others."""

    LABEL = "label"
    ASKED = "asked"
    ORIGIN = "origin"
    IMPORT = "import"


@dataclass(frozen=True, kw_only=True)
class Pointing:
    """Who pointed at a thread, and when."""

    by: str
    at: datetime


class ThreadState(Enum):
    """FOLLOWING: new mail comes in. WAITING: no candidate takes part yet. STOPPED: what is stored stays."""

    FOLLOWING = "following"
    WAITING = "waiting"
    STOPPED = "stopped"


@dataclass(frozen=True, kw_only=True)
class Thread:
    """Gmail's grouping in one mailbox that its owner pointed at. Threads nobody pointed at have no record."""

    sub: str
    id: str
    state: ThreadState
    reasons: Mapping[Reason, Pointing]
    labelled: frozenset[str] = frozenset()
    """Gmail ids of its messages that carry the label."""
    labelled_secret: frozenset[str] = frozenset()
    """Gmail ids of its messages that carry the nested secret label."""
    secret: bool = False
    """Pointed at as secret: what it becomes is secret from its first message."""
    about: frozenset[str] = frozenset()
    """Candidates its owner said it is about, until it has a conversation that keeps them (R16)."""
    conversation: str | None = None
    todo_all: bool = False
    """The whole thread is to be read."""
    todo: frozenset[str] = frozenset()
    """Gmail ids of the messages that are to be read."""
    lane: Lane = Lane.LIVE
    not_before: datetime
    attempts: int = 0
    """Tries that were put off; how long the next one waits."""
    starts: int = 0
    """Reads that began and did not end well. Counted before each, so that one which ends the process counts."""
    aside_all: bool = False
    """Like `todo_all`, but set aside: it could not be read, and is not tried again by itself."""
    aside: frozenset[str] = frozenset()
    """Like `todo`, but set aside."""
    who_keys: frozenset[str] = frozenset()
    """Keyed hashes of its participants' addresses; only while waiting."""
    offered: bool = False
    """A candidate turned up after the waiting had grown old: its owner is asked instead."""
    label_record: int = 0
    """The latest history record by which one of our labels was put on: by hand, never by a filter on delivery."""
    wished: bool = False
    """Whether that brings back what is out of Lever is still to be looked at."""
    label_off_at: datetime | None = None
    """When the label came off in Gmail; None where its owner stopped it, or pointed at it since. It may be
    followed for another reason all the same."""
    batch: str = ""
    """The run that began to follow it by its label, or the import that did: what came in together can be undone
    together."""
    version: str = ""

    @property
    def has_work(self) -> bool:
        return self.todo_all or bool(self.todo) or self.wished

    @property
    def is_aside(self) -> bool:
        return self.aside_all or bool(self.aside)


@dataclass(frozen=True, kw_only=True)
class Look:
    """A message that was opened and not stored: why, and what came of it.

    It is known by a keyed hash of its Message-ID only.
    """

    sub: str
    message: str
    """The keyed hash; of one mail it is another in every mailbox."""
    why: str
    outcome: str
    at: datetime
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Examined:
    """What was examined in one mailbox on one day (ISO date): counts without any content, and what was opened."""

    sub: str
    day: str
    counts: Mapping[str, int]
    looks: tuple[Look, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Slice:
    """A part of one delta that commits as a whole: threads, cursor and counts together.

    `mailbox` as it was read; its cursor and fence are the precondition. `threads` likewise carry the version
    they were read in. `forget` are waiting threads of no further interest.
    """

    mailbox: Mailbox
    cursor: int | None
    threads: tuple[Thread, ...] = ()
    forget: tuple[Thread, ...] = ()
    examined: Examined | None = None
    new_mail: bool = False
    """What the cursor passes over holds new mail, of interest or not."""


MOST_IN_A_SLICE = 50
"""Threads, written and forgotten ones together: one batch of every backend holds that and the mailbox."""


def fits_a_slice(threads: Sized, forget: Sized) -> None:
    """Raise `ValueError` for more than one batch holds."""
    if len(threads) + len(forget) > MOST_IN_A_SLICE:
        raise ValueError(f"A slice holds at most {MOST_IN_A_SLICE} threads.")


# --- imports ----------------------------------------------------------------------------------------------


class ImportState(Enum):
    RUNNING = "running"
    CANCELLED = "cancelled"
    DONE = "done"
    TAKEN_OUT = "taken_out"
    """Its owner undid it; until it expires that can be undone too."""


@dataclass(frozen=True, kw_only=True)
class Import:
    """A member has their own mailbox searched for a candidate's addresses, once (R10).

    How far it is shows in what is stored; of conversations nobody opened yet there is no id in it.
    """

    id: str
    """Also the `Thread.batch` of what came in by it."""
    sub: str
    epoch: int
    """The consent's: opting out ends it."""
    candidate: str
    addresses: tuple[str, ...] = field(repr=False)
    since: datetime | None
    """Mail accepted before is not searched; None for all of it."""
    secret: bool
    state: ImportState = ImportState.RUNNING
    at: datetime
    """When it was asked for: the time of its pointings, too."""
    ended_at: datetime | None = None
    expires_at: datetime
    """When the record is deleted, whatever became of it."""
    found: int = 0
    """Conversations the search gave; some may turn out to be others."""
    taken_in: int = 0
    left_alone: int = 0
    failed: int = 0
    settled: frozenset[str] = field(default=frozenset(), repr=False)
    """Keyed hashes of the threads that are counted above, so that none is opened or counted twice. Empty as soon
    as it ends."""
    opening: str = ""
    """Keyed hash of the thread that is being opened, committed before, should the process end over it."""
    starts: int = 0
    """How often the opening of that one began and did not end."""
    version: str = ""

    @property
    def done(self) -> int:
        return self.taken_in + self.left_alone + self.failed


MOST_IMPORTED = 2000
"""Conversations of one import, the newest: what one record holds of them stays small."""


# --- what was begun in Lever ------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A conversation that a member began from a candidate's card: a row of the outbox (R9)."""

    id: str
    """Random; stands in the draft's own Message-ID, which Gmail replaces when it is sent."""
    sub: str
    candidate: str
    secret: bool
    """It is to be secret from its first message."""
    at: datetime
    expires_at: datetime
    thread: str | None = None
    """Gmail's thread of the draft, in that mailbox; None until Gmail told it."""
    reference: str | None = None
    """Keyed hash of the Message-ID that Gmail gave it; None: not sent, as far as we know."""


# --- conversations ----------------------------------------------------------------------------------------


class ConversationState(Enum):
    LIVE = "live"
    REMOVED = "removed"
    PURGING = "purging"
    """Its content is being destroyed: nothing brings it back any more."""
    PURGED = "purged"
    """Keys are left, so that its mail comes back by somebody's wish only."""
    MERGED = "merged"


@dataclass(frozen=True, kw_only=True)
class Removal:
    """Who took a conversation out of Lever; until `purge_at` it can be undone."""

    by: str
    role: Role
    at: datetime
    purge_at: datetime
    barriers: Mapping[str, int | None] = field(default_factory=dict)
    """`sub` of each holder then -> the history id of that mailbox then: labels up to it are no wish to have it
    back. None where it could not be read."""


@dataclass(frozen=True, kw_only=True)
class Withdrawal:
    """One holder's copies of a conversation are out of Lever; until `purge_at` that can be undone."""

    by: str
    """Who took them out: their owner, or who removed the conversation before a colleague had it come back."""
    at: datetime
    purge_at: datetime
    barrier: int | None = None
    """The history id of the owner's mailbox then; None where it could not be read."""
    state: ConversationState = ConversationState.REMOVED
    """REMOVED, PURGING or PURGED, as of a conversation."""


NOT_PURGED = frozenset({ConversationState.REMOVED, ConversationState.PURGING})
"""Out of Lever, with content that is still to be destroyed."""


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """The gate of our union of threads: read inside transactions, changed rarely.

    `audience` is sight as data: the tokens of which a caller needs one (`addon.policy.visibility`). While the
    conversation is visible, its people (`Summary.relations`) see it too.
    """

    id: str
    state: ConversationState = ConversationState.LIVE
    into: str | None = None
    """Where a merged conversation went."""
    secret: bool = False
    secret_by: str | None = None
    secret_at: datetime | None = None
    audience: frozenset[str]
    removal: Removal | None = None
    withdrawn: Mapping[str, Withdrawal] = field(default_factory=dict)
    """`sub` of each member whose copies are out; what nobody else holds is not to be seen meanwhile."""
    hold: bool = False
    """Under legal hold: hidden where it is removed, and never purged."""
    linked: frozenset[str] = frozenset()
    """Candidates members said it is about (R16), beside those whose addresses are in it. `Summary.candidates`
    holds both."""
    version: str = ""

    @property
    def purge_due(self) -> datetime | None:
        """From when on something of it is to be destroyed."""
        if self.hold or self.state is ConversationState.MERGED:
            return None
        ends = [each.purge_at for each in self.withdrawn.values() if each.state in NOT_PURGED]
        if self.removal and self.state in NOT_PURGED:
            ends.append(self.removal.purge_at)
        return min(ends, default=None)


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What lists show of a conversation; grows with every message and is never rewritten from what was read."""

    conversation: str
    subject: str = field(repr=False)
    count: int
    last_at: datetime
    holders: frozenset[str]
    """`sub` of every member from whose mailbox a copy is stored."""
    participants: frozenset[str]
    """`sub` of every member on a stored message, Bcc included: it counts for sight."""
    named: frozenset[str]
    """`sub` of every member in From, To or Cc of a stored message: who may be told of to others."""
    candidates: frozenset[str]
    first_at: datetime | None = None
    """When its earliest mail came in, as the store read it; None while it has none."""

    @property
    def relations(self) -> frozenset[str]:
        """The people who see it while it is visible, whatever their role."""
        return self.holders | self.participants


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
    TOMBSTONE = "tombstone"
    """The conversation was removed, or this mailbox's copies were taken out of it."""
    STOPPED = "stopped"
    """The thread is no longer followed, or belongs to another conversation by now."""
    OFF = "off"
    """The mailbox's consent ended or was given anew since the work began."""


# --- what lists and cards read at once --------------------------------------------------------------------


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


# --- acts -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Act:
    """Who did what, ids only. `actor` is a member's `sub` or `operator:<os user>`."""

    actor: str
    verb: str
    at: datetime
    conversation: str | None = None
    subject: str | None = None
    """The id of what else was acted on: a member, a candidate, the conversation of one's own thread."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An audit row as it lies in the log, and never changes. `storage.chain` says what makes it whole."""

    number: int
    """It keeps those of one moment in their order, and is the same in every backend. -1: it was not made by us."""
    act: Act
    proof: str
    """A keyed hash of number and act: no row can be made or changed by who has the database alone."""
    sealed: bool
    """Whether a link of the chain holds it; a row that no link holds waits for the next one."""


@dataclass(frozen=True, kw_only=True)
class Link:
    """One link of the chain over the audit log: the rows it sealed, in their order, and all links before it."""

    n: int
    """1, 2, 3, …"""
    at: datetime
    rows: tuple[int, ...]
    """Their numbers."""
    hash: str


MOST_IN_A_LINK = 200
"""Rows: one commit of every backend holds the link and the marks it takes off."""
