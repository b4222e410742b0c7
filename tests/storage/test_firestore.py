"""Firestore keeps the store's contract, and asks nothing for which `firestore.indexes.json` has no index."""

from __future__ import annotations

import secrets

import pytest

from storage.firestore import open_firestore
from storage.port import Store
from storage.sealing import Sealer
from tests.contracts.store import StoreContract
from tests.contracts.store.opening import OpenStore
from tests.contracts.store.samples import OLD_KEYS
from tests.storage.wire import Wire


@pytest.mark.emulator
class TestFirestore(StoreContract):
    examples = 5
    many = 300

    @pytest.fixture
    def open_store(self, emulator: str, only_indexed: Wire) -> OpenStore:
        project = f"test-{secrets.token_hex(8)}"

        def opened(seal_keys: str = OLD_KEYS) -> Store:
            sealer = Sealer(seal_keys)
            return open_firestore(project, "contract", sealer, emulator=emulator, interceptors=[only_indexed])

        return opened
