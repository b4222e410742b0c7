"""Both backends as a benchmark uses them: new stores, and a count of what is asked of each."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from secrets import token_hex

from storage import open_transfer
from storage.firestore import open_firestore
from storage.port import Store
from storage.sealing import Sealer
from storage.sqlite import open_sqlite
from storage.transfer import Transfer
from tests import emulator
from tests.contracts.store.samples import OLD_KEYS
from tests.storage.wire import Wire

Counts = dict[str, int]


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
def on_an_emulator() -> Iterator[Callable[[], Place]]:
    """Raise `MissingError` where there is none."""
    jar = emulator.found()
    if jar is None:
        raise MissingError(emulator.MISSING)
    with tempfile.TemporaryDirectory() as folder, emulator.running(jar, Path(folder)) as address:
        yield partial(on_the_emulator, address)


def in_a_file(path: Path) -> Place:
    """Counts statements, and the steps of SQLite's machine: what it does with every row it touches."""
    sealer = Sealer(OLD_KEYS)
    store = open_sqlite(path, sealer)
    connection = store._database._connection()

    def counted(act: Callable[[Store], object]) -> Counts:
        counts = {"statements": 0, "steps": 0}

        def count(unit: str) -> None:
            counts[unit] += 1

        connection.set_trace_callback(lambda _: count("statements"))
        connection.set_progress_handler(lambda: count("steps"), 1)
        act(store)
        connection.set_trace_callback(None)
        connection.set_progress_handler(None, 0)
        return counts

    transfer = open_transfer(f"sqlite:///{path}", sealer, make=False)
    return Place(store=store, transfer=transfer, counted=counted, close=_closing(transfer, store))


def on_the_emulator(address: str) -> Place:
    """Counts what Firestore bills, documents read and written, and the trips for which its caller waits."""
    project, sealer, wire = f"bench-{token_hex(8)}", Sealer(OLD_KEYS), Wire()
    store = open_firestore(project, "bench", sealer, emulator=address)
    watched = open_firestore(project, "bench", sealer, emulator=address, interceptors=[wire])
    transfer = open_transfer(f"firestore://{project}/bench", sealer, make=False, firestore_emulator=address)

    def counted(act: Callable[[Store], object]) -> Counts:
        return dict(zip(("reads", "writes", "trips"), wire.counted(lambda: act(watched)), strict=True))

    return Place(store=store, transfer=transfer, counted=counted, close=_closing(transfer, watched, store))


def _closing(*handles: Store | Transfer) -> Callable[[], None]:
    def close() -> None:
        for handle in handles:
            handle.close()

    return close
