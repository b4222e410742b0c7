"""Labels: on messages, by id, under names that may not collide."""

from collections.abc import Callable
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from demo.simulator.client import ControlRefusedError
from demo.simulator.server import Simulator

Write = Callable[..., bytes]
ANA = "ana@acme.test"


def history_of(users: Any, start: str) -> list[dict[str, Any]]:
    return users.history().list(userId="me", startHistoryId=start).execute().get("history", [])  # type: ignore[no-any-return]


def cursor(users: Any) -> str:
    return str(users.getProfile(userId="me").execute()["historyId"])


def test_labelling_a_thread_labels_every_message_now_in_it_and_no_reply(
    simulator: Simulator, ana: Any, write: Write
) -> None:
    thread = simulator.control.deliver(write(), to=[ANA])[ANA]["threadId"]
    simulator.control.deliver(write(Message_ID="<2@x.test>", References="<1@mail.test>"), to=[ANA])
    label = ana.labels().create(userId="me", body={"name": "Lever"}).execute()
    start = cursor(ana)

    ana.threads().modify(userId="me", id=thread, body={"addLabelIds": [label["id"]]}).execute()
    simulator.control.deliver(write(Message_ID="<3@x.test>", References="<1@mail.test>"), to=[ANA])

    worn = [
        label["id"] in one["labelIds"] for one in ana.threads().get(userId="me", id=thread).execute()["messages"]
    ]
    assert worn == [True, True, False]
    assert [("labelsAdded" in one, "messagesAdded" in one) for one in history_of(ana, start)] == [
        (True, False),
        (True, False),
        (False, True),
    ]


def test_a_label_put_on_twice_is_history_once(simulator: Simulator, ana: Any, write: Write) -> None:
    thread = simulator.control.deliver(write(), to=[ANA])[ANA]["threadId"]
    simulator.control.label(ANA, thread, add=["Lever"])
    start = cursor(ana)

    simulator.control.label(ANA, thread, add=["Lever"])

    assert history_of(ana, start) == []


def test_one_message_of_a_thread_can_lose_its_label(simulator: Simulator, write: Write) -> None:
    first = simulator.control.deliver(write(), to=[ANA])[ANA]
    simulator.control.deliver(write(Message_ID="<2@x.test>", References="<1@mail.test>"), to=[ANA])
    simulator.control.label(ANA, first["threadId"], add=["Lever"])

    simulator.control.label(ANA, first["threadId"], remove=["Lever"], messages=[first["id"]])

    messages = simulator.control.mailbox(ANA)["threads"][0]["messages"]
    assert ["Lever" in message["labels"] for message in messages] == [False, True]


@pytest.mark.parametrize("name", ["lever", "LEVER", " Lever "])
def test_a_name_that_differs_in_case_or_blanks_conflicts(ana: Any, name: str) -> None:
    ana.labels().create(userId="me", body={"name": "Lever"}).execute()

    with pytest.raises(HttpError, match="Label name exists or conflicts") as refused:
        ana.labels().create(userId="me", body={"name": name}).execute()

    assert refused.value.status_code == 409


@pytest.mark.parametrize("name", ["INBOX", "spam", "", "  "])
def test_a_reserved_name_is_invalid(ana: Any, name: str) -> None:
    with pytest.raises(HttpError, match="Invalid label name") as refused:
        ana.labels().create(userId="me", body={"name": name}).execute()

    assert refused.value.status_code == 400


def test_a_mailbox_may_have_a_twin_from_older_days(simulator: Simulator) -> None:
    simulator.control.create_label(ANA, "Lever")

    with pytest.raises(ControlRefusedError, match="conflicts"):
        simulator.control.create_label(ANA, "lever")
    simulator.control.create_label(ANA, "lever", twin=True)

    assert {"Lever", "lever"} <= set(simulator.control.mailbox(ANA)["labels"])


def test_a_nested_label_is_a_label_of_its_own(ana: Any) -> None:
    nested = ana.labels().create(userId="me", body={"name": "Lever/Secret"}).execute()

    assert nested["type"] == "user"
    assert "Lever" not in {label["name"] for label in ana.labels().list(userId="me").execute()["labels"]}


def test_renaming_keeps_the_id_and_deleting_strips_it_and_neither_is_history(
    simulator: Simulator, ana: Any, write: Write
) -> None:
    thread = simulator.control.deliver(write(), to=[ANA])[ANA]["threadId"]
    simulator.control.label(ANA, thread, add=["Lever"])
    label_id = simulator.control.mailbox(ANA)["label_ids"]["Lever"]
    start = cursor(ana)

    simulator.control.rename_label(ANA, "Lever", "Hiring")
    assert ana.labels().get(userId="me", id=label_id).execute()["name"] == "Hiring"
    ana.labels().delete(userId="me", id=label_id).execute()

    message = ana.threads().get(userId="me", id=thread, format="minimal").execute()["messages"][0]
    assert label_id not in message["labelIds"]
    assert history_of(ana, start) == []
    assert simulator.control.create_label(ANA, "Hiring") != label_id


