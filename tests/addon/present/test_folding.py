"""What others wrote and signatures are folded in many languages, and never the sender's own words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addon.present.folding import Folded, fold

QUOTED = "> Could we meet?\n> Anna\n> Alm\n"
INTRODUCED = {
    "en": "On Tue, 3 Nov 2026 at 14:05, Anna Alm <anna@acme.example> wrote:",
    "en wrapped": "On Tue, Nov 3, 2026 at 2:05 PM Anna Alm\n<anna@acme.example> wrote:",
    "de": "Am Di., 3. Nov. 2026 um 14:05 Uhr schrieb Anna Alm <anna@acme.example>:",
    "fr": "Le mar. 3 nov. 2026 à 14:05, Anna Alm <anna@acme.example> a écrit :",
    "es": "El mar, 3 nov 2026 a las 14:05, Anna Alm (<anna@acme.example>) escribió:",
    "pt": "Em ter., 3 de nov. de 2026 às 14:05, Anna Alm <anna@acme.example> escreveu:",
    "nl": "Op di 3 nov 2026 om 14:05 schreef Anna Alm <anna@acme.example>:",
    "sv": "Den tis 3 nov. 2026 kl 14:05 skrev Anna Alm <anna@acme.example>:",
}
NOT_KNOWN = {
    "it": "Il giorno mar 3 nov 2026 alle ore 14:05 Anna Alm <anna@acme.example> ha scritto:",
    "ja": "2026年11月3日(火) 14:05 Anna Alm <anna@acme.example>:",
}
OUTLOOK = "From: Anna Alm <anna@acme.example>\nSent: Tuesday\nTo: Jane Doe\nSubject: RE: Interview\n\nHello\n"
OUTLOOK_DE = "Von: Anna Alm\nGesendet: Dienstag\nAn: Jane Doe\nBetreff: AW: Interview\n\nHallo\n"


@pytest.mark.parametrize("language", INTRODUCED)
def test_a_quote_is_folded_with_the_line_before_it(language: str) -> None:
    assert fold(f"Gladly.\n\nJane\n\n{INTRODUCED[language]}\n\n{QUOTED}") == Folded("Gladly.\n\nJane", folded=True)


@pytest.mark.parametrize("language", NOT_KNOWN)
def test_a_quote_is_folded_by_its_marks_where_the_line_before_it_is_not_known(language: str) -> None:
    found = fold(f"Gladly.\n\n{NOT_KNOWN[language]}\n\n{QUOTED}")

    assert found == Folded(f"Gladly.\n\n{NOT_KNOWN[language]}", folded=True)


@pytest.mark.parametrize("quoted", [OUTLOOK, OUTLOOK_DE, f"---------- Forwarded message ---------\n{OUTLOOK}"])
def test_a_quote_without_marks_is_folded_by_its_headers(quoted: str) -> None:
    assert fold(f"See below.\n\n{quoted}") == Folded("See below.", folded=True)


def test_a_signature_is_folded_and_a_greeting_is_not() -> None:
    assert fold("I accept.\n\n-- \nJane Doe\n+49 123") == Folded("I accept.", folded=True)
    assert fold("Best regards is what I say.\nFrom: here\nJane").folded is False


@pytest.mark.parametrize(
    "text",
    [
        f"{INTRODUCED['en']}\n{QUOTED}\nYes, Thursday.",
        f"Hi,\n\n{INTRODUCED['en']}\n{QUOTED}\nYes, Thursday.\n\n> And at ten?\n\nNo.",
        "Hi,\n\n> Can you come at nine?\nYes.\n> And at ten?\nNo.",
        f"Hi,\n\n{INTRODUCED['en']}\n" + "> long\n" * 1_000 + "My answer is below.",
        f"Hi,\n\n{INTRODUCED['en']}\n" + "> long\n" * 150 + "My answer is below.",
        "Dear Anna,\n\nFrom: Berlin\nTo: Munich\nDate: May\n\nI would move for a job.",
    ],
    ids=["below", "between", "inline", "far below", "below", "a list of one's own"],
)
def test_words_below_or_between_what_is_quoted_are_never_folded(text: str) -> None:
    assert fold(text) == Folded(text, folded=False)


@pytest.mark.parametrize("text", ["", QUOTED.strip(), "-- \nJane Doe", INTRODUCED["en"]])
def test_where_nothing_of_ones_own_would_be_left_nothing_is_folded(text: str) -> None:
    assert fold(text) == Folded(text, folded=False)


@given(st.lists(st.sampled_from(["> a", "own", "", "-- ", *INTRODUCED.values(), *OUTLOOK.splitlines()])))
def test_what_is_kept_is_the_beginning_of_what_was_written(lines: list[str]) -> None:
    text = "\n".join(lines)

    own, folded = fold(text)

    assert text.strip().startswith(own)
    assert folded is (own != text.strip())
