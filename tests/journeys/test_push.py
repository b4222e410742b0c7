"""Gmail tells of changes through Pub/Sub: a bell and no news. Lost, late, doubled or reordered, the end is one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from addon import sync
from addon.opting import turn_off
from addon.sync import Outcome
from storage.records import Bell, Mailbox
from tests.office import ANNA, BASE_URL, BEN, JANE, JOBS_ACCOUNT, TOPIC, Office, mail, push_body

SUB = f"sub-{ANNA}"
ONE_ONLY = "Only one user push notification client allowed per developer (call /stop then try again)"


@pytest.fixture
def told(make_office: Callable[..., Office]) -> Office:
    """Anna's mailbox is watched, was just run, and is due at the next poll."""
    office = make_office(PUBSUB_TOPIC=TOPIC)
    office.member(ANNA, connected=True)
    office.candidate("Jane Doe", JANE)
    office.sync(ANNA)
    return office


def box(office: Office) -> Mailbox:
    found = office.services.store.mailbox(SUB)
    assert found is not None
    return found


def bell(office: Office) -> Bell:
    found = office.services.store.bell(SUB)
    assert found is not None
    return found


def subjects(office: Office) -> list[str]:
    return sorted(found.summary.subject for found in office.stored(office.jane(), ANNA))


def labelled(office: Office, subject: str) -> None:
    at = office.deliver(mail(JANE, ANNA, subject=subject), ANNA)[ANNA]
    office.label(ANNA, at["threadId"])


# --- from a change to the store ---------------------------------------------------------------------------


def test_a_label_is_in_lever_some_seconds_after_gmail_told_of_it(told: Office) -> None:
    told.clock.pass_time(minutes=2)
    labelled(told, "Application")
    told.push(ANNA)

    told.clock.pass_time(seconds=4)
    too_early = told.sweep()
    told.clock.pass_time(seconds=1)

    assert (too_early, told.sweep()) == (0, 1)
    assert subjects(told) == ["Application"]


def test_a_burst_of_pushes_is_one_run_and_the_next_comes_a_minute_later(told: Office) -> None:
    told.clock.pass_time(minutes=2)
    runs = []
    for _ in range(40):
        told.deliver(mail("nobody@else.example", ANNA), ANNA)
        told.push(ANNA)
        told.clock.pass_time(seconds=2)
        runs.append(told.sweep())

    assert sum(runs) == 2
    assert [n for n, ran in enumerate(runs) if ran] == [2, 32]


def test_with_no_push_at_all_for_a_day_everything_comes_in_by_polling(told: Office) -> None:
    expected = []
    for hour in range(24):
        if hour % 6 == 0:
            labelled(told, f"At {hour}")
            expected.append(f"At {hour}")
        for _ in range(60):
            told.clock.pass_time(minutes=1)
            told.sweep()
        assert len(subjects(told)) == len(expected)

    assert subjects(told) == sorted(expected)


def test_without_a_topic_gmail_is_never_asked_to_tell_and_polling_finds_everything(
    make_office: Callable[..., Office],
) -> None:
    office = make_office(PUBSUB_TOPIC="")
    office.member(ANNA, connected=True)
    office.candidate("Jane Doe", JANE)
    office.sync(ANNA)
    labelled(office, "Application")

    office.clock.pass_time(minutes=10)
    office.sweep()

    assert subjects(office) == ["Application"]
    assert office.calls("watch") == office.calls("stop") == []


# --- what pushes must not be trusted with -----------------------------------------------------------------


def test_a_push_equal_to_the_cursor_has_its_changes_brought_in(told: Office) -> None:
    before = box(told).cursor
    assert before is not None
    labelled(told, "Application")
    told.clock.pass_time(minutes=2)

    told.push(ANNA, before)
    told.clock.pass_time(seconds=5)
    told.sweep()

    assert subjects(told) == ["Application"]


def test_a_push_older_than_the_cursor_is_acknowledged_and_moves_nothing_back(told: Office) -> None:
    labelled(told, "Application")
    told.sync(ANNA)
    cursor = box(told).cursor
    assert cursor is not None

    status = told.push(ANNA, cursor - 1).status_code
    told.clock.pass_time(minutes=2)
    told.sweep()

    assert status == 204
    assert box(told).cursor == cursor
    assert subjects(told) == ["Application"]


def test_doubled_and_reordered_pushes_end_like_one(told: Office) -> None:
    told.clock.pass_time(minutes=2)
    ids = []
    for n in range(3):
        labelled(told, f"Application {n}")
        ids.append(told.simulator.control.mailbox(ANNA)["historyId"])

    for id_ in (*reversed(ids), *ids, ids[1]):
        assert told.push(ANNA, id_).status_code == 204
    told.clock.pass_time(seconds=5)

    assert told.sweep() == 1
    assert subjects(told) == ["Application 0", "Application 1", "Application 2"]
    assert len(told.calls("threads.get")) == 3


