"""`make crash`: every point of every chapter on every store that is here, and what came of each."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from addon.batches import batches
from tests import emulator
from tests.crash.run import Ended, history
from tests.crash.script import CHAPTERS
from tests.crash.verdict import MOST_MORE, Verdict, verdict

PART = 500
"""Points for one emulator: it keeps all in memory, half a gigabyte after these, and has room for two."""

Opened = Callable[[], AbstractContextManager[str | None]]


def main() -> int:
    wrong = 0
    for backend, opened in _stores():
        wrong += _try_all(backend, opened)
    return 1 if wrong else 0


def _stores() -> Iterator[tuple[str, Opened]]:
    yield "sqlite", nullcontext
    jar = emulator.found_or_said()
    if jar is None:
        return
    yield "firestore", partial(_emulator, jar)


@contextmanager
def _emulator(jar: Path) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder, emulator.running(jar, Path(folder), for_long=True) as address:
        yield address


def _try_all(backend: str, opened: Opened) -> int:
    """How many points ended in anything but the calm end; prints each of them, and the figures."""
    began = time.monotonic()
    with opened() as address:
        calm = {name: history(backend, address, chapter) for name, chapter in CHAPTERS.items()}
    points = [(name, point) for name, ended in calm.items() for point in range(len(ended.points))]
    tried: list[Verdict] = []
    for part in batches(points, PART):
        with opened() as address, get_context("spawn").Pool(os.cpu_count()) as pool:
            for each in pool.imap_unordered(partial(_tried, calm, backend, address), part):
                tried.append(each)
                if each.wrong:
                    print(f"{backend}, {each.point}: {each.wrong}")
                if sys.stderr.isatty():
                    print(f"\r{backend}: {len(tried)} of {len(points)}", end="", file=sys.stderr)
    wrong = sum(bool(each.wrong) for each in tried)
    print(
        f"{backend}: {len(tried)} points in {len(calm)} chapters, {wrong} wrong; "
        f"at most {max(each.more for each in tried)} units beyond the calm chapter, which took "
        f"{min(each.units for each in calm.values())} to {max(each.units for each in calm.values())} "
        f"(bound {MOST_MORE}); {time.monotonic() - began:.0f} s on {os.cpu_count()} cores."
    )
    return wrong


def _tried(calm: Mapping[str, Ended], backend: str, address: str | None, point: tuple[str, int]) -> Verdict:
    return verdict(calm[point[0]], backend, address, *point)


if __name__ == "__main__":
    sys.exit(main())
