"""Pressing what links a conversation or an address by hand."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import EmailMessage
from typing import Any

from storage.records import Candidate
from tests.cards.grammar import buttons, said, texts
from tests.office import ANNA, Office


def waiting(office: Office, message: EmailMessage, *, whose: str = ANNA) -> dict[str, str]:
    """A labelled conversation of which nobody is a candidate, looked at once."""
    at = office.deliver(message, whose)[whose]
    office.label(whose, at["threadId"])
    office.sync(whose)
    return at


def choose(office: Office, email: str, at: Mapping[str, str], text: str, name: str) -> dict[str, Any]:
    """Open a message, press what searches, search, and choose the first who is found."""
    card = office.press(email, office.open(email, at), text, opened=at)
    listed = office.press(email, card, "Search", opened=at, inputs={"name": [name]})
    return office.press(email, listed, "This one", opened=at)


def found_names(office: Office, email: str, at: Mapping[str, str], name: str) -> list[str]:
    card = office.press(email, office.open(email, at), "This conversation is about …", opened=at)
    listed = office.press(email, card, "Search", opened=at, inputs={"name": [name]})
    return [each.removeprefix("Choose ") for each in said(listed) if each.startswith("Choose ")]


def says(answer: Mapping[str, Any]) -> str:
    return "\n".join(said(answer))


def offered(answer: Mapping[str, Any]) -> list[str]:
    return [each.text for each in buttons(answer)]


def words(card: Mapping[str, Any]) -> set[str]:
    """Line by line."""
    return {line for text in texts(card) for line in text.split("\n")}


def subjects(office: Office, candidate: Candidate) -> list[str]:
    """Of the candidate's conversations, as Anna sees them."""
    return sorted(found.summary.subject for found in office.stored(candidate, ANNA))
