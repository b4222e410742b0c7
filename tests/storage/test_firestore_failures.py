"""Crashes, lost answers and refusals: all of a verb or nothing, never twice, and one sentence of ours."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from itertools import count
from pathlib import Path
from secrets import token_hex
from typing import Any

import grpc
import pytest
from google.cloud.firestore_v1 import base_client as google

import storage
from app import create_app
from storage import open_store
from storage.firestore import FirestoreStore, connection, open_firestore
from storage.firestore.documents import Document, path
from storage.firestore.queries import Query
from storage.port import Store, StoreError, TooLargeError
from storage.records import TEXT_PIECE, Kept, Refusal
from storage.sealing import Sealer
from tests.contracts.store.admission import repr_without
from tests.contracts.store.messages import remove
from tests.contracts.store.removal import begin
from tests.contracts.store.samples import (
    NOW,
    OLD_KEYS,
    act,
    admit,
    after,
    attempt,
    begun,
    candidate,
    consent,
    followed,
    found,
    keep,
    mailbox,
    member,
    message,
    opt_in,
    request,
    revocation,
)
from tests.storage import indexes, processes
from tests.storage.wire import DeadError, Wire

ROOT = Path(storage.__file__).parent.parent
WORD = "unmistakable"
ENVIRONMENT = {
    "BASE_URL": "http://127.0.0.1:9999",
    "SEAL_KEYS": OLD_KEYS,
    "INTERNAL_DOMAINS": "acme.example",
    "OAUTH_CLIENT_ID": "background",
    "OAUTH_CLIENT_SECRET": "not-a-secret",
    "STORE_URL": "firestore://acme-prod/lever",
}


@pytest.fixture
def project() -> str:
    return f"test-{token_hex(8)}"


@pytest.fixture
def store(emulator: str, project: str) -> Iterator[FirestoreStore]:
    opened = open_firestore(project, "failures", Sealer(OLD_KEYS), emulator=emulator)
    yield opened
    opened.close()


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def frail(emulator: str, project: str, wire: Wire, store: FirestoreStore) -> Iterator[FirestoreStore]:
    """Another handle on `store`, whose way there can be cut."""
    assert store is not None
    opened = open_firestore(project, "failures", Sealer(OLD_KEYS), emulator=emulator, interceptors=[wire])
    yield opened
    opened.close()


# --- crashes ----------------------------------------------------------------------------------------------


def _reply_at_length(store: Store) -> None:
    keep(store, message("k9", conversation="c1", text="👋" * (4 * TEXT_PIECE)))


def _save_hundreds(store: Store) -> None:
    store.save_candidates([candidate("ada"), *(candidate(f"c{n}") for n in range(600))])


@pytest.mark.emulator
@pytest.mark.parametrize("verb", [*processes.VERBS, _reply_at_length, _save_hundreds])
def test_a_process_that_dies_before_any_call_leaves_all_of_a_verb_or_nothing(
    emulator: str, store: FirestoreStore, frail: FirestoreStore, wire: Wire, verb: Callable[[Store], object]
) -> None:
    twin = open_firestore(f"test-{token_hex(8)}", "failures", Sealer(OLD_KEYS), emulator=emulator)
    processes.prepare(twin)
    verb(twin)
    done = _everything(twin)
    twin.close()
    processes.prepare(store)
    states = [_everything(store)]

    for calls in count():
        wire.dies_after = calls
        try:
            verb(frail)
        except DeadError:
            states.append(_everything(store))
        else:
            states.append(_everything(store))
            break
        if states[-1] != states[0]:
            break

    assert states[0] != done
    assert set(states) == {states[0], done}


@pytest.mark.emulator
def test_pieces_of_a_text_whose_mail_never_came_end_by_themselves_and_those_of_stored_mail_do_not(
    store: FirestoreStore, frail: FirestoreStore, wire: Wire
) -> None:
    processes.prepare(store)
    alone = 0
    for calls in count():
        wire.dies_after = calls
        try:
            _reply_at_length(frail)
        except DeadError:
            ends = [each["expires_at"] for each in _pieces_of_nobody(store)]
            assert all(isinstance(each, datetime) for each in ends)
            alone += len(ends)
        else:
            break

    (mail,) = store._database.query(Query(collection="messages", equal={"key": "k9"}))
    kept = [path("texts", mail["body"], str(n)) for n in range(1, mail["texts"] + 1)]
    assert alone > 0
    assert {each["expires_at"] for each in store._database.get(kept).values()} == {None}
    assert ("texts", "expires_at") in indexes.expiring()


def _pieces_of_nobody(store: FirestoreStore) -> list[Document]:
    bodies = {each["body"] for each in store._database.query(Query(collection="messages"))}
    return [each for each in store._database.query(Query(collection="texts")) if each["body"] not in bodies]


@pytest.mark.emulator
def test_mail_whose_move_was_cut_short_is_read_and_moved_by_the_next_who_comes(
    store: FirestoreStore, frail: FirestoreStore, wire: Wire
) -> None:
    processes.prepare(store)
    for calls in count():
        wire.dies_after = calls
        try:
            processes.unite(frail)
        except DeadError:
            if found(store, "c2").conversation.id == "c1":
                break
    read = [(each.key, each.conversation) for each in store.messages("c2", limit=9).items]

    assert sorted(read) == [("k1", "c1"), ("k2", "c1")]
    assert keep(store, message("k9", sub="2", conversation="c2", sent_at=after(9))) is Kept.NEW
    assert admit(store, "4", keys=["k2"]).id == "c1"
    assert sorted(each.key for each in store.messages("c1", limit=9).items) == ["k1", "k2", "k9"]
    assert found(store).summary.count == 3


# --- lost answers -----------------------------------------------------------------------------------------


def _save_thread(store: Store) -> None:
    known = store.threads("1", ["t1"])["t1"]
    saved = store.save_thread(replace(known, attempts=known.attempts + 1))
    assert store.threads("1", ["t1"])["t1"] == saved


def _forget(store: Store) -> None:
    store.forget_thread(store.threads("1", ["t1"])["t1"])


def _count(store: Store) -> None:
    store.tally("1", "2025-06-02", {"examined": 1})


def _record(store: Store) -> None:
    store.record(act(conversation="c1"))


def _claim(store: Store) -> None:
    assert store.claim("1", owner="a", now=NOW, until=after(60)) == store.mailbox("1")


def _opt_in(store: Store) -> None:
    opt_in(store, "1", epoch=2)


def _ask(store: Store) -> None:
    store.request_consent(request("6", nonce="newer"))


def _go(store: Store) -> None:
    store.attempt_consent(attempt("s7", sub="6"))
    assert store.take_attempt("s7", browser="browser", now=NOW) == attempt("s7", sub="6")


def _refuse(store: Store) -> None:
    store.refuse_consent("6", nonce="nonce-6", refusal=Refusal.DECLINED)


def _expire(store: Store) -> None:
    store.expire_attempts(now=after(days=1))
    assert store.take_attempt("s6", browser="browser", now=NOW) is None


def _fail(store: Store) -> None:
    store.revocation_failed(revocation("5", attempts=1))


def _revoke(store: Store) -> None:
    store.revoked("r-5")


def _save_people(store: Store) -> None:
    assert store.save_member(member("8"), act=act(conversation="c1")) == store.member("8")
    store.save_candidates([candidate("ada")])


def _new(store: Store) -> None:
    assert keep(store, message("k9", conversation="c1")) is Kept.NEW


def _copy(store: Store) -> None:
    followed_by_another = store.threads("2", ["t1"])["t1"]
    store.save_thread(replace(followed_by_another, conversation="c1"))
    assert keep(store, message("k1", sub="2", conversation="c1")) is Kept.HOLDER_ADDED


def _everything(store: Store) -> str:
    """All that can be seen, without the marks of the writes."""
    seen = [
        processes.all_of(store),
        store.tallies("1", since="2025"),
        store.consent("1"),
        store.member("8"),
        store.candidate("ada"),
    ]
    return re.sub(r"\('version', '[^']*'\)", "", repr_without("nothing", seen))


@pytest.mark.emulator
@pytest.mark.parametrize(
    "verb",
    [
        *processes.VERBS,
        _save_thread,
        _forget,
        _count,
        _record,
        _claim,
        _opt_in,
        _ask,
        _go,
        _refuse,
        _expire,
        _fail,
        _revoke,
        _save_people,
        _new,
        _copy,
    ],
)
def test_a_verb_whose_answer_is_lost_is_done_once(
    emulator: str, wire: Wire, verb: Callable[[Store], object]
) -> None:
    ends = _without_and_with(emulator, wire, "loses", verb)

    assert ends[0] == ends[1]


def _without_and_with(emulator: str, wire: Wire, trouble: str, verb: Callable[[Store], object]) -> list[Any]:
    """What a verb comes to in peace, and where the wire makes this trouble once."""
    ends = []
    for interceptors, times in (((), 0), ((wire,), 1)):
        opened = open_firestore(
            f"test-{token_hex(8)}", "troubled", Sealer(OLD_KEYS), emulator=emulator, interceptors=interceptors
        )
        processes.prepare(opened)
        setattr(wire, trouble, times)
        verb(opened)
        assert getattr(wire, trouble) == 0
        ends.append(_everything(opened))
        opened.close()
    return ends


# --- transactions that ended, and commits that are too large -----------------------------------------------


def _destroy(store: Store) -> None:
    remove(store)
    begin(store)
    while store.purge("c1", limit=1):
        pass


@pytest.mark.emulator
@pytest.mark.parametrize("verb", [processes.unite, processes.reply, _new, _copy, _destroy])
def test_a_verb_whose_transaction_ended_before_its_commit_begins_another(
    emulator: str, wire: Wire, verb: Callable[[Store], object]
) -> None:
    ends = _without_and_with(emulator, wire, "expires", verb)

    assert ends[0] == ends[1]


@pytest.mark.emulator
def test_what_no_commit_could_move_at_once_is_moved_in_several(
    store: FirestoreStore, frail: FirestoreStore, wire: Wire
) -> None:
    processes.prepare(store)
    for n in range(40):
        keep(store, message(f"more{n}", sub="2", conversation="c2", sent_at=after(n)))
    wire.takes = 12

    processes.unite(frail)

    (gate,) = store._database.query(Query(collection="conversations", equal={"id": "c1"}))
    assert gate["unfolded"] == []
    assert store._database.query(Query(collection="messages", equal={"conversation": "c2"})) == []
    assert len(store.messages("c1", limit=50).items) == 42


@pytest.mark.emulator
def test_what_no_commit_could_delete_at_once_is_deleted_in_several(frail: FirestoreStore, wire: Wire) -> None:
    for n in range(5):
        frail.begin(begun(f"b{n}"), act=act("draft"))
    wire.takes = 2

    frail.discard_unsent("1")

    assert frail.unsent("1", now=NOW, limit=9) == []


@pytest.mark.emulator
def test_what_is_too_large_for_any_request_is_said_to_be_too_large(store: FirestoreStore) -> None:
    with pytest.raises(TooLargeError):
        store.save_candidates([candidate("ada", headline="x" * 5_000_000)])


# --- refusals ---------------------------------------------------------------------------------------------


@contextmanager
def refusing(code: grpc.StatusCode) -> Iterator[str]:
    """A server that answers everything with this status, and with words nobody may see."""

    class Refusing(grpc.GenericRpcHandler):
        def service(self, _: Any) -> Any:
            return grpc.unary_stream_rpc_method_handler(lambda _, context: context.abort(code, WORD))

    with ThreadPoolExecutor(1) as pool:
        server = grpc.server(pool, handlers=[Refusing()])
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        yield f"127.0.0.1:{port}"
        server.stop(0).wait()


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (grpc.StatusCode.PERMISSION_DENIED, "may not read and write"),
        (grpc.StatusCode.UNAUTHENTICATED, "credentials"),
        (grpc.StatusCode.NOT_FOUND, "does not exist"),
        (grpc.StatusCode.FAILED_PRECONDITION, "firestore.indexes.json"),
        (grpc.StatusCode.INVALID_ARGUMENT, "too large"),
        (grpc.StatusCode.DATA_LOSS, "DataLoss"),
    ],
)
def test_a_database_that_cannot_be_used_is_told_in_a_sentence(code: grpc.StatusCode, sentence: str) -> None:
    with refusing(code) as emulator, pytest.raises(StoreError, match=sentence) as raised:
        open_store("firestore://acme-prod/lever", Sealer(OLD_KEYS), firestore_emulator=emulator)

    assert WORD not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


@pytest.mark.parametrize(
    "code", [grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.NOT_FOUND, grpc.StatusCode.FAILED_PRECONDITION]
)
def test_the_app_does_not_start_on_it_and_says_nothing_but_that_sentence(
    monkeypatch: pytest.MonkeyPatch, code: grpc.StatusCode
) -> None:
    with refusing(code) as emulator:
        for name, value in {**ENVIRONMENT, "FIRESTORE_EMULATOR_HOST": emulator}.items():
            monkeypatch.setenv(name, value)

        with pytest.raises(SystemExit) as ended:
            create_app()

    assert str(ended.value).startswith("The store ")
    assert len(str(ended.value).splitlines()) == 1


def test_a_machine_without_credentials_says_how_to_get_them_and_nothing_else(tmp_path: Path) -> None:
    elsewhere = {"NO_GCE_CHECK": "true", "CLOUDSDK_CONFIG": str(tmp_path), "HOME": str(tmp_path)}

    ended = subprocess.run(
        [sys.executable, "-c", "from app import create_app; create_app()"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=ENVIRONMENT | elsewhere,
    )

    assert (ended.returncode, ended.stdout) == (1, "")
    assert len(ended.stderr.splitlines()) == 1
    assert "no credentials for Google" in ended.stderr


def test_a_database_that_does_not_answer_is_given_up_soon() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        begun = time.monotonic()

        with pytest.raises(StoreError, match=r"answer|reached|busy"):
            open_store(
                "firestore://acme-prod/lever",
                Sealer(OLD_KEYS),
                firestore_emulator=f"127.0.0.1:{silent.getsockname()[1]}",
            )

    assert time.monotonic() - begun < 9


def test_a_way_that_ends_nowhere_is_noticed_as_google_s_own_client_does() -> None:
    assert set(google._DEFAULT_CHANNEL_OPTIONS) <= set(connection._OPTIONS)


_FORKS = """
import os, sys
from storage import open_store
from storage.sealing import Sealer

