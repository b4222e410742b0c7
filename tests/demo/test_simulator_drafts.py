"""Drafts made by a program, edited and sent by their owner, and mail that goes out later."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from demo.simulator.client import ControlRefusedError, Copy
from demo.simulator.server import Simulator

Connect = Callable[..., Any]
Write = Callable[..., bytes]
ANA, BEN, CAND = "ana@acme.test", "ben@acme.test", "cand@mail.test"
COMPOSE = "https://www.googleapis.com/auth/gmail.addons.current.action.compose"


def draft(users: Any, raw: bytes, **message: str) -> dict[str, Any]:
    body = {"message": {"raw": urlsafe_b64encode(raw).decode()} | message}
    return users.drafts().create(userId="me", body=body).execute()  # type: ignore[no-any-return]


def raw_of(users: Any, message: str) -> bytes:
    return urlsafe_b64decode(users.messages().get(userId="me", id=message, format="raw").execute()["raw"])


def labels_of(users: Any, message: str) -> list[str]:
    found = users.messages().get(userId="me", id=message, format="minimal").execute()
    return found.get("labelIds", [])  # type: ignore[no-any-return]


def headers_of(users: Any, message: str) -> dict[str, str]:
    payload = users.messages().get(userId="me", id=message).execute()["payload"]
    return {one["name"]: one["value"] for one in payload["headers"]}


def cursor(users: Any) -> str:
    return str(users.getProfile(userId="me").execute()["historyId"])


def changes(users: Any, start: str) -> list[tuple[str, str, list[str]]]:
    """What happened since: the kind, the message, its labels."""
    records = users.history().list(userId="me", startHistoryId=start).execute().get("history", [])
    told = []
    for record in records:
        [kind] = set(record) - {"id", "messages"}
        message = record[kind][0]["message"]
        told.append((kind, message["id"], message["labelIds"]))
    return told


@pytest.fixture
def thread(simulator: Simulator, write: Write) -> Copy:
    """A mail from the candidate in Ana's mailbox."""
    return simulator.control.deliver(write(), to=[ANA])[ANA]


REPLY = {
    "From": ANA,
    "To": CAND,
    "Subject": "Re: Role",
    "Message_ID": "<draft@lever.test>",
    "In_Reply_To": "<1@mail.test>",
}


def test_a_draft_is_a_message_of_its_own_thread_with_the_label_and_costs_ten(
    simulator: Simulator, ana: Any, write: Write
) -> None:
    made = draft(ana, write(From=ANA, To=CAND, Bcc="boss@acme.test"))

    message = made["message"]
    assert message["labelIds"] == ["DRAFT"] == labels_of(ana, message["id"])
    assert made["id"] != message["id"] == message["threadId"]
    assert b"Bcc: boss@acme.test" in raw_of(ana, message["id"])
    assert b"Message-ID: <1@mail.test>" in raw_of(ana, message["id"])
    [units] = {call["units"] for call in simulator.control.calls() if call["method"] == "drafts.create"}
    assert units == 10


def test_a_draft_joins_the_thread_it_names_if_it_answers_it_under_its_subject(
    ana: Any, write: Write, thread: Copy
) -> None:
    wanted = {"threadId": thread["threadId"]}

    assert draft(ana, write(**REPLY), **wanted)["message"]["threadId"] == thread["threadId"]
    for name, wrong in (("In_Reply_To", "<9@mail.test>"), ("Subject", "Another role")):
        apart = draft(ana, write(**REPLY | {"Message_ID": f"<{name}@x.test>", name: wrong}), **wanted)["message"]
        assert apart["threadId"] == apart["id"]


