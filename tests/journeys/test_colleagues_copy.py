"""A mail whose copy in Lever is from a colleague's mailbox: what it says of itself to whom has it too."""

from __future__ import annotations

from typing import Any

import pytest

from addon import purging
from addon.web.jobs import AT_MOST
from cards.status import Chip
from tests.cards.grammar import buttons, texts
from tests.office import ANNA, BEN, CARA, JANE, Office, mail

Copies = dict[str, dict[str, str]]


@pytest.fixture
def delivered(anna: Office) -> tuple[Office, Copies]:
    """In three mailboxes; Anna and Ben have it in Lever, and Cara has not."""
    for colleague in (BEN, CARA):
        anna.member(colleague, connected=True)
    copies = anna.deliver(mail(JANE, ANNA, BEN, CARA), ANNA, BEN, CARA)
    for holder in (ANNA, BEN):
        anna.label(holder, copies[holder]["threadId"])
    anna.sync(ANNA, BEN, CARA)
    return anna, copies


def chip(answer: dict[str, Any]) -> str:
    words = {each.value for each in Chip}
    return next(word for text in texts(answer) for word in words if text.startswith(word))


def test_it_is_synced_as_long_as_one_of_them_still_follows_it(delivered: tuple[Office, Copies]) -> None:
    office, copies = delivered
    office.press(ANNA, office.open(ANNA, copies[ANNA]), "Stop updating", opened=copies[ANNA])

    assert chip(office.open(CARA, copies[CARA])) == "SYNCED"


def test_where_nobody_follows_it_any_more_it_does_not_say_that_replies_come_in(
    delivered: tuple[Office, Copies],
) -> None:
    office, copies = delivered
    office.press(ANNA, office.open(ANNA, copies[ANNA]), "Stop updating", opened=copies[ANNA])
    office.answer(BEN, "actions/set-email", parameters={"want": "off"})

    answer = office.open(CARA, copies[CARA])

    assert chip(answer) == "NO LONGER UPDATED"
    assert "Sync from my mailbox" in {each.text for each in buttons(answer)}


def test_a_reply_that_came_after_one_stopped_is_said_to_be_in_lever_where_a_colleague_has_it(
    anna: Office,
) -> None:
    anna.member(BEN, connected=True)
    first = mail(JANE, ANNA, BEN)
    copies = anna.deliver(first, ANNA, BEN)
    for holder in (ANNA, BEN):
        anna.label(holder, copies[holder]["threadId"])
    anna.sync(ANNA, BEN)
    anna.press(ANNA, anna.open(ANNA, copies[ANNA]), "Stop updating", opened=copies[ANNA])
    reply = anna.deliver(mail(JANE, ANNA, BEN, reply_to=first), ANNA, BEN)
    anna.sync(ANNA, BEN)

    assert chip(anna.open(ANNA, reply[ANNA])) == "SYNCED"


def test_long_after_ones_own_copy_was_taken_out_a_colleagues_is_still_known(
    delivered: tuple[Office, Copies],
) -> None:
    office, copies = delivered
    taken = ("Remove from Lever", "Take only my copy out")
    office.confirm(ANNA, office.open(ANNA, copies[ANNA]), *taken, opened=copies[ANNA])
    office.clock.pass_time(days=31)
    purging.purge_due(office.services, until=office.clock.now() + AT_MOST)
    office.sync(BEN)

    assert chip(office.open(ANNA, copies[ANNA])) == "SYNCED"
