"""Cards behind the open message: a candidate, a conversation, who sees it.

What the caller may not see and what does not exist are the same answer, byte for byte (R20).
"""

from __future__ import annotations

from google.apps.card_v1 import Card

from addon.caller import Caller
from addon.lookups.conversations import OPENED, appearances, conversations_of, note_opening, readable
from addon.lookups.importing import shown_imports
from addon.lookups.people import people_of, with_roles
from addon.lookups.writing import writing_to
from addon.policy import visibility
from addon.present import lists
from addon.present.formats import formats_of
from addon.services import Services
from addon.threads import case_of
from cards.candidate import candidate_card
from cards.conversation import conversation_card
from cards.plain import nothing_here_card
from cards.who_sees import who_sees_card
from storage.records import Member, Message

PAGE = 10
_ACTS_READ = 500
"""The newest acts on a conversation, among which openings are looked for."""


def candidate(caller: Caller, id: str, services: Services, *, page: str = "") -> Card:
    """A candidate with the conversations the caller sees."""
    member = caller.member
    found = services.directory.candidates([id]).get(id)
    conversations = conversations_of(member, id, services, limit=PAGE, cursor=page or None)
    shown = visibility.sees_candidate(member, id, has_conversations=bool(conversations.items))
    if found is None or not shown:
        return nothing_here_card(site=services.site)
    holders = frozenset[str]().union(*(row.summary.holders for row in conversations.items))
    return candidate_card(
        lists.candidate_view(
            found,
            page=conversations,
            token=page,
            writing=writing_to(caller, found, services),
            reader=member,
            members=services.store.members_named(holders),
            importing=next(iter(shown_imports(member, services, candidate=id, limit=1)), None),
            formats=formats_of(caller.event),
            now=services.clock.now(),
        ),
        site=services.site,
    )


def conversation(caller: Caller, id: str, services: Services, *, page: str = "") -> Card:
    """A conversation's messages; opening a secret one without being on it is written down (R21)."""
    member, now = caller.member, services.clock.now()
    found = services.store.conversation(id)
    if found and visibility.is_one_line(member, found):
        return conversation_card(lists.one_line_view(found.conversation.id), site=services.site)
    seen = readable(member, found, services)
    if seen is None:
        return nothing_here_card(site=services.site)
    note_opening(member, seen, services)
    messages = services.store.messages(seen.conversation.id, limit=PAGE, cursor=page or None)
    shown = [
        candidate
        for candidate in seen.summary.candidates
        if visibility.sees_candidate(member, candidate, has_conversations=True)
    ]
    return conversation_card(
        lists.conversation_view(
            seen,
            page=messages,
            reader=member,
            thread=_own_message(messages.items, member),
            candidates=services.directory.candidates(shown),
            formats=formats_of(caller.event),
            site=services.site,
            now=now,
        ),
        site=services.site,
    )


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
    acts = services.store.acts(seen.conversation.id, limit=_ACTS_READ)
    latest = {act.actor: act for act in reversed(acts) if act.verb == OPENED}
    opened = sorted(latest.values(), key=lambda act: act.at, reverse=True)
    return who_sees_card(
        lists.who_sees_view(
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
            and visibility.may(visibility.Act.MAKE_VISIBLE, case_of(member, seen, services)),
        ),
        site=services.site,
    )


def _own_message(messages: tuple[Message, ...], member: Member) -> str | None:
    """A message of the conversation in the caller's own mailbox, which Gmail's link opens."""
    return next((m.gmail_ids[member.sub] for m in messages if member.sub in m.gmail_ids), None)
