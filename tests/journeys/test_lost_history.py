"""When Gmail lost the history after our cursor, only what is followed is looked at, and nothing is lost."""

from __future__ import annotations

from addon.sync import Outcome
from storage.records import ThreadState
from tests.office import ANNA, JANE, Office, mail


def test_after_gmail_lost_the_history_nothing_is_missing_and_nothing_doubled(anna: Office) -> None:
    first = mail(JANE, ANNA, subject="Application")
    anna.synced_mail(first)
    unlabelled = anna.synced(subject="Taken off meanwhile")
    anna.deliver(mail(JANE, ANNA, reply_to=first, text="while away"), ANNA)
    new = anna.deliver(mail(JANE, ANNA, subject="Labelled meanwhile"), ANNA)[ANNA]
    anna.label(ANNA, new["threadId"])
    anna.unlabel(ANNA, unlabelled["threadId"])

    anna.simulator.control.expire_history(ANNA)
    outcome = anna.sync(ANNA)

    counts = {found.summary.subject: found.summary.count for found in anna.stored(anna.jane(), ANNA)}
    thread = anna.thread(ANNA, unlabelled)
    assert outcome == [Outcome.COMPLETE]
    assert counts == {"Application": 2, "Taken off meanwhile": 1, "Labelled meanwhile": 1}
    assert thread is not None
    assert thread.state is ThreadState.STOPPED


def test_consent_given_anew_goes_on_where_it_ended(anna: Office) -> None:
    first = mail(JANE, ANNA, subject="Application")
    anna.synced_mail(first)
    anna.deliver(mail(JANE, ANNA, reply_to=first, text="meanwhile"), ANNA)

    anna.connect(ANNA)
    anna.sync(ANNA)

    [found] = anna.stored(anna.jane(), ANNA)
    assert found.summary.count == 2


def test_sixty_threads_labelled_at_once_all_come_in(anna: Office) -> None:
    threads = [anna.deliver(mail(JANE, ANNA, subject=f"Thread {n}"), ANNA)[ANNA]["threadId"] for n in range(60)]
    for thread in threads:
        anna.label(ANNA, thread)

    anna.sync(ANNA)

    assert len(anna.stored(anna.jane(), ANNA)) == 60


def test_the_cursor_is_taken_before_anything_is_listed(office: Office) -> None:
    office.member(ANNA)
    office.simulator.control.create_label(ANNA, "Lever")
    office.simulator.control.reset_meter()

    office.connect(ANNA)

    methods = [call["method"] for call in office.calls()]
    assert methods.index("getProfile") < methods.index("labels.list") < methods.index("labels.get")
