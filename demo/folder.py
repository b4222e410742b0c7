"""The folder a demo lives in: its owner's only, one demo at a time, and emptied only where a demo made it."""

import fcntl
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

_LOCK = "demo.lock"
"""Held while a demo runs; where it lies, everything beside it is a demo's."""


class FolderError(Exception):
    """The folder cannot be used; the sentence says what to do."""


def move_aside(path: Path) -> Path | None:
    """Rename a folder with content no demo made; its new name, or None where there was nothing to do.

    The product's own store lies in `var/` by default, and a demo begins with an empty one.
    """
    if not _has_foreign_content(path):
        return None
    names = (path.with_name(f"{path.name}.before-demo-{number}") for number in count(1))
    aside = next(name for name in names if not name.exists())
    try:
        return path.rename(aside)
    except OSError as error:
        raise _unusable(path, error) from None


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Make the folder if it is missing, mode 0700, and keep every other demo out of it."""
    if _has_foreign_content(path):
        raise FolderError(
            f"{path} holds what no demo made, and a demo begins by emptying its folder. Name another."
        )
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.chmod(0o700)
        lock = (path / _LOCK).open("w")
    except OSError as error:
        raise _unusable(path, error) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FolderError(
                f"A demo runs in {path} already; its addresses are in {path / 'demo.json'}. Stop it first."
            ) from None
        yield


def empty(path: Path) -> None:
    """Take everything out but the lock."""
    for entry in path.iterdir():
        if entry.name == _LOCK:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def write_json(path: Path, value: object) -> None:
    """Whole or not at all, for its owner only: whoever waits for the file never reads half of it."""
    beside = path.with_name(f"{path.name}.new")
    beside.touch(mode=0o600)
    beside.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    beside.replace(path)


def read_json(path: Path) -> Any:
    """None where there is none, or half of one."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _has_foreign_content(path: Path) -> bool:
    try:
        return path.is_dir() and not (path / _LOCK).exists() and any(path.iterdir())
    except OSError as error:
        raise _unusable(path, error) from None


def _unusable(path: Path, error: OSError) -> FolderError:
    return FolderError(f"{path} cannot be used: {error.strerror}.")
