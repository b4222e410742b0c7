"""The gate of a mailbox: opened by its owner's consent, shut at once; and tokens that are to be revoked.

A member's revocation lies under the member's own name: there is never more than one, for opting in takes it away
without having to look whether it is there. So none that comes up meanwhile can be missed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from storage.firestore.acts import act_written
from storage.firestore.documents import Document, Write, path, put
from storage.firestore.errors import AgainError
from storage.firestore.imports import imports_ended
from storage.firestore.mailboxes import mailbox_fields
from storage.firestore.part import Part
from storage.firestore.patience import Patience, tries
from storage.firestore.queries import Query
from storage.firestore.requests import request_path
from storage.moments import micros, moment
from storage.port import ConflictError
from storage.records import Act, Consent, Lane, Mailbox, Revocation
from storage.sealing import Sealer, storable


class Consents(Part):
    """The verbs of opting in, opting out, and revoking.

    Where the answer to a commit is lost, its audit row tells whether it was applied: nobody else writes that.
    """

    def consent(self, sub: str) -> Consent | None:
        at = path("consents", sub)
        document = self._database.get([at]).get(at)
        return consent_of(document, self._sealer) if document else None

    def opt_in(self, consent: Consent, mailbox: Mailbox, *, due_at: datetime, act: Act) -> None:
        sub, logged = consent.sub, act_written(self._index_key, act)
        audit = logged[0].path
        gate_path, box_path, bell_path = (path(kind, sub) for kind in ("consents", "mailboxes", "bells"))
        gate_written = consent_fields(consent, self._sealer)
        for within in tries():
            there = self._database.get([gate_path, box_path, bell_path, audit], within=within)
            if audit in there:
                return
            gate, box, bell = there.get(gate_path), there.get(box_path), there.get(bell_path)
            fence = mailbox.fence if box is None else max(box["fence"], mailbox.fence) + 1
            ring = {
                "sub": sub,
                "due_at": min(micros(due_at), bell["due_at"]) if bell else micros(due_at),
                "rung": bell["rung"] + 1 if bell else 1,
                "lane": min(bell["lane"], Lane.LIVE.value) if bell else Lane.LIVE.value,
                "notified": bell["notified"] if bell else 0,
                "ran_at": bell["ran_at"] if bell else None,
            }
            writes = [
                put(gate_path, gate_written, gate.stamp if gate else ""),
                put(box_path, mailbox_fields(replace(mailbox, fence=fence)), box.stamp if box else ""),
                put(bell_path, ring, bell.stamp if bell else ""),
                Write(path=request_path(sub), delete=True),
                Write(path=revocation_path(sub), delete=True),
                *logged,
            ]
            try:
                self._database.commit(writes, within=within)
            except AgainError:
                continue
            return

    def opt_out(self, sub: str, *, revocation: Revocation | None, act: Act) -> bool:
        token = storable(revocation.refresh_token) if revocation else ""
        gate_path, logged = path("consents", sub), act_written(self._index_key, act)
        audit = logged[0].path
        for within in tries():
            there = self._database.get([gate_path, audit], within=within)
            if audit in there:
                return True
            gate = there.get(gate_path)
            if gate is None:
                return False
            if consent_of(gate, self._sealer).refresh_token != token:
                raise ConflictError("Email was turned on anew meanwhile: read the consent again.")
            writes = [
                Write(path=gate_path, delete=True, stamp=gate.stamp),
                Write(path=path("mailboxes", sub), delete=True),
                Write(path=path("bells", sub), delete=True),
                *imports_ended(self._database, sub, within),
                *logged,
            ]
            if revocation is not None and token:
                writes.append(put(revocation_path(sub), revocation_fields(revocation, self._sealer)))
            try:
                self._database.commit(writes, within=within)
            except AgainError:
                continue
            return True
        raise AssertionError

    # --- revocations --------------------------------------------------------------------------------------

    def revocations(self, *, now: datetime, limit: int) -> list[Revocation]:
        documents = self._database.query(
            Query(
                collection="revocations",
                at_most={"not_before": micros(now)},
                order=("not_before", "id"),
                limit=limit,
            )
        )
        return [revocation_of(each, self._sealer) for each in documents]

    def revocation_failed(self, revocation: Revocation) -> None:
        later = {"attempts": revocation.attempts, "not_before": micros(revocation.not_before)}
        for within in tries():
            waiting = self._waiting(revocation.id, within)
            if waiting is None:
                return
            try:
                self._database.commit([Write(path=waiting.path, fields=later, stamp=waiting.stamp)], within=within)
            except AgainError:
                continue
            return

    def revoked(self, id: str) -> None:
        for within in tries():
            waiting = self._waiting(id, within)
            if waiting is None:
                return
            try:
                self._database.commit([Write(path=waiting.path, delete=True, stamp=waiting.stamp)], within=within)
            except AgainError:
                continue
            return

    def _waiting(self, id_: str, within: Patience) -> Document | None:
        """The revocation of this id, without its token."""
        query = Query(collection="revocations", equal={"id": id_}, only=("id",), limit=1)
        return next(iter(self._database.query(query, within=within)), None)


def consent_fields(consent: Consent, sealer: Sealer) -> dict[str, Any]:
    return {
        "sub": consent.sub,
        "epoch": consent.epoch,
        "scopes": consent.scopes,
        "since": micros(consent.since),
        "refresh_token": sealer.seal("consents", consent.sub, "refresh_token", consent.refresh_token),
    }


def consent_of(document: Document, sealer: Sealer) -> Consent:
    return Consent(
        sub=document["sub"],
        epoch=document["epoch"],
        scopes=document.set_of("scopes"),
        since=moment(document["since"]),
        refresh_token=sealer.open("consents", document["sub"], "refresh_token", document["refresh_token"]),
        version=document.stamp,
    )


def revocation_path(sub: str) -> str:
    return path("revocations", sub)


def revocation_fields(revocation: Revocation, sealer: Sealer) -> dict[str, Any]:
    sealed = sealer.seal("revocations", revocation.id, "refresh_token", revocation.refresh_token)
    return {
        "id": revocation.id,
        "sub": revocation.sub,
        "refresh_token": sealed,
        "since": micros(revocation.since),
        "not_before": micros(revocation.not_before),
        "attempts": revocation.attempts,
    }


def revocation_of(document: Document, sealer: Sealer) -> Revocation:
    return Revocation(
        id=document["id"],
        sub=document["sub"],
        refresh_token=sealer.open("revocations", document["id"], "refresh_token", document["refresh_token"]),
        since=moment(document["since"]),
        not_before=moment(document["not_before"]),
        attempts=document["attempts"],
    )
