"""One run of one mailbox: claim it, look at its labels, take in the delta, read what is to be read, let it go.

Two workers never work on one mailbox: the lease keeps them apart, and its fence stops one that lost it.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum

from addon.failures import describe
from addon.gateways.errors import (
    AttentionError,
    ClientRefusedError,
    OutsideError,
    ProjectStoppedError,
    RefusedError,
    StormError,
    ThrottledError,
    UnavailableError,
)
from addon.policy import membership
from addon.services import Services
from addon.sync.catch_up import CatchUp
from addon.sync.held import Held
from addon.sync.hydrate import Reader
from storage.port import ConflictError, StoreError
from storage.records import Attention, Thread

AT_ONCE = 20
"""Threads taken up before the store is asked again what waits most urgently."""
_BACK_OFF = tuple(timedelta(seconds=s) for s in (1, 2, 4, 8, 300))
"""Until the next try of one thread; the last one for all that follow."""
_COOL_DOWN = timedelta(seconds=5)
"""A throttled mailbox rests this long where Gmail does not say."""
_PROJECT_REST = timedelta(hours=1)
_CLIENT_REST = timedelta(minutes=10)

_log = logging.getLogger("addon.sync")


class Outcome(Enum):
    """How a run ended."""

    COMPLETE = "complete"
    MORE = "more"
    """Time was up."""
    LATER = "later"
    """Something did not go through and waits for another try."""
    BUSY = "busy"
    OFF = "off"
    RESTING = "resting"
    """Gmail asked for a slower pace, or the mailbox needs its owner's attention."""


def run(sub: str, services: Services, *, until: datetime) -> Outcome:
    """Catch one mailbox up; stop at `until` with everything settled so far committed."""
    held = Held.claim(sub, services)
    if held is None:
        return Outcome.OFF if services.store.mailbox(sub) is None else Outcome.BUSY
    now = services.clock.now
    try:
        return _work(held, until=until)
    except (ConflictError, UnavailableError):
        # Taken over, acted upon in the panel meanwhile, or no answer: what is committed stands.
        return Outcome.LATER
    except ThrottledError as error:
        held.note(cooldown_until=error.until or now() + _COOL_DOWN)
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


def _work(held: Held, *, until: datetime) -> Outcome:
    services, mailbox = held.services, held.mailbox
    if not membership.is_on(mailbox):
        return Outcome.RESTING
    if mailbox.cooldown_until and mailbox.cooldown_until > services.clock.now():
        return Outcome.RESTING
    consent = services.store.consent(held.sub)
    member = services.store.member(held.sub)
    if consent is None or member is None or consent.epoch != mailbox.epoch:
        return Outcome.OFF
    gmail = services.gmail.stored(consent, address=mailbox.address, called=held.called)
    catching = CatchUp(held, gmail)
    catching.bring_in_labelled()
    catching.catch_up()
    return _read(held, Reader(held=held, gmail=gmail, consent=consent, owner=member), until=until)


def _read(held: Held, reader: Reader, *, until: datetime) -> Outcome:
    """Read what is to be read, the most urgent first."""
    store, clock = held.services.store, held.services.clock
    while threads := store.work(held.sub, now=clock.now(), limit=AT_ONCE):
        for thread in threads:
            if clock.now() >= until:
                return Outcome.MORE
            held.renew()
            _read_one(held, reader, thread)
    if store.pending(held.sub):
        return Outcome.LATER
    # A complete run proves access; only a missing label still wants its owner.
    label_gone = held.mailbox.attention is Attention.LABEL_GONE
    held.note(last_ok_at=clock.now(), attention=Attention.LABEL_GONE if label_gone else None)
    return Outcome.COMPLETE


def _read_one(held: Held, reader: Reader, thread: Thread) -> None:
    """One thread that cannot be read is put off and delays no other."""
    try:
        reader.read(thread, now=held.services.clock.now())
    except (ConflictError, RefusedError, UnavailableError):
        # Where its owner acted on it meanwhile this changes nothing, and the next batch has it as it is now.
        _put_off(held, thread)
    except (OutsideError, StoreError):
        raise
    except Exception as error:  # noqa: BLE001 (one hostile message must not stop a mailbox)
        _log.error("a thread could not be read: %s", describe(error))
        _put_off(held, thread)


def _put_off(held: Held, thread: Thread) -> None:
    wait = _BACK_OFF[min(thread.attempts, len(_BACK_OFF) - 1)]
    not_before = held.services.clock.now() + wait
    try:
        held.save_thread(replace(thread, attempts=thread.attempts + 1, not_before=not_before))
    except ConflictError:
        return
