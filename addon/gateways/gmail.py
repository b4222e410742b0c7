"""Gmail: the calls we can make, and no others.

R27: two enums of endpoints, one per token. The wire takes a member of them, not an address, so that deleting,
trashing and sending cannot be spelled. Every answer is a partial one: `snippet` is body text and never asked for.
"""

from __future__ import annotations

import json
import logging
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum
from http import HTTPStatus
from importlib import resources
from typing import Any, NamedTuple, Self

import google_auth_httplib2
import googleapiclient.discovery
import httplib2
from google.oauth2.credentials import Credentials
from googleapiclient.errors import Error as ClientError
from googleapiclient.errors import HttpError

from addon.clock import Clock
from addon.config import Google
from addon.event import OpenMessage
from addon.gateways.errors import (
    AttentionError,
    GoneError,
    OutsideError,
    ProjectStoppedError,
    RefusedError,
    ThrottledError,
    TokenExpiredError,
    UnavailableError,
)
from addon.gateways.google import Tokens
from addon.gateways.mime import mail_from
from addon.gateways.pace import Paces
from addon.policy.mail import Mail
from storage.records import Attention, Consent

READONLY = "https://www.googleapis.com/auth/gmail.readonly"
MODIFY = "https://www.googleapis.com/auth/gmail.modify"

TIMEOUT_S = 20
PAGE = 500
"""Ids or records a page of a list; Gmail's largest."""


class Call(NamedTuple):
    """A method of the Gmail API and its price in quota units (price list of May 2026)."""

    collection: tuple[str, ...]
    method: str
    units: int


class Stored(Enum):
    """What the stored, read-only token is used for."""

    PROFILE = Call((), "getProfile", 1)
    SEND_AS = Call(("settings", "sendAs"), "list", 1)
    LABELS = Call(("labels",), "list", 1)
    HISTORY = Call(("history",), "list", 2)
    THREADS = Call(("threads",), "list", 10)
    THREAD = Call(("threads",), "get", 40)
    MESSAGE = Call(("messages",), "get", 20)


class Panel(Enum):
    """What the panel's short-lived token is used for, while its user looks on."""

    MESSAGE = Call(("messages",), "get", 20)
    LABELS = Call(("labels",), "list", 1)
    CREATE_LABEL = Call(("labels",), "create", 5)
    MODIFY_THREAD = Call(("threads",), "modify", 10)


Endpoint = Stored | Panel


class LabelId(str):
    """The id of a label a user made. System labels are refused: TRASH and SPAM can be applied like any other."""

    __slots__ = ()

    def __new__(cls, value: str) -> Self:
        if not re.fullmatch(r"Label_[0-9A-Za-z_-]+", value):
            raise RefusedError
        return super().__new__(cls, value)


class Label(NamedTuple):
    """A label a user made."""

    id: str
    name: str


class SendAs(NamedTuple):
    """An address a user may send as."""

    address: str
    name: str
    primary: bool


