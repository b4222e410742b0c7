"""What is pressed once more, or on a card that is out of date: it is told how things stand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cards.grammar import button, texts
from tests.journeys.importing import begin, deliver
from tests.journeys.importing import card as candidate_card
from tests.office import ANNA, BEN, JANE, Office, mail

CHANGED = "This changed meanwhile; here is how it stands."
NOTHING_HERE = "Nothing here. It may be gone or not shared with you."

Copies = dict[str, dict[str, str]]


@pytest.fixture
def shared(anna: Office) -> tuple[Office, Copies]:
    """One mail in Anna's mailbox and in Ben's, and of both in Lever."""
    anna.member(BEN, connected=True)
    copies = anna.deliver(mail(JANE, ANNA, BEN, subject="Application"), ANNA, BEN)
    for email in (ANNA, BEN):
        anna.label(email, copies[email]["threadId"])
    anna.sync(ANNA, BEN)
    return anna, copies


def stands(answer: dict[str, Any]) -> str:
    """The status on a message's card."""
    lines = [each.partition("\n")[0] for each in texts(answer)]
    assert NOTHING_HERE not in lines
    return next(each for each in lines if each.isupper())


def shown(answer: dict[str, Any]) -> list[str]:
    """All it says but the line that comes and goes."""
    assert "notification" in answer["renderActions"]["action"]
    return texts(answer)[:-1]


TWICE = {
    "removed": (["Remove from Lever", "Remove from Lever"], "REMOVED"),
    "own copy taken out": (["Remove from Lever", "Take only my copy out"], "YOUR COPY IS OUT"),
    "undone": (["Remove from Lever", "Remove from Lever", "Undo"], "SYNCING"),
    "made visible": (
        ["Make secret", "Make secret", "Make visible to the team", "Make visible to the team"],
        "SYNCED",
    ),
}


@pytest.mark.parametrize("done", TWICE)
def test_pressed_twice_it_is_shown_as_it_became_by_the_first_press(
    shared: tuple[Office, Copies], done: str
) -> None:
    office, copies = shared
    (*before, last), became = TWICE[done]
    at = copies[ANNA]
    card = office.confirm(ANNA, office.open(ANNA, at), *before, opened=at)
    pressed = button(card, last)

    first = office.press_button(ANNA, pressed, opened=at)
    second = office.press_button(ANNA, pressed, opened=at)

    assert stands(first) == stands(second) == became
    assert CHANGED in texts(second)


def test_what_a_colleague_removed_meanwhile_is_shown_as_removed_by_them(shared: tuple[Office, Copies]) -> None:
    office, copies = shared
    card = office.open(ANNA, copies[ANNA])
    office.confirm(BEN, office.open(BEN, copies[BEN]), *["Remove from Lever"] * 2, opened=copies[BEN])

    for word in ("Make secret", "Remove from Lever"):
        answer = office.press(ANNA, card, word, opened=copies[ANNA])
        assert stands(answer) == "REMOVED"
        assert "Removed from Lever by Ben" in "\n".join(texts(answer))


def test_on_the_list_of_what_was_taken_out_a_second_undo_shows_the_list(anna: Office) -> None:
    at = anna.synced()
    anna.confirm(ANNA, anna.open(ANNA, at), "Remove from Lever", "Remove from Lever", opened=at)
    taken_out = anna.press(ANNA, anna.press(ANNA, anna.answer(ANNA, "home"), "My data"), "Taken out")

    anna.press(ANNA, taken_out, "Undo")
    second = anna.press(ANNA, taken_out, "Undo")

    assert CHANGED in texts(second)
    assert "There is nothing here that you took out of Lever." in texts(second)


def test_what_is_not_shared_with_one_is_answered_beside_a_message_like_what_does_not_exist(
    shared: tuple[Office, Copies],
) -> None:
    office, copies = shared
    hidden = office.synced(subject="Hush")
    office.confirm(ANNA, office.open(ANNA, hidden), "Make secret", "Make secret", opened=hidden, inputs={})
    [secret] = [found for found in office.stored(office.jane(), ANNA) if found.conversation.secret]
    beside = {"message": copies[BEN]["id"], "thread": copies[BEN]["threadId"]}

    for verb in ("make-secret", "make-visible", "remove", "restore", "withdraw"):
        seen, unknown = (
            office.answer(BEN, f"actions/{verb}", opened=copies[BEN], parameters=beside | {"conversation": id_})
            for id_ in (secret.conversation.id, "0" * 32)
        )
        assert seen == unknown
        assert stands(seen) == "SYNCED"


# --- what came in together --------------------------------------------------------------------------------


def test_an_import_that_was_undone_or_brought_back_already_is_shown_as_it_stands(anna: Office) -> None:
    deliver(anna, 1)
    begin(anna)
    anna.sync(ANNA)
    card = candidate_card(anna)

    for word in ("Undo", "Undo"):
        pressed = button(card, word)
        card = anna.press_button(ANNA, pressed)
        again = anna.press_button(ANNA, pressed)
        assert CHANGED in texts(again)
        assert shown(again) == shown(card)


def test_an_import_that_runs_again_already_is_shown_running(anna: Office) -> None:
    deliver(anna, 1)
    card = anna.press(ANNA, begin(anna), "Cancel")

    anna.press(ANNA, card, "Start again")
    again = anna.press(ANNA, card, "Start again")

    assert "An import for this candidate is running already." in texts(again)
    assert "It begins in a moment. You can close this." in texts(again)


def test_what_was_labelled_together_and_is_out_or_back_already_is_shown_as_it_stands(anna: Office) -> None:
    for at in deliver(anna, 26):
        anna.label(ANNA, at["threadId"])
    anna.sync(ANNA)
    home = anna.answer(ANNA, "home")

    for word in ("Undo", "Undo"):
        pressed = button(home, word)
        home = anna.press_button(ANNA, pressed)
        again = anna.press_button(ANNA, pressed)
        assert CHANGED in texts(again)
        assert shown(again) == shown(home)
