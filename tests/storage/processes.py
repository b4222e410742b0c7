"""What each of several processes does at once to one store."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import TypeVar

from storage.port import Store
from storage.records import TEXT_PIECE, Slice, ThreadState
from storage.sealing import Sealer
from storage.sqlite import open_sqlite
from storage.sqlite.database import Database
from tests.contracts.store.admission import read_whole
from tests.contracts.store.races import advance, count, store_some
from tests.contracts.store.samples import (
    NOW,
    OLD_KEYS,
    act,
    admit,
    attempt,
    consent,
    conversation,
    followed,
    found,
    keep,
    mailbox,
    message,
    opt_in,
    opt_out,
    request,
    revocation,
    thread,
)

T = TypeVar("T")


def start(path: Path, begin: Barrier, n: int) -> None:
    """Open a store that nobody made yet, and save a key with it."""
    begin.wait()
    store = open_sqlite(path, Sealer(OLD_KEYS))
    store.keep_alias(str(n), "key", store.key("mail", "a"))
    store.close()


def write(path: Path, begin: Barrier, n: int, *, seal_keys: str = OLD_KEYS) -> None:
    """Advance one mailbox, store into one conversation, count, and open another conversation together."""
    store = open_sqlite(path, Sealer(seal_keys))
    begin.wait()
    advance(store, n)
    store_some(store, n)
    count(store, n)
    opt_in(store, f"opener {n}")
    read_whole(store, f"opener {n}", ["k1", "k2", "k3"], opening=f"o{n}")
    store.close()


def find(path: Path, sub: str) -> None:
    """Open the store, find a member and close it again."""
    store = open_sqlite(path, Sealer(OLD_KEYS))
    assert store.member(sub) is not None
    store.close()


# --- dying ------------------------------------------------------------------------------------------------

DEAD = 66


def die(store: T, verb: Callable[[T], object], statements: int) -> None:
    """Begin a verb and be gone, without a word, when so many statements have run.

    Emptying the log comes after the commit: dying there leaves all of the verb, and is not counted.
    """
    left = iter(range(statements))

    def run(statement: str) -> None:
        if not statement.startswith("PRAGMA") and next(left, None) is None:
            os._exit(DEAD)

    database: Database = store._database  # type: ignore[attr-defined]
    database._connection().set_trace_callback(run)
    verb(store)


def prepare(store: Store) -> None:
    """Two conversations of two mailboxes, a mail each; two members on the way, one of whom was in before."""
    for sub in "12":
        followed(store, sub, opening=conversation(f"c{sub}"))
        keep(store, message(f"k{sub}", sub=sub, conversation=f"c{sub}"))
    opt_in(store, "5")
    opt_out(store, "5")
    for sub in "56":
        store.request_consent(request(sub))
        store.attempt_consent(attempt(f"s{sub}", sub=sub))


def unite(store: Store) -> None:
    admit(store, "3", keys=["k1", "k2"])


def reply(store: Store) -> None:
    keep(store, message("k9", conversation="c1", text="long " * TEXT_PIECE), participants=["1", "7"])


def advance_some(store: Store) -> None:
    box = store.mailbox("1")
    assert box is not None
    gone = store.threads("1", ["t1"])["t1"]
    new = (thread("1", "n1"), thread("1", "n2", state=ThreadState.WAITING, who_keys=frozenset({"w"})))
    store.advance(Slice(mailbox=box, cursor=9, threads=new, forget=(gone,)))


def hide(store: Store) -> None:
    read = found(store, "c1").conversation
    store.change(replace(read, secret=True, audience=frozenset({"m:1"})), act=act(conversation="c1"))


def turn_on(store: Store) -> None:
    gate, box = consent("5", epoch=2), mailbox("5", epoch=2)
    store.opt_in(gate, box, due_at=NOW, act=act("email-on", conversation="c1"))


def turn_off(store: Store) -> None:
    assert store.opt_out("1", revocation=revocation(), act=act("email-off", conversation="c1"))


def arrive(store: Store) -> None:
    assert store.take_attempt("s6", browser="browser", now=NOW) == attempt("s6", sub="6")


SUBS = "12356"
VERBS = [unite, reply, advance_some, hide, turn_on, turn_off, arrive]
"""Each writes in several places."""


def all_of(store: Store) -> object:
    """All that these verbs could change."""
    return [copied(store), [store.consent_request(sub) for sub in SUBS]]


def copied(store: Store) -> object:
    """What of it goes into a copy: a request to consent does not outlive ten minutes, and stays behind."""
    return [
        [store.conversation(id_) for id_ in ("c1", "c2")],
        [store.messages(id_, limit=9) for id_ in ("c1", "c2")],
        [store.threads(sub, ["t1", "n1", "n2"]) for sub in "123"],
        [store.conversations_of("ada", tokens=[token], limit=9) for token in ("v", "m:1", "m:2", "m:7")],
        [store.waiting_for("w", limit=9), store.text("k9"), store.acts("c1", limit=9)],
        [
            [
                store.consent(sub),
                store.mailbox(sub),
                store.bell(sub),
                store.holdings(sub),
            ]
            for sub in SUBS
        ],
        [store.revocations(now=NOW, limit=9), [store.secrets_of(sub, limit=9) for sub in "12"]],
        [each.id for each in store.all_candidates(limit=999).items],
    ]
