"""Records for tests of the rules: whole ones, of which a test names what it is about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from addon.policy.mail import Mail
from addon.policy.matching import Company, People
from storage.audience import person
from storage.records import (
    Conversation,
    Found,
    Head,
    Member,
    Participant,
    Permission,
    Place,
    Pointing,
    Reason,
    Role,
    Summary,
    Thread,
    ThreadState,
)

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ANNA = "anna@acme.example"
BEN = "ben@acme.example"
JANE = "jane@people.example"
ACME = Company(internal_domains=frozenset({"acme.example"}))


def after(**parts: float) -> datetime:
    return NOW + timedelta(**parts)


def mail(
    sender: str = JANE,
    *to: str,
    cc: Iterable[str] = (),
    bcc: Iterable[str] = (),
    reply_to: Iterable[str] = (),
    name: str = "",
    automatic: bool = False,
    **fields: Any,
) -> Mail:
    """A mail from `sender`, whose display name is `name`."""
    places = (
        (Place.FROM, [sender] if sender else []),
        (Place.TO, to),
        (Place.CC, cc),
        (Place.BCC, bcc),
        (Place.REPLY_TO, reply_to),
    )
    people = tuple(
        Participant(address=address, name=name if place is Place.FROM else "", place=place)
        for place, addresses in places
        for address in addresses
    )
    known: dict[str, Any] = {
        "id": "18a0000000000001",
        "thread": "18a0000000000001",
        "labels": frozenset(),
        "accepted_at": NOW,
        "message_id": "one@people.example",
        "date": "2026-03-02T12:00:00+00:00",
        "head": Head(subject="Application", participants=people, automatic=automatic),
    }
    return Mail(**(known | fields))


def member(
    sub: str = "anna", role: Role = Role.TEAM_MEMBER, *, view_secret: bool = False, **fields: Any
) -> Member:
    known: dict[str, Any] = {
        "email": f"{sub}@acme.example",
        "addresses": frozenset({f"{sub}@acme.example"}),
        "permissions": frozenset({Permission.VIEW_SECRET} if view_secret else ()),
    }
    return Member(sub=sub, role=role, **(known | fields))


def people(*members: Member, **candidates: Iterable[str]) -> People:
    """`jane=[addresses]`: a candidate and what the directory has of them; each member by their addresses."""
    owners: dict[str, set[str]] = {}
    for candidate, addresses in candidates.items():
        for address in addresses:
            owners.setdefault(address, set()).add(candidate)
    return People(
        candidates={address: frozenset(ids) for address, ids in owners.items()},
        members={address: each for each in members for address in each.addresses},
    )


def thread(*reasons: Reason, **fields: Any) -> Thread:
    known: dict[str, Any] = {
        "state": ThreadState.FOLLOWING,
        "reasons": {reason: Pointing(by="anna", at=NOW) for reason in reasons},
        "not_before": NOW,
        "version": "1",
    }
    return Thread(sub="anna", id="t1", **(known | fields))


def found(
    *,
    holders: Iterable[str] = (),
    participants: Iterable[str] = (),
    named: Iterable[str] | None = None,
    candidates: Iterable[str] = ("jane",),
    secret_by: str | None = None,
    let_in: Iterable[str] = (),
    **fields: Any,
) -> Found:
    """A conversation about `candidates`; with `secret_by` a secret one, seen by that member and those `let_in`."""
    secret = secret_by is not None
    audience = {"s", *(person(sub) for sub in [*let_in, secret_by] if sub)} if secret else {"v"}
    conversation = Conversation(
        id="c1",
        secret=secret,
        secret_by=secret_by,
        secret_at=NOW if secret else None,
        audience=frozenset(audience),
        **fields,
    )
    summary = Summary(
        conversation="c1",
        subject="Application",
        count=3,
        last_at=NOW,
        holders=frozenset(holders),
        participants=frozenset(participants),
        named=frozenset(participants if named is None else named),
        candidates=frozenset(candidates),
    )
    return Found(conversation, summary)
