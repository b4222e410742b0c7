"""Changing the key at the console, as an operator does it: what is printed, and what goes on meanwhile."""

from __future__ import annotations

import base64
import getpass
import secrets
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result

from storage import open_transfer
from storage.records import Act, Entry
from storage.sealing import Sealer
from storage.transfer import Collection
from tests.office import ANNA, JANE, Office, mail

SUBJECT = "Unmistakable"
KINDS = {
    "keys": 1,
    "consents": 1,
    "attempts": 0,
    "revocations": 0,
    "summaries": 2,
    "messages": 3,
    "texts": 0,
    "candidates": 1,
    "imports": 0,
}
"""Values of each kind after `_company`."""


def _key(name: str) -> str:
    return f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


ONE, TWO, THREE = _key("k1"), _key("k2"), _key("k3")


def _run(office: Office, *args: str) -> Result:
    return office.client.application.test_cli_runner().invoke(args=list(args))


def _company(make_office: Callable[..., Office]) -> Office:
    """Anna, with Email on, and a synced mail of Jane's; all of it sealed with the first key there ever was."""
    office = make_office(SEAL_KEYS=ONE)
    office.member(ANNA, connected=True)
    office.candidate("Jane Doe", JANE)
    office.synced(subject=SUBJECT)
    return office


def _figures(result: Result) -> dict[str, int]:
    return {kind: int(values) for kind, values in (line.split("\t") for line in result.stdout.splitlines()[:-1])}


def _acts(office: Office) -> list[Act]:
    config = office.services.config
    with closing(open_transfer(config.store_url, Sealer(config.seal_keys), make=False)) as store:
        rows = store.batch(Collection.AUDIT, after=None).rows
    return [row.act for row in rows if isinstance(row, Entry)]


def test_everything_is_sealed_anew_counted_by_kind_and_the_old_key_may_go(
    make_office: Callable[..., Office],
) -> None:
    _company(make_office)
    office = make_office(SEAL_KEYS=f"{TWO},{ONE}")

    result = _run(office, "seal", "rotate")

    assert (result.exit_code, result.stderr) == (0, "")
    assert _figures(result) == KINDS
    assert result.stdout.splitlines()[-1] == (
        "Everything is sealed with k2. Once whatever uses the store has been restarted with k2 first, k1 may be"
        " removed from SEAL_KEYS."
    )
    bare = make_office(SEAL_KEYS=TWO)
    assert len(bare.stored(bare.jane(), ANNA)) == 1
    assert _run(bare, "seal", "rotate").stdout.splitlines()[-1] == "Everything is sealed with k2."


def test_it_is_logged_with_who_did_it_and_the_keys_id(
    make_office: Callable[..., Office],
) -> None:
    _company(make_office)
    office = make_office(SEAL_KEYS=f"{TWO},{ONE}")

    _run(office, "seal", "rotate")

    [act] = [each for each in _acts(office) if each.verb == "seal-rotate"]
    assert (act.actor, act.subject) == (f"operator:{getpass.getuser()}", "k2")
    assert act.at == office.clock.now()


def test_a_run_that_is_cut_short_is_logged_too_and_says_why(
    make_office: Callable[..., Office], tmp_path: Path
) -> None:
    _company(make_office)
    office = make_office(SEAL_KEYS=f"{TWO},{ONE}")
    with closing(sqlite3.connect(tmp_path / "addon.db")) as beside:
        beside.execute("DROP TABLE candidates")

    result = _run(office, "seal", "rotate")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: The store failed (SQLITE_ERROR).\n"
    assert [act.subject for act in _acts(office) if act.verb == "seal-rotate"] == ["k2"]


def test_a_second_run_has_nothing_to_do_and_says_the_same(make_office: Callable[..., Office]) -> None:
    _company(make_office)
    office = make_office(SEAL_KEYS=f"{TWO},{ONE}")
    first = _run(office, "seal", "rotate")

    second = _run(office, "seal", "rotate")

    assert second.exit_code == 0
    assert _figures(second) == dict.fromkeys(KINDS, 0)
    assert second.stdout.splitlines()[-1] == first.stdout.splitlines()[-1]


