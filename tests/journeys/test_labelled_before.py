"""R8: threads that carried the label before Email was turned on come in only where their owner says so."""

from __future__ import annotations

import pytest

from storage.records import Attention, Backfill
from tests.cards.grammar import buttons, texts
from tests.office import ANNA, JANE, MODIFY, Office, mail

SUB = f"sub-{ANNA}"


@pytest.fixture
def labelled(office: Office) -> Office:
    """Anna labelled two conversations with Jane, and one of her family's, before she ever opened the add-on."""
    office.member(ANNA)
    office.candidate("Jane Doe", JANE)
    for sender, subject in ((JANE, "First"), (JANE, "Second"), ("mum@family.example", "Sunday")):
        at = office.deliver(mail(sender, ANNA, subject=subject), ANNA)[ANNA]
        office.label(ANNA, at["threadId"])
    office.consent(ANNA)
    return office


def choose(office: Office, want: str) -> None:
    office.answer(ANNA, "actions/settings", parameters={"want": want})
    office.sync(ANNA)


def subjects(office: Office) -> set[str]:
    return {found.summary.subject for found in office.stored(office.jane(), ANNA)}


def backfill(office: Office) -> Backfill:
    mailbox = office.services.store.mailbox(SUB)
    assert mailbox is not None
    return mailbox.backfill


def test_home_says_on_how_many_and_nothing_comes_in_or_is_opened_before_the_answer(labelled: Office) -> None:
    labelled.simulator.control.reset_meter()
    labelled.sync(ANNA)

    home = labelled.answer(ANNA, "home")

    assert "You already have a label Lever on 3 conversations." in texts(home)
    assert subjects(labelled) == set()
    assert {call["method"] for call in labelled.calls()} <= {"history.list"}


def test_all_brings_in_those_with_a_candidate(labelled: Office) -> None:
    choose(labelled, "backfill-all")

    assert subjects(labelled) == {"First", "Second"}
    assert backfill(labelled) is Backfill.NONE


def test_new_ones_only_leaves_the_old_and_takes_what_is_labelled_from_now_on(labelled: Office) -> None:
    choose(labelled, "backfill-new")
    at = labelled.deliver(mail(JANE, ANNA, subject="Third"), ANNA)[ANNA]
    labelled.label(ANNA, at["threadId"])
    labelled.sync(ANNA)

    assert subjects(labelled) == {"Third"}


def test_not_now_asks_nothing_on_home_and_leaves_the_choice_in_settings(labelled: Office) -> None:
    choose(labelled, "backfill-later")

    home, settings = labelled.answer(ANNA, "home"), labelled.answer(ANNA, "actions/settings")

    assert subjects(labelled) == set()
    assert not any("You already have a label" in text for text in texts(home))
    assert "Use it, bring them in" in [each.text for each in buttons(settings)]


def test_what_is_labelled_while_the_question_is_open_is_a_new_wish(labelled: Office) -> None:
    at = labelled.deliver(mail(JANE, ANNA, subject="Third"), ANNA)[ANNA]

    labelled.label(ANNA, at["threadId"])
    labelled.sync(ANNA)

    assert subjects(labelled) == {"Third"}


def test_a_reply_in_an_old_one_brings_nothing_in(labelled: Office) -> None:
    first = mail(JANE, ANNA, subject="Old")
    at = labelled.deliver(first, ANNA)[ANNA]
    choose(labelled, "backfill-new")
    assert labelled.thread(ANNA, at) is None

    labelled.deliver(mail(JANE, ANNA, reply_to=first), ANNA)
    labelled.sync(ANNA)

    assert subjects(labelled) == set()


@pytest.mark.parametrize("want", ["backfill-new", "backfill-later"])
def test_where_gmail_lost_its_history_old_ones_still_stay_out_and_doubtful_ones_are_asked_about(
    labelled: Office, want: str
) -> None:
    choose(labelled, want)
    at = labelled.deliver(mail(JANE, ANNA, subject="Third"), ANNA)[ANNA]
    labelled.label(ANNA, at["threadId"])
    labelled.simulator.control.expire_history(ANNA)

    labelled.sync(ANNA)

    mailbox = labelled.services.store.mailbox(SUB)
    assert mailbox is not None
    assert subjects(labelled) == set()
    assert (mailbox.backfill, mailbox.labelled_before) == (Backfill.UNANSWERED, 1)


