"""No document nears the 1 MiB that Firestore allows: the largest of each kind that Gmail and a company can bring.

What bounds each is in docs/decisions/0008-what-bounds-a-document.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from secrets import token_hex

import pytest
from google.cloud.firestore_v1 import types

from storage.firestore import open_firestore
from storage.firestore.documents import read
from storage.firestore.messages import MOST_HEAD, MOST_TEXT
from storage.firestore.transfer import open_transfer
from storage.port import Store
from storage.records import MOST_OUTSIDE, Conversation, ConversationState, Kept, Summary
from storage.sealing import Sealer
from storage.transfer import Gathered, Mail
from tests.backends import Place
from tests.contracts.store.crowds import LABELS, PEOPLE, WHOLE_THREAD
from tests.contracts.store.samples import (
    NOW,
    OLD_KEYS,
    act,
    admit,
    after,
    candidate,
    conversation,
    followed,
    found,
    head,
    keep,
    member,
    message,
    thread,
    whole_mailbox,
)
from tests.storage import indexes

pytestmark = pytest.mark.emulator

Document = types.Document.pb()

MEGABYTE = 1_048_576
MOST_ENTRIES, MOST_INDEXED, LONGEST_ENTRY = 40_000, 8 * MEGABYTE, 7680
"""Entries of one document in all indexes, their bytes together, and those of one."""
COLLEAGUES = [f"{n:021}" for n in range(5000)]
"""Members of one company, each on the mail."""
HOLDERS = COLLEAGUES[:2000]
"""Members who each have Email on and pointed at the same mail."""
STRANGERS = frozenset(f"{n:03}" + "𠮷" * 197 for n in range(MOST_OUTSIDE))
"""People from outside, as long as they are kept."""
UNIONS = [f"{n:032x}" for n in range(2000)]
"""Ids of conversations that turned out to be one."""


@pytest.fixture
def place(emulator: str, tmp_path: Path) -> Place:
    return Place(url=f"firestore://test-{token_hex(8)}/bounds", folder=tmp_path, emulator=emulator)


@pytest.fixture
def store(place: Place) -> Store:
    return open_firestore(place.url.split("/")[2], "bounds", Sealer(OLD_KEYS), emulator=place.emulator)


def a_mailbox_with_every_label_there_can_be(store: Store) -> None:
    followed(store, "1")
    box = store.mailbox("1")
    assert box is not None
    labels = frozenset(f"Label_{10**18 + n}" for n in range(LABELS))
    store.save_mailbox(replace(whole_mailbox(), seen_labels=labels, version=box.version))


def a_whole_thread_that_waits(store: Store) -> None:
    people = frozenset(f"{n:032x}" for n in range(PEOPLE))
    store.save_thread(thread(who_keys=people, **WHOLE_THREAD))


def a_candidate_and_a_member_of_a_hundred_addresses(store: Store) -> None:
    addresses = [f"{n:0244}@people.example" for n in range(100)]
    said = dict.fromkeys(("name", "headline", "stage", "owner", "url", "external_id"), "名" * 500)
    store.save_candidates([candidate(f"c{n}", addresses=tuple(addresses), **said) for n in range(50)])
    store.save_member(member(addresses=frozenset(addresses)))


def a_conversation_of_a_whole_company(store: Store) -> None:
    followed(store, "1")
    keep(store, message(), participants=COLLEAGUES, named=COLLEAGUES, outside=STRANGERS)


def a_secret_of_a_whole_company(store: Store) -> None:
    a_conversation_of_a_whole_company(store)
    audience = frozenset(f"m:{sub}" for sub in COLLEAGUES)
    store.change(replace(found(store).conversation, secret=True, audience=audience), act=act(conversation="c1"))


def a_conversation_about_a_thousand(store: Store) -> None:
    followed(store, "1")
    keep(store, message(), candidates=[f"{n:032x}" for n in range(1000)])


@pytest.mark.parametrize(
    "largest",
    [
        a_mailbox_with_every_label_there_can_be,
        a_whole_thread_that_waits,
        a_candidate_and_a_member_of_a_hundred_addresses,
        a_conversation_of_a_whole_company,
        a_secret_of_a_whole_company,
        a_conversation_about_a_thousand,
    ],
)
def test_the_largest_of_its_kind_takes_less_than_half_a_document_and_half_its_entries_in_indexes(
    store: Store, place: Place, largest: Callable[[Store], None]
) -> None:
    largest(store)

    assert 10_000 < max(map(len, place.documents())) < MEGABYTE / 2
    assert_indexed(place)


def test_a_mail_that_thousands_hold_takes_in_the_next(store: Store, place: Place) -> None:
    ids = {sub: f"{n:016x}" for n, sub in enumerate(HOLDERS)}
    held = message(head=head("x" * (MOST_HEAD - 1000)), text="é" * (MOST_TEXT // 2 - 500), gmail_ids=ids)
    followed(store, "next")
    nobody = frozenset[str]()
    copies = frozenset(ids.items())
    _written(place, Mail(message=held, copies=copies, participants=nobody, named=nobody, outside=STRANGERS))

    assert keep(store, message(sub="next")) is Kept.HOLDER_ADDED

    read = store.copy("k1")
    assert read is not None
    assert read.message.holders == {*HOLDERS, "next"}
    assert MEGABYTE / 2 < max(map(len, place.documents())) < MEGABYTE
    assert_indexed(place)


def test_what_came_of_thousands_of_unions_is_united_once_more(store: Store, place: Place) -> None:
    merged = [
        Gathered(
            conversation=conversation(id_, state=ConversationState.MERGED, into="c1"),
            summary=None,
            first=None,
            aliases=frozenset(),
        )
        for id_ in UNIONS
    ]
    _written(place, *merged, _gathered(conversation("c1"), aliases=frozenset(UNIONS)))
    followed(store, "1", opening=conversation("c0"))
    keep(store, message("k0", conversation="c0", sent_at=after(-9)))
    store.save_thread(thread("2", conversation=UNIONS[7]))
    assert found(store, UNIONS[7]).conversation.id == "c1"

    admit(store, "2", keys=["k0"])

    assert {found(store, id_).conversation.id for id_ in (UNIONS[0], UNIONS[-1], "c1")} == {"c0"}
    assert max(map(len, place.documents())) < MEGABYTE / 2


def assert_indexed(place: Place) -> None:
    """No document takes more than half of what Firestore allows in indexes; the emulator has none."""
    for each in map(Document.FromString, place.documents()):
        collection, _, id_ = each.name.partition("/documents/")[2].partition("/")
        fields = {name: read(value) for name, value in each.fields.items()}
        entries = indexes.entries(collection, id_, fields)
        assert len(entries) <= MOST_ENTRIES / 2
        assert sum(entries) <= MOST_INDEXED / 2
        assert max(entries, default=0) <= LONGEST_ENTRY


def _gathered(said: Conversation, *, aliases: frozenset[str]) -> Gathered:
    nobody = frozenset[str]()
    summary = Summary(
        conversation=said.id,
        subject="",
        count=0,
        last_at=NOW,
        holders=nobody,
        participants=nobody,
        named=nobody,
        candidates=nobody,
    )
    return Gathered(conversation=said, summary=summary, first=None, aliases=aliases)


def _written(place: Place, *rows: Gathered | Mail) -> None:
    transfer = open_transfer(
        place.url.split("/")[2], "bounds", Sealer(OLD_KEYS), make=False, emulator=place.emulator
    )
    transfer.write(rows)
    transfer.close()