@pytest.mark.parametrize(
    ("body", "status", "text"),
    [
        ({}, 400, "Missing draft message"),
        ({"message": {}}, 400, "Missing draft message"),
        ({"message": {"raw": "§"}}, 400, "TYPE_BYTES"),
        ({"message": {"raw": "eA", "threadId": "thread-f:1"}}, 400, "Invalid thread_id value"),
        ({"message": {"raw": "eA", "threadId": "19a0000000000000"}}, 404, "not found"),
        ({"message": {"row": "eA"}}, 400, 'Unknown name "row"'),
        ({"message": "eA"}, 400, "Invalid value at 'message'"),
        ({"message": {"raw": 1}}, 400, "Invalid value at 'raw'"),
    ],
)
def test_a_draft_gmail_would_not_take_is_refused(ana: Any, body: dict[str, Any], status: int, text: str) -> None:
    with pytest.raises(HttpError, match=text) as refused:
        ana.drafts().create(userId="me", body=body).execute()

    assert refused.value.status_code == status


def test_an_add_on_makes_drafts_only_beside_an_open_message(gmail: Connect, write: Write) -> None:
    body = {"message": {"raw": urlsafe_b64encode(write()).decode()}}
    with_it = gmail(ANA, COMPOSE, headers={"X-Goog-Gmail-Access-Token": "from-the-event"})

    assert with_it.drafts().create(userId="me", body=body).execute()["id"]
    for users in (gmail(ANA, COMPOSE), gmail(ANA)):
        with pytest.raises(HttpError, match="insufficient authentication scopes"):
            users.drafts().create(userId="me", body=body).execute()


def test_the_lost_answer_of_a_draft_leaves_the_draft(simulator: Simulator, ana: Any, write: Write) -> None:
    simulator.control.fault("POST .*/drafts", after=True)

    with pytest.raises(HttpError):
        draft(ana, write(From=ANA))

    assert simulator.control.mailbox(ANA)["threads"][0]["labels"] == ["DRAFT"]


def test_each_save_is_a_new_message_and_the_end_of_the_old_one(
    simulator: Simulator, ana: Any, write: Write, thread: Copy
) -> None:
    made = draft(ana, write(**REPLY), threadId=thread["threadId"])
    start = cursor(ana)

    first = simulator.control.save_draft(ANA, made["id"], write("Better", **REPLY))
    second = simulator.control.save_draft(ANA, first["id"], write("Best", **REPLY))

    assert first["draft"] == second["draft"] == made["id"]
    assert changes(ana, start) == [
        ("messagesAdded", first["id"], ["DRAFT"]),
        ("messagesDeleted", made["message"]["id"], ["DRAFT"]),
        ("messagesAdded", second["id"], ["DRAFT"]),
        ("messagesDeleted", first["id"], ["DRAFT"]),
    ]
    messages = ana.threads().get(userId="me", id=thread["threadId"]).execute()["messages"]
    assert [(one["id"], one["labelIds"]) for one in messages][1:] == [(second["id"], ["DRAFT"])]
    with pytest.raises(HttpError, match="not found"):
        labels_of(ana, first["id"])


def test_a_draft_is_found_by_its_own_id_until_it_is_sent(
    simulator: Simulator, ana: Any, write: Write, thread: Copy
) -> None:
    made = draft(ana, write(**REPLY), threadId=thread["threadId"])
    saved = simulator.control.save_draft(ANA, made["id"], write("Better", **REPLY))

    found = ana.drafts().get(userId="me", id=made["id"], format="minimal").execute()
    assert (found["id"], found["message"]["id"]) == (made["id"], saved["id"])
    assert found["message"]["threadId"] == thread["threadId"]
    assert "payload" not in found["message"]
    simulator.control.send_draft(ANA, made["id"])
    with pytest.raises(HttpError, match="not found"):
        ana.drafts().get(userId="me", id=made["id"]).execute()
    [units] = {call["units"] for call in simulator.control.calls() if call["method"] == "drafts.get"}
    assert units == 20


