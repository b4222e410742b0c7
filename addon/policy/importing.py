"""R10, R13 and R15: what an import may search for and how far back, and what it does with what it found. Pure.

Gmail's search matches by words, so that what it finds is a hint: nothing comes in before one of the addresses
is seen to stand on the conversation exactly.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum

from addon.policy import returning
from addon.policy.admission import never_stored
from addon.policy.mail import Mail
from addon.policy.matching import Company, People, canonical, may_match, stands_for
from addon.policy.origin import is_plain
from addon.policy.retention import ENDS_IMPORT, KEEPS_IMPORT
from storage.records import (
    MOST_UNREAD,
    Found,
    Head,
    Import,
    ImportState,
    NotRead,
    Place,
    Reason,
    Thread,
    ThreadState,
    Unread,
)

BOUNDS = {"3": timedelta(days=92), "12": timedelta(days=366), "all": None}
"""How far back, by months; never short of a day, however long the months were."""
USUAL_BOUND = "12"


def since(bound: str, *, now: datetime) -> datetime | None:
    """The moment before which nothing is searched; None for no such moment. What is no bound is the usual one."""
    back = BOUNDS[bound if bound in BOUNDS else USUAL_BOUND]
    return now - back if back is not None else None


def importable(addresses: Iterable[str], *, candidate: str, people: People, company: Company) -> tuple[str, ...]:
    """Those by which mail can be this candidate's: nobody else's, no colleague's, not internal and not blocked.

    What could not bring anything in is not searched for at all.
    """
    return tuple(
        address
        for address in addresses
        if is_plain(address) and stands_for(address, candidate, people=people, company=company)
    )


# --- what was found ---------------------------------------------------------------------------------------


class Came(Enum):
    """What became of one conversation that could be read, or was known already."""

    IN = "in"
    LEFT = "left"
    LATER = "later"
    """Not known yet: somebody else is at it, or Gmail did not answer."""


Became = Came | NotRead
"""What became of one, or why it failed."""


class Step(Enum):
    """What is to be done with a thread the search gave."""

    OPEN = "open"
    OPEN_IF_ON = "open_if_on"
    """It was followed once: opened again where its stored mail has the address."""
    POINT_IF_ON = "point_if_on"
    """It is followed: it has one reason more where its stored mail has the address, and is not opened."""
    LEAVE = "leave"
    FAIL = "fail"
    WAIT = "wait"


def step(thread: Thread | None, found: Found | None, *, sub: str, who: Collection[str]) -> Step:
    """`thread`: this mailbox's record, where its owner pointed at it; `found`: the conversation it is part of.

    `who`: the keyed hashes by which a waiting thread knows the addresses.
    """
    if thread is None:
        return Step.OPEN
    if found is not None and returning.is_out(found.conversation, sub):
        return Step.LEAVE
    if thread.has_work:
        return Step.WAIT
    if thread.state is ThreadState.WAITING:
        return Step.OPEN if thread.who_keys & set(who) else Step.LEAVE
    if thread.is_aside:
        return Step.FAIL
    if found is None:
        return Step.OPEN
    return Step.POINT_IF_ON if thread.state is ThreadState.FOLLOWING else Step.OPEN_IF_ON


def is_on(mails: Iterable[Mail], addresses: Collection[str]) -> bool:
    """Whether somebody with one of the addresses takes part in mail that may be stored, exactly (R15)."""
    return any(
        address in addresses
        for mail in mails
        if never_stored(mail) is None and not mail.head.automatic
        for address in may_match(mail)
    )


def is_on_stored(heads: Iterable[Head], addresses: Collection[str]) -> bool:
    """Likewise, of mail that is stored."""
    return any(
        canonical(participant.address) in addresses
        for head in heads
        if not head.automatic
        for participant in head.participants
        if participant.place is not Place.REPLY_TO
    )


def came_by(thread: Thread, record: Import) -> bool:
    """Whether the import brought a thread in, or gave one that was followed its reason."""
    pointing = thread.reasons.get(Reason.IMPORT)
    return thread.batch == record.id or (pointing is not None and pointing.at == record.at)


# --- the record -------------------------------------------------------------------------------------------

HAS_ENDED = frozenset(ImportState) - {ImportState.RUNNING, ImportState.TAKEN_OUT}
"""What can be tried again, and undone."""


def begun(record: Import, hash: str) -> Import:
    """Before a thread is opened."""
    return replace(record, opening=hash, starts=record.starts + 1 if record.opening == hash else 1)


def acquitted(record: Import) -> Import:
    """The opening that began did not fail because of the thread."""
    return replace(record, starts=0)


def settled(record: Import, hash: str, became: Became, *, thread: str, now: datetime) -> Import:
    """With one conversation counted, what failed before no longer as that.

    Of an import that was ended meanwhile no hash is kept.
    """
    if hash in record.settled:
        return record
    unread = tuple(each for each in record.unread if each.thread != thread)
    failed = record.failed - (len(record.unread) - len(unread))
    if isinstance(became, NotRead):
        failed += 1
        unread = (*unread, Unread(thread=thread, why=became, at=now))[:MOST_UNREAD]
    counted = replace(
        record,
        taken_in=record.taken_in + (became is Came.IN),
        left_alone=record.left_alone + (became is Came.LEFT),
        failed=failed,
        unread=unread,
    )
    if record.state is not ImportState.RUNNING:
        return counted
    return replace(counted, settled=record.settled | {hash}, opening="", starts=0)


def listed(record: Import, hashes: Sequence[str]) -> Import:
    """With as many found as were counted already or are listed now."""
    return replace(record, found=len(record.settled | set(hashes)))


def ended(record: Import, state: ImportState, *, now: datetime) -> Import:
    """Hashes are kept no longer than they serve; the figures for as long as it can be undone."""
    return replace(
        record,
        state=state,
        ended_at=now,
        expires_at=now + KEEPS_IMPORT,
        settled=frozenset(),
        opening="",
        starts=0,
        unread=tuple(replace(each, again=False) for each in record.unread),
        retrying=False,
    )


def looked_at(record: Import) -> int:
    """Conversations of which it is known what became of them."""
    to_do = sum(each.again for each in record.unread)
    return record.taken_in + record.left_alone + record.failed - to_do


def to_try_again(record: Import) -> list[str]:
    return [each.thread for each in record.unread if each.again]


def again(record: Import, *, epoch: int, now: datetime) -> Import:
    """To be done once more. Of one that came to its end with all that failed known, nothing else is opened.

    Any other searches anew: what is in is found in, and only the rest is opened.
    """
    if record.state is ImportState.DONE and record.unread and len(record.unread) == record.failed:
        return _retrying(record, record.unread, epoch=epoch, now=now)
    fresh = _begun_anew(record, epoch=epoch, now=now)
    return replace(fresh, found=0, taken_in=0, left_alone=0, failed=0, unread=())


def one_again(record: Import, thread: str, *, epoch: int, now: datetime) -> Import | None:
    """To try one of those that failed once more; None where it did not, or where the others are not done."""
    wanted = [each for each in record.unread if each.thread == thread]
    if not wanted or record.state is not ImportState.DONE:
        return None
    return _retrying(record, wanted, epoch=epoch, now=now)


def _retrying(record: Import, wanted: Collection[Unread], *, epoch: int, now: datetime) -> Import:
    unread = tuple(replace(each, again=each in wanted) for each in record.unread)
    return replace(_begun_anew(record, epoch=epoch, now=now), unread=unread, retrying=True)


def _begun_anew(record: Import, *, epoch: int, now: datetime) -> Import:
    fresh = ended(record, ImportState.RUNNING, now=now)
    return replace(fresh, epoch=epoch, ended_at=None, expires_at=now + ENDS_IMPORT)
