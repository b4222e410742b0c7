"""A small share of the random histories, the same ones each time; `make soak` runs ten thousand steps."""

from __future__ import annotations

import pytest

from tests.office import ANNA, BEN, CARA, JANE
from tests.soak.company import PIA
from tests.soak.machine import Histories
from tests.soak.run import histories


@pytest.mark.parametrize("share", range(4))
def test_whatever_happens_it_is_as_a_small_model_says(share: int) -> None:
    assert histories("sqlite", None, most=3, steps=25, number=share).steps


@pytest.mark.emulator
def test_on_firestore_as_well(emulator: str) -> None:
    assert histories("firestore", emulator, most=2, steps=12, number=0).steps


def test_what_chance_seldom_brings_one_secret_of_two_that_turn_out_to_be_one_and_what_is_destroyed() -> None:
    played = Histories()
    try:
        played.begin(to={ANNA}, labelled={ANNA})
        played.a_conversation_begins(sender=JANE, to={BEN}, labelled={BEN})
        played.label(n=1, secret=True, how="poll", trouble="")
        played.two_turn_out_to_be_one(n=0)
        played.somebody_presses(verb="remove", who=ANNA, n=0, ticked=True, answered=True)
        played.time_passes(passed={"days": 31})
    finally:
        played.teardown()


def test_what_waited_long_comes_in_when_its_owner_says_so_as_secret_as_they_wished_and_who_is_let_out_is() -> None:
    played = Histories()
    try:
        played.begin(to={ANNA}, labelled={ANNA})
        played.a_conversation_begins_that_waits(sender=PIA, to={ANNA, BEN})
        played.label(n=1, secret=True, how="poll", trouble="")
        played.time_passes(passed={"days": 31})
        played.label(n=2, secret=False, how="poll", trouble="")
        played.the_directory_has_who_is_waited_for(n=0, candidate="")
        assert [(thread.who, thread.offered) for _, thread in played.model.waiting(PIA)] == [(ANNA, True)]
        played.sync_this(n=1, secret=False, how="poll")
        played.somebody_lets_in_or_out(n=0, by_maker=True, who=ANNA, ticked={CARA}, answered=True)
        assert not played.model.shown(BEN, played.model.thread(*played.nth(2))[0])
        played.consent_is_given_anew(n=2, how="pushed")
        played.a_colleague_writes(n=1, to=set(), how="pushed")
        assert played.model.shown(BEN, played.model.thread(*played.nth(2))[0])
    finally:
        played.teardown()


@pytest.mark.parametrize("verb", ["remove", "take out"])
def test_what_a_hold_keeps_beyond_its_day_comes_back_by_no_undo(verb: str) -> None:
    played = Histories()
    try:
        played.begin(to={ANNA, BEN}, labelled={ANNA, BEN})
        played.somebody_presses(verb=verb, who=BEN, n=0, ticked=True, answered=False)
        played.an_operator_holds(n=0, on=True)
        played.time_passes(passed={"days": 31})
        kept, _ = played.model.thread(*played.nth(0))
        assert not [out for out in (kept.removed, *kept.out.values()) if out and out.gone]
        played.somebody_presses(verb="undo", who=BEN, n=0, ticked=True, answered=True)
        topic, _ = played.model.thread(*played.nth(0))
        assert topic.removed or topic.out
    finally:
        played.teardown()


@pytest.mark.parametrize("at", range(0, 30, 3))
def test_removed_while_it_is_read_and_undone_all_of_it_is_there(at: int) -> None:
    played = Histories()
    try:
        played.begin(to={ANNA}, labelled=set())
        for _ in range(3):
            played.the_candidate_writes(n=0, to=set(), how="poll", trouble="")
        place = played.nth(0)
        played.company.label(place)
        remove, _ = played.act("remove", ANNA, place)
        played.run_and(remove, at)
        played.company.press(ANNA, "restore", [place])
        played.settle(lambda model: model.label(*place))
    finally:
        played.teardown()
