"""What can be asked of Gmail, and what each refusal means."""

from __future__ import annotations

import json
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from addon.gateways.errors import (
    AttentionError,
    GoneError,
    OutsideError,
    ProjectStoppedError,
    RefusedError,
    ThrottledError,
    UnavailableError,
    WatchedElsewhereError,
)
from addon.gateways.gmail import LabelId, Panel, Stored, StoredGmail
from addon.gateways.gmail.wire import Wire
from storage.records import Attention
from tests.addon.gateways.broken import BROKEN, answering
from tests.office import ANNA, JANE, TOPIC, Office, mail

ONE_ONLY = "Only one user push notification client allowed per developer (call /stop then try again)"


def _gmail(office: Office) -> StoredGmail:
    office.member(ANNA, connected=True)
    consent = office.services.store.consent(f"sub-{ANNA}")
    assert consent is not None
    return office.services.gmail.stored(consent, address=ANNA)


# --- what can be spelled (R27) ----------------------------------------------------------------------------


def test_the_stored_token_is_used_for_these_reads_and_nothing_else() -> None:
    assert {(*e.value.collection, e.value.method) for e in Stored} == {
        ("getProfile",),
        ("settings", "sendAs", "list"),
        ("labels", "list"),
        ("labels", "get"),
        ("history", "list"),
        ("threads", "list"),
        ("threads", "get"),
        ("messages", "list"),
        ("messages", "get"),
        ("drafts", "list"),
        ("drafts", "get"),
        ("watch",),
        ("stop",),
    }


def test_the_panels_token_is_used_for_these_calls_and_nothing_else() -> None:
    assert {(*e.value.collection, e.value.method) for e in Panel} == {
        ("messages", "get"),
        ("labels", "list"),
        ("labels", "create"),
        ("threads", "modify"),
        ("drafts", "create"),
    }


def test_no_endpoint_deletes_trashes_or_sends() -> None:
    words = {word.lower() for e in (*Stored, *Panel) for word in (*e.value.collection, e.value.method)}

    assert not [w for w in words for bad in ("delete", "trash", "send", "batch", "import", "insert") if w == bad]


@pytest.mark.parametrize("label", ["TRASH", "SPAM", "INBOX", "UNREAD", "", "Label_", "label_1", "Label_1 x"])
def test_only_a_label_a_user_made_can_be_put_on_or_taken_off(label: str) -> None:
    with pytest.raises(RefusedError):
        LabelId(label)


def test_the_prices_are_those_of_the_simulated_price_list(office: Office) -> None:
    gmail = _gmail(office)
    at = office.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    office.simulator.control.reset_meter()

    gmail.history(gmail.history_id())
    for ask in (gmail.send_as, gmail.labels):
        ask()
    gmail.watch(TOPIC)
    gmail.stop()
    gmail.thread(at["threadId"])
    for read in (gmail.message, gmail.head):
        read(at["id"])
    assert list(gmail.threads_with("INBOX"))
    assert list(gmail.messages_with("INBOX")) == list(gmail.messages_since(datetime.now(UTC) - timedelta(hours=1)))
    assert list(gmail.search(f"from:{JANE}"))

    ours = {(*e.value.collection, e.value.method)[-2:]: e.value.units for e in Stored}
    for call in office.calls():
        name = tuple(call["method"].split("."))[-2:]
        assert call["units"] == ours.get(name, ours.get(name[-1:])), call["method"]


# --- being told of changes --------------------------------------------------------------------------------


def test_gmail_is_asked_to_tell_of_every_change_whatever_its_label(office: Office) -> None:
    gmail = _gmail(office)

    until = gmail.watch(TOPIC)

    [call] = office.calls("watch")
    assert call["fields"] == "expiration"
    assert timedelta(days=6, hours=23) < until - datetime.now(UTC) < timedelta(days=7, minutes=1)


def test_where_another_topic_is_told_it_is_stopped_and_asked_again_once(office: Office) -> None:
    gmail = _gmail(office)
    gmail.watch("projects/other/topics/gmail")
    office.simulator.control.reset_meter()

    gmail.watch(TOPIC)

    assert [call["method"] for call in office.calls()] == ["watch", "stop", "watch"]
    assert [call["status"] for call in office.calls("watch")] == [400, 200]