def test_a_label_that_is_there_without_conversations_asks_nothing(office: Office) -> None:
    office.member(ANNA)
    office.simulator.control.create_label(ANNA, "Lever")

    office.consent(ANNA)

    assert backfill(office) is Backfill.NONE


# --- no label ---------------------------------------------------------------------------------------------


@pytest.fixture
def unlabelled(office: Office) -> Office:
    office.member(ANNA)
    office.candidate("Jane Doe", JANE)
    office.consent(ANNA)
    return office


def labels(office: Office) -> list[str]:
    return office.simulator.control.mailbox(ANNA)["labels"]


def test_without_a_label_home_offers_to_make_both(unlabelled: Office) -> None:
    home = unlabelled.answer(ANNA, "home")

    assert {"Create Lever and Lever/Secret", "Work without labels"} <= {each.text for each in buttons(home)}


def test_making_them_asks_google_at_the_click_and_they_work(unlabelled: Office) -> None:
    asked = unlabelled.press(ANNA, unlabelled.answer(ANNA, "home"), "Create Lever and Lever/Secret")
    unlabelled.scopes[ANNA] = (MODIFY,)
    unlabelled.press(ANNA, unlabelled.answer(ANNA, "home"), "Create Lever and Lever/Secret")
    unlabelled.synced()

    assert asked == {"requesting_google_scopes": {"scopes": [MODIFY]}}
    assert {"Lever", "Lever/Secret"} <= set(labels(unlabelled))
    assert subjects(unlabelled) == {"Application"}
    assert backfill(unlabelled) is Backfill.NONE


def test_a_refusal_is_said_and_not_asked_about_in_a_loop(unlabelled: Office) -> None:
    parameters = {"want": "create-labels"}
    first = unlabelled.answer(ANNA, "actions/settings", parameters=parameters)
    second = unlabelled.answer(ANNA, "actions/settings", parameters=parameters)
    third = unlabelled.answer(ANNA, "actions/settings", parameters=parameters)

    assert "requesting_google_scopes" in first
    assert "Google's permission to make labels was not given." in texts(second)
    assert "requesting_google_scopes" in third


def test_who_works_without_labels_is_not_asked_again(unlabelled: Office) -> None:
    unlabelled.press(ANNA, unlabelled.answer(ANNA, "home"), "Work without labels")

    home = unlabelled.answer(ANNA, "home")

    assert "Create Lever and Lever/Secret" not in [each.text for each in buttons(home)]


def test_a_label_made_by_hand_in_gmail_is_found_and_used(unlabelled: Office) -> None:
    unlabelled.synced()

    assert subjects(unlabelled) == {"Application"}
    assert backfill(unlabelled) is Backfill.NONE


def test_one_that_only_looks_like_ours_is_named_and_can_be_chosen(office: Office) -> None:
    office.member(ANNA)
    office.candidate("Jane Doe", JANE)
    office.simulator.control.create_label(ANNA, "lever")
    office.consent(ANNA)
    office.scopes[ANNA] = (MODIFY,)

    home = office.answer(ANNA, "home")
    office.answer(ANNA, "actions/settings", parameters={"want": "create-labels"}, inputs={"label_name": ["lever"]})
    office.sync(ANNA)
    at = office.deliver(mail(JANE, ANNA, subject="Application"), ANNA)[ANNA]
    office.label(ANNA, at["threadId"], "lever")
    office.sync(ANNA)

    assert any("Your label lever only looks like it" in text for text in texts(home))
    assert subjects(office) == {"Application"}


# --- another name -----------------------------------------------------------------------------------------


def test_a_label_that_is_there_for_something_else_is_left_alone_by_choosing_another_name(
    labelled: Office,
) -> None:
    labelled.scopes[ANNA] = (MODIFY,)

    labelled.answer(
        ANNA, "actions/settings", parameters={"want": "create-labels"}, inputs={"label_name": ["Hiring"]}
    )
    labelled.sync(ANNA)
    at = labelled.deliver(mail(JANE, ANNA, subject="Third"), ANNA)[ANNA]
    labelled.label(ANNA, at["threadId"], "Hiring")
    labelled.sync(ANNA)

    assert {"Hiring", "Hiring/Secret"} <= set(labels(labelled))
    assert subjects(labelled) == {"Third"}
    assert backfill(labelled) is Backfill.NONE


