"""What a process that watches does in one round, however long a part of it takes and however it fails."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from addon.console.sync import watch_once
from addon.services import Services
from storage.port import StoreError
from storage.records import ConversationState
from tests.office import ANNA, JANE, Office, mail

WORDS = "Quite particular words"


@pytest.fixture
def removed(office: Office) -> tuple[Office, str]:
    """A conversation that Anna removed a month ago; her mailbox is due."""
    office.member(ANNA, connected=True)
    office.candidate("Jane Doe", JANE)
    office.sync(ANNA)
    at = office.synced_mail(mail(JANE, ANNA))
    [found] = office.stored(office.jane(), ANNA)
    office.confirm(ANNA, office.open(ANNA, at), *["Remove from Lever"] * 2, opened=at)
    office.clock.pass_time(days=30)
    return office, found.conversation.id


def state(office: Office, id_: str) -> ConversationState:
    found = office.services.store.conversation(id_)
    assert found is not None
    return found.conversation.state


def long_ago(services: Services) -> datetime:
    return services.clock.now() - timedelta(minutes=5)


def test_after_a_sweep_that_used_up_its_time_what_is_due_is_purged_all_the_same(
    removed: tuple[Office, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    office, id_ = removed
    settle = office.services.store.settle

    def slow(*args: Any, **kwargs: Any) -> Any:
        office.clock.pass_time(seconds=26)
        return settle(*args, **kwargs)

    monkeypatch.setattr(office.services.store, "settle", slow)

    tidied = watch_once(office.services, tidied=long_ago(office.services), stopped=lambda: False)

    assert state(office, id_) is ConversationState.PURGED
    assert tidied == office.clock.now()


def test_within_a_minute_of_the_last_time_nothing_is_purged(removed: tuple[Office, str]) -> None:
    office, id_ = removed
    before = office.clock.now()

    assert watch_once(office.services, tidied=before, stopped=lambda: False) == before
    assert state(office, id_) is ConversationState.REMOVED


def test_told_to_stop_it_begins_nothing_more(removed: tuple[Office, str]) -> None:
    office, id_ = removed

    watch_once(office.services, tidied=long_ago(office.services), stopped=lambda: True)

    assert state(office, id_) is ConversationState.REMOVED


@pytest.mark.parametrize("verb", ["due", "expire_looks"])
@pytest.mark.parametrize("error", [StoreError("the disk is gone"), KeyError(WORDS)])
def test_watching_goes_on_after_any_failure_and_tells_nothing_an_exception_says(
    removed: tuple[Office, str],
    verb: str,
    error: Exception,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    office, id_ = removed

    def failing(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(office.services.store, verb, failing)

    watch_once(office.services, tidied=long_ago(office.services), stopped=lambda: False)

    told = caplog.text + "".join(capsys.readouterr())
    assert state(office, id_) is ConversationState.PURGED
    assert (
        "The store did not answer: the disk is gone" if isinstance(error, StoreError) else "KeyError at"
    ) in told
    assert WORDS not in told