def test_a_huge_history_id_that_nobody_has_costs_one_more_look_and_no_mail(told: Office) -> None:
    told.clock.pass_time(minutes=2)
    told.push(ANNA, 2**62)
    told.simulator.control.reset_meter()

    for _ in range(120):
        told.clock.pass_time(seconds=1)
        told.sweep()
    labelled(told, "Application")
    told.sync(ANNA)

    assert [call["method"] for call in told.calls()][:2] == ["history.list", "history.list"]
    assert len(told.calls("history.list")) == 3
    assert subjects(told) == ["Application"]


def test_what_gmail_told_of_and_does_not_show_yet_is_looked_for_again_in_seconds(told: Office) -> None:
    told.clock.pass_time(minutes=2)
    cursor = box(told).cursor
    newest = int(told.simulator.control.mailbox(ANNA)["historyId"]) + 1000
    told.push(ANNA, newest)
    told.clock.pass_time(seconds=5)

    told.sweep()

    assert box(told).cursor == cursor
    assert timedelta(seconds=5) <= bell(told).due_at - told.clock.now() <= timedelta(seconds=10)
    labelled(told, "Application")
    told.clock.pass_time(seconds=10)
    told.sweep()
    assert subjects(told) == ["Application"]


def test_a_run_that_saw_less_than_gmail_told_of_does_not_say_all_is_checked(told: Office) -> None:
    told.clock.pass_time(minutes=2)
    checked = box(told).last_ok_at
    told.push(ANNA, int(told.simulator.control.mailbox(ANNA)["historyId"]) + 1000)
    told.clock.pass_time(seconds=5)

    told.sweep()
    behind = box(told).last_ok_at
    told.clock.pass_time(seconds=10)
    told.sweep()

    assert behind == checked
    assert box(told).last_ok_at == told.clock.now()


def test_a_push_for_an_unknown_address_runs_nobody(told: Office) -> None:
    told.clock.pass_time(minutes=2)

    assert told.push_raw(push_body({"emailAddress": "nobody@acme.example", "historyId": 1})).status_code == 204
    told.clock.pass_time(seconds=5)
    assert told.sweep() == 0


# --- being told (watch) -----------------------------------------------------------------------------------


def test_the_first_run_asks_gmail_to_tell_of_every_change(told: Office) -> None:
    [call] = told.calls("watch")

    assert call["status"] == 200
    assert box(told).watch_until == box(told).watch_asked_at + timedelta(days=7)  # type: ignore[operator]


def test_until_when_it_tells_is_remembered_beside_what_the_run_brings_in(
    make_office: Callable[..., Office],
) -> None:
    office = make_office(PUBSUB_TOPIC=TOPIC)
    office.member(ANNA, connected=True)
    office.candidate("Jane Doe", JANE)
    labelled(office, "Application")

    office.sync(ANNA, ANNA)

    assert subjects(office) == ["Application"]
    assert box(office).watch_until is not None
    assert len(office.calls("watch")) == 1


def test_it_is_renewed_once_a_day_and_its_history_id_is_no_cursor(told: Office) -> None:
    told.simulator.control.reset_meter()
    for _ in range(3 * 24 * 6):
        told.clock.pass_time(minutes=10)
        told.sweep()
    labelled(told, "Before the renewal")
    told.clock.pass_time(days=1)
    told.sync(ANNA)

    assert len(told.calls("watch")) == 3
    assert subjects(told) == ["Before the renewal"]


@pytest.mark.parametrize("status", [400, 403, 429, 500])
def test_a_failing_watch_stops_no_sync_and_is_tried_again_in_an_hour(
    make_office: Callable[..., Office], status: int
) -> None:
    office = make_office(PUBSUB_TOPIC=TOPIC)
    office.simulator.control.fault("POST .*/watch", status=status, reason="forbidden", times=10_000)
    office.member(ANNA, connected=True)
    office.candidate("Jane Doe", JANE)
    labelled(office, "Application")

    for _ in range(119):
        office.clock.pass_time(minutes=1)
        office.sweep()

    assert subjects(office) == ["Application"]
    assert box(office).watch_until is None
    assert len(office.calls("watch")) == 2
    assert office.services.counters.counted("watches") == {"failed": 2}


def test_where_another_topic_is_told_ours_takes_its_place_and_the_sync_goes_on(
    make_office: Callable[..., Office],
) -> None:
    office = make_office(PUBSUB_TOPIC=TOPIC)
    office.member(ANNA, connected=True)
    office.simulator.control.fault("POST .*/watch", status=400, reason="badRequest", times=1, message=ONE_ONLY)

    assert office.sync(ANNA) == [Outcome.COMPLETE]

    assert [call["method"] for call in office.calls()][-4:-1] == ["watch", "stop", "watch"]
    assert box(office).watch_until is not None


