"""What its reader took out of Lever, row by row: each as far as they knew it before, and may know it now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from addon.policy import acting, retention, visibility
from addon.policy.acting import Act, Case
from addon.present.formats import Formats
from cards.my_data import Shown
from cards.taken_out import TakenOutRow, TakenOutView, Undo
from cards.widgets import Site
from storage.records import Candidate, ConversationState, Found, Member, Removal, Role, SecretPolicy, Withdrawal

_UNDOABLE = frozenset({ConversationState.LIVE, ConversationState.REMOVED})
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
    return TakenOutView(
        rows=tuple(_row(each, reader=reader, policy=policy, formats=formats, site=site, now=now) for each in outs),
        next_page=next_page,
        page=page,
    )


def _row(
    out: Out, *, reader: Member, policy: SecretPolicy, formats: Formats, site: Site, now: datetime
) -> TakenOutRow:
    found, case = out.found, Case(member=reader, found=out.found, policy=policy)
    whole = _own_removal(reader, found)
    own = whole or visibility.took_out(reader, found)
    knew = visibility.would_see(reader, found, policy)
    return TakenOutRow(
        conversation=found.conversation.id,
        shown=_shown(reader, knew=knew),
        subject=found.summary.subject if visibility.may_see(reader, found, policy) else "",
        secret=found.conversation.secret,
        about=tuple(
            candidate.name
            for candidate in out.about
            if knew and acting.sees_candidate(reader, candidate.id, has_conversations=False)
        ),
        for_everyone=whole is not None,
        on=formats.date(own.at) if own else "",
        undo=_undo(case, formats, now=now),
        gmail_link=site.gmail_link(reader.email, out.thread) if out.thread else "",
    )


def _own_removal(reader: Member, found: Found) -> Removal | None:
    removal = found.conversation.removal
    return removal if removal is not None and removal.by == reader.sub else None


def _shown(reader: Member, *, knew: bool) -> Shown:
    if knew:
        return Shown.WHOLE
    return Shown.BY_ROLE if reader.role is Role.INTERVIEWER else Shown.SECRET


def _undo(case: Case, formats: Formats, *, now: datetime) -> Undo | None:
    """None where somebody else has to undo something first, or the reader's role does not let them."""
    assert case.found is not None  # noqa: S101 (of what is not there is no row)
    gate = case.found.conversation
    out: Removal | Withdrawal | None = gate.removal or gate.withdrawn.get(case.member.sub)
    if out is None or gate.state not in _UNDOABLE or not acting.may(Act.RESTORE, case):
        return None
    if not retention.can_undo(out, now=now):
        return Undo(days=0, until="")
    return Undo(days=-((now - out.purge_at) // _DAY), until=formats.date(out.purge_at))
