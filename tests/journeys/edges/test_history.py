"""History that is empty where more follows, rolls over a digit, or tells of nothing that is ours."""

from __future__ import annotations

from collections.abc import Callable

from addon.sync import Outcome
from tests.backends import Place
from tests.office import ANNA, JANE, Office, mail


def labelled(office: Office, subject: str = "Application") -> None:
    at = office.deliver(mail(JANE, ANNA, subject=subject), ANNA)[ANNA]
    office.label(ANNA, at["threadId"])


def cursor(office: Office) -> int:
    mailbox = office.services.store.mailbox(f"sub-{ANNA}")
    assert mailbox is not None
    assert mailbox.cursor is not None
    return mailbox.cursor


def subjects(office: Office) -> set[str]:
    return {found.summary.subject for found in office.stored(office.jane(), ANNA)}


def test_an_empty_page_that_has_a_next_one_is_not_the_end(anna: Office) -> None:
    labelled(anna)
    anna.simulator.control.empty_history_page(ANNA)
    anna.simulator.control.reset_meter()

    assert anna.sync(ANNA) == [Outcome.COMPLETE]

    assert len(anna.calls("history.list")) == 2
    assert subjects(anna) == {"Application"}


def test_an_id_that_gmail_names_and_does_not_show_yet_is_not_passed_though_nobody_was_told_of_it(
    anna: Office,
) -> None:
    anna.simulator.control.lag(ANNA, calls=1, ahead=True)
    labelled(anna)

    assert anna.sync(ANNA, ANNA) == [Outcome.COMPLETE] * 2

    assert subjects(anna) == {"Application"}


def test_in_a_mailbox_where_nothing_happens_the_cursor_grows_no_older_than_the_last_look(anna: Office) -> None:
    before = cursor(anna)
    anna.simulator.control.lag(ANNA, seconds=3600, ahead=True)
    anna.deliver(mail("nobody@else.example", ANNA), ANNA)

    anna.sync(ANNA)
    anna.sync_now(ANNA)
    young = cursor(anna)
    anna.sync(ANNA)

    assert young == before
    assert cursor(anna) == int(anna.simulator.control.mailbox(ANNA)["historyId"])


def test_history_ids_are_compared_as_numbers_and_roll_over_a_digit(make_office: Callable[..., Office]) -> None:
    office = make_office()
    office.simulator.control.add_mailbox(ANNA, sub=f"sub-{ANNA}", name="Anna", history_id=997)
    office.member(ANNA, connected=True)
    office.candidate("Jane Doe", JANE)
    office.sync(ANNA)
    before = cursor(office)

    for subject in ("First", "Second", "Third"):
        labelled(office, subject)
        office.sync(ANNA)

    assert before < 1000 < cursor(office)
    assert str(before) > str(cursor(office))
    assert subjects(office) == {"First", "Second", "Third"}
    assert len(office.calls("threads.get")) == 3


def test_a_push_that_rolls_over_a_digit_is_the_newer_one(make_office: Callable[..., Office]) -> None:
    office = make_office()
    office.member(ANNA, connected=True)
    office.sync(ANNA)

    for told in (999, "1000", 998):
        office.push(ANNA, told)

    bell = office.services.store.bell(f"sub-{ANNA}")
    assert bell is not None
    assert bell.notified == 1000


def test_where_all_of_it_is_irrelevant_the_cursor_moves_and_nothing_is_stored(anna: Office, place: Place) -> None:
    control = anna.simulator.control
    before = cursor(anna)
    at = [
        anna.deliver(mail("private@else.example", ANNA, subject=f"unmistakable {n}"), ANNA)[ANNA] for n in range(5)
    ]
    control.label(ANNA, at[0]["threadId"], add=["STARRED"])
    control.trash(ANNA, at[1]["id"])
    control.delete_message(ANNA, at[2]["id"])
    control.draft(ANNA, mail(ANNA, "private@else.example", subject="unmistakable draft"))
    control.reset_meter()

    assert anna.sync(ANNA) == [Outcome.COMPLETE]

    assert cursor(anna) == int(control.mailbox(ANNA)["historyId"]) > before
    assert [call["method"] for call in anna.calls()] == ["history.list"]
    raw = place.raw()
    assert not [word for each in at for word in (*each.values(), "unmistakable") if word.encode() in raw]