def test_drafts_are_listed_by_search_and_page_by_page_for_five(
    simulator: Simulator, ana: Any, write: Write
) -> None:
    made = [draft(ana, write(From=ANA, Message_ID=f"<{n}@lever.test>"))["id"] for n in range(3)]

    def listed(**which: Any) -> dict[str, Any]:
        return ana.drafts().list(userId="me", **which).execute()  # type: ignore[no-any-return]

    one = listed(q="rfc822msgid:1@lever.test")
    first = listed(maxResults=2)
    second = listed(maxResults=2, pageToken=first["nextPageToken"])
    assert [row["id"] for row in one["drafts"]] == [made[1]]
    assert set(one["drafts"][0]["message"]) == {"id", "threadId"}
    assert sorted(row["id"] for row in first["drafts"] + second["drafts"]) == sorted(made)
    assert "drafts" not in listed(q="rfc822msgid:nothing@lever.test")
    [units] = {call["units"] for call in simulator.control.calls() if call["method"] == "drafts.list"}
    assert units == 5


def test_a_mailbox_can_be_told_to_move_a_draft_whose_subject_is_changed(
    simulator: Simulator, ana: Any, write: Write
) -> None:
    simulator.control.moved_drafts(ANA)
    made = draft(ana, write(From=ANA, To=CAND, Subject=""))["message"]
    [row] = ana.drafts().list(userId="me").execute()["drafts"]

    same = simulator.control.save_draft(ANA, row["id"], write("Better", From=ANA, To=CAND, Subject=""))
    moved = simulator.control.save_draft(ANA, row["id"], write(From=ANA, To=CAND, Subject="Role"))

    assert same["threadId"] == made["threadId"]
    assert moved["threadId"] == moved["id"]
    assert simulator.control.send_draft(ANA, row["id"])["threadId"] == moved["threadId"]


def test_a_sent_draft_is_another_message_in_its_thread(
    simulator: Simulator, ana: Any, write: Write, thread: Copy
) -> None:
    made = draft(ana, write(**REPLY), threadId=thread["threadId"])
    start = cursor(ana)

    sent = simulator.control.send_draft(ANA, made["id"])

    assert sent["threadId"] == thread["threadId"]
    assert changes(ana, start) == [
        ("messagesAdded", sent["id"], ["SENT"]),
        ("messagesDeleted", made["message"]["id"], ["DRAFT"]),
    ]
    with pytest.raises(ControlRefusedError, match="404"):
        simulator.control.send_draft(ANA, made["id"])


def test_a_new_mail_sent_from_a_draft_stays_in_the_drafts_thread_though_the_draft_is_gone(
    simulator: Simulator, ana: Any, write: Write
) -> None:
    made = draft(ana, write(From=ANA, To=BEN, Subject="Draft subject"))
    saved = simulator.control.save_draft(ANA, made["id"], write(From=ANA, To=BEN, Subject="Final subject"))

    sent = simulator.control.send_draft(ANA, made["id"])

    assert sent["threadId"] == saved["threadId"] == made["message"]["threadId"]
    assert sent["id"] != sent["threadId"]
    messages = ana.threads().get(userId="me", id=sent["threadId"]).execute()["messages"]
    assert [one["id"] for one in messages] == [sent["id"]]


def test_sending_replaces_the_message_id_and_keeps_none_of_ours(
    simulator: Simulator, gmail: Connect, ana: Any, write: Write, clock: Any
) -> None:
    made = draft(
        ana, write(From=ANA, To=BEN, Message_ID="<ours.123@lever.test>", Date="Mon, 1 Jan 2024 10:00:00 +0000")
    )
    clock.now += 60

    sent = simulator.control.send_draft(ANA, made["id"])

    own, copy = raw_of(ana, sent["id"]), raw_of(gmail(BEN), sent["copies"][BEN]["id"])
    assert b"ours.123" not in own + copy
    assert headers_of(ana, sent["id"])["Message-ID"] == sent["messageId"]
    assert sent["messageId"].startswith("<CA")
    assert sent["messageId"].endswith("@mail.gmail.com>")
    for raw in (own, copy):
        assert raw.count(b"Message-ID: " + sent["messageId"].encode()) == 1
        assert b"Date: Mon, 21 Sep 2026 14:14:20 +0000\r\n" in raw
        assert raw.count(b"\r\nDate: ") + raw.startswith(b"Date: ") == 1


