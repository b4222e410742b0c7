"""Stored mail as it stands in its holder's own file: in JSON beside the others, and in mbox with its text.

A holder is told of a message's people as on screen (R18). What was stored is not the mail as it was sent: its
headers are what was kept of them, its text is plain, its attachments are names.
"""

from __future__ import annotations

import binascii
import time
from collections.abc import Iterable, Mapping
from datetime import UTC
from email.header import Header
from email.utils import format_datetime, formataddr
from typing import Any

from addon.policy import bcc, following
from storage.records import (
    Candidate,
    Found,
    Head,
    Invitation,
    Member,
    Message,
    Participant,
    Place,
    Pointing,
    Reason,
    Thread,
)

_PLACES = {
    Place.FROM: "From",
    Place.TO: "To",
    Place.CC: "Cc",
    Place.BCC: "Bcc",
    Place.REPLY_TO: "Reply-To",
}
_NOBODY = "MAILER-DAEMON"
"""Stands in an mbox where a sender has no address that could."""


def conversation_of(found: Found, *, threads: Iterable[Thread], about: Iterable[Candidate]) -> dict[str, Any]:
    """What is known of a conversation beside its messages; `threads`: the holder's own.

    `reasons` hold now, `came_in_by` are all that ever did while something of the thread was stored.
    """
    return {
        "conversation": found.conversation.id,
        "subject": found.summary.subject,
        "secret": found.conversation.secret,
        "about": sorted(candidate.name for candidate in about),
        "came_in": [
            {
                "thread": thread.id,
                "state": thread.state.value,
                "reasons": _pointings(thread.reasons),
                "came_in_by": _pointings(following.came_in_by(thread)),
            }
            for thread in threads
        ],
    }


def _pointings(pointings: Mapping[Reason, Pointing]) -> dict[str, str]:
    return {reason.value: each.at.isoformat() for reason, each in pointings.items()}


def message_of(message: Message, head: Head, *, reader: Member) -> dict[str, Any]:
    """A message without its text."""
    invitation = head.invitation
    return {
        "gmail_id": message.gmail_ids[reader.sub],
        "received_at": message.sent_at.isoformat(),
        "subject": head.subject,
        "people": [
            {"place": each.place.value, "name": each.name, "address": each.address}
            for each in bcc.shown_to(reader, head.participants)
        ],
        "attachments": [{"name": each.name, "type": each.type, "size": each.size} for each in head.attachments],
        "automatic": head.automatic,
        "invitation": _invitation_of(invitation) if invitation else None,
    }


def _invitation_of(invitation: Invitation) -> dict[str, Any]:
    return {
        "method": invitation.method,
        "what": invitation.what,
        "begins": invitation.begins.isoformat() if invitation.begins else None,
        "ends": invitation.ends.isoformat() if invitation.ends else None,
        "where": invitation.where,
        "organizer": invitation.organizer,
        "guests": list(invitation.guests),
    }


def mbox_of(message: Message, head: Head, text: str, *, reader: Member) -> bytes:
    """A message as one of an mbox. No line of its text can be taken for the beginning of another one."""
    people = bcc.shown_to(reader, head.participants)
    headers = {
        **{title: _people(people, place) for place, title in _PLACES.items()},
        "Subject": _words("Subject", head.subject),
        "Date": format_datetime(message.sent_at),
        "X-Gmail-Id": _words("X-Gmail-Id", message.gmail_ids[reader.sub]),
        "X-Conversation": message.conversation,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "quoted-printable",
    }
    attached = [_words("X-Attachment", f"{each.name}, {each.size} bytes") for each in head.attachments]
    lines = [f"{name}: {value}" for name, value in headers.items() if value]
    lines += [f"X-Attachment: {value}" for value in attached]
    head_lines = "\n".join([_separator(message, people), *lines])
    return head_lines.encode() + b"\n\n" + _body(text) + b"\n\n"


def _separator(message: Message, people: Iterable[Participant]) -> str:
    author = next((each.address for each in people if each.place is Place.FROM), "")
    plain = author if author.isascii() and author.isprintable() and author and " " not in author else _NOBODY
    return f"From {plain} {time.asctime(message.sent_at.astimezone(UTC).timetuple())}"


def _people(people: Iterable[Participant], place: Place) -> str:
    return ",\n ".join(_person(each) for each in people if each.place is place)


def _person(each: Participant) -> str:
    name, address = _one_line(each.name), _one_line(each.address)
    if address.isascii():
        return formataddr((name, address))
    return _words("To", f"{name} <{address}>")


def _words(header: str, text: str) -> str:
    """Text of whoever wrote the mail, on lines that no header can break out of."""
    line = _one_line(text)
    return Header(line, "us-ascii" if line.isascii() else "utf-8", header_name=header).encode()


def _one_line(text: str) -> str:
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def _body(text: str) -> bytes:
    """Quoted-printable, in which the F of a line that begins with From can be written in another way."""
    encoded = b"\n" + binascii.b2a_qp(text.replace("\r\n", "\n").encode(), istext=True)
    return encoded.replace(b"\nFrom ", b"\n=46rom ")[1:]


def left_out(counts: Mapping[str, int]) -> dict[str, int]:
    """How many conversations of theirs a holder's file says nothing else of, by why."""
    return {why: number for why, number in sorted(counts.items()) if number}
