"""Hostile mail opened in the panel: a card that Gmail takes and that says how it stands, and nothing is kept."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cards.grammar import buttons, said
from tests.hostile import IN_HEADERS, MAILS, Becomes, written
from tests.office import ANNA, JANE, Office, mail

SIZE = 3_000
EVE = "eve@else.example"
NAMELESS = {"markup", "coded name"}
"""It says another name than the candidate's."""
CALLED = {
    "markup": "<script>alert(1)</script>",
    "nulls": "ab",
    "half characters": "? x",
    "subject": "x" * 199 + "…",
    "coded subject": "a" * 199 + "…",
}
"""Its subject, as it stands in a sentence of ours."""


def told(office: Office, name: str, *, sender: str) -> dict[str, str]:
    """Deliver a mail of which Gmail says this when it is asked for its headers."""
    at = office.deliver(mail(sender, ANNA, subject=name), ANNA)[ANNA]
    head = written(MAILS[name].head(at["id"], at["threadId"], SIZE)).replace(JANE, sender)
    office.simulator.control.fault(f"GET .*/messages/{at['id']}$", status=200, answer=head, times=9)
    return at


def shown(answer: dict[str, Any]) -> str:
    return " ".join(said(answer))


def test_a_candidates_hostile_mail_is_not_synced_and_says_whose_it_is(
    anna: Office, caplog: pytest.LogCaptureFixture
) -> None:
    for name, hostile in IN_HEADERS.items():
        at = told(anna, name, sender=JANE)

        card = shown(anna.open(ANNA, at))

        assert "NOT SYNCED" in card, name
        assert ("Jane Doe" in card) is (hostile.becomes is Becomes.STORED), name
        assert anna.thread(ANNA, at) is None
    assert anna.stored(anna.jane(), ANNA) == []
    assert caplog.records == []


def test_a_strangers_hostile_mail_offers_what_any_mail_does_and_each_button_answers(
    anna: Office, caplog: pytest.LogCaptureFixture
) -> None:
    for name, hostile in IN_HEADERS.items():
        at = told(anna, name, sender=EVE)

        card = anna.open(ANNA, at)

        assert "NOT SYNCED" in shown(card), name
        assert ("Is this Jane Doe?" in shown(card)) is (
            name not in NAMELESS and hostile.becomes is Becomes.STORED
        ), name
        belongs = [each for each in buttons(card) if each.text == f"{EVE} belongs to …"]
        assert len(belongs) == (hostile.becomes is Becomes.STORED), name
        for each in belongs:
            assert f"Whose address is {EVE}?" in shown(anna.press_button(ANNA, each, opened=at))
    assert caplog.records == []


def test_what_goes_on_from_a_hostile_mail_names_it_in_one_plain_line(anna: Office) -> None:
    label = anna.simulator.control.create_label(ANNA, "Lever")
    at = {name: anna.deliver(mail(JANE, ANNA, subject=name), ANNA)[ANNA] for name in CALLED}
    for name, each in at.items():
        whole = MAILS[name].resource(each["id"], each["threadId"], SIZE)
        whole["labelIds"].append(label)
        answer = written({"messages": [whole]})
        anna.simulator.control.fault(f"GET .*/threads/{each['threadId']}$", status=200, answer=answer, times=9)
        anna.label(ANNA, each["threadId"])
    anna.sync(ANNA)

    for name, called in CALLED.items():
        goes_on = mail(JANE, ANNA, subject="Another", In_Reply_To=f"<{at[name]['id']}@people.example>")
        card = anna.open(ANNA, anna.deliver(goes_on, ANNA)[ANNA])
        assert f"This looks like part of “{called}”" in shown(card)
