"""People by name: members, holders and candidates, as one caller may know them.

R18: who is in Bcc only is never named. A recipient's own copy does not tell that it came by Bcc, so a holder
counts as named only where From, To or Cc of a stored message names them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from addon.policy import acting
from cards.candidate_line import CandidateLine
from storage.records import Candidate, Found, Member


def nameable_holders(found: Found, *, but: Member) -> frozenset[str]:
    """`sub` of the other holders that may be named."""
    return (found.summary.holders & found.summary.named) - {but.sub}


def names(subs: Iterable[str], members: Mapping[str, Member]) -> tuple[str, ...]:
    """In alphabetical order; who is no member any more is not named."""
    return tuple(sorted(members[sub].display_name for sub in subs if sub in members))


def candidate_line(candidate: Candidate, *, member: Member, in_lever: bool) -> CandidateLine:
    """A limited member sees the name alone until the conversation is in Lever (R23)."""
    if not in_lever and not acting.sees_candidate(member, candidate.id, has_conversations=False):
        return CandidateLine(id=candidate.id, name=candidate.name, opens=False)
    return CandidateLine(
        id=candidate.id,
        name=candidate.name,
        headline=candidate.headline,
        stage=candidate.stage,
        owner=candidate.owner,
        url=candidate.url,
    )
