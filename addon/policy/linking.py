"""R15 and R16: what a member may say of an address or a conversation, and what only looks like a candidate. Pure.

A near match never admits anything: it is offered, and a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from itertools import islice

from addon.policy.mail import Mail
from addon.policy.matching import Company, People, canonical, domain_of, may_match
from addon.policy.origin import is_plain
from addon.policy.retention import comes_by_itself
from storage.records import Candidate, Place, Thread, ThreadState

MOST_NEAR = 3
"""Near matches offered beside one message."""
MOST_ADDRESSES = 3
"""Addresses of one message that are offered to be somebody's."""
MOST_OF_A_CANDIDATE = 100

_NAMES_OF_ROLES = frozenset(
    """abuse accounts admin administrator alerts all applications apply applicants billing bounce bounces calendar
    career careers contact customerservice donotreply everyone feedback finance hello help helpdesk hiring
    hostmaster hr humanresources info information invitations invoices it jobalerts jobs legal list mail
    mailerdaemon marketing messages news newsletter noreply notification notifications office orders people
    postmaster press privacy recruiting recruitment reception referrals reply sales security service support
    talent team updates webmaster welcome work""".split()  # noqa: SIM905 (read as the words they are)
)
"""Parts before the @ behind which there is a function, a machine or a group, and no one person."""
_NOBODY = ("noreply", "donotreply", "mailerdaemon", "bounce")
"""They stand with all kinds of things behind them, too."""
_LIST_DOMAINS = frozenset({"googlegroups.com", "groups.io", "yahoogroups.com", "freelists.org"})
_LIST_LABELS = frozenset({"list", "lists", "groups", "listserv", "mailman"})
_LIST_ENDS = ("-l", "-list", "-announce", "-request", "-owner", "-subscribe", "-unsubscribe", "-bounces")
_BETWEEN = re.compile(r"[._-]+")


class NotLinkable(Enum):
    """Why an address cannot be said to be a candidate's."""

    NO_ADDRESS = "no_address"
    INTERNAL = "internal"
    BLOCKED = "blocked"
    ROLE = "role"
    LIST = "list"
    OTHERS = "others"
    """Another candidate has it."""
    TOO_MANY = "too_many"


def is_role(address: str) -> bool:
    """Whether an address is a function's rather than a person's."""
    local = address.rpartition("@")[0].partition("+")[0]
    plain = _BETWEEN.sub("", local)
    return plain in _NAMES_OF_ROLES or plain.startswith(_NOBODY)


def is_list(address: str) -> bool:
    """Whether an address is a mailing list's, as far as it says so itself."""
    local, domain = address.rpartition("@")[0], domain_of(address)
    return domain in _LIST_DOMAINS or domain.partition(".")[0] in _LIST_LABELS or local.endswith(_LIST_ENDS)


def not_linkable(
    address: str,
    candidate: Candidate,
    *,
    people: People,
    company: Company,
    list_addresses: Collection[str] = (),
) -> NotLinkable | None:
    """Why this canonical address cannot become the candidate's; None where it can.

    `list_addresses`: where the open message says that a list takes posts.
    """
    if not is_plain(address):
        return NotLinkable.NO_ADDRESS
    if company.is_internal(address) or address in people.members:
        return NotLinkable.INTERNAL
    if company.is_blocked(address):
        return NotLinkable.BLOCKED
    if address in list_addresses or is_list(address):
        return NotLinkable.LIST
    if is_role(address):
        return NotLinkable.ROLE
    if people.candidates.get(address, frozenset()) - {candidate.id}:
        return NotLinkable.OTHERS
    return NotLinkable.TOO_MANY if len(candidate.addresses) >= MOST_OF_A_CANDIDATE else None


def linked(candidate: Candidate, address: str) -> Candidate:
    """With an address a member said is theirs; what waits for it is to be looked for. One that is there stays."""
    if address in candidate.addresses:
        return candidate
    return replace(
        candidate,
        addresses=(*candidate.addresses, address),
        linked=(*candidate.linked, address),
        leaving={each: by for each, by in candidate.leaving.items() if each != address},
        to_wake=True,
    )


def unlinked(candidate: Candidate, address: str, *, by: str) -> Candidate:
    """Without it; what came by it alone is to be looked for. An address that did not come by hand stays."""
    if address not in candidate.linked:
        return candidate
    return replace(
        candidate,
        addresses=tuple(each for each in candidate.addresses if each != address),
        linked=tuple(each for each in candidate.linked if each != address),
        leaving={**candidate.leaving, address: by},
    )


def imported_over(row: Candidate, before: Candidate | None) -> Candidate:
    """What the system of record says, with what members said beside it: no import takes a link back."""
    if before is None:
        return row
    by_hand = tuple(each for each in before.linked if each not in row.addresses)
    leaving = {each: by for each, by in before.leaving.items() if each not in row.addresses}
    return replace(row, addresses=(*row.addresses, *by_hand), linked=by_hand, leaving=leaving)


