"""What Firestore bills per event, counted on the wire, and the indexes it needs, neither more nor less."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from secrets import token_hex

import pytest

from storage.firestore import FirestoreStore, open_firestore
from storage.firestore.queries import Query
from storage.port import Store
from storage.records import ConversationState, Examined, Link, Look, Removal, Role, Slice, ThreadState
from storage.sealing import Sealer
from tests.contracts.store.imports import record
from tests.contracts.store.samples import (
    NOW,
    OLD_KEYS,
    act,
    admit,
    after,
    attempt,
    begun,
    candidate,
    conversation,
    followed,
    found,
    keep,
    member,
    message,
    opt_in,
    opt_out,
    request,
    secret,
)
from tests.storage import indexes
from tests.storage.wire import Wire, serves

pytestmark = pytest.mark.emulator

LOOK = Look(sub="1", message="h", why="label", outcome="denied.no_candidate", at=NOW, expires_at=after(days=30))


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def store(emulator: str, wire: Wire) -> Iterator[FirestoreStore]:
    project = f"test-{token_hex(8)}"
    opened = open_firestore(project, "costs", Sealer(OLD_KEYS), emulator=emulator, interceptors=[wire])
    yield opened
    opened.close()


def synced(store: Store, *, conversations: int = 1) -> None:
    """Mailbox 1 follows so many conversations of a mail each, all about Ada."""
    opt_in(store, "1")
    for n in range(1, conversations + 1):
        admit(store, "1", f"t{n}", opening=conversation(f"c{n}"))
        keep(store, message(f"k{n}", conversation=f"c{n}", sent_at=after(n)), thread=f"t{n}")


def a_reply(store: Store) -> None:
    """One delta with one thread and what was counted for it, and the mail it brought."""
    box = store.mailbox("1")
    assert box is not None
    known = store.threads("1", ["t1"])["t1"]
    counted = Examined(sub="1", day="2025-06-02", counts={"calls.delta.history": 1, "units.delta.history": 2})
    to_read = replace(known, todo=frozenset({"g9"}))
    store.advance(Slice(mailbox=box, cursor=10, threads=(to_read,), examined=counted))
    keep(store, message("k9", sent_at=after(99), reference="r9"), participants=["1", "7"])


def test_an_open_synced_message_costs_six_reads_in_two_trips_its_member_among_them(
    store: FirestoreStore, wire: Wire
) -> None:
    store.save_member(member())
    synced(store)

    def read(*, and_member: bool) -> tuple[int, int, int]:
        return wire.counted(lambda: store.opened("1", thread="t1", message="g-1-k1", and_member=and_member))

    assert read(and_member=True) == (6, 0, 2)
    assert read(and_member=False) == (5, 0, 2)


def test_a_message_nobody_knows_costs_as_many_reads_as_a_known_one(store: FirestoreStore, wire: Wire) -> None:
    def read(sub: str, thread: str, message: str) -> tuple[int, int, int]:
        return wire.counted(lambda: store.opened(sub, thread=thread, message=message, and_member=True))

    assert read("1", "t1", "g1") == (6, 0, 2)
    synced(store)
    assert read("1", "t1", "g1") == (6, 0, 2)
    assert read("1", "none", "g-1-k1") == (6, 0, 2)
    assert read("stranger", "none", "g1") == (6, 0, 2)


def test_a_united_conversation_is_opened_at_the_same_price(store: FirestoreStore, wire: Wire) -> None:
    followed(store, "1")
    keep(store, message("k1"))
    followed(store, "2", opening=conversation("c2"))
    keep(store, message("k2", sub="2", conversation="c2"))
    admit(store, "2", keys=["k1", "k2"])

    assert wire.counted(lambda: store.opened("2", thread="t1", message="g-2-k2")) == (5, 0, 2)


def test_a_stored_reply_with_its_delta_costs_at_most_fourteen_operations(
    store: FirestoreStore, wire: Wire
) -> None:
    synced(store)

    reads, writes, _ = wire.counted(lambda: a_reply(store))
    looked_up = 2  # mailbox and thread, which the sync holds already

    assert reads + writes - looked_up <= 14


def test_a_sweep_that_finds_nothing_due_is_one_read(store: FirestoreStore, wire: Wire) -> None:
    opt_in(store, "1")

    assert wire.counted(lambda: store.due(after(-1), limit=50)) == (1, 0, 1)


def test_what_a_caller_may_not_see_is_not_even_read(store: FirestoreStore, wire: Wire) -> None:
    def listed() -> tuple[int, int, int]:
        return wire.counted(lambda: store.conversations_of("ada", tokens=["v"], limit=9))

    synced(store)
    assert listed() == (3, 0, 2)
    read = found(store).conversation

    hidden = store.change(replace(read, secret=True, audience=frozenset({"m:1"})), act=act(conversation="c1"))
    assert listed() == (1, 0, 1)
    removal = Removal(by="1", role=Role.ADMIN, at=NOW, purge_at=NOW)
    gone = replace(hidden, secret=False, audience=read.audience, state=ConversationState.REMOVED, removal=removal)
    store.change(gone, act=act(conversation="c1"))
    assert listed() == (1, 0, 1)


def test_how_much_is_held_is_counted_without_reading_it(store: FirestoreStore, wire: Wire) -> None:
    synced(store, conversations=7)

    assert wire.counted(lambda: store.holdings("1")) == (3, 0, 3)
    assert wire.counted(lambda: store.holdings("stranger")) == (3, 0, 3)


def test_opting_in_and_out_costs_a_handful_of_documents_in_two_or_three_trips(
    store: FirestoreStore, wire: Wire
) -> None:
    assert wire.counted(lambda: opt_in(store, "1")) == (4, 7, 2)
    assert wire.counted(lambda: opt_out(store, "1")) == (3, 6, 3)
    assert wire.counted(lambda: opt_in(store, "1", epoch=2)) == (4, 7, 2)
    assert wire.counted(lambda: store.revocations(now=NOW, limit=50)) == (1, 0, 1)


def test_who_arrives_from_google_costs_two_reads_and_two_writes(store: FirestoreStore, wire: Wire) -> None:
    store.request_consent(request())
    store.attempt_consent(attempt())

    assert wire.counted(lambda: store.take_attempt("state", browser="browser", now=NOW)) == (2, 2, 3)
    assert wire.counted(lambda: store.take_attempt("unknown", browser="browser", now=NOW)) == (1, 0, 1)


def test_what_firestore_deletes_by_itself_says_when_in_the_form_it_understands(store: FirestoreStore) -> None:
    store.attempt_consent(attempt())
    store.tally("1", "2025-06-01", {}, looks=[LOOK])
    store.begin(begun(), act=act("draft"))

    opt_in(store, "1")
    store.start_import(record(), act=act("import-address"))

    ends = {
        "attempts": attempt().expires_at,
        "looks": LOOK.expires_at,
        "imports": record().expires_at,
        "outbox": begun().expires_at,
    }
    # Of a text only what its mail never came for: tests/storage/test_firestore_failures.py.
    assert indexes.expiring() == {(collection, "expires_at") for collection in (*ends, "texts")}
    for collection, expires_at in ends.items():
        (document,) = store._database.query(Query(collection=collection))
        assert document["expires_at"] == expires_at  # a number would be read as a number


def test_nothing_grows_with_what_is_stored(store: FirestoreStore, wire: Wire) -> None:
    later = count(500)

    def events() -> list[tuple[int, int, int]]:
        box = store.mailbox("1")
        assert box is not None
        return [
            wire.counted(lambda: store.opened("1", thread="t1", message="g-1-k1")),
            wire.counted(lambda: keep(store, message(token_hex(8), sent_at=after(next(later))))),
            wire.counted(lambda: admit(store, "1", token_hex(8), opening=conversation(token_hex(8)))),
            wire.counted(lambda: store.due(after(-1), limit=50)),
            wire.counted(lambda: store.work("1", now=NOW, limit=5)),
            wire.counted(lambda: store.conversations_of("ada", tokens=["v"], limit=2)),
            wire.counted(lambda: store.messages("c1", limit=2)),
            wire.counted(lambda: store.holdings("1")),
            wire.counted(lambda: store.secrets_of("1", limit=2)),
            wire.counted(lambda: store.unwell(limit=2)),
            wire.counted(lambda: store.change(found(store, "c1").conversation, act=act(conversation="c1"))),
        ]

    synced(store, conversations=3)
    keep(store, message("more", sent_at=after(400)))
    for n in range(3):
        admit(store, "1", f"s{n}", opening=secret(f"s{n}"))
    few = events()
    for n in range(10, 40):
        admit(store, "1", f"t{n}", opening=conversation(f"c{n}"))
        keep(store, message(f"k{n}", conversation=f"c{n}", sent_at=after(n)), thread=f"t{n}")
        admit(store, "1", f"s{n}", opening=secret(f"s{n}"))

    assert events() == few


def _write_everything(store: FirestoreStore) -> None:
    store.save_member(member(addresses=frozenset({"a@acme.example"})))
    store.save_candidates([candidate(external_id="L-1")])
    followed(store, "1")
    keep(store, message("k1"))
    followed(store, "2", opening=conversation("c2"))
    keep(store, message("k2", sub="2", conversation="c2", text="long " * 200_000))
    admit(store, "2", keys=["k1", "k2"])
    admit(store, "2", "t9", references=["r1"], opening=conversation("c9"))
    store.keep_alias("1", "thread-a:r1", "t1")
    store.begin(begun(), act=act("draft"))
    store.record(act(conversation="c1"))
    store.tally("1", "2025-06-02", {"examined": 1})

    store.request_consent(request())
    store.attempt_consent(attempt())
    opt_in(store, "3")
    store.start_import(record(sub="3"), act=act("import-address"))
    store.imports("3", limit=5)
    store.imports("3", candidate="ada", limit=5)
    store.running_imports("3", limit=5)
    opt_out(store, "3")


def _ask_of_people_and_acts(store: FirestoreStore) -> None:
    store.consent_requested("nonce-1")
    store.expire_attempts(now=NOW)
    store.revocations(now=NOW, limit=5)
    store.revoked("r-3")
    store.holdings("1", but_about=["ada"])
    store.unwell(limit=5)
    store.members(limit=5)
    store.members(roles=[Role.ADMIN], limit=5)
    store.members_at(["a@acme.example"])
    store.bells(limit=5)
    store.mailboxes(limit=5)
    store.due(NOW, limit=5)
    store.all_candidates(limit=5)
    store.candidates_to_do(limit=5)
    store.candidate_by_external_id("L-1")
    store.candidates_called(["Ada"], limit=5)
    store.candidates_like("ad", limit=5)
    store.find(["ada@example.org"])
    store.acts("c1", limit=5)
    store.acts_since(NOW, limit=5)
    store.acts_since(NOW, actor="1", limit=5)
    store.entries(limit=5)
    store.seal(Link(n=1, at=NOW, rows=store.unsealed(limit=1).items, hash=""))
    store.last_link()
    store.links(limit=5)
    store.sums(since="2025-01-01")
    store.tally("1", "2025-06-02", {"opened": 1}, looks=[LOOK])
    store.tallies("1", since="2025-01-01")


def _ask_of_mail(store: FirestoreStore) -> None:
    store.opened("1", thread="t1", message="g-1-k1")
    store.held_ids("1", ["g-1-k1"])
    store.secrets_of("1", limit=5)
    store.work("1", now=NOW, limit=5)
    store.pending("1")
    store.set_aside("1", limit=5)
    store.threads_in("1", ThreadState.WAITING, limit=5)
    store.threads_of("c1", limit=5)
    store.waiting_for("w", limit=5)
    store.messages("c1", limit=5)
    store.conversations_of("ada", tokens=["v"], limit=5)
    store.copies_of("r1", limit=5)
    store.begun_in("1", ["t1"], now=NOW)
    store.begun_as(["r1"], now=NOW)
    store.unsent("1", now=NOW, limit=5)
    store.begun(now=NOW, limit=5)
    store.discard_unsent("1")
    store.held_by("1", limit=5)
    store.newest_held("1", limit=5)
    store.taken_out("1", limit=5)
    store.purgeable(now=NOW, limit=5)
    store.purge("c1", limit=5)


def test_exactly_the_indexes_are_declared_that_the_verbs_need(store: FirestoreStore, wire: Wire) -> None:
    _write_everything(store)

    _ask_of_people_and_acts(store)
    _ask_of_mail(store)

    declared = indexes.declared()
    assert {index for index in declared if any(serves(index, query) for query in wire.queries)} == declared
    assert [query for query in wire.queries if not any(serves(index, query) for index in declared)] == []
    assert wire.written == indexes.exempt()
