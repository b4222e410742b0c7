"""Destroying what is out of the store for good: what is to go, and going, a few mails at a time.

A mail is taken away by compare-and-set, with its further pieces in the same commit, while the gate is held
still: a hold that stands is never followed by another mail that goes. Nothing of it can arrive meanwhile: the gate
that says it is going shuts out whoever would store it.
"""

from __future__ import annotations

import json
from datetime import datetime

from storage.counting import leaving
from storage.firestore.documents import Document, Write, new_token, path
from storage.firestore.errors import AgainError
from storage.firestore.gates import conversation_of, gate_now, ids_in
from storage.firestore.messages import copies_in, stored_query
from storage.firestore.part import Part
from storage.firestore.patience import Patience, tries
from storage.firestore.queries import Query
from storage.moments import micros
from storage.records import Conversation, ConversationState
from storage.union import LONG_AGO

_BEGINNING = (2**63 - 1, "")
_READ_AT_ONCE = 200
_BLANK = {
    "reference": None,
    "sent_at": micros(LONG_AGO),
    "stored": False,
    "head": None,
    "text": None,
    "outside": None,
    "heads": 0,
    "texts": 0,
    "first_texts": 0,
    "participants": (),
    "named": (),
    "gmail_keys": (),
    "holders": (),
}
"""What a mail is without its content; its key and its conversation stay."""


class Purging(Part):
    """The verbs `purgeable` and `purge`."""

    def purgeable(self, *, now: datetime, limit: int) -> list[Conversation]:
        documents = self._database.query(
            Query(
                collection="conversations",
                at_most={"purge_due": micros(now)},
                order=("purge_due", "id"),
                limit=limit,
            )
        )
        return [conversation_of(each) for each in documents]

    def purge(self, conversation: str, *, limit: int) -> bool:
        within = Patience()
        now = gate_now(self._database, conversation, within)
        if now is None:
            return False
        going = self._going(now, limit + 1, within)
        for at in going[:limit]:
            self._empty(at, now.path)
        return len(going) > limit

    def _going(self, gate: Document, limit: int, within: Patience) -> list[str]:
        """Mails of which copies are being destroyed, at most `limit`; on hold none are."""
        conversation, place = conversation_of(gate), _BEGINNING
        going: list[str] = []
        while len(going) < limit and not conversation.hold:
            query = stored_query(
                ids_in(gate), after=place, limit=_READ_AT_ONCE, only=("key", "sent_at", "gmail_ids", "stored")
            )
            documents = self._database.query(query, within=within)
            going += [each.path for each in documents if _goes(each, gate)]
            if len(documents) < _READ_AT_ONCE:
                break
            place = (documents[-1]["sent_at"], documents[-1]["key"])
        return going[:limit]

    def _empty(self, at: str, gate_at: str) -> None:
        for within in tries():
            mail = self._database.get([at], within=within).get(at)
            with self._database.holding([gate_at], within=within) as held:
                gate = held.documents.get(gate_at)
                if mail is None or gate is None or not _goes(mail, gate):
                    return
                try:
                    held.commit(_taken_away(mail, conversation_of(gate)), within=within)
                except AgainError:
                    continue
            return


def _goes(mail: Document, gate: Document) -> bool:
    conversation = conversation_of(gate)
    if gate["into"] is not None or conversation.hold or not mail["stored"]:
        return False
    whole = conversation.state is ConversationState.PURGING
    return whole or bool(leaving(conversation, json.loads(mail["gmail_ids"])))


def _taken_away(mail: Document, conversation: Conversation) -> list[Write]:
    """Take these holders off a mail; where none is left, all but its key."""
    held: dict[str, str] = json.loads(mail["gmail_ids"])
    subs = leaving(conversation, held)
    left = {sub: id for sub, id in held.items() if sub not in subs}
    fields = {"gmail_ids": json.dumps(left, ensure_ascii=False), "mark": new_token()}
    if left:
        theirs = {key for key, (sub, _) in copies_in(mail).items() if sub in subs}
        return [
            Write(path=mail.path, fields=fields, part={"gmail_keys": theirs, "holders": subs}, stamp=mail.stamp)
        ]
    whole = Write(path=mail.path, fields={**fields, **_BLANK, "body": new_token()}, stamp=mail.stamp)
    pieces = [path("texts", mail["body"], f"h{n}") for n in range(1, mail["heads"] + 1)]
    pieces += [path("texts", mail["body"], str(n)) for n in range(1, mail["texts"] + 1)]
    return [whole, *(Write(path=each, delete=True) for each in pieces)]
