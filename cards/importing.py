"""Importing a candidate's older mail: what it may find, with its bounds, and how far one is."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from google.apps.card_v1 import Card, Widget

from cards.language import mark, plural, say
from cards.menu import menu
from cards.text import name, stamp
from cards.widgets import Press, Site, Verb, button, buttons, card, checkboxes, choice, paragraph, section

BOUND = "since"
"""The choice's name in what Gmail sends back; its values are `addon.policy.importing.BOUNDS`."""
SECRET = "secret"  # noqa: S105 (a box, no password)
"""The box's name; not ticked is no key at all."""
BOUNDS: Mapping[str, str] = MappingProxyType(
    {"3": mark("The last 3 months"), "12": mark("The last 12 months"), "all": mark("All")}
)


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
    preview = Press(Verb.IMPORT_PREVIEW, ids)
    back = Press(Verb.REFRESH, {"candidate": view.candidate, "want": "back"})
    return card(
        section(
            paragraph(_found(view)),
            choice(
                BOUND,
                say("How far back"),
                [(value, say(text), value == view.bound) for value, text in BOUNDS.items()],
                change=preview,
                site=site,
            ),
            checkboxes(SECRET, say("Who sees them"), [("yes", say("Make them all secret"), view.secret)]),
            paragraph(say("New replies in them will come in too; other new mail will not.")),
            buttons(
                button(say("Import"), Press(Verb.IMPORT_ADDRESS, ids), site=site),
                button(say("Cancel"), back, site=site),
            ),
        ),
        title=say("Import"),
        menu=menu(preview, site=site),
    )


def _found(view: ImportView) -> str:
    searched = name(view.searched)
    if view.more:
        return plural(
            "More than {n} conversation with {name} in your mailbox. Only yours is searched.",
            "More than {n} conversations with {name} in your mailbox. Only yours is searched.",
            view.count,
            name=searched,
        )
    return plural(
        "Up to {n} conversation with {name} in your mailbox. Only yours is searched.",
        "Up to {n} conversations with {name} in your mailbox. Only yours is searched.",
        view.count,
        name=searched,
    )


# --- how far one is ---------------------------------------------------------------------------------------


class Stage(Enum):
    RUNNING = "running"
    CANCELLED = "cancelled"
    DONE = "done"
    TAKEN_OUT = "taken_out"


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
    about, sentence = name(each.named), _sentence(each, site=site)
    offered = []
    if each.stage is Stage.RUNNING:
        says = say("Cancel the import of mail with {name}", name=about) if about else say("Cancel the import")
        offered.append(button(say("Cancel"), Press(Verb.IMPORT_CANCEL, ids), site=site, says=says))
    if each.failed and each.stage in {Stage.DONE, Stage.CANCELLED}:
        says = (
            say("Try again the import of mail with {name}", name=about) if about else say("Try again the import")
        )
        offered.append(button(say("Try again"), Press(Verb.RETRY, ids), site=site, says=says))
    if each.taken_in and each.stage in {Stage.DONE, Stage.CANCELLED}:
        says = say("Undo the import of mail with {name}", name=about) if about else say("Undo the import")
        offered.append(button(say("Undo"), Press(Verb.WITHDRAW, ids), site=site, says=says))
    if each.stage is Stage.TAKEN_OUT:
        says = (
            say("Bring back what the import of mail with {name} had brought", name=about)
            if about
            else say("Bring back what the import had brought")
        )
        offered.append(button(say("Undo"), Press(Verb.RESTORE, ids), site=site, says=says))
    said = say("Mail with {name}: {sentence}", name=about, sentence=sentence) if about else sentence
    return [paragraph(said), buttons(*offered)]


def _sentence(each: ImportLine, *, site: Site) -> str:
    came = {"taken_in": each.taken_in, "left_alone": each.left_alone, "failed": each.failed}
    match each.stage:
        case Stage.RUNNING if each.found:
            done = each.taken_in + each.left_alone + each.failed
            return say("{done} of {found} done. You can close this.", done=done, found=each.found)
        case Stage.RUNNING:
            return say("It begins in a moment. You can close this.")
        case Stage.DONE:
            return say("{taken_in} in, {left_alone} left alone, {failed} failed.", **came)
        case Stage.CANCELLED:
            return say("Cancelled. {taken_in} in, {left_alone} left alone, {failed} failed.", **came)
        case Stage.TAKEN_OUT:
            return say(
                "They are out of {word} again. You can undo until {date}.",
                word=site.word,
                date=stamp(each.undo_until),
            )
