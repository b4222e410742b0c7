"""What the simulator itself needs to know of a mail: who, about what, and which mails it answers."""

import re
from collections import defaultdict
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
    """`message_id` is empty where there is none; `date` is Unix milliseconds, None where it cannot be read.

    The headers of recipients are decoded texts; `mailing_list` is List-Id and List-Post.
    """

    message_id: str
    answers: tuple[str, ...]
    sender: str
    sender_header: str
    subject: str
    date: int | None
    to: str
    cc: str
    bcc: str
    mailing_list: str
    delivered_to: str


def read(raw: bytes) -> Envelope:
    known = _by_name(parse(raw))

    def whole(*names: str) -> str:
        return _decoded(", ".join(value for name in names for value in known[name]))

    sender = known["from"][0] if known["from"] else ""
    return Envelope(
        message_id=_own_id("".join(known["message-id"][:1])),
        answers=tuple(_MESSAGE_ID.findall(" ".join(known["references"][:1] + known["in-reply-to"][:1]))),
        sender=_address(sender),
        sender_header=_decoded(sender),
        subject=_decoded("".join(known["subject"][:1])),
        date=_milliseconds("".join(known["date"][:1])),
        to=whole("to"),
        cc=whole("cc"),
        bcc=whole("bcc"),
        mailing_list=whole("list-id", "list-post"),
        delivered_to=whole("delivered-to"),
    )


def recipients(raw: bytes) -> frozenset[str]:
    """Every address in To, Cc and Bcc."""
    known = _by_name(parse(raw))
    listed = getaddresses([value for name in ("to", "cc", "bcc") for value in known[name]])
    return frozenset(address.casefold() for _, address in listed if address)


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


def _by_name(mime: "Mime[str, str]") -> defaultdict[str, list[str]]:
    known = defaultdict(list)
    for name, value in headers(mime):
        known[name.lower()].append(value)
    return known


def _own_id(value: str) -> str:
    """Some programs forget the brackets; answers have them all the same."""
    found = _MESSAGE_ID.search(value) or _MESSAGE_ID.fullmatch(f"<{value.strip()}>")
    return found.group() if found else ""


def _address(value: str) -> str:
    addresses = getaddresses([value])
    return addresses[0][1].casefold() if addresses else ""


def _decoded(value: str) -> str:
    if "=?" not in value:
        return value
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
