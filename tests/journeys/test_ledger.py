"""Every look into a mailbox is counted: why, at what, for how many units, and what came of it; nothing else is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from addon.policy import ledger
from addon.policy.ledger import Account, Form, Why
from addon.sync.held import Held
from storage.records import Look
from tests.office import ANNA, BEN, JANE, Office, mail, texts

SUB = f"sub-{ANNA}"


def counts(office: Office, email: str = ANNA) -> Counter[str]:
    """A mailbox's counters, all days together."""
    sums = Counter[str]()
    for day in office.services.store.tallies(f"sub-{email}", since="2000-01-01").values():
        sums.update(day)
    return sums


def account(office: Office) -> Account:
    return ledger.account(counts(office))


def look_at(office: Office, message_id: str) -> Look | None:
    store = office.services.store
    key = store.key("look", SUB, message_id.strip("<>"))
    return store.look(SUB, key, now=office.clock.now())


def _labelled(office: Office, sender: str, *also: str) -> str:
    message = mail(sender, ANNA, *also)
    at = office.deliver(message, ANNA)[ANNA]
    office.label(ANNA, at["threadId"])
    return str(message["Message-ID"])


def test_the_units_counted_are_those_gmail_charges(anna: Office) -> None:
    before = account(anna).units
    anna.simulator.control.reset_meter()

    _labelled(anna, JANE)
    _labelled(anna, "nobody@else.example")
    anna.sync(ANNA, ANNA)
    anna.simulator.control.expire_history(ANNA)
    anna.sync(ANNA)

    said = account(anna)
    assert said.units - before == anna.units(ANNA)
    assert {line.why for line in said.lines} == {"upkeep", "delta", "backfill", "label", "reconcile"}
    assert {line.form for line in said.lines} == {"account", "history", "list", "head", "thread"}


def test_a_call_that_fails_was_made_and_is_counted(anna: Office) -> None:
    before = account(anna).calls
    anna.simulator.control.fault("GET .*/history", status=503, reason="backendError", times=1)

    anna.sync(ANNA)

    assert account(anna).calls == before + 1


def test_a_thread_is_counted_under_the_reason_it_was_pointed_at_for(anna: Office) -> None:
    at = anna.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    anna.press(ANNA, anna.open(ANNA, at), "Sync this conversation", opened=at)

    anna.sync(ANNA)

    assert counts(anna)["calls.asked.thread"] == 1
    assert counts(anna)["units.asked.thread"] == 40


def test_headers_alone_are_told_apart_from_whole_messages(anna: Office) -> None:
    first = mail("nobody@else.example", ANNA)
    anna.synced_mail(first)
    anna.deliver(mail("nobody@else.example", ANNA, reply_to=first), ANNA)
    anna.sync(ANNA)

    followed = mail(JANE, ANNA)
    anna.synced_mail(followed)
    anna.deliver(mail(JANE, ANNA, reply_to=followed), ANNA)
    anna.sync(ANNA)

    said = counts(anna)
    assert (said["calls.label.head"], said["calls.label.message"], said["calls.label.thread"]) == (1, 1, 2)


def test_what_became_of_every_opened_message_is_counted_by_its_reason(
    make_office: Callable[..., Office],
) -> None:
    office = make_office(BLOCKLIST="bank.example")
    office.member(ANNA, connected=True)
    office.candidate("Jane Doe", JANE)
    office.sync(ANNA)
    _labelled(office, JANE)
    _labelled(office, "nobody@else.example")
    _labelled(office, JANE, "clerk@bank.example")
    at = office.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    office.label(ANNA, at["threadId"], "Lever", "SPAM")

    office.sync(ANNA)

    said = account(office)
    assert (said.opened, said.stored, said.known) == (4, 1, 0)
    assert said.denied == {"blocked": 1, "no_candidate": 1, "spam": 1}
    assert said.opened == said.stored + said.known + sum(said.denied.values())


def test_what_is_there_already_is_counted_as_known(anna: Office) -> None:
    at = anna.synced()
    thread = anna.thread(ANNA, at)
    assert thread is not None
    anna.services.store.save_thread(replace(thread, todo_all=True))

    anna.sync(ANNA)

    said = account(anna)
    assert (said.opened, said.stored, said.known) == (2, 1, 1)


def test_an_opened_message_that_stays_out_is_known_by_a_keyed_hash_for_thirty_days(anna: Office) -> None:
    stored, denied = _labelled(anna, JANE), _labelled(anna, "nobody@else.example")
    unseen = mail("shop@else.example", ANNA)
    anna.deliver(unseen, ANNA)

    anna.sync(ANNA)

    found = {id_: look_at(anna, id_) for id_ in (stored, denied, str(unseen["Message-ID"]))}
    assert [(look.why, look.outcome) if look else None for look in found.values()] == [
        None,
        ("label", "denied.no_candidate"),
        None,
    ]
    anna.clock.pass_time(days=30)
    assert look_at(anna, denied) is None


def test_a_colleagues_mailbox_is_in_nobody_elses_figures(anna: Office) -> None:
    anna.member(BEN, connected=True)
    anna.sync(BEN)
    before = counts(anna, BEN)
    _labelled(anna, JANE)
    anna.sync(ANNA)

    assert counts(anna, BEN) == before
    assert not any("1 conversation" in text for text in texts(anna.answer(BEN, "home")))


# --- crashes ----------------------------------------------------------------------------------------------


def _held(office: Office) -> Held:
    held = Held.claim(SUB, office.services)
    assert held is not None
    return held


def test_what_is_passed_over_is_counted_with_the_cursor_that_passes_it(anna: Office) -> None:
    held = _held(anna)
    held.called(Form.HISTORY, 2)

    held.advance((), cursor=held.cursor + 1, left_alone=7)

    # The worker is gone here: nothing is let go.
    assert counts(anna)[ledger.LEFT_ALONE] == 7


def test_a_commit_that_fails_counts_nothing_as_passed_over_and_keeps_the_calls_for_later(anna: Office) -> None:
    before = counts(anna)
    held = _held(anna)
    held.called(Form.HISTORY, 2)
    taken_over = replace(held.mailbox, version=f"{held.mailbox.version}0")
    held.mailbox, mine = taken_over, held.mailbox
    with pytest.raises(Exception, match="took this mailbox over"):
        held.advance((), cursor=held.cursor + 1, left_alone=7)

    held.mailbox = mine
    held.let_go()

    assert counts(anna) - before == Counter({"calls.upkeep.history": 1, "units.upkeep.history": 2})


def test_a_thread_that_is_done_is_counted_even_if_the_run_dies_right_after(anna: Office) -> None:
    at = anna.synced()
    thread = anna.thread(ANNA, at)
    assert thread is not None
    before = counts(anna)
    held = _held(anna)
    with held.because(Why.LABEL):
        held.called(Form.THREAD, 40)

    held.save_thread(thread)

    assert counts(anna) - before == Counter({"calls.label.thread": 1, "units.label.thread": 40})


def test_nothing_is_counted_twice_by_a_run_that_ends_well(anna: Office) -> None:
    held = _held(anna)
    held.called(Form.HISTORY, 2)
    held.advance((), cursor=held.cursor + 1, left_alone=3)
    before = counts(anna)

    held.let_go()

    assert counts(anna) == before
