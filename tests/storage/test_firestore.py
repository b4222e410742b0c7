"""Firestore keeps the store's contract."""

from __future__ import annotations

import secrets

import pytest

from storage.firestore import open_firestore
from storage.port import Store
from storage.sealing import Sealer
from tests.contracts.store import StoreContract
from tests.contracts.store.opening import OpenStore
from tests.contracts.store.samples import OLD_KEYS


@pytest.mark.emulator
class TestFirestore(StoreContract):
    examples = 5
    many = 300

    @pytest.fixture
    def open_store(self, emulator: str) -> OpenStore:
        project = f"test-{secrets.token_hex(8)}"

        def opened(seal_keys: str = OLD_KEYS) -> Store:
            return open_firestore(project, "contract", Sealer(seal_keys), emulator=emulator)

        return opened
