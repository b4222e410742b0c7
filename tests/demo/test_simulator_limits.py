"""What calls cost, when they are too many, and failures to order."""

import socket
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest
from googleapiclient.errors import HttpError

from demo.simulator.client import ControlRefusedError
from demo.simulator.server import Simulator

Connect = Callable[..., Any]
Write = Callable[..., bytes]
ANA, BEN = "ana@acme.test", "ben@acme.test"
MODIFY = "https://www.googleapis.com/auth/gmail.modify"


def profile_error(users: Any) -> HttpError:
    with pytest.raises(HttpError) as refused:
        users.getProfile(userId="me").execute()
    return refused.value


def test_each_call_costs_its_price_of_may_2026(simulator: Simulator, ana: Any, write: Write) -> None:
    copy = simulator.control.deliver(write(), to=[ANA])[ANA]
    label = simulator.control.create_label(ANA, "Lever")
    calls = [
        (1, ana.getProfile(userId="me")),
        (1, ana.labels().list(userId="me")),
        (5, ana.labels().patch(userId="me", id=label, body={"name": "Hiring"})),
        (2, ana.history().list(userId="me", startHistoryId="9999999999")),
        (10, ana.threads().list(userId="me")),
        (40, ana.threads().get(userId="me", id=copy["threadId"], format="minimal")),
        (10, ana.threads().modify(userId="me", id=copy["threadId"], body={"addLabelIds": [label]})),
        (5, ana.messages().list(userId="me")),
        (20, ana.messages().get(userId="me", id=copy["id"], format="metadata")),
    ]

    for _, request in calls:
        request.execute()

    assert [call["units"] for call in simulator.control.calls()] == [units for units, _ in calls]
    assert simulator.control.meter()[ANA]["units"] == 94
    assert simulator.control.meter()[ANA]["by_method"]["threads.get"] == 40
    assert simulator.control.meter()[BEN]["units"] == 0


def test_a_call_is_written_down_without_its_token(simulator: Simulator, gmail: Connect) -> None:
    token = simulator.control.grant(ANA, [MODIFY])["access_token"]
    users = gmail(ANA, token=token)
    request = users.threads().list(userId="me", labelIds=["INBOX"], maxResults=3, fields="threads/id")
    request.uri += f"&access_token={token}"
    request.execute()

    [call] = simulator.control.calls()

    assert call == {
        "mailbox": ANA,
        "method": "threads.list",
        "id": None,
        "format": None,
        "fields": "threads/id",
        "query": {"labelIds": ["INBOX"], "maxResults": "3", "fields": "threads/id"},
        "units": 10,
        "status": 200,
        "scopes": [MODIFY],
    }


def test_a_call_is_written_down_with_what_it_asked_for(simulator: Simulator, ana: Any, write: Write) -> None:
    copy = simulator.control.deliver(write(), to=[ANA])[ANA]

    ana.threads().get(userId="me", id=copy["threadId"]).execute()
    ana.messages().get(userId="me", id=copy["id"]).execute()

    assert [call["id"] for call in simulator.control.calls()] == [copy["threadId"], copy["id"]]


def test_a_call_can_be_answered_with_anything_at_all(simulator: Simulator, ana: Any) -> None:
    for answer in ('{"historyId": "7"}', "["):
        simulator.control.fault("GET .*/profile", status=200, answer=answer)

    answers = [ana.getProfile(userId="me").execute() for _ in range(2)]

    assert answers == [{"historyId": "7"}, "["]
    assert [(call["status"], call["units"]) for call in simulator.control.calls()] == [(200, 1)] * 2


def test_a_refused_call_is_written_down_too_and_costs_nothing(simulator: Simulator, gmail: Connect) -> None:
    profile_error(gmail(ANA, token="made-up"))
    profile_error(gmail(ANA, "openid"))

    rows = [(call["mailbox"], call["status"], call["units"]) for call in simulator.control.calls()]
    assert rows == [(None, 401, 0), (ANA, 403, 0)]


def test_resetting_the_meter_forgets_units_and_calls(simulator: Simulator, ana: Any) -> None:
    ana.getProfile(userId="me").execute()

    simulator.control.reset_meter()

    assert simulator.control.calls() == []
    assert simulator.control.meter()[ANA]["units"] == 0


