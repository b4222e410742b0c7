"""Home, and what an operator is told: neither counts nor names what its reader may not see."""

from __future__ import annotations

import pytest

from addon.lookups.explain import explain_to_owner
from addon.policy.explain import Answer
from tests.addon.console.running import run
from tests.sight import expected
from tests.sight.conftest import Company
from tests.sight.expected import SIP
from tests.sight.people import PEOPLE, SENDER, Person, person
from tests.sight.topics import LIVE, PURGED, REMOVED, TOPICS, Topic

NOTHING = "Nothing of this message is in Lever.\n"


def test_home_says_to_who_is_on_nothing_what_it_said_before_anything_was_there(untouched: Company) -> None:
    office, before = untouched.offices[SIP], untouched.world.homes

    after = {one: office.answer(one.email, "home") for one in before}

    assert after == before


@pytest.mark.parametrize("one", [SENDER, person("team", "none"), person("limited", "none")], ids=str)
def test_explain_tells_an_operator_of_what_is_visible_and_nothing_of_a_secret(
    untouched: Company, one: Person
) -> None:
    said = {
        topic: run(untouched.offices[SIP], "explain", one.email, untouched.world.message_ids[topic]).output
        for topic in TOPICS
    }

    wrong = [f"{topic}: {said[topic]}" for topic in TOPICS if not _is_as_expected(said[topic], one, topic)]
    assert not wrong, "\n".join(wrong)


def _is_as_expected(said: str, one: Person, topic: Topic) -> bool:
    if topic.secret or topic.state == PURGED or (topic.only and topic.taken_out):
        return said == NOTHING
    if topic.state == REMOVED:
        return said.startswith("Removed from Lever on ")
    return said.startswith("In Lever") and ("not from this one" in said) != topic.has(one)


def test_explain_tells_the_owner_of_a_mailbox_what_they_see(untouched: Company) -> None:
    services, wrong = untouched.offices[SIP].services, []
    for one in (one for one in PEOPLE if not one.is_interviewer):
        member = services.store.member(one.sub)
        assert member is not None
        for topic in (topic for topic in TOPICS if topic.state != PURGED):
            told = explain_to_owner(member, untouched.world.message_ids[topic], services).answer
            if told not in _answers(one, topic):
                wrong.append(f"{one}, {topic}: {told}")
    assert not wrong, "\n".join(wrong)


def _answers(one: Person, topic: Topic) -> set[Answer]:
    if expected.told_only(one, topic, SIP):
        return {Answer.NO_SIGHT}
    if not expected.sees(one, topic, SIP):
        return {Answer.NOTHING}
    if topic.state != LIVE:
        return {Answer.REMOVED}
    return {Answer.STORED if topic.has(one) else Answer.ELSEWHERE}
