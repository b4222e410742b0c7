"""Importing a candidate's older mail: what it may find, with its bounds, and how far one is."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from google.apps.card_v1 import Button, Card, Widget

from cards.language import mark, plural, say
from cards.menu import menu
from cards.text import name, sentences, stamp
from cards.widgets import (
    Press,
    Site,
    Verb,
    button,
    buttons,
    card,
    checkboxes,
    choice,
    link,
    paragraph,
    row,
    section,
)

BOUND = "since"
"""The choice's name in what Gmail sends back; its values are `addon.policy.importing.BOUNDS`."""
SECRET = "secret"  # noqa: S105 (a box, no password)
"""The box's name; not ticked is no key at all."""
BOUNDS: Mapping[str, str] = MappingProxyType(
    {"3": mark("The last 3 months"), "12": mark("The last 12 months"), "all": mark("All")}
)
UNREAD = 5
"""Rows of conversations that could not be read."""
BAR = 10
"""Squares of which the bar consists."""


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
    most: int
    """No more come in by one import."""
    bound: str
    secret: bool


def import_card(view: ImportView, *, site: Site) -> Card:
    ids = {"candidate": view.candidate, "address": view.only}
    preview = Press(Verb.IMPORT_PREVIEW, ids)
    back = Press(Verb.REFRESH, {"candidate": view.candidate, "want": "back"})
    some = view.count > 0
    return card(
        section(
            paragraph(_found(view)),
            paragraph(say("At most {n} come in by one import, the newest first.", n=view.most))
            if view.more
            else None,
            choice(
                BOUND,
                say("How far back"),
                [(value, say(text), value == view.bound) for value, text in BOUNDS.items()],
                change=preview,
                site=site,
            ),
            checkboxes(SECRET, say("Who sees them"), [("yes", say("Make them all secret"), view.secret)])
            if some
            else None,
            paragraph(say("New replies in them will come in too; other new mail will not.")) if some else None,
            buttons(
                button(say("Import"), Press(Verb.IMPORT_ADDRESS, ids), site=site) if some else None,
                button(say("Cancel"), back, site=site),
            ),
        ),
        title=say("Import"),
        menu=menu(preview, site=site),
    )


def _found(view: ImportView) -> str:
    searched = name(view.searched)
    if not view.count and view.bound == "all":
        return say("No conversation with {name} in your mailbox. Only yours is searched.", name=searched)
    if not view.count:
        return say(
            "No conversation with {name} in your mailbox since then. Only yours is searched.", name=searched
        )
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
    REFUSED = "refused"
    """Gmail would not search."""
    INTERRUPTED = "interrupted"
    """The reader connected their mailbox anew meanwhile."""
    DONE = "done"
    TAKEN_OUT = "taken_out"


class NotRead(Enum):
    """Why a conversation could not be read."""

    REFUSED = mark("Gmail did not give it.")
    TOO_LARGE = mark("It is too large.")
    CONTENT = mark("Something in it cannot be read.")
    ASIDE = mark("It was tried several times before.")


@dataclass(frozen=True, kw_only=True)
class UnreadRow:
    """A conversation that could not be read. Nothing is kept by which it could be called: it has a number."""

    thread: str
    why: NotRead
    tried_at: str
    again: bool
    """It is being tried once more."""
    gmail_link: str


@dataclass(frozen=True, kw_only=True)
class ImportLine:
    """One import of the reader's own."""

    id: str
    candidate: str
    named: str
    """Whom it is about, on a card that is about nobody: pressing draws that card anew."""
    stage: Stage
    found: int
    looked_at: int
    taken_in: int
    left_alone: int
    failed: int
    unread: tuple[UnreadRow, ...] = ()
    """Some of those that failed; the candidate's card shows them."""
    waits: bool = False
    """Nothing is read of the mailbox; the card says why."""
    undo_until: str = ""
    """Of one that is taken out."""


def import_rows(each: ImportLine, *, page: str = "", site: Site) -> list[Widget | None]:
    """`page`: of the candidate's card, to be drawn anew after a press."""
    about = name(each.named)
    ids = {"import": each.id} if about else {"import": each.id, "candidate": each.candidate, "page": page}
    sentence = _sentence(each, site=site)
    said = say("Mail with {name}: {sentence}", name=about, sentence=sentence) if about else sentence
    offered = [*_steps(each, about, ids, site=site), *_ends(each, about, ids, site=site)]
    if about and each.failed and each.stage is not Stage.TAKEN_OUT:
        show = Press(Verb.CANDIDATE, {"candidate": each.candidate})
        says = say("Show what could not be read of the mail with {name}", name=about)
        offered.append(button(say("Show what failed"), show, site=site, says=says))
    rows = [paragraph(said), buttons(*offered)]
    return rows if about else [*rows, *_unread(each, ids, site=site)]


