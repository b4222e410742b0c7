"""Storing one mailbox's copies of mail that was let in, each once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from addon.policy import copies, visibility
from addon.policy.bcc import SEEN_BY_ALL
from addon.policy.mail import TAKES_PART, Mail
from addon.policy.matching import canonical, everyone
from addon.services import Services
from storage.records import MOST_OUTSIDE, Consent, Found, Kept, Member, Message, Place, Thread

_LONGEST_OUTSIDE = 200
"""Characters of address and name by which somebody from outside is found."""
_SHUT = frozenset({Kept.OFF, Kept.STOPPED, Kept.TOMBSTONE})
"""What becomes of one mail then becomes of all that follow."""


def store_all(
    thread: Thread,
    mails: Sequence[Mail],
    keys: Sequence[str],
    *,
    candidates: frozenset[str],
    owner: Member,
    consent: Consent,
    services: Services,
) -> list[tuple[Mail, Kept]] | None:
    """Store each mail under its key; what became of each, None where the thread must be admitted anew."""
    store = services.store
    found = store.conversation(thread.conversation or "")
    if found is None:
        return None
    members = store.members_at(everyone(mails))
    outcomes: list[tuple[Mail, Kept]] = []
    shut: Kept | None = None
    for mail, key in sorted(zip(mails, keys, strict=True), key=lambda pair: pair[0].accepted_at):
        if shut is not None:
            outcomes.append((mail, shut))
            continue
        people = _members_on(mail, members, TAKES_PART)
        kept = store.store(
            _copy(mail, key, found, owner, services),
            sub=owner.sub,
            thread=thread.id,
            epoch=consent.epoch,
            participants=people,
            named=_members_on(mail, members, SEEN_BY_ALL),
            outside=_outside_on(mail, members),
            entitled=visibility.entitled(
                mail, owner=owner, people=people, found=found, policy=services.config.secret_policy
            ),
            decided_on=found.conversation,
            candidates=candidates,
        )
        if kept is Kept.ELSEWHERE:
            return None
        if kept in _SHUT:
            shut = kept
        outcomes.append((mail, kept))
    return outcomes


def _copy(mail: Mail, key: str, found: Found, owner: Member, services: Services) -> Message:
    return Message(
        key=key,
        reference=copies.reference_key(mail.message_id, key=services.store.key),
        conversation=found.conversation.id,
        sent_at=mail.accepted_at,
        gmail_ids={owner.sub: mail.id},
        head=mail.head,
        text=mail.text,
    )


def _members_on(mail: Mail, members: Mapping[str, Member], places: Collection[Place]) -> frozenset[str]:
    addresses = {canonical(p.address) for p in mail.head.participants if p.place in places}
    return frozenset(members[address].sub for address in addresses if address in members)


def _outside_on(mail: Mail, members: Mapping[str, Member]) -> list[str]:
    """Who else stands where everybody sees them, by address and name; the first ones of very many."""
    others = dict.fromkeys(
        f"{each.address} {each.name}".strip()[:_LONGEST_OUTSIDE]
        for each in mail.head.participants
        if each.place in SEEN_BY_ALL and canonical(each.address) not in members
    )
    return list(others)[:MOST_OUTSIDE]
