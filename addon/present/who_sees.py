"""Who sees a conversation, and on how many messages they are; only whom the caller may be told of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from addon.policy import visibility
from addon.policy.bcc import SEEN_BY_ALL
from addon.policy.matching import canonical
from addon.present.formats import Formats
from cards.language import plural
from cards.who_sees import NameLine, Opening, WhoSeesView
from storage.records import (
    Act,
    Found,
    Member,
    Message,
    SecretPolicy,
)


def appearances(messages: Iterable[Message], by_address: Mapping[str, Member]) -> Counter[str]:
    """On how many messages each member is named; a Bcc names nobody."""
    counts: Counter[str] = Counter()
    for message in messages:
        participants = message.head.participants if message.head else ()
        addresses = {canonical(p.address) for p in participants if p.place in SEEN_BY_ALL}
        counts.update({by_address[a].sub for a in addresses if a in by_address})
    return counts


def on_messages(sub: str, counts: Mapping[str, int], total: int) -> str:
    on = counts.get(sub, 0)
    return plural("on {on} of {n} message", "on {on} of {n} messages", total, on=on) if on else ""


def who_sees_view(
    found: Found,
    *,
    reader: Member,
    seeing: Sequence[Member],
    counts: Mapping[str, int],
    opened: Sequence[Act],
    members: Mapping[str, Member],
    policy: SecretPolicy,
    formats: Formats,
    now: datetime,
    changeable: bool,
) -> WhoSeesView:
    """By name: who sees it by role or by being named on it. `opened` is for who made it secret (R21)."""
    listed = [m for m in seeing if visibility.may_be_named(m, found, reader=reader, policy=policy)]
    made = found.conversation.secret_by
    return WhoSeesView(
        conversation=found.conversation.id,
        secret=found.conversation.secret,
        by=members[made].display_name if made and made in members else "",
        names=tuple(
            NameLine(name=m.display_name, on=on_messages(m.sub, counts, found.summary.count))
            for m in sorted(listed, key=lambda m: (-counts.get(m.sub, 0), m.display_name))
        ),
        opened_by=tuple(
            Opening(name=members[act.actor].display_name, at=formats.moment(act.at, now=now))
            for act in opened
            if act.actor in members and visibility.knows_who_opened(reader, found)
        ),
        changeable=changeable,
    )
