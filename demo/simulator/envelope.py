"""What the simulator itself needs to know of a mail: who, about what, and which mails it answers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message as Mime
from email.policy import compat32
from email.utils import getaddresses, mktime_tz, parsedate_tz

_MESSAGE_ID = re.compile(r"<[^<>\s]+>")
_SUBJECT_PREFIX = re.compile(r"^\s*(?:(?:re|fwd?|aw|sv|antw|wg|tr)(?:\[\d+\])?\s*:|\[[^\]]*\])\s*", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """`message_id` is empty where there is none; `date` is Unix milliseconds, None where it cannot be read."""

    message_id: str
    answers: tuple[str, ...]
    sender: str
    sender_header: str
    subject: str
    date: int | None


def read(raw: bytes) -> Envelope:
    mime = parse(raw)
    sender = first(mime, "from")
    return Envelope(
        message_id=_first_id(first(mime, "message-id")),
        answers=tuple(_MESSAGE_ID.findall(first(mime, "references") + " " + first(mime, "in-reply-to"))),
        sender=_address(sender),
        sender_header=_decoded(sender),
        subject=_decoded(first(mime, "subject")),
        date=_milliseconds(first(mime, "date")),
    )


def parse(raw: bytes) -> "Mime[str, str]":
    """Read with the old policy: it never raises and leaves headers as they were sent."""
    return message_from_bytes(raw, policy=compat32)


def headers(mime: "Mime[str, str]") -> Iterator[tuple[str, str]]:
    """Give names and values unfolded (blanks kept), RFC 2047 words left alone, stray bytes decoded."""
    for name, value in mime.raw_items():
        text = str(value).encode("utf-8", "surrogateescape")
        yield name, re.sub(r"\r\n|\r|\n", "", guessed(text)).strip()


def first(mime: "Mime[str, str]", wanted: str) -> str:
    return next((value for name, value in headers(mime) if name.lower() == wanted), "")


def guessed(text: bytes, charset: str | None = None) -> str:
    """Try the declared charset, UTF-8, then Windows-1252: mail lies about its charset."""
    for name in (charset, "utf-8", "windows-1252"):
        try:
            if name:
                return text.decode(name)
        except (LookupError, UnicodeError, ValueError):
            continue
    return text.decode("latin-1")


def normal_subject(subject: str) -> str:
    """Less Re:, Fwd: and [list], blanks and case: equal ones may share a thread."""
    text = subject
    while (shorter := _SUBJECT_PREFIX.sub("", text, count=1)) != text:
        text = shorter
    return " ".join(text.split()).casefold()


def _first_id(value: str) -> str:
    found = _MESSAGE_ID.search(value)
    return found.group() if found else ""


def _address(value: str) -> str:
    addresses = getaddresses([value])
    return addresses[0][1].casefold() if addresses else ""


def _decoded(value: str) -> str:
    try:
        return str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        return value


def _milliseconds(value: str) -> int | None:
    try:
        parsed = parsedate_tz(value)
        return None if parsed is None else int(mktime_tz(parsed)) * 1000
    except (IndexError, OverflowError, TypeError, ValueError):
        return None
