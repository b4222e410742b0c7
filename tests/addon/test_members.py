"""Entering: who arrives with an open message is read together with it."""

from __future__ import annotations

import pytest

from addon import members
from addon.gateways.google import Identity
from storage.records import Role
from tests.backends import BACKENDS
from tests.cards.grammar import texts
from tests.office import ANNA, JANE, Office, mail


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
