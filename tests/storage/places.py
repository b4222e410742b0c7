"""Where stores lie in tests that know no backend, opened for every use there is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from storage import open_resealing, open_store, open_transfer
from storage.port import Store
from storage.resealing import Resealing
from storage.sealing import Sealer
from storage.transfer import Transfer
from tests.contracts.store.samples import OLD_KEYS, ROTATED_KEYS

T = TypeVar("T")

DATABASE = "places"
EMULATED = pytest.mark.emulator
BACKENDS = ["sqlite", pytest.param("firestore", marks=EMULATED)]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a store is, or is to be."""

    url: str
    emulator: str | None

    @property
    def path(self) -> Path:
        """Where the file of an SQLite store lies."""
        return Path(self.url.removeprefix("sqlite:///"))

    @property
    def project(self) -> str:
        return self.url.split("/")[2]

    def open(self, seal_keys: str = OLD_KEYS) -> Store:
        return open_store(self.url, Sealer(seal_keys), firestore_emulator=self.emulator)

    def transfer(self, seal_keys: str = OLD_KEYS, *, make: bool = True, rows: int | None = None) -> Transfer:
        opened = open_transfer(self.url, Sealer(seal_keys), make=make, firestore_emulator=self.emulator)
        return _in_pages(opened, rows)

    def resealing(self, seal_keys: str = ROTATED_KEYS, *, rows: int | None = None) -> Resealing:
        opened = open_resealing(self.url, Sealer(seal_keys), firestore_emulator=self.emulator)
        return _in_pages(opened, rows)


Places = Callable[[str], Place]


def _in_pages(opened: T, rows: int | None) -> T:
    for name in ("rows_at_once", "mails_at_once"):
        if rows and hasattr(opened, name):
            setattr(opened, name, rows)
    return opened
