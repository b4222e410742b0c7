"""R20 in lists: what a reader may not see is no row, no number and no gap in a page."""

from __future__ import annotations

import json

import pytest

from tests.cards.grammar import buttons
from tests.sight import expected
from tests.sight.conftest import Company
from tests.sight.expected import CLASSIC, SIP
from tests.sight.people import FEW, PEOPLE, Person
from tests.sight.topics import TOPICS, UNDER
from tests.sight.world import Desk, desk_in

_PAGE = 10


def pages(desk: Desk, one: Person, candidate: str, search: str = "") -> list[list[str]]:
    """Ids of the conversations on each page of a candidate's card; of those with the words of `search`."""
    shown, asked = [], {"candidate": candidate}
    typed = {"search": [search]} if search else None
    while True:
        there = buttons(json.loads(desk.ask(one, "actions/candidate", asked, inputs=typed)))
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


@pytest.mark.parametrize("policy", [SIP, CLASSIC])
def test_a_candidates_conversations_are_found_as_they_are_listed(company: Company, policy: str) -> None:
    world, wrong = company.world, []
    hidden = [topic for topic in UNDER[policy] if topic.secret or topic.only]
    with desk_in(company.offices[policy], company.world) as desk:
        for one in PEOPLE:
            if pages(desk, one, world.mara, search="subject") != pages(desk, one, world.mara):
                wrong.append(f"{one}: other than what is listed")
            for topic in hidden if one in FEW else ():
                seen = [world.ids[topic]] if expected.reads(one, topic, policy) else []
                if pages(desk, one, world.candidates[topic], search=f"subject {topic.name}") != [seen]:
                    wrong.append(f"{one}: finds {topic}, or does not")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("policy", [SIP, CLASSIC])
def test_a_search_for_candidates_finds_those_the_reader_sees(company: Company, policy: str) -> None:
    with desk_in(company.offices[policy], company.world) as desk:
        wrong = [problem for one in PEOPLE for problem in wrong_found(desk, one, policy)]
    assert not wrong, "\n".join(wrong)


def wrong_found(desk: Desk, one: Person, policy: str) -> list[str]:
    world, wrong = desk.world, []
    seen = {world.candidates[topic] for topic in TOPICS if expected.sees_candidate(one, topic, policy)}
    for typed, right in (("case", sorted(seen)), ("mara", [] if _sees_no(one, seen) else [world.mara])):
        found = sorted(_found(desk, one, typed))
        if found != right:
            wrong.append(f"{one}, {typed}: {len(right)} expected, {len(found)} found")
    return wrong


def _sees_no(one: Person, seen: set[str]) -> bool:
    """Mara is on every mail: who sees any conversation sees her, but for herself."""
    return one.is_themselves or not seen


def _found(desk: Desk, one: Person, typed: str) -> list[str]:
    found, asked = [], {"want": "conversation"}
    while True:
        answer = desk.ask(one, "actions/search-candidates", asked, inputs={"name": [typed]})
        there = buttons(json.loads(answer))
        found += [each.parameters["candidate"] for each in there if "candidate" in each.parameters]
        more = next((each.parameters for each in there if each.text == "More"), None)
        if more is None:
            return found
        asked = more


def test_what_is_about_oneself_is_not_listed_with_whom_else_it_is_about_either(company: Company) -> None:
    world, wrong = company.world, []
    with desk_in(company.offices[SIP], company.world) as desk:
        for one in filter(lambda one: one.is_themselves, PEOPLE):
            for topic in TOPICS:
                shown = pages(desk, one, world.candidates[topic])
                if shown != [[]] or pages(desk, one, world.candidates[topic], search="subject") != [[]]:
                    wrong.append(f"{one}, {topic}: {shown}")
    assert not wrong, "\n".join(wrong)
