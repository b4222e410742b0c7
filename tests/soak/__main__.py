"""`make soak`: ten thousand steps of random histories on every store that is here, and what came of them."""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from multiprocessing import get_context
from pathlib import Path

from tests import emulator
from tests.soak.run import PART, Part, part

STEPS = {"sqlite": 9_000, "firestore": 1_000}
"""The emulator is slow, and every verb of the store has its contract on both: it has the smaller share."""


def main() -> int:
    first = int(os.environ.get("SEED") or secrets.randbelow(10**6) * 1000)
    steps = int(os.environ.get("STEPS") or sum(STEPS.values()))
    began, wrong = time.monotonic(), 0
    with ExitStack() as stack:
        stores = dict(_stores(stack))
        tasks = [
            (backend, address, first + n)
            for backend, address in stores.items()
            for n in range(-(-steps * _share(backend, stores) // (PART * 100)))
        ]
        print(f"Seed {first}, {len(tasks)} parts of {PART} steps.", flush=True)
        parts: list[Part] = []
        with get_context("spawn").Pool(os.cpu_count()) as pool:
            for each in pool.imap_unordered(part, tasks):
                parts.append(each)
                wrong += bool(each.wrong)
                if each.wrong:
                    print(f"{each.backend}, SEED={each.number}:\n{each.wrong}", flush=True)
                print(f"{len(parts)} of {len(tasks)}: {sum(p.ran.steps for p in parts):,} steps", flush=True)
    for backend in stores:
        ran = [p.ran for p in parts if p.backend == backend]
        print(
            f"{backend}: {sum(each.steps for each in ran):,} steps in {sum(each.histories for each in ran):,}"
            f" histories, the longest of {max(each.longest for each in ran)}."
        )
    print(f"{wrong} wrong; {time.monotonic() - began:.0f} s on {os.cpu_count()} cores.")
    return 1 if wrong else 0


def _stores(stack: ExitStack) -> Iterator[tuple[str, str | None]]:
    yield "sqlite", None
    jar = emulator.found_or_said()
    if jar is None:
        return
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    yield "firestore", stack.enter_context(emulator.running(jar, folder, for_long=True))


def _share(backend: str, stores: dict[str, str | None]) -> int:
    """In hundredths."""
    if len(stores) == 1:
        return 100
    return STEPS[backend] * 100 // sum(STEPS.values())


if __name__ == "__main__":
    sys.exit(main())
