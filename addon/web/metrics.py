"""Figures for whoever keeps it running, in Prometheus's text format: by kind, never by address or id.

Counters are this process's since it began; gauges are the store's as it is now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response

from addon.batches import every
from addon.lookups import backlog
from addon.policy import upkeep
from addon.services import Services
from addon.web.door import prove_service, services

_AT_ONCE = 200
_COUNTERS = {
    "pushes": "Notifications from Gmail, by what became of them.",
    "turns": "Runs of a mailbox, by how they ended.",
    "history": "Answers of Gmail's history of which a part could not be read.",
    "searches": "Searches for answers to what was begun in Lever that Gmail did not take.",
    "watches": "Requests that Gmail go on telling of changes, by whether it agreed.",
    "consents": "Returns from Google's page, by what came of them.",
    "revocations": "Tokens of mailboxes that were turned off, by what became of them.",
}

metrics = Blueprint("metrics", __name__)


@metrics.get("/metrics")
def show() -> Response:
    prove_service(services().config.jobs_service_account)
    lines = [line for family in _families(services()) for line in family.lines()]
    return Response("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


@dataclass(frozen=True, kw_only=True)
class Family:
    """One metric, by kind where it has kinds (the empty one is without)."""

    name: str
    help: str
    type: str
    values: Mapping[str, float]

    def lines(self) -> Iterator[str]:
        yield f"# HELP lever_{self.name} {self.help}"
        yield f"# TYPE lever_{self.name} {self.type}"
        for kind, value in self.values.items():
            label = f'{{kind="{kind}"}}' if kind else ""
            yield f"lever_{self.name}{label} {value:g}"


def _families(wired: Services) -> Iterator[Family]:
    for name, help_ in _COUNTERS.items():
        counted = wired.counters.counted(name)
        yield Family(name=f"{name}_total", help=help_, type="counter", values=counted)
    now = wired.clock.now()
    states = _states(wired, now=now)
    yield _gauge("mailboxes", "Opted-in mailboxes, by whether they can be read.", states)
    due = wired.store.due(now, limit=_AT_ONCE)
    yield _gauge("bells_due", f"Mailboxes that wait for their turn, {_AT_ONCE} at most.", {"": len(due)})
    waits = (now - due[0].due_at).total_seconds() if due else 0
    yield _gauge("longest_wait_seconds", "How long the longest of them waits.", {"": waits})
    left = backlog.backlog(wired)
    at_most = f"Work that nobody looks on at, by kind, {backlog.AT_MOST} of each at most."
    yield _gauge("backlog", at_most, {each.kind: each.count for each in left})
    oldest = {each.kind: each.longest.total_seconds() for each in left}
    yield _gauge("backlog_seconds", "How long the oldest of each waits.", oldest)


def _states(wired: Services, *, now: datetime) -> Mapping[str, float]:
    """`late`, `cooling` and `unwatched` are also counted among the others."""
    states: Counter[str] = Counter(well=0, late=0, cooling=0, unwatched=0)
    for mailbox in every(lambda cursor: wired.store.mailboxes(limit=_AT_ONCE, cursor=cursor)):
        states[mailbox.attention.value if mailbox.attention else "well"] += 1
        states["late"] += upkeep.is_late(mailbox, now=now)
        states["cooling"] += upkeep.is_cooling(mailbox, now=now)
        states["unwatched"] += wired.config.topic is not None and upkeep.watch_ends_soon(mailbox, now=now)
    return dict(states)


def _gauge(name: str, help_: str, values: Mapping[str, float]) -> Family:
    return Family(name=name, help=help_, type="gauge", values=values)
