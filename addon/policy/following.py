"""R8, R22 and R26: what a mailbox's owner points at, and when it ends.

A thread is followed by its id, because replies do not inherit labels. Functions from a thread's record to the
next one; None for a thread nobody pointed at yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from addon.policy import returning
from storage.records import Found, Lane, Pointing, Reason, Thread, ThreadState

MOST_AWAITED = 1000
"""People one thread waits for: what goes to more of them is a mailing, and no record grows for ever."""
_ENDED_BY_UNLABELLING = frozenset({Reason.LABEL, Reason.ASKED})
MOST_STARTS = 3
"""Reads of one thread that began and did not end well, before what was to be read is set aside."""


def pointed_at(
    thread: Thread | None,
    *,
    sub: str,
    id: str,
    reason: Reason,
    now: datetime,
    lane: Lane,
) -> Thread:
    """Its owner pointed at a thread: follow it, and read it whole where it was not followed before."""
    pointing = Pointing(by=sub, at=now)
    if thread is None:
        return Thread(
            sub=sub,
            id=id,
            state=ThreadState.FOLLOWING,
            reasons={reason: pointing},
            todo_all=True,
            lane=lane,
            not_before=now,
        )
    known = thread.state is ThreadState.FOLLOWING
    # One that waits counts its days anew; what else it waited for holds on.
    reasons = {reason: pointing} | dict(thread.reasons) if known else dict(thread.reasons) | {reason: pointing}
    return replace(
        thread,
        state=ThreadState.FOLLOWING,
        reasons=reasons,
        todo_all=thread.todo_all or not known,
        lane=min(lane, thread.lane, key=lambda lane: lane.value) if thread.has_work else lane,
        not_before=thread.not_before if known else now,
        attempts=thread.attempts if known else 0,
        starts=thread.starts if known else 0,
        aside_all=thread.aside_all and known,
        aside=thread.aside if known else frozenset(),
        who_keys=frozenset(),
        offered=False,
        label_off_at=None,
    )


def labelled(
    thread: Thread | None,
    *,
    sub: str,
    id: str,
    messages: Iterable[str],
    secret: bool,
    now: datetime,
    lane: Lane,
    record: int = 0,
) -> Thread:
    """Messages of a thread got the label, or the nested secret one.

    `record`: the history record by which it was put on by hand; 0 where it came with the mail or was found on it.
    """
    pointed = pointed_at(thread, sub=sub, id=id, reason=Reason.LABEL, now=now, lane=lane)
    if record > pointed.label_record:
        # What is stored of it may be out of Lever: whether this brings it back is looked at once.
        pointed = replace(pointed, label_record=record, wished=pointed.conversation is not None)
    if not secret:
        return replace(pointed, labelled=pointed.labelled | set(messages))
    # A wish that the next whole read carries out once: made visible again later, it stays visible (R22).
    first = not pointed.labelled_secret
    return replace(
        pointed,
        labelled_secret=pointed.labelled_secret | set(messages),
        secret=pointed.secret or first,
        todo_all=pointed.todo_all or first,
    )


def imported(thread: Thread | None, *, sub: str, id: str, at: datetime, batch: str) -> Thread:
    """An import found a thread to be its candidate's; what it brings in is marked as come in by it (`batch`)."""
    pointed = pointed_at(thread, sub=sub, id=id, reason=Reason.IMPORT, now=at, lane=Lane.BACKFILL)
    begins = thread is None or thread.conversation is None
    return replace(pointed, batch=batch) if begins else pointed


def unimported(thread: Thread) -> Thread:
    """The import is undone: nothing is left of it where it was the only reason."""
    return _without(thread, frozenset({Reason.IMPORT}))


def sent_draft(thread: Thread | None, *, sub: str, id: str, secret: bool, now: datetime) -> Thread:
    """A draft that was made from a candidate's card was sent: follow its thread.

    A thread that begins with it is not read whole, for beside what was sent there may be drafts in it.
    """
    pointed = pointed_at(thread, sub=sub, id=id, reason=Reason.ORIGIN, now=now, lane=Lane.LIVE)
    first = thread is None or Reason.ORIGIN not in thread.reasons
    return replace(
        pointed,
        todo_all=pointed.todo_all and thread is not None,
        secret=pointed.secret or (secret and first),
    )


def continues(*, sub: str, id: str, secret: bool, now: datetime) -> Thread:
    """A thread nobody pointed at was proven to continue what was begun in Lever: follow it as that is."""
    pointed = pointed_at(None, sub=sub, id=id, reason=Reason.ORIGIN, now=now, lane=Lane.LIVE)
    return replace(pointed, secret=secret)


