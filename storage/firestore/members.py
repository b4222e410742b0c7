"""Members: who works here, by `sub`, by address and by role."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from storage.claims import settled
from storage.firestore.acts import act_written
from storage.firestore.database import chunks
from storage.firestore.documents import Document, new_token, path, put
from storage.firestore.part import Part
from storage.firestore.queries import AT_ONCE, Query
from storage.moments import micros, moment
from storage.pages import page, place_of
from storage.records import Act, Member, Page, Permission, Role
from storage.sealing import storable


class Members(Part):
    """The verbs of members."""

    def member(self, sub: str) -> Member | None:
        return self.members_named([sub]).get(storable(sub))

    def members_named(self, subs: Collection[str]) -> dict[str, Member]:
        documents = self._database.get([path("members", sub) for sub in subs])
        return {each["sub"]: member_of(each) for each in documents.values()}

    def members_at(self, addresses: Collection[str]) -> dict[str, Member]:
        wanted = sorted(set(map(storable, addresses)))
        found = {
            each.sub: each
            for some in chunks(wanted, AT_ONCE)
            for each in map(
                member_of,
                self._database.query(Query(collection="members", contains_any={"addresses": some})),
            )
        }
        return settled((address, each) for each in found.values() for address in each.addresses & set(wanted))

    def members(self, *, roles: Collection[Role] = (), limit: int, cursor: str | None = None) -> Page[Member]:
        documents = self._database.query(
            Query(
                collection="members",
                among={"role": sorted(role.value for role in set(roles))} if roles else {},
                order=("email", "sub"),
                after=place_of(cursor, start=("", "")),
                limit=limit + 1,
            )
        )
        return page(
            [member_of(each) for each in documents], limit=limit, place=lambda each: (each.email, each.sub)
        )

    def save_member(self, member: Member, *, act: Act | None = None, bereft: Member | None = None) -> Member:
        mark = new_token()
        writes = [put(path("members", member.sub), {**member_fields(member), "mark": mark}, member.version)]
        if bereft is not None:
            writes.append(put(path("members", bereft.sub), member_fields(bereft), bereft.version))
        if act is not None:
            writes += act_written(self._index_key, act)
        return replace(member, version=self._database.put(writes, mark=mark))


def member_fields(member: Member) -> dict[str, Any]:
    return {
        "sub": member.sub,
        "email": member.email,
        "name": member.name,
        "addresses": member.addresses,
        "role": member.role.value,
        "permissions": frozenset(each.value for each in member.permissions),
        "self_candidates": member.self_candidates,
        "left_at": micros(member.left_at),
        "scopes_asked_at": micros(member.scopes_asked_at),
    }


def member_of(document: Document) -> Member:
    return Member(
        sub=document["sub"],
        email=document["email"],
        name=document["name"],
        addresses=document.set_of("addresses"),
        role=Role(document["role"]),
        permissions=frozenset(Permission(each) for each in document["permissions"]),
        self_candidates=document.set_of("self_candidates"),
        left_at=moment(document["left_at"]),
        scopes_asked_at=moment(document["scopes_asked_at"]),
        version=document.stamp,
    )
