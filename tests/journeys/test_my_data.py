"""My data: what is stored from one's own mailbox, why, and the way out of each of it."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage
from typing import Any

import pytest

from addon import members as colleagues
from addon import purging
from addon.web.jobs import AT_MOST
from storage.records import Role
from tests.cards.grammar import buttons, texts
from tests.counting import counted
from tests.office import ANNA, BEN, JANE, Office, mail

SARA = "sara@acme.example"


def my_data(office: Office, email: str = ANNA) -> dict[str, Any]:
    return office.press(email, office.answer(email, "home"), "My data")


def said(answer: dict[str, Any]) -> str:
    return "\n".join(texts(answer))


def secret_without_ben(office: Office) -> EmailMessage:
    """Ben's mailbox holds it too, but he stands on no mail of it: he is told that it is secret, and no more."""
    office.member(BEN, connected=True)
    message = mail(JANE, ANNA, subject="Hush, all")
    copies = office.deliver(message, ANNA, BEN)
    for email in (ANNA, BEN):
        office.label(email, copies[email]["threadId"])
    office.sync(ANNA, BEN)
    at = copies[ANNA]
    office.confirm(ANNA, office.open(ANNA, at), "Make secret", "Make secret", opened=at, inputs={})
    return message


def make_self(office: Office, email: str) -> None:
    """The member is the candidate Jane."""
    member = colleagues.find(email, office.services)
    office.services.store.save_member(replace(member, self_candidates=frozenset({office.jane().id})))


def demote(office: Office, email: str) -> None:
    colleagues.set_role(email, Role.INTERVIEWER, office.services, actor="operator:test")


def test_who_stored_nothing_is_told_so(anna: Office) -> None:
    answer = my_data(anna)

    assert "Nothing from your mailbox is in Lever." in texts(answer)
    assert not [each for each in buttons(answer) if each.text in {"Export", "Take everything out"}]


def test_it_is_reached_from_the_menu_of_every_card_and_beside_every_message(anna: Office) -> None:
    at = anna.synced()

    beside = anna.open(ANNA, at)

    assert [each.text for each in buttons(beside)].count("My data") == 2  # the menu's, and the footer's
    assert "1 conversation, 1 message." in texts(anna.press(ANNA, beside, "My data", opened=at))


def test_each_conversation_is_there_with_the_rule_by_which_it_came_and_when(anna: Office) -> None:
    anna.synced(subject="By label")
    at = anna.deliver(mail(JANE, ANNA, subject="By a press"), ANNA)[ANNA]
    anna.press(ANNA, anna.open(ANNA, at), "Sync this conversation", opened=at)
    anna.sync(ANNA)

    rows = [text for text in texts(my_data(anna)) if "Came in by" in text]

    today = f"{anna.clock.now():%b} {anna.clock.now().day}, {anna.clock.now().year}"
    assert [row.split("\n")[:2] for row in rows] == [
        ["By a press", f"Came in by Sync this conversation on {today}."],
        ["By label", f"Came in by the label Lever on {today}."],
    ]
    assert "No longer updated." not in said(my_data(anna))


@pytest.mark.parametrize("how", ["label off", "Stop updating", "stopped, then synced again"])
def test_the_rule_by_which_it_came_in_is_told_for_as_long_as_it_is_stored(anna: Office, how: str) -> None:
    at, day = anna.synced(subject="Application"), anna.clock.now()
    anna.clock.pass_time(days=3)
    match how:
        case "label off":
            anna.unlabel(ANNA, at["threadId"])
            anna.sync(ANNA)
        case "Stop updating":
            anna.press(ANNA, anna.open(ANNA, at), "Stop updating", opened=at)
        case _:
            anna.press(ANNA, anna.open(ANNA, at), "Stop updating", opened=at)
            anna.press(ANNA, anna.open(ANNA, at), "Sync again", opened=at)
            anna.sync(ANNA)

    answer = said(my_data(anna))

    assert f"Came in by the label Lever on {day:%b} {day.day}, {day.year}." in answer
    assert ("No longer updated." in answer) is (how != "stopped, then synced again")


@pytest.mark.parametrize("way", ["Remove from Lever", "Take my copy out"])
def test_why_it_came_in_is_forgotten_once_it_is_destroyed(anna: Office, way: str) -> None:
    at = anna.synced()
    anna.press(ANNA, anna.open(ANNA, at), "Stop updating", opened=at)
    anna.confirm(ANNA, my_data(anna), *([way] * (1 + way.startswith("Remove"))))
    before = anna.thread(ANNA, at)
    anna.clock.pass_time(days=31)

    purging.purge_due(anna.services, until=anna.clock.now() + AT_MOST)

    thread = anna.thread(ANNA, at)
    assert before is not None
    assert before.ended
    assert thread is not None
    assert (thread.conversation, thread.ended) == (before.conversation, {})


def test_what_is_destroyed_and_synced_again_came_in_by_that(anna: Office) -> None:
    at = anna.synced()
    anna.confirm(ANNA, my_data(anna), "Remove from Lever", "Remove from Lever")
    anna.clock.pass_time(days=31)
    purging.purge_due(anna.services, until=anna.clock.now() + AT_MOST)
    anna.unlabel(ANNA, at["threadId"])
    anna.sync(ANNA)

    anna.press(ANNA, anna.open(ANNA, at), "Sync again", opened=at)
    anna.sync(ANNA)

    assert "Came in by Sync this conversation on" in said(my_data(anna))


