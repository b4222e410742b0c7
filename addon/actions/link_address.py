"""*This address belongs to …* and its Undo (R16): mail with an address is a candidate's from now on.

What waits for the address comes in; how many of the caller's own conversations that are is said first. Undo takes
the address away again, with what follows from it (`addon.addresses`). What is stored stays until somebody removes
it, for removing is never a side effect.
"""

from __future__ import annotations

from collections.abc import Callable

from addon.actions.outcome import Done, NothingHere, Outcome, Question, Told
from addon.actions.withdrawal import WITHIN
from addon.addresses import follow_up
from addon.caller import Caller
from addon.lookups.ids import Ids
from addon.lookups.linking import awaited, link_digest, open_mail
from addon.policy import acting, linking
from addon.policy.linking import NotLinkable
from addon.policy.matching import People, canonical
from addon.services import Services
from cards.candidate_line import AddressRow
from cards.language import say
from cards.link import ConfirmView, confirm_card, refusal
from cards.text import name
from storage.port import ConflictError
from storage.records import Act, Candidate

_TRIES = 5


def link_address(
    caller: Caller, ids: Ids, services: Services, *, candidate: str, address: str, digest: str
) -> Outcome:
    """Ask with what it brings in; with the digest of that, do it."""
    about = _linkable_by(caller, candidate, services)
    if about is None:
        return NothingHere()
    address = canonical(address)
    if address in about.addresses:
        return Done(notice=_belongs(address, about))
    if why := _refused(caller, ids, about, address, services):
        return Told(notice=refusal(why.value, word=services.site.word))
    brings = awaited(caller.member, address, services)
    if digest != link_digest(about, address, brings):
        view = ConfirmView(
            candidate=about.id,
            name=about.name,
            address=AddressRow(id=address, shown=address),
            now=brings.now,
            later=brings.later,
            digest=link_digest(about, address, brings),
            message=ids.message,
            thread=ids.thread,
        )
        return Question(card=confirm_card(view, site=services.site), again=bool(digest))
    linked = _save(caller, about, services, "link-address", lambda there: linking.linked(there, address))
    if linked is None:
        return NothingHere()
    follow_up(linked, services, until=services.clock.now() + WITHIN)
    return Done(notice=_belongs(address, linked))


def _refused(caller: Caller, ids: Ids, about: Candidate, address: str, services: Services) -> NotLinkable | None:
    people = People(candidates=services.directory.find([address]), members=services.store.members_at([address]))
    why = linking.not_linkable(address, about, people=people, company=services.company)
    if why is not None:
        return why
    # Where a list takes posts only its own mail says; that of a stored message was looked at when it was offered.
    mail = open_mail(caller, ids, services)
    return NotLinkable.LIST if mail is not None and address in mail.list_addresses else None


def unlink_address(caller: Caller, services: Services, *, candidate: str, address: str) -> Outcome:
    """Take an address away that came by hand; one of the system of record is not ours to take."""
    about = _linkable_by(caller, candidate, services)
    if about is None:
        return NothingHere()
    address = canonical(address)
    if address not in about.linked and address not in about.leaving:
        return Done(notice=_undone(services))
    by = caller.member.sub
    left = _save(caller, about, services, "unlink-address", lambda there: linking.unlinked(there, address, by=by))
    if left is None:
        return NothingHere()
    # From here on it is done whatever happens: should this be cut short, the hourly job goes on.
    if not follow_up(left, services, until=services.clock.now() + WITHIN).whole:
        return Done(notice=say("Undone. The rest of what came by it follows within the hour."))
    return Done(notice=_undone(services))


def _save(
    caller: Caller, about: Candidate, services: Services, verb: str, change: Callable[[Candidate], Candidate]
) -> Candidate | None:
    """Compare-and-set, again where an import of the directory was quicker; None where they are gone."""
    act = Act(actor=caller.member.sub, verb=verb, at=services.clock.now(), subject=about.id)
    for _ in range(_TRIES):
        there = services.store.candidate(about.id)
        if there is None:
            return None
        changed = change(there)
        if changed == there:
            return there
        try:
            services.store.save_candidates([changed], act=act)
        except ConflictError:
            continue
        return services.store.candidate(about.id)
    raise ConflictError("this candidate is being changed by others")


def _linkable_by(caller: Caller, candidate: str, services: Services) -> Candidate | None:
    # Looked up in any case: that one is there, and not theirs to link, would show by what was read.
    found = services.directory.candidates([candidate]).get(candidate)
    return found if acting.may_link_address(caller.member, candidate) else None


def _belongs(address: str, about: Candidate) -> str:
    return say(
        "{address} is {name}'s from now on.",
        address=name(address),
        name=name(about.name) or say("this candidate"),
    )


def _undone(services: Services) -> str:
    return say("Undone. What is in {word} stays there.", word=services.site.word)
