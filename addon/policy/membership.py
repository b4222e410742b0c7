"""R23: who may enter, and as what, from what Google vouches for. Pure."""

from __future__ import annotations

from collections.abc import Collection

from storage.records import Member, Role


def is_internal(hd: str | None, internal_domains: Collection[str]) -> bool:
    """Google's own word for the Workspace domain counts; an address alone could be anybody's."""
    return hd is not None and hd.casefold() in internal_domains


def may_enter(*, internal: bool, known: Member | None) -> bool:
    """Outsiders are refused; without a Workspace domain only who is known by `sub` enters."""
    return internal or known is not None


def role_on_entry(
    *,
    email: str,
    internal: bool,
    known: Member | None,
    holder: Member | None,
    super_admins: Collection[str],
    default: Role,
) -> Role:
    """The role with which somebody enters. `holder`: the member who has this address so far.

    A super admin's address binds to the first `sub` that comes with it: the same address with another `sub`
    inherits nothing.
    """
    first = holder is None or (known is not None and holder.sub == known.sub)
    if internal and email in super_admins and first:
        return Role.SUPER_ADMIN
    return known.role if known else default
