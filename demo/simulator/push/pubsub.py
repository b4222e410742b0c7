"""From a change in a watched mailbox to a notification on its way, or lost, held back or sent twice as ordered."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from demo.simulator.mailboxes import Mailbox
from demo.simulator.push.courier import Courier
from demo.simulator.push.destination import Destination
from demo.simulator.push.note import Note
from demo.simulator.push.trouble import Fate, Trouble
from demo.simulator.push.watch import Watch
from demo.simulator.signing import SigningKey


@dataclass(frozen=True, kw_only=True)
class _Held:
    """`until` is the simulator's clock, None for one that lets the next go first."""

    note: Note
    until: float | None


class Pubsub:
    """`every` is the least number of seconds between two notifications of a mailbox: the surplus is dropped."""

    def __init__(self, *, key: SigningKey, clock: Callable[[], float], seed: int | None = None) -> None:
        self.destination: Destination | None = None
        self.every = 1.0
        self.trouble = Trouble(seed=seed)
        self._key = key
        self._now = clock
        self._rng = random.Random(seed)  # noqa: S311 - ids, no secrets
        self._courier = Courier(self._post)
        self._rung_at: dict[tuple[str, str], float] = {}
        self._held: list[_Held] = []
        self._surplus = 0
        self._lost = 0

    def look(self, mailboxes: Iterable[Mailbox]) -> None:
        """Tell of what has changed since the last look."""
        for mailbox in mailboxes:
            for project, watch in list(mailbox.watches.items()):
                if watch.alive(self._now()) and watch.seen != mailbox.history.current:
                    mailbox.watches[project] = replace(watch, seen=mailbox.history.current)
                    if not watch.seen or any(map(watch.wants, mailbox.history.since(watch.seen))):
                        self._ring(mailbox, project, watch)

    def pass_time(self) -> None:
        """Send what was held back until now."""
        now = self._now()
        self._let_go([one for one in self._held if one.until is not None and one.until <= now])

    def release(self) -> None:
        """Send all that is held back, in the order it came."""
        self._let_go(list(self._held))

    def settle(self, *, within_s: float) -> int:
        return self._courier.settle(within_s=within_s)

    def close(self) -> None:
        self._courier.close()

    def state(self) -> dict[str, Any]:
        """`waiting` is still to be acknowledged, `held` is late or behind the next, `surplus` came too fast."""
        return {
            "waiting": self._courier.left(),
            "held": len(self._held),
            "surplus": self._surplus,
            "lost": self._lost,
            "attempts": self._courier.made(),
        }

    def _ring(self, mailbox: Mailbox, project: str, watch: Watch) -> None:
        who, now = (mailbox.account.email, project), self._now()
        if self.destination is None:
            return
        if who in self._rung_at and now - self._rung_at[who] < self.every:
            self._surplus += 1
            return
        self._rung_at[who] = now
        note = Note(
            id=str(self._rng.randrange(10**15, 10**17)),
            topic=watch.topic,
            email=mailbox.account.email,
            history_id=mailbox.history.current,
            published_at=now,
        )
        self._pass_on(note, self.trouble.draw())

    def _pass_on(self, note: Note, fate: Fate) -> None:
        match fate:
            case Fate.LOSE:
                self._lost += 1
            case Fate.LATE:
                self._held.append(_Held(note=note, until=self._now() + self.trouble.late_by))
            case Fate.REORDER:
                self._held.append(_Held(note=note, until=None))
            case _:
                for _ in range(2 if fate is Fate.DOUBLE else 1):
                    self._courier.take(note)
                self._let_go([one for one in self._held if one.until is None])

    def _let_go(self, held: list[_Held]) -> None:
        self._held = [one for one in self._held if one not in held]
        for one in held:
            self._courier.take(one.note)

    def _post(self, note: Note) -> int:
        destination = self.destination
        return destination.post(note, key=self._key, now=self._now()) if destination else 0
