"""The imports of one mailbox: listed anew in each run, and gone through one conversation at a time (R10).

What is stored says how far an import is; what was opened and stays out is known by keyed hashes, for as long as it
runs. So a run may end anywhere, by its time or by a crash, and the next one opens nothing twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice

from addon.failures import describe
from addon.gateways.errors import GoneError, OutsideError, RefusedError, UnavailableError
from addon.policy import importing
from addon.policy.following import MOST_STARTS
from addon.policy.importing import Became, Came
from addon.policy.ledger import Why
from addon.sync.import_thread import Importer
from storage.port import ConflictError, StoreError, TooLargeError
from storage.records import MOST_IMPORTED, Import, ImportState, NotRead

_AT_ONCE = 50
_TRIES = 5
_HASH = 16
"""Hexadecimal digits of a hash: enough to tell a few thousand threads apart."""

_log = logging.getLogger("addon.sync")


class Imports:
    """What one run does of them."""

    def __init__(self, importer: Importer) -> None:
        self._importer = importer
        self._held = importer.held
        self._store = importer.services.store
        self._record: Import | None = None
        self._listed: Iterator[str] | None = None
        """What is left of the one in hand; None before it is listed."""
        self._later = False
        """Something of the one in hand is put off."""
        self._put_off: set[str] = set()

    @property
    def put_off(self) -> bool:
        """Whether something waits for another run, with nothing left to do in this one."""
        return bool(self._put_off)

    @property
    def has_more(self) -> bool:
        return self._in_hand() is not None

    def step(self) -> bool:
        """Go on by one conversation of the oldest that runs; False where there is nothing to do now.

        Whoever ended it meanwhile, in the panel or by turning Email off, is noticed here, before anything is
        opened. Raises what must end the whole run: `OutsideError`, `StoreError`.
        """
        record = self._in_hand()
        if record is None:
            return False
        if self._listed is None and not self._list(record):
            return True
        id = next(self._listed or iter(()), None)
        if id is None:
            self._finish(record)
        else:
            self._take(record, id)
        return True

    def _in_hand(self) -> Import | None:
        if self._record is not None:
            self._record = self._still_runs(self._store.import_of(self._record.id))
        if self._record is None:
            self._record = next(self._next(), None)
            self._listed, self._later = None, False
        return self._record

    def _next(self) -> Iterator[Import]:
        for record in self._store.running_imports(self._held.sub, limit=_AT_ONCE):
            if record.id in self._put_off:
                continue
            if self._still_runs(record):
                yield record
            else:
                # It was asked for under an earlier consent.
                self._change(record, self._ended(ImportState.INTERRUPTED))

    def _still_runs(self, record: Import | None) -> Import | None:
        if record is None or record.state is not ImportState.RUNNING or record.epoch != self._held.mailbox.epoch:
            return None
        return record

    def _list(self, record: Import) -> bool:
        """Ids in memory only, newest first, those that are settled left out; False where Gmail refuses."""
        if record.retrying:
            self._listed = iter(importing.to_try_again(record))
            return True
        try:
            with self._held.because(Why.IMPORT):
                found = self._importer.gmail.threads_of(record.addresses, since=record.since)
                ids = list(islice(dict.fromkeys(found), MOST_IMPORTED))
        except RefusedError:
            self._change(record, self._ended(ImportState.REFUSED))
            return False
        hashes = [self._hash(record, id) for id in ids]
        self._change(record, lambda now: importing.listed(now, hashes))
        self._listed = iter([id for id, hash in zip(ids, hashes, strict=True) if hash not in record.settled])
        return True

    def _hash(self, record: Import, id: str) -> str:
        return self._store.key("import", record.id, id)[:_HASH]

    # --- one conversation ---------------------------------------------------------------------------------

    def _take(self, record: Import, id: str) -> None:
        became = self._importer.without_opening(record, id)
        if became is None:
            became = self._opened(record, id)
        if became is Came.LATER:
            self._later = True
        elif became is not None:
            hash, at = self._hash(record, id), self._importer.services.clock.now()
            self._change(record, lambda now: importing.settled(now, hash, became, thread=id, now=at))

    def _opened(self, record: Import, id: str) -> Became | None:
        """Opened once whole; None where the import ended before it was. That it begins is committed before."""
        hash = self._hash(record, id)

        def begin(now: Import) -> Import:
            return importing.begun(now, hash) if self._still_runs(now) else now

        begun = self._still_runs(self._change(record, begin))
        if begun is None:
            return None
        if begun.starts > MOST_STARTS:
            return NotRead.CONTENT
        try:
            return self._importer.open(begun, id, now=self._importer.services.clock.now())
        except GoneError:
            return Came.LEFT
        except RefusedError:
            return NotRead.REFUSED
        except TooLargeError:
            return NotRead.TOO_LARGE
        except (ConflictError, UnavailableError):
            self._acquit(begun)
            return Came.LATER
        except (OutsideError, StoreError):
            self._acquit(begun)
            raise
        except Exception as error:  # noqa: BLE001 (one hostile message must not stop an import)
            _log.error("a thread could not be imported: %s", describe(error))
            return NotRead.CONTENT

    def _acquit(self, record: Import) -> None:
        with suppress(ConflictError):
            self._change(record, importing.acquitted)

    # --- the record ---------------------------------------------------------------------------------------

    def _finish(self, record: Import) -> None:
        """It is done, unless something of it was put off."""
        if self._later:
            self._put_off.add(record.id)
        else:
            self._change(record, self._ended(ImportState.DONE))
        self._record = None

    def _ended(self, state: ImportState) -> Callable[[Import], Import]:
        def end(record: Import) -> Import:
            if record.state is not ImportState.RUNNING:
                return record
            return importing.ended(record, state, now=self._importer.services.clock.now())

        return end

    def _change(self, record: Import, change: Callable[[Import], Import]) -> Import | None:
        """Change it as it stands; None where it is gone with the consent."""
        for _ in range(_TRIES):
            now = self._store.import_of(record.id)
            if now is None:
                return None
            after = change(now)
            if after == now:
                return now
            with suppress(ConflictError):
                return self._held.save_import(after)
        raise ConflictError("this import is being changed by others")
