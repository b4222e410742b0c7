"""Gmail: one opted-in mailbox read in the background, or the open message's through the panel's token.

Every answer is a partial one: `snippet` is body text and never asked for.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from addon.batches import batches
from addon.clock import Clock
from addon.config import Google
from addon.event import OpenMessage
from addon.gateways.errors import TokenExpiredError, WatchedElsewhereError
from addon.gateways.gmail.answers import (
    Change,
    Drafted,
    HistoryPage,
    Label,
    Record,
    SendAs,
    history_page,
    labels_in,
)
from addon.gateways.gmail.endpoints import LabelId, Panel, Stored, form_of
from addon.gateways.gmail.search import search_for
from addon.gateways.gmail.wire import Answer, Wire
from addon.gateways.google import Tokens
from addon.gateways.mime import evidence_from, mail_from
from addon.policy.ledger import Form
from addon.policy.mail import Mail
from addon.policy.origin import Evidence
from storage.records import Consent

__all__ = [
    "Change",
    "Drafted",
    "Gmail",
    "HistoryPage",
    "Label",
    "LabelId",
    "Panel",
    "PanelGmail",
    "Record",
    "SendAs",
    "Stored",
    "StoredGmail",
]

PAGE = 500
"""Ids or records a page of a list; Gmail's largest."""

