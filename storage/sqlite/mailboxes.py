"""Consents, mailboxes and their bells: whose mail may be read, how far it is read, and when next."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from storage.moments import micros, micros_in, moment
from storage.pages import page, place_of
from storage.records import Attention, Bell, Consent, Lease, Mailbox, Page
from storage.sealing import Sealer
from storage.sqlite.database import Session
from storage.sqlite.part import Part
from storage.sqlite.rows import Table, first_version, set_of, written_set

MAILBOXES = Table(
    name="mailboxes",
    key=("sub",),
    columns=(
        "address",
        "since",
        "epoch",
        "cursor",
        "fence",
        "lease_owner",
        "lease_until",
        "label",
        "secret_label",
        "seen_labels",
        "labels_at",
        "label_renewed_at",
        "attention",
        "cooldown_until",
        "last_ok_at",
    ),
)
_COLUMNS = (*MAILBOXES.key, *MAILBOXES.columns, "version")
_OPT_IN = f"""INSERT INTO mailboxes ({", ".join(_COLUMNS)})
    VALUES ({", ".join(f":{column}" for column in _COLUMNS)})
    ON CONFLICT DO UPDATE SET
    {", ".join(f"{column} = excluded.{column}" for column in MAILBOXES.columns if column != "fence")},
    fence = max(fence, excluded.fence) + 1, version = version + 1"""


class Mailboxes(Part):
    """The verbs of consents, mailboxes and bells."""

    def consent(self, sub: str) -> Consent | None:
        with self._database.reading() as session:
            row = session.one("SELECT * FROM consents WHERE sub = ?", (sub,))
        return consent_of(row, self._sealer) if row else None

    def mailbox(self, sub: str) -> Mailbox | None:
        with self._database.reading() as session:
            row = session.one("SELECT * FROM mailboxes WHERE sub = ?", (sub,))
        return mailbox_of(row) if row else None

    def opt_in(self, consent: Consent, mailbox: Mailbox, *, due_at: datetime) -> None:
        with self._database.writing() as session:
            write_consent(session, self._sealer, consent)
            session.run(_OPT_IN, {**mailbox_row(mailbox), "version": first_version()})
            session.run(
                """INSERT INTO bells (sub, due_at, rung) VALUES (?, ?, 1)
                   ON CONFLICT DO UPDATE SET due_at = min(due_at, excluded.due_at), rung = rung + 1""",
                (mailbox.sub, micros(due_at)),
            )

    def claim(self, sub: str, *, owner: str, now: datetime, until: datetime) -> Mailbox | None:
        with self._database.writing() as session:
            row = session.one(
                """UPDATE mailboxes SET lease_owner = :owner, lease_until = :until, fence = fence + 1,
                   version = version + 1
                   WHERE sub = :sub AND (lease_owner IS NULL OR lease_owner = :owner OR lease_until <= :now)
                   AND EXISTS (SELECT 1 FROM consents WHERE consents.sub = :sub)
                   RETURNING *""",
                {"sub": sub, "owner": owner, "now": micros(now), "until": micros(until)},
            )
        return mailbox_of(row) if row else None

    def save_mailbox(self, mailbox: Mailbox) -> Mailbox:
        with self._database.writing() as session:
            return replace(mailbox, version=MAILBOXES.put(session, mailbox_row(mailbox), mailbox.version))

    def release(self, mailbox: Mailbox) -> None:
        self.save_mailbox(replace(mailbox, lease=None))

    # --- bells --------------------------------------------------------------------------------------------

    def ring(self, sub: str, *, now: datetime, soon: timedelta, gap: timedelta) -> None:
        with self._database.writing() as session:
            session.run(
                """UPDATE bells SET rung = rung + 1,
                   due_at = min(due_at, max(:soon, coalesce(ran_at + :gap, :soon))) WHERE sub = :sub""",
                {"sub": sub, "soon": micros(now + soon), "gap": micros_in(gap)},
            )

    def bell(self, sub: str) -> Bell | None:
        with self._database.reading() as session:
            row = session.one("SELECT * FROM bells WHERE sub = ?", (sub,))
        return bell_of(row) if row else None

    def bells(self, *, limit: int, cursor: str | None = None) -> Page[Bell]:
        with self._database.reading() as session:
            rows = session.all(
                "SELECT * FROM bells WHERE sub > ? ORDER BY sub LIMIT ?",
                (*place_of(cursor, start=("",)), limit + 1),
            )
        return page([bell_of(row) for row in rows], limit=limit, place=lambda each: (each.sub,))

    def due(self, now: datetime, *, limit: int) -> list[Bell]:
        with self._database.reading() as session:
            rows = session.all(
                "SELECT * FROM bells WHERE due_at <= ? ORDER BY due_at, sub LIMIT ?", (micros(now), limit)
            )
        return [bell_of(row) for row in rows]

    def settle(self, bell: Bell, *, ran_at: datetime, due_at: datetime, gap: timedelta) -> None:
        with self._database.writing() as session:
            session.run(
                """UPDATE bells SET ran_at = :ran_at,
                   due_at = CASE rung WHEN :rung THEN :due_at ELSE min(:due_at, :again) END WHERE sub = :sub""",
                {
                    "sub": bell.sub,
                    "rung": bell.rung,
                    "ran_at": micros(ran_at),
                    "due_at": micros(due_at),
                    "again": micros(ran_at + gap),
                },
            )


def consent_of(row: sqlite3.Row, sealer: Sealer) -> Consent:
    return Consent(
        sub=row["sub"],
        epoch=row["epoch"],
        scopes=set_of(row["scopes"]),
        since=moment(row["since"]),
        refresh_token=sealer.open("consents", row["sub"], "refresh_token", row["refresh_token"]),
        version=str(row["version"]),
    )


def write_consent(session: Session, sealer: Sealer, consent: Consent) -> None:
    """In place of an earlier one."""
    session.run(
        """INSERT INTO consents (sub, epoch, scopes, since, refresh_token, version)
           VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT DO UPDATE SET epoch = excluded.epoch, scopes = excluded.scopes,
           since = excluded.since, refresh_token = excluded.refresh_token, version = version + 1""",
        (
            consent.sub,
            consent.epoch,
            written_set(consent.scopes),
            micros(consent.since),
            sealer.seal("consents", consent.sub, "refresh_token", consent.refresh_token),
            first_version(),
        ),
    )


def mailbox_of(row: sqlite3.Row) -> Mailbox:
    return Mailbox(
        sub=row["sub"],
        address=row["address"],
        since=moment(row["since"]),
        epoch=row["epoch"],
        cursor=row["cursor"],
        fence=row["fence"],
        lease=None
        if row["lease_owner"] is None
        else Lease(owner=row["lease_owner"], until=moment(row["lease_until"])),
        label=row["label"],
        secret_label=row["secret_label"],
        seen_labels=set_of(row["seen_labels"]),
        labels_at=moment(row["labels_at"]),
        label_renewed_at=moment(row["label_renewed_at"]),
        attention=Attention(row["attention"]) if row["attention"] else None,
        cooldown_until=moment(row["cooldown_until"]),
        last_ok_at=moment(row["last_ok_at"]),
        version=str(row["version"]),
    )


def mailbox_row(mailbox: Mailbox) -> dict[str, Any]:
    return {
        "sub": mailbox.sub,
        "address": mailbox.address,
        "since": micros(mailbox.since),
        "epoch": mailbox.epoch,
        "cursor": mailbox.cursor,
        "fence": mailbox.fence,
        "lease_owner": mailbox.lease.owner if mailbox.lease else None,
        "lease_until": micros(mailbox.lease.until) if mailbox.lease else None,
        "label": mailbox.label,
        "secret_label": mailbox.secret_label,
        "seen_labels": written_set(mailbox.seen_labels),
        "labels_at": micros(mailbox.labels_at),
        "label_renewed_at": micros(mailbox.label_renewed_at),
        "attention": mailbox.attention.value if mailbox.attention else None,
        "cooldown_until": micros(mailbox.cooldown_until),
        "last_ok_at": micros(mailbox.last_ok_at),
    }


def bell_of(row: sqlite3.Row) -> Bell:
    return Bell(sub=row["sub"], due_at=moment(row["due_at"]), rung=row["rung"], ran_at=moment(row["ran_at"]))
