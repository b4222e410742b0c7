"""R7: what may enter. Default-deny: the last line of `admit` is the only one that admits.

Every path (history, backfill, panel, later ones too) asks this function and no other.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from addon.policy.mail import Mail
from addon.policy.matching import Match
from storage.records import Member, Reason, Role


class Denied(Enum):
    """Why a thread or a message stays out."""

    OFF = "off"
    ROLE = "role"
    NOT_POINTED_AT = "not_pointed_at"
    BLOCKED = "blocked"
    SELF = "self"
    SHARED_ADDRESS = "shared_address"
    NO_CANDIDATE = "no_candidate"
    DRAFT = "draft"
    CHAT = "chat"
    SPAM = "spam"
    TRASH = "trash"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that the decision about one thread may rest on."""

    on: bool
    """The mailbox's consent stands, under the epoch the work began in."""
    owner: Member
    reasons: frozenset[Reason]
    """Why it was pointed at; origin only where it was proven, import only where an address hit."""
    match: Match
    about: frozenset[str] = frozenset()
    """Candidates it is about already: it was admitted before, or its owner said so (R16)."""


@dataclass(frozen=True, kw_only=True)
class Admission:
    reason: Reason
    candidates: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Denial:
    why: Denied


STRENGTH = (Reason.LABEL, Reason.ASKED, Reason.ORIGIN, Reason.IMPORT)
"""Of several reasons the first is told."""
_BY_HAND = frozenset({Reason.LABEL, Reason.ASKED})


def admit(facts: Facts) -> Admission | Denial:
    """Decide about one thread."""
    if not facts.on:
        return Denial(why=Denied.OFF)
    if facts.owner.role is Role.INTERVIEWER:
        return Denial(why=Denied.ROLE)
    reason = next((r for r in STRENGTH if r in facts.reasons), None)
    if reason is None:
        return Denial(why=Denied.NOT_POINTED_AT)
    if facts.match.blocked:
        return Denial(why=Denied.BLOCKED)
    about = facts.about | _matched(facts)
    if about & facts.owner.self_candidates:
        return Denial(why=Denied.SELF)
    if not about:
        return Denial(why=Denied.SHARED_ADDRESS if facts.match.shared else Denied.NO_CANDIDATE)
    return Admission(reason=reason, candidates=about)


def _matched(facts: Facts) -> frozenset[str]:
    """R13: an internal candidate counts alone, and only where a person pointed at the thread by hand.

    Not alone is also who writes in a conversation that is about somebody, or with whoever has a shared address.
    """
    others = facts.match.candidates or facts.match.shared or facts.about
    if others or not facts.reasons & _BY_HAND:
        return facts.match.candidates
    return facts.match.internal


_NEVER = {"DRAFT": Denied.DRAFT, "CHAT": Denied.CHAT, "SPAM": Denied.SPAM, "TRASH": Denied.TRASH}


def never_stored(mail: Mail) -> Denied | None:
    """R17: why this message of a thread is not stored whatever the thread is; None where it may be."""
    if mail.scheduled:
        return Denied.DRAFT
    return next((why for label, why in _NEVER.items() if label in mail.labels), None)
