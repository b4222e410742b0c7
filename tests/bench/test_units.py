"""What Gmail charges for each event, in quota units of the May 2026 price list: counted, and held to a bound."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bench import peers, units
from bench.events import EVENTS, Event, NewOffice
from tests.backends import BACKENDS

EXACTLY: Mapping[str, Mapping[str, int]] = {
    "label on a thread of ten": {"history.list": 1, "threads.get": 1},
    "Sync this conversation, with the label": {
        "labels.list": 1,
        "threads.modify": 1,
        "history.list": 1,
        "threads.get": 1,
    },
    "Sync, where the label is made first": {
        "labels.list": 1,
        "labels.create": 1,
        "threads.modify": 1,
        "history.list": 1,
        "threads.get": 1,
    },
    "reply in a followed thread": {"history.list": 1, "messages.get": 1},
    "import of 50 conversations of 6": {"threads.list": 2, "history.list": 1, "threads.get": 50},
    "open an unsynced message": {"messages.get": 1},
    "open a synced message": {},
}
SHORT = [event for event in EVENTS if event.name in EXACTLY]
NO_INTEREST, IDLE = (
    next(event for event in EVENTS if event.name.startswith(name)) for name in ("1,000 mails", "idle")
)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("event", SHORT, ids=lambda event: event.name)
def test_an_event_costs_exactly_what_we_hold_ourselves_to_and_makes_no_other_call(
    event: Event, make_office: NewOffice
) -> None:
    spent = event.take(make_office)

    assert spent.calls == EXACTLY[event.name]
    assert event.units(spent) == event.most


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_thousand_messages_of_no_interest_over_eight_hours_cost_at_most_1000_with_push(
    make_office: NewOffice,
) -> None:
    spent = NO_INTEREST.take(make_office)

    assert 380 <= spent.calls["history.list"] <= 480
    assert NO_INTEREST.units(spent) == spent.units["history.list"] <= 1_000
    assert set(spent.calls) <= {"history.list", "labels.list", "getProfile"}


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_idle_mailbox_costs_at_most_430_a_day_watch_included(make_office: NewOffice) -> None:
    spent = IDLE.take(make_office)

    assert 143 <= spent.calls["history.list"] <= 145
    assert spent.calls["watch"] == 1
    assert IDLE.units(spent) == sum(spent.units.values()) <= 430


def test_what_others_pay_is_told_of_every_event_for_each_of_them() -> None:
    assert peers.FIGURES.keys() <= {event.name for event in EVENTS}
    assert {len(peers.figures(event.name)) for event in EVENTS} == {len(peers.PEERS)}
    assert set(peers.figures("something nobody read about")) == {peers.UNKNOWN}


def test_a_table_has_a_row_for_every_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(units, "EVENTS", SHORT[-2:])

    paid, called = units.tables()

    assert [(name, figures[:2]) for name, _, figures in paid.rows] == [
        ("open an unsynced message", ["20", "20"]),
        ("open a synced message", ["0", "0"]),
    ]
    assert (called.columns, [figures for _, _, figures in called.rows]) == (["messages.get"], [["1"], ["0"]])
