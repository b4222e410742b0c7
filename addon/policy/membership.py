"""R3 and R23: who may enter, and as what, and whose consent counts, from what Google vouches for. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from storage.records import Attention, Mailbox, Member, Permission, Refusal, Role

ENDED = frozenset({Attention.ACCESS_ENDED, Attention.SCOPES_MISSING})
"""Nothing is read, nor tried, until the owner consents anew (R6)."""


def is_internal(hd: str | None, internal_domains: Collection[str]) -> bool:
    """Google's own word for the Workspace domain counts; an address alone could be anybody's."""
    return hd is not None and hd.lower() in internal_domains


def may_enter(*, hd: str | None, internal: bool, known: Member | None) -> bool:
    """Outsiders are refused, also those we knew; without a Workspace domain only who is known by `sub` enters."""
    return internal or (hd is None and known is not None)


def role_on_entry(
    *,
    email: str,
    known: Member | None,
    holder: Member | None,
    super_admins: Collection[str],
    default: Role,
) -> Role:
    """The role with which somebody who may enter does. `holder`: the member who has this address so far.

    A super admin's address binds to the first `sub` that ever comes with it, and to no other: the same address
    with another `sub` inherits nothing, however often it comes. Whoever was here before gets roles by hand.
    """
    if known is not None:
        return known.role
    return Role.SUPER_ADMIN if email in super_admins and holder is None else default


def own_addresses(
    member: Member, told: Collection[str], *, holders: Mapping[str, Member], super_admins: Collection[str]
) -> frozenset[str]:
    """R13: a member's addresses, with those that Gmail `told` they may send as. All are canonical.

    Who writes in a colleague's name is not that colleague, and sees nothing of theirs by it: what is the own
    address of one of `holders`, or of a super admin who is still to come, stays theirs.
    """
    theirs = {address for address, other in holders.items() if other.sub != member.sub and other.email == address}
    return (member.addresses | (frozenset(told) - frozenset(super_admins))) - theirs


def may_turn_on(member: Member) -> bool:
    """R33, row `set-email`: everybody but interviewers, for themselves."""
    return member.role is not Role.INTERVIEWER


def is_on(mailbox: Mailbox | None) -> bool:
    """Whether the box is ticked and consent holds; anything else takes Google's page again."""
    return mailbox is not None and mailbox.attention not in ENDED


def is_read(mailbox: Mailbox) -> bool:
    """Whether anything of it can be read: a label that is gone is no matter of the rest."""
    return mailbox.attention in {None, Attention.LABEL_GONE}


def refusal_of(
    member: Member | None,
    *,
    asked: str,
    sub: str,
    internal: bool,
    granted: Collection[str],
    needed: Collection[str],
) -> Refusal | None:
    """R3: why a consent does not count; None where it does. Whose it is comes before what it holds.

    `asked`: the `sub` that asked; `sub`: whose consent it is; `member`: who that is here.
    """
    if sub != asked:
        return Refusal.OTHER_ACCOUNT
    if member is None or not internal or not may_turn_on(member):
        return Refusal.NOT_PERMITTED
    if not set(needed) <= set(granted):
        return Refusal.SCOPES_MISSING
    return None


def not_theirs(member: Member | None, *, asked: str, sub: str, internal: bool) -> Refusal | None:
    """Why what is stored from the mailbox of who asked is not given to who came; None where that is one person.

    Whatever their role: it is their own mail (R33, row `export-mine`). Who left has no way in any more.
    """
    if sub != asked:
        return Refusal.OTHER_ACCOUNT
    return None if member is not None and member.left_at is None and internal else Refusal.NOT_PERMITTED


def left(member: Member, *, at: datetime) -> Member:
    """Who left keeps their name beside what they did, and nothing else: an interviewer may do nothing."""
    return replace(member, role=Role.INTERVIEWER, permissions=frozenset[Permission](), left_at=at)
