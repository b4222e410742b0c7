"""R8: which labels of a mailbox are ours, bound by id."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from addon.gateways.gmail import Label
from addon.policy.labels import Binding, asked_about, bind, is_out_of_date, may_list, nothing_to_ask
from storage.records import Attention, Backfill, Mailbox
from tests.addon.policy.samples import NOW, after

LATER = after(days=2)
MOMENT = timedelta(microseconds=1)
LEVER, SECRET = Label("Label_1", "Lever"), Label("Label_2", "Lever/Secret")


def mailbox(**fields: Any) -> Mailbox:
    return Mailbox(**{"sub": "anna", "address": "anna@acme.example", "since": NOW, "epoch": 1, **fields})


def bound(box: Mailbox, *labels: Label) -> Binding:
    ids = {label.id: label.name for label in labels}
    return bind(box, ids, name="Lever", secret_name="Lever/Secret", now=LATER)


LOOKED = mailbox(labels_at=NOW)
BOUND = mailbox(
    label="Label_1", secret_label="Label_2", seen_labels=frozenset({"Label_1", "Label_2"}), labels_at=NOW
)


# --- by name, once ----------------------------------------------------------------------------------------


def test_the_exact_names_bind_themselves() -> None:
    binding = bound(mailbox(), Label("Label_9", "Family"), SECRET, LEVER)

    assert (binding.mailbox.label, binding.mailbox.secret_label) == ("Label_1", "Label_2")
    assert binding.mailbox.seen_labels == {"Label_1", "Label_2", "Label_9"}
    assert binding.mailbox.labels_at == LATER
    assert binding.found == ("Label_1", "Label_2")
    assert binding.made == ()
    assert binding.lost == set()


@pytest.mark.parametrize(
    "name", ["lever", "LEVER", "Lever ", "Lever/Eng", "Hiring/Lever", "Leverage", "Lever/Secret/x"]
)
def test_what_only_looks_alike_never_binds(name: str) -> None:
    binding = bound(mailbox(), Label("Label_1", name))

    assert binding.mailbox.label is None
    assert binding.mailbox.secret_label is None
    assert (binding.made, binding.found) == ((), ())


def test_the_nested_label_alone_binds_as_the_secret_one() -> None:
    binding = bound(mailbox(), SECRET)

    assert binding.mailbox.label is None
    assert binding.mailbox.secret_label == "Label_2"
    assert binding.found == ("Label_2",)


def test_no_label_at_all_needs_nobodys_attention() -> None:
    binding = bound(mailbox(), Label("Label_9", "Family"))

    assert binding.mailbox.attention is None


def test_a_company_may_call_it_otherwise() -> None:
    labels = {"Label_1": "Lever", "Label_3": "Teams/Hiring", "Label_4": "Teams/Hiring/Secret"}

    binding = bind(mailbox(), labels, name="Teams/Hiring", secret_name="Teams/Hiring/Secret", now=LATER)

    assert (binding.mailbox.label, binding.mailbox.secret_label) == ("Label_3", "Label_4")


# --- by id ever after -------------------------------------------------------------------------------------


def test_a_bound_label_stays_bound_and_is_not_listed_again() -> None:
    binding = bound(BOUND, LEVER, SECRET)

    assert binding.mailbox == bound(mailbox(), LEVER, SECRET).mailbox
    assert (binding.made, binding.found) == ((), ())
    assert binding.lost == set()
    assert binding.mailbox.label_renewed_at is None


def test_a_renamed_label_keeps_working() -> None:
    binding = bound(BOUND, Label("Label_1", "Hiring"), Label("Label_2", "Hiring/Secret"))

    assert (binding.mailbox.label, binding.mailbox.secret_label) == ("Label_1", "Label_2")
    assert (binding.made, binding.found) == ((), ())


def test_a_new_label_under_the_old_name_does_not_displace_the_renamed_one() -> None:
    binding = bound(BOUND, Label("Label_1", "Hiring"), Label("Label_7", "Lever"), SECRET)

    assert binding.mailbox.label == "Label_1"
    assert (binding.made, binding.found) == ((), ())


# --- deleted, and made again ------------------------------------------------------------------------------


def test_a_deleted_label_is_lost_and_its_owner_must_hear_of_it() -> None:
    binding = bound(BOUND, SECRET)

    assert binding.mailbox.label is None
    assert binding.lost == {"Label_1"}
    assert binding.mailbox.attention is Attention.LABEL_GONE
    assert binding.mailbox.secret_label == "Label_2"


def test_a_deleted_secret_label_is_lost_and_stops_nobody() -> None:
    binding = bound(BOUND, LEVER)

    assert binding.mailbox.secret_label is None
    assert binding.lost == {"Label_2"}
    assert binding.mailbox.attention is None


def test_a_label_deleted_and_made_again_is_bound_anew_with_a_notice() -> None:
    binding = bound(BOUND, Label("Label_7", "Lever"), SECRET)

    assert binding.mailbox.label == "Label_7"
    assert binding.made == ("Label_7",)
    assert binding.lost == {"Label_1"}
    assert binding.mailbox.label_renewed_at == LATER
    assert binding.mailbox.attention is None


def test_one_made_again_long_after_is_bound_with_the_same_notice() -> None:
    gone = bound(BOUND, SECRET).mailbox

    binding = bound(gone, Label("Label_7", "Lever"), SECRET)

    assert binding.mailbox.label == "Label_7"
    assert binding.made == ("Label_7",)
    assert binding.lost == set()
    assert binding.mailbox.label_renewed_at == LATER
    assert binding.mailbox.attention is None


def test_while_it_is_gone_its_owner_goes_on_hearing_of_it() -> None:
    gone = bound(BOUND, SECRET).mailbox

    assert bound(gone, SECRET).mailbox.attention is Attention.LABEL_GONE


def test_a_first_label_made_late_is_no_renewal() -> None:
    without = bound(mailbox()).mailbox

    assert bound(without, LEVER).mailbox.label_renewed_at is None
    assert bound(without, LEVER).made == ("Label_1",)


def test_a_notice_stays_as_old_as_it_is() -> None:
    box = mailbox(label="Label_1", label_renewed_at=NOW, labels_at=NOW)

    assert bound(box, LEVER).mailbox.label_renewed_at == NOW


# --- when to look again -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("looked", "out_of_date"),
    [(None, True), (after(days=-1), True), (after(days=-1) + MOMENT, False), (NOW, False)],
)
def test_labels_are_looked_up_daily(looked: datetime | None, *, out_of_date: bool) -> None:
    assert is_out_of_date(mailbox(labels_at=looked), [], now=NOW) is out_of_date


@pytest.mark.parametrize(
    ("labels", "out_of_date"),
    [
        (["Label_1", "INBOX"], False),
        (["Label_11"], True),
        (["INBOX", "CATEGORY_SOCIAL", "STARRED"], False),
        (["INBOX", "Label_1", "Label_x9"], True),
        ([], False),
    ],
)
def test_a_label_nobody_listed_has_them_looked_up(labels: list[str], *, out_of_date: bool) -> None:
    box = mailbox(labels_at=NOW, seen_labels=frozenset({"Label_1"}))

    assert is_out_of_date(box, ["INBOX", *labels], now=NOW) is out_of_date


# --- one that only looks like it, another name, another trouble -------------------------------------------


@pytest.mark.parametrize("name", ["lever", "LEVER", " Lever", "\uff2cever"])
def test_the_one_label_that_differs_in_case_only_is_offered_and_not_bound(name: str) -> None:
    binding = bound(LOOKED, Label("Label_1", name), Label("Label_9", "Family"))

    assert binding.mailbox.label is None
    assert binding.mailbox.label_twin == name


def test_of_two_that_look_like_it_none_is_offered_nor_one_beside_the_right_one() -> None:
    assert bound(LOOKED, Label("Label_1", "lever"), Label("Label_2", "LEVER")).mailbox.label_twin == ""
    assert bound(LOOKED, Label("Label_1", "lever"), LEVER._replace(id="Label_3")).mailbox.label_twin == ""


def test_an_old_label_that_takes_our_name_was_there_before_and_is_asked_about() -> None:
    box = mailbox(labels_at=NOW, seen_labels=frozenset({"Label_1"}))

    binding = bound(box, LEVER)

    assert (binding.made, binding.found) == ((), ("Label_1",))


def test_where_its_owner_chose_another_name_the_labels_bound_so_far_are_lost_and_no_trouble() -> None:
    chosen = mailbox(label="Label_8", secret_label="Label_9", seen_labels=frozenset({"Label_8", "Label_9"}))

    binding = bound(chosen, Label("Label_8", "Old"), Label("Label_9", "Old/Secret"), LEVER, SECRET)

    assert (binding.mailbox.label, binding.mailbox.secret_label) == ("Label_1", "Label_2")
    assert binding.lost == {"Label_8", "Label_9"}
    assert binding.found == ("Label_1", "Label_2")
    assert binding.mailbox.attention is None
    assert binding.mailbox.label_renewed_at is None


def test_looking_at_labels_settles_no_other_trouble() -> None:
    box = mailbox(labels_at=NOW, attention=Attention.GMAIL_OFF)

    assert bound(box, LEVER).mailbox.attention is Attention.GMAIL_OFF


# --- what carried the label before ------------------------------------------------------------------------


def test_its_owner_is_asked_about_threads_that_carried_the_label_before() -> None:
    box = asked_about(BOUND, 212)

    assert (box.backfill, box.labelled_before) == (Backfill.UNANSWERED, 212)


def test_where_none_carried_it_there_is_no_question() -> None:
    assert asked_about(BOUND, 0).backfill is Backfill.NONE
    assert nothing_to_ask(asked_about(BOUND, 3)).labelled_before == 0


def test_without_any_label_the_question_is_whether_to_make_it() -> None:
    assert asked_about(mailbox(), 0).backfill is Backfill.UNANSWERED


@pytest.mark.parametrize("backfill", Backfill)
def test_threads_come_in_by_carrying_the_label_only_where_their_owner_chose_all_or_none_were_there(
    backfill: Backfill,
) -> None:
    assert may_list(mailbox(backfill=backfill)) is (backfill in {Backfill.NONE, Backfill.ALL})
