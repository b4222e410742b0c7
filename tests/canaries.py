"""Private mail with a word of its own in every place a word can be, and everywhere such a word could turn up."""

from __future__ import annotations

import base64
import binascii
import logging
import quopri
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from tests.backends import Place
from tests.office import ANNA, Office, mail

WORD = "Xylophoniker"
"""Of every canary, whichever its place; nothing of ours and no library says it."""
_PLACES = "name local domain subject header custom plain markup file bytes event".split()  # noqa: SIM905


def private(
    *, sender: str = "", to: str = ANNA, reply_to: EmailMessage | None = None, **headers: str
) -> EmailMessage:
    """A mail from somebody, or from `sender`, that says the word in every header and part."""
    said = {place: f"{WORD}-{place}-{secrets.token_hex(4)}" for place in _PLACES}
    own = f"{said['local']}@{said['domain']}.example"
    message = mail(
        f"{said['name']} <{sender or own}>",
        f"{said['name']} <{to}>",
        subject=said["subject"],
        text=f"{said['plain']} \u00e9\n" * 3,
        reply_to=reply_to,
        Cc=f"{said['name']} <cc-{own}>",
        Bcc=f"{said['name']} <bcc-{own}>",
        X_Custom=said["custom"],
        Reply_To=f"re-{own}",
        Comments=said["header"],
    )
    message.replace_header("Message-ID", f"<{said['header']}@{said['domain']}.example>")
    for name, value in headers.items():
        del message[name.replace("_", "-")]
        message[name.replace("_", "-")] = value
    if reply_to is None and "References" not in headers:
        message["References"] = f"<{said['header']}@cited.example>"
    message.add_alternative(f"<p title='{said['markup']}'>{said['markup']}</p>", subtype="html")
    event = f"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nUID:{said['event']}\r\nSUMMARY:{said['event']}\r\n"
    message.add_alternative(event, subtype="calendar")
    message.add_attachment(
        said["bytes"].encode(), maintype="application", subtype="pdf", filename=f"{said['file']}.pdf"
    )
    return message


def _needles() -> frozenset[bytes]:
    """The word as it is, in any case, and as encodings write it wherever in their input it begins."""
    found = set[bytes]()
    for word in {WORD, WORD.lower(), WORD.upper()}:
        raw = word.encode()
        found |= {raw, binascii.hexlify(raw), word.encode("utf-16-le"), quopri.encodestring(raw)}
        for before in range(3):
            whole = base64.b64encode(bytes(before) + raw + bytes(3))
            # The characters that hold something of the word and of nothing else.
            first, last = -(-before * 8 // 6), (before + len(raw)) * 8 // 6
            found |= {whole[first:last], whole[first:last].translate(bytes.maketrans(b"+/", b"-_"))}
    return frozenset(found)


NEEDLES = _needles()


@dataclass
class Watch:
    """What came out of a company: its store, all it logged and answered, and files it made."""

    place: Place
    temporary: Path
    logged: list[str] = field(default_factory=list)
    """By every logger at every level, printed or not."""
    answers: list[str] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    """Names of temporary files that were made, whether or not they are there still."""

    def listens(self, office: Office) -> None:
        """To every answer of the app, with its headers, from now on."""

        @office.client.application.after_request
        def keep(response: Any) -> Any:
            self.answers.append(f"{response.headers} {response.get_data().decode(errors='replace')}")
            return response

    def run(self, office: Office, *args: str) -> str:
        """Type a command at the console."""
        result = office.client.application.test_cli_runner().invoke(args=list(args))
        self.printed.append(f"{result.output} {result.exception!r}")
        assert result.exit_code == 0, result.output
        return result.output

    def kept(self) -> dict[str, bytes]:
        """All that outlives a decision, and is for others than who opened a message: by where it is."""
        files = [path.read_bytes() for path in self.temporary.rglob("*") if path.is_file()]
        return {
            "store": self.place.raw(),
            "log": "\n".join(self.logged).encode(),
            "files": b"".join(files),
            "console": "\n".join(self.printed).encode(),
        }

    def said(self) -> dict[str, bytes]:
        """The same, and every answer of the panel and to the jobs."""
        return self.kept() | {"answers": "\n".join(self.answers).encode()}

    def canaries(self) -> set[str]:
        """Where the word is, in whatever way it is written; a temporary file counts, for it held something."""
        made = {"temporary files"} if self.opened else set[str]()
        return made | {
            where
            for where, content in self.said().items()
            if any(needle in content or needle.lower() in content.lower() for needle in NEEDLES)
        }

    def named(self, *ids: str) -> set[tuple[str, str]]:
        """Where ids of Gmail's are, in either of their forms."""
        return {
            (where, id)
            for where, content in self.kept().items()
            for id in ids
            if id.encode() in content or str(int(id, 16)).encode() in content
        }


_listening: list[Watch] = []


def _heard(event: str, arguments: tuple[Any, ...]) -> None:
    for watch in _listening if event in {"tempfile.mkstemp", "tempfile.mkdtemp"} else ():
        watch.opened.append(str(arguments))


sys.addaudithook(_heard)


@contextmanager
def watching(place: Place, temporary: Path) -> Iterator[Watch]:
    watch = Watch(place, temporary)
    root, heard = logging.getLogger(), _Heard(watch)
    before = root.level
    root.setLevel(logging.DEBUG)
    root.addHandler(heard)
    _listening.append(watch)
    try:
        yield watch
    finally:
        _listening.remove(watch)
        root.removeHandler(heard)
        root.setLevel(before)


class _Heard(logging.Handler):
    def __init__(self, watch: Watch) -> None:
        super().__init__()
        self._watch = watch

    def emit(self, record: logging.LogRecord) -> None:
        self._watch.logged.append(f"{self.format(record)} {vars(record)}")
