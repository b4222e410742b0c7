"""Both backends as a benchmark uses them: new stores, and a count of what is asked of each."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from storage import open_transfer
from storage.firestore import open_firestore
from storage.port import Store
from storage.sealing import Sealer
from storage.sqlite import SqliteStore, open_sqlite
from storage.transfer import Transfer
from tests import emulator
from tests.contracts.store.samples import OLD_KEYS
from tests.storage.wire import Wire

Counts = dict[str, int]

STEPS = "Steps are instructions of SQLite's own machine, which count every row that is touched."
BILLED = (
    "Reads and writes are documents as they are billed, counted on the wire; trips are what is waited for, and"
    " what is asked together is one. The emulator has no indexes and looks at a whole collection to answer a"
    " query: where one is asked, its times say nothing of Firestore."
)


class MissingError(Exception):
    """What a part measures is not on this machine; the sentence says how to get it."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A store to be measured: `store` for the time, `counted` for what an act asks of the backend, by unit."""

    store: Store
    transfer: Transfer
    counted: Callable[[Callable[[Store], object]], Counts]
    close: Callable[[], None]


@contextmanager
def in_files() -> Iterator[Callable[[], Place]]:
    with tempfile.TemporaryDirectory() as folder:
        yield lambda: in_a_file(Path(folder) / f"{token_hex(8)}.db")


@contextmanager
def an_emulator() -> Iterator[str]:
    """Host and port of Firestore's; raise `MissingError` where there is none."""
    jar = emulator.found()
    if jar is None:
        raise MissingError(emulator.MISSING)
    with tempfile.TemporaryDirectory() as folder, emulator.running(jar, Path(folder)) as address:
        yield address


def statements(store: SqliteStore, act: Callable[[], object]) -> Counts:
    """Statements of `act`, and the steps of SQLite's machine: what it does with every row it touches.

    Of what this thread asks; others have connections of their own.
    """
    connection = store._database._connection()
    counts = {"statements": 0, "steps": 0}

    def count(unit: str) -> None:
        counts[unit] += 1

    connection.set_trace_callback(lambda _: count("statements"))
    connection.set_progress_handler(lambda: count("steps"), 1)
    act()
    connection.set_trace_callback(None)
    connection.set_progress_handler(None, 0)
    return counts


def billed(wire: Wire, act: Callable[[], object]) -> Counts:
    """What Firestore bills for `act`, documents read and written, and the trips for which its caller waits."""
    return dict(zip(("reads", "writes", "trips"), wire.counted(act), strict=True))


def in_a_file(path: Path) -> Place:
    sealer = Sealer(OLD_KEYS)
    store = open_sqlite(path, sealer)

    def counted(act: Callable[[Store], object]) -> Counts:
        return statements(store, lambda: act(store))

    transfer = open_transfer(f"sqlite:///{path}", sealer, make=False)
    return Place(store=store, transfer=transfer, counted=counted, close=_closing(transfer, store))


def on_the_emulator(address: str) -> Place:
    project, sealer, wire = f"bench-{token_hex(8)}", Sealer(OLD_KEYS), Wire()
    store = open_firestore(project, "bench", sealer, emulator=address)
    watched = open_firestore(project, "bench", sealer, emulator=address, interceptors=[wire])
    transfer = open_transfer(f"firestore://{project}/bench", sealer, make=False, firestore_emulator=address)

    def counted(act: Callable[[Store], object]) -> Counts:
        return billed(wire, lambda: act(watched))

    return Place(store=store, transfer=transfer, counted=counted, close=_closing(transfer, watched, store))


def _closing(*handles: Store | Transfer) -> Callable[[], None]:
    def close() -> None:
        for handle in handles:
            handle.close()

    return close
