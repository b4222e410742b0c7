"""Home leads to the candidates of one's newest conversations, and to nobody one does not see."""

from __future__ import annotations

from typing import Any

from storage.records import Role
from tests.cards.grammar import buttons
from tests.office import ANNA, BEN, JANE, Office, mail

ADA = "ada@people.example"


def shown(office: Office, email: str) -> list[str]:
    """Whom Home shows, the newest first."""
    card: dict[str, Any] = office.answer(email, "home")
    return [each.parameters["candidate"] for each in buttons(card) if each.text == "Show candidate"]


def test_home_shows_whom_the_newest_conversations_are_about_each_once(anna: Office) -> None:
    ada = anna.candidate("Ada Lovelace", ADA)
    anna.synced()
    anna.synced()
    anna.synced_mail(mail(ADA, ANNA))

    assert shown(anna, ANNA) == [ada.id, anna.jane().id]


def test_what_is_removed_leads_to_nobody(anna: Office) -> None:
    at = anna.synced()
    anna.confirm(ANNA, anna.open(ANNA, at), "Remove from Lever", "Remove from Lever", opened=at)

    assert shown(anna, ANNA) == []


def test_a_colleagues_conversations_are_not_ones_own(anna: Office) -> None:
    anna.member(BEN, Role.ADMIN, connected=True)
    anna.synced_mail(mail(JANE, ANNA))

    assert shown(anna, BEN) == []
