"""Stored mail: one row per mail with head and text sealed, further text in pieces, and who holds a copy."""

from __future__ import annotations

import json
import sqlite3

from storage.contents import head_of, head_text
from storage.moments import micros, moment
from storage.pages import page, place_of
from storage.records import TEXT_PIECE, Copy, Message, Page
from storage.sealing import Sealer, storable
from storage.sqlite.database import Session
from storage.sqlite.gates import NOW_NAMED, gate
from storage.sqlite.part import Part
from storage.sqlite.rows import written

_BEGINNING = (2**63 - 1, "")


class Messages(Part):
    """The verbs that read stored mail; it is written by `store` alone."""

    def copy(self, key: str) -> Copy | None:
        with self._database.reading() as session:
            row = session.one("SELECT * FROM messages WHERE key = ?", (key,))
            lies_in = gate(session, self._sealer, row["conversation"] if row else "")
        if row is None or lies_in is None:
            return None
        return Copy(message_of(row, self._sealer), *lies_in.found)

    def messages(self, conversation: str, *, limit: int, cursor: str | None = None) -> Page[Message]:
        with self._database.reading() as session:
            rows = session.all(
                f"""SELECT * FROM messages WHERE conversation = {NOW_NAMED} AND head IS NOT NULL
                    AND (sent_at, key) < (?, ?) ORDER BY sent_at DESC, key DESC LIMIT ?""",
                (conversation, *place_of(cursor, start=_BEGINNING), limit + 1),
            )
        found = [message_of(row, self._sealer) for row in rows]
        return page(found, limit=limit, place=lambda each: (micros(each.sent_at), each.key))

    def copies_of(self, reference: str, *, limit: int) -> list[Copy]:
        with self._database.reading() as session:
            rows = session.all(
                "SELECT * FROM messages WHERE reference = ? ORDER BY rowid LIMIT ?", (reference, limit)
            )
            found = [(row, gate(session, self._sealer, row["conversation"])) for row in rows]
        copies = [Copy(message_of(row, self._sealer), *lies_in.found) for row, lies_in in found if lies_in]
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


def write_message(session: Session, sealer: Sealer, message: Message) -> None:
    """The mail and its text, in place of a blank where one was; its copies are `write_copy`."""
    key = message.key
    text = storable(message.text)
    pieces = [text[begin : begin + TEXT_PIECE] for begin in range(TEXT_PIECE, len(text), TEXT_PIECE)]
    head, first_piece = None, None
    if message.head is not None:
        head = sealer.seal("messages", key, "head", head_text(message.head))
        first_piece = sealer.seal("messages", key, "text", text[:TEXT_PIECE])
    session.run("DELETE FROM copies WHERE message = ?", (key,))
    session.run(
        """REPLACE INTO messages (key, reference, conversation, sent_at, gmail_ids, pieces, head, text)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            key,
            message.reference,
            message.conversation,
            micros(message.sent_at),
            written(message.gmail_ids),
            len(pieces),
            head,
            first_piece,
        ),
    )
    session.many(
        "REPLACE INTO texts (message, n, sealed) VALUES (?, ?, ?)",
        [(key, n, sealer.seal("texts", key, str(n), piece)) for n, piece in enumerate(pieces, start=1)],
    )


def write_copy(session: Session, key: str, *, sub: str, gmail_id: str) -> None:
    """Let the mail be found by its id in this mailbox."""
    session.run(
        "INSERT INTO copies (sub, gmail_id, message) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (sub, gmail_id, key),
    )
