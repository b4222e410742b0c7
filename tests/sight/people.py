"""The colleagues: every role, with and without the right to see secrets, in every standing to a conversation."""

from __future__ import annotations

from dataclasses import dataclass

from storage.records import Role

_ROLES = {
    "super": Role.SUPER_ADMIN,
    "admin": Role.ADMIN,
    "team": Role.TEAM_MEMBER,
    "limited": Role.LIMITED_TEAM_MEMBER,
    "interviewer": Role.INTERVIEWER,
}


@dataclass(frozen=True, kw_only=True)
class Person:
    """`kind` is the role, `+v` with the right to see secrets; `standing` is explained at `STANDINGS`."""

    kind: str
    standing: str

    @property
    def email(self) -> str:
        return f"{self.kind.replace('+', '-')}-{self.standing}@acme.example"

    @property
    def sub(self) -> str:
        return f"sub-{self.email}"

    @property
    def role(self) -> Role:
        return _ROLES[self.kind.removesuffix("+v")]

    @property
    def view_secret(self) -> bool:
        return self.kind.endswith("+v")

    @property
    def is_admin(self) -> bool:
        return self.role in {Role.ADMIN, Role.SUPER_ADMIN}

    @property
    def is_interviewer(self) -> bool:
        return self.role is Role.INTERVIEWER

    @property
    def is_limited(self) -> bool:
        return self.role is Role.LIMITED_TEAM_MEMBER

    @property
    def is_themselves(self) -> bool:
        """Is the candidate it is about."""
        return self.standing == "self"

    @property
    def is_named(self) -> bool:
        """Stands in From or To of what everybody got."""
        return self.standing in {"sender", "on", "blind", "to", "out", "took", "self"}

    @property
    def takes_part(self) -> bool:
        return self.is_named or self.standing == "bcc"

    @property
    def holds(self) -> bool:
        return self.standing in {"sender", "on", "blind", "took"} or (
            self.is_themselves and self.kind in {"super", "team", "limited"}
        )

    @property
    def is_let_in(self) -> bool:
        """Their box was left ticked when it became secret, or they had none."""
        return self.takes_part and self.standing not in {"blind", "out"}

    @property
    def has_email_on(self) -> bool:
        """An interviewer was something else when their mailbox was read."""
        return (self.holds or self.standing == "none") and not self.is_interviewer

    def __str__(self) -> str:
        return f"{self.kind} {self.standing}"


STANDINGS = {
    "sender": ("team",),
    "on": ("super", "admin", "team", "limited", "interviewer"),
    "blind": ("admin", "admin+v", "team", "team+v", "limited", "limited+v", "interviewer"),
    "to": ("admin", "team", "limited"),
    "out": ("admin", "team", "limited"),
    "bcc": ("team", "limited"),
    "took": ("team", "limited"),
    "none": ("super", "admin", "admin+v", "team", "team+v", "limited", "interviewer"),
    "self": ("super", "admin", "team", "limited", "interviewer"),
}
"""Standing -> the kinds that are there in it.

on: holds it and is let in. blind: holds it, their box was unticked. to, out: the same without a copy. bcc: in Bcc
of the sender's mail. took: as on, and took their copy out. none: has it in their mailbox, and nothing to do with
it. self: as on or to, and it is about them.
"""

PEOPLE = tuple(Person(kind=kind, standing=standing) for standing, kinds in STANDINGS.items() for kind in kinds)


def person(kind: str, standing: str) -> Person:
    there = Person(kind=kind, standing=standing)
    assert there in PEOPLE, there
    return there


SENDER = person("team", "sender")
FEW = tuple(
    one
    for one in PEOPLE
    if one.standing in {"sender", "none", "took"}
    or (one.standing == "on" and not one.is_interviewer)
    or one in {person("team", "blind"), person("admin", "blind"), person("team", "self")}
)
"""Who is asked where most others would only repeat them."""
OUTSIDER = "somebody@elsewhere.example"
