"""All that is stored from the caller's own mailbox. A page costs a bounded number of reads, however much it is.

These are the counts, the rows, the caller's threads and the openings of each row, and the names: at most 24 verbs.
"""

from __future__ import annotations

from google.apps.card_v1 import Card

from addon.caller import Caller
from addon.lookups.conversations import holdings_of, openings
from addon.policy import visibility
from addon.present.attention import label_of
from addon.present.formats import formats_of
from addon.present.my_data import Mine, my_data_view
from addon.services import Services
from cards.my_data import my_data_card
from storage.records import Found, Member

PAGE = 10
_THREADS_LOOKED_AT = 100
"""Of one conversation, in all mailboxes. More are a circular's, and the reason is not looked for further."""


def my_data(caller: Caller, services: Services, *, page: str = "") -> Card:
    """One page of what the caller holds; of what is about them no row, no number and no gap (R13)."""
    member, store = caller.member, services.store
    held = store.newest_held(member.sub, but_about=member.self_candidates, limit=PAGE, cursor=page or None)
    if page and not held.items:
        return my_data(caller, services)
    mine = [_mine(member, found, services) for found in held.items]
    actors = {act.actor for each in mine for act in each.opened}
    return my_data_card(
        my_data_view(
            mine,
            holdings=holdings_of(member, services),
            next_page=held.next or "",
            page=page,
            reader=member,
            label=label_of(store.mailbox(member.sub), services.site),
            members=store.members_named(actors) if actors else {},
            policy=services.config.secret_policy,
            formats=formats_of(caller.event),
            now=services.clock.now(),
        ),
        site=services.site,
    )


def _mine(member: Member, found: Found, services: Services) -> Mine:
    threads = services.store.threads_of(found.conversation.id, limit=_THREADS_LOOKED_AT)
    told = visibility.knows_who_opened(member, found)
    return Mine(
        found=found,
        threads=[thread for thread in threads.items if thread.sub == member.sub],
        opened=openings(found, services) if told else (),
    )
