"""What Gmail tells through Pub/Sub: whose mailbox changed, and up to which history id. A bell, and no news.

Whoever may push could write anything into it: what cannot be read is nothing, and what is read is only a hint.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from typing import Any

_DIGITS = re.compile(r"[0-9]{1,20}")
_LONGEST_ADDRESS = 320
_MOST = 2**63 - 1
"""The largest history id that a store holds; Gmail's are far from it."""


@dataclass(frozen=True, kw_only=True)
class Notification:
    """One of Gmail's notifications, as Pub/Sub pushes it."""

    address: str = field(repr=False)
    """Lower case."""
    history_id: int
    """0 where it was none."""
    subscription: str

    def is_of(self, topic: str | None) -> bool:
        """Whether it came by a subscription in the topic's own project; of any where no topic is known."""
        return topic is None or _project(self.subscription) == _project(topic)


def read(body: bytes) -> Notification | None:
    """The notification in a push's body, None where there is none."""
    try:
        envelope = json.loads(body)
        told = json.loads(base64.b64decode(_padded(envelope["message"]["data"]), altchars=b"-_"))
        address, subscription = told["emailAddress"], envelope["subscription"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    if not isinstance(address, str) or not isinstance(subscription, str):
        return None
    if not 0 < len(address) <= _LONGEST_ADDRESS:
        return None
    return Notification(
        address=address.strip().lower(), history_id=_history_id(told.get("historyId")), subscription=subscription
    )


def _padded(data: str) -> str:
    """Both alphabets of base64 in one, with as much padding as is needed."""
    plain = data.replace("+", "-").replace("/", "_").rstrip("=")
    return plain + "=" * (-len(plain) % 4)


def _history_id(value: Any) -> int:
    """It comes as a number or as a text."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST:
        return value
    return 0


def _project(name: str) -> str:
    return "/".join(name.split("/")[:2])
