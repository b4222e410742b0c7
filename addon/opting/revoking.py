"""The revocation outbox (R4): a token of a mailbox that is off waits to be revoked, and does nothing else."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

from addon.gateways.errors import UnavailableError
from addon.policy import retention
from addon.services import Services
from storage.records import Revocation

AT_ONCE = 20
_AT_MOST = timedelta(seconds=10)
"""Where Google is slow to answer, the others wait for the next time."""
_AGAIN_AFTER = tuple(timedelta(minutes=m) for m in (1, 5, 30, 180))
"""Until the next try; the last one for all that follow."""

_log = logging.getLogger("addon.opting")


def revoke_pending(services: Services) -> int:
    """Try those that are due, for a short time; how many are gone, revoked or too old to be kept longer."""
    gone, until = 0, services.clock.now() + _AT_MOST
    for each in services.store.revocations(now=services.clock.now(), limit=AT_ONCE):
        if services.clock.now() >= until:
            break
        gone += revoke(each, services)
    return gone


def tidy(services: Services) -> int:
    """What time makes due: pending revocations, and attempts that expired. How many tokens are gone."""
    services.store.expire_attempts(now=services.clock.now())
    return revoke_pending(services)


def revoke(revocation: Revocation, services: Services) -> bool:
    """Revoke one token at Google and forget it; False where it waits for another try.

    Google ends a whole grant with any of its tokens, so that of a member who turned Email on meanwhile is
    forgotten only.
    """
    now = services.clock.now()
    if services.store.consent(revocation.sub) is not None:
        services.store.revoked(revocation.id)
        return True
    outcome = "revoked"
    try:
        services.tokens.revoke(revocation.refresh_token)
    except UnavailableError:
        if retention.keeps_token(revocation, now=now):
            wait = _AGAIN_AFTER[min(revocation.attempts, len(_AGAIN_AFTER) - 1)]
            services.store.revocation_failed(
                replace(revocation, attempts=revocation.attempts + 1, not_before=now + wait)
            )
            services.counters.add("revocations", "put_off")
            return False
        _log.error("A token was destroyed that Google did not revoke in seven days: its owner can, at Google.")
        outcome = "given_up"
    services.store.revoked(revocation.id)
    services.counters.add("revocations", outcome)
    return True
