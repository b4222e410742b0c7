"""The store as everybody else sees it: verbs of the product, no query language.

Every backend passes `tests/contracts/store/`. All verbs may raise `StoreError`; those that take a record as
it was read raise `ConflictError` when somebody changed it meanwhile, and then have changed nothing.
Verbs are atomic: a crash leaves all or nothing of each.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from storage.records import (
    Act,
    Begun,
    Bell,
    Candidate,
    Consent,
    ConsentAttempt,
    ConsentRequest,
    Conversation,
    Copy,
    Entry,
    Examined,
    Found,
    Holdings,
    Import,
    Kept,
    Lane,
    Link,
    Look,
    Mailbox,
    Member,
    Message,
    Opened,
    Page,
    Refusal,
    Revocation,
    Role,
    Slice,
    Thread,
    ThreadState,
)


class StoreError(Exception):
    """The store did not answer or cannot be used; the text never holds content."""


class ConflictError(StoreError):
    """Somebody changed the record since it was read, or it exists already: read again and decide anew."""


class TooLargeError(StoreError):
    """What was to be kept is larger than the store can hold: trying again changes nothing."""


class Store(Protocol):
    """What we remember."""

    def ping(self) -> None:
        """Prove that the store answers; raise `StoreError` otherwise."""

    def close(self) -> None:
        """Give back what this process holds open."""

    def key(self, kind: str, *parts: str) -> str:
        """A keyed hash (HMAC-SHA256 cut to 128 bits, hex) of `parts`.

        The only form in which an address or a Message-ID of unstored mail may be kept: without the index
        key it cannot be guessed. Parts cannot run into each other, kinds never collide.
        """

    # --- members ------------------------------------------------------------------------------------------

    def member(self, sub: str) -> Member | None: ...

    def members_named(self, subs: Collection[str]) -> dict[str, Member]:
        """Those of `subs` that are members."""

    def members_at(self, addresses: Collection[str]) -> dict[str, Member]:
        """Canonical address -> the member whose address it is, for those that are members'.

        Where several claim one it is the member's whose `email` it is, else always the same one's.
        """

    def members(self, *, roles: Collection[Role] = (), limit: int, cursor: str | None = None) -> Page[Member]:
        """Members by email; only those with one of `roles` where given."""

    def save_member(self, member: Member, *, act: Act | None = None, bereft: Member | None = None) -> Member:
        """Create or compare-and-set, with its audit row; and in the same commit who loses what this one takes."""

    # --- consent and mailboxes ----------------------------------------------------------------------------

    def consent(self, sub: str) -> Consent | None: ...

    def mailbox(self, sub: str) -> Mailbox | None: ...

    def request_consent(self, request: ConsentRequest) -> None:
        """In place of an earlier request of this member, whose link is dead from then on."""

    def consent_request(self, sub: str) -> ConsentRequest | None: ...

    def consent_requested(self, nonce: str) -> ConsentRequest | None:
        """The request whose link has this nonce, unless a newer one took its place."""

    def attempt_consent(self, attempt: ConsentAttempt) -> None:
        """Keep an attempt until it expires; `state` is random and new."""

    def take_attempt(self, state: str, *, browser: str, now: datetime) -> ConsentAttempt | None:
        """Use up the attempt and its request's link, once whoever else tries at the same moment.

        None, and nothing is changed, where either is not there, expired or taken, or the browser another one.
        """

    def refuse_consent(self, sub: str, *, nonce: str, refusal: Refusal) -> None:
        """Note what came of a request, unless a newer one took its place."""

    def expire_attempts(self, *, now: datetime) -> None:
        """Delete attempts that expired; few at a time, the others with the next call."""

    def opt_in(self, consent: Consent, mailbox: Mailbox, *, due_at: datetime, act: Act) -> None:
        """Open the gate: replaces an earlier consent and mailbox record of this member and makes it due.

        The member's request and pending revocations are gone with it: revoking an old token would end the new.
        """

    def opt_out(self, sub: str, *, revocation: Revocation | None, act: Act) -> bool:
        """Shut the gate: consent, mailbox, bell and imports are deleted, the token is in the outbox, or nothing.

        False where there was none. `revocation` holds the consent's token; `ConflictError` where that is another
        one by now.
        """

    def revocations(self, *, now: datetime, limit: int) -> list[Revocation]:
        """Those with `not_before <= now`, longest due first."""

    def revocation_failed(self, revocation: Revocation) -> None:
        """Keep `attempts` and `not_before` of one that is still there."""

    def revoked(self, id: str) -> None:
        """Delete it; once more does no harm."""

    def holdings(self, sub: str, *, but_about: Collection[str] = ()) -> Holdings:
        """Counts of what is stored from a member's mailbox, removed and secret conversations included.

        Conversations that are `but_about` one of these candidates count for nothing, nor does a mail of them.
        """

    def mailboxes(self, *, limit: int, cursor: str | None = None) -> Page[Mailbox]:
        """Every opted-in mailbox, by `sub`."""

    def unwell(self, *, limit: int) -> list[Mailbox]:
        """Mailboxes that cannot be read until somebody acts, by `sub`; a missing label alone does not count."""

    def ring(
        self,
        sub: str,
        *,
        now: datetime,
        soon: timedelta,
        gap: timedelta,
        lane: Lane = Lane.LIVE,
        notified: int = 0,
    ) -> None:
        """Make a mailbox due `soon` from now, or `gap` after its last run where that is later.

        A last run that is still to come was noted before the clock was put back: then the gap begins now.

        Never postpones what is due earlier, makes it less urgent, or puts an older history id in place of a newer
        one. Without a mailbox of that `sub` nothing happens.
        """

    def bell(self, sub: str) -> Bell | None: ...

    def bells(self, *, limit: int, cursor: str | None = None) -> Page[Bell]:
        """Every opted-in mailbox's bell."""

    def due(self, now: datetime, *, limit: int) -> list[Bell]:
        """Bells with `due_at <= now`, longest due first."""

    def settle(
        self, bell: Bell, *, ran_at: datetime, due_at: datetime, gap: timedelta, lane: Lane = Lane.BACKFILL
    ) -> None:
        """After a run: due again at `due_at`, as urgent as `lane`, and nothing notified.

        Rung or made anew since `bell` was read: due at most `gap` after `ran_at`, as urgent as the more urgent of
        both, and what was notified stands.
        """

    def claim(self, sub: str, *, owner: str, now: datetime, until: datetime) -> Mailbox | None:
        """Take the lease with a larger fence; None while another owner's lease lasts or Email is off."""

    def save_mailbox(self, mailbox: Mailbox, *, act: Act | None = None) -> Mailbox:
        """Compare-and-set by the holder of the lease, or by its owner, with an audit row where it is an act."""

    def release(self, mailbox: Mailbox) -> None:
        """Save `mailbox` and give the lease back."""

    # --- threads ------------------------------------------------------------------------------------------

    def threads(self, sub: str, ids: Collection[str]) -> dict[str, Thread]:
        """Those of `ids` that this mailbox's owner pointed at."""

    def save_thread(self, thread: Thread, *, act: Act | None = None, examined: Examined | None = None) -> Thread:
        """Create or compare-and-set, with its audit row, or with what was examined to come to this."""

    def forget_thread(self, thread: Thread, *, act: Act | None = None, examined: Examined | None = None) -> None:
        """Delete the record, compare-and-set; likewise."""

    def save_threads(self, threads: Sequence[Thread], *, forget: Sequence[Thread] = ()) -> None:
        """Several at once, each compare-and-set, all or none; at most `MOST_IN_A_SLICE` together."""

    def advance(self, part: Slice) -> Mailbox:
        """Commit one slice: all its threads, the cursor and the counts, or nothing (`ConflictError`)."""

    def work(self, sub: str, *, now: datetime, limit: int) -> list[Thread]:
        """Threads with something to read and `not_before <= now`, by lane, then longest waiting first."""

    def set_aside(self, sub: str, *, limit: int, cursor: str | None = None) -> Page[Thread]:
        """This mailbox's threads of which something could not be read, by id."""

    def pending(self, sub: str) -> bool:
        """Whether any thread of this mailbox has something to read, now or later."""

    def threads_in(self, sub: str, state: ThreadState, *, limit: int, cursor: str | None = None) -> Page[Thread]:
        """This mailbox's threads in `state`, by id."""

    def threads_of(self, conversation: str, *, limit: int, cursor: str | None = None) -> Page[Thread]:
        """Every mailbox's threads of a conversation."""

    def waiting_for(self, who_key: str, *, limit: int, cursor: str | None = None) -> Page[Thread]:
        """Waiting threads in any mailbox on which the person with this key takes part."""

    def alias(self, sub: str, event_id: str) -> str | None:
        """The id behind one of Gmail's ids that have no arithmetic form."""

    def keep_alias(self, sub: str, event_id: str, real: str) -> None: ...

    # --- imports ------------------------------------------------------------------------------------------

    def start_import(self, record: Import, *, act: Act) -> Import:
        """Create a running import, or have one that ended run again (compare-and-set), with its audit row.

        `ConflictError` where another of this member and candidate runs, or the gate of its epoch is shut.
        """

    def save_import(self, record: Import, *, act: Act | None = None, examined: Examined | None = None) -> Import:
        """Compare-and-set, with its audit row, or with what was examined to come to this."""

    def import_of(self, id: str) -> Import | None: ...

    def imports(self, sub: str, *, candidate: str | None = None, limit: int) -> list[Import]:
        """This member's, newest first; only those about `candidate` where one is given."""

    def running_imports(self, sub: str, *, limit: int) -> list[Import]:
        """This member's that run, oldest first."""

    def expire_imports(self, *, now: datetime) -> None:
        """Delete records that expired; few at a time, the others with the next call."""

    # --- the outbox ---------------------------------------------------------------------------------------

    def begin(self, begun: Begun, *, act: Act) -> None:
        """Keep a conversation that is about to be begun, with its audit row; `begun.id` is random and new."""

    def drafted(self, id: str, *, draft: str, thread: str) -> None:
        """Note what Gmail calls its draft and in which thread it lies; nothing where it is gone meanwhile."""

    def sent(self, id: str, *, reference: str, expires_at: datetime) -> None:
        """Note the keyed Message-ID it was sent with, and keep it until then; likewise."""

    def begun_in(self, sub: str, threads: Collection[str], *, now: datetime) -> dict[str, Begun]:
        """Those of `threads` of this mailbox that were begun in Lever and did not expire."""

    def begun_as(self, references: Collection[str], *, now: datetime) -> list[Begun]:
        """What was sent with these keyed Message-IDs and did not expire, by id."""

    def unsent(self, sub: str, *, now: datetime, limit: int) -> list[Begun]:
        """What this mailbox's owner began and did not send, as far as we know, newest first."""

    def begun(self, *, now: datetime, limit: int) -> list[Begun]:
        """What any member began and sent, newest first."""

    def discard_unsent(self, sub: str) -> None:
        """Forget what a member began and did not send; what was sent stays."""

    def expire_begun(self, *, now: datetime) -> None:
        """Delete what expired; few at a time, the others with the next call."""

    # --- conversations ------------------------------------------------------------------------------------

    def opened(self, sub: str, *, thread: str, message: str, and_member: bool = False) -> Opened:
        """What is known of an open message; the same reads whether or not anything is.

        `and_member`: and who `sub` is, in the same trip.
        """

    def held_ids(self, sub: str, ids: Collection[str]) -> frozenset[str]:
        """Those of `ids`, Gmail's of messages in this mailbox, of which a copy is stored."""

    def conversation(self, id: str) -> Found | None:
        """The conversation of that id or the one it was merged into."""

    def secrets_of(self, sub: str, *, limit: int, cursor: str | None = None) -> Page[Conversation]:
        """Secret conversations, live or removed, whose audience names this member, by id."""

    def copy(self, key: str) -> Copy | None:
        """The stored mail with this key, in whichever mailbox it was."""

    def admit(
        self,
        thread: Thread,
        *,
        keys: Collection[str],
        references: Collection[str],
        opening: Conversation,
        kept_until: datetime,
    ) -> tuple[Thread, Conversation]:
        """Give a thread its conversation: none of its mail known -> `opening` is created, else it joins.

        `keys`: its messages' keys, looked up in every mailbox. `references`: keyed Message-IDs it cites,
        looked up in its own mailbox only, and only where the thread is new and no key is known: it joins the one
        conversation it cites, and opens its own where it cites several. More than one found by key: they are
        united; the smaller id wins, secret for those who saw each secret one, and readers of the other id follow
        at once. What is removed and what is there stay two (`storage.counting.brought_together`). Copies that are
        out by the union alone can come back until `kept_until`, and nothing is destroyed earlier than it would
        have been. `ConflictError` while something of one is being destroyed.
        """

    def store(
        self,
        message: Message,
        *,
        sub: str,
        thread: str,
        epoch: int,
        participants: Collection[str],
        named: Collection[str],
        outside: Collection[str],
        entitled: Collection[str],
        decided_on: Conversation,
        candidates: Collection[str],
    ) -> Kept:
        """Store one mailbox's copy of a mail, once, unless the gate is shut.

        `participants`: members on it (`sub`); `named`: those of them in From, To or Cc; `outside`: who else is
        there, by address and name, by whom the conversation is found. `entitled`: tokens that join the audience
        where the conversation is secret and the mail is new: one that was there already lets nobody in again.
        `decided_on`: the conversation as it was when they were chosen; who was let out since stays out.
        `candidates`: who it is about; each gets the conversation listed. Candidates and members are added even
        where the copy is there already.
        `message.gmail_ids` holds the one id of this mailbox's copy. A blank is filled again, and is then
        this mailbox's alone; a mail that was not to be seen because its holders took it out is seen again. The
        summary's subject is the earliest mail's, whatever came first.
        """

    def change(
        self,
        conversation: Conversation,
        *,
        act: Act | None,
        threads: Sequence[Thread] = (),
        not_about: Collection[str] = (),
    ) -> Conversation:
        """Compare-and-set of what people decide, with its lists, its summary and its audit row at once.

        `threads`, `MOST_IN_A_SLICE` at most, are saved with it or nothing is: what is to be read because of it is
        known the moment it stands. Each is compared with the version it was read in.

        It is about each candidate that is `linked`, and about none of those `not_about` any more.

        Where copies are taken out or come back, or content is destroyed, the summary is counted anew: mail that
        nobody holds any more is not in it. `act` None for what nobody did.
        """

    def discard(self, conversation: str) -> None:
        """Delete one in which no mail was ever stored and no thread lies; any other stays as it is."""

    def held_by(self, sub: str, *, limit: int, cursor: str | None = None) -> Page[Found]:
        """Conversations in whatever state of which this member holds copies, by id."""

    def newest_held(
        self, sub: str, *, but_about: Collection[str] = (), limit: int, cursor: str | None = None
    ) -> Page[Found]:
        """The same, those that began last first: an order which new mail, seen or not, does not change.

        Those that are `but_about` one of these candidates are left out before the page is cut.
        """

    def taken_out(
        self, sub: str, *, but_about: Collection[str] = (), limit: int, cursor: str | None = None
    ) -> Page[Found]:
        """Conversations out of which this member took what is not being destroyed yet, by id.

        Their own copies or, by a removal, all of it. No order by time: when a colleague did so must not tell.
        Those that are `but_about` one of these candidates are left out before the page is cut.
        """

    def purgeable(self, *, now: datetime, limit: int) -> list[Conversation]:
        """Those with `purge_due <= now`, longest due first."""

    def purge(self, conversation: str, *, limit: int) -> bool:
        """Destroy copies that are being purged, of at most `limit` mails; whether to call again. On hold: nothing.

        What nobody holds any more becomes a blank. Once there is no need to call again nothing of it can be read,
        in no log either.
        """

    def messages(self, conversation: str, *, limit: int, cursor: str | None = None) -> Page[Message]:
        """Newest first, under any id the conversation had; blanks and what its holders took out are not listed."""

    def copies_of(self, reference: str, *, limit: int) -> list[Copy]:
        """Stored mails with this keyed Message-ID (`Message.reference`), by key: strangers may repeat one."""

    def text(self, key: str) -> str:
        """A message's whole text; empty where there is none."""

    def conversations_of(
        self,
        candidate: str,
        *,
        tokens: Collection[str],
        but_about: Collection[str] = (),
        limit: int,
        cursor: str | None = None,
    ) -> Page[Found]:
        """A candidate's live conversations that a caller with `tokens` may see, last mail first.

        Others are left out before the page is cut, as are those that are `but_about` one of these candidates as
        well: neither a short page nor a count nor a cursor tells of them.
        """

    # --- candidates ---------------------------------------------------------------------------------------

    def candidate(self, id: str) -> Candidate | None: ...

    def candidates(self, ids: Collection[str]) -> dict[str, Candidate]: ...

    def candidate_by_external_id(self, external_id: str) -> Candidate | None: ...

    def find(self, addresses: Collection[str]) -> dict[str, frozenset[str]]:
        """Canonical address -> ids of the candidates that have it, for those that somebody has."""

    def candidates_called(self, names: Collection[str], *, limit: int) -> list[Candidate]:
        """Candidates of exactly one of these names (`storage.naming`), by id."""

    def candidates_like(self, text: str, *, limit: int, cursor: str | None = None) -> Page[Candidate]:
        """Candidates whose name has a word that begins with each of the text's, by id.

        At most `limit` are read, and those that fit are answered: a page may be short and not the last.
        """

    def all_candidates(self, *, limit: int, cursor: str | None = None) -> Page[Candidate]:
        """The whole directory, by id."""

    def candidates_to_do(self, *, limit: int, cursor: str | None = None) -> Page[Candidate]:
        """Those with `to_do`, by id."""

    def save_candidates(self, candidates: Sequence[Candidate], *, act: Act | None = None) -> None:
        """Create or compare-and-set, all or none, with the audit row; their addresses are found from then on."""

    # --- acts and counts ----------------------------------------------------------------------------------

    def record(self, act: Act) -> None:
        """An audit row by itself."""

    def acts(self, conversation: str, *, limit: int) -> list[Act]:
        """What was done to a conversation, newest first."""

    def acts_since(
        self, since: datetime | None, *, actor: str | None = None, limit: int, cursor: str | None = None
    ) -> Page[Entry]:
        """The audit log from a moment on, oldest first; only what `actor` did where one is given."""

    def entries(self, *, limit: int, cursor: str | None = None) -> Page[Entry]:
        """The whole audit log by number, whatever became of its rows."""

    def entries_at(self, numbers: Collection[int]) -> dict[int, Entry]:
        """Those of `numbers` that are there."""

    def unsealed(self, *, limit: int, cursor: str | None = None) -> Page[int]:
        """Numbers of rows that no link holds, in no order: written with the row, and taken off with its link."""

    def seal(self, link: Link) -> None:
        """Append a link of at most `MOST_IN_A_LINK` rows, and take the marks off them, all or nothing.

        `ConflictError` where there is a link of this number, or one of its rows is not unsealed any more.
        """

    def last_link(self) -> Link | None: ...

    def links(self, *, limit: int, cursor: str | None = None) -> Page[Link]:
        """The chain from its first link on."""

    def tally(self, sub: str, day: str, counts: Mapping[str, int], *, looks: Sequence[Look] = ()) -> None:
        """Add to a mailbox's counters of a day (ISO date), and keep the looks, each in place of an earlier one."""

    def tallies(self, sub: str, *, since: str) -> dict[str, dict[str, int]]:
        """Day -> counters of one mailbox, from day `since` on; for its owner alone (R11)."""

    def sums(self, *, since: str) -> dict[str, int]:
        """The counters of all mailboxes together, from day `since` on."""

    def look(self, sub: str, message: str, *, now: datetime) -> Look | None:
        """The last look at a message, by its keyed hash, until it expires."""

    def expire_looks(self, *, now: datetime) -> None:
        """Delete looks that expired; few at a time, the others with the next call."""
