"""R10: what an import searches for, and what it does with what the search gave."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from addon.policy import following, importing
from addon.policy.acting import may_end_import, may_import
from addon.policy.importing import Became, Came, Step
from addon.policy.matching import Company, People
from cards.importing import BOUNDS
from storage.records import (
    MOST_UNREAD,
    ConversationState,
    Found,
    Import,
    ImportState,
    Lane,
    NotRead,
    Reason,
    Removal,
    Role,
    Thread,
    ThreadState,
    Unread,
    Withdrawal,
)
from tests.addon.policy.samples import ACME, ANNA, JANE, NOW, after, found, mail, member, thread

SUB = "anna"


def record(**fields: Any) -> Import:
    given = {"id": "i1", "sub": SUB, "epoch": 1, "candidate": "jane", "addresses": (JANE,), "since": None}
    return Import(**{**given, "secret": False, "at": NOW, "expires_at": after(days=30), **fields})


# --- what is searched for ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bound", "days"), [("3", 92), ("12", 366), ("", 366), ("all ", 366), ("-1", 366), ("all", None)]
)
def test_how_far_back_is_one_of_three_and_else_the_usual(bound: str, days: int | None) -> None:
    assert importing.since(bound, now=NOW) == (None if days is None else after(days=-days))


def test_the_choices_on_the_card_are_the_bounds_there_are() -> None:
    assert BOUNDS.keys() == importing.BOUNDS.keys()


@pytest.mark.parametrize(
    ("address", "candidates", "is_member", "searched"),
    [
        (JANE, {"jane"}, False, True),
        (JANE, {"jane", "joe"}, False, False),
        (JANE, {"joe"}, False, False),
        (JANE, set(), False, False),
        (JANE, {"jane"}, True, False),
        ("jane@acme.example", {"jane"}, False, False),
        ("jane@blocked.example", {"jane"}, False, False),
        ('jane"@people.example', {"jane"}, False, False),
        ("ja{ne}@people.example", {"jane"}, False, False),
        ("ja ne@people.example", {"jane"}, False, False),
        ("jane+jobs@people.example", {"jane"}, False, True),
    ],
)
def test_only_what_is_the_candidates_alone_is_searched_for(
    address: str,
    candidates: set[str],
    is_member: bool,  # noqa: FBT001 (a table)
    searched: bool,  # noqa: FBT001 (likewise)
) -> None:
    people = People(
        candidates={address: frozenset(candidates)}, members={address: member("ben")} if is_member else {}
    )
    company = Company(internal_domains=ACME.internal_domains, blocked=frozenset({"blocked.example"}))

    given = importing.importable([address], candidate="jane", people=people, company=company)

    assert given == ((address,) if searched else ())


# --- what was found ---------------------------------------------------------------------------------------


def followed(**fields: Any) -> Thread:
    return replace(thread(Reason.LABEL), **{"conversation": "c1", "todo_all": False, **fields})


def gone() -> Found:
    read = found(holders=[SUB])
    removal = Removal(by="ben", role=Role.ADMIN, at=NOW, purge_at=after(days=30))
    return Found(replace(read.conversation, state=ConversationState.REMOVED, removal=removal), read.summary)


def taken_out() -> Found:
    read = found(holders=["ben"])
    own = Withdrawal(by=SUB, at=NOW, purge_at=after(days=30))
    return Found(replace(read.conversation, withdrawn={SUB: own}), read.summary)


WAITS = {"state": ThreadState.WAITING, "conversation": None}


@pytest.mark.parametrize(
    ("known", "lies_in", "step"),
    [
        (None, None, Step.OPEN),
        (followed(), found(holders=[SUB]), Step.POINT_IF_ON),
        (followed(), gone(), Step.LEAVE),
        (followed(state=ThreadState.STOPPED), gone(), Step.LEAVE),
        (followed(), taken_out(), Step.LEAVE),
        (followed(state=ThreadState.STOPPED), found(holders=[SUB]), Step.OPEN_IF_ON),
        (followed(todo_all=True), found(holders=[SUB]), Step.WAIT),
        (followed(todo=frozenset({"m"})), None, Step.WAIT),
        (followed(aside_all=True), found(holders=[SUB]), Step.FAIL),
        (followed(conversation=None), None, Step.OPEN),
        (followed(**WAITS, who_keys=frozenset({"jane's"})), None, Step.OPEN),
        (followed(**WAITS, who_keys=frozenset({"kim's"})), None, Step.LEAVE),
        (followed(**WAITS), None, Step.LEAVE),
    ],
)
def test_what_is_done_with_a_thread_depends_on_how_it_stands(
    known: Thread | None, lies_in: Found | None, step: Step
) -> None:
    assert importing.step(known, lies_in, sub=SUB, who={"jane's"}) is step


@pytest.mark.parametrize(
    ("mails", "is_on"),
    [
        ([mail(JANE, ANNA)], True),
        ([mail(ANNA, JANE)], True),
        ([mail(ANNA, "x@y.example", cc=[JANE])], True),
        ([mail(ANNA, "x@y.example", bcc=[JANE])], True),
        ([mail("Jane@People.Example", ANNA)], True),
        ([mail("x@y.example", ANNA), mail(JANE, ANNA)], True),
        ([mail("x@y.example", ANNA, reply_to=[JANE])], False),
        ([mail("x.jane@people.example", ANNA)], False),
        ([mail("jane@people.example.net", ANNA)], False),
        ([mail("x@y.example", ANNA, name=JANE)], False),
        ([mail(JANE, ANNA, automatic=True)], False),
        ([mail(JANE, ANNA, labels=frozenset({"SPAM"}))], False),
        ([mail(ANNA, JANE, labels=frozenset({"DRAFT"}))], False),
        ([mail("x@y.example", JANE, list_mail=True)], False),
        ([], False),
    ],
)
def test_only_an_address_that_stands_on_it_exactly_makes_a_conversation_the_candidates(
    mails: list[Any],
    is_on: bool,  # noqa: FBT001 (a table)
) -> None:
    assert importing.is_on(mails, [JANE]) is is_on


def test_of_stored_mail_the_same_is_asked() -> None:
    assert importing.is_on_stored([mail("x@y.example", cc=[JANE]).head], [JANE])
    assert not importing.is_on_stored([mail("x@y.example", reply_to=[JANE]).head], [JANE])
    assert not importing.is_on_stored([mail(JANE, automatic=True).head], [JANE])
    assert not importing.is_on_stored([], [JANE])


# --- the threads ------------------------------------------------------------------------------------------


def test_what_an_import_begins_is_read_whole_last_and_marked_as_come_by_it() -> None:
    begun = following.imported(None, sub=SUB, id="t1", at=NOW, batch="i1")

    assert (begun.state, begun.todo_all, begun.lane) == (ThreadState.FOLLOWING, True, Lane.BACKFILL)
    assert begun.batch == "i1"
    assert begun.reasons[Reason.IMPORT].at == NOW
    assert importing.came_by(begun, record())


def test_what_is_followed_gets_the_reason_alone_and_loses_it_alone() -> None:
    both = following.imported(followed(), sub=SUB, id="t1", at=NOW, batch="i1")

    assert (both.batch, both.todo_all) == ("", False)
    assert set(both.reasons) == {Reason.LABEL, Reason.IMPORT}
    assert importing.came_by(both, record())
    assert following.unimported(both) == followed(lane=both.lane)
    assert not importing.came_by(followed(), record())


def test_undone_what_came_by_the_import_only_is_stopped() -> None:
    begun = replace(following.imported(None, sub=SUB, id="t1", at=NOW, batch="i1"), conversation="c1")

    undone = following.unimported(begun)

    assert undone.state is ThreadState.STOPPED
    assert undone.batch == "i1"


def test_the_label_off_an_imported_thread_is_remembered_and_ends_nothing() -> None:
    labelled = followed(labelled=frozenset({"m1"}))
    both = following.imported(labelled, sub=SUB, id="t1", at=NOW, batch="i1")

    off = following.unlabelled(both, messages=["m1"], secret=False, now=after(days=1))

    assert (off.state, set(off.reasons)) == (ThreadState.FOLLOWING, {Reason.IMPORT})
    assert off.label_off_at == after(days=1)
    assert following.stopped(off).label_off_at is None


# --- the record -------------------------------------------------------------------------------------------


def settled(counted: Import, hash: str, became: Became) -> Import:
    return importing.settled(counted, hash, became, thread=f"t-{hash}", now=NOW)


def test_a_conversation_is_counted_once_however_often_it_is_looked_at() -> None:
    counted = settled(record(), "h1", Came.IN)

    again = settled(counted, "h1", Came.LEFT)

    assert again == counted
    assert (counted.taken_in, counted.left_alone) == (1, 0)
    assert settled(counted, "h2", Came.LEFT).left_alone == 1
    assert settled(counted, "h2", NotRead.REFUSED).failed == 1


def test_what_ended_keeps_no_hash_and_its_last_conversation_still_counts() -> None:
    running = importing.begun(settled(record(), "h1", Came.IN), "h2")

    cancelled = importing.ended(running, ImportState.CANCELLED, now=after(days=1))
    counted = settled(cancelled, "h2", Came.IN)

    assert (cancelled.settled, cancelled.opening, cancelled.starts) == (frozenset(), "", 0)
    assert cancelled.expires_at == after(days=8)
    assert (counted.taken_in, counted.settled) == (2, frozenset())


def test_openings_of_one_thread_are_counted_until_it_is_settled_or_found_not_to_blame() -> None:
    twice = importing.begun(importing.begun(record(), "h1"), "h1")

    assert twice.starts == 2
    assert importing.begun(twice, "h2").starts == 1
    assert importing.acquitted(twice).starts == 0
    assert settled(twice, "h1", Came.IN).starts == 0


def test_tried_again_it_counts_from_nothing_and_runs_under_the_consent_of_now() -> None:
    done = importing.ended(record(taken_in=3, failed=1, found=4), ImportState.DONE, now=NOW)

    again = importing.again(done, epoch=2, now=after(days=1))

    assert (again.state, again.epoch, again.ended_at) == (ImportState.RUNNING, 2, None)
    assert (again.found, again.taken_in, again.failed) == (0, 0, 0)
    assert (again.id, again.at, again.addresses) == ("i1", NOW, (JANE,))


def failed(number: int, **fields: Any) -> Import:
    """One that is done and could not read so many."""
    counted = record()
    for n in range(number):
        counted = settled(counted, f"h{n}", NotRead.REFUSED)
    return replace(importing.ended(counted, ImportState.DONE, now=NOW), found=number, **fields)


def test_what_failed_is_known_by_its_thread_and_why_as_far_as_there_is_room() -> None:
    some, many = failed(2), failed(MOST_UNREAD + 1)

    assert some.unread[0] == Unread(thread="t-h0", why=NotRead.REFUSED, at=NOW)
    assert (many.failed, len(many.unread)) == (MOST_UNREAD + 1, MOST_UNREAD)


def test_tried_again_only_what_failed_is_to_do_and_what_came_in_stays_counted() -> None:
    again = importing.again(failed(2, taken_in=3), epoch=2, now=NOW)
    better = settled(again, "h0", Came.IN)
    worse = settled(better, "h1", NotRead.TOO_LARGE)

    assert importing.to_try_again(again) == ["t-h0", "t-h1"]
    assert [importing.looked_at(each) for each in (again, better, worse)] == [3, 4, 5]
    assert [(each.taken_in, each.failed) for each in (again, better, worse)] == [(3, 2), (4, 1), (4, 1)]
    assert [(each.thread, each.why, each.again) for each in worse.unread] == [("t-h1", NotRead.TOO_LARGE, False)]


def test_cancelled_in_the_middle_of_that_what_was_not_tried_is_still_known_as_failed() -> None:
    again = settled(importing.again(failed(2), epoch=2, now=NOW), "h0", Came.IN)

    cancelled = importing.ended(again, ImportState.CANCELLED, now=NOW)

    assert (cancelled.failed, cancelled.retrying, importing.to_try_again(cancelled)) == (1, False, [])
    assert [each.thread for each in cancelled.unread] == ["t-h1"]


@pytest.mark.parametrize(
    "ended",
    [
        failed(MOST_UNREAD + 1),
        failed(0),
        *(failed(2, state=state) for state in importing.HAS_ENDED - {ImportState.DONE}),
    ],
)
def test_where_not_all_that_is_left_to_do_is_known_all_is_searched_for_anew(ended: Import) -> None:
    again = importing.again(ended, epoch=2, now=NOW)

    assert (again.retrying, again.failed, again.unread) == (False, 0, ())
    assert importing.one_again(ended, "t-other", epoch=2, now=NOW) is None


def test_one_of_those_that_failed_is_tried_again_alone() -> None:
    again = importing.one_again(failed(3), "t-h1", epoch=2, now=NOW)

    assert again is not None
    assert (again.state, again.retrying, again.epoch) == (ImportState.RUNNING, True, 2)
    assert importing.to_try_again(again) == ["t-h1"]
    assert importing.one_again(failed(3), "t-other", epoch=2, now=NOW) is None
    assert importing.one_again(failed(3, state=ImportState.CANCELLED), "t-h1", epoch=2, now=NOW) is None


def test_found_are_those_counted_already_and_those_listed_now() -> None:
    counted = settled(record(), "gone", Came.LEFT)

    assert importing.listed(counted, ["a", "b", "gone"]).found == 3
    assert importing.listed(counted, ["a"]).found == 2


# --- who may (R33) ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "has_conversations", "may"),
    [
        (Role.SUPER_ADMIN, False, True),
        (Role.ADMIN, False, True),
        (Role.TEAM_MEMBER, False, True),
        (Role.LIMITED_TEAM_MEMBER, True, True),
        (Role.LIMITED_TEAM_MEMBER, False, False),
        (Role.INTERVIEWER, True, False),
    ],
)
def test_who_sees_a_candidate_may_import_their_mail(
    role: Role,
    has_conversations: bool,  # noqa: FBT001 (a table)
    may: bool,  # noqa: FBT001 (likewise)
) -> None:
    assert may_import(member(SUB, role), "jane", has_conversations=has_conversations) is may


def test_nobody_imports_mail_about_themselves() -> None:
    self = replace(member(SUB, Role.SUPER_ADMIN), self_candidates=frozenset({"jane"}))

    assert not may_import(self, "jane", has_conversations=True)


@pytest.mark.parametrize("role", Role)
def test_an_import_is_its_owners_alone_to_end(role: Role) -> None:
    assert may_end_import(member(SUB, role), record()) is (role is not Role.INTERVIEWER)
    assert not may_end_import(member("ben", role), record())