def waiting(thread: Thread, *, who: Iterable[str]) -> Thread:
    """No candidate takes part yet: wait for any of those who do, by their keyed hashes (R12)."""
    awaited = sorted(thread.who_keys | set(who))[:MOST_AWAITED]
    return replace(thread, state=ThreadState.WAITING, who_keys=frozenset(awaited))


def awaited_came(thread: Thread, *, now: datetime) -> Thread:
    """Somebody it waited for is a candidate now: read it whole, and forget who was waited for (R12)."""
    return replace(
        thread,
        state=ThreadState.FOLLOWING,
        todo_all=True,
        todo=frozenset(),
        lane=min(Lane.LIVE, thread.lane, key=lambda lane: lane.value) if thread.has_work else Lane.LIVE,
        not_before=now,
        attempts=0,
        starts=0,
        who_keys=frozenset(),
        offered=False,
    )


def unlabelled(thread: Thread, *, messages: Iterable[str], secret: bool, now: datetime) -> Thread:
    """Messages of a thread lost one of the two labels. The last one gone ends the reasons label and asked."""
    gone = set(messages)
    fewer = (
        replace(thread, labelled_secret=thread.labelled_secret - gone)
        if secret
        else replace(thread, labelled=thread.labelled - gone)
    )
    had = thread.labelled | thread.labelled_secret
    if not had & gone or fewer.labelled or fewer.labelled_secret:
        return fewer
    return _label_off(fewer, now=now)


def labelled_again(thread: Thread, *, sub: str, now: datetime) -> Thread:
    """What came in by its label is back: followed as before where the label was not taken off meanwhile."""
    if not thread.labelled and not thread.labelled_secret:
        return thread
    return pointed_at(thread, sub=sub, id=thread.id, reason=Reason.LABEL, now=now, lane=Lane.BACKFILL)


def begins_by_label(before: Thread | None, after: Thread) -> bool:
    """Whether a thread begins to be followed because somebody labelled it."""
    followed = before is not None and before.state is not ThreadState.STOPPED
    return not followed and after.state is ThreadState.FOLLOWING and Reason.LABEL in after.reasons


def is_about(thread: Thread | None, *, sub: str, id: str, candidate: str, now: datetime) -> Thread:
    """Its owner says whom a thread is about that is not in Lever: that is asking for it, too (R16)."""
    asked = pointed_at(thread, sub=sub, id=id, reason=Reason.ASKED, now=now, lane=Lane.INTERACTIVE)
    return tried_again(
        replace(asked, about=asked.about | {candidate}, todo_all=True, lane=Lane.INTERACTIVE, not_before=now),
        now=now,
    )


def is_not_about(thread: Thread, *, candidate: str, now: datetime) -> Thread:
    """Its owner takes that back. Read again it comes in for somebody else, or waits as before."""
    if candidate not in thread.about:
        return thread
    return replace(
        thread,
        about=thread.about - {candidate},
        todo_all=True,
        lane=Lane.INTERACTIVE,
        not_before=now,
    )


def settled_about(thread: Thread) -> Thread:
    """Its conversation keeps whom it is about, for every mailbox."""
    return replace(thread, about=frozenset())


def stopped(thread: Thread) -> Thread:
    """The following ends, whatever the reasons. Where the label's going had ended it before, that stays known."""
    without = _without(thread, frozenset(thread.reasons))
    return without if thread.state is ThreadState.STOPPED else replace(without, label_off_at=None)


def relabelled(
    thread: Thread, *, labelled: frozenset[str], labelled_secret: frozenset[str], now: datetime
) -> Thread:
    """What a whole read of the thread showed of its labels; none left ends as if they were taken off now."""
    seen = replace(thread, labelled=labelled, labelled_secret=labelled_secret)
    if Reason.LABEL in thread.reasons and not labelled and not labelled_secret:
        return _label_off(seen, now=now)
    return seen


def read_whole(thread: Thread, *, now: datetime, lane: Lane = Lane.BACKFILL) -> Thread:
    """What became of it only reading it tells; whatever else is to be read of it keeps its turn."""
    return replace(
        thread,
        todo_all=True,
        lane=thread.lane if thread.has_work else lane,
        not_before=thread.not_before if thread.has_work else now,
    )


def to_read(thread: Thread, messages: Iterable[str], *, now: datetime) -> Thread:
    """These messages are to be read; a thread that is read whole anyway needs no list."""
    if thread.todo_all:
        return thread
    return replace(
        thread,
        todo=thread.todo | set(messages),
        lane=thread.lane if thread.has_work else Lane.LIVE,
        not_before=thread.not_before if thread.has_work else now,
    )


