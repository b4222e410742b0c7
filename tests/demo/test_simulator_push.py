"""Watching a mailbox: what is told, to whom, how often, and how it goes wrong."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from google.auth.transport.requests import Request
from google.oauth2 import id_token
from googleapiclient.errors import HttpError

from demo.simulator.client import ControlRefusedError
from demo.simulator.server import Simulator, serve
from tests.demo.listener import Listener, listening

Connect = Callable[..., Any]
Write = Callable[..., bytes]
Arrive = Callable[[], int]
ANA, BEN = "ana@acme.test", "ben@acme.test"
MODIFY = "https://www.googleapis.com/auth/gmail.modify"
TOPIC = "projects/acme/topics/gmail"
WEEK = 7 * 86_400


@pytest.fixture
def listener(simulator: Simulator) -> Iterator[Listener]:
    with listening() as one:
        simulator.control.push_to(f"{one.url}/push/gmail")
        yield one


@pytest.fixture
def arrive(simulator: Simulator, write: Write, clock: Any) -> Arrive:
    """One more mail for Ana, two seconds after the last; the history id after it."""

    def deliver() -> int:
        clock.now += 2
        simulator.control.deliver(write(), to=[ANA])
        return int(simulator.control.mailbox(ANA)["historyId"])

    return deliver


def watch(users: Any, topic: str = TOPIC, **more: Any) -> dict[str, str]:
    return users.watch(userId="me", body={"topicName": topic} | more).execute()  # type: ignore[no-any-return]


def test_watching_tells_once_at_once_and_then_of_each_change(
    simulator: Simulator, ana: Any, listener: Listener, arrive: Arrive, clock: Any
) -> None:
    answer = watch(ana)
    changed = arrive()

    assert simulator.control.settle_pushes() == 0
    assert listener.ids() == [int(answer["historyId"]), changed]
    assert {one.content["emailAddress"] for one in listener.heard} == {ANA}
    assert int(answer["expiration"]) == (clock.now - 2 + WEEK) * 1000
    calls = {call["method"]: call["units"] for call in simulator.control.calls()}
    assert calls["watch"] == 100


def test_a_notification_is_pubsubs_envelope_with_a_token_that_proves_pubsub(
    simulator: Simulator, ana: Any, listener: Listener
) -> None:
    simulator.control.push_to(
        f"{listener.url}/push/gmail?a=b",
        audience="https://addon.acme.test/push/gmail",
        service_account="pubsub@acme.iam.gserviceaccount.com",
        subscription="projects/acme/subscriptions/addon",
    )
    watch(ana)
    simulator.control.settle_pushes()

    [heard] = listener.heard
    assert heard.path == "/push/gmail?a=b"
    assert heard.headers["Content-Type"] == "application/json"
    message = heard.body["message"]
    assert heard.body["subscription"] == "projects/acme/subscriptions/addon"
    assert message["messageId"] == message["message_id"]
    assert message["messageId"].isdigit()
    assert message["publishTime"] == message["publish_time"] == "2026-09-21T14:13:20.000Z"
    claims = id_token.verify_token(
        heard.token,
        Request(),
        audience="https://addon.acme.test/push/gmail",
        certs_url=f"{simulator.url}/oauth2/v1/certs",
        clock_skew_in_seconds=10**9,
    )
    assert claims["iss"] == "https://accounts.google.com"
    assert (claims["email"], claims["email_verified"]) == ("pubsub@acme.iam.gserviceaccount.com", True)
    assert claims["exp"] - claims["iat"] == 3600


def test_one_request_that_changes_much_is_one_notification(
    simulator: Simulator, ana: Any, listener: Listener, arrive: Arrive, clock: Any
) -> None:
    watch(ana)
    for _ in range(3):
        arrive()
    clock.now += 2
    [thread] = simulator.control.mailbox(ANA)["threads"]
    simulator.control.label(ANA, thread["id"], add=["Lever"])
    ana.labels().create(userId="me", body={"name": "Other"}).execute()

    simulator.control.settle_pushes()
    assert len(listener.heard) == 5
    assert listener.ids()[-1] == int(simulator.control.mailbox(ANA)["historyId"])


def test_a_mailbox_is_told_of_once_a_second_and_the_surplus_is_dropped(
    simulator: Simulator, ana: Any, gmail: Connect, listener: Listener, write: Write, clock: Any
) -> None:
    watch(ana)
    watch(gmail(BEN))
    clock.now += 0.9
    simulator.control.deliver(write(), to=[ANA])
    clock.now += 0.1
    simulator.control.deliver(write(), to=[ANA])
    last = int(simulator.control.mailbox(ANA)["historyId"])
    simulator.control.deliver(write(), to=[ANA])
    simulator.control.settle_pushes()

    assert [one.content["emailAddress"] for one in listener.heard] == [ANA, BEN, ANA]
    assert listener.ids()[-1] == last
    assert simulator.control.pushes()["surplus"] == 2
    simulator.control.push_trouble(every=0)
    simulator.control.deliver(write(), to=[ANA])
    simulator.control.settle_pushes()
    assert len(listener.heard) == 4


def test_a_second_topic_is_refused_until_the_first_is_stopped_or_over(
    simulator: Simulator, ana: Any, gmail: Connect, clock: Any
) -> None:
    watch(ana)
    watch(ana)
    with pytest.raises(HttpError, match="Only one user push notification client allowed per developer") as refused:
        watch(ana, "projects/acme/topics/staging")
    assert refused.value.status_code == 400

    ana.stop(userId="me").execute()
    watch(ana, "projects/acme/topics/staging")
    clock.now += WEEK

    watch(gmail(ANA), TOPIC)
    calls = {call["method"]: call["units"] for call in simulator.control.calls()}
    assert calls["stop"] == 50


def test_another_cloud_project_watches_for_itself(simulator: Simulator, gmail: Connect) -> None:
    other = simulator.control.grant(ANA, [MODIFY], project="crm")["access_token"]

    watch(gmail(ANA))
    watch(gmail(ANA, token=other), "projects/crm/topics/mail")

    gmail(ANA, token=other).stop(userId="me").execute()
    with pytest.raises(HttpError, match="Only one user"):
        watch(gmail(ANA), "projects/crm/topics/mail")


def test_nothing_is_told_after_stop_or_after_a_week(
    simulator: Simulator, ana: Any, listener: Listener, arrive: Arrive, clock: Any
) -> None:
    watch(ana)
    ana.stop(userId="me").execute()
    arrive()
    watch(ana)
    simulator.control.settle_pushes()
    assert len(listener.heard) == 2

    clock.now += WEEK - 3
    arrive()
    arrive()
    simulator.control.settle_pushes()
    assert len(listener.heard) == 3


def test_a_renewed_watch_tells_again_and_lasts_a_week_from_then(
    simulator: Simulator, gmail: Connect, listener: Listener, arrive: Arrive, clock: Any
) -> None:
    watch(gmail(ANA))
    clock.now += WEEK - 10
    watch(gmail(ANA))
    clock.now += WEEK - 10
    arrive()

    simulator.control.settle_pushes()
    assert len(listener.heard) == 3


def test_a_watch_may_be_for_some_labels_or_for_all_but_some(
    simulator: Simulator, ana: Any, listener: Listener, arrive: Arrive, clock: Any
) -> None:
    watch(ana, labelIds=["STARRED"])
    arrive()
    [thread] = simulator.control.mailbox(ANA)["threads"]
    clock.now += 2
    simulator.control.label(ANA, thread["id"], add=["STARRED"])
    simulator.control.settle_pushes()
    assert len(listener.heard) == 2

    clock.now += 2
    watch(ana, labelIds=["STARRED"], labelFilterBehavior="exclude")
    clock.now += 2
    simulator.control.label(ANA, thread["id"], remove=["STARRED"])
    arrive()
    simulator.control.settle_pushes()
    assert len(listener.heard) == 4


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"topicName": "gmail"},
        {"topicName": "projects/acme/topics/gm"},
        {"topicName": TOPIC, "labelIds": ["Label_404"]},
        {"topicName": TOPIC, "labelFilterBehavior": "only"},
        {"topicName": TOPIC, "labels": ["INBOX"]},
    ],
)
def test_a_watch_gmail_would_not_take_is_refused(ana: Any, body: dict[str, Any]) -> None:
    with pytest.raises(HttpError) as refused:
        ana.watch(userId="me", body=body).execute()

    assert refused.value.status_code == 400


@pytest.mark.parametrize("status", [201, 202])
def test_what_is_acknowledged_is_not_told_again(
    simulator: Simulator, ana: Any, listener: Listener, status: int
) -> None:
    listener.answers.append(status)
    watch(ana)

    assert simulator.control.settle_pushes() == 0
    assert [one["status"] for one in simulator.control.pushes()["attempts"]] == [status]


def test_what_is_not_acknowledged_comes_again_with_the_same_id(
    simulator: Simulator, ana: Any, listener: Listener
) -> None:
    listener.answers.extend([500, 301, 401])
    watch(ana)

    assert simulator.control.settle_pushes() == 0
    assert [one["status"] for one in simulator.control.pushes()["attempts"]] == [500, 301, 401, 204]
    assert len({one.body["message"]["messageId"] for one in listener.heard}) == 1


def test_one_that_is_refused_does_not_hold_up_the_next(
    simulator: Simulator, ana: Any, listener: Listener, arrive: Arrive
) -> None:
    first = int(ana.getProfile(userId="me").execute()["historyId"])
    listener.refused.add(first)
    watch(ana)

    second = arrive()
    listener.wait_until(lambda: second in listener.ids())

    listener.refused.clear()
    assert simulator.control.settle_pushes() == 0


def test_nobody_there_is_tried_again_until_somebody_is(simulator: Simulator, ana: Any) -> None:
    with listening() as gone:
        url = gone.url
    simulator.control.push_to(url)
    watch(ana)
    assert simulator.control.settle_pushes(within=0.05) == 1

    with listening() as somebody:
        simulator.control.push_to(somebody.url)
        assert simulator.control.settle_pushes() == 0

    statuses = [one["status"] for one in simulator.control.pushes()["attempts"]]
    assert set(statuses[:-1]) == {0}
    assert statuses[-1] == 204


def test_lost_doubled_late_and_reordered_ones_come_as_ordered(
    simulator: Simulator, ana: Any, listener: Listener, arrive: Arrive, clock: Any
) -> None:
    simulator.control.next_pushes("deliver", "lose", "double", "late", "reorder", "deliver")
    simulator.control.push_trouble(late_by=30)
    first = int(watch(ana)["historyId"])
    ids = [arrive() for _ in range(6)]
    _, doubled, late, behind, ahead, last = ids
    simulator.control.settle_pushes()

    assert listener.ids() == [first, doubled, doubled, ahead, behind, last]
    assert listener.heard[1].body["message"] == listener.heard[2].body["message"]
    assert simulator.control.pushes()["lost"] == simulator.control.pushes()["held"] == 1

    clock.now += 30
    assert simulator.control.pushes()["held"] == 0
    simulator.control.settle_pushes()
    assert listener.ids()[-1] == late


def test_what_is_held_back_can_be_released(
    simulator: Simulator, ana: Any, listener: Listener, arrive: Arrive
) -> None:
    simulator.control.next_pushes("late", "reorder")
    first, second = int(watch(ana)["historyId"]), arrive()
    simulator.control.settle_pushes()
    assert listener.heard == []

    simulator.control.release_pushes()

    simulator.control.settle_pushes()
    assert listener.ids() == [first, second]


def lossy_day(seed: int, write: Write) -> list[int]:
    """Which of thirty notifications arrive, in what order."""
    clock = iter(range(1_790_000_000, 1_800_000_000, 2))
    with serve(seed=seed, clock=lambda: float(next(clock))) as simulator, listening() as listener:
        control = simulator.control
        control.add_mailbox(ANA, history_id=1)
        control.push_to(listener.url)
        control.push_trouble(lose=0.3, double=0.2, reorder=0.2, every=0)
        bearer = {"Authorization": f"Bearer {control.grant(ANA, [MODIFY])['access_token']}"}
        url = f"{simulator.url}/gmail/v1/users/me/watch"
        assert requests.post(url, json={"topicName": TOPIC}, headers=bearer, timeout=5).ok
        for _ in range(29):
            control.deliver(write(), to=[ANA])
        assert control.settle_pushes() == 0
        return listener.ids()


def test_chance_is_the_seeds(write: Write) -> None:
    first = lossy_day(1, write)

    assert lossy_day(1, write) == first
    assert lossy_day(2, write) != first
    assert len(set(first)) < 30
    assert len(set(first)) < len(first)
    assert first != sorted(first)


def test_always_and_never_are_chances(simulator: Simulator, ana: Any, listener: Listener, arrive: Arrive) -> None:
    simulator.control.push_trouble(lose=True)
    watch(ana)
    arrive()
    simulator.control.push_trouble(lose=False)
    last = arrive()

    simulator.control.settle_pushes()
    assert listener.ids() == [last]


def test_the_emulators_topic_gets_what_gmail_publishes(simulator: Simulator, ana: Any) -> None:
    with listening() as emulator:
        simulator.control.push_to_emulator(f"{emulator.url}/")
        watch(ana)
        assert simulator.control.settle_pushes() == 0

    [heard] = emulator.heard
    assert heard.path == f"/v1/{TOPIC}:publish"
    assert "Authorization" not in heard.headers
    [message] = heard.body["messages"]
    assert set(message) == {"data"}


def test_without_a_destination_nothing_is_kept(simulator: Simulator, ana: Any, arrive: Arrive) -> None:
    watch(ana)
    with listening() as late:
        simulator.control.push_to(late.url)
        arrive()
        simulator.control.settle_pushes()
        simulator.control.push_to(None)
        arrive()

        assert simulator.control.settle_pushes() == 0
        assert len(late.heard) == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1:8443/push",
        "http://example.com:80/push",
        "http://127.0.0.1/push",
        "http://127.0.0.1.example.com:80/",
        "http://0.0.0.0:80/",
        "file:///etc/passwd",
        "127.0.0.1:80",
        "http://127.0.0.1:x/",
    ],
)
def test_notifications_go_to_this_machine_only(simulator: Simulator, url: str) -> None:
    for order in (simulator.control.push_to, simulator.control.push_to_emulator):
        with pytest.raises(ControlRefusedError, match="this machine only"):
            order(url)


@pytest.mark.parametrize("order", [{"lose": 1.5}, {"lose": "x"}, {"every": -1}, {"next": ["eat"]}, {"loose": 1}])
def test_an_order_nobody_understands_changes_nothing(
    simulator: Simulator, ana: Any, listener: Listener, order: dict[str, Any]
) -> None:
    answer = requests.post(f"{simulator.url}/_sim/push", json={"url": None} | order, timeout=5)
    watch(ana)
    simulator.control.settle_pushes()

    assert answer.status_code == 400
    assert len(listener.heard) == 1


def test_a_change_is_told_of_before_the_index_has_it(
    simulator: Simulator, ana: Any, listener: Listener, arrive: Arrive
) -> None:
    before = watch(ana)["historyId"]
    simulator.control.lag(ANA, seconds=8)
    changed = arrive()
    simulator.control.settle_pushes()

    assert listener.ids()[-1] == changed > int(before)
    assert ana.history().list(userId="me", startHistoryId=before).execute() == {"historyId": before}


def test_time_passes_while_nobody_asks(write: Write) -> None:
    moments = [1_790_000_000.0]
    with serve(seed=1, clock=lambda: moments[0]) as simulator, listening() as listener:
        control = simulator.control
        control.add_mailbox(ANA)
        control.push_to(listener.url)
        bearer = {"Authorization": f"Bearer {control.grant(ANA, [MODIFY])['access_token']}"}
        url = f"{simulator.url}/gmail/v1/users/me/watch"
        assert requests.post(url, json={"topicName": TOPIC}, headers=bearer, timeout=5).ok
        control.schedule(ANA, write(From=ANA), at=int(moments[0]) + 60)
        assert control.settle_pushes() == 0
        before = len(listener.heard)

        moments[0] += 60
        listener.wait_until(lambda: len(listener.heard) == before + 1)
