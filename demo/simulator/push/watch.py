"""One `users.watch`: which changes of a mailbox are to be told, where, and until when."""

from dataclasses import dataclass

from demo.simulator.history import Record

LIFETIME = 7 * 24 * 3600.0


@dataclass(frozen=True, kw_only=True)
class Watch:
    """`ends_at` is the simulator's clock; `seen` the history id up to which changes were looked at, first 0."""

    topic: str
    ends_at: float
    labels: frozenset[str] = frozenset()
    excludes: bool = False
    seen: int = 0

    def alive(self, now: float) -> bool:
        return now < self.ends_at

    def wants(self, record: Record) -> bool:
        concerned = bool(self.labels & (record.labels | record.changed))
        return not self.labels or concerned is not self.excludes
