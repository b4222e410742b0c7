"""A conversation's messages, newest first, as far as the reader sees it.

Attachments are names and sizes only. Of a mail's text its sender's own words are shown, and the rest at a press.
"""

from dataclasses import dataclass
from enum import Enum

from google.apps import card_v1
from google.apps.card_v1 import Card, Widget

from cards.attachments import attachments_row
from cards.candidate_line import CandidateLine, candidate_rows, candidates_header
from cards.language import say
from cards.menu import menu
from cards.text import PASSAGE, clean, line, listing, name, passage, stamp
from cards.whom import Said, Whom, whom_rows
from cards.widgets import Icon, Press, Site, Verb, button, buttons, card, link, paragraph, row, section

ATTACHMENTS = 3
"""Most attachments named here on one message; *Show more* names the others."""
GUESTS = 3
"""Most guests of an invitation named."""
WHEN = 120
"""Characters of when something is: two dates with their times."""
CANDIDATES = 4
"""Most candidates listed: the mails are what the card is for."""
SAID = 3
"""Likewise, of those that were said by hand, each with its Undo."""


class Kind(Enum):
    """What a calendar's mail says of its event."""

    INVITED = "invited"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    MAYBE = "maybe"
    ANSWERED = "answered"
    COUNTERED = "countered"


@dataclass(frozen=True, kw_only=True)
class InvitationLine:
    kind: Kind
    what: str
    when: str
    where: str
    by: str
    guests: tuple[str, ...]
    repeats: bool


@dataclass(frozen=True, kw_only=True)
class MessageRow:
    message: str
    sender: str
    at: str
    text: str
    """The sender's own words."""
    more: bool
    """There is more than `text`: the rest of it, a quote or a signature."""
    attachments: tuple[tuple[str, str], ...]
    """Name and size, the size as text."""
    automatic: bool
    invitation: InvitationLine | None = None
    outdated_invitation: bool
    """A later update of the same invitation is in the conversation."""
    bcc_note: bool
    """The reader sent it with Bcc, or got it so."""


@dataclass(frozen=True, kw_only=True)
class ConversationView:
    id: str
    subject: str
    secret: bool
    messages: tuple[MessageRow, ...]
    """One page of them, newest first."""
    page: str
    """Empty on the first page."""
    next_page: str
    """Empty on the last page."""
    candidates: tuple[CandidateLine, ...]
    gmail_link: str
    verbs: frozenset[Verb] = frozenset()
    """What the reader may do with it now."""
    says_whom: bool = False
    """The reader may say whom it is about."""
    said: tuple[Said, ...] = ()
    """Of whom a member said so, where the reader may take that back."""
    one_line: bool
    """All an interviewer is told; the rest of the view is not looked at then."""


def conversation_card(view: ConversationView, *, site: Site) -> Card:
    refresh = menu(Press(Verb.REFRESH, {"conversation": view.id, "page": view.page}), site=site)
    if view.one_line:
        told = paragraph(say("You take part in this conversation."))
        return card(section(told), title=say("Conversation"), menu=refresh)
    more = Press(Verb.CONVERSATION, {"conversation": view.id, "page": view.next_page})
    return card(
        section(*_head(view, site=site)),
        *(section(*_message(view, each, site=site)) for each in view.messages),
        section(
            buttons(button(say("More"), more, site=site, says=say("More messages"))) if view.next_page else None
        ),
        section(
            *candidate_rows(view.candidates, site=site, most=CANDIDATES),
            *whom_rows(_whom(view), site=site),
            header=candidates_header(view.candidates),
        ),
        section(buttons(*_acts(view, site=site)), header=say("More")),
        title=say("Conversation"),
        menu=refresh,
    )


