"""Whom an open message is about, where the reader has a say: who it may be, the search by hand, and Undo."""

from dataclasses import dataclass
from enum import Enum

from google.apps import card_v1
from google.apps.card_v1 import Widget

from cards.candidate_line import AddressRow
from cards.language import mark, plural, say
from cards.text import line, name
from cards.widgets import Icon, Press, Site, Verb, button, buttons, link, paragraph, row

CHOICES = 10
"""Most candidates to choose from beside a message; others are searched for."""
SAID = 10
"""Most links of which Undo is offered."""


class Likeness(Enum):
    """What makes somebody look like a candidate, in words."""

    SAME_NAME = mark("Same name, other address: {address}.")
    PLUS_TAG = mark("Same address but for what stands behind the plus: {address}.")
    REPLY_TO = mark("Answers to {address} go to this person.")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A candidate who shares an address with others."""

    candidate: str
    name: str
    headline: str = ""


@dataclass(frozen=True, kw_only=True)
class Near:
    """Somebody who looks like a candidate."""

    candidate: str
    name: str
    address: AddressRow
    why: Likeness
    digest: str = ""
    """Empty where the address may not be added."""
    now: int = 0
    """Conversations of the reader's own that wait for the address and come in with it."""
    later: int = 0
    """Those that grew old: the reader is asked about them on Home."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a member said, and can be undone."""

    candidate: str
    name: str
    address: AddressRow | None = None
    """None where it was said of the conversation."""


@dataclass(frozen=True, kw_only=True)
class Whom:
    choices: tuple[Choice, ...] = ()
    near: tuple[Near, ...] = ()
    said: tuple[Said, ...] = ()
    conversation_open: bool = False
    """The reader may say whom the conversation is about."""
    another: bool = False
    """It is about somebody already."""
    comes_in: bool = False
    """It is not in Lever, and saying whom it is about has it synced."""
    addresses: tuple[AddressRow, ...] = ()
    """Those the reader may say are somebody's."""
    nobody: bool = False
    """Nobody here is a candidate: the way to where a person is added is shown."""
    message: str = ""
    thread: str = ""
    conversation: str = ""


def whom_rows(view: Whom, *, site: Site) -> list[Widget | None]:
    return [
        *_said(view, site=site),
        *_choices(view, site=site),
        *(each for one in view.near for each in _near(view, one, site=site)),
        paragraph(say("Saying whom it is about syncs this conversation, internal replies included."))
        if view.comes_in and view.conversation_open
        else None,
        buttons(*_search(view, site=site)),
    ]


def _said(view: Whom, *, site: Site) -> list[Widget | None]:
    rows: list[Widget | None] = []
    for each in view.said[:SAID]:
        called = _called(each.name)
        undo = _press(view, Verb.LINK_CANDIDATE, candidate=each.candidate, address=_id(each.address), want="undo")
        if each.address:
            words = say("{address} was added to {name} by hand.", address=name(each.address.shown), name=called)
            says = say("Undo: {address} is not {name}'s", address=name(each.address.shown), name=called)
        else:
            words = say("Said by hand: this conversation is about {name}.", name=called)
            says = say("Undo: this conversation is not about {name}", name=called)
        rows += [paragraph(words), buttons(button(say("Undo"), undo, site=site, says=says))]
    return rows


def _choices(view: Whom, *, site: Site) -> list[Widget | None]:
    if not view.choices:
        return []
    rows: list[Widget | None] = [paragraph(say("Whom is it about?"))]
    for each in view.choices[:CHOICES]:
        this = _press(view, Verb.LINK_CANDIDATE, candidate=each.candidate, want="conversation")
        says = say("This conversation is about {name}", name=_called(each.name))
        rows += [
            row(_called(each.name), line(each.headline), icon=Icon.PERSON),
            buttons(button(say("This one"), this, site=site, says=says)),
        ]
    return rows


def _near(view: Whom, each: Near, *, site: Site) -> list[Widget | None]:
    called = _called(each.name)
    add = _press(
        view,
        Verb.LINK_CANDIDATE,
        candidate=each.candidate,
        address=each.address.id,
        want="address",
        digest=each.digest,
    )
    only = _press(view, Verb.LINK_CANDIDATE, candidate=each.candidate, want="conversation")
    no = _press(view, Verb.LINK_CANDIDATE, candidate=each.candidate, want="no")
    return [
        row(
            say("Is this {name}?", name=called),
            say(each.why.value, address=name(each.address.shown)),
            *(brings(each.now, each.later) if each.digest and (each.now or each.later) else ()),
            icon=Icon.PERSON,
        ),
        buttons(
            button(
                say("Yes, add this address"),
                add,
                site=site,
                says=say("Yes, add {address} to {name}", address=name(each.address.shown), name=called),
            )
            if each.digest
            else None,
            button(
                say("Only this conversation"),
                only,
                site=site,
                says=say("Only this conversation is about {name}", name=called),
            )
            if view.conversation_open
            else None,
            button(say("No"), no, site=site, says=say("No, this is not {name}", name=called)),
        ),
    ]


def brings(now: int, later: int) -> tuple[str, ...]:
    """What an address brings in, of the reader's own mailbox; of colleagues' no number is told."""
    if not now and not later:
        return (say("No conversation of yours waits for this address."),)
    come = plural("{n} waiting conversation will come in.", "{n} waiting conversations will come in.", now)
    old = plural(
        "{n} older conversation is then offered to you on Home.",
        "{n} older conversations are then offered to you on Home.",
        later,
    )
    return (*([come] if now else []), *([old] if later else []))


def _search(view: Whom, *, site: Site) -> list[card_v1.Button | None]:
    offered: list[card_v1.Button | None] = []
    if view.conversation_open:
        about = _press(view, Verb.SEARCH_CANDIDATES, want="conversation")
        text = say("Also about …") if view.another else say("This conversation is about …")
        offered.append(button(text, about, site=site, says=say("Say whom this conversation is about")))
    for each in view.addresses:
        whose = _press(view, Verb.SEARCH_CANDIDATES, address=each.id, want="address")
        offered.append(
            button(
                say("{address} belongs to …", address=name(each.shown)),
                whose,
                site=site,
                says=say("Say whose address {address} is", address=name(each.shown)),
            )
        )
    if view.nobody:
        says = say("Open {word} to add the person", word=site.word)
        offered.append(link(say("Open {word}", word=site.word), site.candidates_url, site=site, says=says))
    return offered


def _id(address: AddressRow | None) -> str:
    return address.id if address else ""


def _called(text: str) -> str:
    return name(text) or say("a candidate without a name")


def _press(view: Whom, verb: Verb, **more: str) -> Press:
    ids = {"message": view.message, "thread": view.thread, "conversation": view.conversation}
    return Press(verb, {**ids, **more})