def test_a_reply_to_what_was_sent_cites_the_id_gmail_gave(simulator: Simulator, write: Write) -> None:
    sent = simulator.control.send(ANA, write(From=ANA, To=CAND))

    answer = write(From=CAND, Message_ID="<2@mail.test>", In_Reply_To=sent["messageId"], Subject="Re: Role")

    assert simulator.control.deliver(answer, to=[ANA])[ANA]["threadId"] == sent["threadId"]


def test_what_is_sent_arrives_where_it_is_addressed_without_its_bcc(
    simulator: Simulator, gmail: Connect, ana: Any, write: Write
) -> None:
    simulator.control.add_mailbox("cy@acme.test", send_as=["team@acme.test"])
    simulator.control.add_mailbox("dan@acme.test")

    sent = simulator.control.send(ANA, write(From=ANA, To=f"Ben <{BEN.upper()}>", Cc=CAND, Bcc="team@acme.test"))

    assert set(sent["copies"]) == {BEN, "cy@acme.test"}
    assert headers_of(ana, sent["id"])["Bcc"] == "team@acme.test"
    assert labels_of(ana, sent["id"]) == ["SENT"]
    for email, copy in sent["copies"].items():
        users = gmail(email)
        assert labels_of(users, copy["id"]) == ["INBOX", "UNREAD"]
        assert b"team@acme.test" not in raw_of(users, copy["id"])
        results = headers_of(users, copy["id"])["Authentication-Results"]
        assert "dkim=pass header.i=@acme.test" in results
        assert "dmarc=pass" in results
        assert headers_of(users, copy["id"])["Message-ID"] == sent["messageId"]


def test_a_mail_to_oneself_is_one_message_sent_and_received(simulator: Simulator, ana: Any, write: Write) -> None:
    sent = simulator.control.send(ANA, write(From=ANA, To="jobs@acme.test"))

    assert sent["copies"] == {}
    assert labels_of(ana, sent["id"]) == ["INBOX", "SENT", "UNREAD"]


def test_nobody_sends_under_an_address_that_is_not_theirs(simulator: Simulator, ana: Any, write: Write) -> None:
    forged = simulator.control.send(ANA, write(From=f"Boss <{BEN}>", To=CAND))
    alias = simulator.control.send(ANA, write(From="jobs@acme.test", To=CAND))
    nobody = simulator.control.send(ANA, b"To: cand@mail.test\n\nHi\n")

    assert headers_of(ana, forged["id"])["From"] == "Ana Reyes <ana@acme.test>"
    assert headers_of(ana, forged["id"])["X-Google-Original-From"] == f"Boss <{BEN}>"
    assert headers_of(ana, alias["id"])["From"] == "jobs@acme.test"
    assert headers_of(ana, nobody["id"])["From"] == "Ana Reyes <ana@acme.test>"


def test_another_subject_leaves_the_thread_when_it_is_sent(
    simulator: Simulator, write: Write, thread: Copy
) -> None:
    wanted = thread["threadId"]
    kept = simulator.control.send(ANA, write(**REPLY), thread=wanted)
    renamed = simulator.control.send(ANA, write(**REPLY | {"Subject": "Your offer"}), thread=wanted)
    draft = simulator.control.draft(ANA, write(**REPLY), thread=wanted)
    edited = simulator.control.save_draft(ANA, draft["draft"], write(**REPLY | {"Subject": "Your contract"}))

    assert kept["threadId"] == draft["threadId"] == wanted
    assert renamed["threadId"] == renamed["id"]
    assert edited["threadId"] == edited["id"]
    with pytest.raises(ControlRefusedError, match="404"):
        simulator.control.send(ANA, write(**REPLY), thread="19a0000000000000")


