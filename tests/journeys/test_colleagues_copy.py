"""A mail whose copy in Lever is from a colleague's mailbox: what it says of itself to whom has it too."""

from __future__ import annotations

from typing import Any

import pytest

from cards.status import Chip
from tests.cards.grammar import buttons, texts
from tests.office import ANNA, BEN, CARA, JANE, Office, mail

Copies = dict[str, dict[str, str]]


@pytest.fixture
def shared(anna: Office) -> tuple[Office, Copies]:
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


def test_it_is_synced_as_long_as_one_of_them_still_follows_it(shared: tuple[Office, Copies]) -> None:
    office, copies = shared
    office.press(ANNA, office.open(ANNA, copies[ANNA]), "Stop updating", opened=copies[ANNA])

    assert chip(office.open(CARA, copies[CARA])) == "SYNCED"


def test_where_nobody_follows_it_any_more_it_does_not_say_that_replies_come_in(
    shared: tuple[Office, Copies],
) -> None:
    office, copies = shared
    office.press(ANNA, office.open(ANNA, copies[ANNA]), "Stop updating", opened=copies[ANNA])
    office.answer(BEN, "actions/set-email", parameters={"want": "off"})

    answer = office.open(CARA, copies[CARA])

    assert chip(answer) == "NO LONGER UPDATED"
    assert "Sync from my mailbox" in {each.text for each in buttons(answer)}
