"""So many steps of random histories on one store."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, replace

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.soak.comparing import Ran
from tests.soak.machine import Histories

LONGEST = 50
PART = 250
"""Steps of one part: parts are shared out among the processors."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """Some histories; `wrong` is empty where nothing is."""

    backend: str
    number: int
    ran: Ran
    wrong: str = ""


def histories(backend: str, emulator: str | None, *, most: int, steps: int, number: int, cut: bool = True) -> Ran:
    """At most so many histories of at most so many steps; the same ones for the same number.

    `cut`: one that fails is cut short before it is told of.
    """
    ran = Ran()

    class Here(Histories):
        pass

    Here.backend, Here.emulator, Here.ran = backend, emulator, ran
    phases = (Phase.generate, Phase.shrink) if cut else (Phase.generate,)
    run_state_machine_as_test(
        seed(number)(Here),
        settings=settings(
            max_examples=most,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            phases=phases,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return replace(ran)


def part(task: tuple[str, str | None, int]) -> Part:
    """So many steps at least: some histories end early, and others are begun in their place."""
    backend, address, number = task
    whole = Ran()
    while whole.steps < PART:
        most = -(-(PART - whole.steps) // LONGEST)
        # Numbers of one run never meet those of another.
        other = number + whole.histories * 10**9
        try:
            ran = histories(backend, address, most=most, steps=LONGEST, number=other)
        except Exception:  # noqa: BLE001 (it is the verdict)
            return Part(backend=backend, number=number, ran=whole, wrong=traceback.format_exc())
        whole = Ran(
            histories=whole.histories + ran.histories,
            steps=whole.steps + ran.steps,
            longest=max(whole.longest, ran.longest),
        )
    return Part(backend=backend, number=number, ran=whole)
