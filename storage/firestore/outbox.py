"""What was begun in Lever: drafts that were made for a member, and what became of them.

What expired is deleted by Firestore itself, by the field `expires_at` (`firestore.indexes.json`), within a day;
until then no verb answers it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from storage.firestore.acts import act_written
from storage.firestore.database import chunks
from storage.firestore.documents import Document, Write, create, new_token, path
from storage.firestore.errors import AgainError
from storage.firestore.part import Part
from storage.firestore.patience import tries
from storage.firestore.queries import AT_ONCE, Query
from storage.moments import micros, moment
from storage.records import Act, Begun

_DISCARD_AT_ONCE = 500


class Outbox(Part):
    """The verbs of the outbox."""

    def begin(self, begun: Begun, *, act: Act) -> None:
        mark = new_token()
        row = create(begun_path(begun.id), {**begun_fields(begun), "mark": mark})
        self._database.put([row, *act_written(self._index_key, act)], mark=mark)

    def drafted(self, id: str, *, draft: str, thread: str) -> None:
        self._note(id, {"draft": draft, "thread": thread})

    def sent(self, id: str, *, reference: str, expires_at: datetime) -> None:
        self._note(id, {"reference": reference, "sent": True, "expires_at": expires_at})

    def _note(self, id_: str, fields: Mapping[str, Any]) -> None:
        at = begun_path(id_)
        for within in tries():
            there = self._database.get([at], within=within).get(at)
            if there is None:
                return
            try:
                self._database.commit([Write(path=at, fields=fields, stamp=there.stamp)], within=within)
            except AgainError:
                continue
            return

    def begun_in(self, sub: str, threads: Collection[str], *, now: datetime) -> dict[str, Begun]:
        found = [
            each
            for some in chunks(sorted(set(threads)), AT_ONCE)
            for each in self._database.query(
                Query(collection="outbox", equal={"sub": sub}, among={"thread": some})
            )
        ]
        return {each.thread: each for each in _lasting(found, now) if each.thread is not None}

    def begun_as(self, references: Collection[str], *, now: datetime) -> list[Begun]:
        found = [
            each
            for some in chunks(sorted(set(references)), AT_ONCE)
            for each in self._database.query(Query(collection="outbox", among={"reference": some}))
        ]
        return sorted(_lasting(found, now), key=lambda each: each.id)

    def unsent(self, sub: str, *, now: datetime, limit: int) -> list[Begun]:
        query = Query(collection="outbox", equal={"sub": sub, "sent": False}, order=("-at", "-id"), limit=limit)
        return _lasting(self._database.query(query), now)

    def begun(self, *, now: datetime, limit: int) -> list[Begun]:
        query = Query(collection="outbox", equal={"sent": True}, order=("-at", "-id"), limit=limit)
        return _lasting(self._database.query(query), now)

    def discard_unsent(self, sub: str) -> None:
        query = Query(
            collection="outbox",
            equal={"sub": sub, "sent": False},
            order=("-at", "-id"),
            limit=_DISCARD_AT_ONCE,
            only=("id",),
        )
        while unsent := self._database.query(query):
            self._database.pour([Write(path=each.path, delete=True) for each in unsent])

    def expire_begun(self, *, now: datetime) -> None:
        """Firestore does it by itself."""


def begun_path(id_: str) -> str:
    return path("outbox", id_)


def begun_fields(begun: Begun) -> dict[str, Any]:
    return {
        "id": begun.id,
        "sub": begun.sub,
        "candidate": begun.candidate,
        "secret": begun.secret,
        "at": micros(begun.at),
        "expires_at": begun.expires_at,
        "draft": begun.draft,
        "thread": begun.thread,
        "reference": begun.reference,
        "sent": begun.reference is not None,
    }


def begun_of(document: Document) -> Begun:
    return Begun(
        id=document["id"],
        sub=document["sub"],
        candidate=document["candidate"],
        secret=document["secret"],
        at=moment(document["at"]),
        expires_at=document["expires_at"],
        draft=document["draft"],
        thread=document["thread"],
        reference=document["reference"],
    )


def _lasting(documents: Iterable[Document], now: datetime) -> list[Begun]:
    return [each for each in map(begun_of, documents) if each.expires_at > now]
