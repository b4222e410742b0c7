"""Text from right to left turns nothing round that stands beside it."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.candidate import ConversationRow, Updates
from cards.direction import END, FIRST_STRONG, apart, closed
from cards.language import listed, say
from cards.responses import Notice, Push, to_json
from cards.text import clean, line, name, shown
from tests.cards.grammar import check_answer, said, texts
from tests.cards.samples import CANDIDATE, SAMPLES, SITE
from tests.cards.test_hostile import filled, visible

HEBREW, ARABIC = "שלום 12 (CV)!", "مرحبا 5"
_APART = re.compile(f"{FIRST_STRONG}[^{FIRST_STRONG}{END}]*{END}")
MARKS = st.text(st.sampled_from([FIRST_STRONG, END, "a", "ש", "\n", " "]), max_size=12)


def alone(text: str) -> str:
    return f"{FIRST_STRONG}{text}{END}"


def test_a_subject_from_right_to_left_stands_alone_in_its_line_and_the_date_in_its_own() -> None:
    row = ConversationRow(
        conversation="c1",
        subject=HEBREW,
        last="3 Nov 2026",
        holders=("Anna", ARABIC),
        secret=True,
        updates=Updates.NOT_TOLD,
    )
    sample = SAMPLES["candidate"]

    answer = to_json(Push(sample.draw(replace(CANDIDATE, conversations=(row,)), site=SITE)))

    [said_of_it] = [each for each in texts(answer) if HEBREW in each]
    assert said_of_it.split("\n") == [
        alone(HEBREW),
        "Secret",
        "Last message: 3 Nov 2026",
        f"In Lever from: Anna and {alone(ARABIC)}",
    ]


@pytest.mark.parametrize("text", [HEBREW, ARABIC, "Rosa ورد", "\u200fx", "١٢٣"])
def test_a_value_from_right_to_left_is_kept_apart_from_its_sentence(text: str) -> None:
    assert say("Removed from {word} by {name} on {date}.", word="Lever", name=name(text), date="3 Nov") == (
        f"Removed from Lever by {alone(text)} on 3 Nov."
    )
    assert listed(["Anna", text, "3 more"]) == f"Anna, {alone(text)} and 3 more"


@pytest.mark.parametrize("text", ["Anna", "Zoë Ångström", "李娜", "Иван", "👩\u200d👧", "3 Nov 2026, 14:05", ""])
def test_all_other_text_is_without_a_mark(text: str) -> None:
    assert say("Made secret by {name}.", name=text) == f"Made secret by {text}."
    assert shown(text, 100) == text


def test_a_list_in_a_sentence_has_a_mark_for_each_name_and_none_for_itself() -> None:
    people = listed([HEBREW, ARABIC])

    assert say("In {word} from: {names}", word="Lever", names=people) == (
        f"In Lever from: {alone(HEBREW)} and {alone(ARABIC)}"
    )


def test_every_line_of_a_mail_has_its_own_direction() -> None:
    assert shown(f"Hello\n{HEBREW}\n\n{ARABIC}\n", 600) == f"Hello\n{alone(HEBREW)}\n\n{alone(ARABIC)}\n"


def test_a_line_that_is_cut_ends_what_it_began() -> None:
    assert shown(alone("ש" * 40), 20) == alone(f"{'ש' * 18}…")


def test_a_notice_says_a_name_without_being_turned_round() -> None:
    answer = to_json(Notice(say("The label is {label}.", label=HEBREW)))

    check_answer(answer, SITE)
    assert said(answer) == [f"The label is {alone(HEBREW)}."]


@given(MARKS)
def test_marks_of_others_do_not_come_in(text: str) -> None:
    assert not {FIRST_STRONG, END} & set(clean(text) + line(text) + name(text))


@given(MARKS)
def test_no_line_leaves_a_mark_open_and_none_ends_what_was_not_begun(text: str) -> None:
    for each in shown(text, 8).split("\n"):
        depth = 0
        for mark in each:
            depth += (mark == FIRST_STRONG) - (mark == END)
            assert depth >= 0
        assert depth == 0
    assert closed(closed(text)) == closed(text)
    assert apart(apart(text.replace(FIRST_STRONG, "").replace(END, ""))) == apart(clean(text))


@pytest.mark.parametrize("sample", SAMPLES)
def test_on_every_card_such_text_is_kept_apart_wherever_it_stands(sample: str) -> None:
    answer = to_json(Push(SAMPLES[sample].draw(filled(SAMPLES[sample].view, visible(HEBREW)), site=SITE)))

    check_answer(answer, SITE)
    assert not [text for text in said(answer) if "ש" in _APART.sub("", text)]
