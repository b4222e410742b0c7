"""R20: for whoever may not see it, a secret conversation is not there: the same answer for the same work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from storage.records import Role
from tests.cards.grammar import texts
from tests.counting import counted
from tests.office import ANNA, BEN, CARA, JANE, Office, mail


@pytest.fixture
def secret(anna: Office) -> tuple[Office, str]:
    """A secret conversation of Anna's; Ben is on the team, and not on it."""
    anna.member(BEN)
    at = anna.synced()
    anna.confirm(ANNA, anna.open(ANNA, at), "Make secret", "Make secret", opened=at)
    [found] = anna.stored(anna.jane(), ANNA)
    return anna, found.conversation.id


@pytest.mark.parametrize(
    ("verb", "want"),
    [
        ("conversation", ""), ("conversation", "who"), ("make-secret", ""), ("make-secret", "audience"),
        ("make-visible", ""), ("remove", ""), ("restore", ""), ("refresh", ""),
    ],
)  # fmt: skip
def test_an_unseen_conversation_and_an_unknown_id_are_the_same_bytes_for_the_same_reads(
    secret: tuple[Office, str], verb: str, want: str
) -> None:
    office, hidden = secret

    def ask(id: str) -> dict[str, Any]:
        return office.answer(BEN, f"actions/{verb}", parameters={"conversation": id, "want": want})

    seen, for_seen = counted(office, lambda: ask(hidden))
    unknown, for_unknown = counted(office, lambda: ask("f" * 32))

    assert "Nothing here." in " ".join(texts(seen))
    assert seen == unknown
    assert for_seen == for_unknown


def test_opening_a_mail_whose_conversation_one_may_not_see_looks_like_any_unsynced_mail(
    secret: tuple[Office, str],
) -> None:
    office, _ = secret
    office.member(CARA)
    message = mail(JANE, ANNA, subject="Same subject")
    hidden_at = office.deliver(message, ANNA, CARA)
    office.label(ANNA, hidden_at[ANNA]["threadId"], "Lever/Secret")
    office.sync(ANNA)
    plain_at = office.deliver(mail(JANE, ANNA, subject="Same subject"), CARA)[CARA]

    hidden, for_hidden = counted(office, lambda: office.open(CARA, hidden_at[CARA]))
    plain, for_plain = counted(office, lambda: office.open(CARA, plain_at))

    assert texts(hidden) == texts(plain)
    assert for_hidden == for_plain


def test_an_admin_without_the_right_sees_nothing_of_it_under_sip(make_office: Callable[..., Office]) -> None:
    office = make_office(SECRET_POLICY="sip")
    office.member(ANNA, connected=True)
    office.member(BEN, Role.ADMIN)
    office.candidate("Jane Doe", JANE)
    at = office.synced()
    office.confirm(ANNA, office.open(ANNA, at), "Make secret", "Make secret", opened=at)
    [found] = office.stored(office.jane(), ANNA)

    hidden = office.answer(BEN, "actions/conversation", parameters={"conversation": found.conversation.id})
    unknown = office.answer(BEN, "actions/conversation", parameters={"conversation": "f" * 32})

    assert hidden == unknown
