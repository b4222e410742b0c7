"""`make crash`: every point of the history on every store that is here, and what came of each."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from tests import emulator
from tests.crash.run import history
from tests.crash.verdict import MOST_MORE, Verdict, verdict


def main() -> int:
    wrong = 0
    with ExitStack() as stack:
        for backend, address in _stores(stack):
            wrong += _try_all(backend, address)
    return 1 if wrong else 0


def _stores(stack: ExitStack) -> Iterator[tuple[str, str | None]]:
    yield "sqlite", None
    jar = emulator.found()
    if jar is None:
        print(emulator.MISSING)
        return
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    yield "firestore", stack.enter_context(emulator.running(jar, folder))


def _try_all(backend: str, address: str | None) -> int:
    """How many points ended in anything but the calm end; prints each of them, and the figures."""
    calm, began = history(backend, address), time.monotonic()
    tried: list[Verdict] = []
    with get_context("spawn").Pool(os.cpu_count()) as pool:
        judged = partial(verdict, calm, backend, address)
        for each in pool.imap_unordered(judged, range(len(calm.points))):
            tried.append(each)
            if each.wrong:
                print(f"{backend}, {each.point}: {each.wrong}")
            if sys.stderr.isatty():
                print(f"\r{backend}: {len(tried)} of {len(calm.points)}", end="", file=sys.stderr)
    wrong = sum(bool(each.wrong) for each in tried)
    print(
        f"{backend}: {len(tried)} points, {wrong} wrong; "
        f"at most {max(each.more for each in tried)} units beyond the {calm.units} of the calm history "
        f"(bound {MOST_MORE}); {time.monotonic() - began:.0f} s on {os.cpu_count()} cores."
    )
    return wrong


if __name__ == "__main__":
    sys.exit(main())