def _steps(each: ImportLine, about: str, ids: Mapping[str, str], *, site: Site) -> list[Button]:
    """What goes on with it."""
    match each.stage:
        case Stage.RUNNING:
            says = say("Cancel the import of mail with {name}", name=about) if about else say("Cancel the import")
            shown = {key: value for key, value in ids.items() if key != "import"}
            return [
                button(say("Refresh"), Press(Verb.REFRESH, shown), site=site, says=_refresh(about)),
                button(say("Cancel"), Press(Verb.IMPORT_CANCEL, ids), site=site, says=says),
            ]
        case Stage.DONE if each.failed:
            says = (
                say("Try again the import of mail with {name}", name=about)
                if about
                else say("Try again the import")
            )
            return [button(say("Try again"), Press(Verb.RETRY, ids), site=site, says=says)]
        case Stage.CANCELLED | Stage.REFUSED | Stage.INTERRUPTED:
            says = (
                say("Start again the import of mail with {name}", name=about)
                if about
                else say("Start again the import")
            )
            return [button(say("Start again"), Press(Verb.RETRY, ids), site=site, says=says)]
        case _:
            return []


def _refresh(about: str) -> str:
    if about:
        return say("Show how far the import of mail with {name} is", name=about)
    return say("Show how far the import is")


def _ends(each: ImportLine, about: str, ids: Mapping[str, str], *, site: Site) -> list[Button]:
    """Undo of what came in, and of that."""
    if each.stage is Stage.TAKEN_OUT:
        says = (
            say("Bring back what the import of mail with {name} had brought", name=about)
            if about
            else say("Bring back what the import had brought")
        )
        return [button(say("Undo"), Press(Verb.RESTORE, ids), site=site, says=says)]
    if each.taken_in and each.stage is not Stage.RUNNING:
        says = say("Undo the import of mail with {name}", name=about) if about else say("Undo the import")
        return [button(say("Undo"), Press(Verb.WITHDRAW, ids), site=site, says=says)]
    return []


def _unread(each: ImportLine, ids: Mapping[str, str], *, site: Site) -> list[Widget | None]:
    rows: list[Widget | None] = []
    for number, one in enumerate(each.unread[:UNREAD], start=1):
        retry = Press(Verb.RETRY, {**ids, "thread": one.thread})
        says = say("Try again to read conversation {n}", n=number)
        rows += [
            row(
                say("Conversation {n} that could not be read", n=number),
                say(one.why.value),
                say("It is being tried again.")
                if one.again
                else say("Last tried: {date}", date=stamp(one.tried_at)),
            ),
            buttons(
                button(say("Try this one again"), retry, site=site, says=says)
                if each.stage is Stage.DONE
                else None,
                link(
                    say("Open in Gmail"),
                    one.gmail_link,
                    site=site,
                    says=say("Open conversation {n} that could not be read in Gmail", n=number),
                ),
            ),
        ]
    if rows and (rest := each.failed - len(each.unread[:UNREAD])) > 0:
        rows.append(paragraph(say("And {n} more.", n=rest)))
    return rows


def _sentence(each: ImportLine, *, site: Site) -> str:
    match each.stage:
        case Stage.RUNNING:
            waits = say("It waits until your mailbox can be read again.")
            return sentences(_progress(each), waits if each.waits else say("You can close this."))
        case Stage.DONE:
            return _came(each)
        case Stage.CANCELLED:
            return sentences(say("Cancelled."), _came(each))
        case Stage.REFUSED:
            return sentences(say("Gmail refused the search, so the import ended."), _came(each))
        case Stage.INTERRUPTED:
            return sentences(say("Access to Gmail was given anew, so the import ended."), _came(each))
        case Stage.TAKEN_OUT:
            return say(
                "They are out of {word} again. You can undo until {date}.",
                word=site.word,
                date=stamp(each.undo_until),
            )


def _came(each: ImportLine) -> str:
    if not (each.taken_in or each.left_alone or each.failed):
        return say("No conversation was found.") if each.stage is Stage.DONE else ""
    came = {"taken_in": each.taken_in, "left_alone": each.left_alone, "failed": each.failed}
    return say("{taken_in} in, {left_alone} left alone, {failed} failed.", **came)


def _progress(each: ImportLine) -> str:
    """How many there are is known as soon as they were searched for, and no earlier: nothing is guessed."""
    if not each.found:
        return say("It begins in a moment.")
    return plural(
        "{bar} {done} of {n} conversation done.",
        "{bar} {done} of {n} conversations done.",
        each.found,
        bar=bar(each.looked_at, each.found),
        done=each.looked_at,
    )


def bar(done: int, total: int) -> str:
    """Draw how far it is: full only where all is done, empty only where nothing is. Numbers stand beside it."""
    filled = max(1, min(BAR * done // total, BAR)) if done else 0
    return "\N{BLACK SQUARE}" * filled + "\N{WHITE SQUARE}" * (BAR - filled)
