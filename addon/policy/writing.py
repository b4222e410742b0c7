"""R33, row `draft`: who may begin a conversation from a candidate's card, and to which address. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from addon.policy import acting
from addon.policy.matching import Company, People, canonical, stands_for
from addon.policy.origin import is_plain
from storage.records import Candidate, Member


def may_write_to(member: Member, candidate: str, *, has_conversations: bool) -> bool:
    """From their own mailbox, to a candidate they see."""
    return acting.sees_candidate(member, candidate, has_conversations=has_conversations)


def address_of(
    candidate: Candidate, *, whose: Mapping[str, frozenset[str]], members: Mapping[str, Member], company: Company
) -> str | None:
    """The first of the candidate's addresses by which what is written to it is matched to them and nobody else.

    `whose`: canonical address -> candidates that have it; `members`: likewise, colleagues.
    """
    people = People(candidates=whose, members=members)
    return next(
        (
            address
            for address in candidate.addresses
            if is_plain(address) and stands_for(canonical(address), candidate.id, people=people, company=company)
        ),
        None,
    )
