"""The card beside the open message: in everybody's own mailbox lies the same mail."""

from __future__ import annotations

import json

import pytest

from tests.cards.grammar import buttons, texts
from tests.sight import expected
from tests.sight.conftest import Company
from tests.sight.expected import CLASSIC, NOTHING, SIP
from tests.sight.people import PEOPLE, Person
from tests.sight.topics import UNDER, Topic
from tests.sight.world import At, Desk, desk_in

ABOUT_IT = {"conversation", "make-secret", "make-visible", "remove", "restore", "withdraw"}


def card_beside(desk: Desk, one: Person, at: At) -> bytes:
    """Its own ids taken out, which a card beside any message has."""
    answer = desk.ask(one, "message", opened=at)
    return answer.replace(at["id"].encode(), b"MESSAGE").replace(at["threadId"].encode(), b"THREAD")


def _offered(card: bytes) -> set[tuple[str, str]]:
    there = buttons(json.loads(card))
    presses = {(each.url.rpartition("/")[2], each.parameters.get("want", "")) for each in there}
    return {(verb, want) for verb, want in presses if verb in ABOUT_IT}


def problem(desk: Desk, one: Person, topic: Topic, policy: str) -> str:
    card = card_beside(desk, one, desk.world.mails[topic][one.email])
    said, kind = " ".join(texts(json.loads(card))), expected.beside(one, topic, policy)
    if kind == NOTHING and card != card_beside(desk, one, desk.world.twins[topic][one.email]):
        return f"differs from a mail that nobody brought in: {said}"
    if kind not in said:
        return f"{kind!r} expected: {said}"
    offered = expected.offered(one, topic, policy)
    if _offered(card) != offered:
        return f"{sorted(offered)} expected, offered {sorted(_offered(card))}"
    return ""


@pytest.mark.parametrize("policy", [SIP, CLASSIC])
def test_the_card_says_and_offers_what_the_reader_may_and_else_what_it_says_beside_any_mail(
    untouched: Company, policy: str
) -> None:
    wrong: list[str] = []
    with desk_in(untouched.offices[policy], untouched.world) as desk:
        for one in PEOPLE:
            asked = [topic for topic in UNDER[policy] if one in topic.whom]
            problems = {topic: problem(desk, one, topic, policy) for topic in asked}
            wrong += [f"{one}, {topic}: {problem}" for topic, problem in problems.items() if problem]
    assert not wrong, "\n".join(wrong)
