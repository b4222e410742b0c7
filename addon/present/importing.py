"""How far an import is, for who asked for it."""

from __future__ import annotations

from datetime import datetime

from addon.policy import importing, membership
from addon.present.formats import Formats
from cards import importing as shown
from cards.importing import ImportLine, Stage, UnreadRow
from cards.widgets import Site
from storage.records import Candidate, Import, ImportState, Mailbox, NotRead, Unread

_STAGES = {
    ImportState.RUNNING: Stage.RUNNING,
    ImportState.CANCELLED: Stage.CANCELLED,
    ImportState.REFUSED: Stage.REFUSED,
    ImportState.INTERRUPTED: Stage.INTERRUPTED,
    ImportState.DONE: Stage.DONE,
    ImportState.TAKEN_OUT: Stage.TAKEN_OUT,
}
_WHY = {
    NotRead.REFUSED: shown.NotRead.REFUSED,
    NotRead.TOO_LARGE: shown.NotRead.TOO_LARGE,
    NotRead.CONTENT: shown.NotRead.CONTENT,
    NotRead.ASIDE: shown.NotRead.ASIDE,
}


def import_line(
    record: Import, mailbox: Mailbox, *, about: Candidate | None, formats: Formats, now: datetime
) -> ImportLine:
    """`mailbox`: its owner's; `about`: the candidate, on a card that is about somebody else or nobody."""
    return ImportLine(
        id=record.id,
        candidate=record.candidate,
        named=about.name if about else "",
        stage=_STAGES[record.state],
        found=record.found,
        looked_at=importing.looked_at(record),
        taken_in=record.taken_in,
        left_alone=record.left_alone,
        failed=record.failed,
        unread=tuple(_unread(each, mailbox, formats=formats, now=now) for each in record.unread),
        waits=record.state is ImportState.RUNNING and not membership.is_read(mailbox),
        undo_until=formats.date(record.expires_at) if record.state is ImportState.TAKEN_OUT else "",
    )


def _unread(each: Unread, mailbox: Mailbox, *, formats: Formats, now: datetime) -> UnreadRow:
    return UnreadRow(
        thread=each.thread,
        why=_WHY[each.why],
        tried_at=formats.moment(each.at, now=now),
        again=each.again,
        gmail_link=Site.gmail_link(mailbox.address, each.thread),
    )
