"""What is searched for in a mailbox, in Gmail's own words (https://support.google.com/mail/answer/7190)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

_PLACES = ("from", "to", "cc", "bcc")
_NOT_IN = ("drafts", "chats")
"""Spam and trash are left out unless asked for."""


def search_for(addresses: Sequence[str], *, since: datetime | None) -> str:
    """Mail from or to one of `addresses` (in which nothing means anything else to Gmail) since then.

    Seconds, for a bare date would be midnight in California.
    """
    anybody = " ".join(f"{place}:{address}" for address in addresses for place in _PLACES)
    after = [f"after:{int(since.timestamp())}"] if since is not None else []
    return " ".join([f"{{{anybody}}}", *(f"-in:{each}" for each in _NOT_IN), *after])