def test_patch_and_update_rename_through_the_api(ana: Any) -> None:
    label = ana.labels().create(userId="me", body={"name": "Lever", "labelListVisibility": "labelHide"}).execute()

    patched = ana.labels().patch(userId="me", id=label["id"], body={"name": "Hiring"}).execute()
    updated = ana.labels().update(userId="me", id=label["id"], body={"name": "Jobs"}).execute()

    assert (patched["name"], updated["name"], updated["id"]) == ("Hiring", "Jobs", label["id"])
    assert updated["labelListVisibility"] == "labelHide"


def test_a_label_counts_its_messages_and_threads(simulator: Simulator, ana: Any, write: Write) -> None:
    thread = simulator.control.deliver(write(), to=[ANA])[ANA]["threadId"]
    simulator.control.deliver(write(Message_ID="<2@x.test>", References="<1@mail.test>"), to=[ANA])
    simulator.control.label(ANA, thread, add=["Lever"])

    label = ana.labels().get(userId="me", id=simulator.control.mailbox(ANA)["label_ids"]["Lever"]).execute()
    assert (label["messagesTotal"], label["threadsTotal"], label["messagesUnread"]) == (2, 1, 2)


def test_a_filter_labels_on_delivery_without_a_record_of_its_own(
    simulator: Simulator, ana: Any, write: Write
) -> None:
    label_id = simulator.control.filter(ANA, sender="Cand@mail.test", label="Lever")
    start = cursor(ana)

    simulator.control.deliver(write(), to=[ANA])

    [record] = history_of(ana, start)
    assert label_id in record["messagesAdded"][0]["message"]["labelIds"]
    assert "labelsAdded" not in record


def test_a_draft_cannot_be_labelled(simulator: Simulator, ana: Any, write: Write) -> None:
    draft = simulator.control.draft(ANA, write(From=ANA))
    label = simulator.control.create_label(ANA, "Lever")

    with pytest.raises(HttpError, match="Drafts cannot be labeled"):
        ana.threads().modify(userId="me", id=draft["threadId"], body={"addLabelIds": [label]}).execute()
    simulator.control.label(ANA, draft["threadId"], add=["Lever"])

    assert simulator.control.mailbox(ANA)["threads"][0]["labels"] == ["DRAFT"]


@pytest.mark.parametrize("label_id", ["Label_404", "SENT", "DRAFT"])
def test_modify_refuses_labels_nobody_can_put_on(
    simulator: Simulator, ana: Any, write: Write, label_id: str
) -> None:
    thread = simulator.control.deliver(write(), to=[ANA])[ANA]["threadId"]

    with pytest.raises(HttpError, match="Invalid label"):
        ana.threads().modify(userId="me", id=thread, body={"addLabelIds": [label_id]}).execute()


def test_a_system_label_can_be_put_on_by_its_id(simulator: Simulator, ana: Any, write: Write) -> None:
    thread = simulator.control.deliver(write(), to=[ANA])[ANA]["threadId"]
    start = cursor(ana)

    simulator.control.label(ANA, thread, add=["TRASH"])

    [record] = history_of(ana, start)
    assert record["labelsAdded"][0]["labelIds"] == ["TRASH"]


def test_the_bin_and_spam_take_a_message_out_of_the_inbox_and_give_it_back(
    simulator: Simulator, ana: Any, write: Write
) -> None:
    copy = simulator.control.deliver(write(), to=[ANA])[ANA]
    control = simulator.control
    for away, back, label in ((control.trash, control.untrash, "TRASH"), (control.spam, control.not_spam, "SPAM")):
        start = cursor(ana)

        away(ANA, copy["id"])
        back(ANA, copy["id"])

        told = [
            (kind, record[kind][0]["labelIds"])
            for record in history_of(ana, start)
            for kind in ("labelsAdded", "labelsRemoved")
            if kind in record
        ]
        assert told == [
            ("labelsAdded", [label]),
            ("labelsRemoved", ["INBOX"]),
            ("labelsAdded", ["INBOX"]),
            ("labelsRemoved", [label]),
        ]
        assert ana.messages().get(userId="me", id=copy["id"]).execute()["labelIds"] == ["INBOX", "UNREAD"]


def test_sent_mail_comes_back_from_the_bin_without_the_inbox_and_twice_is_once(
    simulator: Simulator, ana: Any, write: Write
) -> None:
    sent = simulator.control.send(ANA, write(From=ANA, To="cand@mail.test"))
    start = cursor(ana)

    for act in (simulator.control.trash, simulator.control.untrash):
        act(ANA, sent["id"])
        act(ANA, sent["id"])

    assert [sorted(set(one) - {"id", "messages"}) for one in history_of(ana, start)] == [
        ["labelsAdded"],
        ["labelsRemoved"],
    ]
    assert ana.messages().get(userId="me", id=sent["id"]).execute()["labelIds"] == ["SENT"]
