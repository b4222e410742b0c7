"""Sealed values open where they were sealed, with a key that is listed, unchanged; nothing else opens."""

from __future__ import annotations

import base64
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.port import StoreError
from storage.sealing import IndexKey, Sealer, SealError, key_id_of, storable

ONE = "k1:" + base64.b64encode(b"1" * 32).decode()
TWO = "k2:" + base64.b64encode(b"2" * 32).decode()


@given(text=st.text(), kind=st.text(max_size=5), id_=st.text(max_size=5), field=st.text(max_size=5))
def test_what_is_sealed_opens_again(text: str, kind: str, id_: str, field: str) -> None:
    sealer = Sealer(ONE)

    assert sealer.open(kind, id_, field, sealer.seal(kind, id_, field, text)) == text


def test_a_sealed_value_shows_its_key_and_nothing_of_its_text() -> None:
    sealed = Sealer(f"{TWO},{ONE}").seal("messages", "m", "text", "unmistakable")

    assert sealed.startswith(b"k2:")
    assert b"unmistakable" not in sealed


def test_the_same_text_is_never_sealed_alike() -> None:
    sealer = Sealer(ONE)

    assert sealer.seal("a", "b", "c", "same") != sealer.seal("a", "b", "c", "same")


@pytest.mark.parametrize(
    "place",
    [
        ("candidates", "m", "text"),
        ("messages", "n", "text"),
        ("messages", "m", "head"),
        ("messagesm", "", "text"),
        ("messages", "mtext", ""),
    ],
)
def test_a_value_that_was_moved_does_not_open(place: tuple[str, str, str]) -> None:
    sealer = Sealer(ONE)
    sealed = sealer.seal("messages", "m", "text", "unmistakable")

    with pytest.raises(SealError) as raised:
        sealer.open(*place, sealed)
    assert "unmistakable" not in str(raised.value)


def test_no_changed_value_opens() -> None:
    sealer = Sealer(ONE)
    sealed = sealer.seal("messages", "m", "text", "text")

    for at in range(len(sealed)):
        changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        with pytest.raises(SealError):
            sealer.open("messages", "m", "text", changed)
    for end in range(len(sealed)):
        with pytest.raises(SealError):
            sealer.open("messages", "m", "text", sealed[:end])


def test_every_listed_key_opens_and_the_first_seals() -> None:
    old = Sealer(ONE).seal("a", "b", "c", "text")
    rotated = Sealer(f"{TWO}, {ONE}")

    assert rotated.open("a", "b", "c", old) == "text"
    assert Sealer(TWO).open("a", "b", "c", rotated.seal("a", "b", "c", "text")) == "text"


def test_a_value_of_a_key_that_is_not_listed_asks_for_the_key_and_names_the_kind() -> None:
    sealed = Sealer(ONE).seal("messages", "an-id", "text", "unmistakable")

    with pytest.raises(SealError) as raised:
        Sealer(TWO).open("messages", "an-id", "text", sealed)
    assert str(raised.value) == (
        "A value of messages was sealed with the key k1, which is not in SEAL_KEYS: list that key again."
    )
    assert issubclass(SealError, StoreError)


def test_another_key_under_the_same_name_is_said_to_be_possible() -> None:
    sealed = Sealer(ONE).seal("messages", "an-id", "text", "words")

    with pytest.raises(SealError, match="or the key k1 of SEAL_KEYS is not the one it was"):
        Sealer(TWO.replace("k2", "k1")).open("messages", "an-id", "text", sealed)


@pytest.mark.parametrize("strange", [b"", b":", b"k1", b"\xffk:x", b"k 1:x", b"x" * 33 + b":x", b"x" * 99])
def test_what_names_no_key_is_said_to_be_changed_and_not_echoed(strange: bytes) -> None:
    with pytest.raises(SealError) as raised:
        Sealer(ONE).open("messages", "an-id", "text", strange)

    assert str(raised.value) == "A sealed value of messages does not open: it was changed or moved."
    assert key_id_of(strange) == ""


@pytest.mark.parametrize("key_id", ["k", "2026-03_b", "x" * 32])
def test_a_key_is_named_by_what_it_sealed(key_id: str) -> None:
    sealer = Sealer(f"{key_id}:{ONE.partition(':')[2]},{TWO}")

    assert key_id_of(sealer.seal("a", "b", "c", "text")) == key_id == sealer.first
    assert sealer.key_ids == (key_id, "k2")


def test_another_key_under_a_listed_id_opens_nothing() -> None:
    sealed = Sealer(ONE).seal("a", "b", "c", "text")

    with pytest.raises(SealError):
        Sealer(TWO.replace("k2", "k1")).open("a", "b", "c", sealed)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "k1",
        "k1:",
        ":" + ONE.partition(":")[2],
        "k 1:" + ONE.partition(":")[2],
        f"{ONE},",
        f"{ONE},{ONE}",
        "k1:c2hvcnQ=",
        "k1:not!base64!unmistakable",
        ONE.partition(":")[2],
        ONE.replace("k1:", "k1:!"),
        "k1:" + base64.b64encode(b"1" * 33).decode(),
    ],
)
def test_bad_keys_are_refused_with_an_example_and_without_echo(value: str) -> None:
    with pytest.raises(ValueError, match="SEAL_KEYS must be") as raised:
        Sealer(value)

    said = str(raised.value)
    assert "SEAL_KEYS=k1:" in said
    assert "python3 -c" in said
    assert raised.value.__suppress_context__ or raised.value.__context__ is None
    for secret in (each for part in value.split(",") for each in part.split(":")[1:] if len(each) > 4):
        assert secret not in said


def test_the_command_and_the_example_that_are_given_make_keys_that_work() -> None:
    with pytest.raises(ValueError, match="SEAL_KEYS") as raised:
        Sealer("")
    said = str(raised.value)
    example = said.partition("SEAL_KEYS=")[2].partition(" ")[0]
    command = said.partition('python3 -c "')[2].partition('"')[0]

    made = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)  # noqa: S603 (our own command)

    for keys in (example, made.stdout.strip()):
        sealer = Sealer(keys)
        assert sealer.open("a", "b", "c", sealer.seal("a", "b", "c", "text")) == "text"


def test_a_sealer_does_not_show_its_keys() -> None:
    assert base64.b64encode(b"1" * 32).decode() not in repr(Sealer(ONE)) + repr(vars(Sealer(ONE)))


def test_an_index_key_is_new_every_time_and_known_by_its_text() -> None:
    one, other = IndexKey.new(), IndexKey.new()

    assert one != other
    assert IndexKey(one).key("a", "b") == IndexKey(one).key("a", "b")
    assert IndexKey(one).key("a", "b") != IndexKey(other).key("a", "b")


@given(st.text(st.characters()))
def test_storable_text_can_always_be_encoded_and_keeps_its_length(text: str) -> None:
    assert len(storable(text).encode().decode()) == len(text)


def test_only_half_characters_are_replaced() -> None:
    assert storable("a\ud83d\U0001f44b\udc80") == "a\ufffd\U0001f44b\ufffd"
