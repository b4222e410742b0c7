"""What its reader took out of Lever, row by row: each as far as they knew it before, and may know it now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from addon.policy import acting, retention, visibility
from addon.policy.acting import Act, Case
from addon.present.formats import Formats
from addon.present.my_data import shown_to
from cards.taken_out import TakenOutRow, TakenOutView, Undo
from cards.widgets import Site
from storage.records import Candidate, Found, Member, Removal, SecretPolicy, Withdrawal

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Out:
    """A conversation out of which its reader took something."""

    found: Found
    thread: str | None
    """Gmail's id of the reader's own thread of it."""
    about: tuple[Candidate, ...] = ()


def taken_out_view(
    outs: Iterable[Out],
    *,
    next_page: str,
    page: str,
    reader: Member,
    policy: SecretPolicy,
    formats: Formats,
    site: Site,
    now: datetime,
) -> TakenOutView:
    """The last ones of the page first; how pages follow one another tells of nobody's act."""
    last_first = sorted(outs, key=lambda each: _own(reader, each.found).at, reverse=True)
    return TakenOutView(
        rows=tuple(
            _row(each, reader=reader, policy=policy, formats=formats, site=site, now=now) for each in last_first
        ),
        next_page=next_page,
        page=page,
    )


def _row(
    out: Out, *, reader: Member, policy: SecretPolicy, formats: Formats, site: Site, now: datetime
) -> TakenOutRow:
    found, case = out.found, Case(member=reader, found=out.found, policy=policy)
    own = _own(reader, found)
    knew = visibility.would_see(reader, found, policy)
    return TakenOutRow(
        conversation=found.conversation.id,
        shown=shown_to(reader, sees=knew),
        subject=found.summary.subject if visibility.may_see(reader, found, policy) else "",
        secret=found.conversation.secret,
        about=about(out, reader=reader, policy=policy),
        for_everyone=isinstance(own, Removal),
        on=formats.date(own.at),
        undo=_undo(case, formats, now=now),
        delete_now=may_delete_now(case),
        gmail_link=site.gmail_link(reader.email, out.thread) if out.thread else "",
    )


def about(out: Out, *, reader: Member, policy: SecretPolicy) -> tuple[str, ...]:
    """Whom it is about, by name: as far as its reader would see that with their copies in it again."""
    if not visibility.would_see(reader, out.found, policy):
        return ()
    return tuple(
        candidate.name
        for candidate in out.about
        if acting.sees_candidate(reader, candidate.id, has_conversations=False)
    )


def may_delete_now(case: Case) -> bool:
    """What is out and not for good yet, where its reader may end its time (R33)."""
    hidden = case.found is not None and case.found.conversation.state in retention.CAN_COME_BACK
    return hidden and acting.may(Act.DELETE_NOW, case)


def _own(reader: Member, found: Found) -> Removal | Withdrawal:
    """By what it is on the reader's list."""
    removal = found.conversation.removal
    if removal is not None and removal.by == reader.sub:
        return removal
    return found.conversation.withdrawn[reader.sub]


def _undo(case: Case, formats: Formats, *, now: datetime) -> Undo | None:
    """None where somebody else has to undo something first, or the reader's role does not let them."""
    assert case.found is not None  # noqa: S101 (of what is not there is no row)
    gate = case.found.conversation
    out: Removal | Withdrawal | None = gate.removal or gate.withdrawn.get(case.member.sub)
    if out is None or gate.state not in retention.CAN_COME_BACK or not acting.may(Act.RESTORE, case):
        return None
    if not retention.can_undo(out, now=now):
        return Undo(days=0, until="")
    return Undo(days=-((now - out.purge_at) // _DAY), until=formats.date(out.purge_at))
