"""How far an import is, for who asked for it."""

from __future__ import annotations

from addon.present.formats import Formats
from cards.importing import ImportLine, Stage
from storage.records import Candidate, Import, ImportState

_STAGES = {
    ImportState.RUNNING: Stage.RUNNING,
    ImportState.CANCELLED: Stage.CANCELLED,
    ImportState.DONE: Stage.DONE,
    ImportState.TAKEN_OUT: Stage.TAKEN_OUT,
}


def import_line(record: Import, *, about: Candidate | None, formats: Formats) -> ImportLine:
    """`about`: the candidate, on a card that is about somebody else or nobody."""
    return ImportLine(
        id=record.id,
        candidate="" if about else record.candidate,
        named=about.name if about else "",
        stage=_STAGES[record.state],
        found=record.found,
        taken_in=record.taken_in,
        left_alone=record.left_alone,
        failed=record.failed,
        undo_until=formats.date(record.expires_at) if record.state is ImportState.TAKEN_OUT else "",
    )
