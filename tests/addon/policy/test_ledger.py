"""What is counted has names that say nothing of anybody, and is read again as it was counted."""

from __future__ import annotations

import re
from collections import Counter
from itertools import product

import pytest

from addon.policy.admission import Denied
from addon.policy.ledger import (
    KNOWN,
    LEFT_ALONE,
    OPENED,
    STORED,
    Form,
    Line,
    Why,
    account,
    became,
    call,
    denial,
    denied,
    reason_to_read,
)
from storage.records import Kept, Reason


def test_calls_and_units_add_up_by_reason_and_form() -> None:
    counts = Counter[str]()
    for why, form, units in (
        (Why.DELTA, Form.HISTORY, 2),
        (Why.LABEL, Form.THREAD, 40),
        (Why.DELTA, Form.HISTORY, 2),
    ):
        counts.update(call(why, form, units))

    said = account(counts)

    assert said.lines == (
        Line(why="delta", form="history", calls=2, units=4),
        Line(why="label", form="thread", calls=1, units=40),
    )
    assert (said.calls, said.units) == (3, 44)


def test_every_outcome_is_told_apart() -> None:
    counts = {LEFT_ALONE: 7, OPENED: 6, STORED: 1, KNOWN: 2, denied(Denied.SELF): 3, denied(Kept.OFF): 4}

    said = account(counts)

    assert (said.left_alone, said.opened, said.stored, said.known) == (7, 6, 1, 2)
    assert said.denied == {"off": 4, "self": 3}


@pytest.mark.parametrize(
    ("kept", "outcome"),
    [
        (Kept.NEW, STORED),
        (Kept.HOLDER_ADDED, STORED),
        (Kept.ALREADY, KNOWN),
        (Kept.TOMBSTONE, "denied.tombstone"),
        (Kept.STOPPED, "denied.stopped"),
        (Kept.OFF, "denied.off"),
    ],
)
def test_what_became_of_a_message_that_was_to_be_stored(kept: Kept, outcome: str) -> None:
    assert became(kept) == outcome


def test_only_a_denial_has_a_reason() -> None:
    assert denial(denied(Denied.BLOCKED)) == "blocked"
    assert [denial(outcome) for outcome in (STORED, KNOWN, OPENED)] == [None, None, None]


def test_the_strongest_reason_a_thread_was_pointed_at_for_is_why_it_is_read() -> None:
    assert reason_to_read([Reason.IMPORT, Reason.LABEL]) is Why.LABEL
    assert reason_to_read([Reason.IMPORT, Reason.ASKED]) is Why.ASKED
    assert reason_to_read([]) is Why.UPKEEP


def test_names_are_words_and_nothing_else() -> None:
    names = {name for why, form in product(Why, Form) for name in call(why, form, 1)}
    names |= {denied(why) for why in (*Denied, *Kept)} | {LEFT_ALONE, OPENED, STORED, KNOWN}

    assert all(re.fullmatch(r"[a-z_]+(\.[a-z_]+){0,2}", name) for name in names)
