"""How mail arrives and what a message looks like when Google's client reads it."""

from base64 import urlsafe_b64decode
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
from googleapiclient.errors import HttpError
from hypothesis import given
from hypothesis import strategies as st

from demo.simulator import envelope, mail
from demo.simulator.mail import Format
from demo.simulator.message import Message
from demo.simulator.server import Simulator

Write = Callable[..., bytes]
ANA, BEN = "ana@acme.test", "ben@acme.test"


def headers_of(message: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["name"], one["value"]) for one in message["payload"]["headers"]]


def test_a_recipients_copy_is_unread_in_the_inbox_and_the_senders_is_sent(
    simulator: Simulator, gmail: Callable[..., Any], write: Write
) -> None:
    copies = simulator.control.deliver(write(From=f"Ana <{ANA}>", To=BEN), to=[ANA, BEN])

    sent = gmail(ANA).messages().get(userId="me", id=copies[ANA]["id"]).execute()
    received = gmail(BEN).messages().get(userId="me", id=copies[BEN]["id"]).execute()
    assert sent["labelIds"] == ["SENT"]
    assert received["labelIds"] == ["INBOX", "UNREAD"]
    assert sent["id"] != received["id"]


def test_a_mail_from_a_send_as_address_is_sent_mail(simulator: Simulator, ana: Any, write: Write) -> None:
    copy = simulator.control.deliver(write(From="Jobs@Acme.test"), to=[ANA])[ANA]

    assert ana.messages().get(userId="me", id=copy["id"]).execute()["labelIds"] == ["SENT"]


def test_an_address_that_is_not_verified_yet_is_a_strangers(
    simulator: Simulator, gmail: Callable[..., Any], write: Write
) -> None:
    waiting = {"email": "new@acme.test", "verificationStatus": "pending"}
    simulator.control.add_mailbox("cy@acme.test", send_as=[waiting])

    copy = simulator.control.deliver(write(From="new@acme.test"), to=["cy@acme.test"])["cy@acme.test"]

    users = gmail("cy@acme.test")
    assert users.messages().get(userId="me", id=copy["id"]).execute()["labelIds"] == ["INBOX", "UNREAD"]
    aliases = users.settings().sendAs().list(userId="me").execute()["sendAs"]
    assert [one["verificationStatus"] for one in aliases] == ["accepted", "pending"]


def test_a_forged_sender_has_no_sent_copy(simulator: Simulator, ana: Any, write: Write) -> None:
    copy = simulator.control.deliver(write(From=ANA), to=[ANA], auth="fail")[ANA]

    message = ana.messages().get(userId="me", id=copy["id"]).execute()
    assert message["labelIds"] == ["INBOX", "UNREAD"]
    assert "dkim=fail" in headers_of(message)[0][1]


def test_the_bcc_is_seen_in_the_senders_copy_only(
    simulator: Simulator, gmail: Callable[..., Any], write: Write
) -> None:
    copies = simulator.control.deliver(write(From=ANA, Bcc="boss@acme.test"), to=[ANA, BEN])

    sent = gmail(ANA).messages().get(userId="me", id=copies[ANA]["id"]).execute()
    received = gmail(BEN).messages().get(userId="me", id=copies[BEN]["id"], format="raw").execute()
    assert ("Bcc", "boss@acme.test") in headers_of(sent)
    assert b"boss@acme.test" not in urlsafe_b64decode(received["raw"])


def test_foreign_authentication_results_are_replaced_by_googles_on_top(
    simulator: Simulator, ana: Any, write: Write
) -> None:
    forged = write(Authentication_Results="mx.google.com; dkim=pass header.i=@bank.test; " + "x" * 90)

    copy = simulator.control.deliver(forged, to=[ANA])[ANA]

    headers = headers_of(ana.messages().get(userId="me", id=copy["id"]).execute())
    assert headers[0][0] == "Authentication-Results"
    assert headers[0][1].startswith("mx.google.com;")
    assert "dkim=pass header.i=@mail.test" in headers[0][1]
    assert [name for name, _ in headers].count("Authentication-Results") == 1
    assert "bank.test" not in str(headers)


def test_the_formats_hold_what_gmail_says_they_hold(simulator: Simulator, ana: Any, write: Write) -> None:
    copy = simulator.control.deliver(write(text="A <b>bold</b> plan & more"), to=[ANA])[ANA]

    def read(wanted: str) -> dict[str, Any]:
        answer = ana.messages().get(userId="me", id=copy["id"], format=wanted).execute()
        assert isinstance(answer, dict)
        return answer

    common = {"id", "threadId", "labelIds", "snippet", "historyId", "internalDate", "sizeEstimate"}
    assert set(read("minimal")) == common
    assert set(read("metadata")) == set(read("full")) == common | {"payload"}
    assert set(read("raw")) == common | {"raw"}
    assert set(read("metadata")["payload"]) == {"mimeType", "headers"}
    assert read("minimal")["snippet"] == "A &lt;b&gt;bold&lt;/b&gt; plan &amp; more"
    assert urlsafe_b64decode(read("full")["payload"]["body"]["data"]) == b"A <b>bold</b> plan & more\r\n"
    assert read("raw")["sizeEstimate"] == len(urlsafe_b64decode(read("raw")["raw"]))


