"""Partial responses, as Google's `fields` parameter words them."""

from collections.abc import Callable
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from demo.simulator.fields import select
from demo.simulator.server import Simulator

Write = Callable[..., bytes]
ANA = "ana@acme.test"
SHAPE = "id,messages(id,payload(headers,parts/filename)),historyId"


def test_an_answer_holds_the_fields_asked_for_and_no_others(simulator: Simulator, ana: Any, write: Write) -> None:
    thread = simulator.control.deliver(write(), to=[ANA])[ANA]["threadId"]

    answer = ana.threads().get(userId="me", id=thread, fields=SHAPE).execute()

    assert set(answer) == {"id", "historyId", "messages"}
    assert set(answer["messages"][0]) == {"id", "payload"}
    assert set(answer["messages"][0]["payload"]) == {"headers"}


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ("messages/id", {"messages": [{"id"}]}),
        ("messages(id,threadId)", {"messages": [{"id", "threadId"}]}),
        ("messages/id,messages/labelIds", {"messages": [{"id", "labelIds"}]}),
        ("messages/payload/headers/name", {"messages": [{"payload"}]}),
        ("*/id", {"messages": [{"id"}]}),
        ("id, historyId", {}),
    ],
)
def test_paths_brackets_and_wildcards_mean_what_google_says(
    simulator: Simulator, ana: Any, write: Write, fields: str, kept: dict[str, Any]
) -> None:
    thread = simulator.control.deliver(write(), to=[ANA])[ANA]["threadId"]

    answer = ana.threads().get(userId="me", id=thread, fields=fields).execute()

    lists = {name: [set(one) for one in value] for name, value in answer.items() if isinstance(value, list)}
    assert lists == kept


def test_a_wildcard_takes_a_whole_level(simulator: Simulator, ana: Any, write: Write) -> None:
    thread = simulator.control.deliver(write(), to=[ANA])[ANA]["threadId"]

    whole = ana.threads().get(userId="me", id=thread).execute()

    assert ana.threads().get(userId="me", id=thread, fields="*").execute() == whole
    assert ana.threads().get(userId="me", id=thread, fields="id,messages(*),historyId").execute() == whole


@pytest.mark.parametrize(
    "fields",
    [
        "subject",
        "messages(id",
        "messages/",
        "messages(subject)",
        "id(x)",
        "id,,id",
        "(id)",
        "*/subject",
        "a.b",
        ",",
    ],
)
def test_a_field_that_cannot_be_is_refused(ana: Any, fields: str) -> None:
    with pytest.raises(HttpError, match="Invalid field selection") as refused:
        ana.threads().get(userId="me", id="19a0000000000000", fields=fields).execute()

    assert refused.value.status_code == 400
    assert refused.value.error_details[0]["reason"] == "invalidParameter"


def test_the_mask_of_a_history_sync_is_accepted(simulator: Simulator, ana: Any, write: Write) -> None:
    start = ana.getProfile(userId="me").execute()["historyId"]
    simulator.control.deliver(write(), to=[ANA])

    answer = ana.history().list(
        userId="me",
        startHistoryId=start,
        fields="nextPageToken,historyId,history(id,messagesAdded(message(id,threadId,labelIds)),"
        "messagesDeleted(message(id,threadId)),labelsAdded(message(id,threadId),labelIds),"
        "labelsRemoved(message(id,threadId),labelIds))",
    )

    [record] = answer.execute()["history"]
    assert set(record) == {"id", "messagesAdded"}
    assert set(record["messagesAdded"][0]["message"]) == {"id", "threadId", "labelIds"}


def test_a_name_and_a_wildcard_beside_it_add_up() -> None:
    answer = {"a": {"b": 1, "c": 2, "d": 3}, "e": {"b": 4, "c": 5}}

    assert select(answer, {"a": {"b": {}}, "*": {"c": {}}}) == {"a": {"b": 1, "c": 2}, "e": {"c": 5}}
