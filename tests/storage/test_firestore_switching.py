"""Somebody else between any two calls while a member turns Email on or off: one came after the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from secrets import token_hex

import pytest

from storage.firestore import FirestoreStore, open_firestore
from storage.firestore.queries import Query
from storage.port import ConflictError, Store
from storage.records import ConsentAttempt, Refusal, Slice
from storage.sealing import Sealer
from tests.contracts.store.admission import repr_without
from tests.contracts.store.samples import (
    NOW,
    OLD_KEYS,
    act,
    after,
    attempt,
    consent,
    followed,
    keep,
    mailbox,
    message,
    opt_in,
    opt_out,
    request,
    revocation,
    thread,
)
from tests.storage.test_firestore_interleaved import stubbornly
from tests.storage.wire import Wire

pytestmark = pytest.mark.emulator

CALLS = 12
"""More than any of these verbs makes before it is done or waits for a lock."""


def turn_off(store: Store) -> None:
    read = store.consent("1")
    if read is not None:
        waits = revocation(id=f"r-{read.epoch}", refresh_token=read.refresh_token)
        store.opt_out("1", revocation=waits, act=act("email-off", at=after(1), conversation="c1"))


def turn_on(store: Store) -> None:
    gate = consent(epoch=2, refresh_token="2//")
    store.opt_in(gate, mailbox(epoch=2), due_at=after(2), act=act("email-on", at=after(2), conversation="c1"))


def off_and_on(store: Store) -> None:
    turn_off(store)
    turn_on(store)


def on_and_off(store: Store) -> None:
    turn_on(store)
    turn_off(store)


def arrive(store: Store) -> None:
    store.take_attempt("one", browser="browser", now=NOW)


def arrive_with_another(store: Store) -> None:
    store.take_attempt("two", browser="browser", now=NOW)


def ask_again(store: Store) -> None:
    store.request_consent(request(nonce="newer"))


def be_refused(store: Store) -> None:
    store.refuse_consent("1", nonce="nonce-1", refusal=Refusal.DECLINED)


def bring_mail(store: Store) -> None:
    keep(store, message())


def advance(store: Store) -> None:
    box = store.mailbox("1")
    if box is not None:
        store.advance(Slice(mailbox=box, cursor=9, threads=(thread("1", "new"),)))


def claim(store: Store) -> None:
    store.claim("1", owner="a", now=NOW, until=after(60))


def expire(store: Store) -> None:
    store.expire_attempts(now=after(days=1))


def fail(store: Store) -> None:
    store.revocation_failed(revocation(attempts=1))


def revoke(store: Store) -> None:
    store.revoked("r-1")


@pytest.mark.parametrize(
    ("verb", "other"),
    [
        (turn_off, turn_on),
        (turn_off, off_and_on),
        (turn_on, turn_off),
        (turn_on, on_and_off),
        (turn_off, advance),
        (advance, turn_off),
        (advance, off_and_on),
        (claim, turn_off),
        (bring_mail, turn_off),
        (bring_mail, off_and_on),
        (arrive, arrive_with_another),
        (arrive, ask_again),
        (arrive, turn_on),
        (arrive, expire),
        (be_refused, ask_again),
        (be_refused, turn_on),
    ],
)
def test_who_comes_between_came_before_or_after(
    emulator: str, verb: Callable[[Store], None], other: Callable[[Store], None]
) -> None:
    between(emulator, verb, other, prepared=lambda _: None)


@pytest.mark.parametrize(("verb", "other"), [(turn_on, on_and_off), (fail, turn_on), (revoke, on_and_off)])
def test_likewise_where_a_token_waits_to_be_revoked(
    emulator: str, verb: Callable[[Store], None], other: Callable[[Store], None]
) -> None:
    between(emulator, verb, other, prepared=lambda store: opt_out(store, "1"))


@pytest.mark.parametrize("theirs", ["one", "two"])
def test_of_two_who_arrive_with_one_link_one_has_it_whenever_the_other_comes(emulator: str, theirs: str) -> None:
    for calls in range(CALLS):
        with office(emulator) as (store, frail, wire):
            had: list[ConsentAttempt | None] = []
            wire.meanwhile = (
                calls,
                lambda: had.append(store.take_attempt(theirs, browser="browser", now=NOW)),  # noqa: B023 (at once)
            )
            had.append(frail.take_attempt("one", browser="browser", now=NOW))
            if wire.waits:
                return
            assert len([each for each in had if each is not None]) == 1
    pytest.fail("The other always came between.")


def test_an_attempt_whose_answer_was_lost_is_nobodys_once_the_member_asked_anew(emulator: str) -> None:
    with office(emulator) as (store, frail, wire):
        wire.loses = 1
        wire.meanwhile = (3, partial(ask_again, store))  # before it is looked up what became of the commit

        assert frail.take_attempt("one", browser="browser", now=NOW) is None

        assert wire.came
        assert store.consent_request("1") == request(nonce="newer")


def between(
    emulator: str,
    verb: Callable[[Store], None],
    other: Callable[[Store], None],
    *,
    prepared: Callable[[Store], None],
) -> None:
    ends = []
    for order in ((verb, other), (other, verb)):
        with office(emulator) as (store, _, _):
            prepared(store)
            for each in order:
                each(store)
            ends.append(state(store))

    for calls in range(CALLS):
        with office(emulator) as (store, frail, wire):
            prepared(store)
            wire.meanwhile = (calls, partial(stubbornly, other, store))
            stubbornly(verb, frail)
            if wire.waits:
                break
            if wire.came:
                assert state(store) in ends


@contextmanager
def office(emulator: str) -> Iterator[tuple[FirestoreStore, FirestoreStore, Wire]]:
    """A member who is in and asked anew, and two browsers on the way; one store, and another handle on it."""
    project, wire, sealer = f"test-{token_hex(8)}", Wire(), Sealer(OLD_KEYS)
    store = open_firestore(project, "switching", sealer, emulator=emulator)
    frail = open_firestore(project, "switching", sealer, emulator=emulator, interceptors=[wire])
    followed(store, "1")
    opt_in(store, "2")
    store.request_consent(request())
    for name in ("one", "two"):
        store.attempt_consent(attempt(name))
    yield store, frail, wire
    frail.close()
    store.close()


def state(store: FirestoreStore) -> str:
    """All that these verbs could change, and whether an attempt is left; asking that changes it, so it is last."""
    seen = [
        [store.consent("1"), store.mailbox("1"), store.bell("1"), store.consent_request("1")],
        store.revocations(now=after(days=9), limit=9),
        len(store._database.query(Query(collection="revocations"))),
        store.threads("1", ["new"]),
        [store.conversation("c1"), store.messages("c1", limit=9), store.acts("c1", limit=9)],
        [left(store, name) for name in ("one", "two")],
    ]
    return re.sub(r"\('version', '[^']*'\)", "", repr_without("nothing", seen))


def left(store: Store, name: str) -> bool:
    try:
        store.attempt_consent(replace(attempt(name), browser="looking"))
    except ConflictError:
        return True
    return False
