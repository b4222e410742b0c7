"""R15, R16, R23: who is suggested, who is found by name, and whom a member may choose.

What is stored is asked of both stores by their contract; here it is one of them.
"""

from __future__ import annotations

import pytest

from storage.records import Role
from tests.cards.grammar import buttons, links, texts
from tests.journeys.linking import found_names, offered, says, subjects, waiting
from tests.office import ANNA, BEN, CARA, JANE, Office, mail

OTHER = "jane.doe@home.example"
AGENCY = "rita@agency.example"


@pytest.fixture
def backend() -> str:
    return "sqlite"


# --- who it may be ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sender", "answers_to", "reason"),
    [
        (f"Jane Doe <{OTHER}>", "", f"Same name, other address: {OTHER}."),
        (
            "jane+work@people.example",
            "",
            "Same address but for what stands behind the plus: jane+work@people.example.",
        ),
        (
            "x7@board.example",
            JANE,
            "Answers to x7@board.example go to this person.",
        ),
    ],
)
def test_who_looks_like_a_candidate_is_only_suggested(
    anna: Office, sender: str, answers_to: str, reason: str
) -> None:
    written = mail(sender, ANNA)
    if answers_to:
        written["Reply-To"] = answers_to
    at = waiting(anna, written)

    card = anna.open(ANNA, at)

    assert "Is this Jane Doe?" in says(card)
    assert reason in says(card)
    assert "1 waiting conversation will come in." in says(card)
    assert anna.stored(anna.jane(), ANNA) == []

    anna.press(ANNA, card, "Yes, add this address", opened=at)
    anna.sync(ANNA)

    assert len(anna.stored(anna.jane(), ANNA)) == 1
    assert len(anna.jane().linked) == 1


def test_only_this_conversation_adds_no_address(anna: Office) -> None:
    at = waiting(anna, mail(f"Jane Doe <{OTHER}>", ANNA))

    anna.press(ANNA, anna.open(ANNA, at), "Only this conversation", opened=at)
    anna.sync(ANNA)

    assert len(anna.stored(anna.jane(), ANNA)) == 1
    assert anna.jane().addresses == (JANE,)


def test_a_no_is_remembered_for_that_conversation_and_no_other(anna: Office) -> None:
    at = anna.deliver(mail(f"Jane Doe <{OTHER}>", ANNA), ANNA)[ANNA]
    other = anna.deliver(mail(f"Jane Doe <{OTHER}>", ANNA), ANNA)[ANNA]

    after = anna.press(ANNA, anna.open(ANNA, at), "No", opened=at)
    anna.clock.pass_time(days=60)
    anna.services.store.expire_looks(now=anna.clock.now())

    assert "Is this Jane Doe?" not in says(after)
    assert "Is this Jane Doe?" not in says(anna.open(ANNA, at))
    assert "Is this Jane Doe?" in says(anna.open(ANNA, other))
    assert anna.thread(ANNA, at) is None


def test_whom_a_shared_address_means_is_asked_once(anna: Office) -> None:
    ada = anna.candidate("Ada Lee", "us@family.example")
    bob = anna.candidate("Bob Lee", "us@family.example")
    first = mail("us@family.example", ANNA)
    at = waiting(anna, first)
    card = anna.open(ANNA, at)

    [_, this] = [each for each in buttons(card) if each.text == "This one"]
    anna.press_button(ANNA, this, opened=at)
    anna.sync(ANNA)
    anna.deliver(mail("us@family.example", ANNA, reply_to=first), ANNA)
    anna.sync(ANNA)

    assert "Whom is it about?" in says(card)
    assert anna.stored(ada, ANNA) == []
    [found] = anna.stored(bob, ANNA)
    assert found.summary.count == 2
    assert "Whom is it about?" not in says(anna.open(ANNA, at))


