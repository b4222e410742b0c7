"""R3 and R23: who may enter, and as what, and whose consent counts."""

from __future__ import annotations

from typing import Any

import pytest

from addon.policy.membership import (
    is_internal,
    is_on,
    left,
    may_enter,
    may_turn_on,
    own_addresses,
    refusal_of,
    role_on_entry,
)
from storage.records import Attention, Mailbox, Member, Refusal, Role
from tests.addon.policy.samples import ANNA, BEN, NOW, member

DOMAINS = frozenset({"acme.example", "acme.test"})
SUPER, ADMIN, LIMITED, INTERVIEWER = (
    Role.SUPER_ADMIN,
    Role.ADMIN,
    Role.LIMITED_TEAM_MEMBER,
    Role.INTERVIEWER,
)


# --- who is internal --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hd", "internal"),
    [
        ("acme.example", True),
        ("ACME.Example", True),
        ("acme.test", True),
        ("rival.example", False),
        ("mail.acme.example", False),
        ("notacme.example", False),
        ("", False),
        (None, False),
    ],
)
def test_googles_word_for_the_workspace_decides(hd: str | None, *, internal: bool) -> None:
    assert is_internal(hd, DOMAINS) is internal


def test_without_internal_domains_nobody_is_internal() -> None:
    assert not is_internal("acme.example", frozenset())


@pytest.mark.parametrize(
    ("hd", "internal", "known", "enters"),
    [
        ("acme.example", True, None, True),
        ("acme.example", True, member(), True),
        (None, False, member(), True),
        (None, False, None, False),
        ("rival.example", False, None, False),
        ("rival.example", False, member(), False),
    ],
)
def test_an_outsider_is_refused_also_where_we_knew_them(
    hd: str | None, known: Member | None, *, internal: bool, enters: bool
) -> None:
    assert may_enter(hd=hd, internal=internal, known=known) is enters


# --- with which role --------------------------------------------------------------------------------------


def entered(
    *,
    email: str = ANNA,
    known: Member | None = None,
    holder: Member | None = None,
    super_admins: tuple[str, ...] = (ANNA,),
    default: Role = Role.INTERVIEWER,
) -> Role:
    return role_on_entry(email=email, known=known, holder=holder, super_admins=super_admins, default=default)


@pytest.mark.parametrize("default", [Role.INTERVIEWER, Role.TEAM_MEMBER])
def test_a_newcomer_gets_the_role_the_company_chose(default: Role) -> None:
    assert entered(email="ben@acme.example", default=default) is default


@pytest.mark.parametrize("role", list(Role))
def test_who_is_known_keeps_the_role_they_have(role: Role) -> None:
    ben = member("ben", role)

    assert entered(email="ben@acme.example", known=ben, holder=ben) is role


def test_a_super_admin_is_the_first_account_that_comes_with_the_address() -> None:
    assert entered() is SUPER


@pytest.mark.parametrize("role", [INTERVIEWER, ADMIN, LIMITED])
def test_who_was_here_before_their_address_was_named_keeps_their_role(role: Role) -> None:
    anna = member("anna", role)

    assert entered(known=anna, holder=anna) is role


def test_another_account_with_the_address_inherits_nothing() -> None:
    first = member("first", SUPER, addresses=frozenset({ANNA}))

    assert entered(holder=first) is INTERVIEWER


def test_a_known_account_that_takes_the_address_over_inherits_nothing() -> None:
    first = member("first", SUPER, addresses=frozenset({ANNA}))
    ben = member("ben", LIMITED)

    assert entered(known=ben, holder=first) is LIMITED


def test_an_address_that_only_looks_alike_is_another() -> None:
    assert entered(email="anna@acme.example.rival.example") is INTERVIEWER
    assert entered(email="xanna@acme.example") is INTERVIEWER


# --- whose an address is (R13) ----------------------------------------------------------------------------


