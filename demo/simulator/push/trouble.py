"""What goes wrong with notifications, as ordered: by chance, which the world's seed decides, or one by one."""

import random
from collections import deque
from collections.abc import Iterable
from enum import Enum


class Fate(Enum):
    """DELIVER is no trouble at all; REORDER lets the next one go first."""

    DELIVER = "deliver"
    LOSE = "lose"
    DOUBLE = "double"
    LATE = "late"
    REORDER = "reorder"


TROUBLES = tuple(fate for fate in Fate if fate is not Fate.DELIVER)


class Trouble:
    """`late_by` is seconds of the simulator's clock."""

    def __init__(self, *, seed: int | None = None) -> None:
        self._rng = random.Random(seed)  # noqa: S311 - chances, no secrets
        self._next: deque[Fate] = deque()
        self.chances: dict[Fate, float] = dict.fromkeys(TROUBLES, 0.0)
        self.late_by = 30.0

    def order(self, fates: Iterable[Fate]) -> None:
        """Say what becomes of the next ones, in this order, whatever the chances."""
        self._next = deque(fates)

    def draw(self) -> Fate:
        """Decide for one notification. Every chance is drawn every time, so that none shifts the others."""
        drawn = [self._rng.random() < self.chances[fate] for fate in TROUBLES]
        if self._next:
            return self._next.popleft()
        return next((fate for fate, hit in zip(TROUBLES, drawn, strict=True) if hit), Fate.DELIVER)
