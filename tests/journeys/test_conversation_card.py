"""The conversation's own card: what may be done there, without a mail of it in one's own mailbox (R33)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from storage.records import Found, Role
from tests.cards.grammar import buttons, texts
from tests.journeys.test_taken_out import navigations
from tests.office import ANNA, BEN, CARA, Office, mail

ACTS = {"Make secret", "Make visible to the team", "Remove from Lever", "Take my copy out", "Also about …"}


@pytest.fixture
def there(anna: Office) -> tuple[Office, Found]:
    """A conversation from Anna's mailbox; Cara is an Admin, Ben is on the team."""
    anna.member(CARA, Role.ADMIN)
    anna.member(BEN)
    anna.synced(subject="Application")
    [found] = anna.stored(anna.jane(), ANNA)
    return anna, found


def card(office: Office, email: str, found: Found, **event: Any) -> dict[str, Any]:
    """As it is reached from the candidate's card."""
    candidate = office.answer(email, "actions/candidate", parameters={"candidate": office.jane().id})
    there = office.press(email, candidate, "Show conversation", **event)
    assert found.summary.subject in " ".join(texts(there))
    return there


def offered(answer: Mapping[str, Any]) -> set[str]:
    return {each.text for each in buttons(answer)} & ACTS


@pytest.mark.parametrize(
    ("email", "may"),
    [
        (ANNA, {"Make secret", "Remove from Lever", "Also about …"}),
        (CARA, {"Make secret", "Remove from Lever", "Also about …"}),
        (BEN, {"Also about …"}),
    ],
)
def test_it_offers_what_its_reader_may_do_and_nothing_else(
    there: tuple[Office, Found], email: str, may: set[str]
) -> None:
    office, found = there

    assert offered(card(office, email, found)) == may


def test_an_admin_without_a_copy_removes_it_for_everyone(there: tuple[Office, Found]) -> None:
    office, found = there

    kept = office.confirm(CARA, card(office, CARA, found), "Remove from Lever", "Keep it")
    assert navigations(kept) == ["pop", "updateCard"]
    assert "Application" in " ".join(texts(kept))

    after = office.confirm(CARA, kept, "Remove from Lever", "Remove from Lever")
    assert "Removed." in str(after)
    assert not office.stored(office.jane(), ANNA)


def test_what_is_removed_on_its_own_card_beside_an_open_message_comes_back_to_that_message(anna: Office) -> None:
    at = anna.synced(subject="Application")
    shown = anna.press(ANNA, anna.open(ANNA, at), "Show conversation", opened=at)

    after = anna.confirm(ANNA, shown, "Remove from Lever", "Remove from Lever", opened=at)

    assert navigations(after) == ["popToRoot", "updateCard"]
    assert "REMOVED" in " ".join(texts(after))


def test_made_secret_and_visible_again_it_stays_on_its_card(there: tuple[Office, Found]) -> None:
    office, found = there

    secret = office.confirm(CARA, card(office, CARA, found), "Make secret", "Make secret", inputs={})
    assert navigations(secret) == ["pop", "updateCard"]
    assert "Make visible to the team" in offered(secret)
    assert office.stored(office.jane(), CARA)[0].conversation.secret_by == f"sub-{CARA}"

    visible = office.confirm(CARA, secret, "Make visible to the team", "Make visible to the team")
    assert "Make secret" in offered(visible)
    assert not office.stored(office.jane(), CARA)[0].conversation.secret


def test_whom_it_is_about_is_said_and_taken_back_there_whatever_mail_is_open(there: tuple[Office, Found]) -> None:
    office, found = there
    tom = office.candidate("Tom Tal", "tom@people.example")
    other = office.deliver(mail("tom@people.example", ANNA, subject="Other"), ANNA)[ANNA]
    office.label(ANNA, other["threadId"])
    office.sync(ANNA)
    event = {"opened": other}

    search = office.press(ANNA, card(office, ANNA, found, **event), "Also about …", **event)
    rows = office.press(ANNA, search, "Search", inputs={"name": ["Tom"]}, **event)
    linked = office.press(ANNA, rows, "This one", **event)

    def about() -> list[str]:
        return sorted(each.summary.subject for each in office.stored(tom, ANNA))

    assert about() == ["Application", "Other"]
    assert "Said by hand: this conversation is about Tom Tal." in " ".join(texts(linked))

    undone = office.press(ANNA, linked, "Undo", **event)

    assert about() == ["Other"]
    assert "said by hand" not in " ".join(texts(undone))
    assert [each.summary.subject for each in office.stored(office.jane(), ANNA)] == ["Application"]
