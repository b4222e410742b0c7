"""A store with one of everything, and all that it answers."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from storage.port import Store
from storage.records import (
    TEXT_PIECE,
    Attention,
    ConversationState,
    Lane,
    Link,
    Look,
    Permission,
    Pointing,
    Reason,
    Removal,
    Role,
    ThreadState,
)
from tests.contracts.store.imports import record as import_record
from tests.contracts.store.imports import whole_record
from tests.contracts.store.removal import destroy, take_out
from tests.contracts.store.samples import (
    NOW,
    act,
    admit,
    after,
    attempt,
    begun,
    candidate,
    consent,
    conversation,
    email_on,
    every,
    followed,
    found,
    head,
    keep,
    mailbox,
    member,
    message,
    opt_in,
    opt_out,
    revocation,
    secret,
    thread,
    whole_mailbox,
)

WORD = "unmistakable"
ODD = ("a/b\x00e\u0301", "\U0001f44b", "\uffee" + "x" * 400)
"""Ids that a path would confuse, that are ordered differently in UTF-8 and UTF-16, or that are very long."""
SUBS = ("1", "2", "3", "4", *ODD)
CONVERSATIONS = ("c1", "c2", "c3", "c4", "c5", "c6", "c7", "none", *ODD)
CANDIDATES = ("ada", "bob", *ODD)
KEYS = ("k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8", "k9", "none", *ODD)
ADDRESSES = ("both@x.example", "ada@x.example", "1@acme.example", "none@x.example", *ODD)
THREADS = ("t1", "t2", "t3", "t4", "t5", "t6", "waits", *ODD)
OPENED = (
    *(("1", "t1", "g-1-k1"), ("1", "none", "again"), ("2", "t1", "g-1-k1"), ("2", "t-c5", "g-2-k7")),
    *(("3", "t2", "g-3-k4"), ("3", "waits", "none")),
    *(("1", f"a{number}", id_) for number, id_ in enumerate(ODD)),
)
"""Mailbox, thread and mail: where it lies, by another of its ids, and where it does not."""
TOKENS = ((), ("v",), ("s",), ("m:1",), ("m:2", "v"), ("m:3", "s"))


def fill(store: Store) -> None:
    _people(store)
    _mail(store)
    _hidden_and_merged(store)
    _beside(store)


def _people(store: Store) -> None:
    store.save_member(
        member(
            addresses=frozenset({"1@acme.example", "one@acme.example"}),
            name=f"{WORD} 👋",
            permissions=frozenset(Permission),
            self_candidates=frozenset({"bob"}),
        ),
        act=act("set-role", subject="1"),
    )
    store.save_member(member("2", role=Role.SUPER_ADMIN, left_at=after(7), scopes_asked_at=after(8)))
    store.save_candidates(
        [
            candidate(addresses=("ada@x.example", "both@x.example"), name=WORD, external_id="x-1", stage="Onsite"),
            candidate(
                "bob",
                addresses=("both@x.example", "by@hand.example"),
                name="Боб",
                url="https://x.example",
                linked=("by@hand.example",),
                leaving={"left@hand.example": "1"},
            ),
            *(candidate(id_, addresses=(id_,), external_id=id_) for id_ in ODD),
        ]
    )
    for id_ in ODD:
        store.save_member(member(id_, email=id_, addresses=frozenset({id_})))
        store.opt_in(consent(id_, refresh_token=id_), mailbox(id_), due_at=NOW, act=email_on())
        store.save_thread(thread(id_, id_))
        store.keep_alias(id_, id_, id_)


def _mail(store: Store) -> None:
    followed(store, "1", "2")
    keep(store, message(head=head(f"{WORD} 1", "1@acme.example", "ada@x.example"), text=WORD))
    keep(store, message(sub="2", head=head(f"{WORD} 1", "1@acme.example", "ada@x.example"), text=WORD))
    keep(store, message(gmail_ids={"1": "again"}))
    keep(store, message("k2", text="Grüße 👋 " * (TEXT_PIECE // 7), sent_at=after(1), reference=None))
    keep(store, message("k3", head=None, text="", sent_at=after(2)))
    for number, id_ in enumerate(ODD):
        admit(store, "1", f"a{number}", opening=conversation(id_))
        mail = message(id_, conversation=id_, gmail_ids={"1": id_}, sent_at=after(-number))
        keep(store, mail, thread=f"a{number}", candidates=[id_])


def _hidden_and_merged(store: Store) -> None:
    opt_in(store, "3")
    admit(store, "3", "t2", opening=secret("c2", by="3"))
    keep(
        store, message("k4", sub="3", conversation="c2"), thread="t2", entitled=["m:3"], candidates=["ada", "bob"]
    )
    for id_, at in (("c3", 3), ("c6", 4)):
        admit(store, "3", f"t{at}", opening=conversation(id_))
        keep(store, message(f"k{at + 2}", sub="3", conversation=id_, sent_at=after(at)), thread=f"t{at}")
    removal = Removal(by="3", role=Role.ADMIN, at=after(5), purge_at=after(days=30), barriers={"3": 7, "1": None})
    removed = replace(found(store, "c3").conversation, state=ConversationState.REMOVED, removal=removal, hold=True)
    store.change(removed, act=act("remove", conversation="c3", at=after(5)))
    for id_, key in (("c5", "k7"), ("c4", "k8")):
        admit(store, "2", f"t-{id_}", opening=conversation(id_))
        keep(store, message(key, sub="2", conversation=id_), thread=f"t-{id_}", candidates=["bob"])
    take_out(store, "2", "c5")
    admit(store, "3", "t-c7", opening=conversation("c7"))
    keep(store, message("k9", sub="3", conversation="c7"), thread="t-c7")
    destroy(store, "c7")
    store.record(act("view", conversation="c5", at=after(1)))
    admit(store, "1", "t5", keys=["k7", "k8"])
    assert found(store, "c5").conversation.id == "c4"


def _beside(store: Store) -> None:
    read = store.mailbox("1")
    assert read is not None
    store.save_mailbox(replace(whole_mailbox(), version=read.version))
    read = store.mailbox("3")
    assert read is not None
    store.save_mailbox(replace(read, attention=Attention.ACCESS_ENDED))
    opt_in(store, "4")
    store.attempt_consent(attempt())
    opt_out(store, "4")
    store.opt_out(ODD[0], revocation=revocation(ODD[0], refresh_token=ODD[0], attempts=2), act=act("email-off"))
    soon, gap = timedelta(seconds=5), timedelta(seconds=60)
    store.ring("1", now=after(9), soon=soon, gap=gap, lane=Lane.INTERACTIVE, notified=77)
    bell = store.bell("2")
    assert bell is not None
    store.settle(bell, ran_at=after(10), due_at=after(600), gap=gap)
    waits = thread(
        "2",
        "waits",
        state=ThreadState.WAITING,
        reasons={Reason.ASKED: Pointing(by="2", at=after(1)), Reason.LABEL: Pointing(by="2", at=NOW)},
        who_keys=frozenset({store.key("who", "eve@x.example"), store.key("who", "ada@x.example")}),
        labelled=frozenset({"g1", "g2"}),
        todo=frozenset({"g1"}),
        starts=2,
        aside=frozenset({"g3"}),
    )
    store.save_thread(waits)
    store.save_thread(replace(waits, sub="3", secret=True, todo_all=True, aside=frozenset(), aside_all=True))
    why = {Reason.IMPORT: Pointing(by="2", at=after(2)), Reason.ORIGIN: Pointing(by=ODD[0], at=NOW)}
    store.save_thread(thread("2", "ended", state=ThreadState.STOPPED, reasons={}, ended=why))
    store.keep_alias("1", "msg-f:1", "t1")
    for each in (
        begun(),
        begun("b2", thread="t1", secret=True),
        begun("b3", sub="2", thread="t2", reference="ref-k1", at=after(1)),
        begun("b4", sub="3", thread="t3", reference="ref-k2", expires_at=after(1)),
        *(begun(id_, sub=id_, thread=id_, reference=id_, candidate=id_) for id_ in ODD),
    ):
        store.begin(each, act=act("draft", subject="ada"))
    for number in range(5):
        store.record(act(f"verb-{number}", conversation="c1", subject="ada"))
    store.record(act("for nobody"))
    store.tally("1", "2025-06-01", {"examined": 3, "denied.no candidate": 2})
    store.tally("1", "2025-06-02", {"examined": 1})
    store.tally("2", "2025-06-02", {"examined": 0})
    for running in (import_record("i1", addresses=(WORD,)), *(import_record(id_, sub=id_) for id_ in ODD[1:])):
        store.start_import(running, act=act("import-address", subject="ada"))
    ended = store.start_import(import_record("i2", candidate="bob"), act=act("import-address", subject="bob"))
    store.save_import(replace(whole_record("i2", candidate="bob"), version=ended.version))
    _examined_and_sealed(store)


def _examined_and_sealed(store: Store) -> None:
    for sub, at in (("1", 1), ("2", 2)):
        seen = Look(
            sub=sub,
            message="h",
            why="label",
            outcome="denied.no_candidate",
            at=after(at),
            expires_at=after(days=at),
        )
        store.tally(sub, "2025-06-03", {"opened": 1}, looks=[seen])
    for n in (1, 2):
        store.seal(Link(n=n, at=after(n), rows=store.unsealed(limit=n).items, hash=f"hash {n}"))


def answers(store: Store) -> dict[str, Any]:
    """What every verb that reads answers, but for versions."""
    said = {
        "key": store.key("address", "ada@x.example"),
        "members": every(lambda cursor: store.members(limit=4, cursor=cursor)),
        "admins": store.members(roles=[Role.SUPER_ADMIN], limit=9).items,
        "members_at": store.members_at(ADDRESSES),
        "bells": every(lambda cursor: store.bells(limit=4, cursor=cursor)),
        "mailboxes": every(lambda cursor: store.mailboxes(limit=4, cursor=cursor)),
        "due": store.due(after(days=1), limit=99),
        "revocations": store.revocations(now=after(days=1), limit=99),
        "unwell": store.unwell(limit=99),
        "purgeable": store.purgeable(now=after(days=99), limit=99),
        "candidates": every(lambda cursor: store.all_candidates(limit=4, cursor=cursor)),
        "external": {id_: store.candidate_by_external_id(id_) for id_ in ("x-1", *ODD)},
        "find": store.find(ADDRESSES),
        "waiting": {
            who: every(lambda cursor, who=who: store.waiting_for(store.key("who", who), limit=1, cursor=cursor))  # type: ignore[misc]
            for who in ("eve@x.example", "ada@x.example", "none")
        },
        "copies": {key: store.copy(key) for key in KEYS},
        "texts": {key: store.text(key) for key in KEYS},
        "opened": [store.opened(sub, thread=thread, message=mail) for sub, thread, mail in OPENED],
        "begun": store.begun(now=after(2), limit=9),
        "begun as": store.begun_as(["ref-k1", "ref-k2", *ODD], now=NOW),
        "cited": {key: store.copies_of(f"ref-{key}", limit=9) for key in KEYS},
        "log": every(lambda cursor: store.acts_since(None, limit=3, cursor=cursor)),
        "log by number": {each.number: each for each in every(lambda c: store.entries(limit=3, cursor=c))},
        "unsealed": set(every(lambda cursor: store.unsealed(limit=3, cursor=cursor))),
        "chain": every(lambda cursor: store.links(limit=1, cursor=cursor)),
        "sums": store.sums(since="2025-01-01"),
        "looks": [store.look(sub, "h", now=after(hours=36)) for sub in SUBS],
    }
    for sub in SUBS:
        said[f"of {sub!r}"] = [
            store.member(sub),
            store.consent(sub),
            store.mailbox(sub),
            store.bell(sub),
            store.threads(sub, THREADS),
            store.work(sub, now=after(days=1), limit=99),
            store.pending(sub),
            store.set_aside(sub, limit=99).items,
            [store.threads_in(sub, state, limit=99).items for state in ThreadState],
            store.alias(sub, "msg-f:1"),
            store.alias(sub, sub),
            store.begun_in(sub, THREADS, now=NOW),
            store.unsent(sub, now=NOW, limit=9),
            store.tallies(sub, since="2025-01-01"),
            store.holdings(sub),
            store.imports(sub, limit=9),
            store.running_imports(sub, limit=9),
            every(lambda cursor, sub=sub: store.secrets_of(sub, limit=1, cursor=cursor)),  # type: ignore[misc]
            every(lambda cursor, sub=sub: store.held_by(sub, limit=3, cursor=cursor)),  # type: ignore[misc]
            every(lambda cursor, sub=sub: store.newest_held(sub, limit=3, cursor=cursor)),  # type: ignore[misc]
            every(lambda cursor, sub=sub: store.taken_out(sub, limit=3, cursor=cursor)),  # type: ignore[misc]
        ]
    for id_ in CONVERSATIONS:
        said[f"in {id_!r}"] = [
            store.conversation(id_),
            every(lambda cursor, id_=id_: store.messages(id_, limit=3, cursor=cursor)),  # type: ignore[misc]
            store.threads_of(id_, limit=99).items,
            store.acts(id_, limit=99),
        ]
    for id_ in CANDIDATES:
        said[f"about {id_!r}"] = [
            every(lambda cursor, t=tokens, id_=id_: store.conversations_of(id_, tokens=t, limit=2, cursor=cursor))  # type: ignore[misc]
            for tokens in TOKENS
        ]
    return {name: bare(value) for name, value in said.items()}


def bare(value: Any) -> Any:
    """Without versions, which are each backend's own."""
    if dataclasses.is_dataclass(value):
        fields = {each.name: bare(getattr(value, each.name)) for each in dataclasses.fields(value)}
        return {name: each for name, each in fields.items() if name != "version"}
    if isinstance(value, Mapping):
        return {name: bare(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [bare(each) for each in value]
    return value