store = open_store(sys.argv[1], Sealer(sys.argv[2]), firestore_emulator=sys.argv[3])
store.ping()
for worker in range(3):
    child = os.fork()
    if not child:
        store.ping()
        os._exit(7)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
store.ping()
"""


@pytest.mark.emulator
def test_workers_forked_from_a_process_that_used_the_store_reach_it_and_so_does_that_process(
    emulator: str, project: str
) -> None:
    ended = subprocess.run(  # noqa: S603 (our own)
        [sys.executable, "-c", _FORKS, f"firestore://{project}/forks", OLD_KEYS, emulator],
        check=False,
        cwd=ROOT,
        timeout=60,
    )

    assert ended.returncode == 0


# --- at rest ----------------------------------------------------------------------------------------------


@pytest.mark.emulator
def test_neither_a_token_nor_a_verifier_lies_open(store: FirestoreStore) -> None:
    for sub in "12":
        gate = consent(sub, refresh_token=WORD)
        store.opt_in(gate, mailbox(sub), due_at=NOW, act=act("email-on"))
    store.opt_out("2", revocation=revocation("2", refresh_token=WORD), act=act("email-off"))
    store.attempt_consent(attempt(verifier=WORD))

    for collection in ("consents", "revocations", "attempts"):
        (document,) = store._database.query(Query(collection=collection))
        assert WORD not in repr(dict(document.fields))
        assert WORD not in repr(document)


# --- size -------------------------------------------------------------------------------------------------


@pytest.mark.emulator
def test_a_text_larger_than_any_request_is_stored_whole_and_leaves_nothing_where_it_is_denied(
    store: FirestoreStore,
) -> None:
    text = "👋 " * (5 * TEXT_PIECE)
    followed(store, "1")

    assert keep(store, message(text=text), epoch=2) is Kept.OFF
    assert store._database.query(Query(collection="texts", limit=1)) == []
    assert keep(store, message("k1", text=text)) is Kept.NEW

    assert store.text("k1") == text
    (read,) = store.messages("c1", limit=5).items
    assert (read.text, read.longer) == (text[:TEXT_PIECE], True)


@pytest.mark.emulator
def test_eighty_mails_of_eight_mailboxes_are_stored_into_one_conversation_in_seconds(
    emulator: str, project: str, store: FirestoreStore
) -> None:
    subs = [str(n) for n in range(8)]
    followed(store, *subs)
    begun = time.monotonic()

    def write(sub: str) -> None:
        own = open_firestore(project, "failures", Sealer(OLD_KEYS), emulator=emulator)
        for n in range(10):
            assert keep(own, message(f"{sub}:{n}", sub=sub, sent_at=after(-n))) is Kept.NEW
        own.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, subs))

    assert found(store).summary.count == 80
    assert time.monotonic() - begun < 20
