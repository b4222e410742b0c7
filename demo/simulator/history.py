"""What happened in one mailbox, in order, under ids that ascend with gaps nobody can read anything from."""

import random
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from demo.simulator.errors import not_found


class Kind(Enum):
    """The values are those of `historyTypes`."""

    MESSAGE_ADDED = "messageAdded"
    MESSAGE_DELETED = "messageDeleted"
    LABEL_ADDED = "labelAdded"
    LABEL_REMOVED = "labelRemoved"


@dataclass(frozen=True, kw_only=True)
class Record:
    """`labels` are the message's at that moment, `changed` the ones this record put on or took off."""

    id: int
    kind: Kind
    message_id: str
    thread_id: str
    labels: frozenset[str]
    changed: frozenset[str] = frozenset()


class History:
    def __init__(
        self, rng: random.Random, *, current: int, floor: int | None = None, records: Iterable[Record] = ()
    ) -> None:
        self._rng = rng
        self.current = current
        self.floor = current if floor is None else floor
        self.records = list(records)

    def next_id(self) -> int:
        self.current += self._rng.choice((1, self._rng.randint(2, 40), self._rng.randint(41, 900)))
        return self.current

    def write(
        self,
        kind: Kind,
        *,
        message_id: str,
        thread_id: str,
        labels: frozenset[str],
        changed: frozenset[str] = frozenset(),
    ) -> int:
        record = Record(
            id=self.next_id(),
            kind=kind,
            message_id=message_id,
            thread_id=thread_id,
            labels=labels,
            changed=changed,
        )
        self.records.append(record)
        return record.id

    def after(self, start: int) -> list[Record]:
        """Give records with an id above `start`; raise 404 when records after it may already be gone."""
        if start < self.floor:
            raise not_found()
        return self.since(start)

    def since(self, start: int) -> list[Record]:
        """Give what is still known of what came after `start`."""
        return self.records[bisect_right(self.records, start, key=lambda record: record.id) :]

    def expire(self) -> None:
        """Lose every cursor handed out so far, also the current one."""
        self.floor = self.next_id()
        self.records.clear()
