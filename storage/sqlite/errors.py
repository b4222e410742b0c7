"""What SQLite says, in our words.

No exception of sqlite3 leaves this package, for its text may hold anything.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from storage.port import StoreError, TooLargeError

_SENTENCES = {
    sqlite3.SQLITE_BUSY: "The store is busy: another process has held it for too long. Try again.",
    sqlite3.SQLITE_LOCKED: "The store is busy: another process has held it for too long. Try again.",
    sqlite3.SQLITE_FULL: "The store's disk is full: nothing was written.",
    sqlite3.SQLITE_NOTADB: "The store's file is not an SQLite database: is STORE_URL right?",
    sqlite3.SQLITE_CORRUPT: "The store's file is damaged: put the last backup back.",
    sqlite3.SQLITE_READONLY: "The store cannot be written: check owner and rights of its file and folder.",
    sqlite3.SQLITE_CANTOPEN: "The store cannot be opened: check that its file is there, and its rights.",
    sqlite3.SQLITE_PERM: "The store cannot be opened: check that its file is there, and its rights.",
    sqlite3.SQLITE_IOERR: "The store's disk failed to read or write.",
    sqlite3.SQLITE_TOOBIG: "The store cannot hold this: a value is too large.",
}
_PRIMARY_CODE = 0xFF


def sentence(error: sqlite3.Error) -> str:
    """Never the error's own text; a code we do not know by its constant name."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return "The store was closed, or asked in a way it does not understand."
    name = getattr(error, "sqlite_errorname", "")
    return _SENTENCES.get(code & _PRIMARY_CODE, f"The store failed ({name}).")


@contextmanager
def in_our_words() -> Iterator[None]:
    """Turn every sqlite3 error into a `StoreError` that holds no value and no statement."""
    try:
        yield
    except sqlite3.Error as error:
        too_large = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_TOOBIG
        raise (TooLargeError if too_large else StoreError)(sentence(error)) from None
