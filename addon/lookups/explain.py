"""What is known of a message by its Message-ID: from the store alone, never from Gmail."""

from __future__ import annotations

import re
from collections.abc import Callable

from addon.policy import visibility
from addon.policy.explain import Explanation, Facts, explain, own_copy
from addon.services import Services
from addon.threads import threads_of
from storage.records import Copy, Found, Member, Thread

_AT_MOST = 20
"""Stored mails that repeat one Message-ID; there are hardly ever two."""
_IN_BRACKETS = re.compile(r"<([^<>\s]+)>")


def explain_to_owner(member: Member, message_id: str, services: Services) -> Explanation:
    """For the owner of the mailbox, who may know what was denied and why."""
    policy, store = services.config.secret_policy, services.store
    stored = _copies(message_id, services)
    copies = [each for each in stored if each.message.head is not None]
    seen = [each for each in copies if visibility.may_see(member, _found(each), policy)]
    mine = own_copy(copies, member.sub)
    told = mine is not None and visibility.known_to(member, _found(mine), policy) is not None
    look = store.key("look", member.sub, _bare(message_id))
    return explain(
        Facts(
            sub=member.sub,
            owner_asks=True,
            copies=seen,
            thread=_thread(member.sub, seen, services),
            no_sight=told and mine not in seen,
            gone=any(member.sub in each.message.holders for each in stored if each not in copies),
            look=store.look(member.sub, look, now=services.clock.now()),
        )
    )


def explain_to_others(
    sub: str, message_id: str, services: Services, *, may_know: Callable[[Copy], bool]
) -> Explanation:
    """For whoever is not the owner: of what was looked at and not stored nothing is even read."""
    copies = _copies(message_id, services)
    known = [each for each in copies if each.message.head is not None and may_know(each)]
    return explain(Facts(sub=sub, owner_asks=False, copies=known, thread=_thread(sub, known, services)))


def _copies(message_id: str, services: Services) -> list[Copy]:
    reference = services.store.key("reference", _bare(message_id))
    return services.store.copies_of(reference, limit=_AT_MOST)


def _thread(sub: str, copies: list[Copy], services: Services) -> Thread | None:
    mine = own_copy(copies, sub)
    if mine is None:
        return None
    found: Thread | None = None
    for thread in threads_of(mine.conversation.id, services):
        if thread.sub == sub and (found is None or thread.reasons):
            found = thread
    return found


def _found(copy: Copy) -> Found:
    return Found(copy.conversation, copy.summary)


def _bare(message_id: str) -> str:
    """With or without angle brackets it is the same id."""
    found = _IN_BRACKETS.search(message_id)
    return found[1] if found else message_id.strip()
