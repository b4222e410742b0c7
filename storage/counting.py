"""What a conversation's summary comes to: with another mail, and when copies are taken out of it or come back.

Pure, and shared by the backends. A summary grows with every mail that is stored; only where mail stops being seen,
or is seen again, it is counted anew from what is stored of each mail beside its content.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from functools import reduce

from storage.audience import with_entitled
from storage.moments import micros, moment
from storage.records import MOST_OUTSIDE, Conversation, ConversationState, Found, Message, Summary
from storage.union import LONG_AGO

_EMPTIED = frozenset({ConversationState.PURGING, ConversationState.PURGED})


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A mail with content, as far as a summary speaks of it. `sent_at` in microseconds."""

    key: str
    sent_at: int
    holders: frozenset[str]
    participants: frozenset[str]
    named: frozenset[str]
    outside: frozenset[str] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Brought:
    """What is known of a mail beside itself: what the conversation gains by it (`storage.port.Store.store`)."""

    participants: frozenset[str]
    named: frozenset[str]
    outside: frozenset[str] = field(repr=False)
    entitled: frozenset[str]
    decided_on: Conversation
    candidates: frozenset[str]

    def and_people(self, *, participants: Collection[str], named: Collection[str]) -> Brought:
        """With the members who were known to be on the mail."""
        return replace(self, participants=self.participants.union(participants), named=self.named.union(named))


def grown(
    found: Found,
    first: tuple[int, str] | None,
    message: Message,
    brought: Brought,
    *,
    sub: str,
    new: bool,
    back: bool,
) -> tuple[Found, tuple[int, str] | None]:
    """The conversation with this member's copy of a mail in it, and the place of its earliest mail.

    `new`: the mail was not there; `back`: it was, and is seen again.
    """
    conversation, summary = found
    if conversation.secret and new:
        audience = with_entitled(conversation, brought.entitled, decided_on=brought.decided_on)
        conversation = replace(conversation, audience=audience)
    summary = replace(
        summary,
        holders=summary.holders | {sub},
        participants=summary.participants | brought.participants,
        named=summary.named | brought.named,
        candidates=summary.candidates | brought.candidates,
    )
    if new or back:
        summary = replace(
            summary,
            count=summary.count + 1,
            last_at=max(summary.last_at, message.sent_at),
            outside=joined(summary.outside, brought.outside),
        )
        here = (micros(message.sent_at), message.key)
        if message.head is not None and (first is None or here < first):
            first = here
            summary = replace(summary, subject=message.head.subject)
    return Found(conversation, summary), first


def about(conversation: Conversation, summary: Summary, *, not_about: Collection[str]) -> Summary:
    """The summary with whom members said it is about, and without those it is not about any more."""
    return replace(summary, candidates=(summary.candidates - set(not_about)) | conversation.linked)


def changes_what_is_seen(was: Conversation, now: Conversation) -> bool:
    return was.withdrawn.keys() != now.withdrawn.keys() or (was.state in _EMPTIED) != (now.state in _EMPTIED)


def brought_together(conversations: Iterable[Conversation], *, own: str | None) -> frozenset[str]:
    """Ids of those that a thread with mail of them all makes one; `own` is the one in which it lies already.

    What is removed and what is there are not made one: whoever holds a mail of each, or sends twins of two that
    they know, would remove what is not theirs to remove. The thread stays where it lies; a new one goes with what
    is removed, and brings nothing in. What is destroyed has nothing to bring, and counts where nothing else does.
    """
    known = list(conversations)
    whole = [each for each in known if each.state not in _EMPTIED]
    removed = [each for each in whole if each.state is ConversationState.REMOVED]
    there = [each for each in whole if each.state is not ConversationState.REMOVED]
    mine = there if own in {each.id for each in there} else removed
    return frozenset(each.id for each in mine or whole or known)


def is_seen(holders: Collection[str], conversation: Conversation) -> bool:
    """Whether a mail with these holders is: somebody holds a copy that is not out."""
    return not conversation.withdrawn or not conversation.withdrawn.keys() >= set(holders)


def seen_in(message: Message, conversation: Conversation) -> Message:
    """The mail as it is read: without the holders who took their copies out, a blank where that were all."""
    if not conversation.withdrawn:
        return message
    left = {sub: id for sub, id in message.gmail_ids.items() if sub not in conversation.withdrawn}
    if left or not message.gmail_ids:
        return replace(message, gmail_ids=left)
    return replace(message, gmail_ids={}, head=None, text="", longer=False)


def joined(outside: frozenset[str], come: Collection[str]) -> frozenset[str]:
    """Those outside with the ones that come, as long as there is room: whoever is known stays."""
    return outside.union(sorted(set(come) - outside)[: MOST_OUTSIDE - len(outside)])


def counted(
    summary: Summary, conversation: Conversation, mails: Iterable[Stored]
) -> tuple[Summary, tuple[int, str] | None]:
    """The summary of what is seen, and the place of its earliest mail; that one's subject is the caller's to add.

    Whom it is about was said of the conversation and stays. Of one whose content is destroyed the people stay too:
    ids, by which those who saw it are told that it is gone.
    """
    nobody = frozenset[str]()
    bare = replace(summary, subject="", count=0, last_at=LONG_AGO, holders=nobody, outside=nobody)
    if conversation.state in _EMPTIED:
        return bare, None
    seen = [mail for mail in mails if is_seen(mail.holders, conversation)]
    seen.sort(key=lambda mail: (mail.sent_at, mail.key))
    bare = replace(
        bare,
        holders=nobody.union(*(mail.holders for mail in seen)).difference(conversation.withdrawn),
        participants=nobody.union(*(mail.participants for mail in seen)),
        named=nobody.union(*(mail.named for mail in seen)),
        outside=reduce(joined, (mail.outside for mail in seen), nobody),
    )
    if not seen:
        return bare, None
    return replace(bare, count=len(seen), last_at=moment(seen[-1].sent_at)), (seen[0].sent_at, seen[0].key)


def leaving(conversation: Conversation, holders: Collection[str]) -> frozenset[str]:
    """Those of a mail's holders whose copies are being destroyed."""
    if conversation.state is ConversationState.PURGING:
        return frozenset(holders)
    return frozenset(
        sub
        for sub in holders
        if sub in conversation.withdrawn and conversation.withdrawn[sub].state is ConversationState.PURGING
    )
