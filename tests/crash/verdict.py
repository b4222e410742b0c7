"""Whether a chapter that was killed at one point ended as the calm one did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.crash.run import Ended, history
from tests.crash.script import CHAPTERS

MOST_MORE = 100
"""Units that a crash may cost: a thread read twice (40), a list or two (10 each) and history (2) asked for anew.
Who lost its lease also waits through another poll of every mailbox."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """`wrong` is empty where nothing is; `more`: units beyond the calm chapter."""

    point: str
    wrong: str
    more: int


def verdict(calm: Ended, backend: str, emulator: str | None, chapter: str, point: int) -> Verdict:
    """Play the chapter again and die at the point; never raises for what the product does wrong."""
    name = f"{chapter}, {point} ({calm.points[point]})"
    try:
        ended = history(backend, emulator, CHAPTERS[chapter], dies_at=point)
    except Exception as error:  # noqa: BLE001 (it is the verdict)
        return Verdict(point=name, wrong=f"{type(error).__name__}: {error}", more=0)
    more = ended.units - calm.units
    if ended.died is None or _call(ended.died) != _call(calm.points[point]):
        return Verdict(point=name, wrong=f"died at another point: {ended.died}", more=more)
    wrong = "; ".join(differences(calm.told, ended.told))
    if not wrong and more > MOST_MORE:
        wrong = f"{more} units more"
    return Verdict(point=name, wrong=wrong, more=more)


def _call(point: str) -> str:
    """Without before or after: of several that are made at once these come in any order."""
    return point.removeprefix("before ").removeprefix("after ")


def differences(calm: Any, ended: Any, where: str = "") -> list[str]:
    """Where the second end is another than the first, a sentence each."""
    if calm == ended:
        return []
    if isinstance(calm, Mapping) and isinstance(ended, Mapping):
        keys = dict.fromkeys([*calm, *ended])
        return [line for key in keys for line in differences(calm.get(key), ended.get(key), f"{where}/{key}")]
    if isinstance(calm, list) and isinstance(ended, list):
        missing = [each for each in calm if each not in ended]
        extra = [each for each in ended if each not in calm]
        return [f"{where}: missing {missing}, instead {extra}"]
    return [f"{where}: {ended!r} instead of {calm!r}"]