def test_another_topic_that_takes_over_at_once_is_not_fought_over(office: Office) -> None:
    gmail = _gmail(office)
    office.simulator.control.fault("POST .*/watch", status=400, reason="badRequest", times=9, message=ONE_ONLY)
    office.simulator.control.reset_meter()

    with pytest.raises(WatchedElsewhereError):
        gmail.watch(TOPIC)

    assert [call["method"] for call in office.calls()] == ["watch", "stop", "watch"]


# --- what a refusal means ---------------------------------------------------------------------------------

FAILURES: list[tuple[int, str, str, type[OutsideError]]] = [
    (429, "rateLimitExceeded", "", ThrottledError),
    (429, "userRateLimitExceeded", "Too many concurrent requests for user", ThrottledError),
    (403, "rateLimitExceeded", "Quota exceeded for quota metric 'Total Query Cost'", ThrottledError),
    (403, "userRateLimitExceeded", "", ThrottledError),
    (403, "dailyLimitExceeded", "", ProjectStoppedError),
    (403, "quotaExceeded", "", ProjectStoppedError),
    (403, "forbidden", "Metadata scope doesn't allow format FULL", AttentionError),
    (403, "forbidden", "Metadata scope does not support 'q' parameter", AttentionError),
    (403, "forbidden", "Something else", RefusedError),
    (403, "domainPolicy", "", AttentionError),
    (403, "accessNotConfigured", "", AttentionError),
    (403, "insufficientPermissions", "", AttentionError),
    (400, "failedPrecondition", "Mail service not enabled", AttentionError),
    (400, "failedPrecondition", "Precondition check failed.", UnavailableError),
    (400, "invalidArgument", "", RefusedError),
    (400, "badRequest", ONE_ONLY, WatchedElsewhereError),
    (404, "notFound", "", GoneError),
    (500, "backendError", "", UnavailableError),
    (503, "backendError", "", UnavailableError),
]


@pytest.mark.parametrize(("status", "reason", "text", "kind"), FAILURES)
def test_each_refusal_of_gmail_is_sorted(
    office: Office, status: int, reason: str, text: str, kind: type[OutsideError]
) -> None:
    gmail = _gmail(office)
    more: dict[str, Any] = {"message": text} if text else {}
    office.simulator.control.fault("GET .*/labels", status=status, reason=reason, times=1, **more)

    with pytest.raises(kind):
        gmail.labels()


def test_nothing_google_said_leaves_the_gateway(office: Office) -> None:
    gmail = _gmail(office)
    office.simulator.control.fault(
        "GET .*/threads/", status=400, reason="invalid", times=1, message="secret-of-the-mailbox"
    )

    with pytest.raises(OutsideError) as caught:
        gmail.thread("abcdef1234567890")

    told = "".join(traceback.format_exception(caught.value))
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert "secret-of-the-mailbox" not in told
    assert "abcdef1234567890" not in told.replace('gmail.thread("abcdef1234567890")', "")


@pytest.mark.parametrize("answer", ["", "{", "null", "[]", "7", "<html>Sign in</html>"])
def test_an_answer_that_is_none_is_one_to_come_again_for(office: Office, answer: str) -> None:
    gmail = _gmail(office)
    office.simulator.control.fault("GET .*/profile", status=200, answer=answer)

    with pytest.raises(UnavailableError):
        gmail.history_id()

    assert gmail.history_id() > 0


def test_an_answer_nested_deeper_than_can_be_read_is_so_for_ever(office: Office) -> None:
    gmail = _gmail(office)
    office.simulator.control.fault("GET .*/profile", status=200, answer='{"a":' * 5000 + "1" + "}" * 5000)

    with pytest.raises(RefusedError):
        gmail.history_id()


