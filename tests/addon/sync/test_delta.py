"""From history records to threads of interest: what nobody pointed at leaves no trace."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addon.gateways.gmail import Change, Record
from addon.policy.following import is_of_no_interest
from addon.sync.delta import Delta, classify, holds_drafts, holds_new_mail, sent_in
from storage.records import Begun, Lane, Mailbox, Reason, Thread, ThreadState
from tests.addon.policy.samples import NOW, after, thread

LABEL, SECRET, OTHER = "Label_1", "Label_2", "Label_11"
FOLLOWING, WAITING, STOPPED = ThreadState.FOLLOWING, ThreadState.WAITING, ThreadState.STOPPED
LATER = after(minutes=5)


def mailbox(*, label: str | None = LABEL, secret_label: str | None = SECRET) -> Mailbox:
    return Mailbox(
        sub="anna",
        address="anna@acme.example",
        since=NOW,
        epoch=1,
        cursor=1,
        label=label,
        secret_label=secret_label,
    )


def change(message: str, thread: str = "t1", *labels: str) -> Change:
    return Change(message=message, thread=thread, labels=frozenset(labels))


def arrived(message: str, thread: str = "t1", *labels: str, id: int = 10) -> Record:
    return Record(id=id, added=(change(message, thread, *labels),))


def put(message: str, *labels: str, thread: str = "t1", id: int = 10) -> Record:
    return Record(id=id, labelled=(change(message, thread, *(labels or (LABEL,))),))


def taken_off(message: str, *labels: str, thread: str = "t1", id: int = 10) -> Record:
    return Record(id=id, unlabelled=(change(message, thread, *(labels or (LABEL,))),))


def take(*records: Record, known: Iterable[Thread] = (), box: Mailbox | None = None) -> Delta:
    return classify(records, mailbox=box or mailbox(), known={each.id: each for each in known}, now=LATER)


def one(delta: Delta) -> Thread:
    [changed] = delta.threads
    return changed


# --- mail nobody pointed at -------------------------------------------------------------------------------


def deleted(message: str, *, thread: str = "t1", id: int = 10) -> Record:
    return Record(id=id, deleted=(change(message, thread),))


def test_what_is_deleted_for_good_carries_the_label_no_more() -> None:
    before = thread(labelled={"m1", "m2"})

    assert one(take(deleted("m1"), known=[before])).labelled == {"m2"}
    assert take(deleted("m3"), deleted("m9", thread="t9", id=11), known=[before]).threads == ()


def test_where_all_that_carried_the_label_is_deleted_the_thread_is_read_to_see_whether_any_is_left() -> None:
    followed = one(take(deleted("m1"), known=[thread(labelled={"m1"})]))
    stopped = one(take(deleted("m1"), known=[thread(labelled={"m1"}, state=STOPPED)]))

    assert (followed.state, followed.todo_all, followed.labelled) == (FOLLOWING, True, frozenset())
    assert not stopped.todo_all


def test_irrelevant_mail_leaves_no_thread_and_is_only_counted() -> None:
    delta = take(*(arrived(f"m{n}", f"t{n}", "INBOX", "UNREAD", id=n) for n in range(1, 40)))

    assert delta.threads == ()
    assert delta.left_alone == 39
    assert (delta.covered, delta.cursor) == (39, 39)


def test_a_message_told_twice_is_counted_once() -> None:
    assert take(arrived("m1", id=1), arrived("m1", id=2)).left_alone == 1


@pytest.mark.parametrize("labels", [("INBOX",), (OTHER,), ("Label_",), ("label_1",), ()])
def test_a_label_that_is_not_ours_points_at_nothing(labels: tuple[str, ...]) -> None:
    assert take(arrived("m1", "t1", *labels), put("m2", *(labels or ("STARRED",)))).threads == ()


@pytest.mark.parametrize("label", ["DRAFT", "CHAT"])
def test_drafts_and_chats_are_passed_over_and_not_counted(label: str) -> None:
    delta = take(arrived("m1", "t1", label), known=[thread(Reason.LABEL, conversation="c1")])

    assert delta.threads == ()
    assert delta.left_alone == 0


def test_without_a_label_of_ours_nothing_is_pointed_at() -> None:
    nothing_bound = mailbox(label=None, secret_label=None)

    delta = take(arrived("m1", "t1", "INBOX", LABEL), put("m1"), taken_off("m1"), box=nothing_bound)

    assert delta.threads == ()


def test_other_labels_going_are_no_news() -> None:
    followed = thread(Reason.LABEL, conversation="c1", labelled=frozenset({"m1"}))

    assert take(taken_off("m1", "UNREAD", "INBOX", OTHER), known=[followed]).threads == ()
    assert take(taken_off("m9", thread="t9"), known=[followed]).threads == ()


# --- the label --------------------------------------------------------------------------------------------


def test_a_label_on_ten_messages_is_one_thread_to_be_read_whole() -> None:
    delta = take(*(put(f"m{n}", id=n) for n in range(1, 11)))

    followed = one(delta)
    assert followed.state is FOLLOWING
    assert followed.todo_all
    assert followed.todo == set()
    assert followed.labelled == {f"m{n}" for n in range(1, 11)}
    assert followed.lane is Lane.LIVE
    assert followed.not_before == LATER
    assert followed.version == ""


def test_a_filter_that_labels_on_delivery_is_seen_in_the_arrival() -> None:
    delta = take(arrived("m1", "t1", "INBOX", LABEL))

    assert one(delta).labelled == {"m1"}
    assert delta.left_alone == 0


def test_the_secret_label_alone_points_and_wishes_for_secrecy() -> None:
    for delta in (take(put("m1", SECRET)), take(arrived("m1", "t1", SECRET))):
        assert one(delta).secret
        assert one(delta).labelled_secret == {"m1"}
        assert one(delta).labelled == set()


def test_both_labels_at_once_are_both_remembered() -> None:
    followed = one(take(put("m1", LABEL, SECRET, "STARRED")))

    assert followed.labelled == {"m1"}
    assert followed.labelled_secret == {"m1"}


def test_a_label_put_on_and_taken_off_in_one_window_leaves_nothing_of_interest() -> None:
    delta = take(put("m1", id=1), taken_off("m1", id=2))

    assert all(is_of_no_interest(each) for each in delta.threads)


def test_a_label_taken_off_and_put_on_again_in_one_window_is_read_again() -> None:
    followed = thread(Reason.LABEL, conversation="c1", labelled=frozenset({"m1"}))

    again = one(take(taken_off("m1", id=1), put("m1", id=2), known=[followed]))

    assert again.state is FOLLOWING
    assert again.todo_all


def test_the_last_label_off_stops_a_stored_thread_and_says_so() -> None:
    followed = thread(Reason.LABEL, conversation="c1", labelled=frozenset({"m1", "m2"}))

    still = one(take(taken_off("m1"), known=[followed]))
    ended = one(take(taken_off("m1", id=1), taken_off("m2", id=2), known=[followed]))

    assert still.state is FOLLOWING
    assert ended.state is STOPPED
    assert ended.version == followed.version


def test_one_record_may_tell_of_arrival_label_and_its_loss() -> None:
    record = Record(
        id=3,
        added=(change("m1", "t1", LABEL),),
        labelled=(change("m2", "t2", LABEL),),
        unlabelled=(change("m1", "t1", LABEL),),
    )

    delta = take(record)

    states = {each.id: each.state for each in delta.threads}
    assert states == {"t1": STOPPED, "t2": FOLLOWING}


# --- followed threads -------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [FOLLOWING, WAITING])
def test_a_reply_in_a_thread_of_interest_is_to_be_read(state: ThreadState) -> None:
    known = thread(Reason.LABEL, state=state, conversation="c1")

    delta = take(arrived("m7", "t1", "INBOX"), known=[known])

    assert one(delta) == replace(known, todo=frozenset({"m7"}), lane=Lane.LIVE, not_before=LATER)
    assert delta.left_alone == 0


def test_replies_gather_and_keep_the_turn_they_had() -> None:
    known = thread(Reason.LABEL, todo=frozenset({"m1"}), lane=Lane.BACKFILL, not_before=after(hours=2))

    delta = take(arrived("m2", id=1), arrived("m3", id=2), known=[known])

    assert one(delta) == replace(known, todo=frozenset({"m1", "m2", "m3"}))


def test_a_thread_that_is_read_whole_anyway_needs_no_list() -> None:
    known = thread(Reason.LABEL, todo_all=True)

    assert take(arrived("m2"), known=[known]).threads == ()


def test_a_stopped_thread_stays_stopped_when_mail_comes() -> None:
    known = thread(state=STOPPED, conversation="c1")

    delta = take(arrived("m7", "t1", "INBOX"), taken_off("m8", "SPAM"), known=[known])

    assert delta.threads == ()
    assert delta.left_alone == 1


def test_a_label_on_a_stopped_thread_follows_it_again() -> None:
    known = thread(state=STOPPED, conversation="c1")

    again = one(take(put("m7"), known=[known]))

    assert again.state is FOLLOWING
    assert again.todo_all


@pytest.mark.parametrize("aside", ["SPAM", "TRASH"])
def test_spam_and_trash_are_not_read_until_they_are_rescued(aside: str) -> None:
    known = thread(Reason.LABEL, conversation="c1")

    set_aside = take(arrived("m7", "t1", aside), known=[known])
    rescued = take(taken_off("m7", aside), known=[known])

    assert set_aside.threads == ()
    assert one(rescued).todo == {"m7"}


def test_rescued_mail_of_no_interest_is_of_none() -> None:
    assert take(taken_off("m7", "SPAM", thread="t9")).threads == ()


@pytest.mark.parametrize("aside", ["SPAM", "TRASH"])
def test_a_label_counts_in_spam_and_trash_too(aside: str) -> None:
    assert one(take(arrived("m1", "t1", aside, LABEL))).state is FOLLOWING


def test_a_message_rescued_and_unlabelled_at_once_is_not_read() -> None:
    known = thread(Reason.LABEL, conversation="c1", labelled=frozenset({"m1"}))

    ended = one(take(taken_off("m1", LABEL, "TRASH"), known=[known]))

    assert ended.state is STOPPED
    assert not ended.has_work


# --- slices -----------------------------------------------------------------------------------------------


def settle(records: Sequence[Record], known: dict[str, Thread], *, now: datetime = LATER) -> list[Delta]:
    """Slice after slice as a run commits them; `known` becomes what is stored then."""
    deltas = []
    while records:
        delta = classify(records, mailbox=mailbox(), known=known, now=now)
        for changed in delta.threads:
            if is_of_no_interest(changed):
                known.pop(changed.id, None)
            else:
                known[changed.id] = changed
        deltas.append(delta)
        records = records[delta.covered :]
    return deltas


def test_a_slice_holds_fifty_threads_and_its_cursor_is_its_last_record() -> None:
    records = [put("m", thread=f"t{n}", id=n) for n in range(1, 121)]

    deltas = settle(records, {})

    assert [len(delta.threads) for delta in deltas] == [50, 50, 20]
    assert [delta.covered for delta in deltas] == [50, 50, 20]
    assert [delta.cursor for delta in deltas] == [50, 100, 120]


def test_a_slice_never_splits_an_id() -> None:
    records = [put("m", thread=f"t{n}", id=min(45, n)) for n in range(1, 61)]

    deltas = settle(records, {})

    assert [delta.cursor for delta in deltas] == [44, 45]
    assert [len(delta.threads) for delta in deltas] == [44, 16]


def test_records_of_full_slices_that_touch_known_threads_again_still_fit() -> None:
    records = [put("m", thread=f"t{n % 50}", id=n) for n in range(1, 201)]

    [delta] = settle(records, {})

    assert delta.covered == 200


THREADS = st.sampled_from([f"t{n}" for n in range(4)])
CHANGES = st.builds(
    change,
    st.sampled_from(["m1", "m2", "m3"]),
    THREADS,
    st.sampled_from([LABEL, SECRET, "INBOX", "SPAM", "DRAFT"]),
)
CHANGED = st.lists(CHANGES, max_size=2).map(tuple)
RECORDS = st.lists(
    st.builds(
        Record,
        id=st.integers(min_value=1, max_value=12),
        added=CHANGED,
        labelled=CHANGED,
        unlabelled=CHANGED,
    ),
    max_size=12,
).map(lambda records: sorted(records, key=lambda record: record.id))
KNOWN = st.lists(
    st.sampled_from(
        [
            thread(Reason.LABEL, labelled=frozenset({"m1"}), conversation="c1"),
            thread(Reason.IMPORT, conversation="c1"),
            thread(Reason.ASKED, state=WAITING),
            thread(state=STOPPED, conversation="c1", labelled=frozenset({"m2"})),
        ]
    ),
    max_size=2,
).map(lambda threads: {f"t{n}": replace(each, id=f"t{n}") for n, each in enumerate(threads)})


def contents(threads: dict[str, Thread]) -> dict[str, Thread]:
    """One that was forgotten in between and made anew is another record of the same."""
    return {id: replace(each, version="") for id, each in threads.items()}


@settings(max_examples=300, deadline=None)
@given(records=RECORDS, known=KNOWN)
def test_all_at_once_or_id_by_id_the_threads_are_the_same(records: list[Record], known: dict[str, Thread]) -> None:
    at_once, by_id = dict(known), dict(known)

    settle(records, at_once)
    for id in sorted({record.id for record in records}):
        settle([record for record in records if record.id == id], by_id)

    assert contents(at_once) == contents(by_id)


@settings(deadline=None)
@given(records=RECORDS, known=KNOWN)
def test_only_a_label_of_ours_makes_a_thread(records: list[Record], known: dict[str, Thread]) -> None:
    pointed = {
        each.thread
        for record in records
        for each in (*record.added, *record.labelled)
        if each.labels & {LABEL, SECRET}
    }
    stored = dict(known)

    deltas = settle(records, stored)

    changed = {each.id for delta in deltas for each in delta.threads}
    assert changed <= pointed | known.keys()
    assert all(delta.covered > 0 for delta in deltas)


# --- a wish by hand (R25) -----------------------------------------------------------------------------------


def test_a_label_put_on_by_hand_is_known_by_its_record_and_one_that_came_with_the_mail_is_not() -> None:
    assert one(take(put("m1", id=30), put("m2", id=31))).label_record == 31
    assert one(take(arrived("m1", "t1", LABEL, id=30))).label_record == 0


def test_a_label_put_on_what_is_stored_is_looked_at_once_without_reading_mail() -> None:
    stored = thread(Reason.LABEL, conversation="c1", labelled=frozenset({"m1"}), label_record=30)

    again = one(take(put("m2", id=40), known=[stored]))
    assert (again.wished, again.label_record, again.todo, again.todo_all) == (True, 40, frozenset(), False)
    assert again.has_work

    older = take(put("m2", id=20), known=[stored])
    assert not one(older).wished


def test_a_filter_that_labels_a_reply_is_no_wish() -> None:
    stored = thread(Reason.LABEL, conversation="c1", labelled=frozenset({"m1"}), label_record=30)

    reply = one(take(arrived("m2", "t1", LABEL, id=40), known=[stored]))

    assert (reply.wished, reply.label_record) == (False, 30)


# --- drafts that were made from a candidate's card --------------------------------------------------------


def draft(*, secret: bool = False) -> Begun:
    return Begun(
        id="b1", sub="anna", candidate="jane", secret=secret, at=NOW, expires_at=after(days=9), thread="t1"
    )


def begun(*records: Record, secret: bool = False, known: Iterable[Thread] = ()) -> Delta:
    before = {each.id: each for each in known}
    return classify(records, mailbox=mailbox(), known=before, now=LATER, drafts={"t1": draft(secret=secret)})


@pytest.mark.parametrize("labels", [(), ("DRAFT",), ("INBOX",), ("SENT", "DRAFT")])
def test_a_draft_that_was_not_sent_is_not_followed(labels: tuple[str, ...]) -> None:
    assert begun(*(arrived(f"m{n}", "t1", *labels) for n in range(20))).threads == ()


def test_what_was_sent_is_read_and_the_saves_before_it_are_not() -> None:
    saved = [arrived(f"m{n}", "t1", "DRAFT", id=n) for n in range(10)]

    followed = one(begun(*saved, arrived("sent", "t1", "SENT", id=11), secret=True))

    assert (followed.state, set(followed.reasons), followed.secret) == (FOLLOWING, {Reason.ORIGIN}, True)
    assert (followed.todo, followed.todo_all, followed.lane) == (frozenset({"sent"}), False, Lane.LIVE)


def test_what_is_sent_in_another_thread_is_of_no_interest() -> None:
    delta = begun(arrived("m1", "t2", "SENT"))

    assert delta.threads == ()
    assert delta.left_alone == 1


def test_a_thread_that_waits_is_read_whole_when_its_draft_is_sent() -> None:
    waits = thread(Reason.ASKED, state=WAITING, who_keys=frozenset({"h"}))

    followed = one(begun(arrived("sent", "t1", "SENT"), secret=True, known=[waits]))

    assert (followed.state, followed.todo_all, followed.secret) == (FOLLOWING, True, True)


def test_it_is_secret_from_its_first_message_and_not_anew_with_every_other() -> None:
    known = thread(Reason.ORIGIN)

    assert not one(begun(arrived("sent", "t1", "SENT"), secret=True, known=[known])).secret


def test_what_was_sent_and_what_is_new_is_told_by_labels() -> None:
    records = [arrived("m1", "t1", "SENT"), arrived("m2", "t2", "INBOX"), arrived("m3", "t3", "DRAFT")]

    assert sent_in(records) == {"t1"}
    assert [holds_new_mail([each]) for each in records] == [True, True, False]
    assert [holds_drafts([each]) for each in records] == [False, False, True]
    assert not holds_new_mail([put("m1")])


def test_what_is_sent_under_the_id_it_had_as_a_draft_or_waiting_is_told_by_the_label_it_gets() -> None:
    sent = put("m1", "SENT")

    assert (sent_in([sent]), holds_new_mail([sent])) == ({"t1"}, True)
    assert one(begun(sent, secret=True)) == one(begun(arrived("m1", "t1", "SENT"), secret=True))
    assert one(take(sent, known=[thread()])).todo == {"m1"}
    assert take(sent).threads == take(sent, known=[thread(state=STOPPED)]).threads == ()
