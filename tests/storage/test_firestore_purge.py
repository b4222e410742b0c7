"""What was purged is in no document any more."""

from __future__ import annotations

from collections.abc import Iterator
from secrets import token_hex

import pytest

from storage.firestore import FirestoreStore, open_firestore
from storage.firestore.messages import gmail_key
from storage.firestore.queries import Query
from storage.sealing import Sealer
from tests.contracts.store.removal import destroy, destroy_copies, take_out
from tests.contracts.store.samples import OLD_KEYS, followed, head, keep, message

pytestmark = pytest.mark.emulator

LONG = "unmistakable " * 80_000


@pytest.fixture
def store(emulator: str) -> Iterator[FirestoreStore]:
    store = open_firestore(f"test-{token_hex(8)}", "purge", Sealer(OLD_KEYS), emulator=emulator)
    yield store
    store.close()


def documents(store: FirestoreStore, collection: str) -> list[dict[str, object]]:
    return [dict(each.fields) for each in store._database.query(Query(collection=collection))]


def test_of_a_purged_mail_no_piece_of_text_or_head_and_no_gmail_id_is_left(store: FirestoreStore) -> None:
    followed(store, "1", "2")
    keep(store, message(text=LONG, head=head("s" * 500_000)), outside=["ada@example.org" * 10])
    keep(store, message(sub="2"))
    assert len(documents(store, "texts")) > 3

    destroy(store)

    assert documents(store, "texts") == []
    [mail] = documents(store, "messages")
    assert (mail["head"], mail["text"], mail["outside"]) == (None, None, None)
    assert (mail["gmail_ids"], mail["gmail_keys"]) == ("{}", [])
    [summary] = documents(store, "summaries")
    assert [len(bytes(summary[name])) < 100 for name in ("subject", "outside")] == [True, True]  # type: ignore[call-overload]


def test_of_copies_that_were_out_only_their_own_documents_go(store: FirestoreStore) -> None:
    followed(store, "1", "2")
    keep(store, message("mine", sub="1", text=LONG))
    keep(store, message("shared", sub="1"))
    keep(store, message("shared", sub="2"))
    take_out(store, "1")

    destroy_copies(store, "1")

    assert documents(store, "texts") == []
    keys = {str(each["key"]): each["gmail_keys"] for each in documents(store, "messages")}
    assert keys == {"mine": [], "shared": [gmail_key("2", "g-2-shared")]}
    assert store.text("shared") == "See you on Monday."
