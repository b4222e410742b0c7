"""R23: who may enter, and as what."""

from __future__ import annotations

import pytest

from addon.policy.membership import is_internal, may_enter, role_on_entry
from storage.records import Member, Role
from tests.addon.policy.samples import ANNA, member

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
