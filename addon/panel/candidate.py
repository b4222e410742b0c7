"""A candidate with the conversations the caller sees: the newest, or those that were searched for.

What the caller may not see and what does not exist are the same answer, byte for byte (R20). A page costs a
bounded number of reads: the list, each row's threads, their holders' names, and the last messages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from google.apps.card_v1 import Card

from addon.caller import Caller
from addon.lookups.conversations import conversations_of
from addon.lookups.imports import shown_imports
from addon.lookups.writing import writing_to
from addon.policy import acting, membership
from addon.present import candidate as present
from addon.present.attention import needs_attention
from addon.present.candidate import Listed
from addon.present.formats import formats_of
from addon.present.importing import import_line
from addon.services import Services
from cards.candidate import SEARCHED, Contact, Updates, candidate_card
from cards.importing import ImportLine
from cards.plain import nothing_here_card
from storage.records import Found, Mailbox, Member, Message, Page

PAGE = 10
_LONGEST_SEARCH = 200
_THREADS_LOOKED_AT = 50
_UNREAD_LOOKED_AT = 100
"""Mailboxes that cannot be read: from them no reply comes in."""
_MESSAGES_LOOKED_AT = 5
"""The newest, among which the last one a person wrote is looked for."""
_OFFSET = re.compile(r"[0-9]{1,3}")


def candidate(caller: Caller, id: str, services: Services, *, page: str = "", search: str = "") -> Card:
    """A page of the newest conversations, or of those with all words of `search` in subject or people."""
    member = caller.member
    words = search[:_LONGEST_SEARCH].casefold().split()
    found = services.directory.candidates([id]).get(id)
    there = conversations_of(
        member, id, services, limit=SEARCHED if words else PAGE, cursor=None if words else page or None
    )
    if found is None or not acting.sees_candidate(member, id, has_conversations=bool(there.items)):
        return nothing_here_card(site=services.site)
    if words:
        listed = _found_by(words, there, member, services, page=page)
        listed = replace(listed, search=search[:_LONGEST_SEARCH])
    else:
        listed = Listed(shown=there.items, page=page, next_page=there.next or "")
    holders = frozenset[str]().union(*(each.summary.holders for each in listed.shown))
    mailbox = services.store.mailbox(member.sub)
    trouble = None if mailbox is None or membership.is_read(mailbox) else needs_attention(mailbox, services.site)
    view = present.candidate_view(
        found,
        listed=listed,
        updates=_updates(listed.shown, member, services),
        writing=writing_to(found, mailbox, services),
        reader=member,
        members=services.store.members_named(holders),
        importing=_import(caller, mailbox, id, services),
        contact=None if words or page else _contact(caller, listed, services),
        formats=formats_of(caller.event),
        now=services.clock.now(),
    )
    return candidate_card(replace(view, trouble=trouble), site=services.site)


def _import(caller: Caller, mailbox: Mailbox | None, id: str, services: Services) -> ImportLine | None:
    """The caller's newest for this candidate."""
    newest = next(iter(shown_imports(caller.member, services, candidate=id, limit=1)), None)
    if newest is None or mailbox is None:
        return None
    return import_line(
        newest,
        mailbox,
        about=None,
        formats=formats_of(caller.event),
        now=services.clock.now(),
    )


def _found_by(
    words: Sequence[str], there: Page[Found], member: Member, services: Services, *, page: str
) -> Listed:
    people = frozenset[str]().union(*(present.people_to_search(each, member) for each in there.items))
    about = frozenset[str]().union(*(each.summary.candidates for each in there.items))
    members = services.store.members_named(people)
    candidates = services.directory.candidates(
        [each for each in about if acting.sees_candidate(member, each, has_conversations=True)]
    )
    found = [
        each
        for each in there.items
        if present.matches(
            words,
            each,
            reader=member,
            policy=services.config.secret_policy,
            members=members,
            candidates=candidates,
        )
    ]
    begin = int(page) if _OFFSET.fullmatch(page) else 0
    end = begin + PAGE
    return Listed(
        shown=found[begin:end],
        page=page,
        next_page=str(end) if len(found) > end else "",
        searched_all=there.next is None,
    )


def _updates(shown: Sequence[Found], member: Member, services: Services) -> dict[str, Updates]:
    unread = {mailbox.sub for mailbox in services.store.unwell(limit=_UNREAD_LOOKED_AT)} if shown else set()
    return {
        each.conversation.id: present.updates_of(
            services.store.threads_of(each.conversation.id, limit=_THREADS_LOOKED_AT).items,
            told=present.told_of(each, member),
            unread=unread,
        )
        for each in shown
    }


def _contact(caller: Caller, listed: Listed, services: Services) -> Contact | None:
    member = caller.member
    known = present.in_contact(listed.shown, member, services.config.secret_policy)
    if not known:
        return None
    people = present.people_to_search(known[0], member)
    return present.contact_of(
        known,
        _last_word(known[0], services),
        more=bool(listed.next_page),
        reader=member,
        members=services.store.members_named(people),
        formats=formats_of(caller.event),
    )


def _last_word(found: Found, services: Services) -> Message | None:
    """The newest message a person wrote."""
    newest = services.store.messages(found.conversation.id, limit=_MESSAGES_LOOKED_AT).items
    return next((each for each in newest if each.head and not each.head.automatic), None)
