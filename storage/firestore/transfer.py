"""A Firestore store as it is copied from or to."""

from __future__ import annotations

from collections.abc import Collection as Items
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, assert_never

from storage.fields import bell_fields, bell_of
from storage.firestore import key_fields, open_firestore
from storage.firestore.acts import Acts, entry_written, link_of, link_written
from storage.firestore.candidates import candidate_fields, opened
from storage.firestore.connection import Connection
from storage.firestore.consents import (
    consent_fields,
    consent_of,
    revocation_fields,
    revocation_of,
    revocation_path,
)
from storage.firestore.database import Database
from storage.firestore.documents import Document, Write, new_token, path, put
from storage.firestore.gates import (
    Gate,
    conversation_of,
    gate_fields,
    gate_of,
    gate_path,
    link_path,
    links_written,
    summary_fields,
    summary_path,
)
from storage.firestore.gates import opened as empty
from storage.firestore.imports import import_fields, import_of, import_path
from storage.firestore.ledger import counts_of, look_of, look_written, plain
from storage.firestore.mailboxes import mailbox_fields, mailbox_of
from storage.firestore.members import member_fields, member_of
from storage.firestore.messages import Messages, copies_in, gmail_key, message_fields, outside_in
from storage.firestore.outbox import begun_fields, begun_of, begun_path
from storage.firestore.patience import Patience
from storage.firestore.queries import Query
from storage.firestore.threads import thread_fields, thread_of
from storage.port import StoreError
from storage.records import (
    Begun,
    Bell,
    Candidate,
    Consent,
    Entry,
    Found,
    Import,
    Link,
    Look,
    Mailbox,
    Member,
    Revocation,
    Thread,
)
from storage.sealing import IndexKey, Sealer
from storage.transfer import Alias, Batch, Collection, Gathered, Mail, Row, Tally

ROWS_AT_ONCE = 300
MAILS_AT_ONCE = 50
MOST_CHARACTERS = 4_000_000
"""Of text in one batch, beside its first mail's."""
_INDEX, _NOTE = path("keys", "index"), path("keys", "copy")


