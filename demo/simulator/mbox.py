"""An mbox taken apart. Only a line that looks like a postmark and follows a blank line starts a message."""

import re
from collections.abc import Iterator
from email.utils import mktime_tz, parsedate_tz

_POSTMARK = re.compile(
    rb"^From [^\r\n]*?(?P<date>[A-Z][a-z]{2} [A-Z][a-z]{2} [^\r\n]*\d:\d\d[^\r\n]*)\r?$", re.MULTILINE
)
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


class NotAnMboxError(ValueError):
    """The body does not begin with a postmark."""


def read(body: bytes) -> Iterator[tuple[bytes, int | None]]:
    """Each message with its postmark's time in Unix milliseconds, where that can be read."""
    marks = [mark for mark in _POSTMARK.finditer(body) if _after_blank_line(body, mark.start())]
    if not marks or body[: marks[0].start()].strip():
        raise NotAnMboxError
    ends = [mark.start() for mark in marks[1:]] + [len(body)]
    for mark, end in zip(marks, ends, strict=True):
        raw = body[mark.end() : end].lstrip(b"\n")
        yield _QUOTED.sub(rb"\1", raw).rstrip(b"\r\n") + b"\n", _milliseconds(mark["date"])


def _after_blank_line(body: bytes, start: int) -> bool:
    return start == 0 or body[:start].endswith((b"\n\n", b"\r\n\r\n"))


def _milliseconds(date: bytes) -> int | None:
    parsed = parsedate_tz(date.decode("latin-1"))
    return None if parsed is None else int(mktime_tz(parsed)) * 1000