def test_the_mail_after_the_hundredth_begins_a_thread_without_the_label(
    simulator: Simulator, ana: Any, write: Write, thread: Copy
) -> None:
    for _ in range(98):
        simulator.control.send(ANA, write(**REPLY), thread=thread["threadId"])
    last = simulator.control.draft(ANA, write(**REPLY), thread=thread["threadId"])
    hundredth = simulator.control.send(ANA, write(**REPLY), thread=thread["threadId"])
    simulator.control.label(ANA, thread["threadId"], add=["Lever"])

    sent = simulator.control.send_draft(ANA, last["draft"])
    answer = write(Message_ID="<a@mail.test>", References=f"<1@mail.test> {sent['messageId']}", Subject="Re: Role")
    follows = simulator.control.deliver(answer, to=[ANA])[ANA]

    assert last["threadId"] == hundredth["threadId"] == thread["threadId"]
    assert sent["threadId"] == sent["id"] == follows["threadId"]
    assert labels_of(ana, sent["id"]) == ["SENT"]
    assert (
        len(ana.threads().get(userId="me", id=thread["threadId"], format="minimal").execute()["messages"]) == 100
    )


def test_a_scheduled_mail_stands_in_the_future_without_a_label_until_it_is_sent(
    simulator: Simulator, gmail: Connect, ana: Any, write: Write, clock: Any
) -> None:
    at = int(clock.now) + 600
    waiting = simulator.control.schedule(ANA, write(From=ANA, To=BEN), at=at)
    start = cursor(ana)

    found = ana.messages().list(userId="me", q="in:scheduled").execute()["messages"]
    shown = ana.messages().get(userId="me", id=waiting["id"], format="minimal").execute()
    assert [one["id"] for one in found] == [waiting["id"]]
    assert int(shown["internalDate"]) == at * 1000
    assert "labelIds" not in shown
    assert simulator.control.mailbox(BEN)["threads"] == []

    clock.now = at
    [added, deleted] = changes(ana, start)

    assert (added[0], added[2]) == ("messagesAdded", ["SENT"])
    assert deleted[:2] == ("messagesDeleted", waiting["id"])
    [copy] = simulator.control.mailbox(BEN)["threads"]
    assert labels_of(gmail(BEN), copy["id"]) == ["INBOX", "UNREAD"]
    assert "messages" not in ana.messages().list(userId="me", q="in:scheduled").execute()


def test_a_mailbox_can_be_told_that_what_it_sends_keeps_its_id(
    simulator: Simulator, ana: Any, write: Write, thread: Copy, clock: Any
) -> None:
    simulator.control.sent_in_place(ANA)
    made = draft(ana, write(**REPLY), threadId=thread["threadId"])
    waiting = simulator.control.schedule(ANA, write(From=ANA, To=BEN), at=int(clock.now) + 600)
    start = cursor(ana)

    sent = simulator.control.send_draft(ANA, made["id"])
    clock.now += 600

    assert changes(ana, start) == [
        ("labelsAdded", made["message"]["id"], ["DRAFT", "SENT"]),
        ("labelsRemoved", made["message"]["id"], ["SENT"]),
        ("labelsAdded", waiting["id"], ["SENT"]),
    ]
    assert (sent["id"], sent["threadId"]) == (made["message"]["id"], thread["threadId"])
    assert headers_of(ana, sent["id"])["Message-ID"] == sent["messageId"]
    assert len(simulator.control.mailbox(BEN)["threads"]) == 1
    assert "messages" not in ana.messages().list(userId="me", q="in:scheduled").execute()


def test_a_draft_can_be_scheduled_in_its_thread_and_called_off(
    simulator: Simulator, ana: Any, write: Write, thread: Copy, clock: Any
) -> None:
    made = draft(ana, write(**REPLY | {"To": BEN}), threadId=thread["threadId"])

    waiting = simulator.control.schedule_draft(ANA, made["id"], at=int(clock.now) + 600)
    assert waiting["threadId"] == thread["threadId"]
    simulator.control.delete_message(ANA, waiting["id"])
    clock.now += 600

    assert simulator.control.mailbox(BEN)["threads"] == []
    with pytest.raises(ControlRefusedError, match="time to come"):
        simulator.control.schedule(ANA, write(From=ANA), at=int(clock.now))
