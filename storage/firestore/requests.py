"""On the way to a consent: the one link a member was given, and the browsers that went to Google with it.

Attempts that nobody takes are deleted by Firestore too (`firestore.indexes.json`, within a day), should no job
call `expire_attempts`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from storage.firestore.documents import Document, Write, create, new_token, path, put
from storage.firestore.errors import AgainError
from storage.firestore.part import Part
from storage.firestore.patience import tries
from storage.firestore.queries import Query
from storage.moments import micros, moment
from storage.records import ConsentAttempt, ConsentRequest, Errand, Refusal
from storage.sealing import Sealer, storable

EXPIRED_AT_ONCE = 100


class Requests(Part):
    """The verbs of consent requests and attempts."""

    def request_consent(self, request: ConsentRequest) -> None:
        mark = new_token()
        fields = {**_request_fields(request), "mark": mark}
        self._database.put([put(request_path(request.sub), fields)], mark=mark)

    def consent_request(self, sub: str) -> ConsentRequest | None:
        at = request_path(sub)
        document = self._database.get([at]).get(at)
        return _request_of(document) if document else None

    def consent_requested(self, nonce: str) -> ConsentRequest | None:
        query = Query(collection="consent_requests", equal={"nonce": nonce}, limit=1)
        return next(map(_request_of, self._database.query(query)), None)

    def attempt_consent(self, attempt: ConsentAttempt) -> None:
        mark = new_token()
        fields = {**_attempt_fields(attempt, self._sealer), "mark": mark}
        self._database.put([create(path("attempts", attempt.state), fields)], mark=mark)

    def take_attempt(self, state: str, *, browser: str, now: datetime) -> ConsentAttempt | None:
        """The request is marked: where the answer to a commit is lost, it tells whose the attempt became."""
        mark, at = new_token(), path("attempts", state)
        attempt: ConsentAttempt | None = None
        for within in tries():
            there = self._database.get([at], within=within).get(at)
            attempt = _attempt_of(there, self._sealer) if there else attempt
            if attempt is None:
                return None
            link_path = request_path(attempt.sub)
            link = self._database.get([link_path], within=within).get(link_path)
            if link is not None and link["mark"] == mark:
                return attempt
            if there is None or link is None or not _good(attempt, _request_of(link), browser=browser, now=now):
                return None
            writes = [
                Write(path=at, delete=True, stamp=there.stamp),
                Write(path=link_path, fields={"taken": True, "mark": mark}, stamp=link.stamp),
            ]
            try:
                self._database.commit(writes, within=within)
            except AgainError:
                continue
            return attempt
        raise AssertionError

    def refuse_consent(self, sub: str, *, nonce: str, refusal: Refusal) -> None:
        at = request_path(sub)
        for within in tries():
            link = self._database.get([at], within=within).get(at)
            if link is None or link["nonce"] != storable(nonce):
                return
            try:
                self._database.commit(
                    [Write(path=at, fields={"refusal": refusal.value}, stamp=link.stamp)], within=within
                )
            except AgainError:
                continue
            return

    def expire_attempts(self, *, now: datetime) -> None:
        query = Query(
            collection="attempts",
            at_most={"expires_at": now},
            order=("expires_at",),
            limit=EXPIRED_AT_ONCE,
            only=("expires_at",),
        )
        self._database.pour([Write(path=each.path, delete=True) for each in self._database.query(query)])


def request_path(sub: str) -> str:
    return path("consent_requests", sub)


def _good(attempt: ConsentAttempt, request: ConsentRequest, *, browser: str, now: datetime) -> bool:
    """Whether this browser may take the attempt, and the request is still the one it began with. Pure."""
    return (
        attempt.browser == storable(browser)
        and attempt.nonce == request.nonce
        and not request.taken
        and now < min(attempt.expires_at, request.expires_at)
    )


def _request_fields(request: ConsentRequest) -> dict[str, Any]:
    return {
        "sub": request.sub,
        "errand": request.errand.value,
        "nonce": request.nonce,
        "expires_at": micros(request.expires_at),
        "taken": request.taken,
        "refusal": request.refusal.value if request.refusal else None,
    }


def _request_of(document: Document) -> ConsentRequest:
    return ConsentRequest(
        sub=document["sub"],
        errand=Errand(document["errand"]),
        nonce=document["nonce"],
        expires_at=moment(document["expires_at"]),
        taken=document["taken"],
        refusal=Refusal(document["refusal"]) if document["refusal"] else None,
    )


def _attempt_fields(attempt: ConsentAttempt, sealer: Sealer) -> dict[str, Any]:
    return {
        "state": attempt.state,
        "nonce": attempt.nonce,
        "sub": attempt.sub,
        "browser": attempt.browser,
        "verifier": sealer.seal("attempts", attempt.state, "verifier", attempt.verifier),
        "expires_at": attempt.expires_at,
    }


def _attempt_of(document: Document, sealer: Sealer) -> ConsentAttempt:
    return ConsentAttempt(
        state=document["state"],
        nonce=document["nonce"],
        sub=document["sub"],
        browser=document["browser"],
        verifier=sealer.open("attempts", document["state"], "verifier", document["verifier"]),
        expires_at=document["expires_at"],
    )
