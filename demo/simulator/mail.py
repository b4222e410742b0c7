"""Raw mail as Gmail's message resource: the four formats, the part tree, snippet and size.

Text is handed out as UTF-8 whatever the part declared, as Gmail does; attachment ids change with every read.
"""

import re
from base64 import urlsafe_b64encode
from collections.abc import Collection, Iterator
from email.message import Message as Mime
from enum import Enum
from html import unescape
from typing import Any

from demo.simulator import attachments
from demo.simulator.envelope import guessed, headers, parse
from demo.simulator.message import Message

# Above this Gmail hands out text like an attachment; its own figure is not published.
LARGE_TEXT = 1_000_000
_SNIPPET = 200
_TAGS = re.compile(r"<(style|script)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_DEEPEST = 50
_HTML_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})


class Format(Enum):
    MINIMAL = "minimal"
    METADATA = "metadata"
    FULL = "full"
    RAW = "raw"


def resource(message: Message, wanted: Format, *, header_names: Collection[str] = ()) -> dict[str, Any]:
    """`header_names` narrows the metadata format; the others ignore it, as Gmail does."""
    mime = parse(message.raw)
    common: dict[str, Any] = {
        "id": message.id,
        "threadId": message.thread_id,
        "labelIds": sorted(message.labels),
        "snippet": _snippet(mime),
        "historyId": str(message.history_id),
        "internalDate": str(message.internal_date),
        "sizeEstimate": len(message.raw),
    }
    if not message.labels:
        del common["labelIds"]
    if wanted is Format.RAW:
        common["raw"] = base64url(message.raw)
    if wanted is Format.METADATA:
        names = {name.lower() for name in header_names}
        kept = [one for one in _headers(mime) if not names or one["name"].lower() in names]
        common["payload"] = {"mimeType": mime.get_content_type(), "headers": kept}
    if wanted is Format.FULL:
        common["payload"] = _part(mime, "", message.id)
    return common


def snippet(message: Message) -> str:
    return _snippet(parse(message.raw))


def filenames(message: Message) -> list[str]:
    return [name for part in parse(message.raw).walk() if (name := _filename(part))]


def text(message: Message) -> str:
    """All its text that is no attachment, HTML without its tags."""
    mime = parse(message.raw)
    return "\n".join([*_texts(mime, "text/plain"), *map(_without_tags, _texts(mime, "text/html"))])


def content(message: Message, part_id: str) -> bytes | None:
    """One part's bytes, text as UTF-8; None for a part there is not."""
    mime = parse(message.raw)
    for place in map(int, filter(None, part_id.split("."))):
        inner = _children(mime)
        if place >= len(inner):
            return None
        mime = inner[place]
    return _content(mime)


def _part(mime: "Mime[str, str]", part_id: str, message_id: str, depth: int = 0) -> dict[str, Any]:
    filename = _filename(mime)
    part: dict[str, Any] = {
        "partId": part_id,
        "mimeType": mime.get_content_type(),
        "filename": filename,
        "headers": _headers(mime),
    }
    inner = _children(mime) if depth < _DEEPEST else []
    if mime.get_content_maintype() == "multipart" and inner:
        part["body"] = {"size": 0}
    else:
        part["body"] = _body(mime, filename, attachments.new_id(message_id, part_id))
    if inner:
        ids = (f"{part_id}.{place}" if part_id else str(place) for place in range(len(inner)))
        part["parts"] = [
            _part(child, child_id, message_id, depth + 1) for child, child_id in zip(inner, ids, strict=True)
        ]
    return part


def _body(mime: "Mime[str, str]", filename: str, attachment_id: str) -> dict[str, Any]:
    content = _content(mime)
    if mime.get_content_maintype() == "text" and not filename and len(content) <= LARGE_TEXT:
        return {"size": len(content), "data": base64url(content)} if content else {"size": 0}
    return {"attachmentId": attachment_id, "size": len(content)}


def _content(mime: "Mime[str, str]") -> bytes:
    if mime.get_content_type() == "message/rfc822":
        return b"".join(child.as_bytes() for child in _children(mime))
    content = mime.get_payload(decode=True)
    if not isinstance(content, bytes):
        return b""
    if mime.get_content_maintype() != "text":
        return content
    return guessed(content, _charset(mime)).encode("utf-8", "replace")


def _children(mime: "Mime[str, str]") -> "list[Mime[str, str]]":
    payload = mime.get_payload()
    return [one for one in payload if isinstance(one, type(mime))] if isinstance(payload, list) else []


def _headers(mime: "Mime[str, str]") -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers(mime)]


def _filename(mime: "Mime[str, str]") -> str:
    try:
        return str(mime.get_filename() or "")
    except (LookupError, TypeError, ValueError):
        return ""


def _charset(mime: "Mime[str, str]") -> str | None:
    try:
        return mime.get_content_charset()
    except (LookupError, TypeError, ValueError):
        return None


def _snippet(mime: "Mime[str, str]") -> str:
    text = next(_texts(mime, "text/plain"), None)
    if text is None:
        text = _without_tags(next(_texts(mime, "text/html"), ""))
    return " ".join(text[: 20 * _SNIPPET].split())[:_SNIPPET].translate(_HTML_ESCAPES)


def _without_tags(html: str) -> str:
    return unescape(_TAGS.sub(" ", html))


def _texts(mime: "Mime[str, str]", content_type: str) -> Iterator[str]:
    for part in mime.walk():
        if part.get_content_type() == content_type and not part.is_multipart() and not _filename(part):
            yield _content(part).decode("utf-8")


def base64url(content: bytes) -> str:
    return urlsafe_b64encode(content).decode("ascii")
