"""A message as Gmail's API gives it becomes a `Mail`: headers decoded, one text, attachments by name.

Mail is hostile: whatever is wrong with it, something readable comes out and nothing is raised. However large it
is, what is kept of it is bounded, and so is the work: nothing here takes more than a few looks at each character.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.errors import MessageError
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any

from addon.gateways import html
from addon.gateways.addresses import ADDRESS, mailboxes
from addon.gateways.invitations import invitation_in
from addon.policy import origin
from addon.policy.copies import REFERENCES_FOLLOWED
from addon.policy.mail import Mail
from addon.policy.matching import canonical
from addon.policy.origin import Evidence
from storage.records import Attachment, Head, Invitation, Participant, Place

_MESSAGE_IDS = re.compile(r"<([^<>\s]+)>")
_LINE_FOLD = re.compile(r"\r?\n[ \t]+")
_LONGEST_SUBJECT = 2000
"""Characters: more than anybody reads, and little beside the rest of what lists show."""
_FIRST, _EPOCH, _LAST = (
    datetime.min.replace(tzinfo=UTC),
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime.max.replace(tzinfo=UTC),
)
_LONGEST_NAME = 250
"""Characters of a person's, a file's or a type's name."""
_WRITTEN = 25
"""Characters that one may take as it is written in a header; decoding takes longer than their number tells."""
MOST_PEOPLE = 2000
"""Who takes part in one mail, as many as Gmail lets anybody write to: each is looked up."""
MOST_ATTACHMENTS = 1000
MOST_TEXT = 1_000_000
"""Characters of text, and of the HTML or the invitation it is made from; a cut text says so at its end."""
_CUT = "\n[…]"
_BYTES = 4
"""Of a character, at most."""
_NOW = timedelta(minutes=1)
"""Gmail's machines differ by less."""
_CAME_OR_WENT = frozenset({"INBOX", "SENT"})
_AUTOMATIC_SENDERS = frozenset({"mailer-daemon", "postmaster"})


