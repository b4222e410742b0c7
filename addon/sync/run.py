"""One run of one mailbox: claim it, look at its labels, take in the delta, read what is to be read, let it go.

Two workers never work on one mailbox: the lease keeps them apart, and its fence stops one that lost it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum

from addon.failures import describe
from addon.gateways.errors import (
    AttentionError,
    ClientRefusedError,
    NotYetError,
    OutsideError,
    ProjectStoppedError,
    RefusedError,
    StormError,
    ThrottledError,
    UnavailableError,
)
from addon.policy import following, membership
from addon.services import Services
from addon.sync.catch_up import CatchUp, Caught
from addon.sync.held import Held
from addon.sync.hydrate import Reader
from addon.sync.import_thread import Importer
from addon.sync.origin import look_for_answers
from addon.sync.run_imports import Imports
from addon.sync.watching import keep_watching
from addon.threads import change_thread
from storage.port import ConflictError, StoreError, TooLargeError
from storage.records import Attention, Lane, Thread

AT_ONCE = 20
"""Threads taken up before the store is asked again what waits most urgently."""
_BACK_OFF = tuple(timedelta(seconds=s) for s in (1, 2, 4, 8, 300))
"""Until the next try of one thread; the last one for all that follow."""
_NOT_YET = timedelta(seconds=10)
"""Until Gmail is asked again for what it tells of and does not have."""
_COOL_DOWN = timedelta(seconds=5)
"""A throttled mailbox rests this long where Gmail does not say."""
_COOL_DOWN_AGAIN = timedelta(seconds=64)
"""And so long where the first rest did not help: Gmail counts by the minute, and asks for no more than this."""
_PROJECT_REST = timedelta(hours=1)
_CLIENT_REST = timedelta(minutes=10)
_LONGEST_REST = timedelta(days=1)
"""However late Gmail says to come again."""

_log = logging.getLogger("addon.sync")


class Outcome(Enum):
    """How a run ended."""

    COMPLETE = "complete"
    MORE = "more"
    """Time was up."""
    LATER = "later"
    """Something did not go through and waits for another try."""
    BEHIND = "behind"
    """Gmail told of something that it does not show yet."""
    BUSY = "busy"
    OFF = "off"
    RESTING = "resting"
    """Gmail asked for a slower pace, or the mailbox needs its owner's attention."""
    FAILED = "failed"
    """The store did not answer, or a mistake of ours: the log says which."""


def run(
    sub: str, services: Services, *, until: datetime, notified: int = 0, lane: Lane = Lane.BACKFILL
) -> Outcome:
    """Catch one mailbox up; stop at `until` with everything settled so far committed.

    `notified`: the newest history id Gmail told of. `lane`: backfill is left to a turn given for that, and where
    somebody waits at the panel, so are answers to what was begun in Lever.
    """
    held = Held.claim(sub, services)
    if held is None:
        return Outcome.OFF if services.store.mailbox(sub) is None else Outcome.BUSY
    now = services.clock.now
    try:
        return _work(held, until=until, notified=notified, lane=lane)
    except (ConflictError, UnavailableError):
        # Taken over, acted upon in the panel meanwhile, or no answer: what is committed stands.
        return Outcome.LATER
    except ThrottledError as error:
        held.note(cooldown_until=min(error.until or now() + _cool_down(held), now() + _LONGEST_REST))
    except ProjectStoppedError:
        held.note(cooldown_until=now() + _PROJECT_REST)
    except StormError as error:
        held.note(cooldown_until=error.until)
    except ClientRefusedError:
        held.note(cooldown_until=now() + _CLIENT_REST)
    except AttentionError as error:
        held.note(attention=error.attention)
    finally:
        held.let_go()
    return Outcome.RESTING


def _cool_down(held: Held) -> timedelta:
    """Longer where it rested before, and no run came to its end since."""
    mailbox = held.mailbox
    rested = mailbox.cooldown_until is not None and mailbox.cooldown_until > (mailbox.last_ok_at or mailbox.since)
    return _COOL_DOWN_AGAIN if rested else _COOL_DOWN


