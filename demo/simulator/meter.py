"""What each call costs by the price list of May 2026, and the limits that go with it."""

from collections import Counter, defaultdict, deque
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

from demo.simulator.errors import over_quota, too_concurrent

UNITS_PER_MINUTE = 6_000
CONCURRENT = 10
_KEPT_CALLS = 100_000

UNITS = MappingProxyType(
    {
        # The new list was seen without a row for it; rows it left out kept their old price.
        "drafts.create": 10,
        "drafts.get": 20,
        "drafts.list": 5,
        "getProfile": 1,
        "history.list": 2,
        "labels.create": 5,
        "labels.delete": 5,
        "labels.get": 1,
        "labels.list": 1,
        "labels.patch": 5,
        "labels.update": 5,
        "messages.attachments.get": 20,
        "messages.get": 20,
        "messages.list": 5,
        "settings.sendAs.list": 1,
        "stop": 50,
        "threads.get": 40,
        "threads.list": 10,
        "threads.modify": 10,
        "watch": 100,
    }
)


@dataclass(frozen=True, kw_only=True)
class Call:
    mailbox: str | None
    method: str
    id: str | None
    format: str | None
    fields: str | None
    query: dict[str, Any]
    units: int
    status: int
    scopes: tuple[str, ...]


class Meter:
    def __init__(self, *, units_per_minute: int | None = UNITS_PER_MINUTE, concurrent: int = CONCURRENT) -> None:
        self._units_per_minute = units_per_minute
        self._concurrent = concurrent
        self._in_flight: Counter[str] = Counter()
        self.reset()

    def reset(self) -> None:
        """Forget calls, units and the running minute; what is in flight stays in flight."""
        self._calls: deque[Call] = deque(maxlen=_KEPT_CALLS)
        self._by_method: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._minute: defaultdict[str, deque[tuple[float, int]]] = defaultdict(deque)
        self._peak: Counter[str] = Counter(self._in_flight)

    def enter(self, email: str) -> None:
        """Raise 429 when too many requests of this mailbox are under way; every enter needs a leave."""
        self._in_flight[email] += 1
        if self._in_flight[email] > self._concurrent:
            raise too_concurrent()
        self._peak[email] = max(self._peak[email], self._in_flight[email])

    def leave(self, email: str) -> None:
        self._in_flight[email] -= 1

    def charge(self, email: str, method: str, *, now: float) -> int:
        """Take the units of this call; raise 403 when they would not fit into the sliding minute."""
        units = UNITS[method]
        minute = self._minute[email]
        while minute and minute[0][0] <= now - 60:
            minute.popleft()
        spent = sum(one for _, one in minute)
        if self._units_per_minute is not None and spent + units > self._units_per_minute:
            raise over_quota()
        minute.append((now, units))
        self._by_method[email][method] += units
        return units

    def record(self, call: Call) -> None:
        self._calls.append(call)

    def calls(self) -> list[dict[str, Any]]:
        return [asdict(call) for call in self._calls]

    def totals(self, email: str) -> dict[str, Any]:
        by_method = dict(self._by_method[email])
        return {
            "units": sum(by_method.values()),
            "by_method": by_method,
            "in_flight": self._in_flight[email],
            "peak_in_flight": self._peak[email],
        }
