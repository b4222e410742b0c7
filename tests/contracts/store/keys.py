"""Keyed hashes and sealing, as far as they can be seen from outside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.port import Store, StoreError
from storage.sealing import IndexKey
from tests.contracts.store.opening import Opening, OpenStore
from tests.contracts.store.samples import (
    NEW_KEYS,
    ROTATED_KEYS,
    candidate,
    consent,
    email_on,
    followed,
    keep,
    mailbox,
    message,
)
from tests.contracts.store.values import RANDOM, TEXTS

PARTS = st.tuples(TEXTS, st.lists(TEXTS, max_size=3))


class Keys(Opening):
    def test_the_store_answers(self, store: Store) -> None:
        store.ping()

    def test_a_closed_handle_leaves_the_others_alone(self, store: Store, open_store: OpenStore) -> None:
        other = open_store()

        store.close()

        other.ping()
        other.close()

    def test_the_same_parts_have_the_same_key_in_every_process(self, store: Store, open_store: OpenStore) -> None:
        other = open_store()

        assert other.key("address", "ada@example.org") == store.key("address", "ada@example.org")
        other.close()

    def test_a_key_is_128_bits_in_hex_and_cannot_be_made_without_the_store(self, store: Store) -> None:
        key = store.key("address", "ada@example.org")

        assert len(key) == 32
        assert set(key) <= set("0123456789abcdef")
        assert key != IndexKey("00" * 32).key("address", "ada@example.org")

    @RANDOM
    @given(one=PARTS, other=PARTS)
    def test_different_kinds_and_splits_never_share_a_key(
        self, store: Store, one: tuple[str, list[str]], other: tuple[str, list[str]]
    ) -> None:
        same = (one[0], *one[1]) == (other[0], *other[1])

        assert (store.key(one[0], *one[1]) == store.key(other[0], *other[1])) is same

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (("mail", "ab", "c"), ("mail", "a", "bc")),
            (("mail", "a", "b"), ("mail", "ab")),
            (("mail", "a"), ("mail", "a", "")),
            (("mail", "a"), ("maila",)),
            (("mail", "a"), ("address", "a")),
            (("mail", "a|b"), ("mail", "a", "b")),
            (("mail", "a\x00b"), ("mail", "a", "b")),
            (("mail", "A"), ("mail", "a")),
        ],
    )
    def test_parts_cannot_run_into_each_other(
        self, store: Store, one: tuple[str, ...], other: tuple[str, ...]
    ) -> None:
        assert store.key(*one) != store.key(*other)

    def test_half_a_character_has_a_key_too(self, store: Store) -> None:
        assert store.key("mail", "\udc80") == store.key("mail", "\ufffd")

    def test_after_a_rotation_keys_are_the_same_and_what_was_sealed_still_opens(
        self, store: Store, open_store: OpenStore
    ) -> None:
        followed(store, "1")
        keep(store, message(text="Sealed with the old key."))
        store.save_candidates([candidate()])

        rotated = open_store(ROTATED_KEYS)

        assert rotated.key("mail", "a") == store.key("mail", "a")
        assert rotated.find(["ada@example.org"]) == {"ada@example.org": {"ada"}}
        assert rotated.text("k1") == "Sealed with the old key."
        rotated.opt_in(consent("2", refresh_token="new"), mailbox("2"), due_at=mailbox().since, act=email_on())
        with pytest.raises(StoreError):
            store.consent("2")
        rotated.close()

    def test_without_the_key_it_was_sealed_with_a_store_does_not_open(
        self, store: Store, open_store: OpenStore
    ) -> None:
        store.key("mail", "a")

        with pytest.raises(StoreError, match="SEAL_KEYS"):
            open_store(NEW_KEYS).key("mail", "a")
