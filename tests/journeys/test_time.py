"""Time that does not pass as it should: strange dates on mail, clocks that jump, a machine that slept for days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from addon import purging, renewing
from addon.sync import Outcome
from addon.sync.held import Held
from storage.records import ConversationState, Message
from tests.office import ANNA, JANE, TOPIC, Office, mail, texts

SUB = f"sub-{ANNA}"


# --- mail of any year -------------------------------------------------------------------------------------

DATES = {
    "the first day Gmail can name": "Fri, 02 Jan 1970 00:00:00 +0000",
    "after 32 bits ended": "Tue, 19 Jan 2038 03:14:08 +0000",
    "the last second of all": "Fri, 31 Dec 9999 23:59:59 +0000",
    "the first year": "Mon, 01 Jan 0001 00:00:00 +0000",
    "no date": None,
    "an empty date": "",
    "no date anybody can read": "the day after tomorrow",
    "a day no calendar has": "Mon, 32 Foo 99999999 25:61:61 +9999",
}


def dated(name: str, date: str | None) -> EmailMessage:
    message = mail(JANE, ANNA, subject=name, text=f"This is {name}.")
    del message["Date"]
    if date is not None:
        message["Date"] = date
    return message


def old_mail(*messages: EmailMessage) -> bytes:
    return b"".join(
        b"From MAILER-DAEMON Mon Nov 23 12:28:29 2026\n" + each.as_bytes() + b"\n\n" for each in messages
    )


def at_home_in(zone: str, office: Office, path: str, **parameters: str) -> str:
    """What a panel in that time zone shows; whatever answers is held to what Gmail takes."""
    event: dict[str, Any] = office.event(ANNA, parameters=parameters)
    event["commonEventObject"]["timeZone"] = {"id": zone, "offset": 0}
    return " ".join(texts(office.post(path, event)))


def taken_in(office: Office) -> dict[str, Message]:
    """Every stored mail, by its conversation's subject."""
    return {
        found.summary.subject: message
        for found in office.stored(office.jane(), ANNA)
        for message in office.messages(found)
    }


def test_mail_of_any_year_or_none_is_stored_listed_and_shown_in_every_zone(anna: Office) -> None:
    anna.simulator.control.load(ANNA, old_mail(*(dated(name, date) for name, date in DATES.items())))
    for thread in anna.simulator.control.mailbox(ANNA)["threads"]:
        anna.label(ANNA, thread["id"])

    assert anna.sync(ANNA) == [Outcome.COMPLETE]

    stored = taken_in(anna)
    assert set(stored) == set(DATES)
    assert stored["the first day Gmail can name"].sent_at == datetime(1970, 1, 2, tzinfo=UTC)
    assert stored["after 32 bits ended"].sent_at == datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC)
    assert stored["the last second of all"].sent_at == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    newest_first = [found.summary.subject for found in anna.stored(anna.jane(), ANNA)]
    assert newest_first[:2] == ["the last second of all", "after 32 bits ended"]
    assert newest_first[-1] == "the first day Gmail can name"
    for zone in ("Asia/Tokyo", "America/New_York"):
        listed = at_home_in(zone, anna, "actions/candidate", candidate=anna.jane().id)
        assert all(name in listed for name in DATES)
        for name, message in stored.items():
            shown = at_home_in(zone, anna, "actions/conversation", conversation=message.conversation)
            assert f"This is {name}." in shown


def test_a_reply_dated_long_ago_or_far_ahead_takes_its_place_and_hides_no_other(anna: Office) -> None:
    first = dated("Application", "Mon, 02 Mar 2026 12:00:00 +0000")
    replies = []
    for text, date in (
        ("from the past", "Fri, 02 Jan 1970 00:00:00 +0000"),
        ("from afar", "Fri, 31 Dec 9999 23:59:59 +0000"),
    ):
        reply = mail(JANE, ANNA, text=text, reply_to=first)
        reply.replace_header("Date", date)
        replies.append(reply)
    anna.simulator.control.load(ANNA, old_mail(first))
    anna.simulator.control.load(ANNA, old_mail(*replies))
    for thread in anna.simulator.control.mailbox(ANNA)["threads"]:
        anna.label(ANNA, thread["id"])
    anna.sync(ANNA)
    now = mail(JANE, ANNA, text="of today", reply_to=first)
    anna.deliver(now, ANNA)
    anna.sync(ANNA)

    [found] = anna.stored(anna.jane(), ANNA)

    told = [message.text.strip() for message in anna.messages(found)]
    assert told == ["from afar", "of today", "This is Application.", "from the past"]
    assert found.summary.count == 4


# --- days and weeks on Home -------------------------------------------------------------------------------


def at_hour(office: Office, hour: int) -> None:
    """Go on to that hour in UTC."""
    now = office.clock.now()
    ahead = now.replace(hour=hour, minute=30, second=0, microsecond=0) + timedelta(days=1) - now
    office.clock.pass_time(seconds=ahead.total_seconds())


def test_what_came_in_this_afternoon_is_of_today_until_the_readers_midnight(anna: Office) -> None:
    at_hour(anna, 21)
    anna.synced()

    at_hour(anna, 1)

    assert "1 today" in at_home_in("America/Los_Angeles", anna, "home")
    assert "0 today" in at_home_in("Europe/Berlin", anna, "home")


