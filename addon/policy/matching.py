"""R13 to R15: whom a thread is about, by exact address and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from addon.policy.mail import TAKES_PART, Mail
from storage.records import Member, Place

_GMAIL = frozenset({"gmail.com", "googlemail.com"})


def canonical(address: str) -> str:
    """The form in which addresses are compared: without case; dots and `+tag` ignored for Gmail's own only.

    Elsewhere a dot or a tag may be another person (support.google.com/mail/answer/7436150 is Gmail's rule). Case
    is all that is folded: `casefold` makes ss of ß, and those are two domains of two owners (RFC 5891, 4.2.1).
    """
    local, at, domain = address.strip().lower().rpartition("@")
    if not at:
        return domain
    if domain in _GMAIL:
        return local.partition("+")[0].replace(".", "") + "@gmail.com"
    return local + "@" + domain


def domain_of(address: str) -> str:
    return address.rpartition("@")[2]


@dataclass(frozen=True, kw_only=True)
class Company:
    """What the company said once for all: its own domains, and whom it never syncs mail with."""

    internal_domains: frozenset[str]
    blocked: frozenset[str] = frozenset()
    """Canonical addresses and bare domains."""

    def is_internal(self, address: str) -> bool:
        return domain_of(address) in self.internal_domains

    def is_blocked(self, address: str) -> bool:
        domain = domain_of(address)
        # Gmail's two domains are one, and canonical addresses know only one of its names.
        names = _GMAIL if domain in _GMAIL else {domain}
        return address in self.blocked or not self.blocked.isdisjoint(names)


@dataclass(frozen=True, kw_only=True)
class People:
    """What directory and members say of a set of canonical addresses."""

    candidates: Mapping[str, frozenset[str]] = field(repr=False)
    members: Mapping[str, Member] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Match:
    """Whom a thread is about. Addresses are canonical."""

    candidates: frozenset[str] = frozenset()
    internal: frozenset[str] = frozenset()
    """Colleagues whom an admin marked as candidates, reached by their internal address."""
    shared: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)
    """Addresses that several candidates have: they match none of them by themselves."""
    blocked: str | None = field(default=None, repr=False)
    members: frozenset[str] = frozenset()
    """`sub` of every member who takes part in the messages, Bcc included."""


def stands_for(address: str, candidate: str, *, people: People, company: Company) -> bool:
    """Whether mail with this canonical address is matched to this candidate, and to nobody else."""
    return (
        people.candidates.get(address) == frozenset({candidate})
        and address not in people.members
        and not company.is_internal(address)
        and not company.is_blocked(address)
    )


def everyone(mails: Iterable[Mail]) -> frozenset[str]:
    """Canonical addresses of all who take part, in whatever place."""
    return frozenset(canonical(p.address) for mail in mails for p in mail.head.participants)


def match(mails: Iterable[Mail], *, people: People, company: Company) -> Match:
    """Match the people of `mails`. An automatic reply admits nobody, so its people match no candidate."""
    mails = tuple(mails)
    seen = everyone(mails)
    everybody = seen.union(*(mail.others for mail in mails))
    matching = frozenset(a for mail in mails if not mail.head.automatic for a in may_match(mail))
    hits = {a: people.candidates[a] for a in matching if people.candidates.get(a)}
    single = {a: ids for a, ids in hits.items() if len(ids) == 1}
    outside = {a for a in hits if a not in people.members and not company.is_internal(a)}
    marked = {
        candidate
        for a in single.keys() & people.members.keys()
        for candidate in single[a] & people.members[a].self_candidates
    }
    return Match(
        candidates=frozenset(c for a in outside & single.keys() for c in single[a]),
        internal=frozenset(marked),
        shared={a: hits[a] for a in outside - single.keys()},
        blocked=next((a for a in sorted(everybody) if company.is_blocked(a)), None),
        members=frozenset(people.members[a].sub for a in taking_part(mails) if a in people.members),
    )


def taking_part(mails: Iterable[Mail]) -> frozenset[str]:
    """Canonical addresses of those who take part in some of `mails`."""
    return frozenset(
        canonical(p.address) for mail in mails for p in mail.head.participants if p.place in TAKES_PART
    )


def may_match(mail: Mail) -> Iterable[str]:
    """Addresses that stand for a person: not Reply-To, not the list, not To of list mail (R15)."""
    for participant in mail.head.participants:
        address = canonical(participant.address)
        if participant.place is Place.REPLY_TO or address in mail.list_addresses:
            continue
        if participant.place is Place.TO and mail.list_mail:
            continue
        yield address
