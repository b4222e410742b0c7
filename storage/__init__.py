"""The nouns: what we remember and where. Nobody outside this package names a backend."""

from __future__ import annotations

from pathlib import Path

from storage.port import Store, StoreError
from storage.sealing import Sealer

_ROOT = Path(__file__).resolve().parent.parent


def open_store(url: str, sealer: Sealer) -> Store:
    """The store at `STORE_URL`: `sqlite:///var/addon.db` lies beside app.py, `sqlite:////srv/addon.db` not.

    A backend is imported only when it is asked for, so that a small installation needs no client of Google's.
    """
    scheme, _, rest = url.partition("://")
    match scheme:
        case "sqlite" if rest.strip("/") and rest.startswith("/"):
            from storage.sqlite import open_sqlite  # noqa: PLC0415 (only the backend in use is imported)

            return open_sqlite(_ROOT / rest[1:], sealer)
        case _:
            raise StoreError(
                "STORE_URL names no store we know. Write sqlite:///var/addon.db, or sqlite:////srv/addon.db"
                " for an absolute path."
            )
