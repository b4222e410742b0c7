"""Which steps of a history are struck, what dies in each, and when: the same for the same seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from random import Random


class Victim(Enum):
    """What gets SIGKILL at once."""

    WATCHER = "the sync loop"
    ADDON = "the add-on, all of it"
    WORKER = "one worker of the add-on"
    MASTER = "the add-on's first process, its workers left"
    ALL = "everything of ours"


@dataclass(frozen=True, kw_only=True)
class Blow:
    """`moment`: how far the step has come by then, 0 to 1 of what it takes where nothing dies."""

    victim: Victim
    moment: float


_AT_WORK = {Victim.WATCHER: 6, Victim.ALL: 2, Victim.ADDON: 1, Victim.WORKER: 1}
"""Where the job runs: how often each is struck."""
_PRESSED = {Victim.ADDON: 3, Victim.WORKER: 3, Victim.MASTER: 2, Victim.ALL: 2, Victim.WATCHER: 1}
"""Where somebody presses."""


def blows(seed: str, *, at_work: Sequence[int], pressed: Sequence[int], kills: int) -> Mapping[int, Blow]:
    """So many steps, of those where the job runs and those where somebody presses, each with its blow."""
    random = Random(seed)  # noqa: S311 (a plan, not a secret)
    struck = random.sample([*at_work, *pressed], kills)
    return {
        step: Blow(victim=_victim(random, _AT_WORK if step in at_work else _PRESSED), moment=random.random())
        for step in sorted(struck)
    }


def _victim(random: Random, weights: Mapping[Victim, int]) -> Victim:
    return random.choices([*weights], [*weights.values()])[0]
