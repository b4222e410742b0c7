"""What an import leaves alone, what its Undo takes out, and how that comes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from addon import purging
from storage.port import StoreError
from storage.records import ConversationState, ImportState, Reason, Role, ThreadState
from tests.cards.grammar import buttons, texts
from tests.journeys.importing import begin, came, card, deliver, newest, stored, subjects
from tests.office import ANNA, BEN, JANE, Office, mail

SUB = f"sub-{ANNA}"


def remove(office: Office, email: str, at: dict[str, str]) -> None:
    office.confirm(email, office.open(email, at), "Remove from Lever", "Remove from Lever", opened=at)


def undo(office: Office) -> dict[str, object]:
    return office.press(ANNA, card(office), "Undo")


# --- left alone -------------------------------------------------------------------------------------------


def test_what_was_removed_or_taken_out_stays_out_and_is_not_opened(anna: Office) -> None:
    removed, taken_out = anna.synced(subject="Removed"), anna.synced(subject="Taken out")
    anna.member(BEN)
    remove(anna, ANNA, removed)
    [found] = anna.stored(anna.jane(), ANNA)
    anna.answer(ANNA, "actions/withdraw", opened=taken_out, parameters={"conversation": found.conversation.id})
    anna.simulator.control.reset_meter()

    begin(anna)
    anna.sync(ANNA)

    assert subjects(anna) == set()
    assert came(anna) == (0, 2, 0)
    assert anna.calls("threads.get") == []
    for at in (removed, taken_out):
        thread = anna.thread(ANNA, at)
        assert thread is not None
        assert Reason.IMPORT not in thread.reasons


@pytest.mark.parametrize("days", [0, 31])
def test_what_a_colleague_removed_does_not_come_back_from_a_mailbox_that_held_no_copy(
    anna: Office, days: int
) -> None:
    anna.member(BEN, connected=True)
    anna.sync(BEN)
    shared = mail(JANE, ANNA, BEN, subject="Shared")
    at = anna.deliver(shared, ANNA, BEN)
    anna.label(BEN, at[BEN]["threadId"])
    anna.sync(BEN)
    remove(anna, BEN, at[BEN])
    anna.clock.pass_time(days=days)
    purging.purge_due(anna.services, until=anna.clock.now() + timedelta(seconds=9))

    begin(anna)
    anna.sync(ANNA)

    assert subjects(anna) == set()
    assert came(anna) == (0, 1, 0)
    assert anna.thread(ANNA, at[ANNA]) is None
    sums = anna.services.store.sums(since=anna.clock.now().date().isoformat())
    assert sums["denied.tombstone"] == 1


def test_what_a_colleague_has_in_lever_gets_one_more_holder(anna: Office) -> None:
    anna.member(BEN, connected=True)
    anna.sync(BEN)
    at = anna.deliver(mail(JANE, ANNA, BEN, subject="Shared"), ANNA, BEN)
    anna.label(BEN, at[BEN]["threadId"])
    anna.sync(BEN)

    begin(anna)
    anna.sync(ANNA)

    assert stored(anna) == {"Shared": (1, False, frozenset({SUB, f"sub-{BEN}"}))}
    undo(anna)
    assert stored(anna)["Shared"] == (1, False, frozenset({f"sub-{BEN}"}))


def test_a_blocked_participant_keeps_the_conversation_out(make_office: Callable[..., Office]) -> None:
    office = make_office(BLOCKLIST="lawyer@firm.example")
    office.member(ANNA, connected=True)
    office.candidate("Jane Doe", JANE)
    office.sync(ANNA)
    at = office.deliver(mail(JANE, ANNA, "lawyer@firm.example"), ANNA)[ANNA]

    begin(office)
    office.sync(ANNA)

    assert subjects(office) == set()
    assert came(office) == (0, 1, 0)
    assert office.thread(ANNA, at) is None


def test_what_its_owner_stopped_is_followed_again_and_read_for_what_came_meanwhile(anna: Office) -> None:
    first = mail(JANE, ANNA, subject="Stopped")
    at = anna.synced_mail(first)
    anna.press(ANNA, anna.open(ANNA, at), "Stop updating", opened=at)
    anna.deliver(mail(JANE, ANNA, reply_to=first), ANNA)
    anna.sync(ANNA)

    begin(anna)
    anna.sync(ANNA)

    assert {subject: told[0] for subject, told in stored(anna).items()} == {"Stopped": 2}
    undo(anna)
    assert subjects(anna) == {"Stopped"}
    thread = anna.thread(ANNA, at)
    assert thread is not None
    assert thread.state is ThreadState.STOPPED


def test_a_thread_that_waits_for_somebody_else_is_not_opened(anna: Office) -> None:
    at = anna.deliver(mail("x.jane@people.example", ANNA), ANNA)[ANNA]
    anna.label(ANNA, at["threadId"])
    anna.sync(ANNA)
    anna.simulator.control.reset_meter()

    begin(anna)
    anna.sync(ANNA)

    thread = anna.thread(ANNA, at)
    assert thread is not None
    assert thread.state is ThreadState.WAITING
    assert set(thread.reasons) == {Reason.LABEL}
    assert anna.calls("threads.get") == []


# --- Undo -------------------------------------------------------------------------------------------------


def test_undo_takes_out_what_came_by_it_only_and_can_be_undone_itself(anna: Office) -> None:
    known = anna.synced(subject="Known")
    first = mail(JANE, ANNA, subject="Imported")
    at = anna.deliver(first, ANNA)[ANNA]
    begin(anna)
    anna.sync(ANNA)
    everything = stored(anna)

    answer = undo(anna)

    assert subjects(anna) == {"Known"}
    assert any("out of Lever again. You can undo until" in text for text in texts(answer))
    thread, other = anna.thread(ANNA, at), anna.thread(ANNA, known)
    assert thread is not None
    assert thread.state is ThreadState.STOPPED
    assert other is not None
    assert set(other.reasons) == {Reason.LABEL}
    anna.deliver(mail(JANE, ANNA, reply_to=first), ANNA)
    anna.sync(ANNA)
    assert subjects(anna) == {"Known"}

    anna.press(ANNA, card(anna), "Undo")
    anna.sync(ANNA)

    assert subjects(anna) == {"Known", "Imported"}
    assert stored(anna)["Imported"][0] == everything["Imported"][0] + 1
    assert newest(anna).state is ImportState.DONE
    verbs = [act.verb for act in anna.audit()]
    assert {"import-undo", "import-restore", "withdraw", "restore"} <= set(verbs)


@pytest.mark.parametrize("press", ["withdraw", "restore"])
@pytest.mark.parametrize("verb", ["change", "save_thread", "save_import"])
@pytest.mark.parametrize("times", [1, 2])
def test_an_undo_that_was_cut_short_is_done_by_another_press(
    anna: Office, monkeypatch: pytest.MonkeyPatch, press: str, verb: str, times: int
) -> None:
    deliver(anna, 2)
    begin(anna)
    anna.sync(ANNA)
    parameters = {"import": newest(anna).id}
    if press == "restore":
        undo(anna)
    writes, done = getattr(type(anna.services.store), verb), list[int]()

    def deadly(*given: object, **named: object) -> object:
        done.append(1)
        if len(done) == times:
            raise StoreError
        return writes(*given, **named)

    with monkeypatch.context() as patched:
        patched.setattr(type(anna.services.store), verb, deadly)
        anna.answer(ANNA, f"actions/{press}", parameters=parameters)
    anna.answer(ANNA, f"actions/{press}", parameters=parameters)
    anna.sync(ANNA)

    out = press == "withdraw"
    assert subjects(anna) == (set() if out else {"0", "1"})
    states = anna.services.store.threads_in(SUB, ThreadState.STOPPED, limit=9).items
    assert len(states) == (2 if out else 0)


def test_undo_leaves_what_was_labelled_since(anna: Office) -> None:
    kept, gone = deliver(anna, 2)
    begin(anna)
    anna.sync(ANNA)
    anna.label(ANNA, kept["threadId"])
    anna.sync(ANNA)

    undo(anna)

    assert subjects(anna) == {"0"}
    thread = anna.thread(ANNA, kept)
    assert thread is not None
    assert (thread.state, set(thread.reasons)) == (ThreadState.FOLLOWING, {Reason.LABEL})
    assert anna.thread(ANNA, gone) is not None


@pytest.mark.parametrize("by", [ANNA, BEN])
def test_brought_back_it_says_so_where_it_was_removed_for_everyone_and_that_stays(anna: Office, by: str) -> None:
    anna.member(BEN, connected=True)
    at = anna.deliver(mail(JANE, ANNA, BEN, subject="Both"), ANNA, BEN)
    anna.label(BEN, at[BEN]["threadId"])
    anna.sync(BEN)
    begin(anna)
    anna.sync(ANNA)
    if by == ANNA:
        remove(anna, ANNA, at[ANNA])
        undo(anna)
    else:
        undo(anna)
        remove(anna, BEN, at[BEN])

    answer = anna.answer(ANNA, "actions/restore", parameters={"import": newest(anna).id})

    assert "It was removed from Lever meanwhile." in str(answer)
    assert "Back in Lever" not in str(answer)
    assert subjects(anna) == set()
    assert newest(anna).state is ImportState.TAKEN_OUT
    anna.press(by, anna.open(by, at[by]), "Undo", opened=at[by])
    [found] = anna.stored(anna.jane(), BEN)
    assert found.summary.holders == {f"sub-{BEN}"}
    anna.answer(ANNA, "actions/restore", parameters={"import": newest(anna).id})
    [found] = anna.stored(anna.jane(), BEN)
    assert len(found.summary.holders) == 2


def test_imported_again_what_was_undone_stays_out(anna: Office) -> None:
    deliver(anna, 2)
    begin(anna)
    anna.sync(ANNA)
    undo(anna)

    begin(anna)
    anna.sync(ANNA)

    assert subjects(anna) == set()
    assert came(anna) == (0, 2, 0)


def test_undo_is_offered_on_home_and_home_is_shown_after_it(anna: Office) -> None:
    deliver(anna, 1)
    begin(anna)
    anna.sync(ANNA)

    answer = anna.press(ANNA, anna.answer(ANNA, "home"), "Undo")

    assert any("Mail with Jane Doe: They are out of Lever again." in text for text in texts(answer))
    assert subjects(anna) == set()


def test_when_the_time_is_over_it_is_destroyed_and_no_undo_is_offered(anna: Office) -> None:
    deliver(anna, 1)
    begin(anna)
    anna.sync(ANNA)
    [found] = anna.stored(anna.jane(), ANNA)
    undo(anna)

    anna.clock.pass_time(days=31)
    shown = card(anna)

    assert "Undo" not in [each.text for each in buttons(shown)]
    gate = anna.services.store.conversation(found.conversation.id)
    assert gate is not None
    assert gate.conversation.withdrawn[SUB].state is ConversationState.REMOVED


@pytest.mark.parametrize("purged", [False, True])
def test_brought_back_too_late_it_says_so_follows_nothing_and_is_not_on_record(
    anna: Office, *, purged: bool
) -> None:
    [at] = deliver(anna, 1)
    begin(anna)
    anna.sync(ANNA)
    undo(anna)
    anna.clock.pass_time(days=31)
    if purged:
        purging.purge_due(anna.services, until=anna.clock.now() + timedelta(seconds=25))

    late = anna.answer(ANNA, "actions/restore", parameters={"import": newest(anna).id})

    assert "This can no longer be undone." in str(late)
    thread = anna.thread(ANNA, at)
    assert thread is None or thread.state is ThreadState.STOPPED
    assert "import-restore" not in {act.verb for act in anna.audit()}
    assert newest(anna).state is ImportState.TAKEN_OUT


def test_what_was_deleted_for_good_meanwhile_keeps_nothing_else_from_coming_back(anna: Office) -> None:
    gone, _ = deliver(anna, 2)
    begin(anna)
    anna.sync(ANNA)
    undo(anna)
    anna.confirm(ANNA, anna.open(ANNA, gone), "Delete now", "Delete now", opened=gone)

    answer = anna.answer(ANNA, "actions/restore", parameters={"import": newest(anna).id})
    anna.sync(ANNA)

    assert "Back in Lever." in str(answer)
    assert subjects(anna) == {"1"}
    thread = anna.thread(ANNA, gone)
    assert thread is None or thread.state is ThreadState.STOPPED


@pytest.mark.parametrize("verb", ["retry", "withdraw", "restore", "import-cancel"])
def test_an_import_nobody_knows_is_nothing_here(anna: Office, verb: str) -> None:
    answer = anna.answer(ANNA, f"actions/{verb}", parameters={"import": "unknown"})

    assert "Nothing here. It may be gone or not shared with you." in texts(answer)


def test_a_secret_that_others_made_stays_theirs(anna: Office) -> None:
    anna.member(BEN, Role.TEAM_MEMBER, connected=True)
    anna.sync(BEN)
    at = anna.deliver(mail(JANE, BEN, subject="Secret"), BEN)
    anna.label(BEN, at[BEN]["threadId"], "Lever/Secret")
    anna.sync(BEN)

    deliver(anna, 1)
    begin(anna, secret=True)
    anna.sync(ANNA)

    assert subjects(anna) == {"0"}
    assert came(anna) == (1, 0, 0)
