"""Mail that is made to break its readers, as Gmail's API would give it; each about as large as is asked for.

What Gmail would really let through is not known, so nothing is left out for that.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from tests.office import ANNA, JANE

Headers = list[tuple[str, str]]
Payload = dict[str, Any]


class Becomes(Enum):
    """What is to become of a thread with such a mail, once its owner pointed at it."""

    STORED = "stored"
    SET_ASIDE = "set aside"
    """It cannot be read, which the panel says."""
    WAITING = "waiting"
    """It names nobody who could be a candidate."""


@dataclass(frozen=True, kw_only=True)
class Hostile:
    """`make` is given a number of bytes and answers headers beside the ordinary ones, and the payload."""

    make: Callable[[int], tuple[Headers, Payload]]
    becomes: Becomes = Becomes.STORED
    more: Mapping[str, Any] | None = None
    """Fields of the message itself."""
    instead: bool = False
    """The headers stand alone."""

    def resource(self, id: str, thread: str, size: int) -> dict[str, Any]:
        headers, payload = self.make(size)
        ordinary = [
            ("From", f"Jane Doe <{JANE}>"),
            ("To", ANNA),
            ("Message-ID", f"<{id}@people.example>"),
            ("Date", "Mon, 05 Jan 2026 09:00:00 +0000"),
        ]
        own = {name for name, _ in headers}
        rows = headers if self.instead else [*headers, *(row for row in ordinary if row[0] not in own)]
        said = payload | {"headers": [{"name": name, "value": value} for name, value in rows]}
        message = {"id": id, "threadId": thread, "labelIds": ["INBOX"], "internalDate": "1767603600000"}
        return message | {"payload": said} | dict(self.more or {})

    def head(self, id: str, thread: str, size: int) -> dict[str, Any]:
        """The same where its headers alone were asked for."""
        whole = self.resource(id, thread, size)
        return whole | {"payload": {"headers": whole["payload"]["headers"]}}

    @property
    def is_in_headers(self) -> bool:
        """Whether who reads no more than the headers sees anything hostile."""
        return bool(self.instead or self.more or self.make(0)[0])


def written(answer: Mapping[str, Any]) -> str:
    """As JSON, however deep."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    try:
        return json.dumps(answer)
    finally:
        sys.setrecursionlimit(before)


def part(type_: str, content: str | bytes, *, name: str = "") -> Payload:
    data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    body = {"size": len(data), "data": base64.urlsafe_b64encode(data).decode()}
    return {"mimeType": type_, "filename": name, "body": body}


def several(*parts: Payload) -> Payload:
    return {"mimeType": "multipart/mixed", "filename": "", "body": {"size": 0}, "parts": list(parts)}


def nested(times: int) -> Payload:
    whole = part("text/plain", "within")
    for _ in range(times):
        whole = several(whole)
    return whole


HELLO = part("text/plain", "Hello")


def header(name: str, value: Callable[[int], str]) -> Callable[[int], tuple[Headers, Payload]]:
    return lambda size: ([(name, value(size))], HELLO)


