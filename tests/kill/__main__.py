"""`make kill`: fifty blows on every store that is here, and what came of them."""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from tests import emulator
from tests.crash.verdict import differences
from tests.kill.plan import blows
from tests.kill.play import SCRIPT, Played, is_at_work, play

_IN_A_ROUND = 25
"""Blows in one history, each in a step of its own."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.kill", description="Kill the product's processes.")
    parser.add_argument("--kills", type=int, default=50, help="on each store")
    parser.add_argument("--seed", default=secrets.token_hex(4), help="what an earlier run printed, to repeat it")
    parser.add_argument("--store", action="append", choices=["sqlite", "firestore"], help="only this one")
    asked = parser.parse_args(arguments)
    print(f"Seed {asked.seed}.")
    wrong = 0
    with ExitStack() as stack:
        for backend, address in _stores(stack, asked.store or ["sqlite", "firestore"]):
            wrong += _try(backend, address, seed=asked.seed, kills=asked.kills)
    return 1 if wrong else 0


def _stores(stack: ExitStack, asked: list[str]) -> Iterator[tuple[str, str | None]]:
    if "sqlite" in asked:
        yield "sqlite", None
    if "firestore" not in asked:
        return
    jar = emulator.found_or_said()
    if jar is None:
        return
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    yield "firestore", stack.enter_context(emulator.running(jar, folder, for_long=True))


def _try(backend: str, address: str | None, *, seed: str, kills: int) -> int:
    """How many rounds ended in anything but the calm end; prints what differs, and the figures."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        calm = play(backend, address, Path(folder))
    print(f"{backend}: calm, {time.monotonic() - began:.0f} s.")
    wrong = int(_wrong(f"{backend}, calm", calm, calm))
    struck, again, over_work, left, number = Counter[str](), 0, 0, kills, 0
    while left:
        number += 1
        here = min(left, _IN_A_ROUND)
        name = f"{backend}, round {number}"
        played = _round(backend, address, calm, name=f"{seed} {number}", kills=here)
        left -= here
        if isinstance(played, str):
            print(f"{name}: {played}")
            wrong += 1
            continue
        wrong += _wrong(name, calm, played)
        struck.update(played.struck)
        again, over_work = again + played.begun_again, over_work + played.over_work
    each = ", ".join(f"{victim} {times}" for victim, times in struck.most_common())
    print(
        f"{backend}: {struck.total()} blows in {number} rounds ({each}); {over_work} with a mailbox in hand, "
        f"{again} answers lost; {wrong} ends unlike the calm one; {time.monotonic() - began:.0f} s."
    )
    return wrong


def _round(backend: str, address: str | None, calm: Played, *, name: str, kills: int) -> Played | str:
    """What came of it, or why it came to no end."""
    ours = [number for number, step in enumerate(SCRIPT) if step.ours]
    at_work = [number for number in ours if is_at_work(SCRIPT[number])]
    pressed = [number for number in ours if number not in at_work]
    plan = blows(name, at_work=at_work, pressed=pressed, kills=kills)
    try:
        with tempfile.TemporaryDirectory() as folder:
            return play(backend, address, Path(folder), plan=plan, takes=calm.takes)
    except Exception as error:  # noqa: BLE001 (it is the verdict)
        return f"{type(error).__name__}: {error}"


def _wrong(name: str, calm: Played, played: Played) -> bool:
    lines = [*differences(calm.told, played.told), *played.complaints]
    if played.chain:
        lines.append(f"the audit log is broken: {played.chain}")
    for line in lines:
        print(f"{name}: {line}")
    return bool(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
