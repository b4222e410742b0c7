"""A candidate and the conversations the reader may see; the others do not exist here, not even as a number."""

from dataclasses import dataclass
from enum import Enum

from google.apps.card_v1 import Card, Widget

from cards.attention import attention_steps
from cards.candidate_line import AddressRow, CandidateLine, candidate_row
from cards.importing import ImportLine, Stage, import_rows
from cards.language import plural, say
from cards.menu import menu
from cards.status import NeedsAttention
from cards.text import line, listing, name, stamp
from cards.widgets import (
    Icon,
    Press,
    Site,
    Verb,
    button,
    buttons,
    card,
    link,
    paragraph,
    row,
    section,
    text_input,
)

ADDRESSES = 40
"""Most addresses listed."""
BY_HAND = 10
"""Most addresses that can be taken back here; each takes a row more."""
ADDRESSES_OPEN = 5
"""Those that are seen without unfolding the others."""
SEARCH = "search"
"""The name of the field."""
SEARCHED = 500
"""How many conversations are looked through, the newest."""
HOLDERS = 5
"""Most holders named in a row."""


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Who of us writes with the candidate, and who wrote last."""

    you: bool
    names: tuple[str, ...]
    """The others."""
    since: str
    """Date of the first message; empty where it is not known."""
    or_before: bool
    """There are older conversations than were looked at."""
    last_by: str
    last_on: str


class Updates(Enum):
    """Whether new replies come in, as far as the reader may know from whom."""

    COME_IN = "come_in"
    ENDED = "ended"
    NOT_TOLD = "not_told"


@dataclass(frozen=True, kw_only=True)
class ConversationRow:
    conversation: str
    subject: str
    last: str
    """Date of the last message the reader may see."""
    holders: tuple[str, ...]
    secret: bool
    updates: Updates


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
    contact: Contact | None = None
    """On the first page only."""
    trouble: NeedsAttention | None = None
    """Why nothing is read of the reader's mailbox, though Email is on."""
    search: str = ""
    """What was searched for; the page is of what was found then."""
    searched_all: bool = True
    """There are no more conversations than are looked through."""


def candidate_card(view: CandidateView, *, site: Site) -> Card:
    person = CandidateLine(id=view.id, name=view.name, headline=view.headline, stage=view.stage, owner=view.owner)
    more = Press(Verb.CANDIDATE, {"candidate": view.id, "page": view.next_page})
    refresh = Press(Verb.REFRESH, {"candidate": view.id, "page": view.page})
    return card(
        section(
            candidate_row(person),
            _contact(view.contact) if view.contact else None,
            _write(view, site=site),
            *_attention(view, site=site),
            buttons(
                link(
                    say("Open {word}", word=site.word),
                    view.url,
                    site=site,
                    says=say("Open this candidate in {word}", word=site.word),
                )
            ),
        ),
        section(*_addresses(view, site=site), header=say("Addresses"), folded_after=ADDRESSES_OPEN),
        section(*_importing(view, site=site), header=say("Import")),
        section(
            *_search(view, site=site),
            *_conversations(view, site=site),
            buttons(button(say("More"), more, site=site, says=say("More conversations")))
            if view.next_page
            else None,
            header=say("Conversations"),
        ),
        title=say("Candidate"),
        menu=menu(refresh, site=site),
    )


def _contact(contact: Contact) -> Widget:
    sentences = []
    if contact.since and (contact.you or contact.names):
        date = stamp(contact.since)
        since = say("{date} or before", date=date) if contact.or_before else date
        sentences.append(_since(contact, since))
    who, when = name(contact.last_by) or say("Unknown sender"), stamp(contact.last_on)
    sentences.append(say("Last word: {name}, {date}.", name=who, date=when))
    return paragraph(" ".join(sentences))


def _since(contact: Contact, since: str) -> str:
    names = listing(contact.names, most=HOLDERS)
    if not contact.names:
        return say("You have been in contact since {date}.", date=since)
    if contact.you:
        return say("You and {names} have been in contact since {date}.", names=names, date=since)
    return plural(
        "{names} has been in contact since {date}.",
        "{names} have been in contact since {date}.",
        len(contact.names),
        names=names,
        date=since,
    )


def _addresses(view: CandidateView, *, site: Site) -> list[Widget | None]:
    rows: list[Widget | None] = []
    undone = 0
    for each in view.addresses[:ADDRESSES]:
        preview = Press(Verb.IMPORT_PREVIEW, {"candidate": view.id, "address": each.id})
        says = say("Sync older emails with {address}", address=name(each.shown))
        sync = button(say("Sync emails"), preview, site=site, says=says) if _may_start(view) else None
        rows.append(row(name(each.shown), ends=sync))
        if each.undoable and (undone := undone + 1) <= BY_HAND:
            rows.append(_by_hand(view, each, site=site))
    if (rest := len(view.addresses) - ADDRESSES) > 0:
        rows.append(paragraph(say("And {n} more.", n=rest)))
    return rows


def _by_hand(view: CandidateView, each: AddressRow, *, site: Site) -> Widget | None:
    undo = Press(Verb.LINK_CANDIDATE, {"candidate": view.id, "address": each.id, "want": "undo"})
    says = say("Undo: {address} is not {name}'s", address=name(each.shown), name=name(view.name))
    return buttons(button(say("Added by hand: undo"), undo, site=site, says=says))


def _search(view: CandidateView, *, site: Site) -> list[Widget | None]:
    if not view.conversations and not view.search:
        return []
    look = button(say("Search"), Press(Verb.CANDIDATE, {"candidate": view.id}), site=site)
    newest = say("Only the newest {n} conversations were searched.", n=SEARCHED)
    return [
        text_input(SEARCH, say("Search subjects and people"), value=view.search),
        buttons(look),
        paragraph(newest) if view.search and not view.searched_all else None,
    ]


def _importing(view: CandidateView, *, site: Site) -> list[Widget | None]:
    rows = import_rows(view.importing, page=view.page, site=site) if view.importing else []
    if _may_start(view):
        preview = Press(Verb.IMPORT_PREVIEW, {"candidate": view.id})
        rows.append(buttons(button(say("Import candidate email"), preview, site=site)))
    return rows


def _may_start(view: CandidateView) -> bool:
    """One at a time, and only where there is an address that could bring something in."""
    runs = view.importing is not None and view.importing.stage is Stage.RUNNING
    return view.writing is Writing.CAN and not runs


def _attention(view: CandidateView, *, site: Site) -> list[Widget | None]:
    if view.trouble is None:
        return []
    trouble, label = view.trouble.trouble, view.trouble.label
    return [paragraph(trouble.sentence(label=label)), *attention_steps(trouble, label=label, site=site)]


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
        case Writing.EMAIL_OFF if view.trouble:
            return None
        case Writing.EMAIL_OFF:
            return buttons(button(say("Turn on Email first"), Press(Verb.SET_EMAIL, {"want": "on"}), site=site))
        case Writing.NO_ADDRESS:
            return None


def _conversations(view: CandidateView, *, site: Site) -> list[Widget | None]:
    if not view.conversations:
        return [paragraph(say("Nothing found.") if view.search else say("No conversations you can see yet."))]
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
                _updates(each.updates),
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


def _updates(updates: Updates) -> str:
    match updates:
        case Updates.COME_IN:
            return say("New replies come in by themselves.")
        case Updates.ENDED:
            return say("No longer updated.")
        case Updates.NOT_TOLD:
            return ""
