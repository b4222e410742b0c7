"""The one place where the Google client is called. Its exceptions and loggers end here.

Their texts hold addresses and ids: what leaves is `OutsideError`, raised from nothing.
"""

from __future__ import annotations

import json
import logging
import re
import threading
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from importlib import resources
from typing import Any, NamedTuple

import google_auth_httplib2
import googleapiclient.discovery
import httplib2
from google.oauth2.credentials import Credentials
from googleapiclient.errors import Error as ClientError
from googleapiclient.errors import HttpError

from addon.clock import Clock
from addon.config import Google
from addon.gateways.errors import (
    AttentionError,
    GoneError,
    OutsideError,
    ProjectStoppedError,
    RefusedError,
    ThrottledError,
    TokenExpiredError,
    UnavailableError,
    WatchedElsewhereError,
)
from addon.gateways.gmail.endpoints import Endpoint
from addon.gateways.http import NO_ANSWER, http_for
from addon.gateways.pace import Paces
from storage.records import Attention

TIMEOUT_S = 20

_TALKATIVE = ("googleapiclient", "google_auth_httplib2", "google.auth", "httplib2")
"""Loggers of the client libraries: at debug level they write addresses, ids and tokens."""


class Answer(NamedTuple):
    """What Gmail said, and when by its own clock."""

    content: dict[str, Any]
    at: datetime


class Wire:
    """The one place where the Google client is called; its exceptions end here."""

    def __init__(self, google: Google, clock: Clock) -> None:
        for name in _TALKATIVE:
            # Their children inherit the level; a disabled parent alone would not silence them.
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        self._users = _service(google).users()
        self._paces = Paces(clock)
        self._local = threading.local()
        self._clock = clock

    def call(
        self, endpoint: Endpoint, mailbox: str, token: str, *, message_token: str = "", **arguments: Any
    ) -> Answer:
        """Make one call; raises `OutsideError` and nothing else."""
        answered: list[httplib2.Response] = []
        resource = self._users
        for name in endpoint.value.collection:
            resource = getattr(resource, name)()
        given = {name: value for name, value in arguments.items() if value is not None}
        try:
            request = getattr(resource, endpoint.value.method)(userId="me", **given)
            if message_token:
                request.headers["X-Goog-Gmail-Access-Token"] = message_token
            request.add_response_callback(answered.append)
            with self._paces.of(mailbox).call(endpoint.value.units):
                content: Any = request.execute(http=self._http(token))
        except HttpError as error:
            failure: OutsideError = _failure(error, self._clock.now())
        except (ClientError, *NO_ANSWER):
            failure = UnavailableError()
        except (TypeError, ValueError, RecursionError):
            # An answer nested deeper than can be read is so the next time too.
            failure = RefusedError()
        else:
            if answered[-1].status == HTTPStatus.NO_CONTENT:
                content = {}
            if isinstance(content, dict):
                return Answer(content, _moment(answered[-1].get("date")) or self._clock.now())
            # The client hands on as text what is no JSON: cut on its way, or somebody else's page.
            failure = UnavailableError()
        raise failure from None

    def _http(self, token: str) -> google_auth_httplib2.AuthorizedHttp:
        """The token over this thread's connections; httplib2 is not safe to share between threads."""
        self._local.http = http_for(TIMEOUT_S, getattr(self._local, "http", None))
        return google_auth_httplib2.AuthorizedHttp(
            Credentials(token=token), http=self._local.http, refresh_status_codes=(), max_refresh_attempts=0
        )


def _service(google: Google) -> Any:
    """The client from the discovery document it ships, at another root where one is configured."""
    shipped = resources.files("googleapiclient.discovery_cache") / "documents" / "gmail.v1.json"
    document = json.loads(shipped.read_text(encoding="utf-8"))
    if google.root:
        document |= {"rootUrl": f"{google.root}/", "baseUrl": f"{google.root}/"}
        document.pop("mtlsRootUrl", None)
    # Without `http` the client would look for the machine's own credentials.
    return googleapiclient.discovery.build_from_document(document, http=httplib2.Http(timeout=TIMEOUT_S))


# --- errors (what Gmail means by them) --------------------------------------------------------------------

_THROTTLED = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"})
_PROJECT = frozenset({"dailyLimitExceeded", "quotaExceeded"})
_SCOPES = frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"})
_SWITCHED_OFF = frozenset({"domainPolicy", "accessNotConfigured", "SERVICE_DISABLED"})
_NARROWED = "Metadata scope"
"""Of a token that has `gmail.metadata` beside what it needs, and so less than it needs; no reason of its own."""
_WATCHED_ELSEWHERE = "Only one user push notification client allowed"
"""Gmail gives this no reason of its own."""
_RETRY_AT = re.compile(r"[Rr]etry after (\d{4}-\d\d-\d\dT[\d:.]+Z)")


def _failure(error: HttpError, now: datetime) -> OutsideError:
    status = int(error.resp.status)
    reason, message = _reason(error.content)
    if status == HTTPStatus.TOO_MANY_REQUESTS or (status == HTTPStatus.FORBIDDEN and reason in _THROTTLED):
        return ThrottledError(_retry_at(message, error.resp.get("retry-after"), now))
    match status:
        case HTTPStatus.FORBIDDEN:
            return _forbidden(reason, message)
        case HTTPStatus.BAD_REQUEST:
            return _bad_request(reason, message)
        case HTTPStatus.UNAUTHORIZED:
            return TokenExpiredError()
        case HTTPStatus.NOT_FOUND:
            return GoneError()
    return UnavailableError() if status >= HTTPStatus.INTERNAL_SERVER_ERROR else RefusedError()


def _forbidden(reason: str, message: str) -> OutsideError:
    if reason in _PROJECT:
        return ProjectStoppedError()
    if reason in _SCOPES or message.startswith(_NARROWED):
        return AttentionError(Attention.SCOPES_MISSING)
    return AttentionError(Attention.GMAIL_OFF) if reason in _SWITCHED_OFF else RefusedError()


def _bad_request(reason: str, message: str) -> OutsideError:
    if _WATCHED_ELSEWHERE in message:
        return WatchedElsewhereError()
    if reason != "failedPrecondition":
        return RefusedError()
    return AttentionError(Attention.GMAIL_OFF) if "not enabled" in message else UnavailableError()


def _reason(content: bytes) -> tuple[str, str]:
    """Gmail's reason and text, for sorting only; neither is kept.

    It stands in `errors`, and in `details` alone where the answer is that of Google's newer services.
    """
    try:
        error = json.loads(content)["error"]
        reasons = (row.get("reason") for row in (*(error.get("errors") or ()), *(error.get("details") or ())))
        return str(next(filter(None, reasons), "")), str(error.get("message", ""))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return "", ""


def _moment(header: str | None) -> datetime | None:
    """The time in a `Date` header, which HTTP has in UTC; None where there is none."""
    try:
        return parsedate_to_datetime(header).astimezone(UTC) if header else None
    except (ValueError, OverflowError):
        return None


def _retry_at(message: str, header: str | None, now: datetime) -> datetime | None:
    """The time in the text is the dependable one; `Retry-After` is seconds or a date where it is there."""
    try:
        if found := _RETRY_AT.search(message):
            return datetime.fromisoformat(found[1])
        if header:
            return now + timedelta(seconds=int(header)) if header.isdecimal() else parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    return None
