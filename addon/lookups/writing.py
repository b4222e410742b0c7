"""Whether a member can begin a conversation with a candidate, and to which address."""

from __future__ import annotations

from addon.policy import membership, writing
from addon.policy.matching import canonical
from addon.services import Services
from cards.candidate import Writing
from storage.records import Candidate, Mailbox


def address_of(candidate: Candidate, services: Services) -> str | None:
    """Where mail to this candidate is written to; None where no address stands for them alone."""
    addresses = frozenset(map(canonical, candidate.addresses))
    return writing.address_of(
        candidate,
        whose=services.directory.find(addresses),
        members=services.store.members_at(addresses),
        company=services.company,
    )


def writing_to(candidate: Candidate, mailbox: Mailbox | None, services: Services) -> Writing:
    """For the candidate's card, which only who sees the candidate is shown; `mailbox`: the reader's own."""
    if not membership.is_on(mailbox):
        return Writing.EMAIL_OFF
    return Writing.CAN if address_of(candidate, services) else Writing.NO_ADDRESS