@pytest.mark.parametrize("said", BROKEN)
def test_a_connection_that_breaks_or_is_no_web_server_is_no_answer(office: Office, said: bytes) -> None:
    with answering(said) as url:
        wire = Wire(replace(office.services.config.google, root=url), office.clock)

        with pytest.raises(UnavailableError):
            wire.call(Stored.PROFILE, "1", "token", fields="historyId")

        wire._local.http.close()


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("RATE_LIMIT_EXCEEDED", ThrottledError),
        ("ACCESS_TOKEN_SCOPE_INSUFFICIENT", AttentionError),
        ("SERVICE_DISABLED", AttentionError),
        ("SOMETHING_ELSE", RefusedError),
    ],
)
def test_a_refusal_in_the_form_of_googles_newer_services_is_sorted_too(
    office: Office, reason: str, kind: type[OutsideError]
) -> None:
    details = [{"@type": "type.googleapis.com/google.rpc.Help"}, {"reason": reason, "domain": "googleapis.com"}]
    body = json.dumps({"error": {"code": 403, "status": "PERMISSION_DENIED", "details": details}})
    said = f"HTTP/1.1 403 Forbidden\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    with answering(said.encode()) as url:
        wire = Wire(replace(office.services.config.google, root=url), office.clock)

        with pytest.raises(kind):
            wire.call(Stored.PROFILE, "1", "token", fields="historyId")

        wire._local.http.close()


def test_the_time_gmail_names_is_kept_wherever_it_is_named(office: Office) -> None:
    gmail = _gmail(office)
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=3)
    for more in ({"retry_at": at.isoformat().replace("+00:00", "Z")}, {"retry_after": 120}):
        office.simulator.control.fault("GET .*/labels", status=429, reason="rateLimitExceeded", times=1, **more)

    with pytest.raises(ThrottledError) as in_text:
        gmail.labels()
    with pytest.raises(ThrottledError) as in_header:
        gmail.labels()

    assert in_text.value.until == at
    assert in_header.value.until == office.clock.now() + timedelta(seconds=120)


def test_an_expired_access_token_is_renewed_once_and_the_call_repeated(office: Office) -> None:
    gmail = _gmail(office)
    gmail.labels()
    office.simulator.control.fault("GET .*/labels", status=401, reason="authError", times=1)

    assert gmail.labels() == []

    office.simulator.control.fault("GET .*/labels", status=401, reason="authError", times=2)
    with pytest.raises(UnavailableError):
        gmail.labels()
    assert gmail.labels() == []


def test_only_invalid_grant_ends_a_token_and_a_blip_does_not(office: Office) -> None:
    gmail = _gmail(office)
    office.clock.pass_time(days=2000)
    office.simulator.control.fault("POST /token", status=500, reason="internal", times=10)
    with pytest.raises(UnavailableError):
        gmail.labels()
    office.simulator.control.clear_faults()

    assert gmail.labels() == []

    office.clock.pass_time(days=2000)
    office.simulator.control.fault("POST /token", status=400, reason="invalid_grant", times=1)
    with pytest.raises(AttentionError) as caught:
        gmail.labels()
    assert caught.value.attention is Attention.ACCESS_ENDED


def test_a_dead_token_becomes_a_state_in_the_panel_and_is_not_tried_for_ever(office: Office) -> None:
    office.member(ANNA, connected=True)
    office.sync(ANNA)
    office.clock.pass_time(days=2000)
    office.simulator.control.fault("POST /token", status=400, reason="invalid_grant", times=1)

    office.sync(ANNA)
    office.simulator.control.reset_meter()
    office.sync(ANNA)

    mailbox = office.services.store.mailbox(f"sub-{ANNA}")
    assert mailbox is not None
    assert mailbox.attention is Attention.ACCESS_ENDED
    assert office.calls() == []


def test_a_throttled_mailbox_cools_down_as_a_whole(office: Office) -> None:
    office.member(ANNA, connected=True)
    office.sync(ANNA)
    office.simulator.control.fault(
        "GET .*/history", status=429, reason="rateLimitExceeded", retry_after=600, times=1
    )
    office.sync(ANNA)
    office.simulator.control.reset_meter()

    office.sync(ANNA)
    resting = office.calls()
    office.clock.pass_time(minutes=10)
    office.sync(ANNA)

    assert resting == []
    assert len(office.calls("history.list")) == 1


def test_at_most_four_calls_of_one_mailbox_are_in_flight(office: Office) -> None:
    gmail = _gmail(office)
    at = office.deliver(mail(JANE, ANNA), ANNA)[ANNA]

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: gmail.head(at["id"]), range(16)))

    assert office.simulator.control.meter()[ANNA]["peak_in_flight"] <= 4
