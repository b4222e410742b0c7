"""R8: which label counts: the exact name binds its id once, and the id is followed from then on."""

from __future__ import annotations

import pytest

from addon.sync import Outcome
from storage.records import ThreadState
from tests.office import ANNA, JANE, Office, mail, texts


def test_a_renamed_label_keeps_working(anna: Office) -> None:
    anna.synced()
    anna.simulator.control.rename_label(ANNA, "Lever", "Hiring")

    at = anna.deliver(mail(JANE, ANNA, subject="Second"), ANNA)[ANNA]
    anna.label(ANNA, at["threadId"], "Hiring")
    anna.sync(ANNA)

    assert {found.summary.subject for found in anna.stored(anna.jane(), ANNA)} == {"Application", "Second"}


def test_labels_that_only_look_alike_bring_nothing_in(anna: Office) -> None:
    for name in ("lever", "Lever/Eng", "Lever2", "My Lever"):
        at = anna.deliver(mail(JANE, ANNA, subject=name), ANNA)[ANNA]
        anna.label(ANNA, at["threadId"], name)

    anna.sync(ANNA)

    assert anna.stored(anna.jane(), ANNA) == []


def test_a_deleted_label_ends_the_following_and_the_panel_says_so(anna: Office) -> None:
    first = mail(JANE, ANNA, subject="Application")
    at = anna.synced_mail(first)

    anna.simulator.control.delete_label(ANNA, "Lever")
    anna.clock.pass_time(days=1)
    anna.sync(ANNA)
    anna.deliver(mail(JANE, ANNA, reply_to=first), ANNA)
    anna.sync(ANNA)

    [found] = anna.stored(anna.jane(), ANNA)
    assert found.summary.count == 1
    assert "The label Lever is gone." in " ".join(texts(anna.open(ANNA, at)))


def test_a_label_made_again_works_again_and_home_says_so(anna: Office) -> None:
    anna.synced()
    anna.simulator.control.delete_label(ANNA, "Lever")

    at = anna.deliver(mail(JANE, ANNA, subject="Second"), ANNA)[ANNA]
    anna.label(ANNA, at["threadId"])
    anna.sync(ANNA)

    assert {found.summary.subject for found in anna.stored(anna.jane(), ANNA)} == {"Application", "Second"}
    mailbox = anna.services.store.mailbox(f"sub-{ANNA}")
    assert mailbox is not None
    assert mailbox.attention is None
    assert mailbox.label_renewed_at is not None
    assert "The label Lever was gone and is back" in " ".join(texts(anna.answer(ANNA, "home")))


@pytest.mark.parametrize("told", [True, False], ids=["history says so", "history does not promise it"])
def test_a_filter_that_labels_on_delivery_brings_the_thread_in(anna: Office, *, told: bool) -> None:
    anna.synced()
    anna.simulator.control.labels_in_history(ANNA, told=told)
    anna.simulator.control.filter(ANNA, sender=JANE, label="Lever")

    anna.deliver(mail(JANE, ANNA, subject="Filtered"), ANNA)
    private = anna.deliver(mail("private@else.example", ANNA), ANNA)[ANNA]
    anna.sync(ANNA)

    assert anna.thread(ANNA, private) is None

    assert {found.summary.subject for found in anna.stored(anna.jane(), ANNA)} == {"Application", "Filtered"}


def test_labelled_and_unlabelled_before_anybody_looked_brings_nothing_in(anna: Office) -> None:
    at = anna.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    anna.label(ANNA, at["threadId"])
    anna.unlabel(ANNA, at["threadId"])

    anna.sync(ANNA)

    assert anna.stored(anna.jane(), ANNA) == []
    assert anna.thread(ANNA, at) is None
    assert anna.calls("threads.get") == []


@pytest.mark.parametrize("answer", ["{}", '{"labels": []}'])
def test_a_list_of_labels_that_has_not_even_gmails_own_ends_no_following(anna: Office, answer: str) -> None:
    first = mail(JANE, ANNA)
    at = anna.synced_mail(first)
    anna.clock.pass_time(days=1)
    anna.simulator.control.fault("GET .*/labels$", status=200, answer=answer, times=1)
    anna.deliver(mail(JANE, ANNA, reply_to=first), ANNA)

    assert anna.sync(ANNA, ANNA) == [Outcome.LATER, Outcome.COMPLETE]

    thread = anna.thread(ANNA, at)
    [found] = anna.stored(anna.jane(), ANNA)
    assert thread is not None
    assert (thread.state, found.summary.count) == (ThreadState.FOLLOWING, 2)
