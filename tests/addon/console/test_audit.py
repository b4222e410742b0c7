"""`audit list`, `audit seal`, `audit verify`, and who else seals."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
from contextlib import closing

import pytest

from storage.records import Role
from tests.addon.console.running import run
from tests.office import ANNA, BASE_URL, BEN, JOBS_ACCOUNT, Office


def _tamper(office: Office, sql: str) -> None:
    path = office.services.config.store_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(sql)


def test_the_log_is_listed_oldest_first_by_ids_only(office: Office) -> None:
    office.member(ANNA)

    rows = [line.split("\t") for line in run(office, "audit", "list").output.splitlines()]

    assert [row[2:] for row in rows] == [
        [f"sub-{ANNA}", "enter", "-", f"sub-{ANNA}"],
        ["operator:test", "set-role", "-", f"sub-{ANNA}"],
    ]
    assert rows[0][0] == "1"
    assert rows[0][1] == office.clock.now().isoformat(timespec="seconds")


def test_the_log_is_listed_of_one_actor_and_from_a_day_on(office: Office) -> None:
    office.member(ANNA)
    office.clock.pass_time(days=3)
    office.member(BEN)
    day = office.clock.now().date().isoformat()

    assert len(run(office, "audit", "list").output.splitlines()) == 4
    assert len(run(office, "audit", "list", "--actor", "operator:test").output.splitlines()) == 2
    assert run(office, "audit", "list", "--actor", "operator:test", "--since", day).output.count(BEN) == 1
    assert run(office, "audit", "list", "--since", "someday").exit_code == 2


def test_a_whole_log_is_told_with_its_last_link_and_the_tail_that_waits(office: Office) -> None:
    office.member(ANNA)
    sealed = run(office, "audit", "seal")
    office.member(BEN)

    result = run(office, "audit", "verify")

    last = office.services.store.last_link()
    assert last is not None
    assert sealed.output == f"2 rows sealed. Last link: 1:{last.hash}\n"
    assert (result.exit_code, result.output) == (
        0,
        f"1 links, the last 1:{last.hash}; 2 rows sealed.\nWhole. 2 rows wait for the next link.\n",
    )


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("UPDATE audit SET actor = 'nobody' WHERE id = 2", "row 2 was changed"),
        ("DELETE FROM audit WHERE id = 2", "row 2 is missing"),
        (
            "INSERT INTO audit SELECT 99, at, actor, verb, conversation, subject, proof FROM audit WHERE id = 2",
            "row 99",
        ),
        ("UPDATE chain SET at = 0", "link 1 was changed"),
        ("DELETE FROM chain", "row 1 is in no link"),
    ],
)
def test_the_first_broken_row_is_named_and_the_command_fails(office: Office, sql: str, told: str) -> None:
    office.member(ANNA)
    run(office, "audit", "seal")
    _tamper(office, sql)

    result = run(office, "audit", "verify")

    assert result.exit_code == 1
    assert f"Broken: {told}" in result.stderr
    assert "Whole" not in result.output


def test_a_chain_cut_at_its_end_is_told_by_the_link_that_was_noted(office: Office) -> None:
    office.member(ANNA)
    run(office, "audit", "seal")
    last = office.services.store.last_link()
    assert last is not None
    noted = f"1:{last.hash}"
    assert run(office, "audit", "verify", "--noted", noted).exit_code == 0

    _tamper(office, "DELETE FROM chain")
    _tamper(office, "DELETE FROM audit")

    assert run(office, "audit", "verify").exit_code == 0
    cut = run(office, "audit", "verify", "--noted", noted)
    assert (cut.exit_code, "link 1 is missing" in cut.stderr) == (1, True)
    assert "its number, a colon, its hash" in run(office, "audit", "verify", "--noted", "1").output


def test_the_scheduler_and_renewing_by_hand_seal_too(office: Office) -> None:
    office.member(ANNA, Role.ADMIN)
    token = office.simulator.control.id_token(aud=f"{BASE_URL}/jobs/renew", email=JOBS_ACCOUNT, sub="scheduler")

    answer = office.client.post("/jobs/renew", headers={"Authorization": f"Bearer {token}"})
    office.member(BEN)
    office.clock.pass_time(minutes=2)
    renewed = run(office, "renew")

    assert answer.get_json()["sealed"] == 2
    assert "2 rows of the audit log sealed" in renewed.output
    assert run(office, "audit", "verify").output.endswith("Whole. 0 rows wait for the next link.\n")


def test_the_watching_job_seals_once_a_minute_has_passed(office: Office) -> None:
    office.member(ANNA)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    given_up = threading.Event()

    def stop_when_sealed() -> None:
        while office.services.store.last_link() is None and not given_up.wait(0.05):
            office.clock.pass_time(seconds=30)
        os.kill(os.getpid(), signal.SIGTERM)

    too_long = threading.Timer(20, given_up.set)
    too_long.start()
    threading.Thread(target=stop_when_sealed).start()
    try:
        result = run(office, "sync", "--watch")
    finally:
        too_long.cancel()
        for number, handler in handlers.items():
            signal.signal(number, handler)

    assert result.exit_code == 0
    assert run(office, "audit", "verify").output.startswith("1 links")
