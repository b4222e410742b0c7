"""What an event costs when a conversation has ten mails, a thousand or ten thousand: the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import count
from secrets import token_hex

from bench.filling import fill, gathered, mail
from bench.places import BILLED, STEPS, Place, an_emulator, in_files, on_the_emulator
from bench.table import Table, counts, ratios
from bench.timing import medians, seconds
from storage.port import Store
from storage.records import Kept, Slice
from storage.transfer import Row
from tests.contracts.store.samples import (
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

_later = count(1)

Event = Callable[[Store], object]


def open_conversation(store: Store) -> None:
    """What the panel asks when a synced message is opened."""
    store.opened("1", thread="t1", message="g-1-k0", and_member=True)
    store.candidates(["ada"])


def take_in_a_reply(store: Store) -> None:
    """One delta with one thread, and the mail it brought."""
    box = store.mailbox("1")
    known = store.threads("1", ["t1"])["t1"]
    assert box is not None
    at = next(_later)
    store.advance(Slice(mailbox=box, cursor=at, threads=(replace(known, todo=frozenset({"new"})),)))
    reply = message(token_hex(16), conversation="c", sent_at=after(days=1, seconds=at))
    assert keep(store, reply) is Kept.NEW


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


def tables() -> Iterator[Table]:
    """One for each backend that is here."""
    with in_files() as new_place:
        yield table("SQLite", new_place, SIZES, how=STEPS)
    with an_emulator() as address:
        yield table("Firestore", partial(on_the_emulator, address), SIZES, how=BILLED)


def table(name: str, new_place: Callable[[], Place], sizes: Sequence[int], *, how: str) -> Table:
    places = [filled(new_place(), size) for size in sizes]
    rows = list(_rows(places))
    for place in places:
        place.close()
    return Table(title=f"{name}, a conversation of", columns=counts(sizes), rows=rows, how=f"{_HOW} {how}")


def _rows(places: Sequence[Place]) -> Iterator[tuple[str, str, Sequence[str]]]:
    for name, event in EVENTS.items():
        measured = [partial(seconds, partial(event, place.store)) for place in places]
        yield name, "time, ratio", ratios(medians(measured, warm=_WARM, times=_TIMES, within=_SECONDS))
        counted = [place.counted(event) for place in places]
        for unit in counted[0]:
            yield "", unit, counts([each[unit] for each in counted])


# --- filling ----------------------------------------------------------------------------------------------


def filled(place: Place, size: int) -> Place:
    """People by the store's own verbs, mail the way `store copy` brings it."""
    place.store.save_member(member())
    place.store.save_candidates([candidate()])
    opt_in(place.store, "1")
    fill(place.transfer, _rows_of(size))
    return place


def _rows_of(size: int) -> Iterator[Row]:
    yield gathered(conversation("c"), mails=size)
    yield thread("1", "t1", conversation="c")
    for n in range(size):
        yield mail(f"k{n}", "c", n)
    for n in range(PAGE + size // 10):
        yield gathered(conversation(f"c{n}"), mails=1)
        yield thread("1", f"other {n}", conversation=f"c{n}")
        yield mail(f"other {n}", f"c{n}", n)
