"""One message as Gmail gave it, parsed: what the rules look at before anything is stored.

Lives in memory only, for as long as a decision takes; what is stored of an admitted one is
`storage.records.Message`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from storage.records import Head, Place

TAKES_PART = frozenset(Place) - {Place.REPLY_TO}
"""Where whoever stands takes part in a mail. Where answers are to go its sender may write anybody, and no card
names them as one of its people: by that alone no member sees what is secret."""


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A message in one mailbox. `id` and `thread` are Gmail's, of that mailbox alone."""

    id: str
    thread: str
    labels: frozenset[str]
    accepted_at: datetime
    """When Gmail took it in (`internalDate`): the order of a conversation, never the Date header."""
    message_id: str | None = field(repr=False)
    date: str | None
    """The Date header in UTC where it can be read, else as written."""
    references: tuple[str, ...] = field(default=(), repr=False)
    """The last Message-IDs it cites, oldest first."""
    head: Head
    scheduled: bool = False
    """It stands in Gmail under a time to come, to be sent then: a draft without that label.

    Which label it has instead is not documented: https://github.com/n8n-io/n8n/issues/15090
    """
    others: frozenset[str] = field(default=frozenset(), repr=False)
    """Canonical addresses of who else takes part, where they are too many to be looked up: nobody is matched."""
    list_mail: bool = False
    list_addresses: frozenset[str] = field(default=frozenset(), repr=False)
    """Where the list takes posts: never a person's address."""
    text: str = field(default="", repr=False)

    @property
    def author(self) -> str:
        """The address it is from (X-Original-From where a list rewrote it), empty where there is none."""
        return next((p.address for p in self.head.participants if p.place is Place.FROM), "")
