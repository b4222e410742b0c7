"""Lists of threads, messages and history, page by page."""

from collections.abc import Callable
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from demo.simulator.server import Simulator

Write = Callable[..., bytes]
ANA = "ana@acme.test"


def deliver(simulator: Simulator, write: Write, count: int) -> list[str]:
    """Unrelated mails, oldest first."""
    mails = (write(Message_ID=f"<{n}@x.test>", Subject=f"Mail {n}") for n in range(count))
    return [simulator.control.deliver(mail, to=[ANA])[ANA]["id"] for mail in mails]


def pages(resource: Any, **asked: Any) -> list[dict[str, Any]]:
    found = []
    request = resource.list(userId="me", **asked)
    while request is not None:
        found.append(request.execute())
        request = resource.list_next(request, found[-1])
    return found


def test_pages_hold_every_message_once(simulator: Simulator, ana: Any, write: Write) -> None:
    ids = deliver(simulator, write, 5)

    listed = pages(ana.messages(), maxResults=2)

    assert [len(page["messages"]) for page in listed] == [2, 2, 1]
    assert sorted(one["id"] for page in listed for one in page["messages"]) == sorted(ids)


def test_threads_are_listed_newest_first(simulator: Simulator, ana: Any, write: Write, clock: Any) -> None:
    [old] = deliver(simulator, write, 1)
    clock.now += 5
    new = simulator.control.deliver(write(Subject="Later"), to=[ANA])[ANA]["threadId"]

    assert [one["id"] for one in ana.threads().list(userId="me").execute()["threads"]] == [new, old]


def test_an_empty_list_has_no_key_for_its_items(ana: Any) -> None:
    assert ana.threads().list(userId="me").execute() == {"resultSizeEstimate": 0}


def test_every_label_asked_for_must_be_on_one_message(simulator: Simulator, ana: Any, write: Write) -> None:
    thread, _ = deliver(simulator, write, 2)
    simulator.control.label(ANA, thread, add=["Lever"])
    lever = simulator.control.mailbox(ANA)["label_ids"]["Lever"]

    listed = ana.threads().list(userId="me", labelIds=["INBOX", lever]).execute()["threads"]
    assert [one["id"] for one in listed] == [thread]
    with pytest.raises(HttpError, match="Invalid label: Label_404"):
        ana.threads().list(userId="me", labelIds=["Label_404"]).execute()


@pytest.mark.parametrize("label", ["SPAM", "TRASH"])
def test_spam_and_trash_are_left_out_of_lists_and_shown_by_id(
    simulator: Simulator, ana: Any, write: Write, label: str
) -> None:
    [thread] = deliver(simulator, write, 1)
    simulator.control.label(ANA, thread, add=[label])

    assert "threads" not in ana.threads().list(userId="me").execute()
    assert "messages" not in ana.messages().list(userId="me").execute()
    assert len(ana.threads().list(userId="me", includeSpamTrash=True).execute()["threads"]) == 1
    assert len(ana.threads().get(userId="me", id=thread).execute()["messages"]) == 1


def test_history_starts_after_the_cursor_and_knows_every_kind(
    simulator: Simulator, ana: Any, write: Write
) -> None:
    before = ana.getProfile(userId="me").execute()["historyId"]
    message, other = deliver(simulator, write, 2)
    simulator.control.label(ANA, message, add=["Lever"])
    simulator.control.label(ANA, message, remove=["Lever"])
    simulator.control.delete_message(ANA, other)

    answer = ana.history().list(userId="me", startHistoryId=before).execute()

    kinds = [next(iter(set(one) - {"id", "messages"})) for one in answer["history"]]
    assert kinds == ["messagesAdded", "messagesAdded", "labelsAdded", "labelsRemoved", "messagesDeleted"]
    ids = [int(one["id"]) for one in answer["history"]]
    assert ids == sorted(set(ids))
    assert int(answer["historyId"]) == ids[-1] == int(ana.getProfile(userId="me").execute()["historyId"])
    after_first = ana.history().list(userId="me", startHistoryId=ids[0]).execute()["history"]
    assert [int(one["id"]) for one in after_first] == ids[1:]


