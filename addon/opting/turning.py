"""On and off. Both are one commit of the store; what is told to Google comes after, and may fail."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from addon.gateways.errors import OutsideError
from addon.gateways.gmail import SendAs, StoredGmail
from addon.gateways.google import Grant
from addon.gateways.scopes import READONLY
from addon.opting.ending import end_following
from addon.opting.revoking import revoke
from addon.opting.seeding import seeded
from addon.policy import membership
from addon.policy.matching import canonical
from addon.services import Services
from storage.port import ConflictError
from storage.records import Act, Consent, Mailbox, Member, Revocation

ON, OFF = "email-on", "email-off"
"""The audit log's words."""
_TRIES = 5


def turn_on(member: Member, grant: Grant, services: Services, *, actor: str) -> bool:
    """Open a mailbox with what its owner granted, which is proven to be theirs and enough.

    False where they may not have one any more by then: it is shut again. Raises `OutsideError` where Gmail does
    not answer; nothing is stored then.
    """
    consent = _consent(member, grant.scopes, grant.refresh_token, services)
    services.tokens.keep(consent, grant)
    return _open(member, consent, services, actor=actor)


def turn_on_delegated(member: Member, services: Services, *, actor: str) -> bool:
    """Open a mailbox by the company's own key, because its owner ticked the box; likewise."""
    return _open(member, _consent(member, frozenset({READONLY}), "", services), services, actor=actor)


def _consent(member: Member, scopes: frozenset[str], refresh_token: str, services: Services) -> Consent:
    """The epoch is another at every opting in, though nothing of an earlier one is kept."""
    now = services.clock.now()
    epoch = int(now.timestamp() * 1_000_000)
    return Consent(sub=member.sub, epoch=epoch, scopes=scopes, since=now, refresh_token=refresh_token)


def _open(member: Member, consent: Consent, services: Services, *, actor: str) -> bool:
    store = services.store
    gmail = services.gmail.stored(consent, address=member.email)
    try:
        send_as = gmail.send_as()
        mailbox = _mailbox(member, store.mailbox(member.sub), consent, gmail, services)
        _keep_addresses(member.sub, send_as, services)
        act = _act(actor, ON, member.sub, consent.since)
        store.opt_in(consent, mailbox, due_at=consent.since, act=act)
    except BaseException:
        services.tokens.forget(member.sub)
        raise
    # Google took its time: who lost their role meanwhile was turned off before there was anything to turn off.
    now = store.member(member.sub)
    if now is not None and membership.may_turn_on(now):
        return True
    turn_off(member, services, actor=actor)
    return False


def _mailbox(
    member: Member, earlier: Mailbox | None, consent: Consent, gmail: StoredGmail, services: Services
) -> Mailbox:
    """Consent given anew goes on where it ended: what came in followed threads meanwhile is not missed."""
    mailbox = Mailbox(sub=member.sub, address=member.email, since=consent.since, epoch=consent.epoch)
    if earlier is None:
        end_following(member.sub, services)
        return seeded(mailbox, gmail, services)
    return replace(
        earlier,
        address=member.email,
        epoch=consent.epoch,
        attention=earlier.attention if membership.is_on(earlier) else None,
        cooldown_until=None,
        lease=None,
        watch_until=None,
        watch_asked_at=None,
    )


def _keep_addresses(sub: str, send_as: Sequence[SendAs], services: Services) -> None:
    """R13: primary, aliases and verified send-as are the member's own, and never a candidate's."""
    told = {canonical(row.address) for row in send_as}
    for _ in range(_TRIES):
        member = services.store.member(sub)
        if member is None:
            return
        name = next((row.name for row in send_as if row.primary and row.name), member.name)
        own = membership.own_addresses(
            member,
            told,
            holders=services.store.members_at(told | member.addresses),
            super_admins=services.config.super_admins,
        )
        after = replace(member, name=name, addresses=own)
        try:
            if after != member:
                services.store.save_member(after)
        except ConflictError:
            continue
        return
    raise ConflictError("The member was being changed at the same time.")


def turn_off(member: Member, services: Services, *, actor: str) -> bool:
    """Shut a mailbox at once; False where it was not on. What is stored stays.

    The gate comes first: from then on no worker stores anything. Then Gmail is asked to tell of nothing any more,
    once and whatever it answers, and the token is revoked, or waits for that.
    """
    store, now = services.store, services.clock.now()
    for _ in range(_TRIES):
        consent, mailbox = store.consent(member.sub), store.mailbox(member.sub)
        revocation = _revocation(consent, now) if consent else None
        try:
            was_on = store.opt_out(member.sub, revocation=revocation, act=_act(actor, OFF, member.sub, now))
        except ConflictError:
            continue
        end_following(member.sub, services)
        if consent is not None and mailbox is not None and mailbox.watch_until is not None:
            _stop_watching(consent, mailbox, services)
        services.tokens.forget(member.sub)
        if revocation is not None:
            revoke(revocation, services)
        return was_on
    raise ConflictError("Email was being turned on at the same time.")


def _stop_watching(consent: Consent, mailbox: Mailbox, services: Services) -> None:
    """Where it fails Gmail goes on for a week at most, and tells of a mailbox that nobody looks into."""
    with suppress(OutsideError):
        services.gmail.stored(consent, address=mailbox.address).stop()


def _revocation(consent: Consent, now: datetime) -> Revocation | None:
    if not consent.refresh_token:
        return None
    return Revocation(
        id=secrets.token_hex(16),
        sub=consent.sub,
        refresh_token=consent.refresh_token,
        since=now,
        not_before=now,
    )


def _act(actor: str, verb: str, member: str, at: datetime) -> Act:
    return Act(actor=actor, verb=verb, subject=member, at=at)
