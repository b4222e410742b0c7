"""Stored mail: one row per mail with head and text sealed, further text in pieces, and who holds a copy."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from dataclasses import replace

from storage.contents import head_of, head_text, outside_of, outside_text
from storage.counting import Stored, counted, is_seen, seen_in
from storage.moments import micros, moment
from storage.pages import page, place_of
from storage.records import TEXT_PIECE, Copy, Found, Message, Page, Summary
from storage.sealing import Sealer, storable
from storage.sqlite.database import Session
from storage.sqlite.gates import gate, write_summary
from storage.sqlite.part import Part
from storage.sqlite.rows import set_of, written, written_set

_BEGINNING = (2**63 - 1, "")


class Messages(Part):
    """The verbs that read stored mail; it is written by `store` and emptied by `purge` alone."""

    def copy(self, key: str) -> Copy | None:
        with self._database.reading() as session:
            row = session.one("SELECT * FROM messages WHERE key = ?", (key,))
            lies_in = gate(session, self._sealer, row["conversation"] if row else "")
        if row is None or lies_in is None:
            return None
        return Copy(seen_in(message_of(row, self._sealer), lies_in.found.conversation), *lies_in.found)

    def messages(self, conversation: str, *, limit: int, cursor: str | None = None) -> Page[Message]:
        with self._database.reading() as session:
            lies_in = gate(session, self._sealer, conversation)
            if lies_in is None:
                return Page(items=())
            now = lies_in.found.conversation
            seen: list[Message] = []
            place = place_of(cursor, start=_BEGINNING)
            more = True
            while more and len(seen) <= limit:
                rows = session.all(
                    """SELECT * FROM messages WHERE conversation = ? AND head IS NOT NULL
                       AND (sent_at, key) < (?, ?) ORDER BY sent_at DESC, key DESC LIMIT ?""",
                    (now.id, *place, limit + 1),
                )
                found = [message_of(row, self._sealer) for row in rows if is_seen(set_of(row["gmail_ids"]), now)]
                seen += [seen_in(each, now) for each in found]
                more = len(rows) > limit
                place = (rows[-1]["sent_at"], rows[-1]["key"]) if rows else place
        return page(seen[: limit + 1], limit=limit, place=lambda each: (micros(each.sent_at), each.key))

    def copies_of(self, reference: str, *, limit: int) -> list[Copy]:
        with self._database.reading() as session:
            rows = session.all(
                "SELECT * FROM messages WHERE reference = ? ORDER BY rowid LIMIT ?", (reference, limit)
            )
            found = [(row, gate(session, self._sealer, row["conversation"])) for row in rows]
        copies = [
            Copy(seen_in(message_of(row, self._sealer), lies_in.found.conversation), *lies_in.found)
            for row, lies_in in found
            if lies_in
        ]
        return sorted(copies, key=lambda each: each.message.key)

    def text(self, key: str) -> str:
        with self._database.reading() as session:
            row = session.one("SELECT text FROM messages WHERE key = ? AND text IS NOT NULL", (key,))
            further = session.all("SELECT n, sealed FROM texts WHERE message = ? ORDER BY n", (key,))
        if row is None:
            return ""
        return self._sealer.open("messages", key, "text", row["text"]) + "".join(
            self._sealer.open("texts", key, str(piece["n"]), piece["sealed"]) for piece in further
        )


def message_of(row: sqlite3.Row, sealer: Sealer) -> Message:
    """A message with the first piece of its text; without head where it is a blank."""
    key = row["key"]
    blank = row["head"] is None
    return Message(
        key=key,
        reference=row["reference"],
        conversation=row["conversation"],
        sent_at=moment(row["sent_at"]),
        gmail_ids=json.loads(row["gmail_ids"]),
        head=None if blank else head_of(sealer.open("messages", key, "head", row["head"])),
        text="" if blank else sealer.open("messages", key, "text", row["text"]),
        longer=row["pieces"] > 0,
    )


def write_message(
    session: Session,
    sealer: Sealer,
    message: Message,
    *,
    participants: Collection[str],
    named: Collection[str],
    outside: Collection[str],
) -> None:
    """The mail and its text, in place of a blank where one was; its copies are `write_copy`."""
    key = message.key
    text = storable(message.text)
    pieces = [text[begin : begin + TEXT_PIECE] for begin in range(TEXT_PIECE, len(text), TEXT_PIECE)]
    head, first_piece, people_outside = None, None, None
    if message.head is not None:
        head = sealer.seal("messages", key, "head", head_text(message.head))
        first_piece = sealer.seal("messages", key, "text", text[:TEXT_PIECE])
        people_outside = sealer.seal("messages", key, "outside", outside_text(outside))
    session.run("DELETE FROM copies WHERE message = ?", (key,))
    session.run(
        """REPLACE INTO messages (key, reference, conversation, sent_at, gmail_ids, participants, named, pieces,
           head, text, outside) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            key,
            message.reference,
            message.conversation,
            micros(message.sent_at),
            written(message.gmail_ids),
            written_set(participants),
            written_set(named),
            len(pieces),
            head,
            first_piece,
            people_outside,
        ),
    )
    session.many(
        "REPLACE INTO texts (message, n, sealed) VALUES (?, ?, ?)",
        [(key, n, sealer.seal("texts", key, str(n), piece)) for n, piece in enumerate(pieces, start=1)],
    )


def outside_in(row: sqlite3.Row, sealer: Sealer) -> frozenset[str]:
    """People on a mail who are no members; nobody where it is a blank."""
    if row["outside"] is None:
        return frozenset()
    return outside_of(sealer.open("messages", row["key"], "outside", row["outside"]))


def stored_in(session: Session, sealer: Sealer, conversation: str) -> list[Stored]:
    """All mail with content that lies in a conversation, beside its content."""
    rows = session.all(
        """SELECT key, sent_at, gmail_ids, participants, named, outside FROM messages
           WHERE conversation = ? AND head IS NOT NULL""",
        (conversation,),
    )
    return [
        Stored(
            key=row["key"],
            sent_at=row["sent_at"],
            holders=set_of(row["gmail_ids"]),
            participants=set_of(row["participants"]),
            named=set_of(row["named"]),
            outside=outside_in(row, sealer),
        )
        for row in rows
    ]


def count_anew(session: Session, sealer: Sealer, found: Found) -> Summary:
    """Write the summary of what is seen of a conversation now."""
    conversation, summary = found
    summary, first = counted(summary, conversation, stored_in(session, sealer, conversation.id))
    if first is not None:
        (row,) = session.all("SELECT head FROM messages WHERE key = ?", (first[1],))
        head = head_of(sealer.open("messages", first[1], "head", row["head"]))
        summary = replace(summary, subject=head.subject)
    write_summary(session, sealer, summary, first)
    return summary


def write_copy(session: Session, key: str, *, sub: str, gmail_id: str) -> None:
    """Let the mail be found by its id in this mailbox."""
    session.run(
        "INSERT INTO copies (sub, gmail_id, message) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (sub, gmail_id, key),
    )
