"""What Google's mail servers do to a mail on its way into mailboxes, and which labels it arrives with."""

from collections.abc import Iterable
from email.utils import parseaddr

from demo.simulator import envelope
from demo.simulator.envelope import Envelope
from demo.simulator.header_block import on_top, with_crlf, without
from demo.simulator.mailboxes import Mailbox, Message

_VERDICTS = {
    "pass": ("dkim=pass", "spf=pass", "dmarc=pass (p=REJECT sp=REJECT dis=NONE)"),
    "fail": ("dkim=fail (signature did not verify)", "spf=softfail", "dmarc=fail (p=NONE sp=NONE dis=NONE)"),
}


def deliver(raw: bytes, mailboxes: Iterable[Mailbox], *, proven: bool, now: int) -> dict[str, Message]:
    """Give each mailbox its copy; the answer is by address. `now` is Unix milliseconds.

    Only a proven sender has a sent copy: mail that merely claims to be from the owner is received mail.
    """
    original = with_crlf(raw)
    about = envelope.read(original)
    return {
        mailbox.account.email: _copy(original, about, mailbox, proven=proven, now=now) for mailbox in mailboxes
    }


def _copy(original: bytes, about: Envelope, mailbox: Mailbox, *, proven: bool, now: int) -> Message:
    plain = without(original, ["Authentication-Results"])
    if proven and mailbox.account.writes_as(about.sender):
        return mailbox.add(plain, labels={"SENT"}, internal_date=now)
    received = on_top(without(plain, ["Bcc"]), _authentication_results(about, proven=proven))
    filtered = {one.label_id for one in mailbox.filters if one.sender == about.sender}
    return mailbox.add(received, labels={"INBOX", "UNREAD"} | filtered, internal_date=now)


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


def _authentication_results(about: Envelope, *, proven: bool) -> str:
    # Only what is safe inside a header gets in: the address comes from whoever wrote the mail.
    address = "".join(one for one in parseaddr(about.sender)[1] if one.isprintable() and one not in "();<>")
    domain = address.rpartition("@")[2] or "unknown.invalid"
    dkim, spf, dmarc = _VERDICTS["pass" if proven else "fail"]
    return (
        "Authentication-Results: mx.google.com;\r\n"
        f"       {dkim} header.i=@{domain} header.s=sim header.b=c2ltdWxh;\r\n"
        f"       {spf} smtp.mailfrom={address or domain};\r\n"
        f"       {dmarc} header.from={domain}"
    )
