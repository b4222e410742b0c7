"""What a push says: an address and a history id, and nothing at all where it says anything else."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addon.notification import Notification, read
from tests.office import ANNA, SUBSCRIPTION, TOPIC, push_body

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda each: st.lists(each) | st.dictionaries(st.text(), each),
)


def told(**changes: Any) -> Notification | None:
    return read(push_body({"emailAddress": ANNA, "historyId": 77} | changes))


@pytest.mark.parametrize("value", [9876543210, "9876543210"])
def test_a_history_id_is_a_number_or_a_text(value: object) -> None:
    assert told(historyId=value) == Notification(address=ANNA, history_id=9876543210, subscription=SUBSCRIPTION)


@pytest.mark.parametrize(
    "value", [None, -1, 1.5, True, "", "-1", "1e9", "\u0661", " 1", 2**63, "9" * 40, "x", [1], {}]
)
def test_an_odd_history_id_rings_all_the_same(value: object) -> None:
    found = told(historyId=value)

    assert found is not None
    assert (found.address, found.history_id) == (ANNA, 0)


def test_an_address_is_lower_case() -> None:
    found = told(emailAddress=" Anna@ACME.example")

    assert found is not None
    assert found.address == ANNA


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("padding", [True, False])
def test_both_alphabets_of_base64_are_read_with_and_without_padding(encode: Any, *, padding: bool) -> None:
    data = encode('{"emailAddress": "?>~ü@acme.example", "historyId": 1}'.encode()).decode()
    data = data if padding else data.rstrip("=")

    found = read(json.dumps({"message": {"data": data}, "subscription": SUBSCRIPTION}).encode())

    assert found is not None
    assert found.address == "?>~ü@acme.example"


@given(body=st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_what_is_no_push_is_nothing(body: bytes) -> None:
    assert read(body) is None


@given(value=JSON)
def test_whatever_is_told_is_read_or_nothing(value: Any) -> None:
    found = read(push_body(value))

    assert found is None or found.address


def test_an_address_longer_than_any_is_nothing() -> None:
    assert told(emailAddress="x" * 320) is not None
    assert told(emailAddress="x" * 321) is None
    assert told(emailAddress="") is None


def test_deep_nesting_is_nothing() -> None:
    assert read(b"[" * 100_000) is None
    assert read(b'{"message": {"data": "' + base64.b64encode(b"[" * 100_000) + b'"}, "subscription": "s"}') is None


def test_a_subscription_of_another_project_is_not_ours() -> None:
    ours, foreign = told(), read(push_body({"emailAddress": ANNA}, subscription="projects/other/subscriptions/x"))

    assert ours is not None
    assert foreign is not None
    assert (ours.is_of(TOPIC), ours.is_of(None)) == (True, True)
    assert (foreign.is_of(TOPIC), foreign.is_of(None)) == (False, True)


def test_an_address_is_kept_out_of_its_text() -> None:
    assert "anna" not in repr(told())