def test_metadata_headers_narrow_the_headers_whatever_their_case(
    simulator: Simulator, ana: Any, write: Write
) -> None:
    copy = simulator.control.deliver(write(), to=[ANA])[ANA]

    asked = ana.messages().get(
        userId="me", id=copy["id"], format="metadata", metadataHeaders=["subject", "MESSAGE-ID"]
    )
    assert [name for name, _ in headers_of(asked.execute())] == ["Subject", "Message-ID"]


def test_attachments_are_named_without_their_bytes_under_an_id_that_changes(
    simulator: Simulator, ana: Any
) -> None:
    message = EmailMessage()
    message["From"], message["To"] = "cand@mail.test", ANA
    message.set_content("See attached")
    message.add_alternative("<p>See attached</p>", subtype="html")
    message.add_attachment(b"%PDF-1", maintype="application", subtype="pdf", filename="Lebenslauf ä.pdf")
    copy = simulator.control.deliver(message, to=[ANA])[ANA]

    first, second = (ana.messages().get(userId="me", id=copy["id"]).execute()["payload"] for _ in range(2))

    assert [part["partId"] for part in first["parts"]] == ["0", "1"]
    assert [part["mimeType"] for part in first["parts"][0]["parts"]] == ["text/plain", "text/html"]
    attached = first["parts"][1]
    assert (attached["filename"], attached["body"]["size"]) == ("Lebenslauf ä.pdf", 6)
    assert "data" not in attached["body"]
    assert attached["body"]["attachmentId"] != second["parts"][1]["body"]["attachmentId"]


def test_text_is_handed_out_as_utf_8_even_when_its_charset_lies(simulator: Simulator, ana: Any) -> None:
    raw = b"From: a@b.test\nSubject: caf\xe9\nContent-Type: text/plain; charset=no-such\n\ncaf\xe9\n"
    copy = simulator.control.deliver(raw, to=[ANA])[ANA]

    message = ana.messages().get(userId="me", id=copy["id"]).execute()
    assert urlsafe_b64decode(message["payload"]["body"]["data"]).decode() == "café\r\n"
    assert ("Subject", "café") in headers_of(message)


def test_a_reply_joins_its_thread_by_reference_and_subject(simulator: Simulator, write: Write) -> None:
    deliver = simulator.control.deliver
    first = deliver(write(), to=[ANA])[ANA]
    reply = deliver(
        write(Message_ID="<2@x.test>", In_Reply_To="<1@mail.test>", Subject="Re: [Jobs] role"), to=[ANA]
    )
    renamed = deliver(write(Message_ID="<3@x.test>", References="<1@mail.test>", Subject="Other"), to=[ANA])
    stranger = deliver(write(Message_ID="<4@x.test>", Subject="Re: Role"), to=[ANA])

    assert first["threadId"] == first["id"]
    assert reply[ANA]["threadId"] == first["threadId"]
    assert renamed[ANA]["threadId"] == renamed[ANA]["id"]
    assert stranger[ANA]["threadId"] == stranger[ANA]["id"]


def test_a_thread_splits_at_a_hundred_messages(simulator: Simulator, write: Write) -> None:
    postmark = b"From x Mon Nov 23 12:28:29 2026\n"
    mails = [write(Message_ID=f"<{n}@mail.test>", References=f"<{n - 1}@mail.test>") for n in range(150)]
    simulator.control.load(ANA, b"\n".join(postmark + mail for mail in mails))

    threads = simulator.control.mailbox(ANA)["threads"]
    assert sorted(len(thread["messages"]) for thread in threads) == [50, 100]


def test_ids_are_sixteen_hex_digits(simulator: Simulator, write: Write) -> None:
    copy = simulator.control.deliver(write(), to=[ANA])[ANA]

    assert len(copy["id"]) == 16
    assert int(copy["id"], 16) > 0


@pytest.mark.parametrize("wrong", ["nothex", "msg-f:1790000000000000000", "thread-a:r-12", "1" * 17])
def test_an_id_of_another_shape_is_invalid(ana: Any, wrong: str) -> None:
    with pytest.raises(HttpError, match="Invalid id value") as refused:
        ana.messages().get(userId="me", id=wrong).execute()

    assert refused.value.status_code == 400


def test_an_id_made_by_the_web_client_is_answered_with_the_real_one(
    simulator: Simulator, ana: Any, write: Write
) -> None:
    copy = simulator.control.deliver(write(), to=[ANA])[ANA]
    alias = simulator.control.alias(ANA, copy["id"])

    message = ana.messages().get(userId="me", id=alias["message"], format="minimal").execute()

    assert alias["thread"].startswith("thread-a:r-")
    assert (message["id"], message["threadId"]) == (copy["id"], copy["threadId"])


@given(st.binary(max_size=400), st.sampled_from([b"", b"From: a\nContent-Type: ", b"MIME-Version: 1.0\n"]))
def test_no_mail_is_too_broken_to_be_shown(rubbish: bytes, start: bytes) -> None:
    raw = start + rubbish
    message = Message(
        id="1",
        thread_id="1",
        raw=raw,
        labels=frozenset({"INBOX"}),
        internal_date=1,
        history_id=1,
        envelope=envelope.read(raw),
    )

    for wanted in Format:
        assert mail.resource(message, wanted)["id"] == "1"
