"""What cannot be read is set aside after three starts; its owner is told and can have it tried again."""

from __future__ import annotations

import pytest

from addon.gateways.gmail import StoredGmail
from addon.sync import Outcome
from storage.records import Thread
from tests.cards.grammar import buttons, texts
from tests.office import ANNA, BEN, JANE, Office, mail

SUB = f"sub-{ANNA}"


class Killed(BaseException):
    """Stands for a process that is gone: nothing of ours catches it."""


def poisoned(anna: Office, subject: str = "Poison") -> dict[str, str]:
    """A labelled thread that Gmail refuses to give, whenever it is asked."""
    at = anna.deliver(mail(JANE, ANNA, subject=subject), ANNA)[ANNA]
    anna.label(ANNA, at["threadId"])
    anna.simulator.control.fault(f"GET .*/threads/{at['threadId']}", status=400, reason="invalid", times=1000)
    return at


def set_aside(anna: Office, subject: str = "Poison") -> dict[str, str]:
    at = poisoned(anna, subject)
    for _ in range(3):
        anna.sync(ANNA)
    return at


def thread(anna: Office, at: dict[str, str]) -> Thread:
    found = anna.thread(ANNA, at)
    assert found is not None
    return found


def subjects(anna: Office) -> list[str]:
    return sorted(found.summary.subject for found in anna.stored(anna.jane(), ANNA))


def said(answer: object) -> str:
    return " ".join(texts(answer))  # type: ignore[arg-type]


# --- three starts -----------------------------------------------------------------------------------------


def test_after_three_starts_it_is_set_aside_and_the_rest_goes_on(anna: Office) -> None:
    at = poisoned(anna)
    anna.synced(subject="Well")

    outcomes = [anna.sync(ANNA)[0] for _ in range(5)]

    assert outcomes == [Outcome.LATER, Outcome.COMPLETE, Outcome.COMPLETE, Outcome.COMPLETE, Outcome.COMPLETE]
    assert subjects(anna) == ["Well"]
    assert (thread(anna, at).is_aside, thread(anna, at).has_work) == (True, False)
    assert len([call for call in anna.calls("threads.get") if call["status"] == 400]) == 3


