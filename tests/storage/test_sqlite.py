"""SQLite keeps the store's contract, and no statement of it reads a whole table."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.port import Store
from storage.sealing import Sealer
from storage.sqlite import open_sqlite
from tests.contracts.store import StoreContract
from tests.contracts.store.opening import OpenStore
from tests.contracts.store.samples import OLD_KEYS
from tests.storage.plans import watched


@pytest.mark.usefixtures("no_slow_plans")
class TestSqlite(StoreContract):
    @pytest.fixture
    def open_store(self, tmp_path: Path) -> OpenStore:
        def opened(seal_keys: str = OLD_KEYS) -> Store:
            return watched(open_sqlite(tmp_path / "addon.db", Sealer(seal_keys)))

        return opened
