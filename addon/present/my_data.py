"""What is stored from one's own mailbox, row by row: each as far as its own holder may know it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from addon.policy import acting, following, retention, visibility
from addon.policy.acting import Act, Case
from addon.present.formats import Formats
from cards.my_data import MyDataView, MyRow, Reason, RemovedLine, Shown
from cards.widgets import Verb
from storage.records import Act as Done
from storage.records import (
    ConversationState,
    Found,
    Holdings,
    Member,
    Role,
    SecretPolicy,
    Thread,
    ThreadState,
)
from storage.records import Reason as Came

_REASONS = {
    Came.LABEL: Reason.LABEL,
    Came.ASKED: Reason.ASKED,
    Came.ORIGIN: Reason.ORIGIN,
    Came.IMPORT: Reason.IMPORT,
}
_VERBS = {
    Act.SEE: Verb.CONVERSATION,
    Act.REMOVE: Verb.REMOVE,
    Act.WITHDRAW: Verb.WITHDRAW,
}


@dataclass(frozen=True, kw_only=True)
class Mine:
    """A conversation its reader holds a copy of, with their own threads in it and who opened it."""

    found: Found
    threads: Sequence[Thread]
    opened: Sequence[Done]


def my_data_view(
    mine: Iterable[Mine],
    *,
    holdings: Holdings,
    next_page: str,
    page: str,
    reader: Member,
    label: str,
    members: Mapping[str, Member],
    policy: SecretPolicy,
    formats: Formats,
    now: datetime,
) -> MyDataView:
    return MyDataView(
        conversations=holdings.conversations,
        messages=holdings.messages,
        rows=tuple(
            _row(each, reader=reader, members=members, policy=policy, formats=formats, now=now) for each in mine
        ),
        next_page=next_page,
        page=page,
        label=label,
        take_all_out=acting.may_take_all_out(reader),
    )


def _row(
    mine: Mine,
    *,
    reader: Member,
    members: Mapping[str, Member],
    policy: SecretPolicy,
    formats: Formats,
    now: datetime,
) -> MyRow:
    found = mine.found
    sees = visibility.may_see(reader, found, policy)
    reason, came = _why(mine.threads)
    case = Case(member=reader, found=found, policy=policy)
    return MyRow(
        conversation=found.conversation.id,
        shown=shown_to(reader, sees=sees),
        subject=found.summary.subject if sees else "",
        secret=found.conversation.secret,
        last=formats.date(found.summary.last_at) if sees else "",
        reason=reason,
        came=formats.date(came) if came else "",
        followed=any(thread.state is ThreadState.FOLLOWING for thread in mine.threads),
        removed=_removed(case, formats, now=now) if sees else None,
        opened_by=tuple(
            f"{members[act.actor].display_name}, {formats.date(act.at)}"
            for act in mine.opened
            if act.actor in members and visibility.knows_who_opened(reader, found)
        ),
        verbs=_verbs(case, now=now),
    )


def shown_to(reader: Member, *, sees: bool) -> Shown:
    if sees:
        return Shown.WHOLE
    return Shown.BY_ROLE if reader.role is Role.INTERVIEWER else Shown.SECRET


def _why(threads: Iterable[Thread]) -> tuple[Reason | None, datetime | None]:
    """The rule by which one of the reader's own threads came in first, whether or not it holds still."""
    pointings = [
        (pointing.at, list(_REASONS).index(came), came)
        for thread in threads
        for came, pointing in following.came_in_by(thread).items()
    ]
    if not pointings:
        return None, None
    at, _, came = min(pointings, key=lambda each: each[:2])
    return _REASONS[came], at


def _removed(case: Case, formats: Formats, *, now: datetime) -> RemovedLine | None:
    removal = case.removal
    if removal is None:
        return None
    return RemovedLine(
        on=formats.date(removal.at),
        undo_until=formats.date(removal.purge_at) if _may_undo(case, now=now) else "",
    )


def _verbs(case: Case, *, now: datetime) -> frozenset[Verb]:
    """What may be done now, and nothing that would be refused."""
    assert case.found is not None  # noqa: S101 (of what is not there is no row)
    if case.found.conversation.state is ConversationState.LIVE:
        return frozenset(verb for act, verb in _VERBS.items() if acting.may(act, case))
    return frozenset({Verb.RESTORE}) if _may_undo(case, now=now) else frozenset()


def _may_undo(case: Case, *, now: datetime) -> bool:
    removal = case.removal
    hidden = case.found is not None and case.found.conversation.state is ConversationState.REMOVED
    return (
        hidden and removal is not None and retention.can_undo(removal, now=now) and acting.may(Act.RESTORE, case)
    )
