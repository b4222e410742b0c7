"""Who sees a conversation, by name.

What the caller may not see and what does not exist are the same answer, byte for byte (R20).
"""

from __future__ import annotations

from google.apps.card_v1 import Card

from addon.caller import Caller
from addon.lookups.conversations import appearances, note_opening, openings, readable
from addon.lookups.people import people_of, with_roles
from addon.policy import acting, visibility
from addon.present.formats import formats_of
from addon.present.who_sees import who_sees_view
from addon.services import Services
from addon.threads import case_of
from cards.plain import nothing_here_card
from cards.who_sees import who_sees_card

PAGE = 10


def who_sees(caller: Caller, id: str, services: Services) -> Card:
    """Who sees a conversation, by name."""
    member, policy = caller.member, services.config.secret_policy
    seen = readable(member, services.store.conversation(id), services)
    if seen is None:
        return nothing_here_card(site=services.site)
    note_opening(member, seen, services)
    known = dict(people_of(seen, services))
    if not seen.conversation.secret:
        known |= {m.sub: m for m in with_roles(visibility.TEAM_ROLES, services)}
    seeing = visibility.seen_by(seen, known.values(), policy)
    opened = openings(seen, services)
    return who_sees_card(
        who_sees_view(
            seen,
            reader=member,
            seeing=[known[sub] for sub in seeing],
            counts=appearances(seen, services),
            opened=opened,
            members=known | services.store.members_named([act.actor for act in opened]),
            policy=policy,
            formats=formats_of(caller.event),
            now=services.clock.now(),
            changeable=seen.conversation.secret
            and acting.may(acting.Act.MAKE_VISIBLE, case_of(member, seen, services)),
        ),
        site=services.site,
    )
