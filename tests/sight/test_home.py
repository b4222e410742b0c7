"""Home of everybody, also of who is on a conversation: no more of each than its reader may see (R6, R11, R20)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace

import pytest

from storage.records import Attention
from tests.cards.grammar import Button, buttons, texts
from tests.sight import expected
from tests.sight.conftest import Company
from tests.sight.expected import CLASSIC, NO_ROLE, SIP
from tests.sight.people import PEOPLE, SENDER, Person, person
from tests.sight.rows import VISIBLE
from tests.sight.topics import TOPICS, Topic
from tests.sight.world import Desk, World, desk_in

_RECENT = 5


@dataclass(frozen=True)
class Home:
    """What is on it."""

    said: str
    there: list[Button]

    def pressed(self, verb: str, name: str) -> list[str]:
        """What the buttons of a verb carry."""
        of = [each.parameters for each in self.there if each.url.endswith(f"/{verb}")]
        return [parameters[name] for parameters in of if name in parameters]


def problems(desk: Desk, one: Person, policy: str) -> list[str]:
    """What is wrong with somebody's Home."""
    card, world = json.loads(desk.ask(one, "home")), desk.world
    home = Home("\n".join(texts(card)), buttons(card))
    if one.is_interviewer:
        return [] if NO_ROLE in home.said and not home.pressed("candidate", "candidate") else ["has a Home"]
    waits = [world.waiting[one.email]["threadId"]] if one.holds else []
    told = home.pressed("search-candidates", "thread")
    wrong = [] if told == waits and ("1 conversation waits" in home.said) == bool(waits) else [f"{told} waits"]
    return wrong + _wrong_candidates(home, world, one, policy) + _wrong_labels(home, world, one, policy)


def _wrong_candidates(home: Home, world: World, one: Person, policy: str) -> list[str]:
    allowed = {world.candidates[topic] for topic in expected.candidates_at_home(one, policy)}
    allowed |= {world.mara} if allowed else set()
    recent, wrong = home.pressed("candidate", "candidate"), []
    if not allowed.issuperset(recent) or len(recent) != min(_RECENT, len(allowed)):
        wrong.append(f"{len(recent)} candidates of {len(allowed)}, {len(set(recent) - allowed)} not to be seen")
    imported = {world.candidates[VISIBLE]} if one == SENDER else set()
    named = [topic for topic in TOPICS if f"{topic.name.title()} Case" in home.said.split("\n")]
    if not {world.candidates[topic] for topic in named} <= {*recent, *imported}:
        wrong.append(f"candidates named: {sorted(map(str, named))}")
    return wrong


def _wrong_labels(home: Home, world: World, one: Person, policy: str) -> list[str]:
    off, wrong = [topic for topic in TOPICS if expected.label_is_off_at_home(one, topic)], []
    if home.said.count("You took the label off ") != len(off):
        wrong.append(f"label off: {len(off)} expected: {home.said}")
    for verb, removes in (("remove", True), ("withdraw", False)):
        ids = {world.ids[topic] for topic in off if expected.removes(one, topic, policy) is removes}
        if set(home.pressed(verb, "conversation")) != ids:
            wrong.append(f"{verb}: {len(ids)} expected, {len(home.pressed(verb, 'conversation'))} offered")
    subjects = {topic for topic in TOPICS if f"“Subject {topic.name}”" in home.said}
    if subjects != {topic for topic in off if expected.sees(one, topic, policy)} or (
        home.said.count("Subject ") != len(subjects)
    ):
        wrong.append(f"subjects of {sorted(map(str, subjects))}: {home.said}")
    return wrong


@pytest.mark.parametrize("policy", [SIP, CLASSIC])
def test_home_leads_to_whom_and_offers_and_counts_what_its_reader_may_see(company: Company, policy: str) -> None:
    with desk_in(company.offices[policy], company.world) as desk:
        wrong = [f"{one}: {each}" for one in PEOPLE for each in problems(desk, one, policy)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("policy", [SIP, CLASSIC])
def test_an_admin_is_told_how_much_only_a_mailbox_follows_that_cannot_be_read_if_they_see_all_of_it(
    untouched: Company, policy: str
) -> None:
    office, owner, wrong = untouched.offices[policy], person("team", "on"), []
    mailbox = office.services.store.mailbox(owner.sub)
    assert mailbox is not None
    office.services.store.save_mailbox(replace(mailbox, attention=Attention.ACCESS_ENDED))
    theirs = [topic for topic in TOPICS if topic.only == owner and topic.has(owner)]
    with desk_in(office, untouched.world) as desk:
        for one in (one for one in PEOPLE if one != owner):
            said = "\n".join(texts(json.loads(desk.ask(one, "home"))))
            told = re.findall(r"Team On's mailbox has not been read since [^;.]*(?:; (\d+) conversation)?", said)
            right = [_number(one, theirs, policy)] if one.is_admin else []
            if told != right:
                wrong.append(f"{one}: {right} expected, {told}")
    assert not wrong, "\n".join(wrong)


def _number(one: Person, theirs: list[Topic], policy: str) -> str:
    """None at all where a secret may be hidden from them: less than there is would tell as much."""
    if not expected.by_role(one, policy):
        return ""
    return str(sum(expected.sees(one, topic, policy) for topic in theirs))
