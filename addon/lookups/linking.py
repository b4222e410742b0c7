"""Whom a member may choose, whom a message's people look like, and what linking an address would bring in."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from addon.batches import pages
from addon.caller import Caller
from addon.gateways.errors import OutsideError
from addon.lookups.conversations import conversations_of
from addon.lookups.ids import Ids, read_head
from addon.policy import acting, linking
from addon.policy.acting import digest_of
from addon.policy.linking import Awaited, Near, Offered, Offers
from addon.policy.mail import Mail
from addon.policy.matching import Match, People, everyone, match
from addon.services import Services
from storage.naming import called
from storage.records import Candidate, Member, Thread

_CALLED = 10
"""Candidates of one name that are looked at."""
_AT_ONCE = 200
_PAGES = 5
NO = "not-about"
"""What a look is called by which a member's No is remembered."""


def sees(member: Member, candidate: str, services: Services) -> bool:
    """R33, rows `candidate` and `search-candidates`; only of a limited member are conversations asked for."""
    has_conversations = False
    if acting.sees_only_own_candidates(member):
        has_conversations = bool(conversations_of(member, candidate, services, limit=1).items)
    return acting.sees_candidate(member, candidate, has_conversations=has_conversations)


def choosable(caller: Caller, ids: Ids, candidate: str, services: Services) -> Candidate | None:
    """The candidate, where this member may say that a conversation is about them.

    A limited member also chooses among those who share an address on the message they have open: that they are
    shown by name (R23). One who is not there costs what one costs who is not theirs.
    """
    member = caller.member
    found = services.directory.candidates([candidate]).get(candidate)
    if sees(member, candidate, services):
        return found
    if not acting.may_choose_beside(member, candidate):
        return None
    mail = open_mail(caller, ids, services)
    matched = matched_on(mail, services)[0] if mail else None
    return found if matched and any(candidate in some for some in matched.shared.values()) else None


def open_mail(caller: Caller, ids: Ids, services: Services) -> Mail | None:
    """Headers of the open message; None where none is open or Gmail does not give them."""
    if ids.mail is not None or caller.event.open is None:
        return ids.mail
    try:
        return read_head(caller, services)
    except OutsideError:
        return None


def matched_on(mail: Mail, services: Services) -> tuple[Match, People]:
    addresses = everyone([mail])
    people = People(candidates=services.directory.find(addresses), members=services.store.members_at(addresses))
    return match([mail], people=people, company=services.company), people


# --- what a message offers --------------------------------------------------------------------------------


def offers(member: Member, mail: Mail, matched: Match, people: People, thread: str, services: Services) -> Offers:
    """For a message on which nobody is a candidate; nothing is asked where somebody is."""
    if matched.candidates or matched.internal or matched.shared or matched.blocked:
        return Offers()
    if not acting.may_search(member):
        return Offers()
    near = [each for each in _near(mail, people, services) if not _said_no(member, thread, each, services)]
    about = services.directory.candidates([each.candidate for each in near]) if near else {}
    return Offers(
        near=tuple(
            _offered(member, each, about[each.candidate], mail, people, services)
            for each in near
            if each.candidate in about and sees(member, each.candidate, services)
        ),
        addresses=linking.linkable_on(mail, people=people, company=services.company)
        if acting.may_link_addresses(member)
        else (),
    )


def _near(mail: Mail, people: People, services: Services) -> tuple[Near, ...]:
    hints = linking.hints(mail, people=people, company=services.company)
    looked_up = [*hints.addresses, *hints.replies]
    found = services.directory.find(looked_up) if looked_up else {}
    same = services.directory.called(hints.names, limit=_CALLED) if hints.names else []
    named = {
        name: frozenset(each.id for each in same if called(each.name) == called(name)) for name in hints.names
    }
    return linking.near(hints, found=found, called=named)


def _offered(
    member: Member, near: Near, candidate: Candidate, mail: Mail, people: People, services: Services
) -> Offered:
    refused = linking.not_linkable(
        near.address, candidate, people=people, company=services.company, list_addresses=mail.list_addresses
    )
    addable = refused is None and acting.may_link_address(member, candidate.id)
    brings = awaited(member, near.address, services) if addable else Awaited(now=0, later=0)
    return Offered(near=near, addable=addable, brings=brings, digest=link_digest(candidate, near.address, brings))


# --- No ---------------------------------------------------------------------------------------------------


def no_key(member: Member, thread: str, candidate: str, services: Services) -> str:
    """A thread that is not in Lever leaves no id: who said No of it is known by a keyed hash (R11)."""
    return services.store.key("no", member.sub, thread, candidate)


def _said_no(member: Member, thread: str, near: Near, services: Services) -> bool:
    key = no_key(member, thread, near.candidate, services)
    return services.store.look(member.sub, key, now=services.clock.now()) is not None


# --- what waits -------------------------------------------------------------------------------------------


def awaited(member: Member, address: str, services: Services) -> Awaited:
    """How many of the member's own waiting conversations have this address in them."""
    threads = _waiting_for(services.store.key("who", address), services)
    return linking.awaited(threads, sub=member.sub, now=services.clock.now())


def _waiting_for(key: str, services: Services) -> Iterator[Thread]:
    found = pages(lambda cursor: services.store.waiting_for(key, limit=_AT_ONCE, cursor=cursor))
    return chain.from_iterable(islice(found, _PAGES))


def link_digest(candidate: Candidate, address: str, brings: Awaited) -> str:
    """It holds for what was said would come in, and no more."""
    return digest_of("link-address", [candidate.id, address, str(brings.now), str(brings.later)])