class FirestoreTransfer:
    """`storage.transfer.Transfer` on Firestore."""

    order = "by document names"

    def __init__(self, database: Database, sealer: Sealer, secret: str) -> None:
        self.secret = secret
        self.rows_at_once = ROWS_AT_ONCE
        self.mails_at_once = MAILS_AT_ONCE
        self._database = database
        self._sealer = sealer

    def key(self, kind: str, *parts: str) -> str:
        return IndexKey(self.secret).key(kind, *parts)

    def close(self) -> None:
        self._database.close()

    # --- reading ------------------------------------------------------------------------------------------

    def count(self, collection: Collection) -> int:
        return self._database.count(Query(collection=collection.value))

    def batch(self, collection: Collection, *, after: str | None) -> Batch:
        limit = self.mails_at_once if collection is Collection.MESSAGES else self.rows_at_once
        there = self._database.in_order(collection.value, after=after, limit=limit + 1)
        documents = there[:limit]
        rows = self._read(collection, documents)
        if len(rows) == len(there):
            return Batch(rows=rows, next=None)
        return Batch(rows=rows, next=documents[len(rows) - 1].path)

    def _read(  # noqa: C901, PLR0911, PLR0912 (a case for each collection)
        self, collection: Collection, documents: Sequence[Document]
    ) -> Sequence[Row]:
        match collection:
            case Collection.MEMBERS:
                return [member_of(each) for each in documents]
            case Collection.CANDIDATES:
                return [opened(each, self._sealer) for each in documents]
            case Collection.CONVERSATIONS:
                return self._gathered(documents)
            case Collection.MESSAGES:
                return self._mails(documents)
            case Collection.THREADS:
                now = self._now({each["conversation"] for each in documents if each["conversation"] is not None})
                found = [thread_of(each) for each in documents]
                return [replace(each, conversation=now.get(each.conversation or "")) for each in found]
            case Collection.ALIASES:
                return [
                    Alias(sub=each["sub"], event_id=each["event_id"], thread=each["thread"]) for each in documents
                ]
            case Collection.IMPORTS:
                return [import_of(each, self._sealer) for each in documents]
            case Collection.OUTBOX:
                return [begun_of(each) for each in documents]
            case Collection.AUDIT:
                log = Acts(self._database, self._sealer, IndexKey(self.secret))
                return log.entries_of(documents, Patience())
            case Collection.CHAIN:
                return [link_of(each) for each in documents]
            case Collection.LEDGER:
                return [Tally(sub=each["sub"], day=each["day"], counts=counts_of(each)) for each in documents]
            case Collection.REVOCATIONS:
                return [revocation_of(each, self._sealer) for each in documents]
            case Collection.LOOKS:
                return [look_of(each) for each in documents]
            case Collection.BELLS:
                return [bell_of(each) for each in documents]
            case Collection.MAILBOXES:
                return [mailbox_of(each) for each in documents]
            case Collection.CONSENTS:
                return [consent_of(each, self._sealer) for each in documents]
            case _:
                assert_never(collection)

    def _gathered(self, documents: Sequence[Document]) -> list[Gathered]:
        summaries = self._database.get([summary_path(each["id"]) for each in documents])
        rows = []
        for document in documents:
            summary = summaries.get(summary_path(document["id"]))
            gate = gate_of(document, summary, self._sealer) if summary else None
            rows.append(
                Gathered(
                    conversation=conversation_of(document),
                    summary=gate.found.summary if gate else None,
                    first=gate.first if gate else None,
                    aliases=document.set_of("aliases"),
                )
            )
        return rows

    def _mails(self, documents: Sequence[Document]) -> list[Mail]:
        """As many as `MOST_CHARACTERS` allow."""
        now = self._now({each["conversation"] for each in documents})
        store = Messages(self._database, self._sealer, IndexKey(self.secret))
        mails: list[Mail] = []
        characters = 0
        for document in documents:
            (message,) = store.opened_messages([document], now[document["conversation"]], Patience())
            text = store.text(message.key) if message.longer else message.text
            mails.append(
                Mail(
                    message=replace(message, text=text, longer=False),
                    copies=frozenset(copies_in(document).values()),
                    participants=document.set_of("participants"),
                    named=document.set_of("named"),
                    outside=outside_in(document, self._sealer),
                )
            )
            characters += len(text)
            if characters > MOST_CHARACTERS:
                break
        return mails

    def _now(self, ids: Items[str]) -> dict[str, str]:
        """The ids that conversations go by now; mail and threads may still lie under earlier ones."""
        there = self._database.get([gate_path(each) for each in ids], only=("into",))
        return {
            each: (there[gate_path(each)]["into"] if gate_path(each) in there else None) or each for each in ids
        }

    # --- writing ------------------------------------------------------------------------------------------

    def write(self, rows: Sequence[Row]) -> None:
        writes = [write for row in rows for write in self._writes(row)]
        there = {write.path for write in writes}
        stale = [Write(path=each, delete=True) for each in self._left_by(rows) if each not in there]
        self._database.pour([*stale, *writes])

    def _left_by(self, rows: Sequence[Row]) -> Iterator[str]:
        """What an earlier run derived from these rows as they were then."""
        gates = [gate_path(each.conversation.id) for each in rows if isinstance(each, Gathered)]
        for gate in self._database.get(gates, only=("id", "candidates")).values():
            yield summary_path(gate["id"])
            yield from (link_path(candidate, gate["id"]) for candidate in gate["candidates"])
        mails = [path("messages", each.message.key) for each in rows if isinstance(each, Mail)]
        for mail in self._database.get(mails, only=("body", "heads", "texts")).values():
            yield from (path("texts", mail["body"], f"h{n}") for n in range(1, mail["heads"] + 1))
            yield from (path("texts", mail["body"], str(n)) for n in range(1, mail["texts"] + 1))

    def _writes(  # noqa: C901, PLR0911, PLR0912 (a case for each collection)
        self, row: Row
    ) -> list[Write]:
        match row:
            case Member():
                return [_put(path("members", row.sub), member_fields(row))]
            case Candidate():
                fields = candidate_fields(row, self._sealer, IndexKey(self.secret))
                return [_put(path("candidates", row.id), fields)]
            case Gathered():
                return self._gathered_writes(row)
            case Mail():
                return self._mail_writes(row)
            case Thread():
                return [_put(path("threads", row.sub, row.id), thread_fields(row))]
            case Alias():
                fields = {"sub": row.sub, "event_id": row.event_id, "thread": row.thread}
                return [_put(path("aliases", row.sub, row.event_id), fields)]
            case Import():
                return [_put(import_path(row.id), import_fields(row, self._sealer))]
            case Begun():
                return [_put(begun_path(row.id), begun_fields(row))]
            case Entry():
                return entry_written(row)
            case Link():
                return [link_written(row)]
            case Tally():
                counts = {plain(name): count for name, count in row.counts.items()}
                fields = {"sub": row.sub, "day": row.day, "counts": counts}
                return [_put(path("ledger", row.sub, row.day), fields)]
            case Revocation():
                return [put(revocation_path(row.sub), revocation_fields(row, self._sealer))]
            case Look():
                return [look_written(row)]
            case Bell():
                return [put(path("bells", row.sub), bell_fields(row))]
            case Mailbox():
                return [put(path("mailboxes", row.sub), mailbox_fields(row))]
            case Consent():
                return [put(path("consents", row.sub), consent_fields(row, self._sealer))]
            case _:
                assert_never(row)

    def _gathered_writes(self, row: Gathered) -> list[Write]:
        """A signpost knows nothing of its own; all mail and threads lie under the id that stayed."""
        conversation = replace(row.conversation, version=new_token())
        summary = row.summary or empty(conversation).found.summary
        gate = Gate(found=Found(conversation, summary), first=row.first, aliases=row.aliases)
        gate_written = put(gate_path(gate.id), gate_fields(gate))
        if row.summary is None:
            return [gate_written]
        return [
            *links_written(gate),
            put(summary_path(gate.id), summary_fields(gate, self._sealer)),
            gate_written,
        ]

    def _mail_writes(self, row: Mail) -> list[Write]:
        """Further pieces first, and under the same name each time: written again, they leave none behind."""
        key = row.message.key
        mail = message_fields(self._sealer, row.message, outside=row.outside, body=self.key("body", key))
        return [
            *mail.pieces,
            _put(
                path("messages", key),
                {
                    **mail.fields,
                    "participants": row.participants,
                    "named": row.named,
                    "conversation": row.message.conversation,
                    "gmail_keys": frozenset(gmail_key(*copy) for copy in row.copies),
                },
            ),
        ]

    # --- the index key and the note -----------------------------------------------------------------------

    def adopt(self, secret: str) -> None:
        self._keep(_INDEX, "index", secret)
        self.secret = secret

    def noted(self) -> str | None:
        there = self._database.get([_NOTE]).get(_NOTE)
        return self._sealer.open("keys", "copy", "sealed", there["sealed"]) if there else None

    def note(self, text: str | None) -> None:
        if text is None:
            self._database.pour([Write(path=_NOTE, delete=True)])
        else:
            self._keep(_NOTE, "copy", text)

    def _keep(self, at: str, name: str, text: str) -> None:
        self._database.pour([put(at, key_fields(self._sealer, name, text))])


def open_transfer(
    project: str,
    database: str,
    sealer: Sealer,
    *,
    make: bool,
    emulator: str | None = None,
    interceptors: Sequence[Any] = (),
) -> FirestoreTransfer:
    """The store in this database; `StoreError` where there is none and none is to be made."""
    there = Database(Connection(project, database, emulator=emulator, interceptors=interceptors))
    if make:
        open_firestore(
            project, database, sealer, emulator=emulator, interceptors=interceptors, unfinished=True
        ).close()
    key = there.get([_INDEX]).get(_INDEX)
    if key is None:
        there.close()
        raise StoreError("There is no store to copy from in this database.")
    return FirestoreTransfer(there, sealer, sealer.open("keys", "index", "sealed", key["sealed"]))


def _put(at: str, fields: Mapping[str, Any]) -> Write:
    return put(at, {**fields, "mark": new_token()})