def test_consent_given_anew_has_gmail_asked_anew(told: Office) -> None:
    told.simulator.control.reset_meter()

    told.connect(ANNA)
    told.sync(ANNA)

    assert len(told.calls("watch")) == 1


def test_turning_off_stops_it_before_the_token_is_revoked(told: Office) -> None:
    told.simulator.control.reset_meter()

    assert turn_off(told.member(ANNA), told.services, actor=SUB)

    assert [(call["method"], call["status"] < 300) for call in told.calls()] == [("stop", True)]


def test_turning_off_holds_though_gmail_does_not_stop(told: Office) -> None:
    told.simulator.control.fault("POST .*/stop", status=503, times=1)

    assert turn_off(told.member(ANNA), told.services, actor=SUB)

    assert told.services.store.consent(SUB) is None
    assert told.services.store.revocations(now=told.clock.now(), limit=9) == []


def test_turning_off_asks_nothing_where_nothing_was_watched(office: Office) -> None:
    office.member(ANNA, connected=True)
    office.sync(ANNA)
    office.simulator.control.reset_meter()

    turn_off(office.member(ANNA), office.services, actor=SUB)

    assert office.calls() == []


# --- renewing without a run -------------------------------------------------------------------------------


def test_the_scheduler_renews_what_is_due_and_nothing_else(told: Office) -> None:
    told.member(BEN, connected=True)
    told.simulator.control.reset_meter()
    token = told.simulator.control.id_token(aud=f"{BASE_URL}/jobs/renew", email=JOBS_ACCOUNT, sub="scheduler")

    answers = [
        told.client.post("/jobs/renew", headers={"Authorization": f"Bearer {token}"}).get_json() for _ in range(2)
    ]

    assert [(answer["renewed"], answer["more"]) for answer in answers] == [(1, False), (0, False)]
    assert {call["mailbox"] for call in told.calls("watch")} == {BEN}


def test_renewing_stops_when_time_is_up_and_says_that_some_are_left(told: Office) -> None:
    told.member(BEN, connected=True)

    renewed = sync.renew_watches(told.services, until=told.clock.now())

    assert (renewed.mailboxes, renewed.more) == (0, True)
    assert told.calls("watch")[-1]["mailbox"] == ANNA


def test_a_mailbox_that_is_being_run_is_left_to_its_run(told: Office) -> None:
    now = told.clock.now() + timedelta(days=2)
    told.clock.pass_time(days=2)
    assert told.services.store.claim(SUB, owner="another", now=now, until=now + timedelta(minutes=2)) is not None

    renewed = sync.renew_watches(told.services, until=now + timedelta(seconds=25))

    assert (renewed.mailboxes, renewed.more) == (0, False)


def test_a_mailbox_that_rests_is_not_asked_for(told: Office) -> None:
    told.clock.pass_time(days=2)
    told.simulator.control.fault(
        "GET .*/history", status=429, reason="rateLimitExceeded", retry_after=7200, times=1
    )
    told.simulator.control.fault("POST .*/watch", status=500, times=1)
    told.sync(ANNA)
    told.clock.pass_time(minutes=90)
    told.simulator.control.reset_meter()

    sync.renew_watches(told.services, until=told.clock.now() + timedelta(seconds=25))

    assert told.calls() == []


def test_a_mailbox_rests_until_the_time_in_gmails_text_and_no_push_wakes_it(told: Office) -> None:
    told.clock.pass_time(minutes=2)
    at = told.clock.now().replace(microsecond=0) + timedelta(hours=3)
    told.simulator.control.fault(
        "GET .*/history",
        status=429,
        reason="rateLimitExceeded",
        retry_at=at.isoformat().replace("+00:00", "Z"),
        times=1,
    )
    told.sync(ANNA)
    labelled(told, "Application")
    told.simulator.control.reset_meter()

    for _ in range(177):
        told.push(ANNA)
        told.clock.pass_time(minutes=1)
        told.sweep()
    resting = told.calls()
    told.clock.pass_time(minutes=5)
    told.sweep()

    assert resting == []
    assert subjects(told) == ["Application"]


def test_a_time_years_ahead_is_not_taken_at_its_word(told: Office) -> None:
    told.simulator.control.fault(
        "GET .*/history", status=429, reason="rateLimitExceeded", retry_at="2999-01-01T00:00:00Z", times=1
    )
    told.sync(ANNA)
    labelled(told, "Application")

    told.clock.pass_time(days=1)
    told.sweep()

    assert subjects(told) == ["Application"]
