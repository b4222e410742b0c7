"""An import that ends between two conversations, by time, crash or press, and how it goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from addon import sync
from addon.gateways.gmail import StoredGmail
from addon.policy.mail import Mail
from addon.sync import Outcome
from storage.records import ImportState, Lane
from tests.backends import Place
from tests.cards.grammar import buttons, texts
from tests.journeys.importing import begin, came, card, deliver, newest, stored, subjects
from tests.office import ANNA, BEN, Office, mail

SUB = f"sub-{ANNA}"
SEVERAL = 6


class Killed(BaseException):
    """Stands for a process that is gone: nothing of ours catches it."""


Meddle = Callable[[int, Callable[[], None]], None]


@pytest.fixture
def meddle(monkeypatch: pytest.MonkeyPatch) -> Iterator[Meddle]:
    """`meddle(n, act)`: `act` happens after the n-th thread was opened, before anything of it is decided."""
    opened, reads = list[str](), StoredGmail.thread
    acts: dict[int, Callable[[], None]] = {}

    def thread(gmail: StoredGmail, id: str) -> list[Mail]:
        mails = reads(gmail, id)
        opened.append(id)
        act = acts.pop(len(opened), None)
        if act is not None:
            act()
        return mails

    monkeypatch.setattr(StoredGmail, "thread", thread)

    def at(number: int, act: Callable[[], None]) -> None:
        acts[number] = act

    yield at
    assert not acts


def dies() -> None:
    raise Killed


def run_for(office: Office, seconds: float) -> Outcome:
    office.clock.pass_time(minutes=2)
    bell = office.services.store.bell(SUB)
    assert bell is not None
    return sync.take_turn(bell, office.services, until=office.clock.now() + timedelta(seconds=seconds))


def with_strangers(office: Office) -> None:
    """Six of Jane's, and two that only match by words; the same in every office."""
    deliver(office, SEVERAL)
    deliver(office, 2, sender="x.jane@people.example")


def test_a_run_ends_in_time_and_the_next_goes_on_as_if_it_had_not(anna: Office) -> None:
    with_strangers(anna)
    begin(anna)
    outcomes = [run_for(anna, 0)]
    while outcomes[-1] is Outcome.MORE and len(outcomes) < 3 * SEVERAL:
        outcomes.append(run_for(anna, 0))

    assert SEVERAL < len(outcomes) < 3 * SEVERAL
    assert newest(anna).state is ImportState.DONE
    assert stored(anna) == {str(n): (1, False, frozenset({SUB})) for n in range(SEVERAL)}
    assert came(anna) == (SEVERAL, 2, 0)
    assert len(anna.calls("threads.get")) == SEVERAL + 2
    assert len(anna.calls("threads.list")) == len(outcomes)  # the preview's, and one in each turn but the last


@pytest.mark.parametrize("number", range(1, SEVERAL + 1))
def test_after_a_crash_in_the_middle_it_comes_to_the_same(anna: Office, meddle: Meddle, number: int) -> None:
    deliver(anna, SEVERAL)
    begin(anna)
    meddle(number, dies)
    with pytest.raises(Killed):
        anna.sync(ANNA)

    assert anna.sync(ANNA) == [Outcome.COMPLETE]

    assert stored(anna) == {str(n): (1, False, frozenset({SUB})) for n in range(SEVERAL)}
    assert came(anna) == (SEVERAL, 0, 0)
    assert newest(anna).state is ImportState.DONE
    assert len(anna.calls("threads.get")) == SEVERAL + 1


@pytest.mark.parametrize("verb", ["admit", "store", "save_thread", "save_import"])
@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_crash_before_any_write_loses_nothing_and_doubles_nothing(
    anna: Office, monkeypatch: pytest.MonkeyPatch, verb: str, times: int
) -> None:
    deliver(anna, 3)
    begin(anna)
    writes, done = getattr(type(anna.services.store), verb), list[int]()

    def deadly(*given: object, **named: object) -> object:
        done.append(1)
        if len(done) == times:
            raise Killed
        return writes(*given, **named)

    with monkeypatch.context() as patched:
        patched.setattr(type(anna.services.store), verb, deadly)
        with pytest.raises(Killed):
            anna.sync(ANNA)
    anna.sync(ANNA)

    assert stored(anna) == {str(n): (1, False, frozenset({SUB})) for n in range(3)}
    assert came(anna) == (3, 0, 0)