def repeated(name: str, piece: str, before: str = "", after: str = "") -> Callable[[int], tuple[Headers, Payload]]:
    return header(name, lambda size: before + piece * (size // len(piece)) + after)


def html(piece: str, before: str = "", after: str = "") -> Callable[[int], tuple[Headers, Payload]]:
    return lambda size: ([], part("text/html", before + piece * (size // len(piece)) + after))


def _wide_cell(size: int) -> tuple[Headers, Payload]:
    """One cell is wide, and thousands of rows would be filled up to its width."""
    cells = "<tr><td>x</td></tr>" * (size // 40)
    return [], part("text/html", f"<table><tr><td>{'x' * (size // 2)}</td></tr>{cells}</table>")


def _crowd(size: int) -> tuple[Headers, Payload]:
    return [("Cc", ", ".join(f"P{n} <p{n}@else.example>" for n in range(size // 20)))], HELLO


MAILS: dict[str, Hostile] = {
    # Parts.
    "nested a thousand times": Hostile(make=lambda _: ([], nested(1000)), becomes=Becomes.SET_ASIDE),
    "nested": Hostile(make=lambda _: ([], nested(100))),
    "texts": Hostile(make=lambda size: ([], several(*[part("text/plain", "x")] * (size // 200)))),
    "files": Hostile(make=lambda size: ([], several(*[part("image/png", "x", name="x.png")] * (size // 200)))),
    "calendars": Hostile(make=lambda size: ([], several(*[part("text/calendar", "UID\n")] * (size // 200)))),
    "null parts": Hostile(make=lambda _: ([], {"mimeType": None, "filename": None, "body": None, "parts": None})),
    "no parts": Hostile(make=lambda _: ([], several())),
    "sizes that are none": Hostile(
        make=lambda _: ([], part("image/png", "", name="x.png") | {"body": {"size": "x"}})
    ),
    "invalid base64": Hostile(make=lambda _: ([], part("text/plain", "") | {"body": {"data": "*é==="}})),
    # Encodings.
    "bytes that are no text": Hostile(
        make=lambda size: ([], part("text/plain", bytes(range(256)) * (size // 256)))
    ),
    "nulls": Hostile(make=lambda size: ([("Subject", "a\0b")], part("text/plain", "\0" * (size // 4) + "x"))),
    "half characters": Hostile(make=lambda _: ([("Subject", "\ud800 x")], part("text/plain", "\ud800 x"))),
    "unknown charset": Hostile(
        make=lambda _: (
            [("Subject", "=?klingon?q?x?= =?zlib?b?eJw=?= =?utf-8?b?*?="), ("Content-Type", "x")],
            HELLO,
        )
    ),
    "bidi": Hostile(
        make=lambda _: ([("Subject", "\u202egpj.exe\u2066\u200b\ufeff")], part("text/plain", "\u202eabc"))
    ),
    "markup": Hostile(
        make=lambda _: (
            [("Subject", "<script>alert(1)</script>"), ("From", f'"<b>{{x}}%s</b>" <{JANE}>')],
            part("text/html", "<script>alert(1)</script><img src=x onerror=alert(1)>&lt;b&gt;"),
        )
    ),
    # Headers.
    "subject": Hostile(make=repeated("Subject", "x")),
    "coded subject": Hostile(make=repeated("Subject", "=?utf-8?q?a?= ")),
    "half coded subject": Hostile(make=repeated("Subject", "=?a?q?")),
    "folded subject": Hostile(make=repeated("Subject", "a\r\n ")),
    "coded name": Hostile(make=repeated("From", "=?utf-8?q?a?= ", before='"', after=f'" <{JANE}>')),
    "crowd": Hostile(make=_crowd),
    "brackets": Hostile(make=repeated("Cc", "(")),
    "brackets that are none": Hostile(make=repeated("Cc", "\\(", before="(", after="(")),
    "quotes that are none": Hostile(make=repeated("Cc", '\\"', before='"', after="\\")),
    "backslashes": Hostile(make=repeated("Cc", "\\", before='"')),
    "angles": Hostile(make=repeated("Cc", "<a")),
    "ats": Hostile(make=repeated("Cc", "a@")),
    "addresses that are none": Hostile(make=lambda _: ([("Cc", "@, a@, @b, <>, a b@c, x@@y, <@>;:,()")], HELLO)),
    "an address without end": Hostile(make=repeated("Cc", "x", after="@else.example")),
    "a list without end": Hostile(make=lambda size: ([("List-Id", "<x>"), ("List-Post", "a" * size)], HELLO)),
    "references": Hostile(make=repeated("References", "<a@b> ")),
    "an id without end": Hostile(make=repeated("Message-ID", "<a")),
    "the same headers": Hostile(make=lambda size: ([("Subject", "x"), ("Date", "x")] * (size // 20), HELLO)),
    "no header": Hostile(make=lambda _: ([], HELLO), becomes=Becomes.WAITING, instead=True),
    "date": Hostile(make=repeated("Date", "1 ")),
    "a date of digits": Hostile(make=repeated("Date", "9", before="Mon, 1 Jan ", after=" 00:00:00 +9999")),
    "after the end of time": Hostile(make=lambda _: ([], HELLO), more={"internalDate": "9" * 18}),
    "before time": Hostile(make=lambda _: ([], HELLO), more={"internalDate": "-" + "9" * 18}),
    # Bodies.
    "text": Hostile(make=lambda size: ([], part("text/plain", "word " * (size // 5)))),
    "paragraphs": Hostile(make=html("<p>word</p>")),
    "deep": Hostile(make=html("<div>", after="word")),
    "lists": Hostile(make=html("<ul><li>a")),
    "side by side": Hostile(make=html("<b>a</b>")),
    "cells": Hostile(make=html("<td>a</td>", before="<table><tr>")),
    "a wide cell": Hostile(make=_wide_cell),
    "indented": Hostile(make=html("<p style='padding-left:99999em;margin-top:99999em'>a</p>")),
    "lines far in": Hostile(make=html("a<br>", before="<div>" * 250)),
    "no tags": Hostile(make=html("<")),
    "styles": Hostile(make=html("<style ")),
    "attributes": Hostile(make=html("a=b ", before="<p ", after=">x")),
    "entities": Hostile(make=html("&amp;")),
    "nothing but hidden": Hostile(make=html("<p style='display:none'>a</p>")),
    # Files and invitations.
    "a file's name": Hostile(make=lambda size: ([], part("image/png", "", name="=?utf-8?q?a?= " * (size // 14)))),
    "invitation": Hostile(
        make=lambda size: ([], part("text/calendar", "METHOD:X\nUID:1\n" + "ATTENDEE:mailto:a@b\n" * (size // 20)))
    ),
    "a folded invitation": Hostile(make=lambda size: ([], part("text/calendar", "UID:" + "a\n " * (size // 3)))),
    "an id of an event": Hostile(make=lambda size: ([], part("text/calendar", "UID:" + "a" * size))),
}
IN_HEADERS = {name: each for name, each in MAILS.items() if each.is_in_headers}
