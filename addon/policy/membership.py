"""R23: who may enter, and as what, from what Google vouches for. Pure."""

from __future__ import annotations

from collections.abc import Collection

from storage.records import Member, Role


def is_internal(hd: str | None, internal_domains: Collection[str]) -> bool:
    """Google's own word for the Workspace domain counts; an address alone could be anybody's."""
    return hd is not None and hd.casefold() in internal_domains


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
