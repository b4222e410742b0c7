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
        ("make-visible", ""), ("remove", ""), ("remove", "now"), ("restore", ""), ("withdraw", ""),
        ("withdraw", "now"), ("refresh", ""),
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


# --- Bcc (R18) --------------------------------------------------------------------------------------------


@pytest.fixture
def blind(anna: Office) -> tuple[Office, dict[str, dict[str, str]]]:
    """Jane wrote to Anna with Ben in Bcc; both synced it. Cara is on the team."""
    anna.member(BEN, connected=True)
    anna.member(CARA)
    message = mail(JANE, ANNA, subject="Application", Bcc=BEN)
    copies = anna.deliver(message, ANNA, BEN)
    for holder in (ANNA, BEN):
        anna.label(holder, copies[holder]["threadId"])
    anna.sync(ANNA, BEN)
    return anna, copies


def test_who_is_in_bcc_only_is_named_to_nobody_else(
    blind: tuple[Office, dict[str, dict[str, str]]],
) -> None:
    office, copies = blind
    [found] = office.stored(office.jane(), CARA)
    shown = [
        office.press(ANNA, office.open(ANNA, copies[ANNA]), "Remove from Lever", opened=copies[ANNA]),
        office.press(ANNA, office.open(ANNA, copies[ANNA]), "Make secret", opened=copies[ANNA]),
        office.answer(CARA, "actions/candidate", parameters={"candidate": office.jane().id}),
        office.answer(CARA, "actions/conversation", parameters={"conversation": found.conversation.id}),
    ]

    assert found.summary.holders == {f"sub-{ANNA}", f"sub-{BEN}"}
    assert not [card for card in shown if "Ben" in " ".join(texts(card)) or BEN in " ".join(texts(card))]


def test_that_somebody_in_bcc_holds_it_too_shows_in_nothing_on_the_way_to_removing_it(anna: Office) -> None:
    anna.member(BEN, connected=True)
    message = mail(JANE, ANNA, Bcc=BEN)
    at = anna.deliver(message, ANNA, BEN)
    anna.label(ANNA, at[ANNA]["threadId"])
    anna.sync(ANNA)
    alone = anna.press(ANNA, anna.open(ANNA, at[ANNA]), "Remove from Lever", opened=at[ANNA])
    anna.label(BEN, at[BEN]["threadId"])
    anna.sync(BEN)

    beside = anna.press(ANNA, anna.open(ANNA, at[ANNA]), "Remove from Lever", opened=at[ANNA])

    [found] = anna.stored(anna.jane(), ANNA)
    assert found.summary.holders == {f"sub-{ANNA}", f"sub-{BEN}"}
    assert beside == alone


@pytest.mark.parametrize("hidden", [False, True])
def test_that_somebody_in_bcc_gains_sight_shows_neither_as_a_number_nor_in_what_a_press_sends(
    anna: Office, *, hidden: bool
) -> None:
    anna.member(BEN, Role.ADMIN)
    anna.member(CARA, Role.LIMITED_TEAM_MEMBER, connected=True)
    at = anna.deliver(mail(JANE, ANNA, Bcc=CARA), ANNA, CARA)
    anna.label(ANNA, at[ANNA]["threadId"], "Lever/Secret")
    anna.sync(ANNA)
    if hidden:
        anna.label(CARA, at[CARA]["threadId"])
        anna.sync(CARA)

    question = anna.press(ANNA, anna.open(ANNA, at[ANNA]), "Make visible to the team", opened=at[ANNA])

    assert "Nobody will see it who does not see it now." in texts(question)


def test_a_bcc_counts_for_sight_and_cannot_be_unticked_by_somebody_who_does_not_know_of_it(anna: Office) -> None:
    anna.member(BEN)
    anna.member(CARA)
    sent = mail(ANNA, JANE, subject="Offer", Bcc=BEN)
    at = anna.deliver(sent, ANNA)[ANNA]
    anna.label(ANNA, at["threadId"])
    anna.sync(ANNA)

    question = anna.press(ANNA, anna.open(ANNA, at), "Make secret", opened=at)
    anna.press(ANNA, question, "Make secret", opened=at, inputs={})

    assert "Ben" not in " ".join(texts(question))
    assert len(anna.stored(anna.jane(), BEN)) == 1
    assert anna.stored(anna.jane(), CARA) == []


def test_a_holder_who_stands_on_no_message_is_no_participant_of_a_secret(
    blind: tuple[Office, dict[str, dict[str, str]]],
) -> None:
    office, copies = blind

    office.confirm(
        ANNA, office.open(ANNA, copies[ANNA]), "Make secret", "Make secret", opened=copies[ANNA], inputs={}
    )

    assert office.stored(office.jane(), BEN) == []
    assert "You are not among those who see it there" in " ".join(texts(office.open(BEN, copies[BEN])))


# --- Reply-To ---------------------------------------------------------------------------------------------


def test_who_is_only_where_answers_go_sees_nothing_secret_by_that(anna: Office) -> None:
    anna.member(BEN)
    at_once = anna.deliver(mail(JANE, ANNA, Reply_To=BEN), ANNA)[ANNA]
    anna.label(ANNA, at_once["threadId"], "Lever/Secret")
    later = anna.deliver(mail(JANE, ANNA, subject="Another", Reply_To=BEN), ANNA)[ANNA]
    anna.label(ANNA, later["threadId"])
    anna.sync(ANNA)
    anna.confirm(ANNA, anna.open(ANNA, later), "Make secret", "Make secret", opened=later, inputs={})

    assert len(anna.stored(anna.jane(), ANNA)) == 2
    assert anna.stored(anna.jane(), BEN) == []
