"""What happens in a recruiter's day, done by the real product, and what it asked of the simulated Gmail.

Each event is a function of a way to open a company: it brings about what goes before, and answers what the event
itself took, counted by the simulator by the price list of May 2026.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.office import ANNA, JANE, MODIFY, TOPIC, Office, mail

NewOffice = Callable[..., Office]
"""Opens a company with these settings beside those every company has."""

_SUB = f"sub-{ANNA}"
_NOBODY = "nobody@else.example"


@dataclass(frozen=True, kw_only=True)
class Spent:
    """What an event took of Anna's mailbox, by Gmail's method."""

    units: Mapping[str, int]
    calls: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Event:
    """`most`: the units we hold ourselves to. `of`: the methods these are counted of, all where none is named."""

    name: str
    most: int
    take: Callable[[NewOffice], Spent]
    of: frozenset[str] = frozenset()

    def units(self, spent: Spent) -> int:
        return sum(units for method, units in spent.units.items() if not self.of or method in self.of)


def spent(office: Office, act: Callable[[], object]) -> Spent:
    """What Gmail is asked while `act` runs."""
    office.simulator.control.reset_meter()
    act()
    units: Counter[str] = Counter()
    calls: Counter[str] = Counter()
    for call in office.calls():
        units[call["method"]] += call["units"]
        calls[call["method"]] += 1
    return Spent(units=units, calls=calls)


# --- mail of no interest, and none ------------------------------------------------------------------------


def mail_of_no_interest(new_office: NewOffice, *, messages: int = 1_000, hours: int = 8) -> Spent:
    """So many messages at random moments of so many hours; Gmail tells of each by a push."""
    office = _watched(new_office)
    begun, rng = office.clock.now(), random.Random(1)  # noqa: S311 (arrivals, no secrets)
    seconds = hours * 3_600
    arrivals = sorted(begun + timedelta(seconds=rng.uniform(0, seconds)) for _ in range(messages))

    def work() -> None:
        for at in arrivals:
            _sweep_until(office, at)
            office.deliver(mail(_NOBODY, ANNA), ANNA)
            # Opened once more it is the same mailbox, and says how far it is without all that is in it.
            office.push(ANNA, int(office.simulator.control.add_mailbox(ANNA)["historyId"]))
        _sweep_until(office, begun + timedelta(seconds=seconds, minutes=2))

    return spent(office, work)


def idle_day(new_office: NewOffice) -> Spent:
    """A day on which nothing comes: polls, the watch anew, labels, and what upkeep there is."""
    office = _watched(new_office)
    office.clock.pass_time(hours=12)
    office.sync(ANNA)
    end = office.clock.now() + timedelta(days=1)

    return spent(office, lambda: _sweep_until(office, end))


def _watched(new_office: NewOffice) -> Office:
    """Anna's mailbox is watched, and in step."""
    office = new_office(PUBSUB_TOPIC=TOPIC)
    office.member(ANNA, connected=True)
    office.sync(ANNA)
    return office


def _sweep_until(office: Office, at: datetime) -> None:
    """Run what falls due until then, each at its moment."""
    while (bell := office.services.store.bell(_SUB)) and bell.due_at <= at:
        office.clock.pass_time(seconds=max(0.0, (bell.due_at - office.clock.now()).total_seconds()))
        office.sweep()
    office.clock.pass_time(seconds=max(0.0, (at - office.clock.now()).total_seconds()))


# --- conversations of interest ----------------------------------------------------------------------------


def label_on_ten(new_office: NewOffice) -> Spent:
    office = _following(new_office)
    first = mail(JANE, ANNA)
    at = office.deliver(first, ANNA)[ANNA]
    for _ in range(9):
        office.deliver(mail(JANE, ANNA, reply_to=first), ANNA)
    office.sync(ANNA)
    office.label(ANNA, at["threadId"])

    return spent(office, lambda: office.sync(ANNA))


def pressed_with_the_label(new_office: NewOffice) -> Spent:
    office = _following(new_office)
    office.scopes[ANNA] = (MODIFY,)
    return _pressed(office)


def pressed_without_a_label_yet(new_office: NewOffice) -> Spent:
    office = _working(new_office)
    office.scopes[ANNA] = (MODIFY,)
    return _pressed(office)


def _pressed(office: Office) -> Spent:
    at = office.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    card = office.open(ANNA, at)

    def press() -> None:
        office.press(ANNA, card, "Sync this conversation", opened=at)
        office.sync(ANNA)

    return spent(office, press)


def reply(new_office: NewOffice) -> Spent:
    office = _working(new_office)
    first = mail(JANE, ANNA)
    office.synced_mail(first)
    office.deliver(mail(JANE, ANNA, reply_to=first), ANNA)

    return spent(office, lambda: office.sync(ANNA))


def import_fifty(new_office: NewOffice) -> Spent:
    """Fifty conversations of six mails each, from asking how many there are to the last one in."""
    office = _working(new_office)
    for n in range(50):
        first = mail(JANE, ANNA, subject=f"Conversation {n}")
        for each in (first, *(mail(ANNA, JANE, reply_to=first) for _ in range(5))):
            office.deliver(each, ANNA)
    office.sync(ANNA)
    jane = office.answer(ANNA, "actions/candidate", parameters={"candidate": office.jane().id})

    def press() -> None:
        office.confirm(ANNA, jane, "Sync emails", "Import")
        office.sync(ANNA)

    return spent(office, press)


def open_unsynced(new_office: NewOffice) -> Spent:
    office = _working(new_office)
    at = office.deliver(mail(JANE, ANNA), ANNA)[ANNA]

    return spent(office, lambda: office.open(ANNA, at))


def open_synced(new_office: NewOffice) -> Spent:
    office = _working(new_office)
    at = office.synced()

    return spent(office, lambda: office.open(ANNA, at))


def _working(new_office: NewOffice) -> Office:
    """Anna has Email on; Jane is a candidate."""
    office = new_office()
    office.member(ANNA, connected=True)
    office.candidate("Jane Doe", JANE)
    office.sync(ANNA)
    return office


def _following(new_office: NewOffice) -> Office:
    """Likewise, and the label is known from an earlier conversation."""
    office = _working(new_office)
    office.synced()
    return office


HISTORY = frozenset({"history.list"})
IMPORTING = frozenset({"threads.list", "threads.get"})
"""Beside the run's own delta."""

EVENTS: Sequence[Event] = (
    Event(name="1,000 mails of no interest, 8 h", most=1_000, take=mail_of_no_interest, of=HISTORY),
    Event(name="label on a thread of ten", most=42, take=label_on_ten),
    Event(name="Sync this conversation, with the label", most=53, take=pressed_with_the_label),
    Event(name="Sync, where the label is made first", most=58, take=pressed_without_a_label_yet),
    Event(name="reply in a followed thread", most=22, take=reply),
    Event(name="import of 50 conversations of 6", most=2_020, take=import_fifty, of=IMPORTING),
    Event(name="idle mailbox, a day", most=430, take=idle_day),
    Event(name="open an unsynced message", most=20, take=open_unsynced),
    Event(name="open a synced message", most=0, take=open_synced),
)
