"""R10: a candidate's older mail comes in by its address, from the presser's own mailbox, and nothing else does."""

from __future__ import annotations

import pytest

from addon import sync
from addon.sync import Outcome, run_imports
from storage.records import ImportState, Reason
from tests.backends import Place
from tests.cards.grammar import texts
from tests.journeys.importing import begin, came, card, deliver, newest, stored, subjects
from tests.office import ANNA, BEN, JANE, Office, mail


def test_a_candidates_older_mail_comes_in_both_directions_archived_and_sent_included(anna: Office) -> None:
    deliver(anna, 2)
    anna.deliver(mail(ANNA, JANE, subject="Sent"), ANNA)
    archived = anna.deliver(mail(JANE, ANNA, subject="Archived"), ANNA)[ANNA]
    anna.simulator.control.label(ANNA, archived["threadId"], remove=["INBOX"])
    anna.deliver(mail("someone@else.example", ANNA, subject="Not hers"), ANNA)

    answer = begin(anna)
    outcomes = anna.sync(ANNA)

    assert "Importing. You can close this." in texts(answer)
    assert outcomes == [Outcome.COMPLETE]
    assert subjects(anna) == {"0", "1", "Sent", "Archived"}
    assert came(anna) == (4, 0, 0)
    assert newest(anna).state is ImportState.DONE


def test_what_came_in_is_followed_and_other_new_mail_with_the_address_is_not(anna: Office) -> None:
    first = mail(JANE, ANNA, subject="Old")
    at = anna.deliver(first, ANNA)[ANNA]
    begin(anna)
    anna.sync(ANNA)

    anna.deliver(mail(JANE, ANNA, reply_to=first), ANNA)
    anna.deliver(mail(JANE, ANNA, subject="New"), ANNA)
    anna.sync(ANNA)

    assert {subject: told[0] for subject, told in stored(anna).items()} == {"Old": 2}
    thread = anna.thread(ANNA, at)
    assert thread is not None
    assert set(thread.reasons) == {Reason.IMPORT}


def test_spam_trash_and_drafts_stay_out(anna: Office) -> None:
    control = anna.simulator.control
    spam, trash, mixed = deliver(anna, 3)
    control.spam(ANNA, spam["id"])
    control.trash(ANNA, trash["id"])
    control.draft(ANNA, mail(ANNA, JANE, subject="Draft"))
    control.draft(ANNA, mail(ANNA, JANE, subject="Re: 2"), thread=mixed["threadId"])

    begin(anna)
    anna.sync(ANNA)

    assert {subject: told[0] for subject, told in stored(anna).items()} == {"2": 1}
    assert len(anna.calls("threads.get")) == 1


def test_the_other_button_takes_all_addresses_at_once(anna: Office) -> None:
    candidate = anna.candidate("Kim Lee", "kim@one.example", "kim@two.example", "kim@three.example")
    for address in candidate.addresses:
        deliver(anna, 1, sender=address)
    asked = anna.press(ANNA, card(anna, candidate=candidate), "Import candidate email")

    anna.press(ANNA, asked, "Import")
    anna.sync(ANNA)

    assert "Up to 3 conversations with Kim Lee in your mailbox. Only yours is searched." in texts(asked)
    assert len(anna.stored(candidate, ANNA)) == 3
    assert len(anna.calls("threads.list")) >= 2


def test_what_only_matches_by_words_stays_out_and_leaves_no_trace(anna: Office, place: Place) -> None:
    near = ("jane-people.example@else.example", "x.jane@people.example", "jane@people.example.net")
    other = anna.candidate("Xenia", "x.jane@people.example")
    at = [anna.deliver(mail(sender, ANNA, subject="unmistakable"), ANNA)[ANNA] for sender in near]
    deliver(anna, 1)

    begin(anna)
    anna.sync(ANNA)

    opened = {call["query"].get("id") for call in anna.calls("threads.get")}
    assert len(anna.calls("threads.get")) >= 2, opened  # Gmail's search takes an address for a row of words
    assert subjects(anna) == {"0"}
    assert anna.stored(other, ANNA) == []
    written = place.raw().decode("latin-1")
    assert "unmistakable" not in written
    assert not [one for one in at if one["threadId"] in written or one["id"] in written]
    assert not [one for one in at if anna.thread(ANNA, one) is not None]
    taken_in, left_alone, failed = came(anna)
    assert (taken_in, failed) == (1, 0)
    assert left_alone == len(anna.calls("threads.get")) - 1


def test_a_secret_import_is_secret_from_the_first_message(anna: Office) -> None:
    known = anna.synced(subject="Known")
    deliver(anna, 2)

    begin(anna, secret=True)
    anna.sync(ANNA)

    assert {subject: told[1] for subject, told in stored(anna).items()} == {"Known": True, "0": True, "1": True}
    assert anna.thread(ANNA, known) is not None
    verbs = {(act.verb, act.actor) for act in anna.audit()}
    assert ("import-address", f"sub-{ANNA}") in verbs
    assert ("make-secret", f"sub-{ANNA}") in verbs


def test_what_carried_the_secret_label_before_email_was_on_never_comes_in_visible(office: Office) -> None:
    office.member(ANNA)
    office.candidate("Jane Doe", JANE)
    at = deliver(office, 2)
    office.label(ANNA, at[0]["threadId"], "Lever/Secret")
    office.consent(ANNA)
    office.answer(ANNA, "actions/settings", parameters={"want": "backfill-new"})
    office.sync(ANNA)

    begin(office)
    office.sync(ANNA)

    assert {subject: told[1] for subject, told in stored(office).items()} == {"0": True, "1": False}


def test_only_the_pressers_own_mailbox_is_searched(anna: Office) -> None:
    anna.member(BEN, connected=True)
    anna.sync(BEN)
    deliver(anna, 2, to=BEN)
    deliver(anna, 1)
    anna.simulator.control.reset_meter()

    begin(anna)
    anna.sync(ANNA, BEN)

    assert subjects(anna) == {"0"}
    assert {call["mailbox"] for call in anna.calls() if call["method"].startswith("threads.")} == {ANNA}
    assert came(anna) == (1, 0, 0)


def test_a_second_import_opens_nothing_that_is_in(anna: Office) -> None:
    deliver(anna, 3)
    begin(anna)
    anna.sync(ANNA)
    anna.deliver(mail(JANE, ANNA, subject="Later"), ANNA)
    anna.simulator.control.reset_meter()

    begin(anna)
    anna.sync(ANNA)

    assert len(anna.calls("threads.get")) == 1
    assert came(anna) == (4, 0, 0)


def test_a_followed_thread_gets_the_reason_without_another_reading(anna: Office) -> None:
    at = anna.synced()
    anna.simulator.control.reset_meter()

    begin(anna)
    anna.sync(ANNA)

    thread = anna.thread(ANNA, at)
    assert thread is not None
    assert set(thread.reasons) == {Reason.LABEL, Reason.IMPORT}
    assert anna.calls("threads.get") == []
    assert came(anna) == (1, 0, 0)


def test_the_newest_come_in_first_and_of_too_many_the_oldest_not(
    anna: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(anna, 4)
    monkeypatch.setattr(run_imports, "MOST_IMPORTED", 3)
    begin(anna)
    anna.clock.pass_time(minutes=1)
    bell = anna.services.store.bell(f"sub-{ANNA}")
    assert bell is not None

    sync.take_turn(bell, anna.services, until=anna.clock.now())
    first = subjects(anna)
    anna.sync(ANNA)

    assert first == {"3"}
    assert subjects(anna) == {"1", "2", "3"}
