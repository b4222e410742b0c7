"""What tests of imports do and look at."""

from __future__ import annotations

from typing import Any

from storage.records import Candidate, Found, Import
from tests.office import ANNA, JANE, Office, mail


def deliver(office: Office, number: int, *, sender: str = JANE, to: str = ANNA) -> list[dict[str, str]]:
    """So many conversations of one mail each; where each lies."""
    return [office.deliver(mail(sender, to, subject=f"{n}"), to)[to] for n in range(number)]


def card(office: Office, *, email: str = ANNA, candidate: Candidate | None = None) -> dict[str, Any]:
    return office.answer(email, "actions/candidate", parameters={"candidate": (candidate or office.jane()).id})


def preview(office: Office, *, button: str = "Sync emails", email: str = ANNA) -> dict[str, Any]:
    return office.press(email, card(office, email=email), button)


def begin(
    office: Office, *, button: str = "Sync emails", email: str = ANNA, since: str = "12", secret: bool = False
) -> dict[str, Any]:
    """Press *Sync emails* (or the other button) and *Import*, as the card has it."""
    inputs = {"since": [since], **({"secret": ["yes"]} if secret else {})}
    return office.press(email, preview(office, button=button, email=email), "Import", inputs=inputs)


def newest(office: Office, *, email: str = ANNA) -> Import:
    return office.services.store.imports(f"sub-{email}", limit=1)[0]


def came(office: Office, *, email: str = ANNA) -> tuple[int, int, int]:
    record = newest(office, email=email)
    return record.taken_in, record.left_alone, record.failed


def subjects(office: Office, *, email: str = ANNA) -> set[str]:
    return {found.summary.subject for found in office.stored(office.jane(), email)}


def stored(office: Office) -> dict[str, tuple[int, bool, frozenset[str]]]:
    """Subject -> what is stored of it, the same whatever ids it was given."""

    def told(found: Found) -> tuple[int, bool, frozenset[str]]:
        return found.summary.count, found.conversation.secret, found.summary.holders

    return {found.summary.subject: told(found) for found in office.stored(office.jane(), ANNA)}
