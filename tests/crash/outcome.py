"""What a store holds in the end, told without random ids and times, so that two histories can be compared."""

from __future__ import annotations

from collections.abc import Collection as Some
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from typing import Any, TypeVar

from addon.policy import following
from addon.policy.visibility import PRIVILEGED, TEAM
from storage import open_transfer
from storage.audience import person
from storage.records import (
    Begun,
    Bell,
    Candidate,
    Consent,
    Conversation,
    Entry,
    Found,
    Import,
    Mailbox,
    Reason,
    Thread,
)
from storage.sealing import Sealer
from storage.transfer import Collection, Gathered, Mail, Transfer
from tests.office import Office

T = TypeVar("T")
Told = dict[str, Any]

_ALL = 100
AT_GMAIL = frozenset({"label-on", "label-off"})
"""What a person has us change in Gmail: on record before it is done, and once more where it is asked for again."""


def told(office: Office) -> Told:
    """Mailboxes, threads, conversations with their mail, and who did what, by the names the history gave them."""
    config = office.services.config
    whole = open_transfer(
        config.store_url, Sealer(config.seal_keys), make=False, firestore_emulator=config.firestore_emulator
    )
    with closing(whole):
        return {**_Telling(office, whole).told(), "lists": _lists(office)}


class _Telling:
    def __init__(self, office: Office, whole: Transfer) -> None:
        self._whole = whole
        self._names = {row.id: row.name for row in self._rows(Collection.CANDIDATES, Candidate)}
        self._threads = _thread_names(office)
        self._changes = len(office.calls("threads.modify"))
        self._mails: dict[str, list[Mail]] = {}
        for row in self._rows(Collection.MESSAGES, Mail):
            self._mails.setdefault(row.message.conversation, []).append(row)

    def told(self) -> Told:
        gathered = list(self._rows(Collection.CONVERSATIONS, Gathered))
        acts = list(self._rows(Collection.AUDIT, Entry))
        return {
            "on": sorted(row.sub for row in self._rows(Collection.CONSENTS, Consent)),
            "bells": sorted(row.sub for row in self._rows(Collection.BELLS, Bell)),
            "mailboxes": {row.sub: _mailbox(row) for row in self._rows(Collection.MAILBOXES, Mailbox)},
            "threads": dict(sorted(self._thread(row) for row in self._rows(Collection.THREADS, Thread))),
            "conversations": sorted(
                (self._conversation(row) for row in gathered if row.summary is not None), key=repr
            ),
            "candidates": sorted(map(_candidate, self._rows(Collection.CANDIDATES, Candidate))),
            "begun": sorted(self._begun(row) for row in self._rows(Collection.OUTBOX, Begun) if row.reference),
            "looks": self._whole.count(Collection.LOOKS),
            "imports": sorted(_import(row) for row in self._rows(Collection.IMPORTS, Import)),
            "revocations": self._whole.count(Collection.REVOCATIONS),
            "acts": sorted({_act(row) for row in acts if row.act.verb not in AT_GMAIL}),
            "changes at Gmail that are not on record": max(0, self._changes - _count(acts, AT_GMAIL)),
        }

    def _rows(self, collection: Collection, kind: type[T]) -> Iterator[T]:
        after: str | None = None
        while True:
            batch = self._whole.batch(collection, after=after)
            yield from (row for row in batch.rows if isinstance(row, kind))
            after = batch.next
            if after is None:
                return

    def _thread(self, thread: Thread) -> tuple[str, Told]:
        """A thread that was asked for is followed for that: that its label is missing after a crash is no loss."""
        name = f"{thread.sub}: {self._threads[thread.id]}"
        asked = Reason.ASKED in thread.reasons
        return name, {
            "state": thread.state.value,
            "reasons": _reasons(thread.reasons),
            "came in by": _reasons(following.came_in_by(thread)),
            "labelled": None if asked else (len(thread.labelled), len(thread.labelled_secret)),
            "to do": (thread.has_work, thread.is_aside, thread.secret),
            "stored": thread.conversation is not None,
            "waits for": len(thread.who_keys),
            "about": len(thread.about),
        }

    def _conversation(self, gathered: Gathered) -> Told:
        conversation, summary = gathered.conversation, gathered.summary
        assert summary is not None
        ids = {conversation.id, *gathered.aliases}
        mails = [mail for id in ids for mail in self._mails.get(id, [])]
        return {
            "subject": summary.subject,
            "count": summary.count,
            "holders": sorted(summary.holders),
            "people": sorted(summary.participants),
            "named": sorted(summary.named),
            "outside": sorted(summary.outside),
            "candidates": sorted(self._names[id] for id in summary.candidates),
            "linked": sorted(self._names[id] for id in conversation.linked),
            **_gate(conversation),
            "mails": sorted(_mail(mail) for mail in mails),
        }

    def _begun(self, begun: Begun) -> tuple[str, str, bool, bool]:
        """What was sent. A draft whose making was cut short lies in Gmail unseen, and is known here."""
        return begun.sub, self._names[begun.candidate], begun.secret, begun.thread is not None


