"""What the owner of a thread wished of the conversation it becomes: secret (R22), and whom it is about (R16).

Where the conversation turns out to be there already, the wish counts as far as its owner may have it (R33).
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from addon.policy import acting, visibility
from addon.services import Services
from storage.records import Act, Conversation, Found, Member, Summary, Thread


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """Of one thread's owner, with the members (`sub`) on the mail that was read of it."""

    owner: Member
    people: frozenset[str]
    services: Services
    now: datetime

    def opening(self, *, secret: bool) -> Conversation:
        """What the thread becomes where none of its mail is known."""
        if not secret:
            return Conversation(id=secrets.token_hex(16), audience=visibility.visible_audience())
        return Conversation(
            id=secrets.token_hex(16),
            secret=True,
            secret_by=self.owner.sub,
            secret_at=self.now,
            audience=visibility.secret_audience(self.owner.sub, self.people),
        )

    def make_secret(self, thread: Thread, conversation: Conversation) -> None:
        """The nested label makes what is in Lever already secret too."""
        store = self.services.store
        found = store.conversation(conversation.id)
        act = Act(actor=self.owner.sub, verb="make-secret", at=self.now, conversation=conversation.id)
        if found is None:
            return
        if found.conversation.secret:
            if found.conversation.secret_by == self.owner.sub:
                store.record(act)
            return
        case = self._case(thread, found)
        if case.found is not None and acting.may(acting.Act.MAKE_SECRET, case):
            store.change(
                replace(
                    found.conversation,
                    secret=True,
                    secret_by=self.owner.sub,
                    secret_at=self.now,
                    audience=visibility.made_secret(case.found, by=self.owner.sub, listed=(), ticked=()),
                ),
                act=act,
            )

    def link(self, thread: Thread, conversation: Conversation, said: frozenset[str]) -> frozenset[str]:
        """Have it be about the candidates its owner `said`; those it is about by that.

        Of a secret of others that it turned out to be they have no say.
        """
        found = self.services.store.conversation(conversation.id) if said else None
        if found is None:
            return frozenset()
        if not acting.may(acting.Act.LINK, self._case(thread, found)):
            return said & found.summary.candidates
        act = Act(actor=self.owner.sub, verb="link-conversation", at=self.now, conversation=conversation.id)
        for candidate in sorted(said - found.conversation.linked):
            linked = replace(found.conversation, linked=found.conversation.linked | {candidate})
            changed = self.services.store.change(linked, act=replace(act, subject=candidate))
            found = Found(changed, found.summary)
        return said

    def _case(self, thread: Thread, found: Found) -> acting.Case:
        """What the owner may do: they have the mail, and hold a copy here as soon as that is decided."""
        return acting.Case(
            member=self.owner,
            found=Found(found.conversation, _held_by_as_well(self.owner.sub, found.summary, self.people)),
            policy=self.services.config.secret_policy,
            thread=thread,
            own_copy=True,
        )


def _held_by_as_well(sub: str, summary: Summary, people: Collection[str]) -> Summary:
    """The summary when a member's copies will be in it too.

    Where colleagues took out all there was, nobody else's mail is in it, and its people are those of the member's.
    """
    held = replace(summary, holders=summary.holders | {sub})
    return held if summary.count else replace(held, count=1, participants=frozenset(people))
