"""`STORE_URL` names a backend, and only that one is imported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import storage
from storage import open_store
from storage.port import StoreError
from storage.sealing import Sealer
from tests.contracts.store.samples import OLD_KEYS

ROOT = Path(storage.__file__).parent.parent


def test_an_absolute_path_has_four_slashes(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/addon.db", Sealer(OLD_KEYS))

    store.ping()
    store.close()
    assert (tmp_path / "addon.db").exists()


def test_a_relative_path_begins_beside_the_app_wherever_we_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")

    open_store(f"sqlite:///{os.path.relpath(tmp_path, ROOT)}/addon.db", Sealer(OLD_KEYS)).close()

    assert (tmp_path / "addon.db").exists()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "addon.db",
        "sqlite:",
        "sqlite://",
        "sqlite:///",
        "sqlite://host/addon.db",
        "postgres://u:pw@host/db",
        "firestore://pw",
        "firestore://PW/pw",
    ],
)
def test_any_other_store_is_refused_with_an_example_and_without_echo(url: str) -> None:
    with pytest.raises(StoreError, match="sqlite:///var/addon") as raised:
        open_store(url, Sealer(OLD_KEYS))

    assert "pw" not in str(raised.value)


def test_the_app_on_sqlite_brings_neither_firestore_nor_grpc(tmp_path: Path) -> None:
    environment = {
        "BASE_URL": "https://lever.acme.example",
        "SEAL_KEYS": OLD_KEYS,
        "INTERNAL_DOMAINS": "acme.example",
        "OAUTH_CLIENT_ID": "background",
        "OAUTH_CLIENT_SECRET": "secret",
        "STORE_URL": f"sqlite:///{tmp_path}/addon.db",
    }
    asked = (
        "import sys; from app import create_app; create_app();"
        "print([m for m in sys.modules if m.startswith(('storage.firestore', 'google.cloud.firestore', 'grpc'))])"
    )

    said = subprocess.run(  # noqa: S603 (our own)
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=ROOT, env=environment
    )

    assert said.stdout.strip() == "[]"


def test_importing_storage_imports_no_backend() -> None:
    asked = (
        "import sys, storage; print([m for m in sys.modules"
        " if m.startswith(('storage.sqlite', 'storage.firestore', 'google', 'grpc'))])"
    )

    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=ROOT)  # noqa: S603 (our own)

    assert said.stdout.strip() == "[]"
