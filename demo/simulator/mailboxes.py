"""One account's mail: messages, their threads, labels and history. Knows nothing of HTTP, tokens or MIME."""

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from demo.simulator import envelope
from demo.simulator.account import Account
from demo.simulator.envelope import Envelope, normal_subject
from demo.simulator.errors import not_found
from demo.simulator.history import History, Kind
from demo.simulator.index import Index, Lag
from demo.simulator.labels import Label, Labels
from demo.simulator.message import Message
from demo.simulator.push.watch import Watch

# Gmail starts a new thread after this many: https://support.google.com/mail/answer/5900
LONGEST_THREAD = 100


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Labels what this sender delivers from now on."""

    sender: str
    label_id: str


class Mailbox:
    def __init__(
        self, account: Account, *, rng: random.Random, history: History, labels: Labels | None = None
    ) -> None:
        self.account = account
        self.history = history
        self.labels = labels or Labels(rng)
        self.filters: list[Filter] = []
        self.aliases: dict[str, str] = {}
        self.drafts: dict[str, str] = {}
        """The message a draft now is, by the draft's own id, which outlives every save."""
        self.scheduled: set[str] = set()
        """Messages that go out at their internal date."""
        self.watches: dict[str, Watch] = {}
        """By Cloud project: Gmail allows one for each."""
        self.lag: Lag | None = None
        self.next_history_page_is_empty = False
        self.history_tells_labels = True
        self.sends_in_place = False
        """What is sent of a draft, or at its time, keeps its id (`sending`)."""
        self.moves_drafts = False
        """A draft whose subject is changed is put into a thread of its own, also where it is alone in one.

        Seen where it answered a thread (https://github.com/taylorwilsdon/google_workspace_mcp/pull/920).
        """
        self._rng = rng
        self._messages: dict[str, Message] = {}
        self._threads: defaultdict[str, list[str]] = defaultdict(list)
        self._by_rfc_id: defaultdict[str, list[str]] = defaultdict(list)

    def messages(self) -> list[Message]:
        return list(self._messages.values())

    def message(self, message_id: str) -> Message:
        """Raise 404 for an id this mailbox does not have."""
        found = self._messages.get(message_id)
        if found is None:
            raise not_found()
        return found

    def index(self, now: float) -> Index:
        """What lists and history are answered from; each call is one less for a lag that was ordered by calls."""
        if self.lag and self.lag.take(now):
            shown = self.lag.shown
            return replace(shown, current=self.history.current) if self.lag.ahead else shown
        self.lag = None
        return self.index_without_lag()

    def index_without_lag(self) -> Index:
        current = self.history.current
        return Index(messages=tuple(self._messages.values()), newest=current, current=current)

    def threads(self) -> dict[str, list[Message]]:
        return {thread_id: self.thread(thread_id) for thread_id in self._threads}

    def thread_count(self) -> int:
        return len(self._threads)

    def thread(self, thread_id: str) -> list[Message]:
        """Oldest first; raise 404 for an id this mailbox does not have."""
        ids = self._threads.get(thread_id)
        if not ids:
            raise not_found()
        return sorted((self._messages[one] for one in ids), key=lambda message: message.internal_date)

    def add(
        self, raw: bytes, *, labels: Iterable[str], internal_date: int, thread_id: str | None = None
    ) -> Message:
        """One more message and its `messagesAdded`; without `thread_id` it is grouped as Gmail would."""
        about = envelope.read(raw)
        message_id = self._new_id(internal_date)
        thread = thread_id or self._thread_of(about) or message_id
        worn = frozenset(labels)
        history_id = self.history.write(Kind.MESSAGE_ADDED, message_id=message_id, thread_id=thread, labels=worn)
        message = Message(
            id=message_id,
            thread_id=thread,
            raw=raw,
            labels=worn,
            internal_date=internal_date,
            history_id=history_id,
            envelope=about,
        )
        self.put(message)
        return message

    def fitting(self, thread_id: str, about: Envelope, *, besides: str | None = None) -> str | None:
        """Give the thread back if such a mail may stand in it, `besides` left out of account; raise 404 for none.

        Another subject splits, and so does the mail after the hundredth; drafts do not count.
        """
        others = [one for one in self.thread(thread_id) if one.id != besides and "DRAFT" not in one.labels]
        same = not others or any(_same_subject(one.envelope, about) for one in others)
        return thread_id if same and len(others) < LONGEST_THREAD else None

    def put(self, message: Message) -> None:
        """Keep a message as it is, without history: what a snapshot brings back."""
        self._messages[message.id] = message
        self._threads[message.thread_id].append(message.id)
        if message.envelope.message_id:
            self._by_rfc_id[message.envelope.message_id].append(message.id)

    def delete(self, message_id: str) -> None:
        """For good, with a `messagesDeleted`."""
        message = self.message(message_id)
        self.history.write(
            Kind.MESSAGE_DELETED, message_id=message.id, thread_id=message.thread_id, labels=message.labels
        )
        self.drafts = {draft: one for draft, one in self.drafts.items() if one != message.id}
        self.scheduled.discard(message.id)
        del self._messages[message.id]
        self._threads[message.thread_id].remove(message.id)
        if not self._threads[message.thread_id]:
            del self._threads[message.thread_id]
        if message.envelope.message_id:
            self._by_rfc_id[message.envelope.message_id].remove(message.id)

    def rewrite(self, message_id: str, raw: bytes, *, internal_date: int) -> None:
        """Give what is neither draft nor scheduled any more another text and time; no record tells it."""
        old = self.message(message_id)
        new = replace(old, raw=raw, internal_date=internal_date, envelope=envelope.read(raw))
        self.drafts = {draft: one for draft, one in self.drafts.items() if one != message_id}
        self.scheduled.discard(message_id)
        self._messages[message_id] = new
        if old.envelope.message_id:
            self._by_rfc_id[old.envelope.message_id].remove(message_id)
        if new.envelope.message_id:
            self._by_rfc_id[new.envelope.message_id].append(message_id)

    def relabel(self, message_id: str, *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> Message:
        """One record per direction, and none where nothing changes."""
        message = self.message(message_id)
        added = frozenset(add) - message.labels
        message = self._relabelled(message, message.labels | added, Kind.LABEL_ADDED, added)
        removed = frozenset(remove) & message.labels
        return self._relabelled(message, message.labels - removed, Kind.LABEL_REMOVED, removed)

    def delete_label(self, label: Label) -> None:
        """Take it off every message; Gmail documents no history for that, and none is written."""
        self.labels.delete(label)
        self.filters = [one for one in self.filters if one.label_id != label.id]
        for message in self.messages():
            self._messages[message.id] = replace(message, labels=message.labels - {label.id})

    def new_draft_id(self) -> str:
        return f"r{self._rng.randrange(10**18, 9 * 10**18)}"

    def alias(self, message_id: str) -> tuple[str, str]:
        """Make ids as a web client does before Gmail gives its own: (message, thread)."""
        digits = self._rng.randrange(10**17, 10**18)
        alias = f"msg-a:r-{digits}"
        self.aliases[alias] = self.message(message_id).id
        return alias, f"thread-a:r-{digits}"

    def _relabelled(
        self, message: Message, labels: frozenset[str], kind: Kind, changed: frozenset[str]
    ) -> Message:
        if not changed:
            return message
        history_id = self.history.write(
            kind, message_id=message.id, thread_id=message.thread_id, labels=labels, changed=changed
        )
        message = replace(message, labels=labels, history_id=history_id)
        self._messages[message.id] = message
        return message

    def _thread_of(self, about: Envelope) -> str | None:
        # The nearest ancestor stands last in References; its own id comes first of all, for a mail sent twice.
        for rfc_id in (about.message_id, *reversed(about.answers)):
            for message_id in reversed(self._by_rfc_id.get(rfc_id, [])):
                known = self._messages[message_id]
                if _same_subject(known.envelope, about) and self.fitting(known.thread_id, about):
                    return known.thread_id
        return None

    def _new_id(self, internal_date: int) -> str:
        # Gmail's ids hold the time of arrival in their upper bits, 16 hex digits since 2004.
        while True:
            number = (max(internal_date, 2**40) << 20 | self._rng.getrandbits(20)) & (2**63 - 1)
            message_id = f"{number:016x}"
            if message_id not in self._messages and message_id not in self._threads:
                return message_id


def _same_subject(one: Envelope, other: Envelope) -> bool:
    return normal_subject(one.subject) == normal_subject(other.subject)
