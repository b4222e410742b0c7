"""*Taken out*: what one took out of Lever oneself, how long that can be undone, and Undo of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from addon import members as colleagues
from addon import purging
from addon.web.jobs import AT_MOST
from storage.records import Role
from tests.cards.grammar import buttons, texts
from tests.counting import counted
from tests.journeys.test_my_data import make_self, my_data, said, secret_without_ben
from tests.office import ANNA, BEN, CARA, JANE, Office, mail

EMPTY = "There is nothing here that you took out of Lever."
NOBODYS = "A conversation from your mailbox"


def taken_out(office: Office, email: str = ANNA) -> dict[str, Any]:
    return office.press(email, my_data(office, email), "Taken out")


def day(office: Office, **later: float) -> str:
    office.clock.pass_time(**later)
    now = office.clock.now()
    office.clock.pass_time(**{name: -value for name, value in later.items()})
    return f"{now:%b} {now.day}, {now.year}"


def offered(answer: Mapping[str, Any]) -> list[str]:
    return [each.text for each in buttons(answer)]


def test_who_took_nothing_out_is_told_so(anna: Office) -> None:
    anna.synced()

    assert EMPTY in texts(taken_out(anna))


def test_a_removed_conversation_is_there_with_how_long_it_can_be_undone_and_comes_back(anna: Office) -> None:
    anna.synced(subject="Application")
    anna.confirm(ANNA, my_data(anna), "Remove from Lever", "Remove from Lever")
    today, last = day(anna), day(anna, days=30)
    anna.clock.pass_time(days=9.5)

    there = taken_out(anna)
    after = anna.press(ANNA, there, "Undo")

    assert f"Application\nAbout Jane Doe\nRemoved from Lever on {today}." in said(there)
    assert f"You can undo for 21 more days, until {last}." in said(there)
    assert EMPTY in texts(after)
    assert "Back in Lever." in str(after)
    assert anna.stored(anna.jane(), ANNA)


def test_a_copy_nobody_else_had_is_told_by_whom_it_is_about_and_leads_to_the_mail_in_gmail(anna: Office) -> None:
    at = anna.synced(subject="Application")
    anna.press(ANNA, my_data(anna), "Take my copy out")

    there = taken_out(anna)

    assert f"{NOBODYS}\nAbout Jane Doe\nYour copy was taken out of Lever on {day(anna)}." in said(there)
    assert "Application" not in str(there)
    assert at["threadId"] in str(there)

    anna.press(ANNA, there, "Undo")

    assert anna.stored(anna.jane(), ANNA)


def test_what_email_off_took_out_is_there_too_and_comes_back_one_by_one(anna: Office) -> None:
    for n in range(3):
        anna.synced(subject=f"Mail {n}")
    anna.press(ANNA, anna.answer(ANNA, "actions/set-email"), "Turn off, take mine out")

    there = taken_out(anna)
    after = anna.press(ANNA, there, "Undo")

    assert offered(there).count("Undo") == 3
    assert offered(after).count("Undo") == 2
    assert len(anna.stored(anna.jane(), ANNA)) == 1


def test_ten_stand_on_a_page_its_last_first_and_undo_comes_back_to_its_page(anna: Office) -> None:
    for n in range(12):
        at = anna.deliver(mail(JANE, ANNA, subject=f"Mail {n:02}"), ANNA)[ANNA]
        anna.label(ANNA, at["threadId"])
    anna.sync(ANNA)
    for found in sorted(anna.stored(anna.jane(), ANNA), key=lambda each: each.summary.subject):
        anna.clock.pass_time(minutes=1)
        question = anna.answer(ANNA, "actions/remove", parameters={"conversation": found.conversation.id})
        anna.press(ANNA, question, "Remove from Lever")

    first = taken_out(anna)
    second = anna.press(ANNA, first, "More")
    after = anna.press(ANNA, second, "Undo")

    def shown(answer: Mapping[str, Any]) -> list[str]:
        return [line for line in said(dict(answer)).split("\n") if line.startswith("Mail ")]

    pages = [shown(first), shown(second)]
    assert [len(each) for each in pages] == [10, 2]
    assert sorted(pages[0] + pages[1]) == [f"Mail {n:02}" for n in range(12)]
    assert pages == [sorted(each, reverse=True) for each in pages]
    assert shown(after) == pages[1][1:]
    assert len(shown(anna.press(ANNA, after, "Undo"))) == 10  # the page that is empty gives way to the first


def test_when_a_colleague_takes_their_copy_out_changes_nothing_of_ones_own_list(anna: Office) -> None:
    anna.member(BEN, connected=True)
    for n in range(12):
        both = anna.deliver(mail(JANE, ANNA, BEN, subject=f"Mail {n:02}"), ANNA, BEN)
        for email, at in both.items():
            anna.label(email, at["threadId"])
    anna.sync(ANNA, BEN)
    held = anna.stored(anna.jane(), ANNA)
    for found in held:
        anna.clock.pass_time(minutes=1)
        anna.answer(ANNA, "actions/withdraw", parameters={"conversation": found.conversation.id})
    before = taken_out(anna)

    anna.clock.pass_time(minutes=1)
    for found in held[::5]:
        anna.answer(BEN, "actions/withdraw", parameters={"conversation": found.conversation.id})

    assert undos_and_more(taken_out(anna)) == undos_and_more(before)


def undos_and_more(answer: dict[str, Any]) -> list[Mapping[str, str]]:
    """Which conversations its Undos are of, in their order, and where More leads."""
    return [each.parameters for each in buttons(answer)]


def test_what_is_destroyed_is_on_no_list(anna: Office) -> None:
    anna.synced()
    anna.press(ANNA, my_data(anna), "Take my copy out")
    anna.clock.pass_time(days=30, minutes=1)

    assert "This can no longer be undone." in said(taken_out(anna))
    assert "Undo" not in offered(taken_out(anna))
    purging.purge_due(anna.services, until=anna.clock.now() + AT_MOST)
    assert EMPTY in texts(taken_out(anna))


def test_of_a_secret_one_they_did_not_see_only_that_is_told(anna: Office) -> None:
    secret_without_ben(anna)
    anna.press(BEN, my_data(anna, BEN), "Take my copy out")

    there = taken_out(anna, BEN)

    assert f"Secret in Lever\nYour copy was taken out of Lever on {day(anna)}." in said(there)
    assert "Hush, all" not in str(there)
    assert "Jane Doe" not in str(there)
    assert "Undo" in offered(there)


def test_an_admin_finds_what_they_removed_of_others_and_their_colleagues_find_nothing(anna: Office) -> None:
    anna.member(CARA, Role.ADMIN)
    anna.member(BEN, Role.ADMIN)
    anna.synced(subject="Application")
    [found] = anna.stored(anna.jane(), CARA)
    given = {"conversation": found.conversation.id}
    anna.press(CARA, anna.answer(CARA, "actions/remove", parameters=given), "Remove from Lever")

    there = taken_out(anna, CARA)

    assert "Application" in said(there)
    assert [EMPTY in texts(taken_out(anna, each)) for each in (ANNA, BEN)] == [True, True]
    anna.press(CARA, there, "Undo")
    assert anna.stored(anna.jane(), ANNA)


def test_a_copy_that_is_out_of_what_a_colleague_removed_waits_for_them(anna: Office) -> None:
    anna.member(BEN, connected=True)
    copies = anna.deliver(mail(JANE, ANNA, BEN, subject="Application"), ANNA, BEN)
    for email in (ANNA, BEN):
        anna.label(email, copies[email]["threadId"])
    anna.sync(ANNA, BEN)
    anna.press(ANNA, my_data(anna), "Take my copy out")
    anna.confirm(BEN, my_data(anna, BEN), "Remove from Lever", "Remove from Lever")

    there = taken_out(anna)

    assert "Your copy was taken out of Lever" in said(there)
    assert "Undo" not in offered(there)
    assert "This can no longer be undone." not in said(there)


def test_nobody_finds_what_is_about_themselves(anna: Office) -> None:
    anna.synced()
    anna.press(ANNA, my_data(anna), "Take my copy out")
    make_self(anna, ANNA)

    assert EMPTY in texts(taken_out(anna))


def test_an_interviewer_finds_that_something_is_out_and_no_more(anna: Office) -> None:
    anna.synced(subject="Application")
    anna.confirm(ANNA, my_data(anna), "Remove from Lever", "Remove from Lever")
    colleagues.set_role(ANNA, Role.INTERVIEWER, anna.services, actor="operator:test")

    there = taken_out(anna)

    assert NOBODYS in said(there)
    assert "Application" not in str(there)
    assert "Jane Doe" not in str(there)
    assert "Undo" not in offered(there)


def test_a_page_costs_a_bounded_number_of_reads(anna: Office) -> None:
    for n in range(3):
        anna.synced(subject=f"Mail {n}")
    anna.confirm(ANNA, my_data(anna), "Take everything out", "Take everything out")

    _, reads = counted(anna, lambda: anna.answer(ANNA, "actions/my-data", parameters={"want": "taken-out"}))

    reads.pop("member", None)
    assert sum(reads.values()) <= 2 + 3, reads


# --- back where it was begun ------------------------------------------------------------------------------


def navigations(answer: Mapping[str, Any]) -> list[str]:
    action = answer.get("action") or answer["renderActions"]["action"]
    return [next(iter(each)) for each in action["navigations"]]


@pytest.mark.parametrize(
    ("words", "notice"),
    [
        (("Remove from Lever", "Remove from Lever"), "Removed."),
        (("Remove from Lever", "Take only my copy out"), "Your copy is out of Lever."),
        (("Remove from Lever", "Keep it"), ""),
        (("Take my copy out",), "Your copy is out of Lever."),
        (("Take everything out", "Take everything out"), "Everything from your mailbox is out of Lever."),
        (("Take everything out", "Keep it"), ""),
    ],
)
def test_what_is_begun_in_my_data_comes_back_to_it(anna: Office, words: tuple[str, ...], notice: str) -> None:
    anna.member(BEN, connected=True)
    copies = anna.deliver(mail(JANE, ANNA, BEN, subject="Application"), ANNA, BEN)
    for email in (ANNA, BEN):
        anna.label(email, copies[email]["threadId"])
    anna.sync(ANNA, BEN)

    after = anna.confirm(ANNA, my_data(anna), *words)

    assert {"Taken out"} <= set(offered(after))
    assert navigations(after) == ["popToRoot", "pushCard"]
    assert notice in str(after.get("renderActions", ""))
    assert bool(notice) is (after.get("stateChanged") is True)


def test_what_is_begun_on_a_later_page_comes_back_to_that(anna: Office) -> None:
    for n in range(12):
        at = anna.deliver(mail(JANE, ANNA, subject=f"Mail {n:02}"), ANNA)[ANNA]
        anna.label(ANNA, at["threadId"])
    anna.sync(ANNA)
    second = anna.press(ANNA, my_data(anna), "More")

    kept = anna.confirm(ANNA, second, "Remove from Lever", "Keep it")
    after = anna.confirm(ANNA, kept, "Take my copy out")

    assert "Mail 01" in said(kept)
    assert "Mail 00" in said(after)
    assert "Mail 11" not in said(after)
    assert "Mail 11" in said(anna.press(ANNA, after, "Take my copy out"))


def test_what_is_begun_in_settings_comes_back_to_them(anna: Office) -> None:
    anna.synced()

    kept = anna.confirm(ANNA, anna.answer(ANNA, "actions/settings"), "Take everything out", "Keep it")

    assert "Taken out" not in offered(kept)
    assert "Take everything out" in offered(kept)