@dataclass(frozen=True, kw_only=True)
class Change:
    """One message in one history record: ids and labels only, never content."""

    message: str
    thread: str
    labels: frozenset[str]
    """Added: the labels it came with. Labelled or unlabelled: the labels that changed."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """One history record."""

    id: int
    added: tuple[Change, ...] = ()
    labelled: tuple[Change, ...] = ()
    unlabelled: tuple[Change, ...] = ()


@dataclass(frozen=True, kw_only=True)
class HistoryPage:
    """A page of history. `current` is the mailbox's history id now, not the page's last."""

    records: tuple[Record, ...]
    current: int
    next: str | None


_HISTORY_FIELDS = (
    "nextPageToken,historyId,history(id,messagesAdded(message(id,threadId,labelIds)),"
    "labelsAdded(message(id,threadId),labelIds),labelsRemoved(message(id,threadId),labelIds))"
)
_PART = "partId,mimeType,filename,headers,body(size,data)"
_PARTS = f"{_PART},parts"
_MESSAGE_FIELDS = f"id,threadId,labelIds,internalDate,payload({_PARTS})"
_HEAD_FIELDS = "id,threadId,labelIds,internalDate,payload(headers)"
_HEAD_NAMES = (
    "From",
    "X-Original-From",
    "To",
    "Cc",
    "Bcc",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "List-Id",
    "List-Post",
    "Auto-Submitted",
    "Precedence",
    "X-Autoreply",
    "Content-Type",
)


class StoredGmail:
    """One opted-in mailbox, read in the background with its owner's read-only token."""

    def __init__(self, wire: Wire, token: Callable[[bool], str], mailbox: str) -> None:
        self._wire = wire
        self._token = token
        self._mailbox = mailbox

    def history_id(self) -> int:
        """The mailbox's history id now: taken before a list, nothing that follows can be missed."""
        return int(self._call(Stored.PROFILE, fields="historyId")["historyId"])

    def send_as(self) -> list[SendAs]:
        """The owner's addresses: primary and verified ones."""
        answer = self._call(Stored.SEND_AS, fields="sendAs(sendAsEmail,displayName,isPrimary,verificationStatus)")
        return [
            SendAs(row["sendAsEmail"], row.get("displayName", ""), bool(row.get("isPrimary")))
            for row in answer.get("sendAs", [])
            if row.get("isPrimary") or row.get("verificationStatus") == "accepted"
        ]

    def labels(self) -> list[Label]:
        return _labels(self._call(Stored.LABELS, fields="labels(id,name,type)"))

    def history(self, start: int, *, page: str | None = None) -> HistoryPage:
        """Records after `start`; `GoneError` where Gmail no longer has them."""
        return _history_page(
            self._call(
                Stored.HISTORY,
                startHistoryId=str(start),
                maxResults=PAGE,
                pageToken=page,
                historyTypes=["messageAdded", "labelAdded", "labelRemoved"],
                fields=_HISTORY_FIELDS,
            )
        )

    def threads_with(self, label: str) -> Iterator[tuple[str, int]]:
        """Every thread of which a message carries the label, with the history id of its last change.

        Spam and trash included: a labelled thread does not lose its label there.
        """
        page: str | None = None
        while True:
            answer = self._call(
                Stored.THREADS,
                labelIds=[label],
                includeSpamTrash=True,
                maxResults=PAGE,
                pageToken=page,
                fields="nextPageToken,threads(id,historyId)",
            )
            yield from ((row["id"], int(row["historyId"])) for row in answer.get("threads", []))
            page = answer.get("nextPageToken")
            if page is None:
                return

    def thread(self, id: str) -> list[Mail]:
        """A whole thread, oldest message first."""
        answer = self._call(Stored.THREAD, id=id, format="full", fields=f"messages({_MESSAGE_FIELDS})")
        return [mail_from(message) for message in answer.get("messages", [])]

    def message(self, id: str) -> Mail:
        return mail_from(self._call(Stored.MESSAGE, id=id, format="full", fields=_MESSAGE_FIELDS))

    def head(self, id: str) -> Mail:
        """A message's headers alone: as dear as the whole of it, and all that some decisions may see."""
        return mail_from(
            self._call(
                Stored.MESSAGE, id=id, format="metadata", metadataHeaders=list(_HEAD_NAMES), fields=_HEAD_FIELDS
            )
        )

    def _call(self, endpoint: Stored, **arguments: Any) -> dict[str, Any]:
        try:
            return self._wire.call(endpoint, self._mailbox, self._token(False), **arguments)
        except TokenExpiredError:
            pass
        try:
            return self._wire.call(endpoint, self._mailbox, self._token(True), **arguments)
        except TokenExpiredError:
            raise AttentionError(Attention.ACCESS_ENDED) from None


class PanelGmail:
    """The open message's mailbox, through the short-lived token of one event."""

    def __init__(self, wire: Wire, token: str, mailbox: str) -> None:
        self._wire = wire
        self._token = token
        self._mailbox = mailbox

    def head(self, opened: OpenMessage) -> Mail:
        """The open message's headers."""
        return mail_from(
            self._call(
                Panel.MESSAGE,
                opened.access_token,
                id=opened.message_hex or opened.message,
                format="metadata",
                metadataHeaders=list(_HEAD_NAMES),
                fields=_HEAD_FIELDS,
            )
        )

    def labels(self) -> list[Label]:
        return _labels(self._call(Panel.LABELS, fields="labels(id,name,type)"))

    def create_label(self, name: str) -> Label:
        answer = self._call(
            Panel.CREATE_LABEL,
            fields="id,name",
            body={"name": name, "labelListVisibility": "labelShow", "messageListVisibility": "show"},
        )
        return Label(answer["id"], answer["name"])

    def label_thread(self, thread: str, *, add: Sequence[LabelId] = (), take_off: Sequence[LabelId] = ()) -> None:
        """Put our label on a thread or take it off: the one thing we ever change in Gmail."""
        self._call(
            Panel.MODIFY_THREAD,
            id=thread,
            fields="id",
            body={"addLabelIds": list(map(str, add)), "removeLabelIds": list(map(str, take_off))},
        )

    def _call(self, endpoint: Panel, message_token: str = "", **arguments: Any) -> dict[str, Any]:
        return self._wire.call(endpoint, self._mailbox, self._token, message_token=message_token, **arguments)


class Gmail:
    """Opens mailboxes, at the pace each allows."""

    def __init__(self, google: Google, *, tokens: Tokens, clock: Clock) -> None:
        self._wire = Wire(google, clock)
        self._tokens = tokens

    def stored(self, consent: Consent) -> StoredGmail:
        return StoredGmail(
            self._wire, lambda fresh: self._tokens.access(consent, fresh=fresh), mailbox=consent.sub
        )

    def panel(self, token: str, *, sub: str) -> PanelGmail:
        return PanelGmail(self._wire, token, mailbox=sub)


