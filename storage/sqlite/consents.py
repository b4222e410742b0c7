"""The gate of a mailbox: opened by its owner's consent, shut at once; and tokens that are to be revoked."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from storage.moments import micros, moment
from storage.port import ConflictError
from storage.records import Act, Consent, Lane, Mailbox, Revocation
from storage.sealing import Sealer, storable
from storage.sqlite.acts import write_act
from storage.sqlite.database import Session
from storage.sqlite.mailboxes import MAILBOXES, mailbox_row
from storage.sqlite.part import Part
from storage.sqlite.rows import first_version, set_of, written_set

_COLUMNS = (*MAILBOXES.key, *MAILBOXES.columns, "version")
_OPT_IN = f"""INSERT INTO mailboxes ({", ".join(_COLUMNS)})
    VALUES ({", ".join(f":{column}" for column in _COLUMNS)})
    ON CONFLICT DO UPDATE SET
    {", ".join(f"{column} = excluded.{column}" for column in MAILBOXES.columns if column != "fence")},
    fence = max(fence, excluded.fence) + 1, version = version + 1"""


class Consents(Part):
    """The verbs of opting in, opting out, and revoking."""

    def consent(self, sub: str) -> Consent | None:
        with self._database.reading() as session:
            row = session.one("SELECT * FROM consents WHERE sub = ?", (sub,))
        return consent_of(row, self._sealer) if row else None

    def opt_in(self, consent: Consent, mailbox: Mailbox, *, due_at: datetime, act: Act) -> None:
        with self._database.writing() as session:
            write_consent(session, self._sealer, consent)
            session.run(_OPT_IN, {**mailbox_row(mailbox), "version": first_version()})
            session.run(
                """INSERT INTO bells (sub, due_at, rung, lane, notified) VALUES (?, ?, 1, ?, 0)
                   ON CONFLICT DO UPDATE SET due_at = min(due_at, excluded.due_at), rung = rung + 1,
                   lane = min(lane, excluded.lane)""",
                (mailbox.sub, micros(due_at), Lane.LIVE.value),
            )
            session.run("DELETE FROM consent_requests WHERE sub = ?", (consent.sub,))
            overtaken = session.run("DELETE FROM revocations WHERE sub = ?", (consent.sub,))
            write_act(session, self._index_key, act)
        if overtaken:
            self._database.forget_the_log()

    def opt_out(self, sub: str, *, revocation: Revocation | None, act: Act) -> bool:
        token = storable(revocation.refresh_token) if revocation else ""
        with self._database.writing() as session:
            row = session.one("SELECT * FROM consents WHERE sub = ?", (sub,))
            if row is None:
                return False
            if consent_of(row, self._sealer).refresh_token != token:
                raise ConflictError("Email was turned on anew meanwhile: read the consent again.")
            for table in ("consents", "mailboxes", "bells", "imports"):
                session.run(f"DELETE FROM {table} WHERE sub = ?", (sub,))
            if revocation is not None and token:
                write_revocation(session, self._sealer, revocation)
            write_act(session, self._index_key, act)
        self._database.forget_the_log()
        return True

    # --- revocations --------------------------------------------------------------------------------------

    def revocations(self, *, now: datetime, limit: int) -> list[Revocation]:
        with self._database.reading() as session:
            rows = session.all(
                "SELECT * FROM revocations WHERE not_before <= ? ORDER BY not_before, id LIMIT ?",
                (micros(now), limit),
            )
        return [revocation_of(row, self._sealer) for row in rows]

    def revocation_failed(self, revocation: Revocation) -> None:
        with self._database.writing() as session:
            session.run(
                "UPDATE revocations SET attempts = ?, not_before = ? WHERE id = ?",
                (revocation.attempts, micros(revocation.not_before), revocation.id),
            )

    def revoked(self, id: str) -> None:
        with self._database.writing() as session:
            session.run("DELETE FROM revocations WHERE id = ?", (id,))
        self._database.forget_the_log()


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


def revocation_of(row: sqlite3.Row, sealer: Sealer) -> Revocation:
    return Revocation(
        id=row["id"],
        sub=row["sub"],
        refresh_token=sealer.open("revocations", row["id"], "refresh_token", row["refresh_token"]),
        since=moment(row["since"]),
        not_before=moment(row["not_before"]),
        attempts=row["attempts"],
    )


def write_revocation(session: Session, sealer: Sealer, revocation: Revocation) -> None:
    session.run(
        """REPLACE INTO revocations (id, sub, refresh_token, since, not_before, attempts)
           VALUES (?, ?, ?, ?, ?, ?)""",
        (
            revocation.id,
            revocation.sub,
            sealer.seal("revocations", revocation.id, "refresh_token", revocation.refresh_token),
            micros(revocation.since),
            micros(revocation.not_before),
            revocation.attempts,
        ),
    )