def test_a_thread_over_which_the_process_ends_again_and_again_is_left_and_the_others_come_in(
    anna: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = deliver(anna, 3)
    begin(anna)
    reads = StoredGmail.thread

    def thread(gmail: StoredGmail, id: str) -> list[Mail]:
        if id == at[1]["threadId"]:
            raise Killed
        return reads(gmail, id)

    monkeypatch.setattr(StoredGmail, "thread", thread)
    for _ in range(3):
        with pytest.raises(Killed):
            anna.sync(ANNA)
    anna.sync(ANNA)

    assert subjects(anna) == {"0", "2"}
    assert came(anna) == (2, 0, 1)


# --- ended by its owner -----------------------------------------------------------------------------------


def test_cancelled_in_the_middle_it_stops_between_two_conversations(anna: Office, meddle: Meddle) -> None:
    deliver(anna, SEVERAL)
    begin(anna)

    def cancel() -> None:
        anna.press(ANNA, card(anna), "Cancel")

    meddle(3, cancel)
    anna.sync(ANNA)

    assert len(anna.calls("threads.get")) == 3
    assert came(anna) == (3, 0, 0)
    record = newest(anna)
    assert record.state is ImportState.CANCELLED
    assert record.settled == frozenset()
    assert "Cancelled. 3 in, 0 left alone, 0 failed." in texts(card(anna))
    anna.simulator.control.reset_meter()
    anna.sync(ANNA)
    assert anna.calls("threads.list") == []
    assert ("import-cancel", SUB) in {(act.verb, act.actor) for act in anna.audit()}


def test_turning_email_off_ends_it_and_nothing_is_opened_or_stored_after_it(
    anna: Office, meddle: Meddle, place: Place
) -> None:
    at = deliver(anna, SEVERAL)
    begin(anna)

    def off() -> None:
        anna.answer(ANNA, "actions/set-email", parameters={"want": "off"})

    meddle(3, off)
    anna.sync(ANNA)

    assert len(anna.calls("threads.get")) == 3
    assert len(subjects(anna)) == 2
    assert anna.services.store.imports(SUB, limit=5) == []
    written = place.raw().decode("latin-1")
    assert sum(one["threadId"] in written for one in at) <= 3


def test_turned_off_and_on_again_what_ran_before_does_not_go_on(anna: Office) -> None:
    deliver(anna, 2)
    begin(anna)
    anna.connect(ANNA)

    anna.sync(ANNA)

    assert subjects(anna) == set()
    assert newest(anna).state is ImportState.INTERRUPTED
    shown = card(anna)
    assert any(text.startswith("Access to Gmail was given anew, so the import ended.") for text in texts(shown))
    anna.press(ANNA, shown, "Start again")
    anna.sync(ANNA)
    assert subjects(anna) == {"0", "1"}


# --- beside other work ------------------------------------------------------------------------------------


def test_what_a_person_waits_for_goes_first_between_two_conversations(anna: Office, meddle: Meddle) -> None:
    deliver(anna, SEVERAL)
    urgent = anna.deliver(mail("x@else.example", ANNA), ANNA)[ANNA]
    xavier = anna.candidate("Xavier", "x@else.example")
    begin(anna)
    seen: list[int] = []

    def press() -> None:
        anna.answer(ANNA, "actions/sync-thread", opened=urgent)

    def look() -> None:
        seen.append(len(anna.stored(xavier, ANNA)))

    meddle(2, press)
    meddle(4, look)  # the third that is opened is the urgent one
    anna.sync(ANNA)

    assert seen == [1]
    assert came(anna) == (SEVERAL, 0, 0)


def test_an_urgent_turn_leaves_the_import_to_a_turn_of_its_own(anna: Office) -> None:
    deliver(anna, 2)
    begin(anna)
    anna.clock.pass_time(minutes=2)
    bell = anna.services.store.bell(SUB)
    assert bell is not None
    until = anna.clock.now() + timedelta(seconds=5)

    urgent = sync.take_turn(bell, anna.services, until=until, lane=Lane.LIVE)
    again = anna.services.store.bell(SUB)

    assert urgent is Outcome.MORE
    assert anna.calls("threads.get") == []
    assert again is not None
    assert again.lane is Lane.BACKFILL
    assert anna.sweep() >= 1
    assert came(anna) == (2, 0, 0)


def test_two_imports_of_one_mailbox_are_done_one_after_the_other(anna: Office) -> None:
    kim = anna.candidate("Kim Lee", "kim@one.example")
    deliver(anna, 2)
    deliver(anna, 2, sender="kim@one.example")
    begin(anna)
    asked = anna.press(ANNA, card(anna, candidate=kim), "Sync emails")
    anna.press(ANNA, asked, "Import")

    anna.sync(ANNA)

    assert [each.state for each in anna.services.store.imports(SUB, limit=5)] == [ImportState.DONE] * 2
    assert len(anna.stored(kim, ANNA)) == 2
    assert subjects(anna) == {"0", "1"}


def test_while_one_runs_no_other_is_offered_for_the_same_candidate(anna: Office) -> None:
    deliver(anna, 1)
    anna.member(BEN, connected=True)
    begin(anna)

    offered = [each.text for each in buttons(card(anna))]

    assert "Cancel" in offered
    assert not {"Sync emails", "Import candidate email"} & set(offered)
    assert "Sync emails" in [each.text for each in buttons(card(anna, email=BEN))]
