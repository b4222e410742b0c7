"""A hostile reply to what is followed, told by history or found after that was lost: stored once, or told."""

from __future__ import annotations

from collections import Counter

import pytest

from addon.batches import batches
from addon.sync import Outcome
from storage.records import ThreadState
from tests.cards.grammar import said
from tests.hostile import MAILS, Becomes, written
from tests.office import ANNA, JANE, Office, mail

SIZE = 3_000
UNREADABLE = [name for name, hostile in MAILS.items() if hostile.becomes is Becomes.SET_ASIDE]
HOSTILE = [*(name for name in MAILS if name not in UNREADABLE), *UNREADABLE]
"""One that is tried again and again comes last: what came with it would be read with it."""
AT_ONCE = 12


@pytest.mark.parametrize("lost", [False, True], ids=["told", "lost"])
def test_every_hostile_reply_is_stored_once_or_told_and_those_beside_it_come_in(
    anna: Office, caplog: pytest.LogCaptureFixture, *, lost: bool
) -> None:
    firsts = [mail(JANE, ANNA, subject=str(n)) for n in range(AT_ONCE + 1)]
    for first in firsts:
        anna.label(ANNA, anna.deliver(first, ANNA)[ANNA]["threadId"])
    anna.sync(ANNA)
    anna.simulator.control.reset_meter()
    at: dict[str, dict[str, str]] = {}

    for names in batches(HOSTILE, AT_ONCE):
        # In a thread of its own each, and beside them mail as ever.
        replies = [f"Beside {names[0]}", *names]
        for name, first in zip(replies, firsts, strict=False):
            at[name] = anna.deliver(mail(JANE, ANNA, reply_to=first), ANNA)[ANNA]
        for name in names:
            answer = written(MAILS[name].resource(at[name]["id"], at[name]["threadId"], SIZE))
            anna.simulator.control.fault(f"GET .*/messages/{at[name]['id']}$", status=200, answer=answer, times=9)
        if lost:
            anna.simulator.control.expire_history(ANNA)
        outcomes = anna.sync(ANNA)
        found = anna.stored(anna.jane(), ANNA)
        assert sum(each.summary.count for each in found) == len(firsts) + len(set(at) - set(UNREADABLE))
    for _ in range(5):
        outcomes += anna.sync(ANNA)

    copies = Counter(id for each in found for one in anna.messages(each) for id in one.gmail_ids.values())
    threads = {each["threadId"]: anna.thread(ANNA, each) for each in at.values()}
    assert (outcomes[0], outcomes[-1]) == (Outcome.LATER, Outcome.COMPLETE)
    assert {name: copies[each["id"]] for name, each in at.items()} == {
        name: int(name not in UNREADABLE) for name in at
    }
    assert {id for id, thread in threads.items() if thread and thread.is_aside} == {
        at[name]["threadId"] for name in UNREADABLE
    }
    assert {thread.state for thread in threads.values() if thread} == {ThreadState.FOLLOWING}
    assert anna.calls("threads.get") == []
    assert caplog.records == []
    for name in [*HOSTILE[-AT_ONCE:], f"Beside {HOSTILE[0]}"]:
        shown = " ".join(said(anna.open(ANNA, at[name])))
        assert ("1 message could not be read" in shown) is (name in UNREADABLE), name
        assert ("Synced at" in shown) is (
            at[name]["threadId"] not in {at[each]["threadId"] for each in UNREADABLE}
        )
    for each in found:
        anna.answer(ANNA, "actions/conversation", parameters={"conversation": each.conversation.id})
