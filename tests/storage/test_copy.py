"""A store that was copied answers like the one it was copied from, whichever backends the two are."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from storage import copying, open_store
from storage.chain import number_of, token_of
from storage.copying import CopyError, Digest, Note
from storage.firestore import open_firestore
from storage.firestore.queries import Query
from storage.firestore.transfer import FirestoreTransfer
from storage.port import Store, StoreError
from storage.records import TEXT_PIECE, Link, Look, Message
from storage.sealing import Sealer
from storage.sqlite.transfer import SqliteTransfer
from storage.transfer import Collection, Mail, Row, Transfer
from tests.contracts.store.samples import (
    NEW_KEYS,
    NOW,
    OLD_KEYS,
    ROTATED_KEYS,
    act,
    admit,
    after,
    attempt,
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
    thread,
)
from tests.storage import indexes, processes
from tests.storage.everything import WORD, answers, bare, fill
from tests.storage.places import DATABASE, EMULATED, Place, Places
from tests.storage.wire import DeadError, Wire

WAYS = [
    pytest.param("sqlite", "sqlite", id="sqlite-sqlite"),
    pytest.param("sqlite", "firestore", id="sqlite-firestore", marks=EMULATED),
    pytest.param("firestore", "sqlite", id="firestore-sqlite", marks=EMULATED),
    pytest.param("firestore", "firestore", id="firestore-firestore", marks=EMULATED),
]
PAGE = 4


@pytest.fixture(scope="module")
def full(place: Places) -> Places:
    """The one place of each backend that holds everything; no test writes to it."""

    @cache
    def filled(backend: str) -> Place:
        there = place(backend)
        fill(there.open())
        return there

    return filled


@cache
def said(source: Place) -> dict[str, Any]:
    return answers(source.open())


def copied(source: Transfer, target: Transfer, *, resume: bool = False) -> None:
    note = copying.begin(source, target, resume=resume)
    copying.copy(source, target, note, seen=ignored)
    copying.finish(target, copying.compare(source, target, seen=ignored))


def pages(store: Transfer, collection: Collection) -> Iterator[Row]:
    after: str | None = None
    while True:
        batch = store.batch(collection, after=after)
        yield from batch.rows
        after = batch.next
        if after is None:
            return


def further_pieces(store: Transfer) -> int:
    """Of long texts, whether or not a mail still has them."""
    if isinstance(store, FirestoreTransfer):
        return store._database.count(Query(collection="texts"))
    assert isinstance(store, SqliteTransfer)
    with store._database.reading() as session:
        return len(session.all("SELECT n FROM texts"))


def ignored(_: int) -> None:
    pass


class Dying:
    """A target whose process is gone after so many writes."""

    def __init__(self, target: Transfer, writes: int) -> None:
        self._target = target
        self._left = writes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._target, name)

    def write(self, rows: Sequence[Row]) -> None:
        self._live()
        self._target.write(rows)

    def note(self, text: str | None) -> None:
        self._live()
        self._target.note(text)

    def adopt(self, secret: str) -> None:
        self._live()
        self._target.adopt(secret)

    def _live(self) -> None:
        if not self._left:
            raise DeadError
        self._left -= 1


@pytest.mark.parametrize(("of", "to"), WAYS)
def test_a_copy_answers_every_question_like_its_source(full: Places, place: Places, of: str, to: str) -> None:
    here, there = full(of), place(to)

    copied(here.transfer(rows=PAGE), there.transfer(rows=PAGE + 1))

    assert answers(there.open()) == said(here)


@pytest.mark.parametrize(("of", "to"), WAYS)
def test_two_mails_under_one_id_of_gmails_are_both_copied(place: Places, of: str, to: str) -> None:
    here, there = place(of), place(to)
    followed(here.open(), "1")
    for key in ("k2", "k1"):
        keep(here.open(), message(key, gmail_ids={"1": "same"}))

    copied(here.transfer(), there.transfer())

    opened = [each.open().opened("1", thread="t1", message="same").message for each in (here, there)]
    assert opened[0] is not None
    assert (opened[0].key, opened[1]) == ("k1", opened[0])


@pytest.mark.parametrize(("of", "to"), WAYS)
def test_a_copy_goes_on_where_the_source_would_have(place: Places, of: str, to: str) -> None:
    here, there = place(of), place(to)
    followed(here.open(), "1", "2")
    keep(here.open(), message())
    copied(here.transfer(), there.transfer())
    store = there.open()

    mail = message("k2", head=replace(message().head, subject="Earlier"), sent_at=after(-9))  # type: ignore[type-var]
    store.record(act(conversation="c1", at=after(1)))

    assert keep(store, mail).value == "new"
    assert keep(store, message(sub="2")).value == "holder_added"
    assert (found(store).summary.subject, found(store).summary.count) == ("Earlier", 2)
    assert [each.conversation.id for each in store.conversations_of("ada", tokens=["m:2"], limit=9).items] == [
        "c1"
    ]
    claimed = store.claim("1", owner="worker", now=NOW, until=after(60))
    assert claimed is not None
    store.release(claimed)
    (known,) = store.threads("1", ["t1"]).values()
    store.save_thread(replace(known, todo_all=True))
    store.change(replace(found(store).conversation, secret=True), act=act("make-secret", conversation="c1"))
    assert [each.verb for each in store.acts("c1", limit=9)] == ["make-secret", "make-secret"]


@pytest.mark.parametrize(("of", "to"), WAYS)
def test_who_was_on_the_way_to_a_consent_asks_once_more(place: Places, of: str, to: str) -> None:
    here, there = place(of), place(to)
    here.open().request_consent(request())
    here.open().attempt_consent(attempt())

    copied(here.transfer(), there.transfer())

    assert there.open().consent_request("1") is None
    there.open().request_consent(request())
    assert there.open().take_attempt("state", browser="browser", now=NOW) is None


@pytest.mark.parametrize(("of", "to"), WAYS[:3])
def test_a_copy_that_is_killed_again_and_again_ends_like_one_that_was_not(
    full: Places, place: Places, of: str, to: str
) -> None:
    here, there = full(of), place(to)
    deaths = 0

    for writes in count(3):
        try:
            copied(here.transfer(rows=6), Dying(there.transfer(), writes), resume=bool(deaths))
        except DeadError:
            deaths += 1
        else:
            break

    assert deaths > 5
    assert answers(there.open()) == said(here)


def test_a_copy_may_be_killed_at_any_moment(full: Places, place: Places) -> None:
    here = full("sqlite")

    for writes in count():
        there = place("sqlite")
        try:
            copied(here.transfer(rows=50), Dying(there.transfer(), writes))
        except DeadError:
            copied(here.transfer(), there.transfer(), resume=True)
            there.open().close()
        else:
            break

    assert writes > 2 * len(Collection)


@pytest.mark.parametrize("to", ["sqlite", pytest.param("firestore", marks=EMULATED)])
def test_going_on_copies_nothing_twice_but_the_page_that_was_in_hand(full: Places, place: Places, to: str) -> None:
    source, target = full("sqlite").transfer(rows=2), place(to).transfer()
    whole = sum(map(source.count, Collection))
    first: list[int] = []
    with pytest.raises(DeadError):
        copying.copy(source, Dying(target, 41), copying.begin(source, target, resume=False), seen=first.append)

    second: list[int] = []
    copying.copy(source, target, copying.begin(source, target, resume=True), seen=second.append)

    assert 30 < sum(first) < whole - 30
    assert sum(second) == whole
    assert second[0] in (sum(first), sum(first[:-1]))


@EMULATED
def test_a_copy_may_go_on_from_the_same_store_in_another_backend(full: Places, place: Places) -> None:
    one, twin, there = full("sqlite"), place("firestore"), place("sqlite")
    copied(one.transfer(), twin.transfer())
    with pytest.raises(DeadError):
        copied(one.transfer(rows=2), Dying(there.transfer(), 20))
    noted = there.transfer().noted()
    assert noted is not None
    assert one.transfer().order in noted

    copied(twin.transfer(), there.transfer(), resume=True)

    assert answers(there.open()) == said(one)


@pytest.mark.parametrize("to", ["sqlite", pytest.param("firestore", marks=EMULATED)])
def test_an_unfinished_copy_serves_nobody_and_is_not_copied_itself(full: Places, place: Places, to: str) -> None:
    here, there = full("sqlite"), place(to)
    with pytest.raises(DeadError):
        copied(here.transfer(), Dying(there.transfer(), 5))

    with pytest.raises(StoreError, match=r"unfinished copy.*--resume"):
        there.open()
    with pytest.raises(CopyError, match="source is an unfinished copy"):
        copied(there.transfer(), place("sqlite").transfer())
    with pytest.raises(CopyError, match="go on with --resume"):
        copied(here.transfer(), there.transfer())
    other = place("sqlite")
    with pytest.raises(CopyError, match="copy of another store"):
        copied(other.transfer(), there.transfer(), resume=True)


@pytest.mark.parametrize("to", ["sqlite", pytest.param("firestore", marks=EMULATED)])
@pytest.mark.parametrize("resume", [False, True])
def test_a_target_that_holds_anything_is_refused_and_left_alone(
    full: Places, place: Places, to: str, *, resume: bool
) -> None:
    here, there = full("sqlite"), place(to)
    store = there.open()
    store.tally("1", "2025-06-02", {"examined": 1})

    with pytest.raises(CopyError, match="target is not empty"):
        copied(here.transfer(), there.transfer(), resume=resume)

    assert there.open().tallies("1", since="") == {"2025-06-02": {"examined": 1}}
    assert there.open().key("address", "a") == store.key("address", "a")
    assert there.open().members(limit=9).items == ()


@pytest.mark.parametrize("of", ["sqlite", pytest.param("firestore", marks=EMULATED)])
def test_a_source_that_is_not_there_is_not_made(place: Places, of: str) -> None:
    here = place(of)

    for _ in range(2):
        with pytest.raises(StoreError, match="no store to copy from"):
            here.transfer(make=False)


@pytest.mark.parametrize("of", ["sqlite", pytest.param("firestore", marks=EMULATED)])
def test_keys_that_do_not_open_the_source_are_said_in_a_sentence(full: Places, of: str) -> None:
    with pytest.raises(StoreError, match="not in SEAL_KEYS"):
        full(of).transfer(NEW_KEYS, make=False)


@pytest.mark.parametrize(("of", "to"), WAYS[1:3])
def test_a_copy_is_sealed_with_the_newest_key_throughout(full: Places, place: Places, of: str, to: str) -> None:
    here, there = full(of), place(to)

    copied(here.transfer(ROTATED_KEYS), there.transfer(ROTATED_KEYS))

    rotated = open_store(there.url, Sealer(NEW_KEYS), firestore_emulator=there.emulator)
    assert answers(rotated) == said(here)


def test_nothing_lies_open_in_the_target_while_or_after_it_is_copied(full: Places, place: Places) -> None:
    here, there = full("sqlite"), place("sqlite")
    source, target = here.transfer(rows=PAGE), there.transfer()

    def look(_: int) -> None:
        for file in Path(there.url.removeprefix("sqlite:///")).parent.iterdir():
            held = file.read_bytes()
            assert WORD.encode() not in held.replace(NAME, b"")
            assert source.secret.encode() not in held

    copying.copy(source, target, copying.begin(source, target, resume=False), seen=look)
    look(0)


NAME = f"{WORD} 👋".encode()
"""Names of members are not sealed: they are colleagues."""


# --- comparing --------------------------------------------------------------------------------------------


def _hide(store: Store) -> None:
    store.change(
        replace(found(store, "c2").conversation, secret=False), act=act("make-visible", conversation="c2")
    )


def _rewrite(store: Store, mail: Message) -> None:
    assert keep(store, mail).value in ("new", "holder_added")


SWITCHED = {Collection.AUDIT, Collection.BELLS, Collection.MAILBOXES, Collection.CONSENTS}


def _link(n: int, *rows: int) -> Link:
    return Link(n=n, at=after(n), rows=rows, hash=WORD)


def _look(outcome: str) -> Look:
    return Look(sub="1", message="h", why="label", outcome=outcome, at=after(1), expires_at=after(days=1))


CHANGES: list[tuple[set[Collection], Callable[[Store], object]]] = [
    ({Collection.MEMBERS}, lambda store: store.save_member(member("new", name=WORD))),
    ({Collection.CANDIDATES}, lambda store: store.save_candidates([candidate("new", name=WORD)])),
    ({Collection.CONVERSATIONS, Collection.AUDIT}, _hide),
    ({Collection.MESSAGES, Collection.CONVERSATIONS}, lambda store: _rewrite(store, message("new", text=WORD))),
    ({Collection.THREADS}, lambda store: store.save_thread(thread("1", "new"))),
    ({Collection.ALIASES}, lambda store: store.keep_alias("1", "msg-f:1", "another")),
    ({Collection.OUTBOX}, lambda store: store.sent("b1", reference="ref-k9", expires_at=after(days=9))),
    ({Collection.AUDIT}, lambda store: store.record(act("verb-1", conversation="c1", subject="ada"))),
    ({Collection.AUDIT, Collection.CHAIN}, lambda store: store.seal(_link(3, *store.unsealed(limit=1).items))),
    ({Collection.LEDGER}, lambda store: store.tally("1", "2025-06-01", {"examined": 1})),
    ({Collection.LOOKS}, lambda store: store.tally("1", "2025-06-01", {}, looks=[_look("denied.self")])),
    ({Collection.BELLS}, lambda store: store.ring("1", now=NOW, soon=timedelta(1), gap=timedelta(1))),
    ({Collection.MAILBOXES}, lambda store: store.claim("3", owner="w", now=NOW, until=after(9))),
    (SWITCHED, lambda store: opt_in(store, "2", epoch=2)),
    ({*SWITCHED, Collection.REVOCATIONS}, lambda store: opt_out(store, "3")),
    ({Collection.REVOCATIONS}, lambda store: store.revoked("r-4")),
]


@pytest.mark.parametrize("to", ["sqlite", pytest.param("firestore", marks=EMULATED)])
def test_whatever_differs_is_named_by_its_collection_and_by_nothing_else(
    full: Places, place: Places, to: str
) -> None:
    here, there = full("sqlite"), place(to)
    source, target = here.transfer(), there.transfer()
    copied(source, target)
    before = copying.compare(source, target, seen=ignored)
    last = {collection: theirs for collection, (_, theirs) in before.items()}

    for expected, change in CHANGES:
        change(there.open())
        now = {each: copying.digest(target, each, seen=ignored) for each in Collection}
        assert {each for each in Collection if now[each] != last[each]} == expected
        last = now

    with pytest.raises(CopyError, match="differ in members, candidates, conversations, messages, ") as raised:
        copying.finish(target, copying.compare(source, target, seen=ignored))
    assert WORD not in str(raised.value)


@pytest.mark.parametrize("to", ["sqlite", pytest.param("firestore", marks=EMULATED)])
def test_what_differs_is_copied_again_by_resuming(place: Places, to: str) -> None:
    here, there = place("sqlite"), place(to)
    store = here.open()
    fill(store)
    source, target = here.transfer(), there.transfer()
    copying.copy(source, target, copying.begin(source, target, resume=False), seen=ignored)
    _hide(store)
    store.keep_alias("1", "msg-f:1", "another")
    with pytest.raises(CopyError, match="differ in conversations, aliases, audit"):
        copying.finish(target, copying.compare(source, target, seen=ignored))

    copied(source, target, resume=True)

    assert answers(there.open()) == answers(store)


@pytest.mark.parametrize("to", ["sqlite", pytest.param("firestore", marks=EMULATED)])
def test_what_changed_in_the_source_before_resuming_leaves_nothing_of_its_past(place: Places, to: str) -> None:
    here, there = place("sqlite"), place(to)
    store = here.open()
    followed(store, "1", opening=conversation("c2"))
    keep(store, message(conversation="c2", text=WORD * (TEXT_PIECE // 4)))
    source, target = here.transfer(), there.transfer()
    copying.copy(source, target, copying.begin(source, target, resume=False), seen=ignored)
    target.note(copying.note_text(Note(collection=Collection.MEMBERS)))
    admit(store, "2", "t2", opening=conversation("c1"))
    admit(store, "2", "t2", keys=["k1"])
    (mail,) = source.batch(Collection.MESSAGES, after=None).rows
    assert isinstance(mail, Mail)

    copied(source, target, resume=True)
    pieces = further_pieces(target)
    target.write([replace(mail, message=replace(mail.message, head=None, text=""), copies=frozenset())])

    copy = there.open()
    assert (pieces > 1, further_pieces(target)) == (True, 0)
    assert [each.conversation.id for each in copy.conversations_of("ada", tokens=["v"], limit=9).items] == ["c1"]
    assert copy.text("k1") == ""
    assert copy.opened("1", thread="none", message="g-1-k1").message is None
    assert (keep(copy, message(conversation="c1", text="Short")).value, copy.text("k1")) == ("new", "Short")


def test_a_digest_is_keyed_and_does_not_depend_on_order(place: Places) -> None:
    one, other = place("sqlite"), place("sqlite")
    for here, ids in ((one, "ab"), (other, "ba")):
        store = here.open()
        for id_ in ids:
            store.save_member(member(id_))

    def digest(at: Place) -> Digest:
        return copying.digest(at.transfer(), Collection.MEMBERS, seen=ignored)

    assert digest(one) != digest(other)
    theirs = other.transfer()
    theirs.adopt(one.transfer().secret)
    assert copying.digest(theirs, Collection.MEMBERS, seen=ignored) == digest(one)


# --- what only one backend has ----------------------------------------------------------------------------


@EMULATED
def test_mail_that_no_page_and_no_commit_could_carry_together_goes_there_and_back(place: Places) -> None:
    here, there, back = (place(each).transfer() for each in ("sqlite", "firestore", "sqlite"))
    texts = {f"k{number}": f"{number}" * 1_200_000 for number in range(5)}
    nobody = frozenset[str]()
    here.write(
        [
            Mail(message=message(key, text=text), copies=frozenset(), participants=nobody, named=nobody)
            for key, text in texts.items()
        ]
    )

    copied(here, there)
    copied(there, back)

    for store in (here, there, back):
        assert 0 < len(store.batch(Collection.MESSAGES, after=None).rows) < len(texts)
    read = pages(back, Collection.MESSAGES)
    assert {each.message.key: each.message.text for each in read if isinstance(each, Mail)} == texts


@EMULATED
def test_mail_whose_move_was_cut_short_is_copied_to_where_it_belongs(place: Places, emulator: str) -> None:
    here, there = place("firestore"), place("sqlite")
    store = here.open()
    project = here.url.split("/")[2]
    processes.prepare(store)
    wire = Wire()
    frail = open_firestore(project, DATABASE, Sealer(OLD_KEYS), emulator=emulator, interceptors=[wire])
    for calls in count():
        wire.dies_after = calls
        try:
            processes.unite(frail)
        except DeadError:
            if found(store, "c2").conversation.id == "c1":
                break

    copied(here.transfer(), there.transfer())

    there_now, here_now = (bare(processes.copied(each)) for each in (there.open(), store))
    assert there_now == here_now


def test_numbers_of_audit_rows_keep_their_order_and_come_back() -> None:
    tokens = sorted([*(f"{number:032x}" for number in (0, 1, 255, 2**62 - 1)), "4" * 32, "9" * 32, "f" * 32])
    numbers = [number_of(token) for token in tokens]

    assert numbers == sorted(set(numbers))
    assert max(numbers) < 2**63
    assert [number_of(token_of(number)) for number in numbers] == numbers


DERIVED = {
    "member_addresses",
    "waiting",
    "summaries",
    "listed",
    "held",
    "secrets",
    "taken_out",
    "copies",
    "texts",
    "addresses",
    "names",
    "keys",
    "links",
    "unsealed",
}
"""Written with the rows they follow from, or beside them."""
BEGUN = {"consent_requests", "attempts"}
"""Good for minutes: whoever is on the way to Google asks once more."""


def test_every_table_is_copied_or_derived(place: Places) -> None:
    here = place("sqlite")
    here.open().close()
    connection = sqlite3.connect(here.url.removeprefix("sqlite:///"))
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()

    assert tables - DERIVED - BEGUN == {each.value for each in Collection} - {"ledger"} | {"tallies"}
    assert indexes.exempt() - DERIVED - BEGUN == {each.value for each in Collection}
