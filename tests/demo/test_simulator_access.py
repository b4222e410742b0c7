"""Who may call what: tokens, scopes, mailboxes, parameters."""

from collections.abc import Callable
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from demo.simulator.server import Simulator

Connect = Callable[..., Any]
Write = Callable[..., bytes]
ANA, BEN = "ana@acme.test", "ben@acme.test"
AUTH = "https://www.googleapis.com/auth/"
READONLY, METADATA, LABELS = f"{AUTH}gmail.readonly", f"{AUTH}gmail.metadata", f"{AUTH}gmail.labels"
CURRENT = f"{AUTH}gmail.addons.current.message.readonly"
CURRENT_METADATA = f"{AUTH}gmail.addons.current.message.metadata"


def refusal(request: Any) -> tuple[int, str, str]:
    """Status, reason and text of the error this request ends in."""
    with pytest.raises(HttpError) as refused:
        request.execute()
    return refused.value.status_code, refused.value.error_details[0]["reason"], refused.value.reason


def test_a_made_up_token_is_refused(gmail: Connect) -> None:
    status, reason, _ = refusal(gmail(ANA, token="made-up").getProfile(userId="me"))

    assert (status, reason) == (401, "authError")


def test_a_token_dies_after_an_hour(gmail: Connect, clock: Any) -> None:
    users = gmail(ANA)
    clock.now += 3599
    users.getProfile(userId="me").execute()

    clock.now += 1

    assert refusal(users.getProfile(userId="me"))[0] == 401


def test_a_mailbox_is_me_or_its_own_address_and_nobody_elses(gmail: Connect) -> None:
    users = gmail(ANA)

    assert users.getProfile(userId="Ana@acme.test").execute()["emailAddress"] == ANA
    assert refusal(users.getProfile(userId=BEN)) == (403, "forbidden", f"Delegation denied for {ANA}")


@pytest.mark.parametrize(
    ("scope", "call"),
    [
        (READONLY, lambda users: users.labels().create(userId="me", body={"name": "Lever"})),
        (READONLY, lambda users: users.threads().modify(userId="me", id="1", body={"addLabelIds": ["INBOX"]})),
        (LABELS, lambda users: users.threads().modify(userId="me", id="1", body={"addLabelIds": ["INBOX"]})),
        (LABELS, lambda users: users.threads().get(userId="me", id="1")),
        (f"{AUTH}gmail.send", lambda users: users.getProfile(userId="me")),
        (METADATA, lambda users: users.settings().sendAs().list(userId="me")),
        (CURRENT, lambda users: users.history().list(userId="me", startHistoryId="1")),
        ("openid", lambda users: users.labels().list(userId="me")),
    ],
)
def test_a_scope_too_few_is_refused(gmail: Connect, scope: str, call: Callable[[Any], Any]) -> None:
    status, reason, text = refusal(call(gmail(ANA, scope)))

    assert (status, reason) == (403, "insufficientPermissions")
    assert text == "Request had insufficient authentication scopes."


def test_an_add_on_scope_works_only_with_the_events_own_token(
    simulator: Simulator, gmail: Connect, write: Write
) -> None:
    copy = simulator.control.deliver(write(), to=[ANA])[ANA]
    without = gmail(ANA, CURRENT)
    with_it = gmail(ANA, CURRENT, headers={"X-Goog-Gmail-Access-Token": "from-the-event"})

    assert refusal(without.messages().get(userId="me", id=copy["id"]))[:2] == (403, "insufficientPermissions")
    assert with_it.messages().get(userId="me", id=copy["id"]).execute()["id"] == copy["id"]
    assert len(with_it.threads().get(userId="me", id=copy["threadId"]).execute()["messages"]) == 1


@pytest.mark.parametrize("scopes", [[METADATA], [METADATA, READONLY], [CURRENT_METADATA]])
def test_a_metadata_scope_poisons_a_wider_one(
    simulator: Simulator, gmail: Connect, write: Write, scopes: list[str]
) -> None:
    copy = simulator.control.deliver(write(), to=[ANA])[ANA]
    users = gmail(ANA, *scopes, headers={"X-Goog-Gmail-Access-Token": "from-the-event"})

    assert users.messages().get(userId="me", id=copy["id"], format="metadata").execute()["payload"]["headers"]
    status, _, text = refusal(users.messages().get(userId="me", id=copy["id"]))
    assert (status, text) == (403, "Metadata scope doesn't allow format FULL")


def test_a_metadata_scope_cannot_search(gmail: Connect) -> None:
    status, _, text = refusal(gmail(ANA, METADATA).messages().list(userId="me", q=""))

    assert (status, text) == (403, "Metadata scope does not support 'q' parameter")


def test_unknown_things_are_not_found(gmail: Connect) -> None:
    users = gmail(ANA)

    assert refusal(users.messages().get(userId="me", id="19a0000000000000"))[:2] == (404, "notFound")
    assert refusal(users.threads().get(userId="me", id="19a0000000000000"))[:2] == (404, "notFound")
    assert refusal(users.labels().get(userId="me", id="Label_404"))[:2] == (404, "notFound")


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("snippet=1", "Cannot bind query parameter"),
        ("format=raw", "Invalid value at 'format'"),
        ("format=FULL", "Invalid value at 'format'"),
        ("alt=media", "Unsupported Output Format"),
    ],
)
def test_a_parameter_the_method_does_not_take_is_refused(
    simulator: Simulator, ana: Any, write: Write, query: str, text: str
) -> None:
    thread = simulator.control.deliver(write(), to=[ANA])[ANA]["threadId"]
    request = ana.threads().get(userId="me", id=thread)
    request.uri = f"{request.uri.partition('?')[0]}?{query}"

    status, _, said = refusal(request)

    assert status == 400
    assert text in said


def test_a_field_the_body_does_not_have_is_refused(simulator: Simulator, ana: Any, write: Write) -> None:
    thread = simulator.control.deliver(write(), to=[ANA])[ANA]["threadId"]

    request = ana.threads().modify(userId="me", id=thread, body={"addLabels": ["INBOX"]})

    assert refusal(request)[0] == 400


def test_a_method_gmail_has_and_the_simulator_has_not_says_so(ana: Any) -> None:
    assert refusal(ana.settings().getImap(userId="me"))[:2] == (501, "notImplemented")


def test_the_addresses_a_mailbox_writes_from_are_listed(gmail: Connect) -> None:
    primary, alias = gmail(ANA).settings().sendAs().list(userId="me").execute()["sendAs"]

    assert (primary["sendAsEmail"], primary["displayName"], primary["isPrimary"]) == (ANA, "Ana Reyes", True)
    assert (alias["sendAsEmail"], alias["verificationStatus"]) == ("jobs@acme.test", "accepted")
