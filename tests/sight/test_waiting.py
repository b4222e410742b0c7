"""What waits for a candidate is its owner's alone: nobody else learns that it does, nor how much (R11, R12)."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from addon.lookups.explain import explain_to_owner
from addon.policy.explain import Answer
from tests.cards.grammar import texts
from tests.sight import expected
from tests.sight.conftest import Company
from tests.sight.expected import NO_ROLE, SIP, WAITING
from tests.sight.people import PEOPLE, Person
from tests.sight.rows import VISIBLE
from tests.sight.test_acting import NOTHING_HERE
from tests.sight.test_beside import card_beside
from tests.sight.test_own_threads import PRESSES
from tests.sight.world import NOBODY, At, Desk, desk_in


def _said(card: bytes) -> str:
    return " ".join(texts(json.loads(card)))


def test_beside_it_nobody_but_its_owner_is_told_that_it_waits(untouched: Company) -> None:
    with desk_in(untouched.offices[SIP], untouched.world) as desk:
        wrong = [problem for one in PEOPLE for problem in wrong_waiting(desk, one)]
    assert not wrong, "\n".join(wrong)


def wrong_waiting(desk: Desk, one: Person) -> list[str]:
    card = card_beside(desk, one, desk.world.waiting[one.email])
    if one.holds or one.is_interviewer:
        right = (NO_ROLE if one.is_interviewer else WAITING) in _said(card)
    else:
        right = card == card_beside(desk, one, desk.world.left_alone[one.email])
    return [] if right else [f"{one}: {_said(card)}"]


@pytest.mark.parametrize("press", PRESSES)
def test_nobody_but_its_owner_does_anything_with_it(
    untouched: Company, press: Callable[[Desk, Person, At], bytes]
) -> None:
    world, file, wrong = untouched.world, untouched.file, []
    with desk_in(untouched.offices[SIP], untouched.world) as desk:
        file.changed()
        for one in PEOPLE:
            answer = press(desk, one, world.waiting[one.email])
            changed = file.changed()
            if changed:
                file.put_back()
            if one.holds and not one.is_interviewer:
                right = NOTHING_HERE not in answer
            else:
                right = not changed and answer == press(desk, one, world.left_alone[one.email])
            if not right:
                wrong.append(str(one))
    assert not wrong, "\n".join(wrong)


def test_who_gives_a_candidate_the_address_is_told_how_many_of_their_own_wait_for_it(untouched: Company) -> None:
    world, wrong = untouched.world, []
    asked = {"candidate": world.candidates[VISIBLE], "address": NOBODY, "want": "address"}
    with desk_in(untouched.offices[SIP], untouched.world) as desk:
        for one in (one for one in PEOPLE if expected.links_addresses(one, VISIBLE, SIP)):
            said = _said(desk.ask(one, "actions/link-candidate", asked))
            told = (
                "1 waiting conversation will" if one.holds else "No conversation of yours waits for this address."
            )
            if told not in said:
                wrong.append(f"{one}: {said}")
    assert not wrong, "\n".join(wrong)


def test_explain_tells_nobody_but_its_owner(untouched: Company) -> None:
    services, wrong = untouched.offices[SIP].services, []
    for one in (one for one in PEOPLE if not one.is_interviewer):
        member = services.store.member(one.sub)
        assert member is not None
        told = explain_to_owner(member, untouched.world.waiting_id, services).answer
        if (told is Answer.NOTHING) is one.holds:
            wrong.append(f"{one}: {told}")
    assert not wrong, "\n".join(wrong)
