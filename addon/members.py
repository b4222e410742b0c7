"""Colleagues: entering by a verified identity, roles, leaving, and giving a mailbox its token at the console."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from addon import opting
from addon.batches import pages
from addon.gateways.errors import AttentionError, NotProvenError
from addon.gateways.google import Identity
from addon.gateways.scopes import READONLY
from addon.policy import membership, visibility
from addon.policy.matching import canonical
from addon.services import Services
from storage.port import ConflictError
from storage.records import Act, Member, Opened, Permission, Role

_TRIES = 3
_AT_ONCE = 100


class MemberError(Exception):
    """A member cannot be changed or connected as asked; the sentence says what to do."""


def enter(identity: Identity, services: Services, *, opened: Opened | None = None) -> Member | None:
    """The member a verified identity is, made on the first visit; None for an outsider.

    `opened` was read with the member that identity is, so that it need not be read again.
    """
    known = opened.member if opened else services.store.member(identity.sub)
    for _ in range(_TRIES - 1):
        try:
            return _enter_once(identity, known, services)
        except ConflictError:
            known = services.store.member(identity.sub)
    return _enter_once(identity, known, services)


def _enter_once(identity: Identity, known: Member | None, services: Services) -> Member | None:
    store, config = services.store, services.config
    internal = membership.is_internal(identity.hd, config.internal_domains)
    if not membership.may_enter(hd=identity.hd, internal=internal, known=known):
        return None
    address = canonical(identity.email)
    at_home = known is not None and address in known.addresses
    holder = known if at_home else store.members_at([address]).get(address)
    role = membership.role_on_entry(
        email=identity.email,
        known=known,
        holder=holder,
        super_admins=config.super_admins,
        default=config.default_role,
    )
    # The address passed to another person: at no moment may it stand for two, nor for nobody, for then whoever
    # has it would come with it as the first one ever.
    bereft = holder if holder is not None and holder.sub != identity.sub else None
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
    return store.save_member(
        after, act=act, bereft=replace(bereft, addresses=bereft.addresses - {address}) if bereft else None
    )


def set_role(
    email: str,
    role: Role,
    services: Services,
    *,
    actor: str,
    view_secret: bool | None = None,
    self_candidate: str | None = None,
    other_candidate: str | None = None,
) -> Member:
    """Change a member's role and rights; `self_candidate` is an address they have as a candidate (R13).

    `other_candidate` is one of a candidate who is somebody else after all.
    """
    member = find(email, services)
    themselves = _candidates_at(self_candidate, services) if self_candidate else frozenset()
    others = _candidates_at(other_candidate, services) if other_candidate else frozenset()
    permissions = member.permissions
    if view_secret is not None:
        one = frozenset({Permission.VIEW_SECRET})
        permissions = permissions | one if view_secret else permissions - one
    member = services.store.save_member(
        replace(
            member,
            role=role,
            permissions=permissions,
            self_candidates=(member.self_candidates | themselves) - others,
            left_at=None,
        ),
        act=_act(actor, "set-role", member.sub, services.clock.now()),
    )
    if not membership.may_turn_on(member):
        # The role first: turned off before, Email could be on again by then.
        opting.turn_off(member, services, actor=actor)
    return member


def _candidates_at(address: str, services: Services) -> frozenset[str]:
    found = services.directory.find([canonical(address)]).get(canonical(address), frozenset())
    if not found:
        raise MemberError(f"No candidate has the address {address}. Import the candidate first.")
    return found


def find(who: str, services: Services) -> Member:
    """The member whose own address or `sub` it is; raises `MemberError`.

    Not whoever else mail in its name may come from: a role would go to the assistant who writes for somebody. Who
    lost the address to another person is found by `sub` alone.
    """
    address = canonical(who)
    member = services.store.members_at([address]).get(address) or services.store.member(who)
    if member is None:
        raise MemberError(f"{who} is no member yet: a member enters by opening the panel in Gmail once.")
    if who != member.sub and canonical(member.email) != address:
        raise MemberError(f"{who} is one more address of {member.email}: if you mean that member, say so.")
    return member


def connect(email: str, refresh_token: str, services: Services, *, actor: str) -> Member:
    """Give a mailbox its token without the consent page.

    Proves what the page proves: the grant is of this very account, and holds the scope (R2, R3). Raises
    `MemberError`; nothing is stored then.
    """
    try:
        grant = services.refreshed.redeem(refresh_token)
    except AttentionError:
        raise MemberError("Google does not know this refresh token (any more): make a new one.") from None
    if READONLY not in grant.scopes:
        raise MemberError(f"The grant lacks {READONLY}: consent again and leave its box ticked.")
    try:
        identity = services.verifier.person(grant.id_token, audience=services.config.oauth_client_id)
    except NotProvenError:
        raise MemberError("The grant does not say whose it is: it needs the scopes openid and email.") from None
    if canonical(identity.email) != canonical(email):
        raise MemberError(f"This token belongs to another account than {email}. Nothing was stored.")
    member = enter(identity, services)
    if member is None:
        raise MemberError(f"{email} is not part of {services.config.company}. Nothing was stored.")
    if not membership.may_turn_on(member):
        raise MemberError(f"{email} is an interviewer, and these do not sync. Give them a role first.")
    if not opting.turn_on(member, grant, services, actor=actor):
        raise MemberError(f"{email} lost the role meanwhile. Email is off.")
    return find(email, services)


@dataclass(frozen=True, kw_only=True)
class Offboarded:
    """What leaving came to."""

    was_on: bool
    only_theirs: tuple[str, ...]
    """Ids of secret conversations that, roles aside, nobody but they saw: a super admin still does."""


def offboard(email: str, services: Services, *, actor: str) -> Offboarded:
    """End a membership: the mailbox is shut and its token revoked; what came from it is kept.

    Raises `MemberError` for nobody we know.
    """
    member, now = find(email, services), services.clock.now()
    left = membership.left(member, at=now)
    member = services.store.save_member(left, act=_act(actor, "offboard", member.sub, now))
    was_on = opting.turn_off(member, services, actor=actor)
    return Offboarded(was_on=was_on, only_theirs=tuple(_only_theirs(member, services)))


def _only_theirs(member: Member, services: Services) -> Iterator[str]:
    for secrets in pages(lambda cursor: services.store.secrets_of(member.sub, limit=_AT_ONCE, cursor=cursor)):
        others = services.store.members_named(
            {sub for each in secrets for sub in visibility.persons(each.audience)} - {member.sub}
        )
        # An interviewer sees none, whoever let them in.
        here = {sub for sub, other in others.items() if visibility.tokens(other, services.config.secret_policy)}
        yield from (each.id for each in secrets if not visibility.persons(each.audience) & here)


def _act(actor: str, verb: str, member: str, at: datetime) -> Act:
    return Act(actor=actor, verb=verb, subject=member, at=at)
