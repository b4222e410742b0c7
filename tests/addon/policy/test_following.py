"""R8, R22 and R26: what a mailbox's owner points at, and when it ends."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from addon.policy.following import (
    MOST_AWAITED,
    awaited_came,
    came_in_by,
    is_of_no_interest,
    labelled,
    left,
    pointed_at,
    relabelled,
    set_aside,
    stopped,
    tried_again,
    unlabelled,
    waiting,
)
from storage.records import Lane, Pointing, Reason, Thread, ThreadState
from tests.addon.policy.samples import NOW, after, thread

LATER = after(hours=1)
FOLLOWING, WAITING, STOPPED = ThreadState.FOLLOWING, ThreadState.WAITING, ThreadState.STOPPED


def ask(before: Thread | None, *, reason: Reason = Reason.ASKED, lane: Lane = Lane.INTERACTIVE) -> Thread:
    return pointed_at(before, sub="anna", id="t1", reason=reason, now=LATER, lane=lane)


def put(before: Thread | None, *messages: str, secret: bool = False) -> Thread:
    return labelled(before, sub="anna", id="t1", messages=messages, secret=secret, now=LATER, lane=Lane.LIVE)


def off(before: Thread, *messages: str, secret: bool = False) -> Thread:
    return unlabelled(before, messages=messages, secret=secret, now=LATER)


# --- pointing ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", list(Reason))
def test_a_thread_nobody_pointed_at_is_read_whole_once_somebody_does(reason: Reason) -> None:
    begun = ask(None, reason=reason)

    assert (begun.sub, begun.id, begun.state) == ("anna", "t1", FOLLOWING)
    assert begun.reasons == {reason: Pointing(by="anna", at=LATER)}
    assert begun.todo_all
    assert begun.not_before == LATER


def test_a_second_reason_joins_the_first_and_nothing_is_read_again() -> None:
    followed = thread(Reason.LABEL, conversation="c1")

    both = ask(followed)

    assert set(both.reasons) == {Reason.LABEL, Reason.ASKED}
    assert not both.has_work


def test_pointing_once_more_keeps_when_it_was_first() -> None:
    followed = thread(Reason.ASKED, conversation="c1")

    assert ask(followed) == replace(followed, lane=Lane.INTERACTIVE)


def test_who_joins_a_waiting_thread_is_waited_for_too() -> None:
    once = waiting(thread(Reason.LABEL), who=["jane"])

    both = waiting(once, who=["tom"])

    assert both.state is WAITING
    assert both.who_keys == {"jane", "tom"}


def test_a_mailing_to_thousands_waits_for_the_same_thousand_of_them_however_it_grows() -> None:
    who = [f"{n:04}" for n in range(2 * MOST_AWAITED)]

    once = waiting(thread(Reason.LABEL), who=reversed(who))
    again = waiting(waiting(thread(Reason.LABEL), who=who[::2]), who=who[1::2])

    assert len(once.who_keys) == MOST_AWAITED == 1000
    assert again == once


def test_a_waiting_thread_whose_candidate_came_is_read_whole_at_once_and_keeps_no_hashes() -> None:
    waits = thread(
        Reason.LABEL, state=WAITING, todo=frozenset({"m1"}), who_keys=frozenset({"h"}), offered=True, starts=2
    )

    came = awaited_came(waits, now=LATER)

    assert came == thread(Reason.LABEL, todo_all=True, lane=Lane.LIVE, not_before=LATER)


@pytest.mark.parametrize("lane", list(Lane))
def test_a_candidate_who_came_never_makes_work_less_urgent(lane: Lane) -> None:
    came = awaited_came(thread(Reason.LABEL, state=WAITING, todo=frozenset({"m1"}), lane=lane), now=LATER)

    assert came.lane is (Lane.INTERACTIVE if lane is Lane.INTERACTIVE else Lane.LIVE)


def test_the_more_urgent_wish_takes_the_work_forward() -> None:
    backfill = thread(Reason.LABEL, todo_all=True, lane=Lane.BACKFILL)

    assert ask(backfill, lane=Lane.INTERACTIVE).lane is Lane.INTERACTIVE
    assert ask(ask(backfill), lane=Lane.BACKFILL).lane is Lane.INTERACTIVE


@pytest.mark.parametrize("state", [WAITING, STOPPED])
def test_a_thread_that_was_not_followed_is_read_whole_and_at_once(state: ThreadState) -> None:
    before = thread(state=state, conversation="c1", attempts=4, not_before=after(days=1))

    again = ask(before)

    assert again.state is FOLLOWING
    assert again.todo_all
    assert again.attempts == 0
    assert again.not_before == LATER


def test_a_waiting_thread_pointed_at_again_asks_nobody_and_keeps_no_hashes() -> None:
    old = thread(Reason.ASKED, state=WAITING, who_keys=frozenset({"h"}), offered=True)

    again = ask(old)

    assert not again.offered
    assert again.who_keys == set()
    assert again.reasons == {Reason.ASKED: Pointing(by="anna", at=LATER)}


def test_a_waiting_thread_labelled_keeps_why_it_waited() -> None:
    imported = thread(Reason.IMPORT, state=WAITING)

    labelled_too = put(imported, "m1")
    unlabelled_again = off(labelled_too, "m1")

    assert set(labelled_too.reasons) == {Reason.IMPORT, Reason.LABEL}
    assert set(unlabelled_again.reasons) == {Reason.IMPORT}
    assert unlabelled_again.state is FOLLOWING


# --- the label --------------------------------------------------------------------------------------------


def test_a_label_is_remembered_by_message() -> None:
    followed = put(put(None, "m1"), "m2")

    assert followed.labelled == {"m1", "m2"}
    assert set(followed.reasons) == {Reason.LABEL}


def test_one_label_off_of_several_ends_nothing() -> None:
    followed = put(None, "m1", "m2")

    fewer = off(followed, "m1")

    assert fewer.state is FOLLOWING
    assert fewer.labelled == {"m2"}


@pytest.mark.parametrize("secret", [False, True])
def test_the_last_label_off_ends_the_following(*, secret: bool) -> None:
    followed = replace(put(None, "m1", secret=secret), conversation="c1", todo=frozenset({"m1"}))

    ended = off(followed, "m1", secret=secret)

    assert ended.state is STOPPED
    assert ended.reasons == {}
    assert not ended.has_work


def test_either_label_keeps_a_thread_followed() -> None:
    both = put(put(None, "m1"), "m1", secret=True)

    without_plain = off(both, "m1")
    without_secret = off(both, "m1", secret=True)

    assert without_plain.state is FOLLOWING
    assert without_secret.state is FOLLOWING
    assert off(without_plain, "m1", secret=True).state is STOPPED


def test_label_and_asked_end_together() -> None:
    followed = ask(put(None, "m1"))

    assert off(followed, "m1").reasons == {}


@pytest.mark.parametrize("stays", [Reason.ORIGIN, Reason.IMPORT])
def test_origin_and_import_outlast_the_label(stays: Reason) -> None:
    followed = put(thread(stays, Reason.ASKED, conversation="c1"), "m1")

    ended = off(followed, "m1")

    assert set(ended.reasons) == {stays}
    assert ended.state is FOLLOWING


def test_a_label_off_a_message_that_never_had_it_ends_nothing() -> None:
    asked = ask(None)

    assert off(asked, "m1") == asked
    assert off(put(asked, "m1"), "m2").state is FOLLOWING


# --- stopping ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [FOLLOWING, WAITING])
def test_stop_ends_every_reason_and_all_work(state: ThreadState) -> None:
    followed = thread(
        *Reason, state=state, todo_all=True, todo=frozenset({"m1"}), who_keys=frozenset({"h"}), offered=True
    )

    ended = stopped(followed)

    assert ended.state is STOPPED
    assert ended.reasons == {}
    assert not ended.has_work
    assert ended.who_keys == set()
    assert not ended.offered


@pytest.mark.parametrize("reason", list(Reason))
def test_why_what_is_stored_came_in_outlasts_the_following(reason: Reason) -> None:
    ended = stopped(thread(reason, conversation="c1"))

    assert ended.reasons == {}
    assert came_in_by(ended) == {reason: Pointing(by="anna", at=NOW)}


def test_a_label_that_came_off_stays_known_as_why_it_came_in_beside_what_holds_still() -> None:
    labelled_first = replace(thread(Reason.LABEL, conversation="c1"), labelled=frozenset({"m1"}))

    ended = off(ask(labelled_first, reason=Reason.IMPORT), "m1")

    assert set(ended.reasons) == {Reason.IMPORT}
    assert set(came_in_by(ended)) == {Reason.LABEL, Reason.IMPORT}


def test_a_label_on_what_was_in_already_brought_nothing_in() -> None:
    ended = off(put(thread(Reason.IMPORT, conversation="c1"), "m1"), "m1")

    assert set(came_in_by(ended)) == {Reason.IMPORT}


def test_what_came_in_by_a_label_that_was_put_on_again_came_in_when_it_was_first() -> None:
    again = put(stopped(thread(Reason.LABEL, conversation="c1")), "m1")

    assert again.reasons[Reason.LABEL].at == LATER
    assert came_in_by(again)[Reason.LABEL].at == NOW


@pytest.mark.parametrize("state", [FOLLOWING, WAITING])
def test_of_what_was_never_stored_no_reason_outlasts_the_following(state: ThreadState) -> None:
    assert came_in_by(stopped(thread(Reason.LABEL, state=state))) == {}


def test_why_it_came_in_is_forgotten_with_what_was_stored_and_what_holds_still_is_not() -> None:
    both = ask(stopped(thread(Reason.LABEL, conversation="c1")))

    assert set(came_in_by(left(both))) == {Reason.ASKED}


def test_a_label_after_a_stop_reads_the_thread_whole() -> None:
    ended = stopped(replace(put(None, "m1"), conversation="c1", todo_all=False))

    again = put(ended, "m2")

    assert again.state is FOLLOWING
    assert again.todo_all
    assert set(again.reasons) == {Reason.LABEL}


def test_a_stopped_thread_of_which_nothing_is_stored_is_of_no_interest() -> None:
    assert is_of_no_interest(stopped(put(None, "m1")))
    assert not is_of_no_interest(stopped(thread(Reason.LABEL, conversation="c1")))
    assert not is_of_no_interest(put(None, "m1"))
    assert not is_of_no_interest(thread(Reason.LABEL, state=WAITING))


# --- the nested secret label (R22) ------------------------------------------------------------------------


def test_the_secret_label_alone_points_and_wishes_for_secrecy() -> None:
    begun = put(None, "m1", secret=True)

    assert begun.state is FOLLOWING
    assert begun.secret
    assert begun.labelled == set()
    assert begun.labelled_secret == {"m1"}


def test_the_plain_label_wishes_for_no_secrecy() -> None:
    assert not put(None, "m1").secret


def test_the_secret_label_on_a_followed_thread_has_it_read_once_more() -> None:
    followed = thread(Reason.LABEL, conversation="c1")

    wished = put(followed, "m1", secret=True)

    assert wished.secret
    assert wished.todo_all


def test_a_wish_that_was_carried_out_is_not_wished_again_by_the_same_label() -> None:
    carried_out = replace(put(None, "m1", secret=True), secret=False, todo_all=False, conversation="c1")

    on_another = put(carried_out, "m2", secret=True)

    assert not on_another.secret
    assert not on_another.todo_all
    assert on_another.labelled_secret == {"m1", "m2"}


def test_the_secret_label_put_on_anew_is_a_new_wish() -> None:
    plain_too = put(put(None, "m1", secret=True), "m1")
    carried_out = replace(plain_too, secret=False, todo_all=False, conversation="c1")

    anew = put(off(carried_out, "m1", secret=True), "m1", secret=True)

    assert anew.secret


def test_taking_the_secret_label_off_takes_no_wish_back() -> None:
    wished = put(put(None, "m1"), "m1", secret=True)

    assert off(wished, "m1", secret=True).secret


def test_a_thread_that_was_given_up_unread_is_begun_without_an_old_wish() -> None:
    given_up = off(put(None, "m1", secret=True), "m1", secret=True)

    assert not put(given_up, "m1").secret


# --- what a whole read shows ------------------------------------------------------------------------------


def test_a_whole_read_settles_which_messages_are_labelled() -> None:
    followed = put(None, "m1", "gone")

    seen = relabelled(followed, labelled=frozenset({"m1"}), labelled_secret=frozenset({"m2"}), now=LATER)

    assert seen.state is FOLLOWING
    assert seen.labelled == {"m1"}
    assert seen.labelled_secret == {"m2"}


def test_a_labelled_thread_without_a_label_left_ends_as_if_it_was_taken_off() -> None:
    followed = ask(replace(put(None, "m1"), conversation="c1"))

    ended = relabelled(followed, labelled=frozenset(), labelled_secret=frozenset(), now=LATER)

    assert ended.state is STOPPED
    assert ended.reasons == {}


@pytest.mark.parametrize("reason", [Reason.ASKED, Reason.ORIGIN, Reason.IMPORT])
def test_a_thread_that_never_had_a_label_needs_none(reason: Reason) -> None:
    followed = thread(reason, conversation="c1")

    assert relabelled(followed, labelled=frozenset(), labelled_secret=frozenset(), now=LATER) == followed


def test_an_import_outlasts_a_label_that_is_gone() -> None:
    followed = put(thread(Reason.IMPORT), "m1")

    seen = relabelled(followed, labelled=frozenset(), labelled_secret=frozenset(), now=LATER)

    assert set(seen.reasons) == {Reason.IMPORT}


# --- any history ------------------------------------------------------------------------------------------

MESSAGES = st.sampled_from(["m1", "m2", "m3"])
SECRET = st.booleans()


class Following(RuleBasedStateMachine):
    """Any order of what an owner and the job may do, beside the little that R8 and R26 say of it."""

    def __init__(self) -> None:
        super().__init__()
        self.thread: Thread | None = None
        self.on: set[tuple[str, bool]] = set()
        self.reasons: set[Reason] = set()

    @rule(message=MESSAGES, secret=SECRET)
    def label(self, message: str, *, secret: bool) -> None:
        self.thread = put(self.thread, message, secret=secret)
        self.on.add((message, secret))
        self.reasons.add(Reason.LABEL)

    @precondition(lambda self: self.thread)
    @rule(message=MESSAGES, secret=SECRET)
    def unlabel(self, message: str, *, secret: bool) -> None:
        assert self.thread
        self.thread = off(self.thread, message, secret=secret)
        if (message, secret) in self.on:
            self.on.remove((message, secret))
            if not self.on:
                self.reasons -= {Reason.LABEL, Reason.ASKED}

    @rule(reason=st.sampled_from([Reason.ASKED, Reason.ORIGIN, Reason.IMPORT]))
    def point(self, reason: Reason) -> None:
        self.thread = ask(self.thread, reason=reason)
        self.reasons.add(reason)

    @precondition(lambda self: self.thread)
    @rule()
    def stop(self) -> None:
        assert self.thread
        self.thread = stopped(self.thread)
        self.reasons.clear()

    @precondition(lambda self: self.thread and self.thread.state is not STOPPED)
    @rule(waits=st.booleans())
    def read(self, *, waits: bool) -> None:
        """A run read it whole: stored, or without a candidate as yet."""
        assert self.thread
        seen = relabelled(
            self.thread,
            labelled=frozenset(message for message, secret in self.on if not secret),
            labelled_secret=frozenset(message for message, secret in self.on if secret),
            now=LATER,
        )
        state = WAITING if waits and seen.state is FOLLOWING else seen.state
        self.thread = replace(seen, state=state, todo_all=False, secret=False, conversation="c1")

    @invariant()
    def has_the_reasons_it_should(self) -> None:
        assert set(self.thread.reasons if self.thread else ()) == self.reasons

    @invariant()
    def is_stopped_without_a_reason_and_only_then(self) -> None:
        if self.thread:
            assert (self.thread.state is STOPPED) == (not self.reasons)

    @invariant()
    def knows_which_messages_carry_a_label(self) -> None:
        if self.thread:
            known = {(message, False) for message in self.thread.labelled}
            known |= {(message, True) for message in self.thread.labelled_secret}
            assert known == self.on

    @invariant()
    def works_only_while_there_is_a_reason(self) -> None:
        if self.thread and self.thread.has_work:
            assert self.reasons


Following.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestAnyHistory = Following.TestCase


def test_the_pointing_says_who_and_when() -> None:
    assert put(None, "m1").reasons[Reason.LABEL] == Pointing(by="anna", at=LATER)
    assert thread(Reason.LABEL).reasons[Reason.LABEL].at == NOW


def test_stopping_what_the_label_had_ended_leaves_it_known_that_it_did() -> None:
    ended = off(put(thread(Reason.LABEL, conversation="c1"), "m1"), "m1")

    assert ended.label_off_at == LATER
    assert stopped(ended).label_off_at == LATER
    assert stopped(replace(ended, state=FOLLOWING, reasons=ask(None).reasons)).label_off_at is None


def test_a_wish_that_could_not_be_looked_at_is_set_aside_and_tried_again_as_a_whole_read() -> None:
    wished = replace(thread(Reason.LABEL, conversation="c1"), wished=True, starts=3)

    aside = set_aside(wished)
    again = tried_again(aside, now=LATER)

    assert (aside.has_work, aside.is_aside) == (False, True)
    assert (again.todo_all, again.is_aside, again.starts) == (True, False, 0)
