"""A SQLite store as it is copied from or to."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import assert_never

from storage.fields import bell_fields, bell_of
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
from storage.sqlite import open_sqlite
from storage.sqlite.acts import entry_of, link_of, write_entry, write_link
from storage.sqlite.candidates import opened, write_candidates
from storage.sqlite.consents import consent_of, revocation_of, write_consent, write_revocation
from storage.sqlite.database import Database, Session
from storage.sqlite.gates import BESIDE, conversation_of, gate_of, write_conversation, write_listing, write_summary
from storage.sqlite.imports import IMPORTS, import_of, import_row
from storage.sqlite.ledger import look_of, write_look
from storage.sqlite.mailboxes import MAILBOXES, mailbox_of, mailbox_row
from storage.sqlite.members import member_of, write_member
from storage.sqlite.messages import message_of, outside_in, write_copy, write_message
from storage.sqlite.outbox import begun_of, write_begun
from storage.sqlite.rows import set_of
from storage.sqlite.threads import thread_of, write_threads
from storage.transfer import Alias, Batch, Collection, Gathered, Mail, Row, Tally

ROWS_AT_ONCE = 200
MOST_CHARACTERS = 4_000_000
"""Of text in one batch, beside its first mail's."""

_NOW = "coalesce((SELECT c.into_id FROM conversations c WHERE c.id = t.conversation), t.conversation)"

_READ: Mapping[Collection, tuple[str, tuple[str, ...]]] = {
    Collection.MEMBERS: ("SELECT t.* FROM members t", ("t.sub",)),
    Collection.CANDIDATES: ("SELECT t.* FROM candidates t", ("t.id",)),
    Collection.CONVERSATIONS: (
        """SELECT t.*, s.conversation, s.subject, s.outside, s.count, s.last_at, s.holders, s.participants,
           s.named, s.candidates, s.first_at, s.first_key
           FROM conversations t LEFT JOIN summaries s ON s.conversation = t.id""",
        ("t.id",),
    ),
    Collection.MESSAGES: (f"SELECT t.*, {_NOW} AS now FROM messages t", ("t.key",)),
    Collection.THREADS: (f"SELECT t.*, {_NOW} AS now FROM threads t", ("t.sub", "t.id")),
    Collection.ALIASES: ("SELECT t.* FROM aliases t", ("t.sub", "t.event_id")),
    Collection.IMPORTS: ("SELECT t.* FROM imports t", ("t.id",)),
    Collection.OUTBOX: ("SELECT t.* FROM outbox t", ("t.id",)),
    Collection.AUDIT: (
        "SELECT t.*, u.id IS NULL AS sealed FROM audit t LEFT JOIN unsealed u ON u.id = t.id",
        ("t.id",),
    ),
    Collection.CHAIN: ("SELECT t.* FROM chain t", ("t.n",)),
    Collection.LEDGER: (
        "SELECT DISTINCT t.sub, t.day FROM tallies t",
        ("t.sub", "t.day"),
    ),
    Collection.REVOCATIONS: ("SELECT t.* FROM revocations t", ("t.id",)),
    Collection.LOOKS: ("SELECT t.* FROM looks t", ("t.sub", "t.message")),
    Collection.BELLS: ("SELECT t.* FROM bells t", ("t.sub",)),
    Collection.MAILBOXES: ("SELECT t.* FROM mailboxes t", ("t.sub",)),
    Collection.CONSENTS: ("SELECT t.* FROM consents t", ("t.sub",)),
}
"""How a collection is read, and the columns by which it is in order."""


