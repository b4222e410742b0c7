"""The words of others, before they stand in a sentence of ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.text import LINE, NAME, PASSAGE, clean, cut, line, listing, name, passage, sentences, stamp

ANYTHING = st.text(st.characters(exclude_categories=()))


@given(ANYTHING)
def test_cleaning_leaves_nothing_unseen_and_changes_nothing_twice(text: str) -> None:
    cleaned = clean(text)

    assert clean(cleaned) == cleaned
    assert all(ord(each) >= 32 or each == "\n" for each in cleaned)
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned


@pytest.mark.parametrize("mark", ["\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2069"])
def test_a_name_cannot_turn_the_sentence_after_it_round(mark: str) -> None:
    assert name(f"Eve{mark}fdp.exe") == "Evefdp.exe"


@pytest.mark.parametrize("text", ["שלום עולם", "مرحبا", "👩\u200d👩\u200d👧", "Zoë Ångström", "e\u0301"])
def test_honest_text_of_any_script_stays_as_it_is(text: str) -> None:
    assert line(text) == text


def test_all_line_ends_become_one_kind_and_a_line_has_none() -> None:
    text = "a\r\nb\rc\u2028d\ve\tf"

    assert clean(text) == "a\nb\nc\nd\ne f"
    assert line(text) == "a b c d e f"


@given(ANYTHING, st.integers(1, 50))
def test_a_cut_text_is_as_long_as_allowed_and_says_that_it_was_cut(text: str, limit: int) -> None:
    kept = cut(text, limit)

    assert len(kept) <= limit
    assert kept == text or kept.endswith("…")


def test_every_kind_of_text_has_its_length() -> None:
    long = "x" * 10_000

    assert [len(each(long)) for each in (line, name, passage)] == [LINE, NAME, PASSAGE]
    assert len(stamp(long)) < NAME


def test_a_passage_keeps_its_lines_and_folds_blank_ones() -> None:
    assert passage("\n Hi,\nfine\n\n \n\nJane \n") == "Hi,\nfine\n\nJane"


def test_sentences_stand_one_after_the_other_and_empty_ones_leave_no_gap() -> None:
    assert sentences("Removed.", "", "Gmail is unchanged.") == "Removed. Gmail is unchanged."
    assert sentences("", "") == ""


def test_names_are_listed_as_people_say_them() -> None:
    assert listing([]) == ""
    assert listing(["Anna"]) == "Anna"
    assert listing(["Anna", "Ben"]) == "Anna and Ben"
    assert listing(["Anna", "Ben", "Cara"]) == "Anna, Ben and Cara"
    assert listing(["Anna", "Ben"], 31) == "Anna, Ben and 31 more"
    assert listing(["Anna", "Ben", "Cara"], 1, most=1) == "Anna and 3 more"
    assert listing([], 1) == "1 person"
    assert listing([], 2) == "2 people"
    assert listing([""]) == "someone"