class Wire:
    """The one place where the Google client is called; its exceptions end here."""

    def __init__(self, google: Google, clock: Clock) -> None:
        for name in ("googleapiclient", "google_auth_httplib2", "httplib2"):
            logging.getLogger(name).disabled = True
        self._users = _service(google).users()
        self._paces = Paces(clock)
        self._local = threading.local()
        self._clock = clock

    def call(
        self, endpoint: Endpoint, mailbox: str, token: str, *, message_token: str = "", **arguments: Any
    ) -> dict[str, Any]:
        """Make one call; raises `OutsideError` and nothing else."""
        resource = self._users
        for name in endpoint.value.collection:
            resource = getattr(resource, name)()
        given = {name: value for name, value in arguments.items() if value is not None}
        try:
            request = getattr(resource, endpoint.value.method)(userId="me", **given)
            if message_token:
                request.headers["X-Goog-Gmail-Access-Token"] = message_token
            with self._paces.of(mailbox).call(endpoint.value.units):
                answer: dict[str, Any] = request.execute(http=self._http(token))
        except HttpError as error:
            failure: OutsideError = _failure(error, self._clock.now())
        except (ClientError, httplib2.HttpLib2Error, OSError):
            failure = UnavailableError()
        except (TypeError, ValueError):
            failure = RefusedError()
        else:
            return answer
        raise failure from None

    def _http(self, token: str) -> google_auth_httplib2.AuthorizedHttp:
        """The token over this thread's connections; httplib2 is not safe to share between threads."""
        if not hasattr(self._local, "http"):
            self._local.http = httplib2.Http(timeout=TIMEOUT_S)
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


# --- errors (what Gmail means by them: reference of the error table in docs/decisions) ---------------------

_THROTTLED = frozenset({"rateLimitExceeded", "userRateLimitExceeded"})
_PROJECT = frozenset({"dailyLimitExceeded", "quotaExceeded"})
_SCOPES = frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"})
_SWITCHED_OFF = frozenset({"domainPolicy", "accessNotConfigured"})
_RETRY_AT = re.compile(r"[Rr]etry after (\d{4}-\d\d-\d\dT[\d:.]+Z)")


def _failure(error: HttpError, now: datetime) -> OutsideError:
    status = int(error.resp.status)
    reason, message = _reason(error.content)
    if status == HTTPStatus.TOO_MANY_REQUESTS or (status == HTTPStatus.FORBIDDEN and reason in _THROTTLED):
        return ThrottledError(_retry_at(message, error.resp.get("retry-after"), now))
    if status == HTTPStatus.FORBIDDEN and reason in _PROJECT:
        return ProjectStoppedError()
    if status == HTTPStatus.FORBIDDEN and reason in _SCOPES:
        return AttentionError(Attention.SCOPES_MISSING)
    if (status == HTTPStatus.FORBIDDEN and reason in _SWITCHED_OFF) or (
        status == HTTPStatus.BAD_REQUEST and reason == "failedPrecondition" and "not enabled" in message
    ):
        return AttentionError(Attention.GMAIL_OFF)
    if status == HTTPStatus.UNAUTHORIZED:
        return TokenExpiredError()
    if status == HTTPStatus.NOT_FOUND:
        return GoneError()
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or reason == "failedPrecondition":
        return UnavailableError()
    return RefusedError()


def _reason(content: bytes) -> tuple[str, str]:
    """Gmail's reason and text, for sorting only; neither is kept."""
    try:
        error = json.loads(content)["error"]
        return str((error.get("errors") or [{}])[0].get("reason", "")), str(error.get("message", ""))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return "", ""


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


# --- answers ----------------------------------------------------------------------------------------------


def _labels(answer: dict[str, Any]) -> list[Label]:
    return [Label(row["id"], row["name"]) for row in answer.get("labels", []) if row.get("type") == "user"]


def _history_page(answer: dict[str, Any]) -> HistoryPage:
    return HistoryPage(
        records=tuple(
            Record(
                id=int(row["id"]),
                added=tuple(_change(c, c["message"].get("labelIds", ())) for c in row.get("messagesAdded", ())),
                labelled=tuple(_change(c, c.get("labelIds", ())) for c in row.get("labelsAdded", ())),
                unlabelled=tuple(_change(c, c.get("labelIds", ())) for c in row.get("labelsRemoved", ())),
            )
            for row in answer.get("history", ())
        ),
        current=int(answer["historyId"]),
        next=answer.get("nextPageToken"),
    )


def _change(row: dict[str, Any], labels: Sequence[str]) -> Change:
    return Change(message=row["message"]["id"], thread=row["message"]["threadId"], labels=frozenset(labels))