def test_six_thousand_units_in_a_sliding_minute_are_the_end(
    simulator: Simulator, ana: Any, clock: Any, write: Write
) -> None:
    thread = simulator.control.deliver(write(), to=[ANA])[ANA]["threadId"]

    def read(times: int) -> None:
        for _ in range(times):
            ana.threads().get(userId="me", id=thread, format="minimal").execute()

    read(75)
    clock.now += 30
    read(75)

    error = profile_error(ana)
    assert (error.status_code, error.error_details[0]["reason"]) == (403, "rateLimitExceeded")
    assert "metric 'Total Query Cost' and limit 'Units per minute per user'" in error.reason
    clock.now += 30
    read(75)
    assert profile_error(ana).status_code == 403


def test_more_than_ten_requests_at_once_are_too_many(simulator: Simulator, ana: Any) -> None:
    # A request whose body has not all come is under way: ten of those fill the mailbox.
    token = simulator.control.grant(ANA, [MODIFY])["access_token"]
    address = urlsplit(simulator.url)
    head = (
        f"POST /gmail/v1/users/me/labels HTTP/1.1\r\nHost: {address.netloc}\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{{"
    )
    with ExitStack() as stack:
        for _ in range(10):
            half_sent = stack.enter_context(socket.create_connection((address.hostname, address.port)))
            half_sent.sendall(head.encode())
        while simulator.control.meter()[ANA]["in_flight"] < 10:
            pass

        error = profile_error(ana)

    assert (error.status_code, error.reason) == (429, "Too many concurrent requests for user.")
    assert simulator.control.meter()[ANA]["peak_in_flight"] == 10


def test_a_fault_hits_the_next_calls_that_match_and_no_more(simulator: Simulator, ana: Any, write: Write) -> None:
    thread = simulator.control.deliver(write(), to=[ANA])[ANA]["threadId"]
    simulator.control.fault("GET .*/threads/", status=429, reason="rateLimitExceeded", times=2, retry_after=7)

    for _ in range(2):
        with pytest.raises(HttpError) as refused:
            ana.threads().get(userId="me", id=thread).execute()
        assert refused.value.status_code == 429
        assert refused.value.resp["retry-after"] == "7"
        assert refused.value.error_details[0] == {
            "domain": "global",
            "reason": "rateLimitExceeded",
            "message": "Resource has been exhausted (e.g. check quota).",
        }
    ana.getProfile(userId="me").execute()
    assert ana.threads().get(userId="me", id=thread).execute()["id"] == thread


def test_a_fault_may_name_its_time_in_the_text_only(simulator: Simulator, ana: Any) -> None:
    simulator.control.fault("profile", status=429, reason="rateLimitExceeded", retry_at="2026-11-23T18:00:00.000Z")

    error = profile_error(ana)

    assert error.reason == "User-rate limit exceeded.  Retry after 2026-11-23T18:00:00.000Z"
    assert "retry-after" not in error.resp


@pytest.mark.parametrize(
    ("status", "reason", "domain"),
    [
        (403, "rateLimitExceeded", "usageLimits"),
        (403, "dailyLimitExceeded", "usageLimits"),
        (403, "domainPolicy", "global"),
        (400, "failedPrecondition", "global"),
        (401, "authError", "global"),
        (404, "notFound", "global"),
        (500, "backendError", "global"),
        (503, "backendError", "global"),
    ],
)
def test_ordered_failures_look_like_gmails(
    simulator: Simulator, ana: Any, status: int, reason: str, domain: str
) -> None:
    simulator.control.fault("profile", status=status, reason=reason)

    error = profile_error(ana)

    assert error.status_code == status
    assert (error.error_details[0]["reason"], error.error_details[0]["domain"]) == (reason, domain)


def test_an_answer_may_be_lost_after_its_effect(simulator: Simulator, ana: Any) -> None:
    simulator.control.fault("POST .*/labels", after=True)

    with pytest.raises(HttpError) as lost:
        ana.labels().create(userId="me", body={"name": "Lever"}).execute()

    assert lost.value.status_code == 500
    assert "Lever" in simulator.control.mailbox(ANA)["labels"]


def test_a_fault_that_cannot_match_is_refused(simulator: Simulator) -> None:
    with pytest.raises(ControlRefusedError, match="regular expression"):
        simulator.control.fault("(")
