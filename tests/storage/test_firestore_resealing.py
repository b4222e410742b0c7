"""What sealing anew is on Firestore alone: lost answers, large documents, what it costs, a process that dies."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from storage import resealing
from storage.firestore.resealing import FirestoreResealing, open_resealing
from storage.resealing import Resealed
from storage.sealing import Sealer, key_id_of
from storage.transfer import Mail
from tests.contracts.store.samples import NEW_KEYS, ROTATED_KEYS, candidate, keep, message
from tests.storage import processes, raw
from tests.storage.everything import answers, bare, fill
from tests.storage.places import DATABASE, Place, Places
from tests.storage.wire import DeadError, Wire

pytestmark = pytest.mark.emulator

SEALER = Sealer(ROTATED_KEYS)


@pytest.fixture
def here(place: Places) -> Place:
    """A store that was made with the old key."""
    made = place("firestore")
    made.open().close()
    return made


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def frail(here: Place, wire: Wire) -> Iterator[FirestoreResealing]:
    """A store whose way there can be cut."""
    opened = frail_on(here, wire)
    yield opened
    opened.close()


def frail_on(here: Place, wire: Wire) -> FirestoreResealing:
    return open_resealing(here.project, DATABASE, SEALER, emulator=here.emulator, interceptors=[wire])


def reseal(store: FirestoreResealing) -> Resealed:
    return resealing.reseal(store, SEALER, seen=lambda _: None)


@pytest.mark.parametrize("lost", [1, 2, 5])
def test_a_value_is_counted_once_though_the_answer_to_its_commit_was_lost(
    here: Place, wire: Wire, frail: FirestoreResealing, lost: int
) -> None:
    fill(here.open())
    before, values = answers(here.open()), raw.values(here)
    wire.loses = lost

    done = reseal(frail)

    assert wire.loses == 0
    assert sum(done.anew.values()) == len(values)
    assert answers(here.open(NEW_KEYS)) == before


def test_texts_that_no_commit_could_carry_together_are_sealed_anew_in_several(here: Place) -> None:
    there = here.transfer()
    texts = {f"k{number}": f"{number}" * 1_200_000 for number in range(5)}
    nobody = frozenset[str]()
    mails = [message(key, text=text) for key, text in texts.items()]
    there.write([Mail(message=each, copies=frozenset(), participants=nobody, named=nobody) for each in mails])

    reseal(open_resealing(here.project, DATABASE, SEALER, emulator=here.emulator))

    assert {key_id_of(value) for value in raw.values(here).values()} == {"new"}
    read = here.open(NEW_KEYS)
    assert {key: read.text(key) for key in texts} == texts


def test_what_no_commit_could_change_at_once_is_sealed_anew_in_several(
    here: Place, wire: Wire, frail: FirestoreResealing
) -> None:
    fill(here.open())
    wire.takes = 2

    done = reseal(frail)

    assert {key_id_of(value) for value in raw.values(here).values()} == {"new"}
    assert sum(done.anew.values()) == len(raw.values(here))


def test_every_document_is_read_once_and_written_once_and_what_is_done_is_not_written(
    here: Place, wire: Wire, frail: FirestoreResealing
) -> None:
    fill(here.open())
    documents = len({(kind, at) for kind, at, _ in raw.values(here)})
    held = sum(map(here.resealing().count, frail.sealed))

    reads, writes, trips = wire.counted(lambda: reseal(frail))

    assert reads == held
    assert writes == documents
    assert trips == 2 * len(frail.sealed)
    assert wire.counted(lambda: reseal(frail))[1] == 0


def test_a_process_that_dies_before_any_call_leaves_a_store_that_opens_and_the_rest_to_the_next(
    place: Places, wire: Wire
) -> None:
    for calls in count():
        here = place("firestore")
        store = here.open()
        processes.prepare(store)
        keep(store, message("k9", conversation="c1", text="long " * 90_000))
        store.save_candidates([candidate(f"{n}") for n in range(3)])
        before, values = everything(here, ROTATED_KEYS), raw.values(here)
        frail = frail_on(here, wire)
        frail.rows_at_once = 2
        wire.dies_after = calls
        try:
            reseal(frail)
        except DeadError:
            pass
        else:
            break
        finally:
            wire.dies_after = None
        left = [value for value in raw.values(here).values() if key_id_of(value) == "old"]
        assert set(left) <= set(values.values())
        assert everything(here, ROTATED_KEYS) == before

        done = reseal(frail)

        assert sum(done.anew.values()) == len(left)
        assert everything(here, NEW_KEYS) == before

    assert calls > 15


def everything(here: Place, seal_keys: str) -> object:
    store = here.open(seal_keys)
    return bare([processes.all_of(store), store.candidates(["0", "1", "2"])])