def _head(view: ConversationView, *, site: Site) -> list[Widget | None]:
    who = Press(Verb.CONVERSATION, {"conversation": view.id, "want": "who"})
    return [
        row(line(view.subject) or say("No subject"), say("Secret") if view.secret else "", icon=Icon.EMAIL),
        buttons(
            link(say("Open in Gmail"), view.gmail_link, site=site),
            button(say("Who sees it"), who, site=site) if view.secret else None,
        ),
    ]


def _whom(view: ConversationView) -> Whom:
    return Whom(
        said=view.said[:SAID],
        conversation_open=view.says_whom,
        another=bool(view.candidates),
        conversation=view.id,
    )


def _acts(view: ConversationView, *, site: Site) -> list[card_v1.Button]:
    words = {
        Verb.MAKE_SECRET: say("Make secret"),
        Verb.MAKE_VISIBLE: say("Make visible to the team"),
        Verb.REMOVE: say("Remove from {word}", word=site.word),
        Verb.WITHDRAW: say("Take my copy out"),
    }
    return [
        button(text, Press(verb, {"conversation": view.id}), site=site)
        for verb, text in words.items()
        if verb in view.verbs
    ]


def _message(view: ConversationView, message: MessageRow, *, site: Site) -> list[Widget | None]:
    sender, at = name(message.sender) or say("Unknown sender"), stamp(message.at)
    if message.automatic:
        told = say("Automatic reply from {name}, {date}", name=sender, date=at)
        return [paragraph(told), _more(view, message, sender, site=site)]
    if message.outdated_invitation:
        told = say("Earlier version of an invitation from {name}, {date}", name=sender, date=at)
        return [paragraph(told), _more(view, message, sender, site=site)]
    # What a calendar writes into its mail is its event once more.
    shown = 0 if message.invitation else PASSAGE
    text = passage(message.text) if shown else ""
    more = message.more or len(clean(message.text)) > shown or len(message.attachments) > ATTACHMENTS
    return [
        row(sender, at, icon=Icon.PERSON),
        _invitation(message.invitation) if message.invitation else None,
        paragraph(text) if text else None,
        _more(view, message, sender, site=site) if more else None,
        attachments_row(message.attachments, most=ATTACHMENTS),
        _bcc(message, site=site),
    ]


def _more(view: ConversationView, message: MessageRow, sender: str, *, site: Site) -> Widget | None:
    whole = Press(Verb.CONVERSATION, {"conversation": view.id, "message": message.message})
    says = say("Show all of the message from {name}", name=sender)
    return buttons(button(say("Show more"), whole, site=site, says=says))


def _invitation(invitation: InvitationLine) -> Widget:
    guests = listing(invitation.guests, most=GUESTS)
    return row(
        _event(invitation.kind, name(invitation.what) or say("No title")),
        line(invitation.when, WHEN),
        say("Repeats.") if invitation.repeats else "",
        say("Where: {place}", place=name(invitation.where)) if invitation.where else "",
        say("From: {name}", name=name(invitation.by)) if invitation.by else "",
        say("Invited: {names}", names=guests) if guests else "",
    )


def _event(kind: Kind, what: str) -> str:
    match kind:
        case Kind.INVITED:
            return say("Invitation: {what}", what=what)
        case Kind.CHANGED:
            return say("Changed: {what}", what=what)
        case Kind.CANCELLED:
            return say("Cancelled: {what}", what=what)
        case Kind.ACCEPTED:
            return say("Accepted: {what}", what=what)
        case Kind.DECLINED:
            return say("Declined: {what}", what=what)
        case Kind.MAYBE:
            return say("Maybe: {what}", what=what)
        case Kind.ANSWERED:
            return say("Answered: {what}", what=what)
        case Kind.COUNTERED:
            return say("Another time is proposed: {what}", what=what)


def _bcc(message: MessageRow, *, site: Site) -> Widget | None:
    if not message.bcc_note:
        return None
    return paragraph(
        say("Sent with Bcc. In {word} only its sender and the people in Bcc can tell.", word=site.word)
    )
