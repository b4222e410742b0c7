"""My data, the file and the counts: all from one's own mailbox, as far as one may know it (R13, R20)."""

from __future__ import annotations

import io
import json
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from zipfile import ZipFile

import pytest

from addon import exporting
from tests.cards.grammar import Button, buttons, texts
from tests.office import Office, mail
from tests.sight import expected
from tests.sight.conftest import Company
from tests.sight.expected import CLASSIC, SIP
from tests.sight.people import PEOPLE, SENDER, Person, person
from tests.sight.rows import VISIBLE, May
from tests.sight.topics import LIVE, REMOVED, TOPICS
from tests.sight.world import Desk, World, desk_in

_PAGE = 10
_OFFERED: dict[str, May] = {
    "conversation": expected.reads,
    "remove": expected.removes,
    "withdraw": expected.withdraws,
    "restore": lambda one, topic, policy: topic.state == REMOVED and expected.restores(one, topic, policy),
}
_TITLES = ("Subject ", "Secret in Lever", "A conversation from your mailbox")


@dataclass(frozen=True, kw_only=True)
class Shown:
    """All pages of My data."""

    pages: list[list[str]]
    """The titles of the rows."""
    said: str
    there: list[Button]

    def offered(self, verb: str) -> set[str]:
        pressed = [each for each in self.there if each.url.endswith(f"/{verb}")]
        return {each.parameters["conversation"] for each in pressed if "conversation" in each.parameters}


def _my_data(desk: Desk, one: Person, want: str = "") -> Shown:
    pages: list[list[str]] = []
    said: list[str] = []
    there: list[Button] = []
    asked = {"want": want} if want else {}
    while True:
        card = json.loads(desk.ask(one, "actions/my-data", asked))
        pages.append([text.partition("\n")[0] for text in texts(card) if text.startswith(_TITLES)])
        said += texts(card)
        there += buttons(card)
        more = next((each for each in buttons(card) if each.text == "More"), None)
        if more is None:
            return Shown(pages=pages, said="\n".join(said), there=there)
        asked = dict(more.parameters)


def _sum(one: Person) -> str:
    here = [topic for topic in TOPICS if expected.held(one, topic)]
    # Of the one that was two, these hold both mails; what is out is stored for as long as it can come back.
    both = one in {SENDER, person("team", "on")}
    conversations, messages = len(here), len(here) + both + sum(topic.is_out_for(one) for topic in TOPICS)
    if not here:
        return "Nothing from your mailbox is in Lever."
    return f"{_many(conversations, 'conversation')}, {_many(messages, 'message')}."


def _many(number: int, of: str) -> str:
    return f"{number} {of}{'' if number == 1 else 's'}"


@pytest.mark.parametrize("policy", [SIP, CLASSIC])
def test_my_data_has_a_row_and_its_ways_out_for_what_one_holds_and_nothing_of_what_is_about_oneself(
    company: Company, policy: str
) -> None:
    with desk_in(company.offices[policy], company.world) as desk:
        wrong = [problem for one in PEOPLE for problem in wrong_rows(desk, one, policy)]
    assert not wrong, "\n".join(wrong)


def wrong_rows(desk: Desk, one: Person, policy: str) -> list[str]:
    wrong, here = [], [topic for topic in TOPICS if expected.held(one, topic)]
    shown, titles = _my_data(desk, one), Counter(expected.titled(one, topic, policy) for topic in here)
    if Counter(title for page in shown.pages for title in page) != titles:
        wrong.append(f"{one}: {titles} expected, {shown.pages}")
    if [page for page in shown.pages[:-1] if len(page) != _PAGE]:
        wrong.append(f"{one}: pages of {[len(page) for page in shown.pages]}")
    if _sum(one) not in shown.said:
        wrong.append(f"{one}: {_sum(one)!r} expected: {shown.said}")
    for verb, may in _OFFERED.items():
        ids = {desk.world.ids[topic] for topic in here if may(one, topic, policy)}
        if shown.offered(verb) != ids:
            wrong.append(f"{one}, {verb}: {len(ids)} expected, {len(shown.offered(verb))} offered")
    return wrong