def test_ten_stand_on_a_page_and_none_is_lost_or_doubled_between_them(anna: Office) -> None:
    for n in range(12):
        at = anna.deliver(mail(JANE, ANNA, subject=f"Mail {n:02}"), ANNA)[ANNA]
        anna.label(ANNA, at["threadId"])
    anna.sync(ANNA)

    first = my_data(anna)
    second = anna.press(ANNA, first, "More")

    shown = [[line for line in said(page).split("\n") if line.startswith("Mail ")] for page in (first, second)]
    assert shown == [[f"Mail {n:02}" for n in range(11, 1, -1)], ["Mail 01", "Mail 00"]]


def test_a_page_costs_a_bounded_number_of_reads(anna: Office) -> None:
    for n in range(12):
        at = anna.deliver(mail(JANE, ANNA, subject=f"Mail {n:02}"), ANNA)[ANNA]
        anna.label(ANNA, at["threadId"], "Lever/Secret")
    anna.sync(ANNA)

    _, reads = counted(anna, lambda: anna.answer(ANNA, "actions/my-data"))

    reads.pop("member", None)
    assert sum(reads.values()) <= 24, reads


def test_a_conversation_is_removed_and_brought_back_from_its_row(anna: Office) -> None:
    anna.synced(subject="Application")

    anna.confirm(ANNA, my_data(anna), "Remove from Lever", "Remove from Lever")
    removed = my_data(anna)
    assert "Removed from Lever on" in said(removed)
    assert "You can undo until" in said(removed)
    assert not anna.stored(anna.jane(), ANNA)

    anna.press(ANNA, removed, "Undo")

    assert anna.stored(anna.jane(), ANNA)


def test_a_copy_is_taken_out_from_its_row_and_leaves_my_data(anna: Office) -> None:
    anna.member(BEN, connected=True)
    anna.synced(also=[BEN])
    at = anna.deliver(mail(JANE, BEN, subject="For Ben"), BEN)[BEN]
    anna.label(BEN, at["threadId"])
    anna.sync(BEN)

    anna.press(BEN, my_data(anna, BEN), "Take my copy out")

    assert "Nothing from your mailbox is in Lever." in texts(my_data(anna, BEN))


def test_of_a_secret_one_its_holder_does_not_see_only_that_is_told_and_the_way_out(anna: Office) -> None:
    secret_without_ben(anna)

    answer = my_data(anna, BEN)

    assert "Secret in Lever\nYou are not among those who see it there." in said(answer)
    assert "Hush, all" not in str(answer)
    offered = {each.text for each in buttons(answer)}
    assert "Take my copy out" in offered
    assert not offered & {"Show conversation", "Remove from Lever"}


def test_new_mail_of_a_secret_one_changes_nothing_in_the_list_of_who_does_not_see_it(anna: Office) -> None:
    first = secret_without_ben(anna)
    at = anna.deliver(mail(JANE, BEN, subject="For Ben"), BEN)[BEN]
    anna.label(BEN, at["threadId"])
    anna.sync(BEN)
    before = my_data(anna, BEN)

    anna.deliver(mail(JANE, ANNA, subject="Hush, all", reply_to=first), ANNA)
    anna.sync(ANNA)

    assert my_data(anna, BEN) == before


def test_who_opened_a_secret_one_is_told_to_who_made_it_secret_only(anna: Office) -> None:
    anna.member(SARA, Role.SUPER_ADMIN)
    secret_without_ben(anna)
    [found] = anna.stored(anna.jane(), ANNA)

    anna.answer(SARA, "actions/conversation", parameters={"conversation": found.conversation.id})

    assert "Opened without being on it: Sara, " in said(my_data(anna))
    assert "Opened without being on it" not in said(my_data(anna, BEN))
    assert "Opened without being on it" not in said(my_data(anna, SARA))


def test_nobody_finds_a_conversation_about_themselves_among_their_data(anna: Office) -> None:
    anna.synced(subject="About Anna")
    make_self(anna, ANNA)

    answer = my_data(anna)

    assert "About Anna" not in str(answer)
    assert "Secret in Lever" not in said(answer)
    assert "Take my copy out" not in {each.text for each in buttons(answer)}


def test_an_interviewer_sees_what_is_stored_of_theirs_without_what_is_in_it(anna: Office) -> None:
    anna.synced(subject="Application")
    demote(anna, ANNA)

    answer = my_data(anna)

    assert "1 conversation, 1 message." in texts(answer)
    assert "Your role does not show what is in it." in said(answer)
    assert "Application" not in str(answer)
    assert not {each.text for each in buttons(answer)} & {"Take everything out", "Show conversation"}


def test_an_interviewer_takes_nothing_out_however_it_is_pressed(anna: Office) -> None:
    anna.synced()
    demote(anna, ANNA)

    answer = anna.answer(ANNA, "actions/withdraw", parameters={"want": "all"})

    assert "Nothing here. It may be gone or not shared with you." in texts(answer)


def test_an_interviewer_reaches_their_settings_which_offer_nothing_they_may_not(anna: Office) -> None:
    anna.synced()
    demote(anna, ANNA)

    answer = anna.press(ANNA, anna.answer(ANNA, "home"), "Settings")

    assert {"Your role\nInterviewer", "1 conversation, 1 message."} <= set(texts(answer))
    assert "Your role does not use Lever in Gmail." in said(answer)
    assert {each.url.rpartition("/")[2] for each in buttons(answer)} == {"my-data", "settings"}
