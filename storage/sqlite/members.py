"""Members: who works here, by `sub`, by address and by role."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import replace

from storage.claims import settled
from storage.moments import micros, moment
from storage.pages import page, place_of
from storage.records import Act, Member, Page, Permission, Role
from storage.sqlite.acts import write_act
from storage.sqlite.database import Session
from storage.sqlite.part import Part
from storage.sqlite.rows import Table, set_of, written_set

_MEMBERS = Table(
    name="members",
    key=("sub",),
    columns=(
        "email",
        "name",
        "addresses",
        "role",
        "permissions",
        "self_candidates",
        "left_at",
        "scopes_asked_at",
    ),
)


class Members(Part):
    """The verbs of members."""

    def member(self, sub: str) -> Member | None:
        with self._database.reading() as session:
            row = session.one("SELECT * FROM members WHERE sub = ?", (sub,))
        return member_of(row) if row else None

    def members_named(self, subs: Collection[str]) -> dict[str, Member]:
        with self._database.reading() as session:
            rows = session.among("SELECT * FROM members WHERE sub IN {among}", subs)
        return {row["sub"]: member_of(row) for row in rows}

    def members_at(self, addresses: Collection[str]) -> dict[str, Member]:
        with self._database.reading() as session:
            rows = session.among(
                """SELECT a.address, m.* FROM member_addresses a JOIN members m ON m.sub = a.sub
                   WHERE a.address IN {among}""",
                addresses,
            )
        return settled((row["address"], member_of(row)) for row in rows)

    def members(self, *, roles: Collection[Role] = (), limit: int, cursor: str | None = None) -> Page[Member]:
        after = place_of(cursor, start=("", ""))
        with self._database.reading() as session:
            rows = [
                row
                for role in set(roles)
                for row in session.all(
                    """SELECT * FROM members WHERE role = ? AND (email, sub) > (?, ?)
                       ORDER BY email, sub LIMIT ?""",
                    (role.value, *after, limit + 1),
                )
            ]
            if not roles:
                rows = session.all(
                    "SELECT * FROM members WHERE (email, sub) > (?, ?) ORDER BY email, sub LIMIT ?",
                    (*after, limit + 1),
                )
        found = sorted((member_of(row) for row in rows), key=lambda each: (each.email, each.sub))
        return page(found, limit=limit, place=lambda each: (each.email, each.sub))

    def save_member(self, member: Member, *, act: Act | None = None, bereft: Member | None = None) -> Member:
        with self._database.writing() as session:
            if bereft is not None:
                write_member(session, bereft)
            version = write_member(session, member)
            if act is not None:
                write_act(session, self._index_key, act)
        return replace(member, version=version)


def write_member(session: Session, member: Member) -> str:
    """Create or compare-and-set, found at its addresses from then on; the new version."""
    row = {
        "sub": member.sub,
        "email": member.email,
        "name": member.name,
        "addresses": written_set(member.addresses),
        "role": member.role.value,
        "permissions": written_set([each.value for each in member.permissions]),
        "self_candidates": written_set(member.self_candidates),
        "left_at": micros(member.left_at),
        "scopes_asked_at": micros(member.scopes_asked_at),
    }
    version = _MEMBERS.put(session, row, member.version)
    session.run("DELETE FROM member_addresses WHERE sub = ?", (member.sub,))
    session.many(
        "INSERT INTO member_addresses (address, sub) VALUES (?, ?)",
        [(address, member.sub) for address in member.addresses],
    )
    return version


def member_of(row: sqlite3.Row) -> Member:
    return Member(
        sub=row["sub"],
        email=row["email"],
        name=row["name"],
        addresses=set_of(row["addresses"]),
        role=Role(row["role"]),
        permissions=frozenset(Permission(each) for each in set_of(row["permissions"])),
        self_candidates=set_of(row["self_candidates"]),
        left_at=moment(row["left_at"]),
        scopes_asked_at=moment(row["scopes_asked_at"]),
        version=str(row["version"]),
    )
