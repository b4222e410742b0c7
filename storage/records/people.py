"""Who uses Lever, and whom it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


class Role(Enum):
    """A colleague's role; what each sees is `addon.policy.visibility`, what each may do `addon.policy.acting`."""

    SUPER_ADMIN = "super_admin"
    ADMIN = "admin"
    TEAM_MEMBER = "team_member"
    LIMITED_TEAM_MEMBER = "limited_team_member"
    INTERVIEWER = "interviewer"


class SecretPolicy(Enum):
    """Who beside its own people sees a secret conversation: admins, or holders of `view_secret`."""

    CLASSIC = "classic"
    SIP = "sip"


class Permission(Enum):
    """A right that a role does not give by itself."""

    VIEW_SECRET = "view_secret"  # noqa: S105 (a permission's name, not a password)


@dataclass(frozen=True, kw_only=True)
class Member:
    """A colleague, keyed by Google's `sub`: an address may pass to another person, a `sub` never does."""

    sub: str
    email: str
    name: str = ""
    addresses: frozenset[str] = frozenset()
    """Canonical addresses: primary, aliases, verified send-as. Never matched as a candidate's."""
    role: Role
    permissions: frozenset[Permission] = frozenset()
    self_candidates: frozenset[str] = frozenset()
    """Candidates that are this very person; nothing about them is ever shown to this member."""
    left_at: datetime | None = None
    """When an operator ended this membership; whoever left enters no more until given a role anew."""
    scopes_asked_at: datetime | None = None
    """When Google was last made to ask for a permission in the panel, and the press that follows is to come."""
    version: str = ""

    @property
    def display_name(self) -> str:
        """The name where Google told us one, else the address."""
        return self.name or self.email


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A person in the directory. `addresses` are canonical; `external_id` is the id in the system of record."""

    id: str
    name: str = field(repr=False)
    addresses: tuple[str, ...] = field(default=(), repr=False)
    headline: str = field(default="", repr=False)
    stage: str = field(default="", repr=False)
    owner: str = field(default="", repr=False)
    url: str = field(default="", repr=False)
    external_id: str = ""
    to_wake: bool = False
    """Threads that wait for one of its addresses are still to be woken (R12)."""
    linked: tuple[str, ...] = field(default=(), repr=False)
    """Those of `addresses` that members said are theirs: the system of record does not know of them (R16)."""
    leaving: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Addresses that came by hand and were taken away again -> `sub` of who did it, until what came by them alone
    is not about the candidate any more (R16)."""
    version: str = ""

    @property
    def to_do(self) -> bool:
        """Something that follows from a change of its addresses is still to be done."""
        return self.to_wake or bool(self.leaving)
