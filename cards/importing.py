"""Importing a candidate's older mail: what it may find, with its bounds, and how far one is."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from google.apps.card_v1 import Card, Widget

from cards.menu import menu
from cards.text import count, name, stamp
from cards.widgets import Press, Site, Verb, button, buttons, card, checkboxes, choice, paragraph, section

BOUND = "since"
"""The choice's name in what Gmail sends back; its values are `addon.policy.importing.BOUNDS`."""
SECRET = "secret"  # noqa: S105 (a box, no password)
"""The box's name; not ticked is no key at all."""
BOUNDS: Mapping[str, str] = MappingProxyType({"3": "The last 3 months", "12": "The last 12 months", "all": "All"})


@dataclass(frozen=True, kw_only=True)
class ImportView:
    candidate: str
    only: str
    """The address as a button carries it; empty where all of the candidate's are searched for."""
    searched: str
    """The address, or the candidate's name."""
    count: int
    more: bool
    """There are more than `count`."""
    bound: str
    secret: bool


def import_card(view: ImportView, *, site: Site) -> Card:
    ids = {"candidate": view.candidate, "address": view.only}
    found = f"More than {view.count:,} conversations" if view.more else f"Up to {_conversations(view.count)}"
    return card(
        section(
            paragraph(f"{found} with {name(view.searched)} in your mailbox. Only yours is searched."),
            choice(
                BOUND,
                "How far back",
                [(value, text, value == view.bound) for value, text in BOUNDS.items()],
                change=Press(Verb.IMPORT_PREVIEW, ids),
                site=site,
            ),
            checkboxes(SECRET, "Who sees them", [("yes", "Make them all secret", view.secret)]),
            paragraph("New replies in them will come in too; other new mail will not."),
            buttons(
                button("Import", Press(Verb.IMPORT_ADDRESS, ids), site=site),
                button("Cancel", Press(Verb.REFRESH, {"candidate": view.candidate}), site=site),
            ),
        ),
        title="Import",
        menu=menu(Press(Verb.REFRESH, {"candidate": view.candidate}), site=site),
    )


def _conversations(number: int) -> str:
    return count(number, "conversation")


# --- how far one is ---------------------------------------------------------------------------------------


class Stage(Enum):
    RUNNING = "running"
    CANCELLED = "cancelled"
    DONE = "done"
    TAKEN_OUT = "taken out"


@dataclass(frozen=True, kw_only=True)
class ImportLine:
    """One import of the reader's own."""

    id: str
    candidate: str
    """Empty on a card that is about no candidate: pressing draws that card anew."""
    named: str
    """Whom it is about, where the card does not say so."""
    stage: Stage
    found: int
    taken_in: int
    left_alone: int
    failed: int
    undo_until: str = ""
    """Of one that is taken out."""


def import_rows(each: ImportLine, *, site: Site) -> list[Widget | None]:
    ids = {"import": each.id, "candidate": each.candidate}
    about = f"Mail with {name(each.named)}: " if each.named else ""
    says = f" the import of mail with {name(each.named)}" if each.named else " the import"
    offered = []
    if each.stage is Stage.RUNNING:
        offered.append(button("Cancel", Press(Verb.IMPORT_CANCEL, ids), site=site, says=f"Cancel{says}"))
    if each.failed and each.stage in {Stage.DONE, Stage.CANCELLED}:
        offered.append(button("Try again", Press(Verb.RETRY, ids), site=site, says=f"Try again{says}"))
    if each.taken_in and each.stage in {Stage.DONE, Stage.CANCELLED}:
        offered.append(button("Undo", Press(Verb.WITHDRAW, ids), site=site, says=f"Undo{says}"))
    if each.stage is Stage.TAKEN_OUT:
        offered.append(
            button("Undo", Press(Verb.RESTORE, ids), site=site, says=f"Bring back what{says} had brought")
        )
    return [paragraph(f"{about}{_sentence(each, site=site)}"), buttons(*offered)]


def _sentence(each: ImportLine, *, site: Site) -> str:
    came = f"{each.taken_in:,} in, {each.left_alone:,} left alone, {each.failed:,} failed."
    match each.stage:
        case Stage.RUNNING if each.found:
            done = each.taken_in + each.left_alone + each.failed
            return f"{done:,} of {each.found:,} done. You can close this."
        case Stage.RUNNING:
            return "It begins in a moment. You can close this."
        case Stage.DONE:
            return came
        case Stage.CANCELLED:
            return f"Cancelled. {came}"
        case Stage.TAKEN_OUT:
            return f"They are out of {site.word} again. You can undo until {stamp(each.undo_until)}."
