"""Where Gmail lost the history, or an older store was put back: bounded repair, and in the end nothing is missing.

A second company reads the same mailbox and never misses a thing; in the end both stores hold the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from addon.gateways.gmail import StoredGmail
from addon.sync import Outcome
from storage.records import ThreadState
from tests.backends import Place
from tests.cards.grammar import texts
from tests.fakes.clock import LONG_AGO as OUR_CLOCK_IS_BEHIND
from tests.journeys.edges.companies import copy_of, lose_history, moved_to, remains
from tests.journeys.test_interrupted import on_second_page
from tests.office import ANNA, JANE, Office, mail

LONG_AGO = "Mon, 03 Jan 2022 12:00:00 +0000"


def mbox(sender: str, subjects: Sequence[str], *, date: str = "Mon, 23 Nov 2026 12:00:00 +0000") -> bytes:
    return b"".join(
        f"From MAILER-DAEMON Mon Nov 23 12:28:29 2026\nFrom: {sender}\nTo: {ANNA}\nSubject: {subject}\n"
        f"Message-ID: <{abs(hash((sender, subject, n)))}@else.example>\nDate: {date}\n\nx\n\n".encode()
        for n, subject in enumerate(subjects)
    )


def noise(office: Office, mails: int) -> None:
    office.simulator.control.load(ANNA, mbox("nobody@else.example", [f"noise {n}" for n in range(mails)]))


def count(office: Office, subject: str) -> int:
    return sum(
        found.summary.count for found in office.stored(office.jane(), ANNA) if found.summary.subject == subject
    )


# --- as if nothing had been lost --------------------------------------------------------------------------


def busy_week(office: Office, seen: Callable[[], object]) -> None:
    """What may happen to threads; `seen` is called whenever somebody could look.

    Nothing comes and goes again in it: what no list shows any more is another test's.
    """
    followed, ended, anew, late = (mail(JANE, ANNA, subject=name) for name in ("A", "B", "C", "D"))
    stranger = mail("who@people.example", ANNA, subject="E")
    a, b, c, d, e = (office.deliver(each, ANNA)[ANNA] for each in (followed, ended, anew, late, stranger))
    for at in (a, b, c, e):
        office.label(ANNA, at["threadId"])
    seen()
    office.unlabel(ANNA, c["threadId"])
    seen()
    noise(office, 20)
    office.deliver(mail(JANE, ANNA, reply_to=followed, text="a reply"), ANNA)
    office.deliver(mail(ANNA, JANE, reply_to=followed, text="an answer"), ANNA)
    seen()
    office.deliver(mail("who@people.example", ANNA, reply_to=stranger, text="still nobody"), ANNA)
    office.label(ANNA, d["threadId"])
    seen()
    office.unlabel(ANNA, b["threadId"])
    office.label(ANNA, c["threadId"])
    seen()
    office.deliver(mail(JANE, ANNA, reply_to=ended, text="after the label came off"), ANNA)
    office.deliver(mail(JANE, ANNA, reply_to=late, text="after it was put on"), ANNA)
    new = office.deliver(mail(JANE, ANNA, subject="F"), ANNA)[ANNA]
    office.label(ANNA, new["threadId"], "Lever/Secret")
    seen()


BEFORE_THE_LOSS = 2
"""So often both have looked."""


def test_after_a_missed_week_the_store_is_what_an_unbroken_run_would_have_left(
    anna: Office, unbroken: Office
) -> None:
    looks: list[Outcome] = []

    def seen() -> None:
        unbroken.sync(ANNA)
        if len(looks) < BEFORE_THE_LOSS:
            looks.extend(anna.sync(ANNA))

    busy_week(anna, seen)
    anna.clock.pass_time(days=7)
    lose_history(anna)

    assert anna.sync(ANNA) == [Outcome.COMPLETE]
    unbroken.sync(ANNA)
    assert remains(anna, ANNA) == remains(unbroken, ANNA)


@pytest.mark.parametrize("lost", [True, False], ids=["history lost", "history there"])
def test_after_an_older_copy_of_the_store_was_put_back_it_is_what_the_newer_one_was(
    anna: Office, make_place: Callable[[str], Place], *, lost: bool
) -> None:
    older, looks = make_place("older"), list[Outcome]()

    def seen() -> None:
        looks.extend(anna.sync(ANNA))
        if len(looks) == BEFORE_THE_LOSS:
            copy_of(anna, older)

    busy_week(anna, seen)
    back = moved_to(older, anna)
    if lost:
        lose_history(back)

    assert back.sync(ANNA) == [Outcome.COMPLETE]
    assert remains(back, ANNA) == remains(anna, ANNA)
    back.services.store.close()


def test_after_a_lost_page_in_the_middle_nothing_is_missing_and_nothing_doubled(
    anna: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for subject in ("On the first page", "On the second page"):
        at = anna.deliver(mail(JANE, ANNA, subject=subject), ANNA)[ANNA]
        anna.label(ANNA, at["threadId"])
        noise(anna, 520)

    def loses() -> None:
        anna.simulator.control.expire_history(ANNA)

    monkeypatch.setattr(StoredGmail, "history", on_second_page(loses))

    assert anna.sync(ANNA) == [Outcome.COMPLETE]
    assert [call["status"] for call in anna.calls("history.list")][-2:] == [404, 404]
    assert (count(anna, "On the first page"), count(anna, "On the second page")) == (1, 1)
    assert len(anna.calls("threads.get")) == 2


def test_after_access_was_off_for_a_week_and_the_history_is_gone_reconnecting_goes_on_where_it_ended(
    anna: Office, unbroken: Office
) -> None:
    looks: list[Outcome] = []

    def seen() -> None:
        unbroken.sync(ANNA)
        if len(looks) < BEFORE_THE_LOSS:
            looks.extend(anna.sync(ANNA))
        elif len(looks) == BEFORE_THE_LOSS:
            consent = anna.services.store.consent(f"sub-{ANNA}")
            assert consent is not None
            anna.services.tokens.revoke(consent.refresh_token)
            unbroken.connect(ANNA)  # the revocation was for the whole project
            looks.extend(anna.sync(ANNA))

    busy_week(anna, seen)
    anna.consent(ANNA)
    lose_history(anna)

    assert (looks[-1], anna.sync(ANNA)) == (Outcome.RESTING, [Outcome.COMPLETE])
    unbroken.sync(ANNA)
    assert remains(anna, ANNA) == remains(unbroken, ANNA)


def test_turned_off_and_on_again_all_that_carries_the_label_comes_in_as_far_as_its_owner_says(
    anna: Office, unbroken: Office
) -> None:
    first = mail(JANE, ANNA, subject="Application")
    at = anna.synced_mail(first)
    unbroken.sync(ANNA)
    anna.answer(ANNA, "actions/set-email", parameters={"want": "off"})
    unbroken.connect(ANNA)
    anna.deliver(mail(JANE, ANNA, reply_to=first, text="meanwhile"), ANNA)
    unbroken.sync(ANNA)
    anna.simulator.control.expire_history(ANNA)

    anna.connect(ANNA)
    anna.sync(ANNA)
    waits = anna.thread(ANNA, at)
    anna.answer(ANNA, "actions/settings", parameters={"want": "backfill-all"})
    anna.sync(ANNA)

    assert waits is not None
    assert waits.state is ThreadState.STOPPED
    assert remains(anna, ANNA)["conversations"] == remains(unbroken, ANNA)["conversations"]


# --- never a full sync ------------------------------------------------------------------------------------


def test_two_thousand_missed_mails_and_forty_labelled_threads_cost_twice_34_units_and_20_for_each_that_belongs(
    anna: Office,
) -> None:
    first = mail(JANE, ANNA, subject="Application")
    anna.simulator.control.create_label(ANNA, "Lever")
    anna.deliver(first, ANNA)
    anna.simulator.control.load(ANNA, mbox(JANE, [f"thread {n}" for n in range(39)]))
    for thread in anna.simulator.control.mailbox(ANNA)["threads"]:
        anna.label(ANNA, thread["id"])
    anna.sync(ANNA)
    assert len(anna.stored(anna.jane(), ANNA)) == 40
    noise(anna, 1_958)
    for text in ("one", "two"):
        anna.deliver(mail(JANE, ANNA, reply_to=first, text=text), ANNA)
    anna.simulator.control.expire_history(ANNA)
    anna.simulator.control.reset_meter()

    anna.sync(ANNA)

    assert count(anna, "Application") == 3
    # Lost history 2, profile 1, labels 1, what carries the label 5, 2,000 mails 20, the month before 5; and two
    # messages.
    assert anna.units(ANNA) == 34 + 2 * 20
    anna.sync(ANNA)
    # Once more for what the lists did not show yet; then history anew.
    assert anna.units(ANNA) == 34 + 2 * 20 + 34 + 2
    assert len(anna.calls("messages.get")) == 2


def test_what_came_more_than_a_month_before_the_last_complete_run_is_not_listed(anna: Office) -> None:
    first = mail(JANE, ANNA, subject="Application")
    anna.synced_mail(first)
    anna.simulator.control.load(ANNA, mbox("old@else.example", ["old"] * 600, date=LONG_AGO))
    lose_history(anna)
    anna.simulator.control.reset_meter()

    anna.sync(ANNA)

    assert len(anna.calls("messages.list")) == 3
    assert anna.units(ANNA) == 1 + 1 + 5 + 5 + 5


@pytest.mark.parametrize("away", ["spam", "trash"])
def test_a_reply_from_before_the_lost_time_that_was_rescued_in_it_comes_in(anna: Office, away: str) -> None:
    control, first = anna.simulator.control, mail(JANE, ANNA, subject="Application")
    anna.synced_mail(first)
    reply = anna.deliver(mail(JANE, ANNA, reply_to=first), ANNA)[ANNA]
    {"spam": control.spam, "trash": control.trash}[away](ANNA, reply["id"])
    anna.sync(ANNA)
    anna.clock.pass_time(days=(OUR_CLOCK_IS_BEHIND + timedelta(days=9)).days)
    assert anna.sync(ANNA) == [Outcome.COMPLETE]
    {"spam": control.not_spam, "trash": control.untrash}[away](ANNA, reply["id"])
    lose_history(anna)

    anna.sync(ANNA)

    assert count(anna, "Application") == 2


def test_a_second_repair_changes_nothing_and_reads_no_thread(anna: Office) -> None:
    busy_week(anna, lambda: anna.sync(ANNA))
    before = remains(anna, ANNA)

    for _ in range(2):
        lose_history(anna)
        anna.simulator.control.reset_meter()
        assert anna.sync(ANNA) == [Outcome.COMPLETE]

    assert remains(anna, ANNA) == before
    assert anna.calls("threads.get") == []


def test_a_new_cursor_that_gmail_denies_as_well_ends_in_one_repair_and_no_loop(anna: Office) -> None:
    anna.synced()
    noise(anna, 1)
    anna.simulator.control.fault("GET .*/history", status=404, reason="notFound", times=3)
    assert anna.sync(ANNA) == [Outcome.COMPLETE]
    anna.simulator.control.reset_meter()

    assert anna.sync(ANNA) == [Outcome.COMPLETE]

    assert [call["status"] for call in anna.calls("history.list")] == [404, 404]
    assert len(anna.calls("getProfile")) == 1
    assert anna.sync(ANNA) == [Outcome.COMPLETE]


def test_of_nobodys_thread_that_was_listed_nothing_is_kept(anna: Office) -> None:
    anna.synced()
    stranger = anna.deliver(mail("private@else.example", ANNA, subject="Private"), ANNA)[ANNA]
    lose_history(anna)

    anna.sync(ANNA)

    assert anna.thread(ANNA, stranger) is None
    assert len(remains(anna, ANNA)["threads"]) == 1


# --- what a repair must not undo --------------------------------------------------------------------------


def test_what_was_removed_stays_removed_though_the_label_was_put_on_in_the_lost_time(anna: Office) -> None:
    at = anna.synced()
    anna.confirm(ANNA, anna.open(ANNA, at), "Remove from Lever", "Remove from Lever", opened=at)
    anna.unlabel(ANNA, at["threadId"])
    anna.sync(ANNA)
    anna.label(ANNA, at["threadId"])
    lose_history(anna)

    anna.sync(ANNA)

    assert anna.stored(anna.jane(), ANNA) == []


def test_a_stop_in_the_panel_outlasts_a_repair_though_a_filter_labels_every_reply(anna: Office) -> None:
    anna.simulator.control.create_label(ANNA, "Lever")
    anna.simulator.control.filter(ANNA, sender=JANE, label="Lever")
    first = mail(JANE, ANNA, subject="Application")
    at = anna.deliver(first, ANNA)[ANNA]
    anna.sync(ANNA)
    anna.press(ANNA, anna.open(ANNA, at), "Stop updating", opened=at)
    for text in ("before the loss", "in the lost time"):
        anna.deliver(mail(JANE, ANNA, reply_to=first, text=text), ANNA)
        if text == "before the loss":
            anna.sync(ANNA)
    lose_history(anna)

    anna.sync(ANNA)

    assert count(anna, "Application") == 1
    assert "SYNCED" not in " ".join(texts(anna.open(ANNA, at)))


def test_a_thread_that_was_deleted_for_good_in_gmail_stays_in_lever_and_nobody_is_asked_about_its_label(
    anna: Office,
) -> None:
    at = anna.synced()
    anna.simulator.control.delete_message(ANNA, at["id"])
    lose_history(anna)

    anna.sync(ANNA)

    thread = anna.thread(ANNA, at)
    assert count(anna, "Application") == 1
    assert thread is not None
    assert (thread.state, thread.label_off_at) == (ThreadState.FOLLOWING, None)


# --- what no list shows, and is lost (docs/decisions/0002) ------------------------------------------------


def test_mail_that_came_and_went_in_the_lost_time_is_the_only_mail_missing(anna: Office, unbroken: Office) -> None:
    first, second = mail(JANE, ANNA, subject="A"), mail(JANE, ANNA, subject="B")
    anna.synced_mail(first)
    ends = anna.synced_mail(second)
    unbroken.sync(ANNA)
    binned, deleted = (
        anna.deliver(mail(JANE, ANNA, reply_to=first, text=text), ANNA)[ANNA] for text in ("binned", "deleted")
    )
    anna.deliver(mail(JANE, ANNA, reply_to=second, text="before the label came off"), ANNA)
    unbroken.sync(ANNA)
    anna.simulator.control.trash(ANNA, binned["id"])
    anna.simulator.control.delete_message(ANNA, deleted["id"])
    anna.unlabel(ANNA, ends["threadId"])
    anna.deliver(mail(JANE, ANNA, reply_to=first, text="still there"), ANNA)
    unbroken.sync(ANNA)
    lose_history(anna)

    anna.sync(ANNA)

    assert (count(unbroken, "A"), count(unbroken, "B")) == (4, 2)
    assert (count(anna, "A"), count(anna, "B")) == (2, 1)
    assert remains(anna, ANNA)["threads"] == remains(unbroken, ANNA)["threads"]


# --- lists lag as history does ----------------------------------------------------------------------------


def test_what_lists_do_not_show_yet_when_history_is_lost_comes_in_with_the_next_run(
    anna: Office, unbroken: Office
) -> None:
    first, other = mail(JANE, ANNA, subject="Application"), mail(JANE, ANNA, subject="Labelled")
    anna.synced_mail(first)
    ends = anna.synced(subject="Taken off")
    new = anna.deliver(other, ANNA)[ANNA]
    anna.sync(ANNA)
    unbroken.sync(ANNA)
    anna.clock.pass_time(days=8)
    anna.simulator.control.expire_history(ANNA)
    anna.simulator.control.lag(ANNA, seconds=3600, ahead=True)
    anna.deliver(mail(JANE, ANNA, reply_to=first), ANNA)
    anna.label(ANNA, new["threadId"])
    anna.unlabel(ANNA, ends["threadId"])

    outcomes = anna.sync(ANNA)
    before = count(anna, "Application")
    anna.simulator.control.lag(ANNA, calls=0)
    outcomes += anna.sync(ANNA)
    unbroken.sync(ANNA)

    assert outcomes == [Outcome.COMPLETE] * 2
    assert before == 1
    assert remains(anna, ANNA) == remains(unbroken, ANNA)


def test_a_repair_ends_with_the_run_after_it_and_what_follows_is_history_again(anna: Office) -> None:
    anna.synced()
    anna.simulator.control.expire_history(ANNA)
    anna.deliver(mail("nobody@else.example", ANNA), ANNA)
    anna.simulator.control.expire_history(ANNA)

    for _ in range(2):
        assert anna.sync(ANNA) == [Outcome.COMPLETE]
    anna.simulator.control.reset_meter()
    anna.sync(ANNA)

    assert [call["method"] for call in anna.calls()] == ["history.list"]
