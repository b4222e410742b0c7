"""What an operator reads where a command fails: a sentence, and nothing of what it was about."""

from __future__ import annotations

import os

import pytest

from addon.console import COMMANDS
from addon.gateways.errors import UnavailableError
from storage.port import StoreError
from tests.addon.console.running import run
from tests.office import ANNA, Office

WORDS = "Quite particular words"


@pytest.mark.parametrize(
    ("verb", "command"),
    [("members", "members list"), ("acts_since", "audit list"), ("sums", "ledger"), ("purgeable", "purge")],
)
@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (StoreError("The store is busy."), "Error: The store is busy."),
        (UnavailableError(), "Error: Google did not answer"),
        (ValueError(WORDS), "Error: This is a mistake of ours: ValueError at"),
        (OSError(5, WORDS), "Error: This is a mistake of ours: OSError at"),
    ],
)
def test_whatever_fails_is_one_sentence_without_content(
    office: Office, monkeypatch: pytest.MonkeyPatch, verb: str, command: str, raised: Exception, said: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise raised

    monkeypatch.setattr(office.services.store, verb, fail)

    result = run(office, *command.split())

    assert result.exit_code == 1
    assert result.output.startswith(said)
    assert len(result.output.splitlines()) == 1
    assert WORDS not in result.output
    assert isinstance(result.exception, SystemExit)


def test_every_command_fails_so() -> None:
    assert [command.name for command in COMMANDS if command.invoke.__module__ != "addon.console.failing"] == []


def test_whoever_closes_the_pipe_early_hears_no_complaint(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object, **__: object) -> None:
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr(office.services.store, "members", gone)

    assert run(office, "members", "list").output == ""


def test_a_user_without_a_name_is_logged_by_number(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 70_001)
    office.member(ANNA)

    assert run(office, "members", "set-role", ANNA, "admin").exit_code == 0
    assert "\toperator:70001\tset-role\t" in run(office, "audit", "list").output
