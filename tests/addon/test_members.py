"""Entering: who arrives with an open message is read together with it; and whose an address is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from addon import members
from addon.gateways.google import Identity
from storage.port import StoreError
from storage.records import Role
from tests.backends import BACKENDS
from tests.cards.grammar import texts
from tests.office import ANNA, BEN, CARA, JANE, Office, mail


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_first_card_of_all_may_be_the_one_beside_a_message(office: Office) -> None:
    office.simulator.control.add_mailbox(ANNA, sub=f"sub-{ANNA}", name="Anna")
    at = office.deliver(mail(JANE, ANNA), ANNA)[ANNA]

    card = office.open(ANNA, at)

    assert "Your role does not use Lever in Gmail." in " ".join(texts(card))
    assert members.find(ANNA, office.services).role is Role.INTERVIEWER


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_member_who_was_changed_since_they_were_read_is_read_again(office: Office) -> None:
    member, store = office.member(ANNA), office.services.store
    opened = store.opened(member.sub, thread="t", message="m", and_member=True)
    members.set_role(ANNA, Role.ADMIN, office.services, actor="operator:test")
    renamed = Identity(sub=member.sub, email=ANNA, hd="acme.example", name="Anna Berg")

    entered = members.enter(renamed, office.services, opened=opened)

    assert entered is not None
    assert (entered.role, entered.name) == (Role.ADMIN, "Anna Berg")
    assert entered == store.member(member.sub)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("written", [0, 1])
def test_whoever_gets_a_super_admins_address_is_none_however_often_their_coming_is_cut_short(
    make_office: Callable[..., Office], monkeypatch: pytest.MonkeyPatch, written: int
) -> None:
    office = make_office(SUPER_ADMINS=ANNA)
    office.member(ANNA, Role.SUPER_ADMIN)
    other = Identity(sub="other", email=ANNA, hd="acme.example", name="Anna Other")
    left, save = [None] * written, office.services.store.save_member

    def until_it_breaks(*given: Any, **more: Any) -> Any:
        if not left:
            raise StoreError("it does not answer")
        left.pop()
        return save(*given, **more)

    with monkeypatch.context() as breaking, suppress(StoreError):
        breaking.setattr(office.services.store, "save_member", until_it_breaks)
        members.enter(other, office.services)
    entered = members.enter(other, office.services)

    assert entered is not None
    assert entered.role is Role.INTERVIEWER
    assert office.services.store.members_at([ANNA]) == {ANNA: entered}


@pytest.fixture
def assisted(make_office: Callable[..., Office]) -> Office:
    """Anna, whose sub comes first, may send mail in Ben's name."""
    office = make_office(SUPER_ADMINS="boss@acme.example")
    office.simulator.control.add_mailbox(ANNA, sub=f"sub-{ANNA}", send_as=[BEN, "boss@acme.example"])
    office.member(BEN, connected=True)
    office.member(ANNA, connected=True)
    return office


@pytest.mark.parametrize("backend", BACKENDS)
def test_who_writes_in_a_colleagues_name_sees_no_secret_of_theirs(assisted: Office) -> None:
    assisted.member(CARA, connected=True)
    jane = assisted.candidate("Jane Doe", JANE)
    assisted.simulator.control.create_label(CARA, "Lever/Secret")
    at = assisted.deliver(mail(JANE, CARA, BEN), CARA)[CARA]
    assisted.label(CARA, at["threadId"], "Lever/Secret")
    assisted.sync(CARA)

    assert len(assisted.stored(jane, BEN)) == 1
    assert assisted.stored(jane, ANNA) == []


def test_a_role_goes_to_whose_own_the_address_is_and_to_nobody_else(assisted: Office) -> None:
    members.set_role(BEN, Role.ADMIN, assisted.services, actor="operator:test")

    assert members.find(BEN, assisted.services).sub == f"sub-{BEN}"
    assert members.find(ANNA, assisted.services).role is Role.TEAM_MEMBER


def test_one_more_address_of_a_member_names_nobody_at_the_console(office: Office) -> None:
    office.simulator.control.add_mailbox(ANNA, sub=f"sub-{ANNA}", send_as=[CARA])
    office.member(ANNA, connected=True)

    with pytest.raises(members.MemberError, match=f"one more address of {ANNA}"):
        members.set_role(CARA, Role.ADMIN, office.services, actor="operator:test")


def test_who_writes_for_a_super_admin_to_come_does_not_stand_in_the_way(assisted: Office) -> None:
    boss = members.enter(Identity(sub="boss", email="boss@acme.example", hd="acme.example"), assisted.services)

    assert boss is not None
    assert boss.role is Role.SUPER_ADMIN


def test_who_lost_the_address_to_another_is_offboarded_by_sub(office: Office) -> None:
    first = office.member(ANNA, connected=True)
    second = members.enter(Identity(sub="second", email=ANNA, hd="acme.example"), office.services)

    members.offboard(first.sub, office.services, actor="operator:test")

    left = office.services.store.member(first.sub)
    assert left is not None
    assert left.left_at is not None
    assert office.services.store.mailbox(first.sub) is None
    assert members.find(ANNA, office.services) == second
