"""Destroying what is out of the store for good: what is to go, and going, a few mails at a time."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime

from storage.counting import leaving
from storage.moments import micros
from storage.records import Conversation, ConversationState
from storage.sqlite.database import Session
from storage.sqlite.gates import conversation_of, gate
from storage.sqlite.part import Part
from storage.sqlite.rows import set_of, written
from storage.union import LONG_AGO


class Purging(Part):
    """The verbs `purgeable` and `purge`."""

    def purgeable(self, *, now: datetime, limit: int) -> list[Conversation]:
        with self._database.reading() as session:
            rows = session.all(
                """SELECT * FROM conversations WHERE purge_due IS NOT NULL AND purge_due <= ?
                   ORDER BY purge_due, id LIMIT ?""",
                (micros(now), limit),
            )
        return [conversation_of(row) for row in rows]

    def purge(self, conversation: str, *, limit: int) -> bool:
        with self._database.writing() as session:
            found = gate(session, self._sealer, conversation)
            going = _going(session, found.found.conversation) if found else {}
            for key, subs in list(going.items())[:limit]:
                _take_away(session, key, subs)
        # As long as somebody reads the log it keeps what was destroyed: whoever purges comes again.
        return not self._database.forget_the_log() or len(going) > limit


def _going(session: Session, conversation: Conversation) -> dict[str, frozenset[str]]:
    """Key of each mail of which copies are being destroyed -> whose; on hold none are."""
    if conversation.hold:
        return {}
    rows = session.all(
        "SELECT key, gmail_ids FROM messages WHERE conversation = ? AND head IS NOT NULL", (conversation.id,)
    )
    going = {row["key"]: leaving(conversation, set_of(row["gmail_ids"])) for row in rows}
    whole = conversation.state is ConversationState.PURGING
    return {key: subs for key, subs in going.items() if subs or whole}


def _take_away(session: Session, key: str, subs: Collection[str]) -> None:
    """Take these holders off a mail; where none is left, all but its key."""
    (row,) = session.all("SELECT gmail_ids FROM messages WHERE key = ?", (key,))
    left = {sub: id for sub, id in json.loads(row["gmail_ids"]).items() if sub not in subs}
    session.run("UPDATE messages SET gmail_ids = ? WHERE key = ?", (written(left), key))
    session.many("DELETE FROM copies WHERE message = ? AND sub = ?", [(key, sub) for sub in subs])
    if left:
        return
    session.run("DELETE FROM copies WHERE message = ?", (key,))
    session.run("DELETE FROM texts WHERE message = ?", (key,))
    session.run(
        """UPDATE messages SET reference = NULL, sent_at = ?, participants = '[]', named = '[]', pieces = 0,
           head = NULL, text = NULL, outside = NULL WHERE key = ?""",
        (micros(LONG_AGO), key),
    )
