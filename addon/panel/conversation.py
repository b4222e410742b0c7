"""A conversation's messages, and all of one of them.

What the caller may not see and what does not exist are the same answer, byte for byte (R20).
"""

from __future__ import annotations

import re

from google.apps.card_v1 import Card

from addon.caller import Caller
from addon.lookups.conversations import note_opening, readable
from addon.policy import acting, visibility
from addon.present import conversation as present
from addon.present.formats import formats_of
from addon.services import Services
from addon.threads import case_of
from cards.conversation import conversation_card
from cards.message_text import message_text_card
from cards.plain import nothing_here_card
from storage.records import Copy, Member, Message

PAGE = 10
TEXT = 9_000
"""Characters of one page of a message's text."""
_KEY = re.compile(r"[0-9a-f]{32}")
"""The key of a stored mail, twice as long as any id of Gmail's."""
_NUMBER = re.compile(r"[0-9]{1,6}")


def is_stored_mail(id: str) -> bool:
    """Whether a button's `message` names a stored mail rather than the one that is open in Gmail."""
    return _KEY.fullmatch(id) is not None


def conversation(caller: Caller, id: str, services: Services, *, page: str = "") -> Card:
    """A conversation's messages; opening a secret one without being on it is written down (R21)."""
    member, now = caller.member, services.clock.now()
    found = services.store.conversation(id)
    if found and visibility.is_one_line(member, found):
        return conversation_card(present.one_line_view(found.conversation.id), site=services.site)
    seen = readable(member, found, services)
    if seen is None:
        return nothing_here_card(site=services.site)
    note_opening(member, seen, services)
    messages = services.store.messages(seen.conversation.id, limit=PAGE, cursor=page or None)
    shown = [
        candidate
        for candidate in seen.summary.candidates
        if acting.sees_candidate(member, candidate, has_conversations=True)
    ]
    return conversation_card(
        present.conversation_view(
            seen,
            case=case_of(member, seen, services),
            listed=messages,
            page=page,
            reader=member,
            thread=_own_message(messages.items, member),
            candidates=services.directory.candidates(shown),
            formats=formats_of(caller.event),
            site=services.site,
            now=now,
        ),
        site=services.site,
    )


def message_text(caller: Caller, id: str, key: str, services: Services, *, page: str = "") -> Card:
    """A page of a message's whole text: seen by whoever sees its conversation, and noted alike (R21)."""
    member = caller.member
    seen = readable(member, services.store.conversation(id), services)
    if seen is None:
        return nothing_here_card(site=services.site)
    copy = services.store.copy(key)
    if copy is None or copy.message.head is None or copy.conversation.id != seen.conversation.id:
        return nothing_here_card(site=services.site)
    note_opening(member, seen, services)
    pages, number = _text_around(copy, _number(page), services)
    return message_text_card(
        present.message_text_view(
            seen,
            copy.message,
            copy.message.head,
            text=pages[number - 1],
            page=number,
            more=number < len(pages),
            reader=member,
            formats=formats_of(caller.event),
            site=services.site,
            now=services.clock.now(),
        ),
        site=services.site,
    )


def _text_around(copy: Copy, number: int, services: Services) -> tuple[list[str], int]:
    """The pages of a text and which of them is shown; what lies apart is read only where it is needed."""
    pages = _pages(copy.message.text)
    if copy.message.longer and number >= len(pages):
        pages = _pages(services.store.text(copy.message.key))
    return pages, min(number, len(pages))


def _pages(text: str) -> list[str]:
    return [text[begin : begin + TEXT] for begin in range(0, len(text), TEXT)] or [""]


def _number(page: str) -> int:
    """From 1 on; what is no number is the first page."""
    return max(1, int(page)) if _NUMBER.fullmatch(page) else 1


def _own_message(messages: tuple[Message, ...], member: Member) -> str | None:
    """A message of the conversation in the caller's own mailbox, which Gmail's link opens."""
    return next((m.gmail_ids[member.sub] for m in messages if member.sub in m.gmail_ids), None)
