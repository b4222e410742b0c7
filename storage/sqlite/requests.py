"""On the way to a consent: the one link a member was given, and the browsers that went to Google with it."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from storage.moments import micros, moment
from storage.port import ConflictError
from storage.records import ConsentAttempt, ConsentRequest, Errand, Refusal
from storage.sealing import Sealer
from storage.sqlite.part import Part

EXPIRED_AT_ONCE = 100


class Requests(Part):
    """The verbs of consent requests and attempts."""

    def request_consent(self, request: ConsentRequest) -> None:
        with self._database.writing() as session:
            session.run(
                """REPLACE INTO consent_requests (sub, errand, nonce, expires_at, taken, refusal)
                   VALUES (?, ?, ?, ?, ?, ?)""",
                (
                    request.sub,
                    request.errand.value,
                    request.nonce,
                    micros(request.expires_at),
                    request.taken,
                    request.refusal.value if request.refusal else None,
                ),
            )

    def consent_request(self, sub: str) -> ConsentRequest | None:
        with self._database.reading() as session:
            row = session.one("SELECT * FROM consent_requests WHERE sub = ?", (sub,))
        return _request_of(row) if row else None

    def consent_requested(self, nonce: str) -> ConsentRequest | None:
        with self._database.reading() as session:
            row = session.one("SELECT * FROM consent_requests WHERE nonce = ? LIMIT 1", (nonce,))
        return _request_of(row) if row else None

    def attempt_consent(self, attempt: ConsentAttempt) -> None:
        with self._database.writing() as session:
            made = session.run(
                """INSERT INTO attempts (state, nonce, sub, browser, verifier, expires_at)
                   VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""",
                (
                    attempt.state,
                    attempt.nonce,
                    attempt.sub,
                    attempt.browser,
                    self._sealer.seal("attempts", attempt.state, "verifier", attempt.verifier),
                    micros(attempt.expires_at),
                ),
            )
            if not made:
                raise ConflictError("There is an attempt of this state already.")

    def take_attempt(self, state: str, *, browser: str, now: datetime) -> ConsentAttempt | None:
        with self._database.writing() as session:
            row = session.one(
                """SELECT a.* FROM attempts a JOIN consent_requests r ON r.sub = a.sub AND r.nonce = a.nonce
                   WHERE a.state = :state AND a.browser = :browser AND a.expires_at > :now
                   AND r.expires_at > :now AND NOT r.taken""",
                {"state": state, "browser": browser, "now": micros(now)},
            )
            if row is None:
                return None
            session.run("DELETE FROM attempts WHERE state = ?", (state,))
            session.run("UPDATE consent_requests SET taken = 1 WHERE sub = ?", (row["sub"],))
            return _attempt_of(row, self._sealer)

    def refuse_consent(self, sub: str, *, nonce: str, refusal: Refusal) -> None:
        with self._database.writing() as session:
            session.run(
                "UPDATE consent_requests SET refusal = ? WHERE sub = ? AND nonce = ?", (refusal.value, sub, nonce)
            )

    def expire_attempts(self, *, now: datetime) -> None:
        with self._database.writing() as session:
            session.run(
                """DELETE FROM attempts WHERE state IN
                   (SELECT state FROM attempts WHERE expires_at <= ? ORDER BY expires_at, state LIMIT ?)""",
                (micros(now), EXPIRED_AT_ONCE),
            )


def _request_of(row: sqlite3.Row) -> ConsentRequest:
    return ConsentRequest(
        sub=row["sub"],
        errand=Errand(row["errand"]),
        nonce=row["nonce"],
        expires_at=moment(row["expires_at"]),
        taken=bool(row["taken"]),
        refusal=Refusal(row["refusal"]) if row["refusal"] else None,
    )


def _attempt_of(row: sqlite3.Row, sealer: Sealer) -> ConsentAttempt:
    return ConsentAttempt(
        state=row["state"],
        nonce=row["nonce"],
        sub=row["sub"],
        browser=row["browser"],
        verifier=sealer.open("attempts", row["state"], "verifier", row["verifier"]),
        expires_at=moment(row["expires_at"]),
    )