def test_a_limited_member_chooses_among_those_who_share_an_address(anna: Office) -> None:
    anna.member(BEN, Role.LIMITED_TEAM_MEMBER, connected=True)
    anna.candidate("Ada Lee", "us@family.example")
    anna.candidate("Bob Lee", "us@family.example")
    at = waiting(anna, mail("us@family.example", BEN), whose=BEN)

    [this, _] = [each for each in buttons(anna.open(BEN, at)) if each.text == "This one"]
    anna.press_button(BEN, this, opened=at)
    anna.sync(BEN)

    assert "SYNCED" in says(anna.open(BEN, at))


# --- searching --------------------------------------------------------------------------------------------


def test_candidates_are_found_by_name_and_by_address_and_who_is_not_there_is_said(anna: Office) -> None:
    anna.candidate("Zoë van Meer", "zoe@people.example", headline="Tester")
    at = waiting(anna, mail(AGENCY, ANNA))

    assert found_names(anna, ANNA, at, "zoe") == found_names(anna, ANNA, at, "MEER z") == ["Zoë van Meer"]
    assert found_names(anna, ANNA, at, "Zoe@people.example") == ["Zoë van Meer"]
    assert found_names(anna, ANNA, at, "") == []
    card = anna.press(ANNA, anna.open(ANNA, at), "This conversation is about …", opened=at)
    nobody = anna.press(ANNA, card, "Search", opened=at, inputs={"name": ["Nobody Known"]})
    assert "Nobody in Lever is called that." in says(nobody)
    assert ("Open Lever", "https://hire.lever.co/") in links(nobody)


def test_many_of_a_name_come_by_pages_of_ten_in_order(anna: Office) -> None:
    rows = "".join(f"Kim No{n:02},kim{n}@people.example\n" for n in reversed(range(23)))
    anna.import_candidates(f"name,addresses\n{rows}")
    at = waiting(anna, mail(AGENCY, ANNA))
    card = anna.press(ANNA, anna.open(ANNA, at), "This conversation is about …", opened=at)

    pages = [anna.press(ANNA, card, "Search", opened=at, inputs={"name": ["kim"]})]
    while "More" in offered(pages[-1]):
        pages.append(anna.press(ANNA, pages[-1], "More", opened=at, inputs={"name": ["kim"]}))

    sizes = [sum(each == "This one" for each in offered(page)) for page in pages]
    assert sizes == [10, 10, 3]
    assert [text for page in pages for text in texts(page) if text.startswith("Kim")] == [
        f"Kim No{n:02}" for n in range(23)
    ]


def test_a_limited_member_finds_their_own_candidates_and_no_hint_of_others(anna: Office) -> None:
    anna.member(BEN, Role.LIMITED_TEAM_MEMBER, connected=True)
    anna.candidate("Jane Roe", "roe@people.example")
    anna.synced_mail(mail(JANE, BEN), holder=BEN)
    at = waiting(anna, mail(AGENCY, BEN), whose=BEN)

    assert found_names(anna, BEN, at, "jane") == ["Jane Doe"]
    assert found_names(anna, BEN, at, "roe") == []


def test_an_interviewer_searches_nothing(anna: Office) -> None:
    anna.member(CARA, Role.INTERVIEWER)

    answers = [
        anna.answer(CARA, f"actions/{verb}", parameters={"want": "conversation", "thread": "18f0a1b2c3d4e5f0"})
        for verb in ("search-candidates", "link-candidate")
    ]

    assert all("Nothing here." in says(each) for each in answers)


# --- home -------------------------------------------------------------------------------------------------


def test_home_leads_to_choosing_for_what_waits(anna: Office) -> None:
    waiting(anna, mail(AGENCY, ANNA, subject="A profile"))
    home = anna.answer(ANNA, "home")

    listed = anna.press(ANNA, anna.press(ANNA, home, "Choose"), "Search", inputs={"name": ["jane"]})
    anna.press(ANNA, listed, "This one")
    anna.sync(ANNA)

    assert "1 conversation waits for a candidate." in says(home)
    assert subjects(anna, anna.jane()) == ["A profile"]
