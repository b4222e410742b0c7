"""Invitations as they are read: what, when in the reader's zone, and which version of an event is the last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from addon.present.formats import Formats
from cards.conversation import InvitationLine, Kind
from cards.language import say
from storage.records import Invitation, Message

_VERSIONS = frozenset({"", "REQUEST", "PUBLISH", "CANCEL"})
"""What says how the event is; an answer to it does not."""
_ANSWERS = {"ACCEPTED": Kind.ACCEPTED, "DECLINED": Kind.DECLINED, "TENTATIVE": Kind.MAYBE}


def latest(messages: Iterable[Message]) -> dict[str, datetime]:
    """When the last version of each event came, by its id."""
    found: dict[str, datetime] = {}
    for message in messages:
        invitation = message.head.invitation if message.head else None
        if invitation and invitation.method in _VERSIONS:
            found[invitation.uid] = max(found.get(invitation.uid, message.sent_at), message.sent_at)
    return found


def is_outdated(message: Message, last: Mapping[str, datetime]) -> bool:
    """Whether a later version of the same event is there."""
    invitation = message.head.invitation if message.head else None
    if invitation is None or invitation.method not in _VERSIONS:
        return False
    return message.sent_at < last.get(invitation.uid, message.sent_at)


def line_of(invitation: Invitation, formats: Formats, *, now: datetime) -> InvitationLine | None:
    """None where nothing of it could be read but its id: the mail's own text has to do."""
    if not (invitation.what or invitation.begins):
        return None
    return InvitationLine(
        kind=_kind(invitation),
        what=invitation.what,
        when=_when(invitation, formats, now=now),
        where=invitation.where,
        by=invitation.organizer,
        guests=invitation.guests,
        repeats=invitation.repeats,
    )


def _kind(invitation: Invitation) -> Kind:
    match invitation.method:
        case "CANCEL":
            return Kind.CANCELLED
        case "COUNTER":
            return Kind.COUNTERED
        case "REPLY":
            return _ANSWERS.get(invitation.answer, Kind.ANSWERED)
        case _:
            return Kind.CHANGED if invitation.changed else Kind.INVITED


def _when(invitation: Invitation, formats: Formats, *, now: datetime) -> str:
    match invitation.begins, invitation.ends:
        case datetime() as begins, datetime() as ends:
            return say(
                "{begin} to {end}", begin=formats.moment(begins, now=now), end=formats.end(ends, begins, now=now)
            )
        case datetime() as begins, _:
            return formats.moment(begins, now=now)
        case date() as begins, date() as ends if ends - begins > timedelta(days=1):
            # A whole-day event ends on the day before the one that is told.
            last = ends - timedelta(days=1)
            return say("{begin} to {end}", begin=formats.calendar_day(begins), end=formats.calendar_day(last))
        case date() as begins, _:
            return formats.calendar_day(begins)
        case _:
            return ""
