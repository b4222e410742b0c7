"""Imports: what a member has their own mailbox searched for, and how far that is."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import datetime
from typing import Any

from storage.contents import unread_of, unread_text
from storage.moments import micros, moment
from storage.port import ConflictError
from storage.records import Act, Examined, Import, ImportState
from storage.sealing import Sealer
from storage.sqlite.acts import write_act
from storage.sqlite.database import Session
from storage.sqlite.ledger import write_examined
from storage.sqlite.part import Part
from storage.sqlite.rows import Table, set_of, written, written_set

EXPIRED_AT_ONCE = 100

IMPORTS = Table(
    name="imports",
    key=("id",),
    columns=(
        "sub",
        "epoch",
        "candidate",
        "addresses",
        "since",
        "secret",
        "state",
        "at",
        "ended_at",
        "expires_at",
        "found",
        "taken_in",
        "left_alone",
        "failed",
        "settled",
        "opening",
        "starts",
        "unread",
        "retrying",
    ),
)


class Imports(Part):
    """The verbs of imports."""

    def start_import(self, record: Import, *, act: Act) -> Import:
        with self._database.writing() as session:
            if not _may_run(session, record):
                raise ConflictError("Email was turned off, or an import for this candidate runs: read again.")
            version = IMPORTS.put(session, import_row(record, self._sealer), record.version)
            write_act(session, self._index_key, act)
        return replace(record, version=version)

    def save_import(self, record: Import, *, act: Act | None = None, examined: Examined | None = None) -> Import:
        with self._database.writing() as session:
            version = IMPORTS.put(session, import_row(record, self._sealer), record.version)
            if act is not None:
                write_act(session, self._index_key, act)
            write_examined(session, examined)
        if record.state is not ImportState.RUNNING:
            self._database.forget_the_log()
        return replace(record, version=version)

    def import_of(self, id: str) -> Import | None:
        with self._database.reading() as session:
            row = session.one("SELECT * FROM imports WHERE id = ?", (id,))
        return import_of(row, self._sealer) if row else None

    def imports(self, sub: str, *, candidate: str | None = None, limit: int) -> list[Import]:
        where, values = ("", (sub,)) if candidate is None else ("AND candidate = ?", (sub, candidate))
        with self._database.reading() as session:
            rows = session.all(
                f"SELECT * FROM imports WHERE sub = ? {where} ORDER BY at DESC, id DESC LIMIT ?", (*values, limit)
            )
        return [import_of(row, self._sealer) for row in rows]

    def running_imports(self, sub: str, *, limit: int) -> list[Import]:
        with self._database.reading() as session:
            rows = session.all(
                "SELECT * FROM imports WHERE sub = ? AND state = 'running' ORDER BY at, id LIMIT ?", (sub, limit)
            )
        return [import_of(row, self._sealer) for row in rows]

    def expire_imports(self, *, now: datetime) -> None:
        with self._database.writing() as session:
            gone = session.run(
                """DELETE FROM imports WHERE id IN
                   (SELECT id FROM imports WHERE expires_at <= ? ORDER BY expires_at, id LIMIT ?)""",
                (micros(now), EXPIRED_AT_ONCE),
            )
        if gone:
            self._database.forget_the_log()


def _may_run(session: Session, record: Import) -> bool:
    gate = session.one("SELECT 1 FROM consents WHERE sub = ? AND epoch = ?", (record.sub, record.epoch))
    running = session.one(
        """SELECT 1 FROM imports WHERE sub = ? AND candidate = ? AND id <> ? AND state = 'running' AND epoch = ?
           LIMIT 1""",
        (record.sub, record.candidate, record.id, record.epoch),
    )
    return gate is not None and running is None


def import_of(row: sqlite3.Row, sealer: Sealer) -> Import:
    return Import(
        id=row["id"],
        sub=row["sub"],
        epoch=row["epoch"],
        candidate=row["candidate"],
        addresses=tuple(json.loads(sealer.open("imports", row["id"], "addresses", row["addresses"]))),
        since=moment(row["since"]),
        secret=bool(row["secret"]),
        state=ImportState(row["state"]),
        at=moment(row["at"]),
        ended_at=moment(row["ended_at"]),
        expires_at=moment(row["expires_at"]),
        found=row["found"],
        taken_in=row["taken_in"],
        left_alone=row["left_alone"],
        failed=row["failed"],
        settled=set_of(row["settled"]),
        opening=row["opening"],
        starts=row["starts"],
        unread=unread_of(sealer.open("imports", row["id"], "unread", row["unread"])),
        retrying=bool(row["retrying"]),
        version=str(row["version"]),
    )


def import_row(record: Import, sealer: Sealer) -> dict[str, Any]:
    return {
        "id": record.id,
        "sub": record.sub,
        "epoch": record.epoch,
        "candidate": record.candidate,
        "addresses": sealer.seal("imports", record.id, "addresses", written(record.addresses)),
        "since": micros(record.since),
        "secret": record.secret,
        "state": record.state.value,
        "at": micros(record.at),
        "ended_at": micros(record.ended_at),
        "expires_at": micros(record.expires_at),
        "found": record.found,
        "taken_in": record.taken_in,
        "left_alone": record.left_alone,
        "failed": record.failed,
        "settled": written_set(record.settled),
        "opening": record.opening,
        "starts": record.starts,
        "unread": sealer.seal("imports", record.id, "unread", unread_text(record.unread)),
        "retrying": record.retrying,
    }
