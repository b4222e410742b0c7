"""An mbox from the real world becomes a mailbox."""

from base64 import urlsafe_b64decode
from collections.abc import Callable
from typing import Any

import pytest

from demo.simulator.client import ControlRefusedError
from demo.simulator.server import Simulator

Write = Callable[..., bytes]
ANA = "ana@acme.test"
POSTMARK = b"From someone@x.test Mon Nov 23 12:28:29 2026\n"


def test_threads_are_counted_and_the_date_header_gives_the_order(simulator: Simulator, write: Write) -> None:
    reply = write(
        Message_ID="<2@x.test>",
        References="<1@mail.test>",
        Date="Wed, 18 Nov 2009 10:00:00 +0100",
        Subject="Re: Role",
    )
    first = write(Date="Tue, 17 Nov 2009 10:00:00 +0100")
    own = write(From=ANA, Message_ID="<3@x.test>", Subject="Mine")

    answer = simulator.control.load(ANA, b"\n".join(POSTMARK + mail for mail in (reply, first, own)))

    assert answer == {"loaded": 3, "threads": 2}
    newest, oldest = simulator.control.mailbox(ANA)["threads"]
    assert newest["labels"] == ["SENT"]
    assert [message["subject"] for message in oldest["messages"]] == ["Role", "Re: Role"]
    assert oldest["labels"] == ["INBOX"]


def test_a_mail_without_a_readable_date_takes_the_postmarks(simulator: Simulator, ana: Any) -> None:
    simulator.control.load(ANA, POSTMARK + b"From: a@b.test\nDate: soon\n\nHi\n")

    [message] = ana.messages().list(userId="me").execute()["messages"]
    found = ana.messages().get(userId="me", id=message["id"], format="minimal").execute()
    assert found["internalDate"] == "1795436909000"


def test_only_a_postmark_after_a_blank_line_starts_a_message(simulator: Simulator, ana: Any) -> None:
    text = (
        POSTMARK + b"From: a@b.test\nSubject: one\n\nFrom here on, it is text\n>From the start\n"
        b"From x Mon Nov 23 12:28:29 2026\n\nmore\n\n" + POSTMARK + b"From: a@b.test\nSubject: two\n\nHi\n"
    )

    assert simulator.control.load(ANA, text)["loaded"] == 2
    shown = {one["messages"][0]["subject"]: one["id"] for one in simulator.control.mailbox(ANA)["threads"]}
    raw = urlsafe_b64decode(ana.messages().get(userId="me", id=shown["one"], format="raw").execute()["raw"])
    assert raw.endswith(
        b"From here on, it is text\r\nFrom the start\r\nFrom x Mon Nov 23 12:28:29 2026\r\n\r\nmore\r\n"
    )


def test_folded_headers_bad_charsets_and_doubles_are_taken_as_they_are(simulator: Simulator, ana: Any) -> None:
    mail = (
        b"From: =?no-such?Q?caf=E9?= <a@b.test>\nSubject: a long\n\tsubject \xe9\nMessage-ID:\n <7@x.test>\n"
        b'Content-Type: text/plain; charset="x-unknown"\n\n\xe9t\xe9\n\n'
    )

    assert simulator.control.load(ANA, POSTMARK + mail + POSTMARK + mail) == {"loaded": 2, "threads": 1}
    [thread] = simulator.control.mailbox(ANA)["threads"]
    message = ana.messages().get(userId="me", id=thread["messages"][0]["id"]).execute()
    headers = {one["name"]: one["value"] for one in message["payload"]["headers"]}
    assert headers["Subject"] == "a long\tsubject é"
    assert headers["Message-ID"] == "<7@x.test>"


@pytest.mark.parametrize("body", [b"", b"hello", b"{}", b"From me to you\n\nhi\n"])
def test_what_is_no_mbox_is_refused(simulator: Simulator, body: bytes) -> None:
    with pytest.raises(ControlRefusedError, match="not an mbox"):
        simulator.control.load(ANA, body)
