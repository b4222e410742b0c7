"""Where a process can die: a counted point before and after every call to Google and every write of the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from addon.gateways.directory.own import OwnDirectory
from tests.office import Office

WRITES = frozenset(
    {
        "admit",
        "advance",
        "attempt_consent",
        "begin",
        "change",
        "claim",
        "discard",
        "discard_unsent",
        "drafted",
        "expire_attempts",
        "expire_begun",
        "expire_imports",
        "expire_looks",
        "forget_thread",
        "keep_alias",
        "opt_in",
        "opt_out",
        "purge",
        "record",
        "refuse_consent",
        "release",
        "request_consent",
        "revocation_failed",
        "revoked",
        "ring",
        "save_candidates",
        "save_import",
        "save_mailbox",
        "save_member",
        "save_thread",
        "save_threads",
        "seal",
        "sent",
        "settle",
        "start_import",
        "store",
        "take_attempt",
        "tally",
    }
)
"""Verbs of the store after which it holds something else."""


class Killed(BaseException):
    """Stands for a process that is gone: nothing of ours catches it."""


class Points:
    """Counts the points that were reached, and dies at one of them; at none where `dies_at` is None.

    Who is dead cleans up nothing: until a new process starts, whatever still runs dies at its next point too.
    """

    def __init__(self, dies_at: int | None = None) -> None:
        self._dies_at = dies_at
        self._dead = False
        self.names: list[str] = []

    def start_anew(self) -> None:
        self._dead = False

    def reach(self, name: str) -> None:
        if self._dead:
            raise Killed(name)
        self.names.append(name)
        if len(self.names) - 1 == self._dies_at:
            self._dead = True
            raise Killed(name)

    def around(self, name: str, call: Callable[[], Any]) -> Any:
        self.reach(f"before {name}")
        answer = call()
        self.reach(f"after {name}")
        return answer


class _Watched:
    """Passes everything through; some calls are points."""

    def __init__(
        self, watched: Any, points: Points, name_of: Callable[[str, tuple[Any, ...]], str | None]
    ) -> None:
        self._watched = watched
        self._points = points
        self._name_of = name_of

    def __getattr__(self, attribute: str) -> Any:
        found = getattr(self._watched, attribute)
        if not callable(found):
            return found

        def passed(*args: Any, **kwargs: Any) -> Any:
            name = self._name_of(attribute, args)
            if name is None:
                return found(*args, **kwargs)
            return self._points.around(name, lambda: found(*args, **kwargs))

        return passed


@contextmanager
def watching(office: Office, points: Points) -> Iterator[None]:
    """Whatever the product does in the block passes the points."""
    services, gmail = office.services, office.services.gmail
    store = _Watched(services.store, points, lambda verb, _: f"store.{verb}" if verb in WRITES else None)
    tokens = _Watched(services.tokens, points, lambda verb, _: "google.revoke" if verb == "revoke" else None)
    wire = _Watched(gmail._wire, points, lambda _, args: f"gmail.{args[0].name.lower()}")
    swapped: list[tuple[object, str, object]] = [
        (services, "store", store),
        (services, "directory", OwnDirectory(store)),
        (services, "tokens", tokens),
        (gmail, "_wire", wire),
    ]
    before = [(holder, name, getattr(holder, name)) for holder, name, _ in swapped]
    for holder, name, watched in swapped:
        object.__setattr__(holder, name, watched)
    try:
        yield
    finally:
        for holder, name, kept in before:
            object.__setattr__(holder, name, kept)
