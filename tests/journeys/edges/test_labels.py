"""The label on a part of a thread, on mail that is put away, and labels that only look like it."""

from __future__ import annotations

import pytest

from storage.records import ThreadState
from tests.office import ANNA, JANE, Office, mail


def state(office: Office, at: dict[str, str]) -> ThreadState:
    thread = office.thread(ANNA, at)
    assert thread is not None
    return thread.state


def count(office: Office) -> int:
    return sum(found.summary.count for found in office.stored(office.jane(), ANNA))


def test_the_label_off_one_message_changes_nothing_and_off_the_last_one_ends_the_following(anna: Office) -> None:
    first = mail(JANE, ANNA, subject="Application")
    at = anna.deliver(first, ANNA)[ANNA]
    second = anna.deliver(mail(JANE, ANNA, reply_to=first), ANNA)[ANNA]
    anna.label(ANNA, at["threadId"])
    anna.sync(ANNA)

    anna.simulator.control.label(ANNA, at["threadId"], remove=["Lever"], messages=[at["id"]])
    anna.deliver(mail(JANE, ANNA, reply_to=first, text="one is left"), ANNA)
    anna.sync(ANNA)
    with_one_left = (state(anna, at), count(anna))
    anna.simulator.control.label(ANNA, at["threadId"], remove=["Lever"], messages=[second["id"]])
    anna.deliver(mail(JANE, ANNA, reply_to=first, text="none is left"), ANNA)
    anna.sync(ANNA)

    assert with_one_left == (ThreadState.FOLLOWING, 3)
    assert (state(anna, at), count(anna)) == (ThreadState.STOPPED, 3)


def test_the_labelled_mail_deleted_for_good_is_the_label_off_as_far_as_any_mail_is_left(anna: Office) -> None:
    first = mail(JANE, ANNA, subject="Application")
    at = anna.deliver(first, ANNA)[ANNA]
    anna.label(ANNA, at["threadId"])
    anna.deliver(mail(JANE, ANNA, reply_to=first), ANNA)
    alone = anna.synced(subject="Alone")
    anna.sync(ANNA)

    for each in (at, alone):
        anna.simulator.control.delete_message(ANNA, each["id"])
    anna.sync(ANNA)
    anna.deliver(mail(JANE, ANNA, reply_to=first), ANNA)
    anna.sync(ANNA)

    assert state(anna, at) is ThreadState.STOPPED
    assert state(anna, alone) is ThreadState.FOLLOWING
    assert count(anna) == 3


def test_a_label_on_archived_mail_brings_it_in(anna: Office) -> None:
    at = anna.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    anna.simulator.control.label(ANNA, at["threadId"], remove=["INBOX"])

    anna.label(ANNA, at["threadId"])
    anna.sync(ANNA)

    assert count(anna) == 1


@pytest.mark.parametrize("away", ["trash", "spam"])
def test_a_label_on_mail_in_the_bin_or_in_spam_stores_nothing_until_it_is_taken_out_of_there(
    anna: Office, away: str
) -> None:
    control = anna.simulator.control
    put = {"trash": (control.trash, control.untrash), "spam": (control.spam, control.not_spam)}
    put_away, take_back = put[away]
    first = mail(JANE, ANNA)
    at = anna.deliver(first, ANNA)[ANNA]
    put_away(ANNA, at["id"])

    anna.label(ANNA, at["threadId"])
    anna.sync(ANNA)
    before = anna.stored(anna.jane(), ANNA)
    take_back(ANNA, at["id"])
    anna.sync(ANNA)

    assert before == []
    assert count(anna) == 1


def test_of_two_labels_that_look_like_it_neither_is_bound_nor_offered(office: Office) -> None:
    office.member(ANNA)
    office.candidate("Jane Doe", JANE)
    office.simulator.control.create_label(ANNA, "lever")
    office.simulator.control.create_label(ANNA, "LEVER", twin=True)
    office.connect(ANNA)
    for name in ("lever", "LEVER"):
        at = office.deliver(mail(JANE, ANNA, subject=name), ANNA)[ANNA]
        office.label(ANNA, at["threadId"], name)
    office.sync(ANNA)

    mailbox = office.services.store.mailbox(f"sub-{ANNA}")
    assert mailbox is not None
    assert (mailbox.label, mailbox.label_twin) == (None, "")
    assert office.stored(office.jane(), ANNA) == []
    assert office.calls("threads.get") == []


def test_the_same_name_with_a_blank_is_another_label(office: Office) -> None:
    office.member(ANNA)
    office.candidate("Jane Doe", JANE)
    office.simulator.control.create_label(ANNA, "Lever ", twin=True)
    office.connect(ANNA)
    at = office.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    office.label(ANNA, at["threadId"], "Lever ")

    office.sync(ANNA)

    assert office.stored(office.jane(), ANNA) == []