def test_what_is_pressed_in_settings_is_answered_there_and_on_home_there(labelled: Office) -> None:
    home, settings = labelled.answer(ANNA, "home"), labelled.answer(ANNA, "actions/settings")

    typed = labelled.press(ANNA, settings, "Use this label", inputs={"label_name": ["a//b"]})
    chosen = labelled.press(ANNA, settings, "Not now", inputs={"label_name": ["Lever"]})
    at_home = labelled.press(ANNA, home, "Not now")

    assert "Gmail takes no label of that name. Choose another one." in texts(typed)
    for shown in (typed, chosen):
        assert "Use this label" in {each.text for each in buttons(shown)}
    assert "Use this label" not in {each.text for each in buttons(at_home)}


def test_what_was_followed_by_the_old_label_is_not_followed_any_more(unlabelled: Office) -> None:
    first = mail(JANE, ANNA, subject="Application")
    unlabelled.synced_mail(first)
    unlabelled.scopes[ANNA] = (MODIFY,)

    unlabelled.answer(
        ANNA, "actions/settings", parameters={"want": "create-labels"}, inputs={"label_name": ["Hiring"]}
    )
    unlabelled.sync(ANNA)
    unlabelled.deliver(mail(JANE, ANNA, reply_to=first), ANNA)
    unlabelled.sync(ANNA)

    [found] = unlabelled.stored(unlabelled.jane(), ANNA)
    assert found.summary.count == 1


def test_every_card_calls_the_label_by_the_name_its_owner_chose(labelled: Office) -> None:
    labelled.scopes[ANNA] = (MODIFY,)
    labelled.answer(
        ANNA, "actions/settings", parameters={"want": "create-labels"}, inputs={"label_name": ["Hiring"]}
    )
    labelled.sync(ANNA)
    at = labelled.deliver(mail(JANE, ANNA, subject="Third"), ANNA)[ANNA]
    labelled.label(ANNA, at["threadId"], "Hiring")
    labelled.sync(ANNA)

    mine = " ".join(texts(labelled.answer(ANNA, "actions/my-data")))
    labelled.simulator.control.delete_label(ANNA, "Hiring")
    labelled.clock.pass_time(days=1)
    labelled.sync(ANNA)
    home, beside = labelled.answer(ANNA, "home"), labelled.open(ANNA, at)

    assert "Came in by the label Hiring" in mine
    for card in (home, beside):
        assert "The label Hiring is gone." in " ".join(texts(card))
        assert "Create Hiring" in {each.text for each in buttons(card)}


@pytest.mark.parametrize("name", ["INBOX", "a//b", "/x", "x" * 201, " ", "a/ b", "tab\there"])
def test_a_name_gmail_takes_for_no_label_is_refused_with_a_sentence(unlabelled: Office, name: str) -> None:
    unlabelled.scopes[ANNA] = (MODIFY,)
    before = labels(unlabelled)

    answer = unlabelled.answer(
        ANNA, "actions/settings", parameters={"want": "create-labels"}, inputs={"label_name": [name]}
    )

    if name.strip():
        assert "Gmail takes no label of that name. Choose another one." in texts(answer)
        assert labels(unlabelled) == before


def test_a_lost_label_is_a_state_with_two_ways_out(unlabelled: Office) -> None:
    unlabelled.scopes[ANNA] = (MODIFY,)
    unlabelled.synced()
    unlabelled.simulator.control.delete_label(ANNA, "Lever")
    unlabelled.clock.pass_time(days=1)
    unlabelled.sync(ANNA)

    home = unlabelled.answer(ANNA, "home")
    unlabelled.press(ANNA, home, "Create Lever")

    assert {"Create Lever", "Choose"} <= {each.text for each in buttons(home)}
    mailbox = unlabelled.services.store.mailbox(SUB)
    assert mailbox is not None
    assert mailbox.attention is not Attention.LABEL_GONE
    assert "Lever" in labels(unlabelled)
