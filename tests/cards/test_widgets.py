"""Widgets escape, buttons carry ids only, links lead where they say."""

import html

import pytest
from google.apps import card_v1
from google.apps.card_v1 import Card
from hypothesis import given, settings
from hypothesis import strategies as st

from cards.direction import END, FIRST_STRONG
from cards.responses import Push, to_json
from cards.text import clean, line
from cards.widgets import (
    Icon,
    Press,
    Site,
    Verb,
    button,
    buttons,
    card,
    card_button,
    checkboxes,
    link,
    paragraph,
    row,
    section,
)
from tests.cards.grammar import PARAMETERS, VERBS, check_answer, said, texts

SITE = Site("https://addon.example/")
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=150)


@settings(deadline=None)
@given(ANYTHING.filter(lambda text: line(text) == clean(text) != ""))
def test_what_a_reader_sees_is_what_was_written(text: str) -> None:
    press = Press(Verb.REFRESH)
    gmail = link(text, "https://mail.google.com/", site=SITE)
    drawn = card(
        section(paragraph(text), row(text, text), checkboxes("who", text, [("1", text, True)]), header=text),
        section(buttons(button(text, press, site=SITE, says=text), gmail)),
    )

    answer = to_json(Push(drawn))
    check_answer(answer, SITE)
    plain = line(text).replace("<", "\u2039").replace(">", "\u203a")
    html_texts, plain_texts = {clean(text), f"{clean(text)}\n{clean(text)}"}, {plain}
    assert {_without_marks(each) for each in said(answer)} == html_texts | plain_texts


def _without_marks(text: str) -> str:
    """Without what sets right-to-left text apart, which nobody sees."""
    return text.replace(FIRST_STRONG, "").replace(END, "")


def test_markup_in_a_text_is_shown_and_never_obeyed() -> None:
    evil = '<a href="https://evil.example">Sign in</a> & "more"'

    assert paragraph(evil).text_paragraph.text == html.escape(evil)
    assert row(evil).decorated_text.text == f"<b>{html.escape(evil)}</b>"
    assert "<" not in button(evil, Press(Verb.REFRESH), site=SITE).text


def test_a_text_keeps_its_lines() -> None:
    assert paragraph("a\nb").text_paragraph.text == "a<br>b"


def test_nothing_is_left_out_without_a_trace() -> None:
    assert section(None) is None
    assert buttons(None, link("Open", "javascript:alert(1)", site=SITE)) is None
    assert checkboxes("who", "Who", []) is None
    assert to_json(Push(card(section(paragraph("x"), None), None)))["action"]["navigations"] == [
        {"pushCard": {"sections": [{"widgets": [{"textParagraph": {"text": "x"}}]}]}}
    ]


@pytest.mark.parametrize("name", ["state", "token", "text", "Conversation", "grid_item_identifier"])
def test_a_button_cannot_carry_what_is_not_in_the_contract(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        Press(Verb.REFRESH, {"conversation": "c", name: "x"})


def test_a_button_carries_every_parameter_of_the_contract_and_leaves_out_empty_ones() -> None:
    press = Press(Verb.REFRESH, {name: f"<{name}>" for name in PARAMETERS} | {"page": ""})

    sent = {each.key: each.value for each in button("x", press, site=SITE).on_click.action.parameters}

    assert sent == {name: f"<{name}>" for name in PARAMETERS - {"page"}}


def test_urls_are_built_in_one_place() -> None:
    assert {SITE.action(verb) for verb in Verb} == {
        f"https://addon.example/addon/actions/{verb}" for verb in VERBS
    }
    assert SITE.home == "https://addon.example/addon/home"
    assert SITE.message == "https://addon.example/addon/message"


def test_a_link_into_gmail_says_as_whom() -> None:
    url = Site.gmail_link("anna+jobs@example.com", "18f0a1b2")

    assert url == "https://mail.google.com/mail/?authuser=anna%2Bjobs%40example.com#all/18f0a1b2"


def test_nobody_can_break_out_of_a_link_into_gmail() -> None:
    url = Site.gmail_link("a&b=c#d@example.com", "x/../y?z")

    assert url == "https://mail.google.com/mail/?authuser=a%26b%3Dc%23d%40example.com#all/x%2F..%2Fy%3Fz"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://hire.lever.co/",
        "javascript:alert(1)",
        "data:text/html,x",
        "//hire.lever.co/",
        "https://",
        "https://[",
        "https://hire.lever.co",
        "https://hire.lever.co.rival.example/",
        "https://jobs.example/candidates/1",
        "https://hire.lever.co/ x",
        "https://hire.lever.co/\u202egpj",
        "https://hire.lever.co/" + "x" * 500,
    ],
)
def test_what_is_no_honest_link_is_no_button(url: str) -> None:
    assert link("Open", url, site=SITE) is None


def test_where_the_company_has_its_candidates_a_button_leads() -> None:
    elsewhere = Site("https://addon.example", candidates_url="https://jobs.example/")

    assert link("Open", "https://jobs.example/candidates/1", site=elsewhere) is not None
    assert link("Open", "https://hire.lever.co/candidates/1", site=elsewhere) is None


def test_an_icon_can_be_said() -> None:
    assert all(row("x", icon=icon).decorated_text.start_icon.alt_text for icon in Icon)


def test_a_card_gmail_would_cut_in_silence_is_refused_aloud() -> None:
    card(section(*[paragraph("x")] * 100))

    with pytest.raises(ValueError, match="101 widgets"):
        card(section(*[paragraph("x")] * 60), section(*[paragraph("x")] * 41))


def test_boxes_gmail_would_not_show_are_refused_aloud() -> None:
    with pytest.raises(ValueError, match="101 boxes"):
        checkboxes("who", "Who", [(str(each), "x", True) for each in range(101)])


def test_boxes_begin_as_told() -> None:
    widget = checkboxes("who", "Who", [("1", "Anna", True), ("2", "Ben", False)])

    assert widget is not None
    assert widget.selection_input.name == "who"
    assert [(each.value, each.selected) for each in widget.selection_input.items] == [("1", True), ("2", False)]


def test_a_button_can_open_a_card_without_asking_us() -> None:
    inner = card(section(paragraph("inside")))
    answer = to_json(Push(card(section(buttons(card_button("Help", inner))))))

    assert texts(answer) == ["Help"]
    assert isinstance(card_v1.OnClick(card=inner).card, Card)