_HISTORY_FIELDS = (
    "nextPageToken,historyId,history(id,messagesAdded(message(id,threadId,labelIds)),"
    "messagesDeleted(message(id,threadId)),"
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

_ORIGIN_NAMES = (
    "From",
    "To",
    "Cc",
    "Bcc",
    "Message-ID",
    "In-Reply-To",
    "References",
    "List-Id",
    "List-Post",
    "Auto-Submitted",
    "Precedence",
    "X-Autoreply",
    "Content-Type",
    "Authentication-Results",
)
"""All that a proof of origin rests on: no subject, no date."""


SEARCHED_AT_ONCE = 20
"""Addresses in one search; it goes into a URL."""


def _mail(answer: Answer) -> Mail:
    return mail_from(answer.content, told_at=answer.at)


def _drafted(answer: dict[str, Any]) -> Drafted:
    return Drafted(answer["id"], answer["message"]["threadId"])


class StoredGmail:
    """One opted-in mailbox, read in the background with its owner's read-only token."""

    def __init__(
        self, wire: Wire, tokens: Tokens, consent: Consent, *, address: str, called: Callable[[Form, int], None]
    ) -> None:
        self._wire = wire
        self._tokens = tokens
        self._consent = consent
        self._address = address
        self._called = called

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
        return labels_in(self._call(Stored.LABELS, fields="labels(id,name,type)"))

    def threads_under(self, label: str) -> int:
        """How many threads carry a label, trash and spam included; `GoneError` where the label is gone."""
        return int(self._call(Stored.LABEL, id=label, fields="threadsTotal").get("threadsTotal", 0))

    def history(self, start: int, *, page: str | None = None) -> HistoryPage:
        """Records after `start`; `GoneError` where Gmail no longer has them."""
        return history_page(
            self._call(
                Stored.HISTORY,
                startHistoryId=str(start),
                maxResults=PAGE,
                pageToken=page,
                historyTypes=["messageAdded", "messageDeleted", "labelAdded", "labelRemoved"],
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

    def threads_of(self, addresses: Sequence[str], *, since: datetime | None) -> Iterator[str]:
        """Threads that may have mail from or to one of `addresses` since then, newest first; some not once only.

        A hint: the search is for words, and an address is a row of them. No spam, trash, drafts or chats.
        """
        for some in batches(addresses, SEARCHED_AT_ONCE):
            page: str | None = None
            while True:
                answer = self._search(some, since=since, page=page)
                yield from (row["id"] for row in answer.get("threads", []))
                page = answer.get("nextPageToken")
                if page is None:
                    break

    def count_threads_of(self, addresses: Sequence[str], *, since: datetime | None) -> tuple[int, bool]:
        """At most how many those are, by one call for every `SEARCHED_AT_ONCE`; and whether there are more."""
        found, more = set[str](), False
        for some in batches(addresses, SEARCHED_AT_ONCE):
            answer = self._search(some, since=since, page=None)
            found |= {row["id"] for row in answer.get("threads", [])}
            more = more or "nextPageToken" in answer
        return len(found), more

    def _search(self, addresses: Sequence[str], *, since: datetime | None, page: str | None) -> dict[str, Any]:
        return self._call(
            Stored.THREADS,
            q=search_for(addresses, since=since),
            maxResults=PAGE,
            pageToken=page,
            fields="nextPageToken,threads(id)",
        )

    def messages_with(self, label: str, *, since: datetime | None = None) -> Iterator[tuple[str, str]]:
        """Every message that carries the label, if it came since then; ids only, spam and trash included."""
        after = f"after:{int(since.timestamp())}" if since is not None else None
        return self._messages(labelIds=[label], includeSpamTrash=True, q=after)

    def messages_since(self, moment: datetime, *, before: datetime | None = None) -> Iterator[tuple[str, str]]:
        """Every message Gmail took in since then and its thread's id, newest first; ids only, of no draft or chat.

        Nor of what is in spam or trash now: whoever takes it out of there is told of by history.
        """
        until = f"before:{int(before.timestamp())} " if before is not None else ""
        return self._messages(q=f"after:{int(moment.timestamp())} {until}-in:drafts -in:chats")

    def search(self, query: str) -> Iterator[tuple[str, str]]:
        """Ids of messages and of their threads, newest first; spam and trash are not searched."""
        return self._messages(q=query)

    def drafts_named(self, message_id: str) -> list[Drafted]:
        """Drafts that carry this Message-ID, which stands without brackets; ids only."""
        answer = self._call(Stored.DRAFTS, q=f"rfc822msgid:{message_id}", fields="drafts(id,message(threadId))")
        return [_drafted(row) for row in answer.get("drafts", [])]

    def draft(self, id: str) -> Drafted:
        """Where a draft lies now; nothing of it is opened. `GoneError` where it was sent or thrown away."""
        return _drafted(self._call(Stored.DRAFT, id=id, format="minimal", fields="id,message(threadId)"))

    def _messages(self, **which: Any) -> Iterator[tuple[str, str]]:
        page: str | None = None
        while True:
            answer = self._call(
                Stored.MESSAGES,
                maxResults=PAGE,
                pageToken=page,
                fields="nextPageToken,messages(id,threadId)",
                **which,
            )
            yield from ((row["id"], row["threadId"]) for row in answer.get("messages", []))
            page = answer.get("nextPageToken")
            if page is None:
                return

    def thread(self, id: str) -> list[Mail]:
        """A whole thread, oldest message first."""
        answer = self._ask(Stored.THREAD, id=id, format="full", fields=f"messages({_MESSAGE_FIELDS})")
        return [mail_from(message, told_at=answer.at) for message in answer.content.get("messages", [])]

    def message(self, id: str) -> Mail:
        return _mail(self._ask(Stored.MESSAGE, id=id, format="full", fields=_MESSAGE_FIELDS))

    def head(self, id: str) -> Mail:
        """A message's headers alone: as dear as the whole of it, and all that some decisions may see."""
        return _mail(
            self._ask(
                Stored.MESSAGE, id=id, format="metadata", metadataHeaders=list(_HEAD_NAMES), fields=_HEAD_FIELDS
            )
        )

    def evidence(self, id: str) -> Evidence:
        """What a message's headers say of its origin, and nothing else of it."""
        return evidence_from(
            self._call(
                Stored.MESSAGE, id=id, format="metadata", metadataHeaders=list(_ORIGIN_NAMES), fields=_HEAD_FIELDS
            )
        )

    def labels_of_thread(self, id: str) -> dict[str, frozenset[str]]:
        """Message ids of a thread, each with its labels: nothing of any message is opened."""
        answer = self._call(Stored.THREAD, id=id, format="minimal", fields="messages(id,labelIds)")
        return {row["id"]: frozenset(row.get("labelIds", ())) for row in answer.get("messages", [])}

    def watch(self, topic: str) -> datetime:
        """Have Gmail tell `topic` of every change for some days; until when.

        Not of our labels' alone: replies carry none. The history id it answers with is no cursor.
        """
        try:
            return self._watch(topic)
        except WatchedElsewhereError:
            self.stop()
        return self._watch(topic)

    def _watch(self, topic: str) -> datetime:
        answer = self._call(Stored.WATCH, body={"topicName": topic}, fields="expiration")
        return datetime.fromtimestamp(int(answer["expiration"]) / 1000, UTC)

    def stop(self) -> None:
        """Have Gmail tell of nothing any more; once more does no harm."""
        self._call(Stored.STOP)

    def _call(self, endpoint: Stored, **arguments: Any) -> dict[str, Any]:
        return self._ask(endpoint, **arguments).content

    def _ask(self, endpoint: Stored, **arguments: Any) -> Answer:
        try:
            return self._look(endpoint, arguments, fresh=False)
        except TokenExpiredError:
            pass
        try:
            return self._look(endpoint, arguments, fresh=True)
        except TokenExpiredError:
            raise self._tokens.refused(self._consent) from None

    def _look(self, endpoint: Stored, arguments: dict[str, Any], *, fresh: bool) -> Answer:
        """One call, counted whatever becomes of it."""
        token = self._tokens.access(self._consent, address=self._address, fresh=fresh)
        self._called(form_of(endpoint, arguments.get("format")), endpoint.value.units)
        answer = self._wire.call(endpoint, self._consent.sub, token, **arguments)
        self._tokens.accepted(self._consent.sub)
        return answer


class PanelGmail:
    """The open message's mailbox, through the short-lived token of one event."""

    def __init__(self, wire: Wire, token: str, mailbox: str) -> None:
        self._wire = wire
        self._token = token
        self._mailbox = mailbox

    def head(self, opened: OpenMessage) -> Mail:
        """The open message's headers."""
        return _mail(
            self._ask(
                Panel.MESSAGE,
                opened.access_token,
                id=opened.message_hex or opened.message,
                format="metadata",
                metadataHeaders=list(_HEAD_NAMES),
                fields=_HEAD_FIELDS,
            )
        )

    def labels(self) -> list[Label]:
        return labels_in(self._call(Panel.LABELS, fields="labels(id,name,type)"))

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

    def create_draft(self, mail: EmailMessage, opened: OpenMessage | None) -> Drafted:
        """Leave a mail among its owner's drafts, to be written and sent, or not, by themselves."""
        raw = base64.urlsafe_b64encode(mail.as_bytes(policy=SMTP)).decode()
        answer = self._call(
            Panel.CREATE_DRAFT,
            message_token=opened.access_token if opened else "",
            fields="id,message(threadId)",
            body={"message": {"raw": raw}},
        )
        return _drafted(answer)

    def _call(self, endpoint: Panel, **arguments: Any) -> dict[str, Any]:
        return self._ask(endpoint, **arguments).content

    def _ask(self, endpoint: Panel, message_token: str = "", **arguments: Any) -> Answer:
        return self._wire.call(endpoint, self._mailbox, self._token, message_token=message_token, **arguments)


class Gmail:
    """Opens mailboxes, at the pace each allows."""

    def __init__(self, google: Google, *, tokens: Tokens, clock: Clock) -> None:
        self._wire = Wire(google, clock)
        self._tokens = tokens

    def stored(
        self, consent: Consent, *, address: str, called: Callable[[Form, int], None] = lambda *_: None
    ) -> StoredGmail:
        """The mailbox of `address`, to which its owner consented; `called` is told of every call and its units."""
        return StoredGmail(self._wire, self._tokens, consent, address=address, called=called)

    def panel(self, token: str, *, sub: str) -> PanelGmail:
        return PanelGmail(self._wire, token, mailbox=sub)
