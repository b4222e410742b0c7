"""What an event costs when a conversation has ten mails, a thousand or ten thousand: the same."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from secrets import token_hex

from bench.places import Place, in_files, on_an_emulator
from bench.table import Table, counts, ratios
from storage.moments import micros
from storage.port import Store
from storage.records import Conversation, Kept, Slice, Summary
from storage.transfer import Gathered, Mail, Row
from tests.contracts.store.samples import (
    NOW,
    after,
    candidate,
    conversation,
    keep,
    member,
    message,
    opt_in,
    thread,
)

SIZES = (10, 1_000, 10_000)
PAGE = 10
"""Mails or conversations that a card shows."""
_WARM, _TIMES, _SECONDS = 5, 25, 8.0
"""So often each event is tried first, then so often measured, or as often as so many seconds allow."""
_ROWS_AT_ONCE = 500

_later = count(1)

Event = Callable[[Store], object]


def open_conversation(store: Store) -> None:
    """What the panel asks when a synced message is opened."""
    store.member("1")
    store.opened("1", thread="t1", message="g-1-k0")
    store.candidates(["ada"])


def take_in_a_reply(store: Store) -> None:
    """One delta with one thread, and the mail it brought."""
    box = store.mailbox("1")
    known = store.threads("1", ["t1"])["t1"]
    assert box is not None
    at = next(_later)
    store.advance(Slice(mailbox=box, cursor=at, threads=(replace(known, todo=frozenset({"new"})),)))
    mail = message(token_hex(16), conversation="c", sent_at=after(days=1, seconds=at))
    assert keep(store, mail) is Kept.NEW


def list_a_candidate(store: Store) -> None:
    assert store.conversations_of("ada", tokens=["v", "m:1"], limit=PAGE).items


def read_the_first_page(store: Store) -> None:
    assert store.messages("c", limit=PAGE).items


EVENTS: dict[str, Event] = {
    "open it in the panel": open_conversation,
    "take in a reply": take_in_a_reply,
    "list its candidate": list_a_candidate,
    "first page of its mail": read_the_first_page,
}

_HOW = (
    f"Times are medians of up to {_TIMES}, taken in turns, as multiples of the first column. The candidate has"
    f" {PAGE} other conversations, and one more for every ten mails."
)
_STEPS = "Steps are instructions of SQLite's own machine, which count every row that is touched."
_BILLED = (
    "Reads and writes are documents as they are billed, counted on the wire; trips are what is waited for. The"
    " emulator has no indexes and looks at a whole collection to answer a query: its times for lists say nothing"
    " of Firestore."
)


def tables() -> Iterator[Table]:
    """One for each backend that is here."""
    with in_files() as new_place:
        yield table("SQLite", new_place, SIZES, how=_STEPS)
    with on_an_emulator() as new_place:
        yield table("Firestore", new_place, SIZES, how=_BILLED)


def table(name: str, new_place: Callable[[], Place], sizes: Sequence[int], *, how: str) -> Table:
    places = [filled(new_place(), size) for size in sizes]
    rows = list(_rows(places))
    for place in places:
        place.close()
    return Table(title=f"{name}, a conversation of", columns=counts(sizes), rows=rows, how=f"{_HOW} {how}")


def _rows(places: Sequence[Place]) -> Iterator[tuple[str, str, Sequence[str]]]:
    for name, event in EVENTS.items():
        yield name, "time, ratio", ratios(_median_seconds(event, [place.store for place in places]))
        counted = [place.counted(event) for place in places]
        for unit in counted[0]:
            yield "", unit, counts([each[unit] for each in counted])


def _median_seconds(event: Event, stores: Sequence[Store]) -> list[float]:
    """The stores take turns, so that what else this machine does meanwhile falls on all of them."""
    for _ in range(_WARM):
        for store in stores:
            event(store)
    taken: list[list[float]] = []
    while len(taken) < _TIMES and sum(map(sum, taken)) < _SECONDS:
        taken.append([_seconds(event, store) for store in stores])
    return [statistics.median(each) for each in zip(*taken, strict=True)]


def _seconds(event: Event, store: Store) -> float:
    begun = time.perf_counter()
    event(store)
    return time.perf_counter() - begun


# --- filling ----------------------------------------------------------------------------------------------


def filled(place: Place, size: int) -> Place:
    """People by the store's own verbs, mail the way `store copy` brings it."""
    place.store.save_member(member())
    place.store.save_candidates([candidate()])
    opt_in(place.store, "1")
    some: list[Row] = []
    for row in _rows_of(size):
        some.append(row)
        if len(some) == _ROWS_AT_ONCE:
            place.transfer.write(some)
            some = []
    place.transfer.write(some)
    return place


def _rows_of(size: int) -> Iterator[Row]:
    yield _gathered(conversation("c"), mails=size)
    yield thread("1", "t1", conversation="c")
    for n in range(size):
        yield _mail(f"k{n}", "c", n)
    for n in range(PAGE + size // 10):
        yield _gathered(conversation(f"c{n}"), mails=1)
        yield thread("1", f"other {n}", conversation=f"c{n}")
        yield _mail(f"other {n}", f"c{n}", n)


def _mail(key: str, lies_in: str, n: int) -> Mail:
    mail = message(key, conversation=lies_in, sent_at=after(n))
    return Mail(
        message=mail, copies=frozenset(mail.gmail_ids.items()), participants=frozenset(), named=frozenset()
    )


def _gathered(said: Conversation, *, mails: int) -> Gathered:
    people = frozenset({"1"})
    summary = Summary(
        conversation=said.id,
        subject="Interview",
        count=mails,
        last_at=after(mails),
        holders=people,
        participants=people,
        named=people,
        candidates=frozenset({"ada"}),
    )
    return Gathered(conversation=said, summary=summary, first=(micros(NOW), "k0"), aliases=frozenset())
