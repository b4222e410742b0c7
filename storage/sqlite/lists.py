"""Conversations as they are listed: a candidate's for a caller's tokens, and a member's own."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from storage.audience import person
from storage.pages import page, place_of
from storage.records import Conversation, Found, Holdings, Page
from storage.sqlite.database import Session
from storage.sqlite.gates import conversation_of, gates
from storage.sqlite.part import Part

_BEGINNING = (2**63 - 1, "")
_ABOUT_OTHERS = """AND NOT EXISTS
    (SELECT 1 FROM listed o WHERE o.conversation = l.conversation AND o.candidate IN ({}))"""
_NOT_ABOUT = """AND NOT EXISTS
    (SELECT 1 FROM summaries s, json_each(s.candidates) o
     WHERE s.conversation = {conversation} AND o.value IN ({some}))"""
"""In whatever state: what is removed is listed under no candidate."""
_MESSAGES_HELD = """SELECT count(*) FROM copies c JOIN messages m ON m.key = c.message
    WHERE c.sub = ? AND m.head IS NOT NULL AND NOT EXISTS
    (SELECT 1 FROM copies o WHERE o.message = c.message AND o.sub = c.sub AND o.gmail_id < c.gmail_id)"""
"""A mail that lies twice in one mailbox is one; a blank is none."""


class Lists(Part):
    """The verbs that list conversations."""

    def secrets_of(self, sub: str, *, limit: int, cursor: str | None = None) -> Page[Conversation]:
        with self._database.reading() as session:
            rows = session.all(
                """SELECT c.* FROM secrets s JOIN conversations c ON c.id = s.conversation
                   WHERE s.token = ? AND s.conversation > ? ORDER BY s.conversation LIMIT ?""",
                (person(sub), *place_of(cursor, start=("",)), limit + 1),
            )
        return page([conversation_of(row) for row in rows], limit=limit, place=lambda each: (each.id,))

    def holdings(self, sub: str, *, but_about: Collection[str] = ()) -> Holdings:
        others = sorted(set(but_about))
        with self._database.reading() as session:
            ((conversations, alone),) = session.all(
                f"""SELECT count(*), coalesce(sum(alone), 0) FROM held h
                   WHERE sub = ? {_not_about("h.conversation", others)}""",
                (sub, *others),
            )
            ((messages,),) = session.all(_MESSAGES_HELD + _not_about("m.conversation", others), (sub, *others))
        return Holdings(conversations=conversations, messages=messages, alone=alone)

    def held_by(self, sub: str, *, limit: int, cursor: str | None = None) -> Page[Found]:
        with self._database.reading() as session:
            rows = session.all(
                "SELECT conversation FROM held WHERE sub = ? AND conversation > ? ORDER BY conversation LIMIT ?",
                (sub, *place_of(cursor, start=("",)), limit + 1),
            )
            found = [each.found for each in gates(session, self._sealer, [row["conversation"] for row in rows])]
        found.sort(key=lambda each: each.conversation.id)
        return page(found, limit=limit, place=lambda each: (each.conversation.id,))

    def newest_held(
        self, sub: str, *, but_about: Collection[str] = (), limit: int, cursor: str | None = None
    ) -> Page[Found]:
        others = sorted(set(but_about))
        with self._database.reading() as session:
            rows = session.all(
                f"""SELECT first_at, conversation FROM held h
                   WHERE sub = ? AND (first_at, conversation) < (?, ?) {_not_about("h.conversation", others)}
                   ORDER BY first_at DESC, conversation DESC LIMIT ?""",
                (sub, *place_of(cursor, start=_BEGINNING), *others, limit + 1),
            )
            listed = page(rows, limit=limit, place=lambda each: (each["first_at"], each["conversation"]))
            return self._in_order(session, listed)

    def taken_out(
        self, sub: str, *, but_about: Collection[str] = (), limit: int, cursor: str | None = None
    ) -> Page[Found]:
        others = sorted(set(but_about))
        with self._database.reading() as session:
            rows = session.all(
                f"""SELECT conversation FROM taken_out t
                   WHERE sub = ? AND conversation > ? {_not_about("t.conversation", others)}
                   ORDER BY conversation LIMIT ?""",
                (sub, *place_of(cursor, start=("",)), *others, limit + 1),
            )
            listed = page(rows, limit=limit, place=lambda each: (each["conversation"],))
            return self._in_order(session, listed)

    def _in_order(self, session: Session, listed: Page[sqlite3.Row]) -> Page[Found]:
        """The conversations a page of rows names."""
        named = [row["conversation"] for row in listed.items]
        found = {each.found.conversation.id: each.found for each in gates(session, self._sealer, named)}
        return Page(items=tuple(found[id_] for id_ in named), next=listed.next)

    def conversations_of(
        self,
        candidate: str,
        *,
        tokens: Collection[str],
        but_about: Collection[str] = (),
        limit: int,
        cursor: str | None = None,
    ) -> Page[Found]:
        before, others = place_of(cursor, start=_BEGINNING), sorted(set(but_about))
        left_out = _ABOUT_OTHERS.format(", ".join("?" * len(others))) if others else ""
        with self._database.reading() as session:
            places = {
                (row["last_at"], row["conversation"])
                for token in set(tokens)
                for row in session.all(
                    f"""SELECT last_at, conversation FROM listed l
                       WHERE candidate = ? AND token = ? AND (last_at, conversation) < (?, ?) {left_out}
                       ORDER BY last_at DESC, conversation DESC LIMIT ?""",
                    (candidate, token, *before, *others, limit + 1),
                )
            }
            listed = page(sorted(places, reverse=True), limit=limit, place=lambda place: place)
            found = {
                each.found.conversation.id: each.found
                for each in gates(session, self._sealer, [id_ for _, id_ in listed.items])
            }
        return Page(items=tuple(found[id_] for _, id_ in listed.items), next=listed.next)


def _not_about(conversation: str, candidates: Collection[str]) -> str:
    if not candidates:
        return ""
    return _NOT_ABOUT.format(conversation=conversation, some=", ".join("?" * len(candidates)))
