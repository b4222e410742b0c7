"""R12, R14, R17: what is never stored, what comes along, what waits and what ends the following."""

from __future__ import annotations

from collections.abc import Callable

from storage.records import ThreadState
from tests.cards.grammar import texts
from tests.office import ANNA, BEN, JANE, Office, mail


def test_drafts_spam_and_trash_stay_out_and_what_is_rescued_comes_in(anna: Office) -> None:
    first = mail(JANE, ANNA, subject="Application")
    at = anna.synced_mail(first)
    anna.simulator.control.draft(ANNA, mail(ANNA, JANE, reply_to=first), thread=at["threadId"])
    reply = anna.deliver(mail(JANE, ANNA, reply_to=first, text="spam?"), ANNA)[ANNA]
    anna.simulator.control.label(ANNA, at["threadId"], add=["SPAM"], messages=[reply["id"]])
    anna.sync(ANNA)
    [before] = anna.stored(anna.jane(), ANNA)

    anna.simulator.control.label(ANNA, at["threadId"], remove=["SPAM"], messages=[reply["id"]])
    anna.sync(ANNA)

    [after] = anna.stored(anna.jane(), ANNA)
    assert (before.summary.count, after.summary.count) == (1, 2)


def test_a_stored_message_that_is_trashed_in_gmail_stays_in_lever(anna: Office) -> None:
    at = anna.synced()

    anna.simulator.control.label(ANNA, at["threadId"], add=["TRASH"])
    anna.sync(ANNA)

    [found] = anna.stored(anna.jane(), ANNA)
    assert found.summary.count == 1


def test_a_blocked_person_who_joins_ends_the_following(make_office: Callable[..., Office]) -> None:
    office = make_office(BLOCKLIST="rival.example")
    office.member(ANNA, connected=True)
    office.candidate("Jane Doe", JANE)
    first = mail(JANE, ANNA, subject="Application")
    at = office.synced_mail(first)

    office.deliver(mail(JANE, ANNA, "boss@rival.example", reply_to=first), ANNA)
    office.sync(ANNA)
    office.deliver(mail(JANE, ANNA, reply_to=first), ANNA)
    office.sync(ANNA)

    [found] = office.stored(office.jane(), ANNA)
    thread = office.thread(ANNA, at)
    assert found.summary.count == 1
    assert thread is not None
    assert thread.state is ThreadState.STOPPED


def test_an_internal_reply_comes_along_with_the_thread(anna: Office) -> None:
    first = mail(JANE, ANNA, subject="Application")
    anna.synced_mail(first)

    anna.deliver(mail(BEN, ANNA, reply_to=first, text="What do you think?"), ANNA)
    anna.sync(ANNA)

    [found] = anna.stored(anna.jane(), ANNA)
    assert found.summary.count == 2


def test_a_candidate_who_joins_a_waiting_thread_brings_it_in_whole(anna: Office) -> None:
    first = mail("agency@agents.example", ANNA, subject="A profile for you")
    at = anna.deliver(first, ANNA)[ANNA]
    anna.label(ANNA, at["threadId"])
    anna.sync(ANNA)

    anna.deliver(mail(JANE, ANNA, reply_to=first, text="It is me."), ANNA)
    anna.sync(ANNA)

    [found] = anna.stored(anna.jane(), ANNA)
    assert found.summary.count == 2


def test_a_wait_grown_old_is_offered_to_its_owner_instead(anna: Office) -> None:
    at = anna.deliver(mail("new@people.example", ANNA, subject="Hi"), ANNA)[ANNA]
    anna.label(ANNA, at["threadId"])
    anna.sync(ANNA)
    anna.clock.pass_time(days=31)

    newcomer = anna.candidate("New Comer", "new@people.example")
    anna.sync(ANNA)
    before = anna.stored(newcomer, ANNA)
    anna.press(ANNA, anna.answer(ANNA, "home"), "Sync this conversation")
    anna.sync(ANNA)

    assert before == []
    assert len(anna.stored(newcomer, ANNA)) == 1


def test_a_filter_that_goes_on_labelling_does_not_undo_a_stop(anna: Office) -> None:
    anna.simulator.control.create_label(ANNA, "Lever")
    anna.simulator.control.filter(ANNA, sender=JANE, label="Lever")
    first = mail(JANE, ANNA, subject="Application")
    at = anna.deliver(first, ANNA)[ANNA]
    anna.sync(ANNA)
    anna.press(ANNA, anna.open(ANNA, at), "Stop updating", opened=at)

    anna.deliver(mail(JANE, ANNA, reply_to=first), ANNA)
    anna.sync(ANNA)

    [found] = anna.stored(anna.jane(), ANNA)
    assert found.summary.count == 1


def test_the_owner_is_told_on_the_card_what_was_opened_and_left_out_and_nobody_else_is(anna: Office) -> None:
    anna.member(BEN, connected=True)
    unknown = mail("nobody@else.example", ANNA, BEN)
    at = anna.synced_mail(unknown, also=[BEN])
    anna.unlabel(ANNA, at["threadId"])
    anna.sync(ANNA)
    bens = anna.deliver(mail("nobody@else.example", BEN), BEN)[BEN]
    said = "Lever looked at this message on"

    shown = " ".join(texts(anna.open(ANNA, at)))

    assert f"{said} " in shown
    assert "Nobody on it was a candidate; nothing was kept." in shown
    assert said not in " ".join(texts(anna.open(BEN, bens)))
    anna.clock.pass_time(days=31)
    assert said not in " ".join(texts(anna.open(ANNA, at)))


def test_a_colleague_who_has_the_same_mail_is_not_told_that_it_was_opened(anna: Office) -> None:
    anna.member(BEN, connected=True)
    at = anna.deliver(mail("nobody@else.example", ANNA, BEN), ANNA, BEN)
    anna.label(ANNA, at[ANNA]["threadId"])
    anna.sync(ANNA)

    assert "looked at this message" not in " ".join(texts(anna.open(BEN, at[BEN])))