def deleted(thread: Thread, message: str) -> Thread:
    """A message is gone from Gmail for good: it is not to be read any more."""
    return replace(thread, todo=thread.todo - {message}, aside=thread.aside - {message})


def begun(thread: Thread) -> Thread:
    """Before it is read: should the process end over it, that is known."""
    return replace(thread, starts=thread.starts + 1)


def acquitted(thread: Thread) -> Thread:
    """The reading that began did not fail because of the thread."""
    return replace(thread, starts=max(0, thread.starts - 1))


def has_failed_too_often(thread: Thread) -> bool:
    return thread.starts >= MOST_STARTS


def set_aside(thread: Thread) -> Thread:
    """What was to be read is not tried again by itself; what comes later is."""
    return replace(
        thread,
        aside_all=thread.aside_all or thread.todo_all or thread.wished,
        aside=thread.aside | thread.todo,
        todo_all=False,
        todo=frozenset(),
        wished=False,
        starts=0,
        attempts=0,
    )


def tried_again(thread: Thread, *, now: datetime) -> Thread:
    """What was set aside is to be read, as if it had never failed."""
    if not thread.is_aside:
        return thread
    return replace(
        thread,
        todo_all=thread.todo_all or thread.aside_all,
        todo=thread.todo | thread.aside,
        aside_all=False,
        aside=frozenset(),
        starts=0,
        attempts=0,
        lane=Lane.INTERACTIVE,
        not_before=now,
    )


def done(thread: Thread) -> Thread:
    """All that was to be read is read; read whole, that includes what was set aside."""
    whole = thread.todo_all
    return replace(
        thread,
        todo_all=False,
        todo=frozenset(),
        wished=False,
        aside_all=thread.aside_all and not whole,
        aside=frozenset() if whole else thread.aside,
        starts=0,
        attempts=0,
    )


def _label_off(thread: Thread, *, now: datetime) -> Thread:
    """Its owner is asked whether what is stored shall go too, or told why replies still come in (R26)."""
    without = _without(thread, _ENDED_BY_UNLABELLING)
    ended = without.reasons != thread.reasons and thread.state is not ThreadState.STOPPED
    return replace(without, label_off_at=now) if ended and without.conversation is not None else without


def came_in_by(thread: Thread) -> dict[Reason, Pointing]:
    """By what rule it is in Lever, whether or not it holds still; the first time that each did."""
    return _each_as_first(thread.ended, thread.reasons)


def left(thread: Thread) -> Thread:
    """What was stored of it is destroyed: why that came in is nothing to remember."""
    return replace(thread, ended={}) if thread.ended else thread


def _each_as_first(*some: Mapping[Reason, Pointing]) -> dict[Reason, Pointing]:
    first: dict[Reason, Pointing] = {}
    for reason, pointing in (pair for each in some for pair in each.items()):
        first[reason] = min(first.get(reason, pointing), pointing, key=lambda each: each.at)
    return first


def is_of_no_interest(thread: Thread) -> bool:
    """Nobody points at it any more and nothing of it is stored: the record itself would be a trace (R11)."""
    return thread.state is ThreadState.STOPPED and thread.conversation is None


def came_to_nothing(thread: Thread, found: Found) -> bool:
    """It was let in, and its following ended before any of it was stored: its record is likewise a trace."""
    is_held = returning.is_out(found.conversation, thread.sub) or thread.sub in found.summary.holders
    return thread.state is ThreadState.STOPPED and not is_held


def _without(thread: Thread, ended: frozenset[Reason]) -> Thread:
    reasons = {reason: why for reason, why in thread.reasons.items() if reason not in ended}
    if thread.conversation is not None:
        # One that joined what held before, and holds still, had brought nothing in.
        first = min((each.at for each in reasons.values()), default=None)
        gone = {
            reason: why
            for reason, why in thread.reasons.items()
            if reason in ended and (first is None or why.at < first)
        }
        thread = replace(thread, ended=_each_as_first(thread.ended, gone))
    if reasons:
        return replace(thread, reasons=reasons)
    return replace(
        thread,
        reasons={},
        state=ThreadState.STOPPED,
        # Where nothing is stored the record is a trace to forget, and a wish in it would outlive it by chance.
        secret=thread.secret and thread.conversation is not None,
        about=frozenset(),
        label_record=thread.label_record if thread.conversation is not None else 0,
        batch=thread.batch if thread.conversation is not None else "",
        todo_all=False,
        todo=frozenset(),
        starts=0,
        aside_all=False,
        aside=frozenset(),
        wished=False,
        who_keys=frozenset(),
        offered=False,
    )