def test_history_can_be_narrowed_to_kinds_and_to_a_label(simulator: Simulator, ana: Any, write: Write) -> None:
    start = ana.getProfile(userId="me").execute()["historyId"]
    labelled, _ = deliver(simulator, write, 2)
    simulator.control.label(ANA, labelled, add=["Lever"])
    lever = simulator.control.mailbox(ANA)["label_ids"]["Lever"]

    def kept(**asked: Any) -> list[str]:
        answer = ana.history().list(userId="me", startHistoryId=start, **asked).execute()
        return [one["messages"][0]["id"] for one in answer.get("history", [])]

    assert kept(historyTypes=["labelAdded", "labelRemoved"]) == [labelled]
    assert kept(labelId=lever) == [labelled]
    assert kept(historyTypes="messageDeleted") == []


def test_an_answer_without_records_has_no_history_key(ana: Any) -> None:
    start = ana.getProfile(userId="me").execute()["historyId"]

    assert ana.history().list(userId="me", startHistoryId=start).execute() == {"historyId": start}


def test_each_page_of_history_names_the_mailboxs_own_id(simulator: Simulator, ana: Any, write: Write) -> None:
    start = ana.getProfile(userId="me").execute()["historyId"]
    deliver(simulator, write, 5)
    now = ana.getProfile(userId="me").execute()["historyId"]

    listed = pages(ana.history(), startHistoryId=start, maxResults=2)

    assert [len(page["history"]) for page in listed] == [2, 2, 1]
    assert {page["historyId"] for page in listed} == {now}


def test_an_empty_page_may_come_before_a_full_one(simulator: Simulator, ana: Any, write: Write) -> None:
    start = ana.getProfile(userId="me").execute()["historyId"]
    deliver(simulator, write, 1)
    simulator.control.empty_history_page(ANA)

    listed = pages(ana.history(), startHistoryId=start)

    assert [len(page.get("history", [])) for page in listed] == [0, 1]


def test_a_cursor_from_before_the_expiry_is_not_found(simulator: Simulator, ana: Any, write: Write) -> None:
    start = ana.getProfile(userId="me").execute()["historyId"]
    deliver(simulator, write, 3)
    first = ana.history().list(userId="me", startHistoryId=start, maxResults=1).execute()

    simulator.control.expire_history(ANA)

    for lost in ({"startHistoryId": start}, {"startHistoryId": start, "pageToken": first["nextPageToken"]}):
        with pytest.raises(HttpError) as refused:
            ana.history().list(userId="me", **lost).execute()
        assert refused.value.status_code == 404
        assert refused.value.error_details[0]["reason"] == "notFound"
    fresh = ana.getProfile(userId="me").execute()["historyId"]
    assert ana.history().list(userId="me", startHistoryId=fresh).execute() == {"historyId": fresh}


def test_history_ids_may_roll_over_a_digit(simulator: Simulator, gmail: Callable[..., Any], write: Write) -> None:
    simulator.control.add_mailbox("new@acme.test", history_id=999)

    simulator.control.deliver(write(), to=["new@acme.test"])

    answer = gmail("new@acme.test").history().list(userId="me", startHistoryId="999").execute()
    assert int(answer["history"][0]["id"]) >= 1000


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ({}, "startHistoryId"),
        ({"startHistoryId": "abc"}, "Invalid value"),
        ({"startHistoryId": "1", "pageToken": "rubbish"}, "Invalid pageToken"),
    ],
)
def test_history_refuses_what_it_cannot_read(ana: Any, asked: dict[str, str], text: str) -> None:
    with pytest.raises(HttpError, match=text) as refused:
        ana.history().list(userId="me", **asked).execute()

    assert refused.value.status_code == 400
