"""Mailboxes and their bells: how far each is read, and when next."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from storage.contents import batches_of, batches_text
from storage.fields import bell_of
from storage.moments import micros, micros_in, moment
from storage.pages import page, place_of
from storage.records import UNREADABLE, Act, Attention, Backfill, Bell, Lane, Lease, Mailbox, Page
from storage.sqlite.acts import write_act
from storage.sqlite.part import Part
from storage.sqlite.rows import Table, set_of, written_set

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
        "label_name",
        "label_twin",
        "backfill",
        "labelled_before",
        "label_renewed_at",
        "batches",
        "attention",
        "cooldown_until",
        "last_ok_at",
        "newest",
        "watch_until",
        "watch_asked_at",
        "new_mail",
        "searched_at",
    ),
)


class Mailboxes(Part):
    """The verbs of mailboxes and bells."""

    def mailbox(self, sub: str) -> Mailbox | None:
        with self._database.reading() as session:
            row = session.one("SELECT * FROM mailboxes WHERE sub = ?", (sub,))
        return mailbox_of(row) if row else None

    def unwell(self, *, limit: int) -> list[Mailbox]:
        with self._database.reading() as session:
            rows = [
                row
                for attention in UNREADABLE
                for row in session.all(
                    "SELECT * FROM mailboxes WHERE attention = ? ORDER BY sub LIMIT ?", (attention.value, limit)
                )
            ]
        return sorted((mailbox_of(row) for row in rows), key=lambda each: each.sub)[:limit]

    def mailboxes(self, *, limit: int, cursor: str | None = None) -> Page[Mailbox]:
        with self._database.reading() as session:
            rows = session.all(
                "SELECT * FROM mailboxes WHERE sub > ? ORDER BY sub LIMIT ?",
                (*place_of(cursor, start=("",)), limit + 1),
            )
        return page([mailbox_of(row) for row in rows], limit=limit, place=lambda each: (each.sub,))

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

    def save_mailbox(self, mailbox: Mailbox, *, act: Act | None = None) -> Mailbox:
        with self._database.writing() as session:
            version = MAILBOXES.put(session, mailbox_row(mailbox), mailbox.version)
            if act is not None:
                write_act(session, self._index_key, act)
        return replace(mailbox, version=version)

    def release(self, mailbox: Mailbox) -> None:
        self.save_mailbox(replace(mailbox, lease=None))

    # --- bells --------------------------------------------------------------------------------------------

    def ring(
        self,
        sub: str,
        *,
        now: datetime,
        soon: timedelta,
        gap: timedelta,
        lane: Lane = Lane.LIVE,
        notified: int = 0,
    ) -> None:
        with self._database.writing() as session:
            session.run(
                """UPDATE bells SET rung = rung + 1,
                   due_at = min(due_at, max(:soon, coalesce(min(ran_at, :now) + :gap, :soon))),
                   lane = min(lane, :lane), notified = max(notified, :notified) WHERE sub = :sub""",
                {
                    "sub": sub,
                    "now": micros(now),
                    "soon": micros(now + soon),
                    "gap": micros_in(gap),
                    "lane": lane.value,
                    "notified": notified,
                },
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

    def settle(
        self, bell: Bell, *, ran_at: datetime, due_at: datetime, gap: timedelta, lane: Lane = Lane.BACKFILL
    ) -> None:
        with self._database.writing() as session:
            session.run(
                """UPDATE bells SET ran_at = :ran_at,
                   due_at = iif(rung = :rung AND due_at = :was_due, :due_at, min(:due_at, :again)),
                   lane = iif(rung = :rung AND due_at = :was_due, :lane, min(lane, :lane)),
                   notified = iif(rung = :rung AND due_at = :was_due, 0, notified) WHERE sub = :sub""",
                {
                    "lane": lane.value,
                    "sub": bell.sub,
                    "rung": bell.rung,
                    "was_due": micros(bell.due_at),
                    "ran_at": micros(ran_at),
                    "due_at": micros(due_at),
                    "again": micros(ran_at + gap),
                },
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
        label_name=row["label_name"],
        label_twin=row["label_twin"],
        backfill=Backfill(row["backfill"]),
        labelled_before=row["labelled_before"],
        label_renewed_at=moment(row["label_renewed_at"]),
        batches=batches_of(row["batches"]),
        attention=Attention(row["attention"]) if row["attention"] else None,
        cooldown_until=moment(row["cooldown_until"]),
        last_ok_at=moment(row["last_ok_at"]),
        newest=row["newest"],
        watch_until=moment(row["watch_until"]),
        watch_asked_at=moment(row["watch_asked_at"]),
        new_mail=bool(row["new_mail"]),
        searched_at=moment(row["searched_at"]),
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
        "label_name": mailbox.label_name,
        "label_twin": mailbox.label_twin,
        "backfill": mailbox.backfill.value,
        "labelled_before": mailbox.labelled_before,
        "label_renewed_at": micros(mailbox.label_renewed_at),
        "batches": batches_text(mailbox.batches),
        "attention": mailbox.attention.value if mailbox.attention else None,
        "cooldown_until": micros(mailbox.cooldown_until),
        "last_ok_at": micros(mailbox.last_ok_at),
        "newest": mailbox.newest,
        "watch_until": micros(mailbox.watch_until),
        "watch_asked_at": micros(mailbox.watch_asked_at),
        "new_mail": mailbox.new_mail,
        "searched_at": micros(mailbox.searched_at),
    }
