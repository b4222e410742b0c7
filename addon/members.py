"""Colleagues: entering by a verified identity, roles, and giving a mailbox its token."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from addon.gateways.errors import AttentionError, NotProvenError
from addon.gateways.gmail import READONLY, SendAs
from addon.gateways.google import Identity
from addon.policy import membership
from addon.policy.matching import canonical
from addon.services import Services
from storage.port import ConflictError
from storage.records import Act, Consent, Mailbox, Member, Permission, Role

_TRIES = 3


class MemberError(Exception):
    """A member cannot be changed or connected as asked; the sentence says what to do."""


def enter(identity: Identity, services: Services) -> Member | None:
    """The member a verified identity is, made on the first visit; None for an outsider."""
    for _ in range(_TRIES - 1):
        try:
            return _enter_once(identity, services)
        except ConflictError:
            continue
    return _enter_once(identity, services)


def _enter_once(identity: Identity, services: Services) -> Member | None:
    store, config = services.store, services.config
    known = store.member(identity.sub)
    internal = membership.is_internal(identity.hd, config.internal_domains)
    if not membership.may_enter(internal=internal, known=known):
        return None
    address = canonical(identity.email)
    at_home = known is not None and address in known.addresses
    holder = known if at_home else store.members_at([address]).get(address)
    role = membership.role_on_entry(
        email=identity.email,
        internal=internal,
        known=known,
        holder=holder,
        super_admins=config.super_admins,
        default=config.default_role,
    )
    if holder is not None and holder.sub != identity.sub:
        # The address passed to another person: it must not stand for two.
        store.save_member(replace(holder, addresses=holder.addresses - {address}))
    before = known or Member(sub=identity.sub, email=identity.email, role=role)
    after = replace(
        before,
        email=identity.email,
        name=identity.name or before.name,
        addresses=before.addresses | {address},
        role=role,
    )
    if after == known:
        return known
    changed_role = known is None or known.role is not role
    act = _act(identity.sub, "enter", identity.sub, services.clock.now()) if changed_role else None
    return store.save_member(after, act=act)


def set_role(
    email: str,
    role: Role,
    services: Services,
    *,
    actor: str,
    view_secret: bool | None = None,
    self_candidate: str | None = None,
) -> Member:
    """Change a member's role and rights; `self_candidate` is an address they have as a candidate (R13)."""
    member = find(email, services)
    themselves = _candidates_at(self_candidate, services) if self_candidate else frozenset()
    permissions = member.permissions
    if view_secret is not None:
        one = frozenset({Permission.VIEW_SECRET})
        permissions = permissions | one if view_secret else permissions - one
    return services.store.save_member(
        replace(
            member,
            role=role,
            permissions=permissions,
            self_candidates=member.self_candidates | themselves,
        ),
        act=_act(actor, "set-role", member.sub, services.clock.now()),
    )


def _candidates_at(address: str, services: Services) -> frozenset[str]:
    found = services.directory.find([canonical(address)]).get(canonical(address), frozenset())
    if not found:
        raise MemberError(f"No candidate has the address {address}. Import the candidate first.")
    return found


def find(email: str, services: Services) -> Member:
    """The member with an address; raises `MemberError`."""
    address = canonical(email)
    member = services.store.members_at([address]).get(address)
    if member is None:
        raise MemberError(f"{email} is no member yet: a member enters by opening the panel in Gmail once.")
    return member


def connect(email: str, refresh_token: str, services: Services, *, actor: str) -> Member:
    """Give a mailbox its token without the consent page.

    Proves what the page proves: the grant is of this very account, and holds the scope (R2, R3). Raises
    `MemberError`; nothing is stored then.
    """
    try:
        grant = services.tokens.redeem(refresh_token)
    except AttentionError:
        raise MemberError("Google does not know this refresh token (any more): make a new one.") from None
    if READONLY not in grant.scopes:
        raise MemberError(f"The grant lacks {READONLY}: consent again and leave its box ticked.")
    try:
        identity = services.verifier.person(grant.id_token or "", audience=services.config.oauth_client_id)
    except NotProvenError:
        raise MemberError("The grant does not say whose it is: it needs the scopes openid and email.") from None
    if canonical(identity.email) != canonical(email):
        raise MemberError(f"This token belongs to another account than {email}. Nothing was stored.")
    member = enter(identity, services)
    if member is None:
        raise MemberError(f"{email} is not part of {services.config.company}. Nothing was stored.")
    if member.role is Role.INTERVIEWER:
        raise MemberError(f"{email} is an interviewer, and these do not sync. Give them a role first.")
    return _open_gate(member, refresh_token, grant.scopes, services, actor=actor)


def _open_gate(
    member: Member, refresh_token: str, scopes: frozenset[str], services: Services, *, actor: str
) -> Member:
    store, now = services.store, services.clock.now()
    earlier = store.consent(member.sub)
    consent = Consent(
        sub=member.sub,
        epoch=earlier.epoch + 1 if earlier else 1,
        scopes=scopes,
        since=now,
        refresh_token=refresh_token,
    )
    member = _with_addresses(member, services.gmail.stored(consent).send_as(), services)
    store.opt_in(consent, _mailbox(member, store.mailbox(member.sub), consent), due_at=now)
    store.record(_act(actor, "connect", member.sub, now))
    return member


def _mailbox(member: Member, earlier: Mailbox | None, consent: Consent) -> Mailbox:
    """Consent given anew goes on where it ended: what came in followed threads meanwhile is not missed."""
    return Mailbox(
        sub=member.sub,
        address=member.email,
        since=consent.since,
        epoch=consent.epoch,
        cursor=earlier.cursor if earlier else None,
        label=earlier.label if earlier else None,
        secret_label=earlier.secret_label if earlier else None,
        seen_labels=earlier.seen_labels if earlier else frozenset(),
        labels_at=earlier.labels_at if earlier else None,
    )


def _with_addresses(member: Member, send_as: Iterable[SendAs], services: Services) -> Member:
    """R13: primary, aliases and verified send-as are the member's own, and never a candidate's."""
    rows = tuple(send_as)
    name = next((row.name for row in rows if row.primary and row.name), member.name)
    addresses = member.addresses | {canonical(row.address) for row in rows}
    after = replace(member, name=name, addresses=addresses)
    return member if after == member else services.store.save_member(after)


def _act(actor: str, verb: str, member: str, at: datetime) -> Act:
    return Act(actor=actor, verb=verb, subject=member, at=at)
