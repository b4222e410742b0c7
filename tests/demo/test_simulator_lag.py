"""An index that lags behind the mailbox, and history that tells less than it could."""

from collections.abc import Callable
from typing import Any

import pytest

from demo.simulator.client import ControlRefusedError
from demo.simulator.server import Simulator

Write = Callable[..., bytes]
ANA = "ana@acme.test"


def profile(users: Any) -> str:
    return str(users.getProfile(userId="me").execute()["historyId"])


def history(users: Any, start: str) -> dict[str, Any]:
    return users.history().list(userId="me", startHistoryId=start).execute()  # type: ignore[no-any-return]


def found(users: Any, **asked: Any) -> list[str]:
    return [one["id"] for one in users.messages().list(userId="me", **asked).execute().get("messages", [])]


def test_for_so_many_calls_history_and_lists_show_the_mailbox_as_it_was(
    simulator: Simulator, ana: Any, write: Write
) -> None:
    before = profile(ana)
    simulator.control.lag(ANA, calls=4)
    copy = simulator.control.deliver(write(), to=[ANA])[ANA]

    assert history(ana, before) == {"historyId": before}
    assert found(ana) == found(ana, q="from:cand") == []
    assert "threads" not in ana.threads().list(userId="me").execute()
    assert int(profile(ana)) > int(before)

    assert [one["messages"][0]["id"] for one in history(ana, before)["history"]] == [copy["id"]]
    assert found(ana, q="from:cand") == [copy["id"]]


def test_a_message_the_index_does_not_have_yet_can_be_read(simulator: Simulator, ana: Any, write: Write) -> None:
    simulator.control.lag(ANA, seconds=10)
    copy = simulator.control.deliver(write(), to=[ANA])[ANA]

    assert found(ana) == []
    assert ana.messages().get(userId="me", id=copy["id"]).execute()["id"] == copy["id"]
    assert len(ana.threads().get(userId="me", id=copy["threadId"]).execute()["messages"]) == 1


def test_for_so_many_seconds_labels_and_deletions_are_not_seen_either(
    simulator: Simulator, ana: Any, write: Write, clock: Any
) -> None:
    kept = simulator.control.deliver(write(), to=[ANA])[ANA]
    gone = simulator.control.deliver(write(Subject="Gone", Message_ID="<2@x.test>"), to=[ANA])[ANA]
    simulator.control.create_label(ANA, "Lever")
    simulator.control.lag(ANA, seconds=8)
    simulator.control.label(ANA, kept["threadId"], add=["Lever"])
    simulator.control.delete_message(ANA, gone["id"])

    clock.now += 7.9
    assert found(ana, q="label:lever") == []
    assert set(found(ana)) == {kept["id"], gone["id"]}
    assert len(ana.threads().list(userId="me").execute()["threads"]) == 2

    clock.now += 0.1
    assert found(ana, q="label:lever") == found(ana) == [kept["id"]]


def test_what_came_before_the_lag_is_seen(simulator: Simulator, ana: Any, write: Write) -> None:
    before = profile(ana)
    copy = simulator.control.deliver(write(), to=[ANA])[ANA]
    simulator.control.lag(ANA, calls=2)

    assert len(history(ana, before)["history"]) == 1
    assert found(ana) == [copy["id"]]


def test_an_answer_may_name_a_history_id_whose_records_it_does_not_have(
    simulator: Simulator, ana: Any, write: Write
) -> None:
    before = profile(ana)
    simulator.control.lag(ANA, calls=1, ahead=True)
    simulator.control.deliver(write(), to=[ANA])

    assert history(ana, before) == {"historyId": profile(ana)}
    assert len(history(ana, before)["history"]) == 1


def test_a_lag_can_be_ended(simulator: Simulator, ana: Any, write: Write) -> None:
    simulator.control.lag(ANA, seconds=10)
    copy = simulator.control.deliver(write(), to=[ANA])[ANA]

    simulator.control.lag(ANA, calls=0)

    assert found(ana) == [copy["id"]]
    with pytest.raises(ControlRefusedError, match="Give 'calls' or 'seconds'"):
        simulator.control.lag(ANA)


def test_history_may_leave_out_the_labels_of_its_messages(simulator: Simulator, ana: Any, write: Write) -> None:
    before = profile(ana)
    simulator.control.labels_in_history(ANA, told=False)
    copy = simulator.control.deliver(write(), to=[ANA])[ANA]
    simulator.control.label(ANA, copy["threadId"], add=["STARRED"])

    added, labelled = history(ana, before)["history"]

    assert added["messagesAdded"] == [{"message": {"id": copy["id"], "threadId": copy["threadId"]}}]
    assert labelled["labelsAdded"][0]["labelIds"] == ["STARRED"]
    assert "labelIds" not in labelled["labelsAdded"][0]["message"]
    simulator.control.empty_history_page(ANA)
    assert "history" not in history(ana, before)
    assert "labelIds" not in history(ana, before)["history"][0]["messagesAdded"][0]["message"]
    simulator.control.labels_in_history(ANA, told=True)
    assert history(ana, before)["history"][0]["messagesAdded"][0]["message"]["labelIds"] == ["INBOX", "UNREAD"]