def _reasons(some: Some[Reason]) -> list[str]:
    return sorted(reason.value for reason in some if Reason.ASKED not in some or reason is not Reason.LABEL)


def _lists(office: Office) -> Told:
    """Each candidate's list as whoever holds one token alone has it, by subject."""
    store = office.services.store
    tokens = [TEAM, PRIVILEGED, *(person(f"sub-{email}") for email in office.scopes)]
    return {
        candidate.name: {
            token: [each.summary.subject for each in _list(office, candidate, token)] for token in tokens
        }
        for candidate in store.all_candidates(limit=_ALL).items
    }


def _list(office: Office, candidate: Candidate, token: str) -> Sequence[Found]:
    return office.services.store.conversations_of(candidate.id, tokens=[token], limit=_ALL).items


def _candidate(candidate: Candidate) -> tuple[str, tuple[str, ...], tuple[str, ...], bool, int]:
    return candidate.name, candidate.addresses, candidate.linked, candidate.to_do, len(candidate.leaving)


def _act(entry: Entry) -> tuple[str, str, bool]:
    return entry.act.actor, entry.act.verb, entry.act.conversation is not None


def _import(record: Import) -> tuple[str, str, tuple[int, ...], int]:
    counted = (record.found, record.taken_in, record.left_alone, record.failed)
    return record.sub, record.state.value, counted, len(record.settled)


def _count(acts: Iterable[Entry], verbs: Some[str]) -> int:
    return sum(entry.act.verb in verbs for entry in acts)


def _thread_names(office: Office) -> dict[str, str]:
    """Each thread by the subject of its first message."""
    names = {}
    for email in office.scopes:
        for thread in office.simulator.control.mailbox(email)["threads"]:
            names[thread["id"]] = str(thread["messages"][0]["subject"])
    return names


def _mailbox(mailbox: Mailbox) -> Told:
    return {
        "label": mailbox.label is not None,
        "attention": mailbox.attention,
        "leased": mailbox.lease is not None,
        "batches": [(each.count, each.open, each.out_until is not None) for each in mailbox.batches],
    }


def _gate(conversation: Conversation) -> Told:
    removal = conversation.removal
    return {
        "state": conversation.state.value,
        "secret": (conversation.secret, conversation.secret_by),
        "audience": sorted(conversation.audience),
        "removal": removal and (removal.by, sorted(removal.barriers), None not in removal.barriers.values()),
        "withdrawn": {sub: each.state.value for sub, each in sorted(conversation.withdrawn.items())},
    }


def _mail(mail: Mail) -> tuple[str, tuple[str, ...]]:
    """A mail by the text the history gave it, with its holders; a blank has none."""
    return mail.message.text.strip(), tuple(sorted(mail.message.gmail_ids))
