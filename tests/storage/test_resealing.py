"""A store is sealed anew with another key while it is used; what was there before is there afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from functools import partial
from itertools import count
from threading import Barrier
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import resealing
from storage.port import ConflictError, Store
from storage.resealing import TRIES, Change, Resealed, Resealing, survey
from storage.sealing import Sealer, key_id_of
from tests.contracts.store.races import TIMES, store_some
from tests.contracts.store.samples import (
    NEW_KEYS,
    NOW,
    OLD_FIRST,
    OLD_KEYS,
    ROTATED_KEYS,
    act,
    admit,
    after,
    candidate,
    consent,
    every,
    followed,
    found,
    keep,
    mailbox,
    message,
    opt_in,
)
from tests.contracts.store.values import RANDOM
from tests.storage import processes, raw
from tests.storage.everything import WORD, answers, bare, fill
from tests.storage.places import BACKENDS, Place, Places
from tests.storage.wire import DeadError

PAGE = 3

on_both = pytest.mark.parametrize("backend", BACKENDS)


def ignored(_: int) -> None:
    pass


def reseal(opened: Resealing, seal_keys: str = ROTATED_KEYS) -> Resealed:
    with closing(opened):
        return resealing.reseal(opened, Sealer(seal_keys), seen=ignored)


def surveyed(here: Place) -> dict[str, dict[str, int]]:
    with closing(here.resealing()) as opened:
        return {kind: dict(ids) for kind, ids in survey(opened, seen=ignored).items() if ids}


def told(store: Store) -> object:
    """All that the verbs of `processes` and those of this file could change."""
    return bare(
        [
            processes.all_of(store),
            [store.consent(sub) for sub in "12"],
            store.candidate("ada"),
            store.text("long"),
        ]
    )


def prepare(store: Store) -> None:
    """A few of every kind."""
    processes.prepare(store)
    keep(store, message("long", conversation="c1", text="Grüße 👋 " * 40_000))
    store.save_candidates([candidate("ada", name=WORD), candidate("bob")])


# --- everything -------------------------------------------------------------------------------------------


@on_both
def test_everything_opens_with_the_new_key_alone_and_answers_as_before(place: Places, backend: str) -> None:
    here = place(backend)
    fill(here.open())
    before, sealed = answers(here.open()), Counter(kind for kind, _, _ in raw.values(here))

    done = reseal(here.resealing(rows=PAGE))

    assert done == Resealed(anew=sealed, refused={})
    assert {key_id_of(value) for value in raw.values(here).values()} == {"new"}
    assert answers(here.open(NEW_KEYS)) == before


@on_both
def test_every_sealed_value_that_a_store_may_hold_is_named(place: Places, backend: str) -> None:
    here = place(backend)
    fill(here.open())

    named = {(each.kind, name) for each in here.resealing().sealed for name in each.fields}

    assert {(kind, name) for kind, _, name in raw.values(here)} == named, "name it in SEALED, and `fill` with one"


@on_both
def test_a_second_run_finds_nothing_to_do(place: Places, backend: str) -> None:
    here = place(backend)
    prepare(here.open())
    reseal(here.resealing())
    once = raw.values(here)

    again = reseal(here.resealing())

    assert set(again.anew.values()) == {0}
    assert raw.values(here) == once


@on_both
def test_what_was_read_before_can_be_saved_after_or_is_read_again(place: Places, backend: str) -> None:
    here = place(backend)
    prepare(here.open())
    store = here.open(ROTATED_KEYS)
    read = store.candidate("ada")
    gate = found(store, "c1").conversation
    assert read is not None

    reseal(here.resealing())

    assert store.change(replace(gate, secret=True), act=act(conversation="c1")).secret
    try:
        store.save_candidates([replace(read, name="Changed")])
    except ConflictError:
        now = store.candidate("ada")
        assert now is not None
        assert now.version != read.version
        store.save_candidates([replace(now, name="Changed")])
    changed = here.open(NEW_KEYS).candidate("ada")
    assert changed is not None
    assert changed.name == "Changed"


@on_both
def test_what_is_left_under_an_older_key_is_told_by_kind_and_key_without_any_key(
    place: Places, backend: str
) -> None:
    here = place(backend)
    prepare(here.open())
    assert {tuple(ids) for ids in surveyed(here).values()} == {("old",)}
    reseal(here.resealing())
    late = here.open(OLD_FIRST)
    late.opt_in(consent("1", refresh_token="late"), mailbox(), due_at=NOW, act=act("email-on"))

    assert surveyed(here)["consents"] == {"old": 1, "new": 1}
    assert {kind for kind, ids in surveyed(here).items() if "old" in ids} == {"consents"}

    assert +Counter(reseal(here.resealing()).anew) == {"consents": 1}
    assert {tuple(ids) for ids in surveyed(here).values()} == {("new",)}


@on_both
def test_pages_are_told_as_they_are_done_and_none_is_left_out(place: Places, backend: str) -> None:
    here = place(backend)
    fill(here.open())
    opened = here.resealing(rows=PAGE)
    sealing: list[int] = []
    looking: list[int] = []
    rows = sum(map(opened.count, opened.sealed))

    resealing.reseal(opened, Sealer(ROTATED_KEYS), seen=sealing.append)
    survey(opened, seen=looking.append)

    assert sealing == looking
    assert sum(sealing) == rows
    assert max(sealing) == PAGE


# --- what does not open -----------------------------------------------------------------------------------

THIRD_KEYS = f"third:{'A' * 42}E=,{OLD_KEYS}"


@on_both
def test_a_key_that_is_needed_and_not_listed_is_told_with_the_kind_and_holds_up_nothing_else(
    place: Places, backend: str
) -> None:
    here = place(backend)
    prepare(here.open())
    here.open(THIRD_KEYS).opt_in(consent("1", refresh_token=WORD), mailbox(), due_at=NOW, act=act("email-on"))
    before = raw.values(here)

    done = reseal(here.resealing())

    assert done.refused == {
        "A value of consents was sealed with the key third, which is not in SEAL_KEYS: list that key again.": 1
    }
    assert done.anew["consents"] == 1
    assert surveyed(here)["consents"] == {"third": 1, "new": 1}
    left = {where: value for where, value in raw.values(here).items() if key_id_of(value) != "new"}
    assert left == {where: before[where] for where in left}
    reseal(here.resealing(f"{ROTATED_KEYS},{THIRD_KEYS.partition(',')[0]}"), f"{NEW_KEYS},{THIRD_KEYS}")
    gate = here.open(NEW_KEYS).consent("1")
    assert gate is not None
    assert gate.refresh_token == WORD


@on_both
def test_a_value_that_was_moved_is_left_as_it_is_and_told_by_its_kind_alone(place: Places, backend: str) -> None:
    here = place(backend)
    prepare(here.open())
    opened = here.resealing()
    (candidates,) = [each for each in opened.sealed if each.kind == "candidates"]
    ada, bob = opened.rows(candidates, after=None).rows
    assert opened.replace([Change(row=bob, values=ada.values)])

    done = reseal(opened)

    assert done.refused == {
        "A sealed value of candidates does not open: it was changed or moved,"
        " or the key old of SEAL_KEYS is not the one it was.": 1
    }
    assert surveyed(here)["candidates"] == {"old": 1, "new": 1}
    assert ada.values["fields"] in raw.values(here).values()
    assert WORD not in repr(done) + repr(ada) + repr(Change(row=ada, values=ada.values))
    assert repr(ada.values["fields"])[2:-1] not in repr(ada)


# --- others meanwhile -------------------------------------------------------------------------------------


class Meanwhile:
    """A store in which somebody else acts between reading and writing."""

    def __init__(self, opened: Resealing, change: Callable[[], object], *, at: int | None) -> None:
        self._opened = opened
        self._change = change
        self._at = at
        self.writes = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._opened, name)

    def replace(self, changes: Sequence[Change]) -> Any:
        if self._at in (None, self.writes):
            self._change()
        self.writes += 1
        return self._opened.replace(changes)


def opt_in_again(store: Store) -> None:
    store.opt_in(consent("1", refresh_token="another", epoch=2), mailbox(epoch=2), due_at=NOW, act=act("email-on"))


def rename(store: Store) -> None:
    read = store.candidate("ada")
    assert read is not None
    store.save_candidates([replace(read, name="Another")])


def bring_the_first(store: Store) -> None:
    head = replace(message().head, subject="Another")  # type: ignore[type-var]
    keep(store, message("first", conversation="c1", head=head, sent_at=after(-60)))


def share(store: Store) -> None:
    opt_in(store, "3")
    admit(store, "3", keys=["k1"])
    keep(store, message("k1", sub="3", conversation="c1"))


@on_both
@pytest.mark.parametrize("change", [opt_in_again, rename, bring_the_first, share, processes.unite])
def test_what_somebody_changes_meanwhile_stays_as_they_left_it(
    place: Places, backend: str, change: Callable[[Store], None]
) -> None:
    undisturbed = place(backend)
    prepare(undisturbed.open())
    change(undisturbed.open())
    expected, kinds = told(undisturbed.open()), Counter(kind for kind, _, _ in raw.values(undisturbed))

    for at in count():
        here = place(backend)
        prepare(here.open())
        disturbed = Meanwhile(here.resealing(rows=PAGE), partial(change, here.open(ROTATED_KEYS)), at=at)
        done = reseal(disturbed)
        if disturbed.writes <= at:
            break
        assert told(here.open(NEW_KEYS)) == expected
        assert Counter(kind for kind, _, _ in raw.values(here)) == kinds
        assert done.refused == {}

    assert at > 4


@on_both
def test_a_row_that_changes_all_the_time_holds_up_nobody_and_is_told_of_at_the_end(
    place: Places, backend: str
) -> None:
    here = place(backend)
    prepare(here.open())
    other = here.open(OLD_FIRST)
    times: list[int] = []

    def change() -> None:
        other.opt_in(consent("1", refresh_token=f"{len(times)}"), mailbox(), due_at=NOW, act=act("email-on"))
        times.append(1)

    reseal(Meanwhile(here.resealing(), change, at=None))

    assert surveyed(here)["consents"] == {"old": 1, "new": 1}
    assert {kind for kind, ids in surveyed(here).items() if "old" in ids} == {"consents"}
    assert TRIES <= len(times) < 3 * TRIES
    gate = here.open(ROTATED_KEYS).consent("1")
    assert gate is not None
    assert gate.refresh_token == str(len(times) - 1)


@on_both
def test_two_who_seal_at_once_seal_every_value_once(place: Places, backend: str) -> None:
    here = place(backend)
    fill(here.open())
    before, values = answers(here.open()), Counter(kind for kind, _, _ in raw.values(here))
    begin = Barrier(2)

    def one(rows: int) -> Resealed:
        opened = here.resealing(rows=rows)
        begin.wait()
        return reseal(opened)

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(one, (2, 3))

    assert Counter(first.anew) + Counter(second.anew) == values
    assert answers(here.open(NEW_KEYS)) == before


MAILBOXES = 4


@on_both
def test_nothing_is_lost_or_doubled_of_what_others_store_meanwhile(place: Places, backend: str) -> None:
    here = place(backend)
    store = here.open()
    followed(store, *(str(n) for n in range(MAILBOXES)))
    store.save_candidates([candidate(f"p{n}") for n in range(20)])
    for n in range(20):
        keep(store, message(f"old {n}", sub="0"))
    begin = Barrier(MAILBOXES + 1)

    def write(n: int) -> None:
        own = here.open(ROTATED_KEYS)
        begin.wait()
        store_some(own, n)
        for person in every(lambda cursor: own.all_candidates(limit=7, cursor=cursor))[n::MAILBOXES]:
            stubbornly(own, person.id, name=f"by {n}")
        own.opt_in(consent(str(n), refresh_token=f"token {n}"), mailbox(str(n)), due_at=NOW, act=act("email-on"))

    with ThreadPoolExecutor(MAILBOXES) as pool:
        written = [pool.submit(write, n) for n in range(MAILBOXES)]
        begin.wait()
        while not all(each.done() for each in written):
            assert reseal(here.resealing(rows=PAGE)).refused == {}
        for each in written:
            each.result()
    reseal(here.resealing())

    read = here.open(NEW_KEYS)
    summary = found(read).summary
    assert summary.count == len(read.messages("c1", limit=99).items) == 20 + MAILBOXES * TIMES + 1
    assert summary.holders == {str(n) for n in range(MAILBOXES)}
    assert {read.text(each.key) for each in read.messages("c1", limit=99).items} == {message().text}
    people = every(lambda cursor: read.all_candidates(limit=9, cursor=cursor))
    assert Counter(each.name for each in people) == {f"by {n}": 20 // MAILBOXES for n in range(MAILBOXES)}
    gates = [read.consent(str(n)) for n in range(MAILBOXES)]
    assert [gate.refresh_token for gate in gates if gate] == [f"token {n}" for n in range(MAILBOXES)]


def stubbornly(store: Store, id_: str, *, name: str) -> None:
    while True:
        read = store.candidate(id_)
        assert read is not None
        try:
            store.save_candidates([replace(read, name=name)])
        except ConflictError:
            continue
        return


# --- crashes ----------------------------------------------------------------------------------------------


class Dying:
    """A store whose process is gone after so many writes."""

    def __init__(self, opened: Resealing, writes: int) -> None:
        self._opened = opened
        self._left = writes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._opened, name)

    def replace(self, changes: Sequence[Change]) -> Any:
        if not self._left:
            raise DeadError
        self._left -= 1
        return self._opened.replace(changes)


@on_both
def test_who_is_killed_again_and_again_seals_every_value_once(place: Places, backend: str) -> None:
    here = place(backend)
    fill(here.open())
    before, values = answers(here.open()), raw.values(here)
    deaths = 0

    while True:
        was = raw.values(here)
        try:
            done = reseal(Dying(here.resealing(rows=PAGE), 2))
        except DeadError:
            deaths += 1
        else:
            break
        now = raw.values(here)
        changed = {where for where in now if now[where] != was[where]}
        assert changed
        assert {key_id_of(was[where]) for where in changed} == {"old"}
        here.open(ROTATED_KEYS).ping()

    assert deaths > 5
    assert sum(done.anew.values()) < len(values) - deaths
    assert answers(here.open(NEW_KEYS)) == before


KEYS = {name: f"{name}:{letter * 42}A=" for name, letter in (("a", "A"), ("bb", "B"), ("ccc-3", "C"))}


@RANDOM
@given(
    people=st.lists(st.tuples(st.text(max_size=9), st.sampled_from(sorted(KEYS))), max_size=12),
    rows=st.integers(1, 5),
    crashes=st.lists(st.integers(0, 4), max_size=3),
    first=st.sampled_from(sorted(KEYS)),
)
def test_whatever_was_sealed_with_which_key_ends_sealed_with_the_first(
    place: Places, people: list[tuple[str, str]], rows: int, crashes: list[int], first: str
) -> None:
    here = place("sqlite")
    for number, (name, key) in enumerate(people):
        listed = ",".join(sorted(KEYS.values(), key=lambda each: not each.startswith(key)))
        with closing(here.open(listed)) as store:
            store.save_candidates([candidate(f"{number:02}", name=name)])
    with closing(here.open(",".join(KEYS.values()))) as store:
        expected = every(lambda cursor: store.all_candidates(limit=9, cursor=cursor))
    listed = ",".join(sorted(KEYS.values(), key=lambda each: not each.startswith(first)))
    before = raw.values(here)

    for writes in crashes:
        with suppress(DeadError):
            reseal(Dying(here.resealing(listed, rows=rows), writes), listed)
    halfway = raw.values(here)
    done = reseal(here.resealing(listed, rows=rows), listed)

    assert sum(done.anew.values()) == sum(key_id_of(value) != first for value in halfway.values())
    ended = raw.values(here)
    assert {key_id_of(value) for value in ended.values()} <= {first}
    assert all(ended[where] == value for where, value in before.items() if key_id_of(value) == first)
    with closing(here.open(KEYS[first])) as store:
        assert every(lambda cursor: store.all_candidates(limit=9, cursor=cursor)) == expected
