"""R33 by the open message: each acts on the thread in their own mailbox, where they pointed at it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.sight import expected
from tests.sight.conftest import Company
from tests.sight.expected import SIP
from tests.sight.people import PEOPLE, Person
from tests.sight.test_acting import NOTHING_HERE
from tests.sight.topics import TOPICS, Topic
from tests.sight.world import At, Desk, desk_in

OF = tuple(each for each in TOPICS if each.name in {"visible", "secret", "removed-secret", "alone"})


def _stop(desk: Desk, one: Person, at: At) -> bytes:
    return desk.ask(one, "actions/stop-sync", opened=at)


def _take_label_off(desk: Desk, one: Person, at: At) -> bytes:
    return desk.ask(one, "actions/stop-sync", {"want": "label"}, opened=at)


def _retry(desk: Desk, one: Person, at: At) -> bytes:
    return desk.ask(one, "actions/retry", {"thread": at["threadId"]})


PRESSES = (_stop, _take_label_off, _retry)


@pytest.mark.parametrize("press", PRESSES)
def test_who_has_no_thread_of_it_gets_the_answer_beside_a_mail_nobody_brought_in(
    untouched: Company, press: Callable[[Desk, Person, At], bytes]
) -> None:
    world, file = untouched.world, untouched.file
    wrong: list[str] = []

    def said(desk: Desk, one: Person, topic: Topic) -> str:
        answer = press(desk, one, world.mails[topic][one.email])
        changed = file.changed()
        if changed:
            file.put_back()
        if expected.has_own_thread(one, topic):
            return "refused" if NOTHING_HERE in answer else ""
        same = answer == press(desk, one, world.twins[topic][one.email])
        return (
            "something was written" if changed else "" if same and NOTHING_HERE in answer else "something is said"
        )

    with desk_in(untouched.offices[SIP], untouched.world) as desk:
        file.changed()
        for one in PEOPLE:
            problems = {topic: said(desk, one, topic) for topic in OF}
            wrong += [f"{one}, {topic}: {problem}" for topic, problem in problems.items() if problem]
    assert not wrong, "\n".join(wrong)


def test_nothing_is_synced_from_a_mailbox_that_is_not_on(untouched: Company) -> None:
    world, file, wrong = untouched.world, untouched.file, []
    with desk_in(untouched.offices[SIP], untouched.world) as desk:
        file.changed()
        for one in (one for one in PEOPLE if not one.has_email_on):
            for topic in OF:
                answer = desk.ask(one, "actions/sync-thread", opened=world.mails[topic][one.email])
                if b"Turn on Email first. Nothing was synced." not in answer or file.changed():
                    wrong.append(f"{one}, {topic}")
    assert not wrong, "\n".join(wrong)
