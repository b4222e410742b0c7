"""R33, row `draft`: who may begin a conversation from a candidate's card, and to which of their addresses."""

from __future__ import annotations

import pytest

from addon.policy.matching import Company
from addon.policy.writing import address_of, may_write_to
from storage.records import Candidate, Role
from tests.addon.policy.samples import ACME, BEN, member

WHOSE = {"jane@people.example": frozenset({"jane"}), "both@people.example": frozenset({"jane", "bob"})}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("has_conversations", [True, False])
def test_whoever_sees_the_candidate_writes_to_them(role: Role, has_conversations: bool) -> None:  # noqa: FBT001
    seen = role is not Role.INTERVIEWER and (role is not Role.LIMITED_TEAM_MEMBER or has_conversations)

    assert may_write_to(member("ben", role), "jane", has_conversations=has_conversations) is seen


def test_nobody_writes_to_themselves_as_a_candidate() -> None:
    admin = member("ben", Role.SUPER_ADMIN, self_candidates=frozenset({"jane"}))

    assert not may_write_to(admin, "jane", has_conversations=True)


def address(*addresses: str, company: Company = ACME) -> str | None:
    candidate = Candidate(id="jane", name="Jane", addresses=addresses)
    whose = {each: frozenset({"jane"}) for each in addresses} | WHOSE
    return address_of(candidate, whose=whose, members={BEN: member("ben")}, company=company)


@pytest.mark.parametrize(
    "first",
    [
        "both@people.example",
        BEN,
        "kim@acme.example",
        "x@blocked.example",
        'a"b@people.example',
        "jörg@people.example",
        "a b@people.example",
    ],
)
def test_an_address_that_would_not_be_followed_or_is_no_plain_one_is_passed_over(first: str) -> None:
    company = Company(internal_domains=ACME.internal_domains, blocked=frozenset({"blocked.example"}))

    assert address(first, company=company) is None
    assert address(first, "jane@people.example", company=company) == "jane@people.example"


def test_the_first_that_is_theirs_alone_is_taken() -> None:
    assert address("jane@people.example", "j@people.example") == "jane@people.example"
    assert address() is None
