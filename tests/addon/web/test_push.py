"""Gmail's door: who is proven rings a bell and hears 204, whatever they say; nothing of Gmail is read there."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

import pytest

from storage.port import StoreError
from storage.records import Bell, Lane
from tests.office import ANNA, BASE_URL, BEN, JOBS_ACCOUNT, PUSH_ACCOUNT, TOPIC, Office, push_body

SUB = f"sub-{ANNA}"
MARK = "unmistakable@else.example"


@pytest.fixture
def resting(office: Office) -> Office:
    """Anna's mailbox was just run, and is due at the next poll."""
    office.member(ANNA, connected=True)
    office.sync(ANNA)
    office.clock.pass_time(minutes=2)
    return office


def bell(office: Office, sub: str = SUB) -> Bell:
    found = office.services.store.bell(sub)
    assert found is not None
    return found


def counted(office: Office) -> dict[str, int]:
    return office.services.counters.counted("pushes")


def test_a_push_makes_the_mailbox_due_in_five_seconds_and_asks_gmail_nothing(resting: Office) -> None:
    resting.simulator.control.reset_meter()
    before = bell(resting)

    response = resting.push(ANNA, 77)

    now = bell(resting)
    assert (response.status_code, response.data) == (204, b"")
    assert (now.due_at - resting.clock.now()).total_seconds() == 5
    assert (now.rung, now.lane, now.notified) == (before.rung + 1, Lane.LIVE, 77)
    assert resting.calls() == []
    assert counted(resting) == {"rung": 1}


@pytest.mark.parametrize("history_id", ["77", 77])
@pytest.mark.parametrize("address", [ANNA, "Anna@Acme.Example"])
def test_an_address_in_any_case_and_a_history_id_of_either_kind_ring(
    resting: Office, address: str, history_id: object
) -> None:
    resting.push_raw(push_body({"emailAddress": address, "historyId": history_id}))

    assert bell(resting).notified == 77


def test_an_older_push_is_acknowledged_and_rings_all_the_same(resting: Office) -> None:
    resting.push(ANNA, 2**40)
    rung = bell(resting).rung

    response = resting.push(ANNA, 1)

    assert response.status_code == 204
    assert (bell(resting).rung, bell(resting).notified) == (rung + 1, 2**40)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "unreadable"),
        (b"\xff\x00", "unreadable"),
        (b"[]", "unreadable"),
        (b'{"message": {}}', "unreadable"),
        (push_body([]), "unreadable"),
        (push_body({"historyId": 1}), "unreadable"),
        (push_body({"emailAddress": 7, "historyId": 1}), "unreadable"),
        (push_body({"emailAddress": MARK, "historyId": 1}), "unknown"),
        (push_body({"emailAddress": "\ud800", "historyId": 1}), "unknown"),
        (push_body({"emailAddress": MARK}, subscription="projects/other/subscriptions/x"), "foreign"),
    ],
)
def test_whatever_else_comes_is_acknowledged_counted_and_forgotten(
    make_office: Callable[..., Office], caplog: pytest.LogCaptureFixture, body: bytes, kind: str
) -> None:
    office = make_office(PUBSUB_TOPIC=TOPIC)
    office.member(ANNA, connected=True)
    before = bell(office)
    caplog.set_level(logging.DEBUG)

    response = office.push_raw(body)

    assert response.status_code == 204
    assert counted(office) == {kind: 1}
    assert bell(office) == before
    assert MARK not in caplog.text


def test_a_push_for_a_member_whose_email_is_off_makes_nothing(resting: Office) -> None:
    resting.member(BEN)

    assert resting.push(BEN, 77).status_code == 204
    assert resting.services.store.bell(f"sub-{BEN}") is None


def test_a_body_too_large_is_refused_before_it_is_read(resting: Office) -> None:
    before = bell(resting)

    assert resting.push_raw(push_body({"emailAddress": ANNA, "x": "x" * 200_000})).status_code == 413
    assert bell(resting) == before


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": f"{BASE_URL}/push"},
        {"aud": f"{BASE_URL}/jobs/sync"},
        {"aud": f"{BASE_URL}/push/gmail/"},
        {"email": "someone@acme.iam.gserviceaccount.com"},
        {"email": JOBS_ACCOUNT},
        {"email_verified": False},
        {"iss": "https://evil.example"},
        {"exp": int(time.time()) - 60},
        {"forge": True},
        {"kid": "unknown"},
    ],
    ids="-".join,
)
def test_only_googles_token_for_this_url_and_this_account_rings(resting: Office, claims: dict[str, Any]) -> None:
    before = bell(resting)

    assert resting.push(ANNA, 77, **claims).status_code == 401
    assert (bell(resting), counted(resting)) == (before, {})


def test_without_a_service_account_the_door_is_shut(make_office: Callable[..., Office]) -> None:
    office = make_office(PUSH_SERVICE_ACCOUNT="")
    office.member(ANNA, connected=True)

    assert office.push(ANNA, 77).status_code == 401
    assert office.push(ANNA, 77, email=PUSH_ACCOUNT).status_code == 401


def test_where_the_store_does_not_answer_the_push_is_to_come_again(
    resting: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: object, **__: object) -> None:
        raise StoreError("the disk is gone")

    monkeypatch.setattr(resting.services.store, "ring", silent)

    assert resting.push(ANNA, 77).status_code == 503
    assert counted(resting) == {}