def _work(held: Held, *, until: datetime, notified: int, lane: Lane) -> Outcome:
    if not membership.is_on(held.mailbox) or held.rests:
        return Outcome.RESTING
    consent, member = held.consent(), held.services.store.member(held.sub)
    if consent is None or member is None:
        return Outcome.OFF
    gmail = held.services.gmail.stored(consent, address=held.mailbox.address, called=held.called)
    keep_watching(held, gmail)
    catching = CatchUp(held, gmail)
    catching.bring_in_labelled()
    caught = catching.catch_up(until=until, notified=notified)
    if caught is not Caught.PARTLY:
        held.end_batch()
    if lane is not Lane.INTERACTIVE:
        look_for_answers(held, gmail, owner=member, until=until)
    reader = Importer(held=held, gmail=gmail, consent=consent, owner=member)
    return _read(held, reader, caught, newest=catching.newest, until=until, lane=lane)


def _read(held: Held, reader: Importer, caught: Caught, *, newest: int, until: datetime, lane: Lane) -> Outcome:
    store, imports = held.services.store, Imports(reader)
    if not _read_all(held, reader, imports, until=until, lane=lane):
        return Outcome.MORE
    if caught is Caught.PARTLY:
        return Outcome.MORE
    if caught is Caught.BEHIND:
        return Outcome.BEHIND
    if imports.put_off or store.pending(held.sub):
        return Outcome.LATER
    # A complete run proves access; only a missing label still wants its owner.
    label_gone = held.mailbox.attention is Attention.LABEL_GONE
    attention = Attention.LABEL_GONE if label_gone else None
    held.note(last_ok_at=held.services.clock.now(), newest=newest, attention=attention)
    return Outcome.COMPLETE


def _read_all(held: Held, reader: Importer, imports: Imports, *, until: datetime, lane: Lane) -> bool:
    """Read what is to be read, the most urgent first: one at least, however long catching up took.

    Imports are last, and between any two of their conversations is looked for what became more urgent. False
    where some is left for another turn.
    """
    store, clock = held.services.store, held.services.clock
    while True:
        threads = store.work(held.sub, now=clock.now(), limit=AT_ONCE)
        for thread in threads:
            if thread.lane is Lane.BACKFILL and lane is not Lane.BACKFILL:
                return False
            held.renew()
            _read_one(held, reader, thread)
            if clock.now() >= until:
                return False
        if threads:
            continue
        if lane is not Lane.BACKFILL and imports.has_more:
            return False
        held.renew()
        if not imports.step():
            return True
        if clock.now() >= until:
            return False


def _read_one(held: Held, reader: Reader, thread: Thread) -> None:
    """One thread that cannot be read is put off or set aside, and delays no other.

    That its reading begins is committed before it does. It counts where the thread itself is at fault, or ends the
    process; not where Gmail or the store is.
    """
    save = held.save_thread
    try:
        if following.has_failed_too_often(thread):
            save(following.set_aside(thread))
            return
        begun = save(following.begun(thread))
    except ConflictError:
        # Its owner acted on it meanwhile: the next batch has it as it is now.
        return
    try:
        reader.read(begun, now=held.services.clock.now())
    except NotYetError:
        _put_off(held, thread.id, at_fault=False, at_least=_NOT_YET)
    except (ConflictError, UnavailableError):
        _put_off(held, thread.id, at_fault=False)
    except (RefusedError, TooLargeError):
        _put_off(held, thread.id, at_fault=True)
    except (OutsideError, StoreError):
        _change(held, thread.id, following.acquitted)
        raise
    except Exception as error:  # noqa: BLE001 (one hostile message must not stop a mailbox)
        _log.error("a thread could not be read: %s", describe(error))
        _put_off(held, thread.id, at_fault=True)


def _put_off(held: Held, id: str, *, at_fault: bool, at_least: timedelta = timedelta(0)) -> None:
    now = held.services.clock.now()

    def put_off(thread: Thread) -> Thread:
        thread = thread if at_fault else following.acquitted(thread)
        if following.has_failed_too_often(thread):
            return following.set_aside(thread)
        wait = _BACK_OFF[min(thread.attempts, len(_BACK_OFF) - 1)]
        return replace(thread, attempts=thread.attempts + 1, not_before=now + max(wait, at_least))

    _change(held, id, put_off)


def _change(held: Held, id: str, change: Callable[[Thread], Thread]) -> None:
    """As it is now: its reading got some way, or its owner acted on it."""
    with suppress(ConflictError):
        change_thread(
            held.sub, id, lambda now: change(now) if now is not None and now.has_work else None, held.services
        )
