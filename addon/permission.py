"""Google's permissions in the panel: asked for at the click that needs them, and never in a loop.

Google asks the user and then sends the same request again, whatever the answer was. So a request that misses a
permission right after we asked is taken for that second one, and is answered without; the next is a new wish.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

from addon.caller import Caller
from addon.gateways.errors import OutsideError
from addon.services import Services
from storage.port import ConflictError, StoreError

REPEATS_WITHIN = timedelta(minutes=5)
"""How long a user may look at Google's question; a press after that is a new one."""

_log = logging.getLogger("addon.permission")


class NeedsPermissionError(OutsideError):
    """The panel's token lacks these permissions for what it was to do."""

    def __init__(self, *scopes: str) -> None:
        super().__init__("the panel's token lacks a permission")
        self.scopes = scopes


def has(caller: Caller, *one_of: str) -> bool:
    """Whether the panel's token came with one of these permissions."""
    return bool(caller.event.panel_token) and bool(caller.event.scopes & frozenset(one_of))


def may_ask(caller: Caller, services: Services) -> bool:
    """Whether Google is to ask the user now; False for the request that comes back from having been asked."""
    member, now = caller.member, services.clock.now()
    came_back = member.scopes_asked_at is not None and now - member.scopes_asked_at < REPEATS_WITHIN
    try:
        services.store.save_member(replace(member, scopes_asked_at=None if came_back else now))
    except ConflictError:
        # Two requests at once, or a role just changed: not asking is never wrong.
        return False
    except StoreError as error:
        # Unremembered, the question would come again for ever.
        _log.error("a permission is not asked for, the store failed: %s", error)
        return False
    return not came_back
