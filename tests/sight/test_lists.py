"""R20 in lists: what a reader may not see is no row, no number and no gap in a page."""

from __future__ import annotations

import json

import pytest

from tests.cards.grammar import buttons
from tests.sight import expected
from tests.sight.conftest import Company
from tests.sight.expected import CLASSIC, SIP
from tests.sight.people import PEOPLE, Person
from tests.sight.topics import TOPICS
from tests.sight.world import Desk, desk_in

_PAGE = 10


def pages(desk: Desk, one: Person, candidate: str) -> list[list[str]]:
    """Ids of the conversations on each page of a candidate's card."""
    shown, asked = [], {"candidate": candidate}
    while True:
        there = buttons(json.loads(desk.ask(one, "actions/candidate", asked)))
        shown.append([each.parameters["conversation"] for each in there if "conversation" in each.parameters])
        more = next((each.parameters for each in there if each.text == "More"), None)
        if more is None:
            return shown
        asked = more


@pytest.mark.parametrize("policy", [SIP, CLASSIC])
def test_a_candidates_pages_list_what_the_reader_sees_and_are_full(company: Company, policy: str) -> None:
    world, wrong = company.world, []
    with desk_in(company.offices[policy], company.world) as desk:
        for one in PEOPLE:
            seen = {world.ids[topic] for topic in TOPICS if expected.reads(one, topic, policy)}
            shown = pages(desk, one, world.mara)
            if sorted(id_ for page in shown for id_ in page) != sorted(seen):
                wrong.append(f"{one}: {len(seen)} expected, {[len(page) for page in shown]} listed")
            if [page for page in shown[:-1] if len(page) != _PAGE] or (len(shown) > 1 and not shown[-1]):
                wrong.append(f"{one}: pages of {[len(page) for page in shown]}")
    assert not wrong, "\n".join(wrong)


def test_what_is_about_oneself_is_not_listed_with_whom_else_it_is_about_either(company: Company) -> None:
    world, wrong = company.world, []
    with desk_in(company.offices[SIP], company.world) as desk:
        for one in filter(lambda one: one.is_themselves, PEOPLE):
            for topic in TOPICS:
                shown = pages(desk, one, world.candidates[topic])
                if shown != [[]]:
                    wrong.append(f"{one}, {topic}: {shown}")
    assert not wrong, "\n".join(wrong)
