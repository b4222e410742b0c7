"""What Google's mail servers do to a mail on its way into mailboxes, and which labels it arrives with."""

from collections.abc import Iterable

from demo.simulator import envelope
from demo.simulator.authentication import PASS, Verdict, results
from demo.simulator.envelope import Envelope
from demo.simulator.header_block import on_top, with_crlf, without
from demo.simulator.mailboxes import Mailbox
from demo.simulator.message import Message


def deliver(raw: bytes, mailboxes: Iterable[Mailbox], *, verdict: Verdict, now: int) -> dict[str, Message]:
    """Give each mailbox its copy; the answer is by address. `now` is Unix milliseconds.

    Only a proven sender has a sent copy: mail that merely claims to be from the owner is received mail.
    """
    original = with_crlf(raw)
    about = envelope.read(original)
    return {
        mailbox.account.email: _copy(original, about, mailbox, verdict=verdict, now=now) for mailbox in mailboxes
    }


def _copy(original: bytes, about: Envelope, mailbox: Mailbox, *, verdict: Verdict, now: int) -> Message:
    if verdict.proves(about) and mailbox.account.writes_as(about.sender):
        plain = without(original, ["Authentication-Results"])
        return mailbox.add(plain, labels={"SENT"}, internal_date=now)
    return receive(original, mailbox, verdict=verdict, now=now)


def receive(original: bytes, mailbox: Mailbox, *, verdict: Verdict = PASS, now: int) -> Message:
    """Take in what somebody else sent (CRLF): Bcc gone, others' results of authentication replaced."""
    about = envelope.read(original)
    plain = without(original, ["Authentication-Results", "Bcc"])
    filtered = {one.label_id for one in mailbox.filters if one.sender == about.sender}
    return mailbox.add(
        on_top(plain, results(about, verdict)), labels={"INBOX", "UNREAD"} | filtered, internal_date=now
    )


def load(messages: Iterable[tuple[bytes, int | None]], mailbox: Mailbox, *, now: int) -> list[Message]:
    """Take in old mail, each with its container's date: headers stay, the Date header gives the place."""
    dated = []
    for raw, container_date in messages:
        original = with_crlf(raw)
        about = envelope.read(original)
        date = next((one for one in (about.date, container_date) if one is not None and one > 0), now)
        sent = mailbox.account.writes_as(about.sender)
        dated.append((date, "SENT" if sent else "INBOX", original))
    dated.sort(key=lambda one: one[0])
    return [mailbox.add(original, labels={label}, internal_date=date) for date, label, original in dated]