@pytest.mark.parametrize("policy", [SIP, CLASSIC])
def test_taken_out_has_a_row_and_its_buttons_for_what_one_took_out_oneself_and_nothing_of_anybody_elses(
    company: Company, policy: str
) -> None:
    world, wrong, rows = company.world, [], 0
    with desk_in(company.offices[policy], company.world) as desk:
        for one in PEOPLE:
            shown = _my_data(desk, one, "taken-out")
            here = [topic for topic in TOPICS if expected.has_taken_out(one, topic)]
            rows += len(here)
            titles = Counter(expected.titled_as_out(one, topic, policy) for topic in here)
            if Counter(title for page in shown.pages for title in page) != titles:
                wrong.append(f"{one}: {titles} expected, {shown.pages}")
            deletes = {topic for topic in here if expected.deletes_now(one, topic, policy)}
            for verb, topics in {
                "restore": {topic for topic in here if expected.restores(one, topic, policy)},
                "remove": {topic for topic in deletes if topic.state == REMOVED},
                "withdraw": {topic for topic in deletes if topic.state != REMOVED},
            }.items():
                if shown.offered(verb) != {world.ids[topic] for topic in topics}:
                    wrong.append(f"{one}, {verb}: {len(topics)} expected, {len(shown.offered(verb))} offered")
    assert not wrong, "\n".join(wrong)
    assert rows > len(TOPICS) // 2


@pytest.mark.parametrize("policy", [SIP, CLASSIC])
def test_the_file_has_what_its_owner_reads_the_number_of_the_rest_and_nothing_of_what_is_about_them(
    untouched: Company, policy: str
) -> None:
    office, world = untouched.offices[policy], untouched.world
    wrong = [problem for one in PEOPLE for problem in wrong_file(office, world, one, policy)]
    assert not wrong, "\n".join(wrong)


def wrong_file(office: Office, world: World, one: Person, policy: str) -> list[str]:
    member, wrong = office.services.store.member(one.sub), []
    assert member is not None
    with ZipFile(io.BytesIO(b"".join(exporting.begin(member, office.services)))) as file:
        told, mbox = json.loads(file.read("data.json")), file.read("mail.mbox").decode()
    here = [topic for topic in TOPICS if expected.held(one, topic)]
    seen = [topic for topic in here if expected.sees(one, topic, policy)]
    read = {topic for topic in seen if topic.state == LIVE}
    left = {"not_shown": len(here) - len(seen), "removed": len(seen) - len(read)}
    if {each["conversation"] for each in told["conversations"]} != {world.ids[topic] for topic in read}:
        wrong.append(f"{one}: {len(read)} expected, {len(told['conversations'])} in the file")
    if {topic for topic in TOPICS if f"Subject: Subject {topic.name}\n" in mbox} != read:
        wrong.append(f"{one}: other mail in the file")
    if told["left_out"] != {why: number for why, number in left.items() if number}:
        wrong.append(f"{one}: {left} expected, {told['left_out']}")
    return wrong


def test_beside_what_is_about_oneself_another_conversation_is_the_only_one_there_is(untouched: Company) -> None:
    office, world, one = untouched.offices[SIP], untouched.world, person("team", "self")
    other = mail(VISIBLE.address, one.email, subject="Subject of something else")
    office.label(one.email, office.deliver(other, one.email)[one.email]["threadId"])
    office.sync(one.email)

    with desk_in(office, world) as desk:
        shown = _my_data(desk, one)

    assert shown.pages == [["Subject of something else"]]
    assert "1 conversation, 1 message." in shown.said


def test_no_count_of_what_one_holds_counts_what_is_about_oneself(untouched: Company) -> None:
    said, none_left = {}, "Nothing in Lever came from your mailbox."
    with desk_in(untouched.offices[SIP], untouched.world) as desk:
        for one in (one for one in PEOPLE if one.is_themselves and not one.is_interviewer):
            asked = (("settings", ""), ("set-email", "off"), ("withdraw", "all"))
            said[one] = " ".join(
                text
                for verb, want in asked
                for text in texts(json.loads(desk.ask(one, f"actions/{verb}", {"want": want})))
                # Home, behind the last notice, counts what they synced themselves and what waits.
                if verb != "withdraw" or text == none_left
            )
    wrong = [f"{one}: {text}" for one, text in said.items() if _counts(text) or none_left not in text]
    assert not wrong, "\n".join(wrong)


def _counts(said: str) -> list[str]:
    """Numbers of conversations or messages that are not nought."""
    counted = [n for n, of in pairwise(said.split()) if of.startswith(("conversation", "message"))]
    return [n for n in counted if n.isdigit() and n != "0"]
