"""R12 and R24: for how long something can be undone, or comes in by itself; and what is destroyed after that."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from addon.policy.retention import can_undo, comes_by_itself, keeps_token, purge_at, purged, to_purge
from storage.records import (
    Conversation,
    ConversationState,
    Pointing,
    Reason,
    Removal,
    Revocation,
    Role,
    Withdrawal,
)
from tests.addon.policy.samples import NOW, after, thread

MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize("days", [0, 1, 30])
def test_grace_is_counted_in_whole_days_from_the_removal(days: int) -> None:
    assert purge_at(NOW, grace_days=days) == after(hours=24 * days)


@pytest.mark.parametrize(
    ("now", "can"),
    [(NOW, True), (after(days=30) - MOMENT, True), (after(days=30), False), (after(days=31), False)],
)
def test_undo_works_until_the_grace_is_over_and_not_longer(now: datetime, *, can: bool) -> None:
    removal = Removal(by="anna", role=Role.TEAM_MEMBER, at=NOW, purge_at=after(days=30))

    assert can_undo(removal, now=now) is can


@pytest.mark.parametrize(
    ("waited", "comes"),
    [(timedelta(0), True), (timedelta(days=30), True), (timedelta(days=30) + MOMENT, False)],
)
def test_a_waiting_thread_comes_by_itself_within_thirty_days(waited: timedelta, *, comes: bool) -> None:
    assert comes_by_itself(thread(Reason.LABEL), now=NOW + waited) is comes


def test_the_latest_pointing_counts() -> None:
    pointings = {Reason.LABEL: Pointing(by="anna", at=NOW), Reason.ASKED: Pointing(by="anna", at=after(days=20))}

    assert comes_by_itself(thread(reasons=pointings), now=after(days=50))
    assert not comes_by_itself(thread(reasons=pointings), now=after(days=51))


def test_a_thread_nobody_points_at_never_comes_by_itself() -> None:
    assert not comes_by_itself(thread(), now=NOW)


@pytest.mark.parametrize(("tried_for", "keeps"), [(0, True), (6.99, True), (7, False), (30, False)])
def test_a_token_that_cannot_be_revoked_is_kept_for_seven_days_at_most(tried_for: float, *, keeps: bool) -> None:
    waiting = Revocation(id="1", sub="anna", refresh_token="1//x", since=NOW, not_before=NOW)

    assert keeps_token(waiting, now=after(days=tried_for)) is keeps


# --- purging ----------------------------------------------------------------------------------------------


def out(state: ConversationState = ConversationState.REMOVED, *, days: int = 30, **more: Any) -> Conversation:
    removal = Removal(by="anna", role=Role.TEAM_MEMBER, at=NOW, purge_at=after(days=days))
    return Conversation(id="c1", audience=frozenset({"v"}), state=state, removal=removal, **more)


def copy(days: int, state: ConversationState = ConversationState.REMOVED) -> Withdrawal:
    return Withdrawal(by="ben", at=NOW, purge_at=after(days=days), state=state)


def test_nothing_is_purged_before_its_time_and_all_of_it_after() -> None:
    removed = out(withdrawn={"ben": copy(60)})

    assert to_purge(removed, now=after(days=29)) == removed
    due = to_purge(removed, now=after(days=30))
    assert due.state is ConversationState.PURGING
    assert due.withdrawn["ben"].state is ConversationState.PURGING
    gone = purged(due)
    assert (gone.state, gone.withdrawn["ben"].state) == (ConversationState.PURGED, ConversationState.PURGED)
    assert gone.purge_due is None


def test_copies_that_are_out_are_purged_by_themselves() -> None:
    here = Conversation(id="c1", audience=frozenset(), withdrawn={"ben": copy(10), "cara": copy(20)})

    due = to_purge(here, now=after(days=15))

    assert due.state is ConversationState.LIVE
    assert [due.withdrawn[sub].state for sub in ("ben", "cara")] == [
        ConversationState.PURGING,
        ConversationState.REMOVED,
    ]
    assert purged(due).purge_due == after(days=20)


def test_under_a_hold_nothing_is_ever_due() -> None:
    held = out(hold=True, withdrawn={"ben": copy(1)})

    assert held.purge_due is None
    assert to_purge(held, now=after(days=999)) == held


def test_what_is_being_purged_stays_due_until_it_is_done() -> None:
    going = to_purge(out(), now=after(days=30))

    assert going.purge_due == after(days=30)
    assert to_purge(going, now=after(days=31)) == going