def owned(*told: str, others: tuple[Member, ...] = (), super_admins: tuple[str, ...] = ()) -> frozenset[str]:
    holders = {address: other for other in others for address in other.addresses}
    return own_addresses(member("anna"), told, holders=holders, super_admins=super_admins) - {ANNA}


def test_what_a_member_may_send_as_is_theirs() -> None:
    assert owned("hiring@acme.example", "anna@home.example") == {"hiring@acme.example", "anna@home.example"}


def test_who_writes_in_a_colleagues_name_is_not_that_colleague() -> None:
    assert owned(BEN, "hiring@acme.example", others=(member("ben"),)) == {"hiring@acme.example"}


def test_an_address_that_is_nobodys_own_may_be_several_members() -> None:
    ben = member("ben", addresses=frozenset({BEN, "hiring@acme.example"}))

    assert owned("hiring@acme.example", others=(ben,)) == {"hiring@acme.example"}


def test_nobody_stands_where_a_super_admin_is_still_to_come() -> None:
    assert owned("boss@acme.example", super_admins=("boss@acme.example",)) == frozenset()


def test_an_own_address_stays_also_where_it_is_a_super_admins() -> None:
    assert ANNA in own_addresses(member("anna"), [ANNA], holders={ANNA: member("anna")}, super_admins=[ANNA])


def test_what_became_a_colleagues_own_is_not_kept() -> None:
    anna = member("anna", addresses=frozenset({ANNA, BEN}))

    assert own_addresses(anna, [], holders={BEN: member("ben")}, super_admins=()) == {ANNA}


# --- whose consent counts (R3) ----------------------------------------------------------------------------

NEEDED = {"read"}
GOOD: dict[str, Any] = {
    "asked": "anna",
    "sub": "anna",
    "internal": True,
    "granted": {"openid", "read"},
    "needed": NEEDED,
}


def judged(*, who: Member | None = None, nobody: bool = False, **changed: Any) -> Refusal | None:
    return refusal_of(None if nobody else who or member("anna"), **(GOOD | changed))


def test_the_consent_of_the_member_who_asked_counts() -> None:
    assert judged() is None


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"sub": "ben"}, Refusal.OTHER_ACCOUNT),
        ({"sub": ""}, Refusal.OTHER_ACCOUNT),
        ({"internal": False}, Refusal.NOT_PERMITTED),
        ({"nobody": True}, Refusal.NOT_PERMITTED),
        ({"who": member("anna", role=Role.INTERVIEWER)}, Refusal.NOT_PERMITTED),
        ({"granted": set()}, Refusal.SCOPES_MISSING),
        ({"granted": {"openid"}}, Refusal.SCOPES_MISSING),
    ],
)
def test_any_other_does_not_and_says_why(changed: dict[str, Any], why: Refusal) -> None:
    assert judged(**changed) is why


def test_whose_it_is_comes_before_all_else() -> None:
    assert judged(sub="ben", internal=False, nobody=True, granted=set()) is Refusal.OTHER_ACCOUNT


@pytest.mark.parametrize("role", Role)
def test_everybody_but_interviewers_may_turn_email_on(role: Role) -> None:
    assert may_turn_on(member("anna", role=role)) is (role is not Role.INTERVIEWER)


def test_who_left_may_do_nothing_and_keeps_their_name() -> None:
    before = member("anna", Role.SUPER_ADMIN, view_secret=True)

    after = left(before, at=NOW)

    assert (after.role, after.permissions, after.left_at) == (Role.INTERVIEWER, frozenset(), NOW)
    assert (after.sub, after.name, after.addresses) == (before.sub, before.name, before.addresses)


@pytest.mark.parametrize("attention", [None, *Attention])
def test_consent_holds_until_access_ends_or_scopes_are_missing(attention: Attention | None) -> None:
    box = Mailbox(sub="anna", address="anna@acme.example", since=NOW, epoch=1, attention=attention)

    assert is_on(box) is (attention not in {Attention.ACCESS_ENDED, Attention.SCOPES_MISSING})
    assert is_on(None) is False
