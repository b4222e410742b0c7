"""Purging in steps: bounded in time, gone on with wherever it was cut short, and never what is not due."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from addon import holding, purging
from addon.purging import MAILS_AT_ONCE, Purged
from storage.port import ConflictError
from storage.records import ConversationState
from tests.cards.grammar import texts
from tests.office import ANNA, JANE, Office, mail

LONG = timedelta(seconds=25)
MAILS = 2 * MAILS_AT_ONCE + 5


@pytest.fixture
def removed(office: Office) -> tuple[Office, str]:
    """A long conversation that Anna removed a month ago."""
    office.member(ANNA, connected=True)
    office.candidate("Jane Doe", JANE)
    office.sync(ANNA)
    first = mail(JANE, ANNA)
    at = office.deliver(first, ANNA)[ANNA]
    for _ in range(MAILS - 1):
        office.deliver(mail(JANE, ANNA, reply_to=first), ANNA)
    office.label(ANNA, at["threadId"])
    office.sync(ANNA)
    [found] = office.stored(office.jane(), ANNA)
    assert found.summary.count == MAILS
    office.confirm(ANNA, office.open(ANNA, at), *["Remove from Lever"] * 2, opened=at)
    office.clock.pass_time(days=30)
    return office, found.conversation.id


def state(office: Office, id_: str) -> ConversationState:
    found = office.services.store.conversation(id_)
    assert found is not None
    return found.conversation.state


def mails_left(office: Office) -> int:
    """Mails of Anna's only thread that are stored."""
    [thread] = office.simulator.control.mailbox(ANNA)["threads"]
    sub, store = f"sub-{ANNA}", office.services.store
    there = [store.opened(sub, thread=thread["id"], message=each["id"]).message for each in thread["messages"]]
    return sum(message is not None and message.head is not None for message in there)


def test_without_time_nothing_is_begun_and_it_is_said_that_some_is_left(removed: tuple[Office, str]) -> None:
    office, id_ = removed

    assert purging.purge_due(office.services, until=office.clock.now()) == Purged(done=0, more=True)
    assert state(office, id_) is ConversationState.REMOVED


def test_cut_short_it_is_too_late_to_undo_and_the_next_call_ends_it(removed: tuple[Office, str]) -> None:
    office, id_ = removed
    [due] = office.services.store.purgeable(now=office.clock.now(), limit=9)

    assert not purging.purge(due, office.services, until=office.clock.now())
    assert state(office, id_) is ConversationState.PURGING
    undone = office.answer(ANNA, "actions/restore", parameters={"conversation": id_})
    assert "This can no longer be undone." in undone["renderActions"]["action"]["notification"]["text"]

    assert purging.purge_due(office.services, until=office.clock.now() + LONG) == Purged(done=1, more=False)
    assert state(office, id_) is ConversationState.PURGED
    assert purging.purge_due(office.services, until=office.clock.now() + LONG) == Purged(done=0, more=False)
    assert [act.verb for act in office.audit()].count("purge") == 1


def test_a_hold_that_comes_in_between_stops_it_before_it_begins(removed: tuple[Office, str]) -> None:
    office, id_ = removed
    [due] = office.services.store.purgeable(now=office.clock.now(), limit=9)
    office.client.application.test_cli_runner().invoke(args=["hold", "on", id_])

    assert purging.purge_due(office.services, until=office.clock.now() + LONG) == Purged(done=0, more=False)
    assert state(office, id_) is ConversationState.REMOVED
    assert due.id == id_


def test_a_hold_that_meets_the_beginning_of_the_purge_stops_it_all_the_same(
    removed: tuple[Office, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    office, id_ = removed
    [due] = office.services.store.purgeable(now=office.clock.now(), limit=9)
    store = type(office.services.store)
    changes, begins = store.change, [lambda: purging.purge(due, office.services, until=office.clock.now())]

    def after_the_purge_began(*given: Any, **named: Any) -> Any:
        while begins:
            begins.pop()()
        return changes(*given, **named)

    with monkeypatch.context() as patched:
        patched.setattr(store, "change", after_the_purge_began)
        holding.hold(id_, office.services, on=True, actor="operator:test")

    assert purging.purge_due(office.services, until=office.clock.now() + LONG) == Purged(done=0, more=False)
    assert mails_left(office) == MAILS - MAILS_AT_ONCE


def test_a_hold_that_comes_while_it_is_destroyed_keeps_what_is_left(removed: tuple[Office, str]) -> None:
    office, id_ = removed
    [due] = office.services.store.purgeable(now=office.clock.now(), limit=9)
    assert not purging.purge(due, office.services, until=office.clock.now())
    [listed] = office.services.store.purgeable(now=office.clock.now(), limit=9)
    office.client.application.test_cli_runner().invoke(args=["hold", "on", id_])

    with pytest.raises(ConflictError):
        purging.purge(listed, office.services, until=office.clock.now() + LONG)

    assert purging.purge_due(office.services, until=office.clock.now() + LONG) == Purged(done=0, more=False)
    assert mails_left(office) == MAILS - MAILS_AT_ONCE
    office.client.application.test_cli_runner().invoke(args=["hold", "off", id_])
    purging.purge_due(office.services, until=office.clock.now() + LONG)
    assert mails_left(office) == 0


def test_no_content_of_it_is_found_afterwards(removed: tuple[Office, str]) -> None:
    office, id_ = removed

    purging.purge_due(office.services, until=office.clock.now() + LONG)

    card = office.answer(ANNA, "actions/conversation", parameters={"conversation": id_})
    assert "Nothing here." in " ".join(texts(card))
    assert office.services.store.messages(id_, limit=99).items == ()
