"""The box "Email" as its owner sees it: on, off, on the way, or why not; and what is asked about the label."""

from __future__ import annotations

from datetime import datetime

from addon.policy import labels, membership
from addon.present.attention import label_of, needs_attention
from addon.present.formats import Formats
from cards.consent import Refused
from cards.label_question import LabelFound, LabelNone, LabelQuestion
from cards.language import mark, say
from cards.settings import Decided, EmailOff, EmailOn, NoEmail, SettingsView
from cards.widgets import Site
from storage.records import (
    Backfill,
    ConsentRequest,
    Errand,
    Holdings,
    Mailbox,
    Member,
    Refusal,
    Role,
    SecretPolicy,
)

_REFUSED = {
    Refusal.DECLINED: Refused.DECLINED,
    Refusal.OTHER_ACCOUNT: Refused.OTHER_ACCOUNT,
    Refusal.SCOPES_MISSING: Refused.SCOPES_MISSING,
    Refusal.NOT_PERMITTED: Refused.NOT_PERMITTED,
    Refusal.GMAIL_OFF: Refused.GMAIL_OFF,
    Refusal.NO_ANSWER: Refused.NO_ANSWER,
}
_ROLES = {
    Role.SUPER_ADMIN: mark("Super Admin"),
    Role.ADMIN: mark("Admin"),
    Role.TEAM_MEMBER: mark("Team member"),
    Role.LIMITED_TEAM_MEMBER: mark("Limited team member: the conversations you hold or take part in"),
    Role.INTERVIEWER: mark("Interviewer"),
}
_POLICIES = {
    SecretPolicy.CLASSIC: mark("Admins see them"),
    SecretPolicy.SIP: mark("Super Admins and who holds the right see them"),
}
_OPEN = frozenset({Backfill.UNANSWERED, Backfill.LATER})


def off(request: ConsentRequest | None, *, now: datetime) -> tuple[bool, Refused | None]:
    """Whether Google's window may still be open, and why the last one came to nothing."""
    if request is None or request.errand is not Errand.CONSENT:
        return False, None
    if request.taken:
        return False, _REFUSED[request.refusal] if request.refusal else None
    return request.expires_at > now, None


def label_question(mailbox: Mailbox, site: Site) -> LabelQuestion | None:
    """What its owner has not said yet; working without labels is an answer, not now is none."""
    if mailbox.backfill not in _OPEN:
        return None
    label, later = label_of(mailbox, site), mailbox.backfill is Backfill.LATER
    if not labels.wants_label(mailbox):
        return LabelFound(label=label, conversations=mailbox.labelled_before, later=later)
    return None if later else LabelNone(label=label, twin=mailbox.label_twin)


def settings_view(
    member: Member,
    mailbox: Mailbox | None,
    *,
    request: ConsentRequest | None,
    holdings: Holdings,
    delegated: bool,
    decided: Decided | None,
    admins: tuple[str, ...],
    formats: Formats,
    site: Site,
    now: datetime,
) -> SettingsView:
    """`request` and `mailbox` are the member's own; `decided` is for admins, `admins` for whom they alone help."""
    waits, why = off(request, now=now)
    has_none = not mailbox and not membership.may_turn_on(member)
    return SettingsView(
        address=member.email,
        email=_on(mailbox, formats=formats, site=site, now=now)
        if mailbox
        else NoEmail(names=admins)
        if has_none
        else EmailOff(waiting=waits, refused=why),
        role=say(_ROLES[member.role]),
        conversations=holdings.conversations,
        messages=holdings.messages,
        label=label_of(mailbox, site),
        question=label_question(mailbox, site) if mailbox else None,
        delegated=delegated,
        decided=decided,
    )


def _on(mailbox: Mailbox, *, formats: Formats, site: Site, now: datetime) -> EmailOn:
    return EmailOn(
        since=formats.date(mailbox.since),
        last_ok=formats.moment(mailbox.last_ok_at, now=now) if mailbox.last_ok_at else "",
        trouble=attention.trouble if (attention := needs_attention(mailbox, site)) else None,
    )


def decided(policy: SecretPolicy, *, grace_days: int, blocked: int) -> Decided:
    return Decided(secret_policy=say(_POLICIES[policy]), grace_days=grace_days, blocked=blocked)
