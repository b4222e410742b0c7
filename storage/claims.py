"""Whose an address is where several members claim it, as one may send in another's name. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from storage.records import Member


def settled(claims: Iterable[tuple[str, Member]]) -> dict[str, Member]:
    """Each address with one member: whose own it is, else always the same one."""
    rising = sorted(claims, key=lambda claim: claim[1].sub, reverse=True)
    return dict(sorted(rising, key=lambda claim: claim[1].email == claim[0]))
