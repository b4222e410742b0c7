"""The nouns: what we remember and where. Nobody outside this package names a backend."""

from __future__ import annotations

import re
from pathlib import Path

from storage.port import Store, StoreError
from storage.resealing import Resealing
from storage.sealing import Sealer
from storage.transfer import Transfer

_ROOT = Path(__file__).resolve().parent.parent

_STORE_URL = re.compile(
    r"sqlite://(?P<path>/.*[^/].*)"
    r"|firestore://(?P<project>(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9])"
    r"/(?P<database>\(default\)|[a-z][a-z0-9-]{2,61}[a-z0-9])"
)


def names_a_store(url: str) -> bool:
    """Whether `open_store` knows what to open; nothing is opened."""
    return _STORE_URL.fullmatch(url) is not None


def open_store(url: str, sealer: Sealer, *, firestore_emulator: str | None = None) -> Store:
    """The store at `STORE_URL`: `sqlite:///var/addon.db` lies beside app.py, `sqlite:////srv/addon.db` not.

    `firestore://PROJECT/DATABASE` is Google's, or the emulator's at `firestore_emulator` (host:port). A backend
    is imported only when it is asked for, so that a small installation needs no client of Google's.
    """
    named = _named(url)
    if named["path"]:
        from storage.sqlite import open_sqlite  # noqa: PLC0415 (only the backend in use is imported)

        return open_sqlite(_ROOT / named["path"][1:], sealer)
    from storage.firestore import open_firestore  # noqa: PLC0415 (likewise)

    return open_firestore(named["project"], named["database"], sealer, emulator=firestore_emulator)


def open_transfer(url: str, sealer: Sealer, *, make: bool, firestore_emulator: str | None = None) -> Transfer:
    """The store at `url` as it is copied from or, with `make`, to."""
    named = _named(url)
    if named["path"]:
        from storage.sqlite import transfer as sqlite  # noqa: PLC0415 (only the backends in use are imported)

        return sqlite.open_transfer(_ROOT / named["path"][1:], sealer, make=make)
    from storage.firestore import transfer as firestore  # noqa: PLC0415 (likewise)

    return firestore.open_transfer(
        named["project"], named["database"], sealer, make=make, emulator=firestore_emulator
    )


def open_resealing(url: str, sealer: Sealer, *, firestore_emulator: str | None = None) -> Resealing:
    """The store at `url` as it is sealed anew."""
    named = _named(url)
    if named["path"]:
        from storage.sqlite import resealing as sqlite  # noqa: PLC0415 (only the backend in use is imported)

        return sqlite.open_resealing(_ROOT / named["path"][1:], sealer)
    from storage.firestore import resealing as firestore  # noqa: PLC0415 (likewise)

    return firestore.open_resealing(named["project"], named["database"], sealer, emulator=firestore_emulator)


def _named(url: str) -> re.Match[str]:
    named = _STORE_URL.fullmatch(url)
    if named is None:
        raise StoreError(
            "STORE_URL names no store we know. Write sqlite:///var/addon.db, or sqlite:////srv/addon.db"
            " for an absolute path, or firestore://PROJECT/DATABASE."
        )
    return named
