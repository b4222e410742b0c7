"""Settings, and the questions behind the box "Email"."""

from __future__ import annotations

from google.apps.card_v1 import Card

from addon.caller import Caller
from addon.config import ConsentBy
from addon.lookups.conversations import holdings_of
from addon.lookups.people import admins
from addon.policy import membership, visibility
from addon.present import email
from addon.present.formats import formats_of
from addon.services import Services
from cards.settings import settings_card


def settings(caller: Caller, services: Services) -> Card:
    """The caller's own settings; an interviewer's have no box."""
    member, store, config = caller.member, services.store, services.config
    mailbox = store.mailbox(member.sub)
    view = email.settings_view(
        member,
        mailbox,
        request=None if mailbox else store.consent_request(member.sub),
        holdings=holdings_of(member, services),
        delegated=config.consent is ConsentBy.DELEGATED,
        decided=email.decided(
            config.secret_policy, grace_days=config.grace_days, blocked=len(services.company.blocked)
        )
        if member.role in visibility.ADMINS
        else None,
        admins=() if membership.may_turn_on(member) else admins(services),
        formats=formats_of(caller.event),
        site=services.site,
        now=services.clock.now(),
    )
    return settings_card(view, site=services.site)
