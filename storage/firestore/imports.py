"""Imports: what a member has their own mailbox searched for, and how far that is.

Firestore deletes by itself those that expired (`firestore.indexes.json`).
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from storage.contents import unread_of, unread_text
from storage.firestore.acts import act_written
from storage.firestore.database import Database
from storage.firestore.documents import Document, Write, new_token, path, put
from storage.firestore.errors import AgainError
from storage.firestore.ledger import examined_written
from storage.firestore.part import Part
from storage.firestore.patience import Patience, tries
from storage.firestore.queries import Query
from storage.moments import micros, moment
from storage.port import ConflictError
from storage.records import Act, Examined, Import, ImportState
from storage.sealing import Sealer


class Imports(Part):
    """The verbs of imports."""

    def start_import(self, record: Import, *, act: Act) -> Import:
        """The gate is marked in the same commit: two that start at once, or opting out, never pass each other."""
        mark, logged = new_token(), act_written(self._index_key, act)
        at, gate_path = import_path(record.id), path("consents", record.sub)
        fields = {**import_fields(record, self._sealer), "mark": mark}
        for within in tries():
            there = self._database.get([at, gate_path], within=within)
            known, gate = there.get(at), there.get(gate_path)
            if known is not None and known["mark"] == mark:
                return replace(record, version=known.stamp)
            as_read = known.stamp if known else ""
            if gate is None or gate["epoch"] != record.epoch or as_read != record.version:
                raise ConflictError("Email was turned off, or this import was changed: read again.")
            if any(_in_the_way(each, record) for each in self._running(record.sub, within)):
                raise ConflictError("An import for this candidate runs: read again.")
            writes = [
                put(at, fields, record.version),
                Write(path=gate_path, fields={"mark": mark}, stamp=gate.stamp),
                *logged,
            ]
            try:
                return replace(record, version=self._database.commit(writes, within=within))
            except AgainError:
                continue
        raise AssertionError

    def save_import(self, record: Import, *, act: Act | None = None, examined: Examined | None = None) -> Import:
        mark = new_token()
        fields = {**import_fields(record, self._sealer), "mark": mark}
        logged = act_written(self._index_key, act) if act is not None else ()
        writes = [put(import_path(record.id), fields, record.version), *logged, *examined_written(examined)]
        return replace(record, version=self._database.put(writes, mark=mark))

    def import_of(self, id: str) -> Import | None:
        at = import_path(id)
        document = self._database.get([at]).get(at)
        return import_of(document, self._sealer) if document else None

    def imports(self, sub: str, *, candidate: str | None = None, limit: int) -> list[Import]:
        equal = {"sub": sub} if candidate is None else {"sub": sub, "candidate": candidate}
        documents = self._database.query(
            Query(collection="imports", equal=equal, order=("-at", "-id"), limit=limit)
        )
        return [import_of(each, self._sealer) for each in documents]

    def running_imports(self, sub: str, *, limit: int) -> list[Import]:
        return [import_of(each, self._sealer) for each in self._running(sub, Patience(), limit=limit)]

    def expire_imports(self, *, now: datetime) -> None:
        """Firestore does it by itself, by the field `expires_at`."""

    def _running(self, sub: str, within: Patience, *, limit: int | None = None) -> list[Document]:
        running = {"sub": sub, "state": ImportState.RUNNING.value}
        query = Query(collection="imports", equal=running, order=("at", "id"), limit=limit)
        return self._database.query(query, within=within)


def imports_ended(database: Database, sub: str, within: Patience) -> list[Write]:
    """A member's imports are deleted in the commit that shuts their gate."""
    query = Query(collection="imports", equal={"sub": sub}, order=("-at", "-id"), only=("id",))
    return [Write(path=each.path, delete=True) for each in database.query(query, within=within)]


def import_path(id_: str) -> str:
    return path("imports", id_)


def _in_the_way(running: Document, record: Import) -> bool:
    same = (running["candidate"], running["epoch"]) == (record.candidate, record.epoch)
    return same and running["id"] != record.id


def import_of(document: Document, sealer: Sealer) -> Import:
    return Import(
        id=document["id"],
        sub=document["sub"],
        epoch=document["epoch"],
        candidate=document["candidate"],
        addresses=tuple(json.loads(sealer.open("imports", document["id"], "addresses", document["addresses"]))),
        since=moment(document["since"]),
        secret=document["secret"],
        state=ImportState(document["state"]),
        at=moment(document["at"]),
        ended_at=moment(document["ended_at"]),
        expires_at=document["expires_at"],
        found=document["found"],
        taken_in=document["taken_in"],
        left_alone=document["left_alone"],
        failed=document["failed"],
        settled=document.set_of("settled"),
        opening=document["opening"],
        starts=document["starts"],
        unread=unread_of(sealer.open("imports", document["id"], "unread", document["unread"])),
        retrying=document["retrying"],
        version=document.stamp,
    )


def import_fields(record: Import, sealer: Sealer) -> dict[str, Any]:
    """`expires_at` in the form by which Firestore deletes."""
    return {
        "id": record.id,
        "sub": record.sub,
        "epoch": record.epoch,
        "candidate": record.candidate,
        "addresses": sealer.seal("imports", record.id, "addresses", json.dumps(record.addresses)),
        "since": micros(record.since),
        "secret": record.secret,
        "state": record.state.value,
        "at": micros(record.at),
        "ended_at": micros(record.ended_at),
        "expires_at": record.expires_at,
        "found": record.found,
        "taken_in": record.taken_in,
        "left_alone": record.left_alone,
        "failed": record.failed,
        "settled": record.settled,
        "opening": record.opening,
        "starts": record.starts,
        "unread": sealer.seal("imports", record.id, "unread", unread_text(record.unread)),
        "retrying": record.retrying,
    }
