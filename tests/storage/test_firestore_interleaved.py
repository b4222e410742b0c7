"""Somebody else between any two calls of a verb: it ends as if one had come after the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from secrets import token_hex

import pytest

from storage.firestore import FirestoreStore, open_firestore
from storage.firestore.messages import PIECE
from storage.firestore.queries import Query
from storage.port import ConflictError, Store
from storage.records import ConversationState, Removal, Role
from storage.sealing import Sealer
from tests.contracts.store.admission import repr_without
from tests.contracts.store.removal import destroy, take_out
from tests.contracts.store.samples import (
    NOW,
    OLD_KEYS,
    act,
    admit,
    after,
    conversation,
    followed,
    found,
    keep,
    message,
    thread,
)
from tests.storage.wire import Wire

pytestmark = pytest.mark.emulator

CALLS = 12
"""More than any of these verbs makes before it is done or waits for a lock."""


def bring_bob(store: Store) -> None:
    keep(store, message("bob", sent_at=after(1)), candidates=["ada", "bob"])


def bring_a_person(store: Store) -> None:
    keep(store, message("eve", sub="2", sent_at=after(2)), participants=["2", "7"])


def bring_a_crowd(store: Store) -> None:
    keep(store, message("all", sent_at=after(3)), participants=["1", *(f"{n:021}" for n in range(500))])


def bring_the_first(store: Store) -> None:
    keep(store, message("first", sub="2", sent_at=after(-60)))


def bring_an_earlier(store: Store) -> None:
    keep(store, message("earlier", sent_at=after(-90)))


def hide(store: Store) -> None:
    read = found(store).conversation
    store.change(
        replace(read, secret=True, secret_by="1", secret_at=NOW, audience=frozenset({"m:1"})),
        act=act(conversation="c1"),
    )


def show(store: Store) -> None:
    read = found(store).conversation
    store.change(replace(read, secret=False, audience=frozenset({"v"})), act=act("show", conversation="c1"))


def remove(store: Store) -> None:
    removal = Removal(by="1", role=Role.ADMIN, at=NOW, purge_at=after(days=30))
    read = found(store).conversation
    store.change(
        replace(read, state=ConversationState.REMOVED, removal=removal), act=act("remove", conversation="c1")
    )


def take_mine_out(store: Store) -> None:
    take_out(store, "1")


def take_theirs_out(store: Store) -> None:
    take_out(store, "2")


def hold_it_too(store: Store) -> None:
    keep(store, message("k1", sub="2"))


def purge(store: Store) -> None:
    destroy(store)


def unite(store: Store) -> None:
    admit(store, "2", "other", keys=["k1", "k2"])


def unite_further(store: Store) -> None:
    admit(store, "1", "t1", keys=["k1", "k0"])


def join(store: Store) -> None:
    admit(store, "3", keys=["k2"], opening=conversation("c9"))


@pytest.mark.parametrize(
    ("verb", "other"),
    [
        (bring_bob, bring_a_person),
        (bring_a_person, bring_bob),
        (bring_a_crowd, bring_a_person),
        (bring_a_crowd, bring_bob),
        (bring_a_person, bring_a_crowd),
        (bring_the_first, bring_an_earlier),
        (bring_bob, hide),
        (bring_a_person, remove),
        (show, bring_a_person),
        (hide, bring_bob),
        (unite, bring_bob),
        (unite, unite_further),
        (join, unite),
        (take_mine_out, hold_it_too),
        (hold_it_too, take_mine_out),
        (take_mine_out, take_theirs_out),
        (bring_a_person, take_theirs_out),
        (take_theirs_out, bring_a_person),
        (purge, hold_it_too),
        (unite, take_mine_out),
    ],
)
def test_who_comes_between_came_before_or_after(
    emulator: str, verb: Callable[[Store], None], other: Callable[[Store], None]
) -> None:
    with office(emulator) as (store, _, _):
        verb(store)
        other(store)
        one = state(store)
    with office(emulator) as (store, _, _):
        other(store)
        verb(store)
        two = state(store)

    for calls in range(CALLS):
        with office(emulator) as (store, frail, wire):
            wire.meanwhile = (calls, partial(stubbornly, other, store))
            stubbornly(verb, frail)
            if wire.waits:
                break
            if wire.came:
                assert state(store) in (one, two)


def test_what_was_hidden_while_a_list_was_read_is_not_shown(emulator: str) -> None:
    for calls in range(3):
        with office(emulator) as (store, frail, wire):
            wire.meanwhile = (calls, partial(hide, store))

            shown = frail.conversations_of("ada", tokens=["v", "m:2"], limit=9).items

            hidden = not wire.waits
            assert [each.conversation.secret for each in shown if each.conversation.id == "c1"] == (
                [] if hidden else [False]
            )


def list_them(store: Store) -> list[str]:
    return [each.text for each in store.messages("c1", limit=9).items if each.key == "long"]


def read_it(store: Store) -> list[str]:
    return [text] if (text := store.text("long")) else []


def open_it(store: Store) -> list[str]:
    copy = store.copy("long")
    return [copy.message.text] if copy and copy.message.head else []


@pytest.mark.parametrize("read", [list_them, read_it, open_it])
def test_a_long_mail_that_is_destroyed_while_it_is_read_is_read_again(
    emulator: str, read: Callable[[Store], list[str]]
) -> None:
    text = "👋" * (2 * PIECE)
    for calls in range(4):
        with office(emulator) as (store, frail, wire):
            keep(store, message("long", text=text))
            wire.meanwhile = (calls, partial(destroy, store))

            try:
                came = read(frail)
            except ConflictError:
                came = read(frail)

            assert came in ([text], [])


@contextmanager
def office(emulator: str) -> Iterator[tuple[FirestoreStore, FirestoreStore, Wire]]:
    """Three conversations of four mails, one store, and another handle on it."""
    project, wire, sealer = f"test-{token_hex(8)}", Wire(), Sealer(OLD_KEYS)
    store = open_firestore(project, "interleaved", sealer, emulator=emulator)
    frail = open_firestore(project, "interleaved", sealer, emulator=emulator, interceptors=[wire])
    followed(store, "1", "2")
    keep(store, message("k1"))
    keep(store, message("theirs", sub="2", sent_at=after(-5)))
    for n in (0, 2):
        admit(store, "2", f"t-{n}", opening=conversation(f"c{n}"))
        keep(store, message(f"k{n}", sub="2", conversation=f"c{n}"), thread=f"t-{n}")
    store.save_thread(thread("2", "other"))
    yield store, frail, wire
    frail.close()
    store.close()


def stubbornly(verb: Callable[[Store], None], store: Store) -> None:
    """Read again and again, as the sync does."""
    for _ in range(5):
        try:
            verb(store)
        except ConflictError:
            continue
        return
    pytest.fail("It never went through.")


def state(store: FirestoreStore) -> str:
    """All that these verbs could change, under every id, and the lists as they lie there."""
    ids = ("c0", "c1", "c2", "c9")
    seen = [
        [store.conversation(id_) for id_ in ids],
        [store.messages(id_, limit=99) for id_ in ids],
        [store.threads_of(id_, limit=99) for id_ in ids],
        [
            store.conversations_of(candidate, tokens=[token], limit=99)
            for candidate in ("ada", "bob")
            for token in ("v", "m:1", "m:2", "m:7")
        ],
        [store.threads(sub, ["t1", "other", "t-0", "t-2"]) for sub in "123"],
        store.acts("c1", limit=9),
        sorted(
            (each.path, sorted(each["audience"]), each["last_at"])
            for each in store._database.query(Query(collection="links"))
        ),
    ]
    return re.sub(r"\('version', '[^']*'\)", "", repr_without("nothing", seen))
