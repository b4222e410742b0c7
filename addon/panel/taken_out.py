"""What the caller took out of Lever and is not destroyed yet, each with its Undo. Nobody else's is in it."""

from __future__ import annotations

from dataclasses import replace

from google.apps.card_v1 import Card

from addon.caller import Caller
from addon.policy import visibility
from addon.present.formats import formats_of
from addon.present.taken_out import Out, taken_out_view
from addon.services import Services
from cards.taken_out import taken_out_card
from storage.records import Found

PAGE = 10
_THREADS_LOOKED_AT = 100
"""Of one conversation, in all mailboxes: one of the caller's own leads to the mail in their Gmail."""


def taken_out(caller: Caller, services: Services, *, page: str = "") -> Card:
    """One page of it; of what is about the caller no row and no gap (R13)."""
    member, store, policy = caller.member, services.store, services.config.secret_policy
    listed = store.taken_out(member.sub, but_about=member.self_candidates, limit=PAGE, cursor=page or None)
    if page and not listed.items:
        return taken_out(caller, services)
    outs = [
        Out(found=found, thread=_own_thread(caller, found, services))
        for found in listed.items
        if visibility.known_to(member, found, policy)
    ]
    return taken_out_card(
        taken_out_view(
            _with_names(outs, services),
            next_page=listed.next or "",
            page=page,
            reader=member,
            policy=policy,
            formats=formats_of(caller.event),
            site=services.site,
            now=services.clock.now(),
        ),
        site=services.site,
    )


def _own_thread(caller: Caller, found: Found, services: Services) -> str | None:
    threads = services.store.threads_of(found.conversation.id, limit=_THREADS_LOOKED_AT)
    return next((each.id for each in threads.items if each.sub == caller.member.sub), None)


def _with_names(outs: list[Out], services: Services) -> list[Out]:
    ids = frozenset().union(*(each.found.summary.candidates for each in outs))
    people = services.directory.candidates(ids) if ids else {}
    return [
        replace(each, about=tuple(people[id] for id in sorted(each.found.summary.candidates) if id in people))
        for each in outs
    ]
