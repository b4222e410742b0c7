"""However much there is, every card stays within what Gmail takes, and every list comes to its end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

import pytest

from bench.filling import fill, gathered, mail
from storage import open_transfer
from storage.records import Role, ThreadState
from storage.sealing import Sealer
from storage.transfer import Gathered, Row
from tests.cards.grammar import button, buttons, texts
from tests.contracts.store.samples import conversation, thread
from tests.office import ANNA, BEN, JANE, Office
from tests.office import mail as written

CONVERSATIONS, MAILS, PAGE = 500, 300, 10
SUBJECT = "مقابلة <b>interview</b> " * 450
"""Ten kilobytes and more, right to left, with markup."""


@pytest.fixture
def backend() -> str:
    """Of the panel, not of a store: the same cards on both."""
    return "sqlite"


@pytest.fixture
def large(office: Office) -> Office:
    """Jane has forty addresses and five hundred conversations with Anna, one of them of three hundred mails."""
    office.member(ANNA, Role.ADMIN, connected=True)
    office.member(BEN)
    jane = office.candidate("Jane".ljust(150, "e"), JANE, *(f"jane.{n}@people.example" for n in range(39)))
    office.sync(ANNA)
    config = office.services.config
    with closing(open_transfer(config.store_url, Sealer(config.seal_keys), make=False)) as transfer:
        fill(transfer, rows(f"sub-{ANNA}", jane.id))
    return office


def rows(sub: str, candidate: str) -> Iterator[Row]:
    for n in range(CONVERSATIONS):
        lies_in, mails = f"{n:03}", MAILS if n == 0 else 1
        told: Gathered = gathered(conversation(lies_in), mails=mails, sub=sub, candidate=candidate)
        yield told
        yield thread(sub, f"{n + 1:x}", conversation=lies_in)
        for each in range(mails):
            yield mail(f"{lies_in}-{each}", lies_in, each, sub=sub)


def pages(office: Office, card: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The list, page by page; each is held to what Gmail takes when it is answered."""
    while True:
        yield card
        if "More" not in {each.text for each in buttons(card)}:
            return
        card = office.press_button(ANNA, button(card, "More"))


def test_five_hundred_conversations_come_page_by_page(large: Office) -> None:
    first = large.answer(ANNA, "actions/candidate", parameters={"candidate": large.jane().id})

    shown = [each.parameters["conversation"] for page in pages(large, first) for each in rows_of(page)]

    assert len(shown) == len(set(shown)) == CONVERSATIONS


def rows_of(card: Mapping[str, Any]) -> list[Any]:
    return [each for each in buttons(card) if each.url.endswith("/conversation")]


def test_three_hundred_mails_come_page_by_page(large: Office) -> None:
    first = large.answer(ANNA, "actions/conversation", parameters={"conversation": "000"})

    assert len(list(pages(large, first))) == MAILS / PAGE


@pytest.mark.parametrize("verb", ["make-secret", "remove", "conversation"])
def test_questions_about_the_largest_conversation_fit(large: Office, verb: str) -> None:
    want = {"want": "who"} if verb == "conversation" else {}
    answer = large.answer(ANNA, f"actions/{verb}", parameters={"conversation": "000", **want})

    assert "Nothing here" not in " ".join(texts(answer))


def test_a_subject_of_ten_kilobytes_leaves_room_for_all_else(large: Office) -> None:
    at = large.synced_mail(written(JANE, ANNA, subject=SUBJECT, text="😀" * 100_000))
    [synced, *_] = large.stored(large.jane(), ANNA)
    of_it = {"conversation": synced.conversation.id}

    for card in (
        large.open(ANNA, at),
        large.answer(ANNA, "home"),
        large.answer(ANNA, "actions/candidate", parameters={"candidate": large.jane().id}),
        large.answer(ANNA, "actions/conversation", parameters=of_it),
        large.answer(ANNA, "actions/conversation", parameters={**of_it, "want": "who"}),
        large.answer(ANNA, "actions/remove", parameters=of_it),
        large.answer(ANNA, "actions/make-secret", parameters=of_it),
    ):
        assert {"Refresh", "Settings"} <= {each.text for each in buttons(card)}


def test_home_never_tells_the_most_it_looks_at_for_all_there_are(large: Office) -> None:
    sub, taken_off = f"sub-{ANNA}", large.clock.now()
    config = large.services.config
    with closing(open_transfer(config.store_url, Sealer(config.seal_keys), make=False)) as transfer:
        fill(transfer, (thread(sub, f"a{n:x}", state=ThreadState.WAITING) for n in range(101)))
        stopped = {"state": ThreadState.STOPPED, "reasons": {}, "label_off_at": taken_off}
        fill(transfer, (thread(sub, f"b{n:x}", conversation=f"{n:03}", **stopped) for n in range(11)))

    home = texts(large.answer(ANNA, "home"))

    assert "More than 100 conversations wait for a candidate." in home
    assert "Others whose label you took off follow when these are done." in home


def test_home_counts_what_is_no_more_than_it_looks_at(office: Office) -> None:
    office.member(ANNA, connected=True)
    for n in range(2):
        at = office.deliver(written(f"{n}@people.example", ANNA), ANNA)[ANNA]
        office.label(ANNA, at["threadId"])
    office.sync(ANNA)

    assert "2 conversations wait for a candidate." in texts(office.answer(ANNA, "home"))
