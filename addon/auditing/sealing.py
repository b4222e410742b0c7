"""The sealer: one link a minute over the rows that no link holds yet."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from itertools import islice

from addon.batches import pages
from storage import chain
from storage.port import ConflictError, Store
from storage.records import MOST_IN_A_LINK

EVERY = timedelta(minutes=1)
LINKS_AT_ONCE = 50
"""Of one call, so that it ends in time however much waits; the next goes on."""

_log = logging.getLogger("addon.auditing")


def seal(store: Store, *, now: datetime, at_once: bool = False) -> int:
    """Seal what waits; how many rows. Within a minute of the last link nothing is done, unless `at_once`.

    A row that is not as it was written is never sealed: it goes on waiting, and `verify` names it.
    """
    last = store.last_link()
    if last is not None and now - last.at < EVERY and not at_once:
        return 0
    sealed = 0
    waiting = pages(lambda cursor: store.unsealed(limit=MOST_IN_A_LINK, cursor=cursor))
    for numbers in islice(waiting, LINKS_AT_ONCE):
        whole = [each for each in store.entries_at(numbers).values() if chain.is_whole(store.key, each)]
        if whole:
            link = chain.link(store.key, before=last, entries=whole, at=now)
            try:
                store.seal(link)
            except ConflictError:
                break  # another sealer took this number: the rows are its, or wait for the next
            sealed, last = sealed + len(whole), link
    if sealed and last is not None:
        # Who keeps the log elsewhere can prove later that the chain was not cut (`audit verify --noted`).
        _log.info("audit log sealed: link %d:%s", last.n, last.hash)
    return sealed