class Headers:
    """A message's headers by lower-case name; a name may repeat."""

    def __init__(self, rows: list[Mapping[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for row in rows:
            self._values.setdefault(str(row.get("name", "")).lower(), []).append(
                _LINE_FOLD.sub(" ", clean(str(row.get("value", ""))))
            )

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def first(self, name: str) -> str:
        return self._values.get(name, [""])[0]

    def all(self, name: str) -> list[str]:
        return self._values.get(name, [])


def mail_from(resource: Mapping[str, Any], *, told_at: datetime | None = None) -> Mail:
    """Read one message resource, of whatever format and fields; `told_at`: when Gmail gave it, by its clock."""
    payload = resource.get("payload") or {}
    headers = Headers(payload.get("headers") or [])
    parts = list(_leaves(payload))
    list_mail = "list-id" in headers
    labels = frozenset[str](resource.get("labelIds", ()))
    accepted_at = _moment(_number(resource.get("internalDate")))
    people = _participants(headers, list_mail=list_mail)
    return Mail(
        id=resource["id"],
        thread=resource["threadId"],
        labels=labels,
        accepted_at=accepted_at,
        scheduled=told_at is not None and accepted_at > told_at + _NOW and not labels & _CAME_OR_WENT,
        message_id=_message_id(headers.first("message-id")),
        date=_date(headers.first("date")),
        references=_references(headers),
        head=Head(
            subject=decoded(headers.first("subject"), longest=_LONGEST_SUBJECT),
            participants=tuple(_named(islice(people, MOST_PEOPLE))),
            attachments=tuple(islice(_attachments(parts), MOST_ATTACHMENTS)),
            automatic=_is_automatic(headers),
            invitation=_invitation(parts),
        ),
        others=frozenset(canonical(address) for _, _, address in people),
        list_mail=list_mail,
        list_addresses=frozenset(canonical(a) for a in ADDRESS.findall(_posts(headers))),
        text=_text(parts),
    )


def _moment(milliseconds: int) -> datetime:
    """Whoever puts mail into a mailbox may date it as they like; what no calendar holds is as far as one goes."""
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return _LAST if milliseconds > 0 else _FIRST


def evidence_from(resource: Mapping[str, Any]) -> Evidence:
    """Read what a message's headers say of its origin; the topmost of a name is the first (RFC 8601, 5)."""
    headers = Headers((resource.get("payload") or {}).get("headers") or [])
    own = [_message_id(headers.first("message-id"))]
    cited = _cited(headers)
    return Evidence(
        mail=mail_from(resource),
        authors=origin.author_of(address for _, address in mailboxes(headers.all("from"))),
        cited=tuple(dict.fromkeys(each for each in [*own, *cited[:1], *cited[-REFERENCES_FOLLOWED:]] if each)),
        results=headers.first("authentication-results"),
    )


def clean(text: str) -> str:
    """Text that every store can hold: no lone surrogates, no null characters."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def decoded(value: str, *, longest: int = _LONGEST_NAME) -> str:
    """Decoded where it is written in RFC 2047 words, and cut."""
    written = value[: longest * _WRITTEN]
    try:
        return clean(str(make_header(decode_header(written))))[:longest]
    except (MessageError, LookupError, ValueError):
        return written[:longest]


# --- headers ----------------------------------------------------------------------------------------------


def _number(value: object) -> int:
    try:
        return int(str(value or 0))
    except ValueError:
        return 0


def _named(people: Iterable[tuple[Place, str, str]]) -> Iterator[Participant]:
    for place, name, address in people:
        yield Participant(address=address, name=decoded(name), place=place)


def _participants(headers: Headers, *, list_mail: bool) -> Iterator[tuple[Place, str, str]]:
    """Place, name as written, and address of each.

    A list that rewrote From says in X-Original-From who wrote; elsewhere anybody could write that.
    """
    author = list(mailboxes(headers.all("x-original-from"))) if list_mail else []
    rows = (
        (Place.FROM, author or mailboxes(headers.all("from")[:1])),
        (Place.TO, mailboxes(headers.all("to"))),
        (Place.CC, mailboxes(headers.all("cc"))),
        (Place.BCC, mailboxes(headers.all("bcc"))),
        (Place.REPLY_TO, mailboxes(headers.all("reply-to"))),
    )
    seen: set[tuple[Place, str]] = set()
    for place, people in rows:
        for name, address in people:
            if (place, address) not in seen:
                seen.add((place, address))
                yield place, name, address


def _message_id(value: str) -> str | None:
    """With or without angle brackets it is the same id."""
    found = _MESSAGE_IDS.search(value)
    return (found[1] if found else value.strip()) or None


def _date(value: str) -> str | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return value.strip() or None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC).isoformat()
    except OverflowError:
        return value.strip()


def _cited(headers: Headers) -> list[str]:
    cited = _MESSAGE_IDS.findall(" ".join([*headers.all("references"), *headers.all("in-reply-to")]))
    return list(dict.fromkeys(cited))


def _references(headers: Headers) -> tuple[str, ...]:
    return tuple(_cited(headers)[-REFERENCES_FOLLOWED:])


def _posts(headers: Headers) -> str:
    return re.sub(r"mailto:|\?[^\s<>,]*", " ", " ".join(headers.all("list-post")), flags=re.IGNORECASE)


def _is_automatic(headers: Headers) -> bool:
    """Automatic replies (RFC 3834 and the older marks of it) and bounces."""
    sender = headers.first("from").rpartition("<")[2].partition("@")[0].strip(' "').lower()
    return (
        headers.first("auto-submitted").strip().lower() not in {"", "no"}
        or headers.first("precedence").strip().lower() == "auto_reply"
        or "x-autoreply" in headers
        or headers.first("content-type").lower().startswith("multipart/report")
        or sender in _AUTOMATIC_SENDERS
    )


# --- body -------------------------------------------------------------------------------------------------


def _leaves(part: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Parts that hold something, in order; without recursion, because nesting is the sender's choice.

    An attached mail is a file with a name, whatever Gmail tells of what is inside.
    """
    stack = [part]
    while stack:
        current = stack.pop()
        inner = current.get("parts")
        if inner and not current.get("filename"):
            stack.extend(reversed(inner))
        else:
            yield current


def _type(part: Mapping[str, Any]) -> str:
    return clean(str(part.get("mimeType") or ""))[:_LONGEST_NAME].lower()


def _size(part: Mapping[str, Any]) -> int:
    return _number((part.get("body") or {}).get("size"))


def _body(part: Mapping[str, Any], *, most: int = MOST_TEXT) -> str:
    """What a part says, as far as the first `most` characters and a little more, so that it is seen to be cut."""
    # So many bytes hold so many characters, and 3 of them are 4 characters in base64.
    data = str((part.get("body") or {}).get("data", ""))[: (most * _BYTES // 3 + 1) * 4]
    try:
        return clean(base64.urlsafe_b64decode(data + "=" * (-len(data) % 4)).decode("utf-8", "replace"))
    except ValueError:
        return ""


def _bodies(parts: Iterable[Mapping[str, Any]], type_: str) -> tuple[str, bool]:
    """What the parts of a type say, one after the other, and whether it is cut.

    A large text Gmail hands out like a file: it tells the size, and not a word of it.
    """
    said, left, withheld = [], MOST_TEXT, False
    for part in parts:
        if left >= 0 and _type(part) == type_:
            said.append(_body(part, most=left))
            left -= len(said[-1]) + 1
            withheld = withheld or (not said[-1] and _size(part) > 0)
    return "\n".join(said)[:MOST_TEXT], withheld or left < -1


def _text(parts: list[Mapping[str, Any]]) -> str:
    """The plain text where there is one, else the HTML as text; attached files are not text of the message."""
    inline = [part for part in parts if not part.get("filename")]
    plain, cut = _bodies(inline, "text/plain")
    text = plain.strip().replace("\r\n", "\n")
    if not text:
        markup, markup_cut = _bodies(inline, "text/html")
        text = html.text_of(markup) if markup.strip() else ""
        cut = markup_cut or (cut and not text)
    return f"{text[:MOST_TEXT]}{_CUT}" if cut or len(text) > MOST_TEXT else text


def _attachments(parts: list[Mapping[str, Any]]) -> Iterator[Attachment]:
    """By name; an invitation's .ics file is the invitation once more and is not listed."""
    invitation = _invitation(parts) is not None
    for part in parts:
        name = decoded(clean(str(part.get("filename") or "")))
        twin = invitation and (
            _type(part) in {"text/calendar", "application/ics"} or name.lower().endswith(".ics")
        )
        if name and not twin:
            yield Attachment(name=name, type=_type(part), size=_size(part))


def _invitation(parts: list[Mapping[str, Any]]) -> Invitation | None:
    for part in parts:
        if _type(part) == "text/calendar" and (found := invitation_in(_body(part))):
            return found
    return None
