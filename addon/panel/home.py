"""The card without an open message."""

from __future__ import annotations

from google.apps.card_v1 import Card

from addon.caller import Caller
from addon.policy import visibility
from addon.present.formats import formats_of
from addon.present.home import WEEK, home_view
from addon.services import Services
from cards.home import home_card
from cards.plain import no_role_card
from storage.records import Mailbox, Member, Role, ThreadState

WAITING_SHOWN = 100
"""Waiting threads, and those set aside, that are looked at; more are one number and ten rows all the same."""
UNREAD_SHOWN = 5
"""Mailboxes that cannot be read; an admin with more of them asks `doctor`."""
_WHO_CAN_CHANGE = 3


def home(caller: Caller, services: Services) -> Card:
    member = caller.member
    if member.role is Role.INTERVIEWER:
        return no_role_card(admins(services), site=services.site)
    now = services.clock.now()
    mailbox = services.store.mailbox(member.sub)
    since = (now - WEEK).date().isoformat()
    return home_card(
        home_view(
            mailbox,
            request=None if mailbox else services.store.consent_request(member.sub),
            label=services.config.label_name,
            unread=_unread(services) if member.role in visibility.ADMINS else (),
            tallies=services.store.tallies(member.sub, since=since) if mailbox else {},
            waiting=services.store.threads_in(member.sub, ThreadState.WAITING, limit=WAITING_SHOWN).items
            if mailbox
            else (),
            unreadable=len(services.store.set_aside(member.sub, limit=WAITING_SHOWN).items) if mailbox else 0,
            formats=formats_of(caller.event),
            now=now,
        ),
        site=services.site,
    )


def _unread(services: Services) -> list[tuple[Mailbox, Member | None, int]]:
    """R6: mailboxes that cannot be read, whose they are, and how many conversations nobody else follows."""
    unwell = services.store.unwell(limit=UNREAD_SHOWN)
    owners = services.store.members_named([mailbox.sub for mailbox in unwell])
    return [(box, owners.get(box.sub), services.store.holdings(box.sub).alone) for box in unwell]


def admins(services: Services) -> tuple[str, ...]:
    """Some who can change a role, by name."""
    page = services.store.members(roles=visibility.ADMINS, limit=_WHO_CAN_CHANGE)
    return tuple(member.display_name for member in page.items)
