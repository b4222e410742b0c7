"""A conversation and its summary as rows: read under any id they had, written, and listed for whom it may be.

The rows of `listed`, `held`, `secrets` and `taken_out` say nothing of their own: they are written anew whenever
what they follow from changes, in the same transaction, so that all readers change at once. A merged id points
straight at the conversation that stayed, never at another merged one, so that one step always finds it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from storage.audience import link_audience
from storage.contents import outside_of, outside_text, withdrawn_of, withdrawn_text
from storage.fields import removal_fields, removal_of
from storage.moments import micros, moment
from storage.records import Conversation, ConversationState, Found, Summary
from storage.sealing import Sealer
from storage.sqlite.database import Session
from storage.sqlite.rows import Table, set_of, written_set

CONVERSATIONS = Table(
    name="conversations",
    key=("id",),
    columns=(
        "state",
        "into_id",
        "secret",
        "secret_by",
        "secret_at",
        "audience",
        "removed_by",
        "removed_role",
        "removed_at",
        "purge_at",
        "barriers",
        "withdrawn",
        "hold",
        "linked",
        "purge_due",
    ),
)

BESIDE = ("summaries", "listed", "held", "secrets", "taken_out")
"""Tables of what is kept beside a conversation and goes with it."""

NOW_NAMED = "(SELECT coalesce(into_id, id) FROM conversations WHERE id = ?)"
"""The id a conversation goes by now."""

_FOUND = """SELECT c.*, s.subject, s.outside, s.count, s.last_at, s.holders, s.participants, s.named, s.candidates,
       s.first_at, s.first_key
    FROM conversations named
    JOIN conversations c ON c.id = coalesce(named.into_id, named.id)
    JOIN summaries s ON s.conversation = c.id """


@dataclass(frozen=True, kw_only=True)
class Gate:
    """A conversation as stored. `first` is the place of its earliest mail, whose subject is its own."""

    found: Found
    first: tuple[int, str] | None = None


def gate(session: Session, sealer: Sealer, id: str) -> Gate | None:
    """The conversation that goes or went by `id`."""
    row = session.one(_FOUND + "WHERE named.id = ?", (id,))
    return gate_of(row, sealer) if row else None


def gates(session: Session, sealer: Sealer, ids: Collection[str]) -> list[Gate]:
    """The conversations that go or went by `ids`, each once, in no order."""
    rows = session.among(_FOUND + "WHERE named.id IN {among}", ids)
    return [gate_of(row, sealer) for row in {row["id"]: row for row in rows}.values()]


def write_conversation(session: Session, conversation: Conversation) -> str:
    """Create or compare-and-set, among the secrets of its audience and what was taken out; the new version."""
    row: dict[str, Any] = {
        "id": conversation.id,
        "state": conversation.state.value,
        "into_id": conversation.into,
        "secret": conversation.secret,
        "secret_by": conversation.secret_by,
        "secret_at": micros(conversation.secret_at),
        "audience": written_set(conversation.audience),
        **removal_fields(conversation.removal),
        "withdrawn": withdrawn_text(conversation.withdrawn),
        "hold": conversation.hold,
        "linked": written_set(conversation.linked),
        "purge_due": micros(conversation.purge_due),
    }
    version = CONVERSATIONS.put(session, row, conversation.version)
    session.run("DELETE FROM secrets WHERE conversation = ?", (conversation.id,))
    if conversation.secret and conversation.state is not ConversationState.MERGED:
        session.many(
            "INSERT INTO secrets (token, conversation) VALUES (?, ?)",
            [(token, conversation.id) for token in conversation.audience],
        )
    session.run("DELETE FROM taken_out WHERE conversation = ?", (conversation.id,))
    session.many(
        "INSERT INTO taken_out (sub, conversation) VALUES (?, ?)",
        [(sub, conversation.id) for sub in conversation.taken_out_by],
    )
    return version


def write_summary(session: Session, sealer: Sealer, summary: Summary, first: tuple[int, str] | None) -> None:
    """The summary, and what each holder holds by it."""
    session.run(
        """REPLACE INTO summaries (conversation, subject, outside, count, last_at, holders, participants,
           named, candidates, first_at, first_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            summary.conversation,
            sealer.seal("summaries", summary.conversation, "subject", summary.subject),
            sealer.seal("summaries", summary.conversation, "outside", outside_text(summary.outside)),
            summary.count,
            micros(summary.last_at),
            written_set(summary.holders),
            written_set(summary.participants),
            written_set(summary.named),
            written_set(summary.candidates),
            *(first or (None, None)),
        ),
    )
    session.run("DELETE FROM held WHERE conversation = ?", (summary.conversation,))
    session.many(
        "INSERT INTO held (sub, conversation, alone, first_at) VALUES (?, ?, ?, ?)",
        [
            (sub, summary.conversation, len(summary.holders) == 1, first[0] if first else 0)
            for sub in summary.holders
        ],
    )


def write_listing(session: Session, found: Found) -> None:
    """List it under each of its candidates for each token that sees it; a removed one under none."""
    session.run("DELETE FROM listed WHERE conversation = ?", (found.conversation.id,))
    if found.conversation.state is not ConversationState.LIVE:
        return
    audience = link_audience(*found)
    session.many(
        "INSERT INTO listed (candidate, token, last_at, conversation) VALUES (?, ?, ?, ?)",
        [
            (candidate, token, micros(found.summary.last_at), found.conversation.id)
            for candidate in found.summary.candidates
            for token in audience
        ],
    )


def conversation_of(row: sqlite3.Row) -> Conversation:
    return Conversation(
        id=row["id"],
        state=ConversationState(row["state"]),
        into=row["into_id"],
        secret=bool(row["secret"]),
        secret_by=row["secret_by"],
        secret_at=moment(row["secret_at"]),
        audience=set_of(row["audience"]),
        removal=removal_of(row),
        withdrawn=withdrawn_of(row["withdrawn"]),
        hold=bool(row["hold"]),
        linked=set_of(row["linked"]),
        version=str(row["version"]),
    )


def gate_of(row: sqlite3.Row, sealer: Sealer) -> Gate:
    summary = Summary(
        conversation=row["id"],
        subject=sealer.open("summaries", row["id"], "subject", row["subject"]),
        count=row["count"],
        last_at=moment(row["last_at"]),
        holders=set_of(row["holders"]),
        participants=set_of(row["participants"]),
        named=set_of(row["named"]),
        candidates=set_of(row["candidates"]),
        first_at=moment(row["first_at"]),
        outside=outside_of(sealer.open("summaries", row["id"], "outside", row["outside"])),
    )
    first = None if row["first_at"] is None else (row["first_at"], row["first_key"])
    return Gate(found=Found(conversation_of(row), summary), first=first)