class SqliteTransfer:
    """`storage.transfer.Transfer` on a file."""

    order = "by keys"

    def __init__(self, database: Database, sealer: Sealer, secret: str) -> None:
        self.secret = secret
        self.rows_at_once = ROWS_AT_ONCE
        self._database = database
        self._sealer = sealer

    def key(self, kind: str, *parts: str) -> str:
        return IndexKey(self.secret).key(kind, *parts)

    def close(self) -> None:
        self._database.close()

    # --- reading ------------------------------------------------------------------------------------------

    def count(self, collection: Collection) -> int:
        select, _ = _READ[collection]
        with self._database.reading() as session:
            ((rows,),) = session.all(f"SELECT count(*) FROM ({select})")
        return int(rows)

    def batch(self, collection: Collection, *, after: str | None) -> Batch:
        select, order = _READ[collection]
        place = () if after is None else json.loads(after)
        where = "" if after is None else f"WHERE ({', '.join(order)}) > ({', '.join('?' * len(order))})"
        with self._database.reading() as session:
            there = session.all(
                f"{select} {where} ORDER BY {', '.join(order)} LIMIT ?", (*place, self.rows_at_once + 1)
            )
            rows: list[Row] = []
            characters = 0
            for row in there[: self.rows_at_once]:
                read = self._read(session, collection, row)
                rows.append(read)
                characters += len(read.message.text) if isinstance(read, Mail) else 0
                if characters > MOST_CHARACTERS:
                    break
        if len(rows) == len(there):
            return Batch(rows=rows, next=None)
        last = there[len(rows) - 1]
        return Batch(rows=rows, next=json.dumps([last[column.removeprefix("t.")] for column in order]))

    def _read(  # noqa: C901, PLR0911, PLR0912 (a case for each collection)
        self, session: Session, collection: Collection, row: sqlite3.Row
    ) -> Row:
        match collection:
            case Collection.MEMBERS:
                return member_of(row)
            case Collection.CANDIDATES:
                return opened(row, self._sealer)
            case Collection.CONVERSATIONS:
                return self._gathered(session, row)
            case Collection.MESSAGES:
                return self._mail(session, row)
            case Collection.THREADS:
                return replace(thread_of(row), conversation=row["now"])
            case Collection.ALIASES:
                return Alias(sub=row["sub"], event_id=row["event_id"], thread=row["thread"])
            case Collection.IMPORTS:
                return import_of(row, self._sealer)
            case Collection.OUTBOX:
                return begun_of(row)
            case Collection.AUDIT:
                return entry_of(row)
            case Collection.CHAIN:
                return link_of(row)
            case Collection.LEDGER:
                counts = session.all(
                    "SELECT name, count FROM tallies WHERE sub = ? AND day = ?", (row["sub"], row["day"])
                )
                return Tally(
                    sub=row["sub"], day=row["day"], counts={each["name"]: each["count"] for each in counts}
                )
            case Collection.REVOCATIONS:
                return revocation_of(row, self._sealer)
            case Collection.LOOKS:
                return look_of(row)
            case Collection.BELLS:
                return bell_of(row)
            case Collection.MAILBOXES:
                return mailbox_of(row)
            case Collection.CONSENTS:
                return consent_of(row, self._sealer)
            case _:
                assert_never(collection)

    def _gathered(self, session: Session, row: sqlite3.Row) -> Gathered:
        gate = None if row["conversation"] is None else gate_of(row, self._sealer)
        merged = session.all("SELECT id FROM conversations WHERE into_id = ?", (row["id"],))
        return Gathered(
            conversation=conversation_of(row),
            summary=gate.found.summary if gate else None,
            first=gate.first if gate else None,
            aliases=frozenset(each["id"] for each in merged),
        )

    def _mail(self, session: Session, row: sqlite3.Row) -> Mail:
        key = row["key"]
        message = message_of(row, self._sealer)
        further = session.all("SELECT n, sealed FROM texts WHERE message = ? ORDER BY n", (key,))
        text = message.text + "".join(
            self._sealer.open("texts", key, str(piece["n"]), piece["sealed"]) for piece in further
        )
        copies = session.all("SELECT sub, gmail_id FROM copies WHERE message = ?", (key,))
        return Mail(
            message=replace(message, conversation=row["now"], text=text, longer=False),
            copies=frozenset((each["sub"], each["gmail_id"]) for each in copies),
            participants=set_of(row["participants"]),
            named=set_of(row["named"]),
            outside=outside_in(row, self._sealer),
        )

    # --- writing ------------------------------------------------------------------------------------------

    def write(self, rows: Sequence[Row]) -> None:
        index_key = IndexKey(self.secret)
        with self._database.writing() as session:
            for row in rows:
                self._write(session, index_key, row)

    def _write(  # noqa: C901, PLR0912 (a case for each collection)
        self, session: Session, index_key: IndexKey, row: Row
    ) -> None:
        match row:
            case Member():
                session.run("DELETE FROM members WHERE sub = ?", (row.sub,))
                write_member(session, replace(row, version=""))
            case Candidate():
                session.run("DELETE FROM candidates WHERE id = ?", (row.id,))
                write_candidates(session, self._sealer, index_key, [replace(row, version="")])
            case Gathered():
                self._write_gathered(session, row)
            case Mail():
                session.run("DELETE FROM texts WHERE message = ?", (row.message.key,))
                write_message(
                    session,
                    self._sealer,
                    row.message,
                    participants=row.participants,
                    named=row.named,
                    outside=row.outside,
                )
                for sub, gmail_id in row.copies:
                    write_copy(session, row.message.key, sub=sub, gmail_id=gmail_id)
            case Thread():
                session.run("DELETE FROM threads WHERE sub = ? AND id = ?", (row.sub, row.id))
                write_threads(session, [replace(row, version="")])
            case Alias():
                session.run(
                    "REPLACE INTO aliases (sub, event_id, thread) VALUES (?, ?, ?)",
                    (row.sub, row.event_id, row.thread),
                )
            case Import():
                session.run("DELETE FROM imports WHERE id = ?", (row.id,))
                IMPORTS.put(session, import_row(row, self._sealer), "")
            case Begun():
                session.run("DELETE FROM outbox WHERE id = ?", (row.id,))
                write_begun(session, row)
            case Entry():
                write_entry(session, row)
            case Link():
                session.run("DELETE FROM chain WHERE n = ?", (row.n,))
                write_link(session, row)
            case Tally():
                session.run("DELETE FROM tallies WHERE sub = ? AND day = ?", (row.sub, row.day))
                session.many(
                    "INSERT INTO tallies (sub, day, name, count) VALUES (?, ?, ?, ?)",
                    [(row.sub, row.day, name, count) for name, count in row.counts.items()],
                )
            case Revocation():
                write_revocation(session, self._sealer, row)
            case Look():
                write_look(session, row)
            case Bell():
                session.run(
                    """REPLACE INTO bells (sub, due_at, rung, lane, notified, ran_at)
                       VALUES (:sub, :due_at, :rung, :lane, :notified, :ran_at)""",
                    bell_fields(row),
                )
            case Mailbox():
                session.run("DELETE FROM mailboxes WHERE sub = ?", (row.sub,))
                MAILBOXES.put(session, mailbox_row(row), "")
            case Consent():
                write_consent(session, self._sealer, row)
            case _:
                assert_never(row)

    def _write_gathered(self, session: Session, row: Gathered) -> None:
        for beside in BESIDE:
            session.run(f"DELETE FROM {beside} WHERE conversation = ?", (row.conversation.id,))
        session.run("DELETE FROM conversations WHERE id = ?", (row.conversation.id,))
        write_conversation(session, replace(row.conversation, version=""))
        if row.summary is not None:
            write_summary(session, self._sealer, row.summary, row.first)
            write_listing(session, Found(row.conversation, row.summary))

    # --- the index key and the note -----------------------------------------------------------------------

    def adopt(self, secret: str) -> None:
        self._keep("index", secret)
        self.secret = secret

    def noted(self) -> str | None:
        with self._database.reading() as session:
            row = session.one("SELECT sealed FROM keys WHERE name = 'copy'")
        return self._sealer.open("keys", "copy", "sealed", row["sealed"]) if row else None

    def note(self, text: str | None) -> None:
        if text is not None:
            self._keep("copy", text)
            return
        with self._database.writing() as session:
            session.run("DELETE FROM keys WHERE name = 'copy'")

    def _keep(self, name: str, text: str) -> None:
        with self._database.writing() as session:
            session.run(
                "REPLACE INTO keys (name, sealed) VALUES (?, ?)",
                (name, self._sealer.seal("keys", name, "sealed", text)),
            )


def open_transfer(path: Path, sealer: Sealer, *, make: bool) -> SqliteTransfer:
    """The store in the file at `path`; `StoreError` where there is none and none is to be made."""
    if not make and not path.is_file():
        raise StoreError("There is no store to copy from at this path.")
    open_sqlite(path, sealer, unfinished=True).close()
    database = Database(path)
    with database.reading() as session:
        (row,) = session.all("SELECT sealed FROM keys WHERE name = 'index'")
    return SqliteTransfer(database, sealer, sealer.open("keys", "index", "sealed", row["sealed"]))