def test_a_read_that_ends_the_process_counts_as_one_that_failed(
    anna: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = anna.deliver(mail(JANE, ANNA, subject="Deadly"), ANNA)[ANNA]
    anna.label(ANNA, at["threadId"])
    reads = []

    def deadly(_: StoredGmail, id: str) -> None:
        reads.append(id)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(StoredGmail, "thread", deadly)
        for _ in range(3):
            with pytest.raises(Killed):
                anna.sync(ANNA)
        assert anna.sync(ANNA) == [Outcome.COMPLETE]
    anna.synced(subject="Well")

    assert reads == [at["threadId"]] * 3
    assert thread(anna, at).is_aside
    assert subjects(anna) == ["Well"]


def test_a_message_that_our_own_code_stumbles_over_is_set_aside_likewise(
    anna: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbles(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(StoredGmail, "thread", stumbles)

    at = set_aside(anna)

    assert thread(anna, at).is_aside


@pytest.mark.parametrize(("status", "reason"), [(503, "backendError"), (429, "rateLimitExceeded")])
def test_where_gmail_is_at_fault_nothing_is_set_aside_however_long_it_lasts(
    anna: Office, status: int, reason: str
) -> None:
    at = anna.deliver(mail(JANE, ANNA, subject="Patience"), ANNA)[ANNA]
    anna.label(ANNA, at["threadId"])
    anna.simulator.control.fault(f"GET .*/threads/{at['threadId']}", status=status, reason=reason, times=1000)

    for _ in range(12):
        anna.clock.pass_time(minutes=10)
        anna.sync(ANNA)
    tried = thread(anna, at)
    anna.simulator.control.clear_faults()
    anna.clock.pass_time(hours=1)
    anna.sync(ANNA)

    assert (tried.is_aside, tried.starts) == (False, 0)
    assert subjects(anna) == ["Patience"]


def test_a_reading_that_ends_well_after_one_that_did_not_leaves_no_mark(anna: Office) -> None:
    at = anna.deliver(mail(JANE, ANNA, subject="Second try"), ANNA)[ANNA]
    anna.label(ANNA, at["threadId"])
    anna.simulator.control.fault(f"GET .*/threads/{at['threadId']}", status=400, reason="invalid", times=2)

    for _ in range(3):
        anna.sync(ANNA)

    assert subjects(anna) == ["Second try"]
    assert (thread(anna, at).starts, thread(anna, at).attempts) == (0, 0)


def test_what_comes_later_in_it_is_read(anna: Office) -> None:
    first = mail(JANE, ANNA, subject="Application")
    at = anna.synced_mail(first)
    poison = anna.deliver(mail(JANE, ANNA, reply_to=first, text="cannot be read"), ANNA)[ANNA]
    anna.simulator.control.fault(f"GET .*/messages/{poison['id']}", status=400, reason="invalid", times=1000)
    for _ in range(3):
        anna.sync(ANNA)
    assert thread(anna, at).aside == {poison["id"]}

    anna.deliver(mail(JANE, ANNA, reply_to=first, text="can be"), ANNA)
    anna.sync(ANNA)

    [found] = anna.stored(anna.jane(), ANNA)
    assert sorted(message.text.strip() for message in anna.messages(found)) == ["Hello", "can be"]
    assert thread(anna, at).aside == {poison["id"]}


# --- its owner --------------------------------------------------------------------------------------------


def test_home_says_how_many_could_not_be_read_and_one_press_tries_all_again(anna: Office) -> None:
    for subject in ("One", "Two"):
        poisoned(anna, subject)
    for _ in range(3):
        anna.sync(ANNA)
    home = anna.answer(ANNA, "home")
    assert "2 conversations could not be read." in said(home)
    anna.simulator.control.clear_faults()

    again = anna.press(ANNA, home, "Try again")
    anna.clock.pass_time(minutes=1)
    anna.sweep()

    assert "could not be read" not in said(again)
    assert subjects(anna) == ["One", "Two"]


def test_pressed_twice_trying_all_again_says_that_nothing_is_left(anna: Office) -> None:
    set_aside(anna)
    home = anna.answer(ANNA, "home")

    first, second = (anna.press(ANNA, home, "Try again") for _ in range(2))

    assert "Trying again." in texts(first)
    assert "Nothing is left to try again." in texts(second)
    assert "Nothing here" not in said(second)


def test_the_open_message_says_so_and_its_button_frees_this_one(anna: Office) -> None:
    at, other = set_aside(anna), set_aside(anna, "Other")
    card = anna.open(ANNA, at)
    assert "This conversation could not be read." in said(card)
    anna.simulator.control.clear_faults()

    pressed = anna.press(ANNA, card, "Try again", opened=at)
    anna.sync(ANNA)

    assert "SYNCING" in said(pressed)
    assert "SYNCED" in said(anna.open(ANNA, at))
    assert thread(anna, other).is_aside


def test_one_message_that_could_not_be_read_is_said_of_the_conversation(anna: Office) -> None:
    first = mail(JANE, ANNA, subject="Application")
    at = anna.synced_mail(first)
    poison = anna.deliver(mail(JANE, ANNA, reply_to=first), ANNA)[ANNA]
    anna.simulator.control.fault(f"GET .*/messages/{poison['id']}", status=400, reason="invalid", times=1000)
    for _ in range(3):
        anna.sync(ANNA)

    assert "1 message could not be read." in said(anna.open(ANNA, at))
    assert "1 message could not be read." in said(anna.open(ANNA, poison))


def test_tried_again_in_vain_it_is_set_aside_again_after_three_starts(anna: Office) -> None:
    at = set_aside(anna)
    anna.simulator.control.reset_meter()

    anna.press(ANNA, anna.answer(ANNA, "home"), "Try again")
    for _ in range(5):
        anna.sync(ANNA)

    assert len(anna.calls("threads.get")) == 3
    assert thread(anna, at).is_aside


def test_nobody_but_the_owner_is_told_or_can_try_again(anna: Office) -> None:
    at = set_aside(anna)
    anna.member(BEN, connected=True)

    home = anna.answer(BEN, "home")
    anna.answer(BEN, "actions/retry", parameters={"thread": at["threadId"]})
    anna.answer(BEN, "actions/retry")

    assert "could not be read" not in said(home)
    assert "Try again" not in [each.text for each in buttons(home)]
    assert thread(anna, at).is_aside


def test_stopped_or_turned_off_nothing_of_it_stays(anna: Office) -> None:
    at = set_aside(anna)

    anna.press(ANNA, anna.open(ANNA, at), "Stop updating", opened=at)

    assert anna.thread(ANNA, at) is None
    assert anna.services.store.set_aside(SUB, limit=9).items == ()
