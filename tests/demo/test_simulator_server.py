"""The simulator as a program: who may reach it, what it keeps, how it stops."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from demo.simulator.client import Control, ControlRefusedError
from demo.simulator.server import NotLoopbackError, Simulator, serve
from demo.simulator.snapshot import SnapshotError
from tests.demo.listener import listening

Write = Callable[..., bytes]
ANA = "ana@acme.test"
ROOT = Path(__file__).parents[2]
EVERY_DOOR = [
    "/_sim/calls",
    "/gmail/v1/users/me/profile",
    "/o/oauth2/v2/auth",
    "/oauth2/v1/certs",
    "/v1/userinfo",
    "/nowhere",
]


@pytest.mark.parametrize(
    "host", ["evil.test", "127.0.0.1", "127.0.0.1:1", "localhost.evil.test:{port}", "[::1]:{port}"]
)
def test_another_host_is_refused_on_every_route(simulator: Simulator, host: str) -> None:
    port = urlsplit(simulator.url).port

    for path in EVERY_DOOR:
        answer = requests.get(simulator.url + path, headers={"Host": host.format(port=port)}, timeout=5)
        assert answer.status_code == 403


def test_localhost_is_the_same_as_its_address(simulator: Simulator) -> None:
    port = urlsplit(simulator.url).port

    assert requests.get(f"{simulator.url}/_sim/calls", headers={"Host": f"localhost:{port}"}, timeout=5).ok


@pytest.mark.parametrize("origin", ["https://evil.test", "null", "http://127.0.0.1", ""])
def test_a_page_from_elsewhere_is_refused_on_every_route(simulator: Simulator, origin: str) -> None:
    for path in EVERY_DOOR:
        answer = requests.get(simulator.url + path, headers={"Origin": origin}, timeout=5)
        assert answer.status_code == 403
        assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


def test_its_own_page_may_ask_and_gets_no_cors_headers(simulator: Simulator) -> None:
    answer = requests.get(f"{simulator.url}/_sim/calls", headers={"Origin": simulator.url}, timeout=5)

    assert answer.ok
    assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
@pytest.mark.parametrize(
    "path",
    [
        "/_sim/grant",
        "/_sim/clients",
        "/_sim/service-accounts",
        "/_sim/reset-meter",
        f"/_sim/mailboxes/{ANA}/load",
        f"/_sim/mailboxes/{ANA}/end-grants",
    ],
)
def test_no_form_can_reach_the_control_api(simulator: Simulator, path: str, content_type: str) -> None:
    answer = requests.post(simulator.url + path, data=b"{}", headers={"Content-Type": content_type}, timeout=5)

    assert answer.status_code == 415


@pytest.mark.parametrize("fields", [{"emial": ANA}, {"email": 3}, {"email": ANA, "scopes": "x"}, {"scopes": []}])
def test_a_misspelt_control_call_is_an_error(simulator: Simulator, fields: dict[str, Any]) -> None:
    assert requests.post(f"{simulator.url}/_sim/grant", json=fields, timeout=5).status_code == 400


def test_a_mailbox_nobody_opened_is_not_found(simulator: Simulator, write: Write) -> None:
    with pytest.raises(ControlRefusedError, match="404"):
        simulator.control.mailbox("nobody@acme.test")
    with pytest.raises(ControlRefusedError, match="404"):
        simulator.control.deliver(write(), to=[ANA, "nobody@acme.test"])
    assert simulator.control.mailbox(ANA)["threads"] == []


def test_opening_a_mailbox_again_changes_nothing_but_another_sub_is_refused(simulator: Simulator) -> None:
    assert simulator.control.add_mailbox("Ana@Acme.test", sub="101")["name"] == "Ana Reyes"
    with pytest.raises(ControlRefusedError, match="409"):
        simulator.control.add_mailbox(ANA, sub="999")


def test_the_mailbox_is_shown_with_names(simulator: Simulator, write: Write) -> None:
    thread = simulator.control.deliver(write(From="Cand Idate <cand@mail.test>"), to=[ANA])[ANA]["threadId"]
    simulator.control.label(ANA, thread, add=["Lever"])

    shown = simulator.control.mailbox(ANA)

    assert {"INBOX", "Lever"} <= set(shown["labels"])
    assert shown["threads"] == [
        {
            "id": thread,
            "labels": ["INBOX", "Lever", "UNREAD"],
            "messages": [
                {
                    "id": thread,
                    "labels": ["INBOX", "Lever", "UNREAD"],
                    "subject": "Role",
                    "from": "Cand Idate <cand@mail.test>",
                }
            ],
        }
    ]


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "example.com", "::"])  # noqa: S104
def test_it_listens_on_loopback_only(host: str) -> None:
    with pytest.raises(NotLoopbackError), serve(host=host):
        pass


def test_everything_comes_back_from_a_snapshot(tmp_path: Path, write: Write) -> None:
    state = tmp_path / "var" / "simulator.json"
    with serve(state=state) as before:
        before.control.add_mailbox(ANA, sub="101", send_as=["jobs@acme.test"])
        copy = before.control.deliver(write(), to=[ANA])[ANA]
        before.control.label(ANA, copy["threadId"], add=["Lever"])
        before.control.alias(ANA, copy["id"])
        grant = before.control.grant(ANA, ["openid", "https://www.googleapis.com/auth/gmail.readonly"])
        seen = before.control.mailbox(ANA)
        certificates = requests.get(f"{before.url}/oauth2/v1/certs", timeout=5).json()

    assert state.stat().st_mode & 0o777 == 0o600
    assert state.parent.stat().st_mode & 0o777 == 0o700
    with serve(state=state) as after:
        assert after.control.mailbox(ANA) == seen
        assert requests.get(f"{after.url}/oauth2/v1/certs", timeout=5).json() == certificates
        form = {"grant_type": "refresh_token", "refresh_token": grant["refresh_token"], "client_id": "c"}
        assert requests.post(f"{after.url}/token", data=form, timeout=5).ok
        reply = after.control.deliver(write(Message_ID="<2@x.test>", References="<1@mail.test>"), to=[ANA])[ANA]
        assert reply["threadId"] == copy["threadId"]
        start = {"startHistoryId": seen["historyId"]}
        bearer = {"Authorization": f"Bearer {grant['access_token']}"}
        url = f"{after.url}/gmail/v1/users/me/history"
        records = requests.get(url, params=start, headers=bearer, timeout=5).json()["history"]
        assert [list(record["messagesAdded"][0]["message"]["labelIds"]) for record in records] == [
            ["INBOX", "UNREAD"]
        ]


def test_what_is_under_way_goes_on_after_a_snapshot(tmp_path: Path, write: Write, clock: Any) -> None:
    state, topic = tmp_path / "simulator.json", "projects/acme/topics/gmail"
    with serve(state=state, clock=clock) as before:
        before.control.add_mailbox(ANA)
        before.control.add_mailbox("ben@acme.test")
        draft = before.control.draft(ANA, write(From=ANA, To="ben@acme.test", Subject="Draft"))
        scheduled = write(From=ANA, To="ben@acme.test", Subject="Scheduled")
        before.control.schedule(ANA, scheduled, at=int(clock.now) + 60)
        token = before.control.grant(ANA, ["https://www.googleapis.com/auth/gmail.readonly"])["access_token"]
        bearer = {"Authorization": f"Bearer {token}"}
        watch = "/gmail/v1/users/me/watch"
        assert requests.post(before.url + watch, json={"topicName": topic}, headers=bearer, timeout=5).ok

    clock.now += 61
    with serve(state=state, clock=clock) as after, listening() as listener:
        after.control.push_to(listener.url)
        sent = after.control.send_draft(ANA, draft["draft"])
        assert sent["threadId"] == draft["threadId"]
        subjects = [one["messages"][0]["subject"] for one in after.control.mailbox("ben@acme.test")["threads"]]
        assert sorted(subjects) == ["Draft", "Scheduled"]
        assert after.control.settle_pushes() == 0
        assert [one.content["emailAddress"] for one in listener.heard] == [ANA]
        other = {"topicName": f"{topic}-staging"}
        assert requests.post(after.url + watch, json=other, headers=bearer, timeout=5).status_code == 400


@pytest.mark.parametrize("text", ["", "{}", '{"version": 0}', "[]", '{"version": 2, "key": {}}'])
def test_a_file_that_is_no_snapshot_is_refused_and_left_alone(tmp_path: Path, text: str) -> None:
    state = tmp_path / "state.json"
    state.write_text(text)

    with pytest.raises(SnapshotError), serve(state=state):
        pass

    assert state.read_text() == text


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_the_process_stops_cleanly_and_leaves_its_snapshot(tmp_path: Path, stop: signal.Signals) -> None:
    state = tmp_path / "state.json"
    command = [sys.executable, "-m", "demo.simulator", "--state", str(state)]
    with subprocess.Popen(command, cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        Control(url).add_mailbox(ANA)
        process.send_signal(stop)
        assert process.wait(timeout=10) == 0

    with serve(state=state) as again:
        assert again.control.mailbox(ANA)["threads"] == []


def test_the_process_refuses_another_host() -> None:
    command = [sys.executable, "-m", "demo.simulator", "--host", "0.0.0.0"]  # noqa: S104
    process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=10, check=False)  # noqa: S603

    assert process.returncode == 2
    assert "loopback only" in process.stderr
