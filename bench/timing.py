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


def percentile(taken: Sequence[float], of_hundred: int) -> float:
    """The smallest that so many of a hundred do not exceed."""
    return sorted(taken)[math.ceil(len(taken) * of_hundred / 100) - 1]


def medians(
    measured: Sequence[Callable[[], float]], *, warm: int, times: int, within: float = math.inf
) -> list[float]:
    """The median of what each answers, asked so many times, or as often as `within` seconds of answers allow."""
    return [statistics.median(each) for each in in_turns(measured, warm=warm, times=times, within=within)]


def in_turns(
    measured: Sequence[Callable[[], float]], *, warm: int, times: int, within: float = math.inf
) -> list[tuple[float, ...]]:
    """What each answers, asked so many times, or as often as `within` seconds of answers allow.

    They take turns, so that what else this machine does meanwhile falls on all of them.
    """
    for _ in range(warm):
        for each in measured:
            each()
    taken: list[list[float]] = []
    while len(taken) < times and sum(map(sum, taken)) < within:
        taken.append([each() for each in measured])
    return list(zip(*taken, strict=True))
