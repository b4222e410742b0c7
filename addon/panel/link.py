"""Searching the directory by name or address for whom a conversation, or an address, is about."""

from __future__ import annotations

from google.apps.card_v1 import Card

from addon.caller import Caller
from addon.lookups.ids import Ids
from addon.lookups.linking import sees
from addon.policy import acting
from addon.policy.matching import canonical
from addon.present.people import candidate_line
from addon.services import Services
from cards.candidate_line import AddressRow
from cards.link import FIELD, ROWS, SearchView, search_card
from cards.plain import nothing_here_card
from storage.records import Candidate

LOOKED_AT = 500
"""Names that are opened for one search: with more of a name the reader is asked to type more of it."""
_LIMITED_LOOKED_AT = 100
"""Of a limited member each candidate found is looked up among their conversations."""


def search(caller: Caller, ids: Ids, services: Services, *, want: str, conversation: str) -> Card:
    """The field, and what was found by what is in it; a limited member finds their own candidates only."""
    member, given = caller.member, caller.event.parameters
    address = canonical(given.get("address", "")) if want == "address" else ""
    if not acting.may_search(member) or (address and not acting.may_link_addresses(member)):
        return nothing_here_card(site=services.site)
    typed = next(iter(caller.event.inputs.get(FIELD, ())), "").strip()
    found, more = _found(typed, services)
    if acting.sees_only_own_candidates(member):
        # That there are more of a name would tell of candidates they do not see.
        found, more = found[:_LIMITED_LOOKED_AT], False
    shown = [each for each in found if sees(member, each.id, services)]
    begin = _begin(given.get("page", ""))
    rest = len(shown) > begin + ROWS
    view = SearchView(
        address=AddressRow(id=address, shown=address) if address else None,
        typed=typed,
        rows=tuple(candidate_line(each, member=member, in_lever=True) for each in shown[begin : begin + ROWS]),
        next_page=str(begin + ROWS) if rest else "",
        more=more,
        message=ids.message,
        thread=ids.thread,
        conversation=conversation,
    )
    return search_card(view, site=services.site)


def _found(typed: str, services: Services) -> tuple[list[Candidate], bool]:
    """In the order of their names; and whether there are more than were looked at."""
    if "@" in typed:
        having = services.directory.find([canonical(typed)])
        ids = frozenset[str]().union(*having.values())
        page, more = list(services.directory.candidates(ids).values()) if ids else [], False
    else:
        read = services.directory.search(typed, limit=LOOKED_AT)
        page, more = list(read.items), read.next is not None
    return sorted(page, key=lambda each: (each.name.casefold(), each.id)), more


def _begin(page: str) -> int:
    """Where a page begins; what is no page is the first."""
    return int(page) if page.isascii() and page.isdecimal() and len(page) < len(str(LOOKED_AT)) + 1 else 0
