"""R18: when two messages are one mail, so that it is stored once whoever holds it.

Message-ID, Date and From together. A Message-ID alone may be repeated by a stranger, and anybody may cite any.
"""

from __future__ import annotations

from collections.abc import Callable

from addon.policy.mail import Mail
from addon.policy.matching import canonical

Key = Callable[..., str]
"""`Store.key`: a keyed hash of (kind, *parts)."""

REFERENCES_FOLLOWED = 20
"""How many of the last Message-IDs a thread cites are looked up in its own mailbox."""

ANSWERED_LOOKED_UP = 3
"""How many of them are looked up where a single mail is opened: a reader waits."""


def copy_key(mail: Mail, *, sub: str, key: Key) -> str:
    """The key under which every mailbox finds this mail; of this mailbox alone without Message-ID or Date."""
    if mail.message_id and mail.date and mail.author:
        return key("copy", mail.message_id, mail.date, canonical(mail.author))
    return key("own", sub, mail.id)


def reference_key(message_id: str | None, *, key: Key) -> str | None:
    """The key by which a later mail of the same mailbox finds the one it cites."""
    return key("reference", message_id) if message_id else None


def answered_keys(mail: Mail, *, key: Key) -> tuple[str, ...]:
    """Keys of what one mail answers, the nearest first: enough to recognise a part that was split off."""
    nearest = dict.fromkeys(each for each in reversed(mail.references) if each != mail.message_id)
    return tuple(key("reference", each) for each in list(nearest)[:ANSWERED_LOOKED_UP])


def cited_keys(mails: tuple[Mail, ...], *, key: Key) -> frozenset[str]:
    """Keys of what a thread cites outside itself: a split thread continues its first part."""
    own = {mail.message_id for mail in mails}
    cited = dict.fromkeys(r for mail in mails for r in mail.references if r not in own)
    return frozenset(key("reference", r) for r in list(cited)[-REFERENCES_FOLLOWED:])
