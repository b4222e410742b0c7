"""R10 in the panel: what an import is asked with, who may, how far it is, and why a message is in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from addon import members, sync
from addon.lookups.explain import explain_to_owner
from addon.present.explained import sentences
from cards.importing import bar
from storage.records import Role
from tests.cards.grammar import buttons, texts
from tests.journeys.importing import begin, came, card, deliver, newest, preview, stored, subjects
from tests.office import ANNA, BEN, JANE, Office, mail


def test_the_preview_counts_by_one_call_and_opens_nothing(anna: Office) -> None:
    deliver(anna, 3)
    anna.simulator.control.reset_meter()

    asked = preview(anna)

    assert f"Up to 3 conversations with {JANE} in your mailbox. Only yours is searched." in texts(asked)
    assert [call["method"] for call in anna.calls()] == ["threads.list"]
    assert anna.units(ANNA) == 10
    assert subjects(anna) == set()
    today = anna.clock.now().date().isoformat()
    assert anna.services.store.tallies(f"sub-{ANNA}", since=today)[today]["units.import.list"] == 10


def test_how_far_back_is_searched_is_the_pressers_choice(anna: Office) -> None:
    def old(years: int, subject: str) -> bytes:
        year = anna.clock.now().year - years
        head = f"From x Mon Jan  5 12:00:00 {year}\nFrom: {JANE}\nTo: {ANNA}\nSubject: {subject}\n"
        return f"{head}Message-ID: <{subject}@x.example>\nDate: Mon, 5 Jan {year} 12:00:00 +0000\n\nx\n\n".encode()

    anna.simulator.control.load(ANNA, old(9, "Ancient") + old(2, "Old"))
    deliver(anna, 1)
    asked = preview(anna)
    wider = anna.answer(
        ANNA,
        "actions/import-preview",
        parameters={"candidate": anna.jane().id, "address": JANE},
        inputs={"since": ["all"], "secret": ["yes"]},
    )

    begin(anna)
    anna.sync(ANNA)
    usual = subjects(anna)
    begin(anna, since="all")
    anna.sync(ANNA)

    assert any(text.startswith("Up to 1 conversation ") for text in texts(asked))
    assert any(text.startswith("Up to 3 conversations ") for text in texts(wider))
    assert "updateCard" in wider["action"]["navigations"][0]
    assert usual == {"0"}
    assert subjects(anna) == {"0", "Old", "Ancient"}


def test_without_email_on_the_card_offers_that_first_and_nothing_is_searched(office: Office) -> None:
    office.member(ANNA)
    office.candidate("Jane Doe", JANE)
    candidate = office.jane()
    shown = card(office)
    office.simulator.control.reset_meter()

    answers = [
        office.answer(ANNA, f"actions/{verb}", parameters={"candidate": candidate.id, "address": JANE})
        for verb in ("import-preview", "import-address")
    ]

    offered = [each.text for each in buttons(shown)]
    assert "Turn on Email first" in offered
    assert "Sync emails" not in offered
    assert all("Turn on Email first. Nothing was searched." in texts(answer) for answer in answers)
    assert office.calls() == []


@pytest.mark.parametrize("role", [Role.INTERVIEWER, Role.LIMITED_TEAM_MEMBER])
def test_who_does_not_see_the_candidate_imports_nothing(anna: Office, role: Role) -> None:
    anna.member(BEN, role, connected=role is not Role.INTERVIEWER)
    parameters = {"candidate": anna.jane().id, "address": JANE}
    anna.simulator.control.reset_meter()

    for verb in ("import-preview", "import-address"):
        answer = anna.answer(BEN, f"actions/{verb}", parameters=parameters)
        assert "Nothing here. It may be gone or not shared with you." in texts(answer)

    assert anna.calls() == []
    assert anna.services.store.imports(f"sub-{BEN}", limit=5) == []


def test_nobody_else_can_cancel_retry_or_undo_an_import(anna: Office) -> None:
    anna.member(BEN, Role.SUPER_ADMIN)
    deliver(anna, 1)
    begin(anna)
    anna.sync(ANNA)
    parameters = {"import": newest(anna).id, "candidate": anna.jane().id}

    for verb in ("import-cancel", "retry", "withdraw", "restore"):
        answer = anna.answer(BEN, f"actions/{verb}", parameters=parameters)
        assert "Nothing here. It may be gone or not shared with you." in texts(answer)

    assert subjects(anna) == {"0"}


def test_an_address_that_is_not_the_candidates_alone_is_not_searched(anna: Office) -> None:
    anna.candidate("Sam One", "family@home.example", "sam@home.example")
    second = anna.candidate("Sue One", "family@home.example")
    parameters = {"candidate": second.id, "address": "family@home.example"}
    anna.simulator.control.reset_meter()

    answer = anna.answer(ANNA, "actions/import-preview", parameters=parameters)
    other = anna.answer(
        ANNA, "actions/import-address", parameters={"candidate": second.id, "address": "boss@rival.example"}
    )

    why = "a colleague's, another candidate's too, or left out by your company"
    said = f"Lever imports by no address that is {why}."
    assert said in texts(answer)
    assert said in texts(other)
    assert anna.calls() == []


def test_pressed_twice_it_is_one_import(anna: Office) -> None:
    deliver(anna, 3)
    asked = preview(anna)

    anna.press(ANNA, asked, "Import")
    again = anna.press(ANNA, asked, "Import")
    anna.sync(ANNA)

    assert "An import for this candidate is running already." in texts(again)
    assert len(anna.services.store.imports(f"sub-{ANNA}", limit=5)) == 1
    assert came(anna) == (3, 0, 0)


def test_import_and_cancel_close_their_card_and_leave_one_of_the_candidate(anna: Office) -> None:
    deliver(anna, 1)
    asked = preview(anna)

    cancelled = anna.press(ANNA, asked, "Cancel", inputs={"since": ["12"]})
    begun = anna.press(ANNA, asked, "Import", inputs={"since": ["12"]})
    refused = anna.press(ANNA, asked, "Refresh", inputs={"since": ["12"]})

    assert [steps(each) for each in (cancelled, begun, refused)] == [["pop", "updateCard"]] * 3
    assert "Importing. You can close this." in texts(begun)
    assert "An import for this candidate is running already." in texts(refused)


def test_what_is_pressed_on_the_candidates_own_card_closes_nothing(anna: Office) -> None:
    deliver(anna, 1)
    begin(anna)
    cancelled = anna.press(ANNA, card(anna), "Cancel")
    anna.sync(ANNA)
    begin(anna)
    anna.sync(ANNA)
    undone = anna.press(ANNA, card(anna), "Undo")
    back = anna.press(ANNA, undone, "Undo")
    at_home = anna.press(ANNA, anna.answer(ANNA, "home"), "Undo")

    assert [steps(each) for each in (cancelled, undone, back)] == [["updateCard"]] * 3
    assert steps(at_home) == ["popToRoot", "updateCard"]


def steps(answer: dict[str, Any]) -> list[str]:
    """What becomes of the cards that lie on one another."""
    action = answer.get("renderActions", answer)["action"]
    return [kind for step in action["navigations"] for kind in step]


def test_refresh_shows_how_far_it_is_on_the_card_it_was_pressed_on(anna: Office) -> None:
    deliver(anna, 11)
    begin(anna)
    anna.sync(ANNA)
    begin(anna)
    second = anna.press(ANNA, card(anna), "More")
    pressed = {
        "first": anna.press(ANNA, card(anna), "Refresh"),
        "second": anna.press(ANNA, second, "Refresh"),
        "home": anna.press(ANNA, anna.answer(ANNA, "home"), "Refresh"),
    }

    assert [steps(each) for each in pressed.values()] == [
        ["updateCard"],
        ["updateCard"],
        ["popToRoot", "updateCard"],
    ]
    assert texts(pressed["first"]) == texts(card(anna))
    assert texts(pressed["second"]) == texts(second) != texts(card(anna))
    assert "Mail with Jane Doe: It begins in a moment. You can close this." in texts(pressed["home"])


def test_with_the_label_off_replies_still_come_in_and_the_card_says_why(anna: Office) -> None:
    first = mail(JANE, ANNA)
    at = anna.synced_mail(first)
    begin(anna)
    anna.sync(ANNA)

    anna.unlabel(ANNA, at["threadId"])
    anna.sync(ANNA)
    anna.deliver(mail(JANE, ANNA, reply_to=first), ANNA)
    anna.sync(ANNA)
    shown = anna.open(ANNA, at)

    said = " ".join(texts(shown))
    assert "The label is off, but you also imported this address, so replies still come in." in said
    assert [told[0] for told in stored(anna).values()] == [2]
    anna.press(ANNA, shown, "Stop updating", opened=at)
    assert "NO LONGER UPDATED" in " ".join(texts(anna.open(ANNA, at)))
    assert not any("took the label off" in text for text in texts(anna.answer(ANNA, "home")))


def test_the_owner_is_told_why_a_message_is_in_and_why_one_that_was_opened_is_not(anna: Office) -> None:
    hers, near = mail(JANE, ANNA), mail("x.jane@people.example", ANNA)
    for each in (hers, near):
        anna.deliver(each, ANNA)
    begin(anna)
    anna.sync(ANNA)
    owner = members.find(ANNA, anna.services)

    why_in, why_not = (
        sentences(explain_to_owner(owner, str(each["Message-ID"]), anna.services), word="Lever")
        for each in (hers, near)
    )

    assert "because its owner imported the candidate's email." in why_in
    assert why_not.startswith("Not in Lever: opened on ")
    assert why_not.endswith("and nobody points at it.")


def test_progress_is_seen_on_the_candidates_card_and_on_home_while_it_runs_and_after(anna: Office) -> None:
    deliver(anna, 30)
    begin(anna)
    before = texts(card(anna))
    anna.clock.pass_time(minutes=1)
    bell = anna.services.store.bell(f"sub-{ANNA}")
    assert bell is not None

    sync.take_turn(bell, anna.services, until=anna.clock.now() + timedelta(seconds=2))
    during, home = texts(card(anna)), texts(anna.answer(ANNA, "home"))
    record = newest(anna)
    anna.sync(ANNA)

    assert "It begins in a moment. You can close this." in before
    assert 0 < record.taken_in < 30
    squares = bar(record.taken_in, 30)
    assert f"{squares} {record.taken_in} of 30 conversations done. You can close this." in during
    assert f"Mail with Jane Doe: {squares} {record.taken_in} of 30 conversations done. You can close this." in home
    assert "30 in, 0 left alone, 0 failed." in texts(card(anna))
    assert "Mail with Jane Doe: 30 in, 0 left alone, 0 failed." in texts(anna.answer(ANNA, "home"))
    anna.clock.pass_time(days=8)
    assert not any("left alone, 0 failed" in text for text in texts(anna.answer(ANNA, "home")))