def test_what_runs_goes_on_and_a_reply_joins_its_conversation(make_office: Callable[..., Office]) -> None:
    """The key of the hashes is sealed anew and stays the same, or nothing would be found again."""
    _company(make_office)
    office = make_office(SEAL_KEYS=f"{TWO},{ONE}")
    sent = mail(JANE, ANNA, subject="Another")
    office.synced_mail(sent)
    before = len(office.stored(office.jane(), ANNA))

    _run(office, "seal", "rotate")
    office.deliver(mail(JANE, ANNA, reply_to=sent), ANNA)
    office.sync(ANNA)

    found = office.stored(office.jane(), ANNA)
    assert len(found) == before
    assert sorted(len(office.messages(each)) for each in found) == [1, 2]


def test_status_tells_which_key_sealed_how_much_and_fails_while_an_older_one_is_needed(
    make_office: Callable[..., Office],
) -> None:
    _company(make_office)
    office = make_office(SEAL_KEYS=f"{TWO},{ONE}")

    before = _run(office, "seal", "status")
    _run(office, "seal", "rotate")
    after = _run(office, "seal", "status")

    assert before.exit_code == 1
    assert before.stdout.splitlines() == [f"{kind}\tk1\t{values}" for kind, values in KINDS.items() if values]
    assert before.stderr == (
        "Error: Not everything is sealed with k2: 1 of keys with k1, 1 of consents with k1,"
        " 2 of summaries with k1, 3 of messages with k1, 1 of candidates with k1. Keep these keys in SEAL_KEYS,"
        " restart whatever runs without k2 first, and run: flask --app app seal rotate\n"
    )
    assert after.exit_code == 0
    assert after.stdout.splitlines()[:-1] == [f"{kind}\tk2\t{values}" for kind, values in KINDS.items() if values]
    assert "k1 may be removed" in after.stdout


def test_status_changes_nothing_and_is_not_logged(make_office: Callable[..., Office]) -> None:
    office = _company(make_office)
    before = _acts(office)

    _run(office, "seal", "status")

    assert _acts(office) == before


def test_a_key_that_is_needed_and_not_listed_is_named_with_its_kind_and_the_rest_is_done(
    make_office: Callable[..., Office],
) -> None:
    _company(make_office)
    make_office(SEAL_KEYS=f"{THREE},{ONE}").candidate("Eve", "eve@people.example")
    office = make_office(SEAL_KEYS=f"{TWO},{ONE}")

    result = _run(office, "seal", "rotate")

    assert result.exit_code == 1
    assert _figures_of_all(result) == KINDS
    assert result.stderr == (
        "A value of candidates was sealed with the key k3, which is not in SEAL_KEYS: list that key again."
        " (1 such)\n"
        "Error: Not everything is sealed with k2: 1 of candidates with k3. Keep these keys in SEAL_KEYS"
        " (list again: k3), restart whatever runs without k2 first, and run: flask --app app seal rotate\n"
    )
    assert "may be removed" not in result.output
    again = _run(make_office(SEAL_KEYS=f"{TWO},{ONE},{THREE}"), "seal", "rotate")
    assert again.exit_code == 0
    assert _figures(again) == dict.fromkeys(KINDS, 0) | {"candidates": 1}
    assert "k1, k3 may be removed" in again.stdout


def _figures_of_all(result: Result) -> dict[str, int]:
    return {kind: int(values) for kind, values in (line.split("\t") for line in result.stdout.splitlines())}


def test_a_file_too_large_to_be_written_anew_is_told_and_written_where_that_is_said(
    make_office: Callable[..., Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    _company(make_office)
    office = make_office(SEAL_KEYS=f"{TWO},{ONE}")
    monkeypatch.setattr("storage.sqlite.resealing.MOST_BYTES", 0)

    result = _run(office, "seal", "rotate")
    rewritten = _run(office, "seal", "rotate", "--rewrite")

    assert result.exit_code == 0
    assert "run this again with --rewrite" in result.stderr
    assert (rewritten.exit_code, rewritten.stderr) == (0, "")


def test_nothing_that_is_printed_holds_a_key_or_what_was_sealed(make_office: Callable[..., Office]) -> None:
    office = _company(make_office)
    consent = office.services.store.consent(f"sub-{ANNA}")
    assert consent is not None
    rotated = make_office(SEAL_KEYS=f"{TWO},{ONE}")

    said = "".join(_run(rotated, "seal", each).output for each in ("status", "rotate", "status"))

    for sealed in (SUBJECT, JANE, "Jane", consent.refresh_token, *(key.split(":")[1] for key in (ONE, TWO))):
        assert sealed not in said