def test_a_week_is_today_and_the_six_days_before_it(anna: Office) -> None:
    at_hour(anna, 12)
    anna.synced()

    anna.clock.pass_time(days=6)
    last = at_home_in("Europe/Berlin", anna, "home")
    anna.clock.pass_time(days=1)

    assert "0 today, 1 this week" in last
    assert "0 today, 0 this week" in at_home_in("Europe/Berlin", anna, "home")


# --- clocks that jump -------------------------------------------------------------------------------------


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(seconds=-30), timedelta(hours=6)])
def test_whichever_way_the_clock_jumps_a_press_and_a_reply_come_in(anna: Office, jump: timedelta) -> None:
    first = mail(JANE, ANNA, subject="Application")
    anna.synced_mail(first)
    later = mail(JANE, ANNA, subject="Pressed")

    anna.clock.pass_time(seconds=jump.total_seconds())
    anna.deliver(mail(JANE, ANNA, reply_to=first), ANNA)
    at = anna.deliver(later, ANNA)[ANNA]
    anna.press(ANNA, anna.open(ANNA, at), "Sync this conversation", opened=at)
    for _ in range(2):
        anna.clock.pass_time(minutes=1, seconds=6)
        anna.sweep()

    counts = {found.summary.subject: found.summary.count for found in anna.stored(anna.jane(), ANNA)}
    assert counts == {"Application": 2, "Pressed": 1}


def test_a_worker_that_comes_back_when_its_lease_is_over_changes_nothing_of_who_took_over(anna: Office) -> None:
    slept = Held.claim(SUB, anna.services)
    assert slept is not None
    assert Held.claim(SUB, anna.services) is None

    anna.clock.pass_time(hours=8)
    at = anna.synced(subject="Meanwhile")
    cursor = anna.services.store.mailbox(SUB)
    slept.let_go()

    assert anna.services.store.mailbox(SUB) == cursor
    assert anna.thread(ANNA, at) is not None


# --- a machine that slept ---------------------------------------------------------------------------------


def test_after_nine_days_asleep_the_first_run_repairs_all_loses_nothing_and_purges_nothing_early(
    make_office: Callable[..., Office],
) -> None:
    office = make_office(PUBSUB_TOPIC=TOPIC, PUSH_SERVICE_ACCOUNT="gmail-push@acme.iam.gserviceaccount.com")
    office.member(ANNA, connected=True)
    office.candidate("Jane Doe", JANE)
    office.sync(ANNA)
    first = mail(JANE, ANNA, subject="Application")
    office.synced_mail(first)
    gone = office.synced(subject="Removed before")
    removing = office.press(ANNA, office.open(ANNA, gone), "Remove from Lever", opened=gone)
    office.press(ANNA, removing, "Remove from Lever", opened=gone)
    office.sync(ANNA)
    watched_until = office.services.store.mailbox(SUB)
    assert watched_until is not None
    assert watched_until.watch_until is not None

    office.deliver(mail(JANE, ANNA, reply_to=first, text="while nobody was there"), ANNA)
    new = office.deliver(mail(JANE, ANNA, subject="Labelled while nobody was there"), ANNA)[ANNA]
    office.label(ANNA, new["threadId"])
    office.clock.pass_time(days=9)
    office.simulator.control.expire_history(ANNA)
    assert watched_until.watch_until < office.clock.now()
    until = office.clock.now() + timedelta(minutes=5)
    ran = office.sweep()
    renewing.renew(office.services, until=until)
    purged = purging.purge_due(office.services, until=until)

    counts = {found.summary.subject: found.summary.count for found in office.stored(office.jane(), ANNA)}
    mailbox, thread = office.services.store.mailbox(SUB), office.thread(ANNA, gone)
    assert (ran, purged.done) == (1, 0)
    assert counts == {"Application": 2, "Labelled while nobody was there": 1}
    assert mailbox is not None
    assert mailbox.attention is None
    assert mailbox.last_ok_at is not None
    assert mailbox.last_ok_at > office.clock.now() - timedelta(minutes=1)
    assert mailbox.watch_until is not None
    assert mailbox.watch_until > office.clock.now() + timedelta(days=6)
    assert thread is not None
    removed = office.services.store.conversation(thread.conversation or "")
    assert removed is not None
    assert removed.conversation.state is ConversationState.REMOVED
    office.press(ANNA, office.open(ANNA, gone), "Undo", opened=gone)
    office.sync(ANNA)
    assert "Removed before" in {found.summary.subject for found in office.stored(office.jane(), ANNA)}


def test_a_purge_that_was_due_while_the_machine_slept_is_done_when_it_wakes_and_a_late_undo_says_so(
    anna: Office,
) -> None:
    gone = anna.synced(subject="Removed before")
    removing = anna.press(ANNA, anna.open(ANNA, gone), "Remove from Lever", opened=gone)
    anna.press(ANNA, removing, "Remove from Lever", opened=gone)
    card = anna.open(ANNA, gone)

    anna.clock.pass_time(days=40)
    purging.purge_due(anna.services, until=anna.clock.now() + timedelta(minutes=5))
    anna.press(ANNA, card, "Undo", opened=gone)
    anna.sync(ANNA)

    assert anna.stored(anna.jane(), ANNA) == []
    assert "This can no longer be undone" in " ".join(texts(anna.open(ANNA, gone)))
