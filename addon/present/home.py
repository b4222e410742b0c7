"""Home: the caller's own mailbox in a few lines. Its figures are for its owner alone (R11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from addon.policy import ledger, retention
from addon.policy.acting import Act
from addon.present.attention import label_of, needs_attention
from addon.present.email import label_question, off
from addon.present.formats import Formats
from cards.home import HomeView, Off, On, Unread
from cards.to_do import Batch, LabelOff, OldThread, ToDo, WaitingThread
from cards.widgets import Site
from storage.records import Backfill, ConsentRequest, Mailbox, Member, Page, Thread

WEEK = timedelta(days=7)
UNCLAIMED = 5
"""Waiting threads with a row of their own; the others follow when these are done."""


def home_view(
    mailbox: Mailbox | None,
    *,
    request: ConsentRequest | None,
    unread: Sequence[tuple[Mailbox, Member | None, int | None]],
    tallies: Mapping[str, Mapping[str, int]],
    waiting: Page[Thread],
    unreadable: Page[Thread],
    label_off: Sequence[tuple[Thread, Act, str]],
    formats: Formats,
    site: Site,
    now: datetime,
) -> HomeView:
    """`request`: the caller's, where Email is off.

    `unread`: for admins, mailboxes with their owners and how many conversations only they follow, where that
    number may be told. `tallies`: this week's counters by day; `waiting`: the first page of waiting threads;
    `unreadable`: of those that are set aside. `label_off`: threads whose label came off, how what is stored of
    each can go, and its subject, where that is seen.
    """
    colleagues = tuple(_unread(*each, formats=formats) for each in unread)
    if mailbox is None:
        waits, why = off(request, now=now)
        return HomeView(status=Off(waiting=waits, refused=why), unread=colleagues)

    def week(counter: str) -> int:
        return sum(counts.get(counter, 0) for counts in tallies.values())

    renewed = mailbox.label_renewed_at
    return HomeView(
        status=needs_attention(mailbox, site) or On(since=formats.date(mailbox.since), address=mailbox.address),
        today=sum(tallies.get(day, {}).get(ledger.STORED, 0) for day in _days_of_today(formats, now=now)),
        week=week(ledger.STORED),
        left_alone=week(ledger.LEFT_ALONE),
        opened=week(ledger.OPENED),
        to_do=ToDo(
            unreadable=len(unreadable.items),
            more_unreadable=unreadable.next is not None,
            waiting=sum(not thread.offered for thread in waiting.items),
            more_waiting=waiting.next is not None,
            unclaimed=tuple(
                WaitingThread(
                    thread=thread.id,
                    pointed_on=formats.date(_pointed_at(thread)),
                    gmail_link=Site.gmail_link(mailbox.address, thread.id),
                )
                for thread in _newest(waiting.items)
            ),
            label=label_of(mailbox, site),
            label_renewed=formats.date(renewed) if renewed and now - renewed < WEEK else "",
            old=tuple(
                OldThread(
                    thread=thread.id,
                    pointed_on=formats.date(_pointed_at(thread)),
                )
                for thread in waiting.items
                if thread.offered and thread.reasons
            ),
            label_off=tuple(_label_off(*each, formats=formats) for each in label_off),
            batches=tuple(
                Batch(
                    id=each.id,
                    on=formats.date(each.at),
                    count=each.count,
                    undo_until=formats.date(each.out_until) if each.out_until else "",
                )
                for each in reversed(mailbox.batches)
                if retention.shows_batch(each, now=now)
            ),
        ),
        last_ok=formats.moment(mailbox.last_ok_at, now=now) if mailbox.last_ok_at else "",
        question=label_question(mailbox, site) if mailbox.backfill is Backfill.UNANSWERED else None,
        unread=colleagues,
    )


def _newest(waiting: Sequence[Thread]) -> list[Thread]:
    """Some that wait and are not offered; what has work is looked at anyway."""
    still = [each for each in waiting if each.reasons and not each.offered and not each.has_work]
    return sorted(still, key=lambda each: (_pointed_at(each), each.id), reverse=True)[:UNCLAIMED]


def _pointed_at(thread: Thread) -> datetime:
    return max(pointing.at for pointing in thread.reasons.values())


def _label_off(thread: Thread, act: Act, subject: str, *, formats: Formats) -> LabelOff:
    return LabelOff(
        thread=thread.id,
        conversation=thread.conversation or "",
        off_on=formats.date(thread.label_off_at) if thread.label_off_at else "",
        subject=subject,
        own_copy_only=act is Act.WITHDRAW,
    )


def _unread(mailbox: Mailbox, owner: Member | None, alone: int | None, *, formats: Formats) -> Unread:
    return Unread(
        owner=owner.display_name if owner else mailbox.address,
        since=formats.date(mailbox.last_ok_at or mailbox.since),
        alone=alone,
    )


def _days_of_today(formats: Formats, *, now: datetime) -> list[str]:
    """The ledger's days, which are UTC's, that are shown as the reader's today.

    Hours are not kept: they would tell when somebody works. So it is the day that goes on, and the one before
    where its noon was today's: rather some of yesterday evening than, west of Greenwich, none of this afternoon.
    """
    before = now - timedelta(days=1)
    noon = before.replace(hour=12, minute=0)
    days = [before, now] if formats.day(noon) == formats.day(now) else [now]
    return [day.date().isoformat() for day in days]
