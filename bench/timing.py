"""Times to be compared with each other, and with nothing else."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Sequence


def seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def medians(
    measured: Sequence[Callable[[], float]], *, warm: int, times: int, within: float = math.inf
) -> list[float]:
    """The median of what each answers, asked so many times, or as often as `within` seconds of answers allow.

    They take turns, so that what else this machine does meanwhile falls on all of them.
    """
    for _ in range(warm):
        for each in measured:
            each()
    taken: list[list[float]] = []
    while len(taken) < times and sum(map(sum, taken)) < within:
        taken.append([each() for each in measured])
    return [statistics.median(each) for each in zip(*taken, strict=True)]
