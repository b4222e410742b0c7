"""`sync --dry-run`: how many could sync at most, while nothing is opened and nothing is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.addon.console.running import run
from tests.office import ANNA, BEN, JANE, Office, mail

MBOX = """From MAILER-DAEMON Mon Nov 23 12:28:29 2026
From: Jane Doe <jane@people.example>
To: anna@acme.example
Subject: One
Message-ID: <1@people.example>

Hello, this text is nobody's business.

From MAILER-DAEMON Mon Nov 23 12:28:29 2026
From: anna@acme.example
To: jane@people.example
Subject: Re: One
Message-ID: <2@acme.example>
References: <1@people.example>

From Jane's side this is a reply.

From MAILER-DAEMON Mon Nov 23 12:28:29 2026
From: jane@people.example
To: anna@acme.example
Cc: clerk@bank.example
Message-ID: <3@people.example>

x

From MAILER-DAEMON Mon Nov 23 12:28:29 2026
From: jane@people.example
To: anna@acme.example
In-Reply-To: <3@people.example>
Message-ID: <8@people.example>

The clerk is on the first one only.

From MAILER-DAEMON Mon Nov 23 12:28:29 2026
From: shop@else.example
To: anna@acme.example
Message-ID: <4@else.example>

x

From MAILER-DAEMON Mon Nov 23 12:28:29 2026
From: jane@people.example
To: anna@acme.example
Message-ID: <5@people.example>
X-Gmail-Labels: Spam,Unread

x

From MAILER-DAEMON Mon Nov 23 12:28:29 2026
From: jane@people.example
X-GM-THRID: 1234567890123456789
Message-ID: <6@people.example>

x

From MAILER-DAEMON Mon Nov 23 12:28:29 2026
From: anna@acme.example
X-GM-THRID: 1234567890123456789
Message-ID: <7@acme.example>

x
"""


@pytest.fixture
def anna(office: Office) -> Office:
    office.member(ANNA, connected=True)
    office.candidate("Jane Doe", JANE)
    office.sync(ANNA)
    return office


@contextmanager
def nothing_written(office: Office, tmp_path: Path) -> Iterator[None]:
    """Fail where one byte of the store is another afterwards; calls are counted from here on."""

    def files() -> dict[str, bytes]:
        """The file and its log; what SQLite shares between processes beside them holds no data."""
        return {path.name: path.read_bytes() for path in tmp_path.glob("addon.db*") if path.suffix != ".db-shm"}

    office.simulator.control.reset_meter()
    before = files()
    yield
    assert before
    assert files() == before


def test_a_mailbox_is_counted_by_its_labels_alone(anna: Office, tmp_path: Path) -> None:
    anna.synced()
    for subject in ("Two", "Three"):
        at = anna.deliver(mail("somebody@else.example", ANNA, subject=subject), ANNA)[ANNA]
        anna.label(ANNA, at["threadId"])
    both = anna.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    anna.label(ANNA, both["threadId"], "Lever", "Lever/Secret")
    anna.deliver(mail(JANE, ANNA), ANNA)

    with nothing_written(anna, tmp_path):
        result = run(anna, "sync", "--dry-run", "--mailbox", ANNA)

    assert (result.exit_code, result.output) == (
        0,
        f"{ANNA}: up to 3 labelled conversations could come in; 1 more are in or were stopped. None was opened.\n",
    )
    calls = anna.calls()
    assert {call["method"] for call in calls} == {"labels.list", "threads.list"}
    assert all("snippet" not in call["fields"] and "messages" not in call["fields"] for call in calls)


def test_every_opted_in_mailbox_is_counted_where_none_is_named(anna: Office, tmp_path: Path) -> None:
    anna.member(BEN, connected=True)

    with nothing_written(anna, tmp_path):
        said = run(anna, "sync", "--dry-run").output

    assert [line.partition(":")[0] for line in said.splitlines()] == sorted([ANNA, BEN])


def test_a_mailbox_that_is_off_or_cannot_be_read_says_so(anna: Office, tmp_path: Path) -> None:
    anna.member(BEN)
    anna.simulator.control.fault("GET .*/labels", status=503, reason="backendError", times=1)

    with nothing_written(anna, tmp_path):
        off = run(anna, "sync", "--dry-run", "--mailbox", BEN)
        failed = run(anna, "sync", "--dry-run", "--mailbox", ANNA)

    assert (off.exit_code, off.output) == (0, f"{BEN}: Email is off.\n")
    assert (failed.exit_code, failed.stderr) == (1, f"{ANNA}: cannot be read now (Google did not answer).\n")


def test_an_mbox_is_counted_by_the_addresses_on_it_and_gmail_is_not_asked(anna: Office, tmp_path: Path) -> None:
    file = tmp_path / "export.mbox"
    file.write_text(MBOX)
    before = file.stat().st_mtime_ns

    with nothing_written(anna, tmp_path):
        result = run(anna, "sync", "--dry-run", "--mbox", str(file), "--mailbox", ANNA)

    assert (result.exit_code, result.output) == (
        0,
        "export.mbox: up to 3 of 4 conversations could come in, if each carried the label. Nothing was stored.\n",
    )
    assert anna.calls() == []
    assert (file.read_text(), file.stat().st_mtime_ns) == (MBOX, before)


def test_a_blocked_person_keeps_a_conversation_of_an_mbox_out(
    make_office: Callable[..., Office], tmp_path: Path
) -> None:
    office = make_office(BLOCKLIST="bank.example")
    office.candidate("Jane Doe", JANE)
    file = tmp_path / "export.mbox"
    file.write_text(MBOX)

    assert "up to 2 of 4" in run(office, "sync", "--dry-run", "--mbox", str(file)).output


@pytest.mark.parametrize("content", [b"name,addresses\nJane,jane@people.example\n", b"\xff\xfe\x00 no mbox", b"F"])
def test_a_file_that_is_no_mbox_is_not_taken_for_an_empty_one(
    office: Office, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(content)

    result = run(office, "sync", "--dry-run", "--mbox", str(file))

    assert result.exit_code == 1
    assert "people.csv is not an mbox: its first line must begin with 'From '." in result.output


@pytest.mark.parametrize("content", [b"", b"\r\n", b"\nFrom x\n\n", b"From x\n\n" * 3])
def test_a_file_without_mail_holds_no_conversation_of_interest(
    office: Office, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "odd.mbox"
    file.write_bytes(content)

    result = run(office, "sync", "--dry-run", "--mbox", str(file))

    assert result.exit_code == 0
    assert "up to 0 of " in result.output


def test_a_dry_run_goes_with_nothing_that_would_store(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "export.mbox"
    file.write_text(MBOX)

    assert run(office, "sync", "--dry-run", "--watch").exit_code == 2
    assert run(office, "sync", "--mbox", str(file)).exit_code == 2
    assert run(office, "sync", "--watch", "--mailbox", ANNA).exit_code == 2
    assert run(office, "sync", "--dry-run", "--mbox", str(tmp_path / "none")).exit_code == 2
