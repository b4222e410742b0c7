"""A candidate and the conversations the reader may see; the others do not exist here, not even as a number."""

from dataclasses import dataclass
from enum import Enum

from google.apps.card_v1 import Card, Widget

from cards.candidate_line import AddressRow, CandidateLine, candidate_row
from cards.importing import ImportLine, Stage, import_rows
from cards.language import say
from cards.menu import menu
from cards.text import line, listing, name, stamp
from cards.widgets import Icon, Press, Site, Verb, button, buttons, card, link, paragraph, row, section

ADDRESSES = 10
"""Most addresses listed."""
HOLDERS = 5
"""Most holders named in a row."""


@dataclass(frozen=True, kw_only=True)
class ConversationRow:
    conversation: str
    subject: str
    last: str
    """Date of the last message the reader may see."""
    holders: tuple[str, ...]
    secret: bool


class Writing(Enum):
    """Whether the reader can begin a conversation from this card."""

    CAN = "can"
    EMAIL_OFF = "email_off"
    """What they send could not be followed."""
    NO_ADDRESS = "no_address"
    """None of the candidate's addresses is theirs alone."""


@dataclass(frozen=True, kw_only=True)
class CandidateView:
    id: str
    name: str
    headline: str
    stage: str
    owner: str
    url: str
    addresses: tuple[AddressRow, ...]
    writing: Writing
    conversations: tuple[ConversationRow, ...]
    """One page of them."""
    next_page: str
    """Empty on the last page."""
    page: str
    importing: ImportLine | None = None
    """The reader's newest import for this candidate, while it runs or is fresh."""


def candidate_card(view: CandidateView, *, site: Site) -> Card:
    person = CandidateLine(id=view.id, name=view.name, headline=view.headline, stage=view.stage, owner=view.owner)
    more = Press(Verb.CANDIDATE, {"candidate": view.id, "page": view.next_page})
    refresh = Press(Verb.REFRESH, {"candidate": view.id, "page": view.page})
    return card(
        section(
            candidate_row(person),
            *_addresses(view, site=site),
            _write(view, site=site),
            buttons(
                link(
                    say("Open {word}", word=site.word),
                    view.url,
                    says=say("Open this candidate in {word}", word=site.word),
                )
            ),
        ),
        section(*_importing(view, site=site), header=say("Import")),
        section(
            *_conversations(view, site=site),
            buttons(button(say("More"), more, site=site, says=say("More conversations")))
            if view.next_page
            else None,
            header=say("Conversations"),
        ),
        title=say("Candidate"),
        menu=menu(refresh, site=site),
    )


def _addresses(view: CandidateView, *, site: Site) -> list[Widget | None]:
    rows: list[Widget | None] = []
    for each in view.addresses[:ADDRESSES]:
        preview = Press(Verb.IMPORT_PREVIEW, {"candidate": view.id, "address": each.id})
        rows += [paragraph(name(each.shown)), _by_hand(view, each, site=site)]
        if _may_start(view):
            says = say("Sync older emails with {address}", address=name(each.shown))
            rows.append(buttons(button(say("Sync emails"), preview, site=site, says=says)))
    if (rest := len(view.addresses) - ADDRESSES) > 0:
        rows.append(paragraph(say("And {n} more.", n=rest)))
    return rows


def _by_hand(view: CandidateView, each: AddressRow, *, site: Site) -> Widget | None:
    if not each.undoable:
        return None
    undo = Press(Verb.LINK_CANDIDATE, {"candidate": view.id, "address": each.id, "want": "undo"})
    says = say("Undo: {address} is not {name}'s", address=name(each.shown), name=name(view.name))
    return buttons(button(say("Added by hand: undo"), undo, site=site, says=says))


def _importing(view: CandidateView, *, site: Site) -> list[Widget | None]:
    rows = import_rows(view.importing, site=site) if view.importing else []
    if _may_start(view):
        preview = Press(Verb.IMPORT_PREVIEW, {"candidate": view.id})
        rows.append(buttons(button(say("Import candidate email"), preview, site=site)))
    return rows


def _may_start(view: CandidateView) -> bool:
    """One at a time, and only where there is an address that could bring something in."""
    runs = view.importing is not None and view.importing.stage is Stage.RUNNING
    return view.writing is Writing.CAN and not runs


def _write(view: CandidateView, *, site: Site) -> Widget | None:
    match view.writing:
        case Writing.CAN:
            plain = Press(Verb.DRAFT, {"candidate": view.id})
            secret = Press(Verb.DRAFT, {"candidate": view.id, "want": "secret"})
            whom = name(view.name) or say("this candidate")
            return buttons(
                button(say("Write to {name}", name=whom), plain, site=site),
                button(
                    say("Write as secret"),
                    secret,
                    site=site,
                    says=say("Write to {name} as secret", name=whom),
                ),
            )
        case Writing.EMAIL_OFF:
            return buttons(button(say("Turn on Email first"), Press(Verb.SET_EMAIL, {"want": "on"}), site=site))
        case Writing.NO_ADDRESS:
            return None


def _conversations(view: CandidateView, *, site: Site) -> list[Widget | None]:
    if not view.conversations:
        return [paragraph(say("No conversations you can see yet."))]
    rows: list[Widget | None] = []
    for each in view.conversations:
        subject = line(each.subject) or say("No subject")
        opened = Press(Verb.CONVERSATION, {"conversation": each.conversation})
        rows += [
            row(
                subject,
                say("Secret") if each.secret else "",
                say("Last message: {date}", date=stamp(each.last)) if each.last else "",
                say("In {word} from: {names}", word=site.word, names=listing(each.holders, most=HOLDERS))
                if each.holders
                else "",
                icon=Icon.EMAIL,
            ),
            buttons(
                button(
                    say("Show conversation"),
                    opened,
                    site=site,
                    says=say("Show conversation {subject}", subject=subject),
                )
            ),
        ]
    if any(each.holders for each in view.conversations):
        rows.append(paragraph(say("People in Bcc are not listed.")))
    return rows
