"""A candidate and the conversations the reader may see; the others do not exist here, not even as a number."""

from dataclasses import dataclass

from google.apps.card_v1 import Card, Widget

from cards.candidate_line import CandidateLine, candidate_row
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


@dataclass(frozen=True, kw_only=True)
class CandidateView:
    id: str
    name: str
    headline: str
    stage: str
    owner: str
    url: str
    addresses: tuple[str, ...]
    conversations: tuple[ConversationRow, ...]
    """One page of them."""
    next_page: str
    """Empty on the last page."""
    page: str


def candidate_card(view: CandidateView, *, site: Site) -> Card:
    person = CandidateLine(id=view.id, name=view.name, headline=view.headline, stage=view.stage, owner=view.owner)
    more = Press(Verb.CANDIDATE, {"candidate": view.id, "page": view.next_page})
    refresh = Press(Verb.REFRESH, {"candidate": view.id, "page": view.page})
    return card(
        section(
            candidate_row(person),
            *_addresses(view),
            buttons(link(f"Open {site.word}", view.url, says=f"Open this candidate in {site.word}")),
        ),
        section(
            *_conversations(view, site=site),
            buttons(button("More", more, site=site, says="More conversations")) if view.next_page else None,
            header="Conversations",
        ),
        title="Candidate",
        menu=menu(refresh, site=site),
    )


def _addresses(view: CandidateView) -> list[Widget | None]:
    rows: list[Widget | None] = [paragraph(name(each)) for each in view.addresses[:ADDRESSES]]
    if (rest := len(view.addresses) - ADDRESSES) > 0:
        rows.append(paragraph(f"And {rest:,} more."))
    return rows


def _conversations(view: CandidateView, *, site: Site) -> list[Widget | None]:
    if not view.conversations:
        return [paragraph("No conversations you can see yet.")]
    rows: list[Widget | None] = []
    for each in view.conversations:
        subject = line(each.subject) or "No subject"
        opened = Press(Verb.CONVERSATION, {"conversation": each.conversation})
        rows += [
            row(
                subject,
                "Secret" if each.secret else "",
                f"Last message: {stamp(each.last)}" if each.last else "",
                f"In {site.word} from: {listing(each.holders, most=HOLDERS)}" if each.holders else "",
                icon=Icon.EMAIL,
            ),
            buttons(button("Show conversation", opened, site=site, says=f"Show conversation {subject}")),
        ]
    if any(each.holders for each in view.conversations):
        rows.append(paragraph("People in Bcc are not listed."))
    return rows
