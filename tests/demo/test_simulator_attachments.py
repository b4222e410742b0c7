"""Attachments and texts too large to be told: an id in the message, the bytes by a call of their own."""

from base64 import urlsafe_b64decode
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from demo.simulator.client import Copy
from demo.simulator.mail import LARGE_TEXT
from demo.simulator.server import Simulator

Connect = Callable[..., Any]
ANA = "ana@acme.test"
AUTH = "https://www.googleapis.com/auth/"


def mail_with_attachments() -> EmailMessage:
    """Text in two forms, a PDF, and another mail that has a picture."""
    inner = EmailMessage()
    inner.set_content("Inner")
    inner.add_attachment(b"PNG", maintype="image", subtype="png", filename="me.png")
    mail = EmailMessage()
    mail["From"], mail["To"] = "cand@mail.test", ANA
    mail.set_content("See attached")
    mail.add_alternative("<p>See attached</p>", subtype="html")
    mail.add_attachment(b"%PDF-1\x00\xff", maintype="application", subtype="pdf", filename="CV.pdf")
    mail.add_attachment(inner, filename="forwarded.eml")
    return mail


@pytest.fixture
def copy(simulator: Simulator) -> Copy:
    return simulator.control.deliver(mail_with_attachments(), to=[ANA])[ANA]


def parts_of(users: Any, message: str) -> dict[str, dict[str, Any]]:
    """Every part of a message by its file name, or its type where it has none."""

    def walk(part: dict[str, Any]) -> list[dict[str, Any]]:
        return [part, *(found for child in part.get("parts", []) for found in walk(child))]

    payload = users.messages().get(userId="me", id=message).execute()["payload"]
    return {part["filename"] or part["mimeType"]: part for part in walk(payload)}


def fetch(users: Any, message: str, attachment: str) -> dict[str, Any]:
    request = users.messages().attachments().get(userId="me", messageId=message, id=attachment)
    return request.execute()  # type: ignore[no-any-return]


def test_an_attachment_is_fetched_by_the_id_of_any_read_for_twenty_units(
    simulator: Simulator, ana: Any, copy: Copy
) -> None:
    first, second = (parts_of(ana, copy["id"])["CV.pdf"]["body"] for _ in range(2))

    assert first["attachmentId"] != second["attachmentId"]
    for body in (first, second):
        found = fetch(ana, copy["id"], body["attachmentId"])
        assert (urlsafe_b64decode(found["data"]), found["size"]) == (b"%PDF-1\x00\xff", body["size"])
    assert [call["units"] for call in simulator.control.calls() if "attachments" in call["method"]] == [20, 20]


def test_an_attachment_inside_an_attached_mail_has_its_own(ana: Any, copy: Copy) -> None:
    body = parts_of(ana, copy["id"])["me.png"]["body"]

    assert urlsafe_b64decode(fetch(ana, copy["id"], body["attachmentId"])["data"]) == b"PNG"


@pytest.mark.parametrize("size", [LARGE_TEXT, LARGE_TEXT + 1, 5_000_000])
def test_a_text_above_a_size_is_told_like_an_attachment(simulator: Simulator, ana: Any, size: int) -> None:
    raw = b"From: a@b.test\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + b"x" * size
    message = simulator.control.deliver(raw, to=[ANA])[ANA]["id"]

    body = parts_of(ana, message)["text/plain"]["body"]

    assert body["size"] == size
    assert ("data" in body, "attachmentId" in body) == (size <= LARGE_TEXT, size > LARGE_TEXT)
    if size > LARGE_TEXT:
        assert urlsafe_b64decode(fetch(ana, message, body["attachmentId"])["data"]) == b"x" * size


def test_an_id_that_was_made_up_or_is_anothers_is_refused(simulator: Simulator, ana: Any, copy: Copy) -> None:
    other = simulator.control.deliver(mail_with_attachments(), to=[ANA])[ANA]
    attachment = parts_of(ana, copy["id"])["CV.pdf"]["body"]["attachmentId"]

    for message, wrong in ((copy["id"], "ANGjdJxxxx"), (copy["id"], "é"), (other["id"], attachment)):
        with pytest.raises(HttpError, match="Invalid attachment token") as refused:
            fetch(ana, message, wrong)
        assert refused.value.status_code == 400
    with pytest.raises(HttpError, match="not found"):
        fetch(ana, "19a0000000000000", attachment)


def test_no_metadata_scope_gets_an_attachment(gmail: Connect, ana: Any, copy: Copy) -> None:
    attachment = parts_of(ana, copy["id"])["CV.pdf"]["body"]["attachmentId"]

    for scopes in (["gmail.metadata"], ["gmail.metadata", "gmail.readonly"]):
        with pytest.raises(HttpError) as refused:
            fetch(gmail(ANA, *(AUTH + scope for scope in scopes)), copy["id"], attachment)
        assert refused.value.status_code == 403
    assert fetch(gmail(ANA, f"{AUTH}gmail.readonly"), copy["id"], attachment)["data"]
