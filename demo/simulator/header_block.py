"""The header block of a raw message, edited as bytes: what is not touched stays exactly as it was sent."""

import re
from collections.abc import Iterable

_FIELD = re.compile(rb"[^\r\n]*(?:\r\n[ \t][^\r\n]*)*\r\n")


def with_crlf(raw: bytes) -> bytes:
    """Line ends as Gmail stores them."""
    return re.sub(rb"\r\n|\r|\n", b"\r\n", raw)


def without(raw: bytes, names: Iterable[str]) -> bytes:
    """`raw` (CRLF) less every header of these names, folded lines included."""
    gone = {name.lower().encode("ascii") for name in names}
    block, body = _split(raw)
    kept = (field for field in _FIELD.findall(block) if field.partition(b":")[0].strip().lower() not in gone)
    return b"".join(kept) + body


def on_top(raw: bytes, header: str) -> bytes:
    return header.encode("utf-8") + b"\r\n" + raw


def _split(raw: bytes) -> tuple[bytes, bytes]:
    if raw.startswith(b"\r\n"):
        return b"", raw
    end = raw.find(b"\r\n\r\n")
    if end < 0:
        return (raw if raw.endswith(b"\r\n") else raw + b"\r\n"), b"\r\n"
    return raw[: end + 2], raw[end + 2 :]