@dataclass(frozen=True, kw_only=True)
class Awaited:
    """How many waiting conversations of one mailbox an address brings in."""

    now: int
    later: int
    """Those that grew old: their owner is asked on Home."""


def awaited(threads: Iterable[Thread], *, sub: str, now: datetime) -> Awaited:
    """Of one's own mailbox only: how many wait in a colleague's is theirs to know (R11)."""
    own = [thread for thread in threads if thread.sub == sub and thread.state is ThreadState.WAITING]
    come = sum(comes_by_itself(thread, now=now) for thread in own)
    return Awaited(now=come, later=len(own) - come)


# --- what an open message offers --------------------------------------------------------------------------


def linkable_on(mail: Mail, *, people: People, company: Company) -> tuple[str, ...]:
    """Addresses of people on a message who are nobody's yet and may become a candidate's, the author's first."""
    nobody = Candidate(id="", name="")
    standing = dict.fromkeys(may_match(mail))
    author = canonical(mail.author) if mail.author else ""
    linkable = (
        address
        for address in sorted(standing, key=lambda each: each != author)
        if address not in people.candidates
        and not_linkable(address, nobody, people=people, company=company, list_addresses=mail.list_addresses)
        is None
    )
    return tuple(islice(linkable, MOST_ADDRESSES))


class Likeness(Enum):
    """What makes somebody look like a candidate."""

    SAME_NAME = "same_name"
    PLUS_TAG = "plus_tag"
    REPLY_TO = "reply_to"


@dataclass(frozen=True, kw_only=True)
class Near:
    """Somebody on a message who looks like a candidate and is not matched."""

    candidate: str
    address: str = field(repr=False)
    """The address that is not the candidate's."""
    why: Likeness


@dataclass(frozen=True, kw_only=True)
class Hints:
    """What is looked up to find near matches: by what, and on which address it stands."""

    addresses: Mapping[str, str] = field(repr=False)
    """An address that may be a candidate's -> the one that was written."""
    replies: Mapping[str, str] = field(repr=False)
    """Likewise, of Reply-To."""
    names: Mapping[str, str] = field(repr=False)
    """A display name -> its address."""


def hints(mail: Mail, *, people: People, company: Company) -> Hints:
    """What of a message is worth looking up: of people outside, and not of those who match already."""

    def is_somebody(address: str) -> bool:
        return not (
            company.is_internal(address)
            or company.is_blocked(address)
            or address in people.members
            or address in people.candidates
        )

    strangers = dict.fromkeys(address for address in may_match(mail) if is_somebody(address))
    author = canonical(mail.author) if mail.author else ""
    replies = [canonical(p.address) for p in mail.head.participants if p.place is Place.REPLY_TO]
    return Hints(
        addresses={bare: each for each in strangers if (bare := without_tag(each)) != each},
        replies={each: author for each in replies if author in strangers and each != author},
        names={
            p.name: address
            for p in mail.head.participants
            if (address := canonical(p.address)) in strangers
            and p.place is not Place.REPLY_TO
            and _is_name(p.name)
        },
    )


def near(
    given: Hints, *, found: Mapping[str, frozenset[str]], called: Mapping[str, frozenset[str]]
) -> tuple[Near, ...]:
    """Whom it could be, the surest first, each once. `found`: candidates by address; `called`: by display name."""
    every = [
        *_near(given.replies, found, Likeness.REPLY_TO),
        *_near(given.addresses, found, Likeness.PLUS_TAG),
        *_near(given.names, called, Likeness.SAME_NAME),
    ]
    first: dict[str, Near] = {}
    for each in every:
        first.setdefault(each.candidate, each)
    return tuple(first.values())[:MOST_NEAR]


def _near(written: Mapping[str, str], found: Mapping[str, frozenset[str]], why: Likeness) -> Iterator[Near]:
    for hint, address in written.items():
        for candidate in sorted(found.get(hint, ())):
            yield Near(candidate=candidate, address=address, why=why)


def without_tag(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _is_name(name: str) -> bool:
    return bool(name.strip()) and "@" not in name


@dataclass(frozen=True, kw_only=True)
class Offered:
    """A near match as it is offered to one member: they see the candidate and have not said no."""

    near: Near
    addable: bool
    """The address may become the candidate's."""
    brings: Awaited
    digest: str


@dataclass(frozen=True, kw_only=True)
class Offers:
    """What a message without a candidate offers beside the search by hand."""

    near: tuple[Offered, ...] = ()
    addresses: tuple[str, ...] = field(default=(), repr=False)
    """Those that may be said to be somebody's."""
