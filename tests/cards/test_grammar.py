"""The checks refuse what they are there for: each is given one bad card made from a good one."""

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from cards.responses import Push, Update, to_json
from cards.widgets import Site
from tests.cards.grammar import (
    BYTES,
    UNSUPPORTED,
    Button,
    button,
    buttons,
    check_answer,
    links,
    problems,
    said,
    texts,
)
from tests.cards.samples import SITE, drawn

Json = dict[str, Any]
CLICK: Json = {"openLink": {"url": "https://mail.google.com/mail/"}}


def good() -> Json:
    return to_json(Push(drawn("message-synced")))


def the_card(answer: Json) -> Json:
    card: Json = answer["action"]["navigations"][0]["pushCard"]
    return card


def with_widget(widget: Json) -> Json:
    answer = good()
    the_card(answer)["sections"].append({"widgets": [widget]})
    return answer


def with_button(changed: Json) -> Json:
    return with_widget({"buttonList": {"buttons": [{"text": "x", "onClick": CLICK} | changed]}})


def with_action(action: Json, verb: str = "refresh") -> Json:
    function = f"https://addon.example/addon/actions/{verb}"
    return with_button({"onClick": {"action": {"function": function} | action}})


def with_text(text: str) -> Json:
    return with_widget({"textParagraph": {"text": text}})


def with_card(change: Callable[[Json], Any]) -> Json:
    answer = good()
    change(the_card(answer))
    return answer


def with_parameters(*several: tuple[str, str], verb: str = "refresh") -> Json:
    return with_action({"parameters": [{"key": key, "value": value} for key, value in several]}, verb)


ICON = {"knownIcon": "PERSON", "altText": "Person"}
TOO_MANY = [{"text": "x", "value": str(number)} for number in range(101)]

BAD_CARDS: dict[str, tuple[Json, str]] = {
    "columns": (with_widget({"columns": {"columnItems": []}}), "columns does not work"),
    "carousel": (with_widget({"carousel": {"carouselCards": []}}), "carousel does not work"),
    "markdown": (
        with_widget({"textParagraph": {"text": "x", "textSyntax": "MARKDOWN"}}),
        "textSyntax does not work",
    ),
    "material icon": (
        with_button({"icon": {"materialIcon": {"name": "lock"}, "altText": "x"}}),
        "materialIcon does not work",
    ),
    "content text": (
        with_widget({"decoratedText": {"contentText": {"text": "x"}}}),
        "contentText does not work",
    ),
    "button type": (with_button({"type": "FILLED"}), "type does not work"),
    "deprecated icon": (
        with_widget({"decoratedText": {"text": "x", "icon": ICON}}),
        "icon does not work",
    ),
    "dialog": (with_action({"interaction": "OPEN_DIALOG"}), "interaction does not work"),
    "placeholder": (
        with_widget({"textInput": {"name": "q", "label": "x", "placeholderText": "x"}}),
        "placeholderText does not work",
    ),
    "data source": (
        with_widget({"selectionInput": {"name": "q", "externalDataSource": {"function": SITE.home}}}),
        "externalDataSource does not work",
    ),
    "unknown field": (with_widget({"textParagraph": {"words": "x"}}), "Google's library refuses"),
    "two widgets in one": (
        with_widget({"textParagraph": {"text": "x"}, "divider": {}}),
        "Google's library refuses",
    ),
    "snake case": (with_widget({"text_paragraph": {"text": "x"}}), "not written as Gmail"),
    "too many widgets": (
        with_card(lambda card: card["sections"].append({"widgets": [{"divider": {}}] * 100})),
        "widgets, Gmail drops",
    ),
    "too many sections": (
        with_card(lambda card: card["sections"].extend([{"widgets": [{"divider": {}}]}] * 100)),
        "sections, more than 100",
    ),
    "empty section": (with_card(lambda card: card["sections"].append({"header": "x"})), "an empty section"),
    "blank card": (with_card(lambda card: card.update(sections=[])), "a blank card"),
    "long menu": (
        with_card(lambda card: card["cardActions"].extend([{"actionLabel": "x", "onClick": CLICK}] * 9)),
        "more than 10 menu entries",
    ),
    "too many boxes": (
        with_widget({"selectionInput": {"name": "q", "items": TOO_MANY}}),
        "more than 100 items",
    ),
    "nameless input": (with_widget({"selectionInput": {"items": TOO_MANY[:1]}}), "inputs need a name"),
    "unescaped tag": (with_text("<a href='https://evil.example'>x</a>"), "unescaped text"),
    "unescaped comment": (with_text("<!-- x"), "unescaped text"),
    "unescaped ampersand": (with_text("R&D"), "unescaped text"),
    "attribute": (with_text("<b class='x'>x</b>"), "unescaped text"),
    "endless bold": (with_text("<b>x"), "bold without an end"),
    "markup on a button": (with_button({"text": "<b>x</b>"}), "markup in plain text"),
    "direction mark": (with_text("x\u202ey"), "control or direction"),
    "null": (with_text("x\x00y"), "control or direction"),
    "mute button": (with_button({"text": ""}), "a button without a text"),
    "dead button": (with_button({"onClick": {}}), "a button that does nothing"),
    "mute icon": (
        with_widget({"decoratedText": {"text": "x", "startIcon": {"knownIcon": "PERSON"}}}),
        "an icon a screen reader cannot say",
    ),
    "svg": (with_widget({"image": {"imageUrl": "https://addon.example/x.svg"}}), "no SVG"),
    "http": (with_widget({"image": {"imageUrl": "http://addon.example/x.png"}}), "not https"),
    "broken url": (with_widget({"image": {"imageUrl": "https://["}}), "not a URL"),
    "link to elsewhere": (
        with_button({"onClick": {"openLink": {"url": "https://evil.example/"}}}),
        "outside the allowed prefixes",
    ),
    "link to a lookalike": (
        with_button({"onClick": {"openLink": {"url": "https://mail.google.com.evil.example/"}}}),
        "outside the allowed prefixes",
    ),
    "action elsewhere": (
        with_button({"onClick": {"action": {"function": "https://evil.example/addon/actions/refresh"}}}),
        "not an action of this site",
    ),
    "unknown verb": (with_action({}, "delete"), "not an action of this site"),
    "state in a button": (with_parameters(("state", "x")), "outside the contract"),
    "parameter twice": (with_parameters(("page", "1"), ("page", "2")), "a parameter twice"),
    "empty parameter": (with_parameters(("page", "")), "an empty parameter"),
    "unknown want": (with_parameters(("want", "now")), "does not know want=now"),
    "want of another verb": (
        with_parameters(("want", "who"), verb="sync-thread"),
        "sync-thread does not know want=who",
    ),
    "too large": (with_text("x" * BYTES), "bytes, more than"),
    "hidden behind a button": (
        with_button({"onClick": {"card": {"sections": [{"widgets": [{"carousel": {}}]}]}}}),
        "carousel does not work",
    ),
    "blank behind a button": (with_button({"onClick": {"card": {}}}), "a blank card"),
}

SCOPE = "https://www.googleapis.com/auth/gmail.modify"
BAD_ANSWERS: dict[str, tuple[Json, str]] = {
    "nothing": ({}, "not an answer Gmail takes"),
    "a bare card": (the_card(good()), "not an answer Gmail takes"),
    "two roots": (good() | {"requesting_google_scopes": {"scopes": [SCOPE]}}, "not an answer Gmail takes"),
    "no state changed": ({"renderActions": good()}, "not an answer Gmail takes"),
    "state not changed": ({"renderActions": good(), "stateChanged": False}, "not an answer Gmail takes"),
    "camel case scopes": ({"requestingGoogleScopes": {"scopes": [SCOPE]}}, "not an answer Gmail takes"),
    "no scope": ({"requesting_google_scopes": {"scopes": []}}, "asks for no scope"),
    "not a scope": ({"requesting_google_scopes": {"scopes": ["gmail"]}}, "not a Google scope"),
    "an empty action": ({"action": {}}, "does nothing"),
    "an unknown action": ({"action": {"modifyOperations": []}}, "unknown in an action"),
    "a pop by its wrong name": ({"action": {"navigations": [{"popCard": True}]}}, "a navigation is one of"),
    "two steps in one": (
        {"action": {"navigations": [{"popToRoot": True, "pushCard": the_card(good())}]}},
        "a navigation is one of",
    ),
    "a half pop": ({"action": {"navigations": [{"popToRoot": False}]}}, "popToRoot are true"),
    "an empty notice": ({"action": {"notification": {"text": ""}}}, "a notification has a text"),
    "a notice of two lines": ({"action": {"notification": {"text": "a\nb"}}}, "one plain line"),
}


@pytest.mark.parametrize("name", BAD_CARDS)
def test_a_bad_card_is_refused(name: str) -> None:
    answer, reason = BAD_CARDS[name]

    assert any(reason in each for each in problems(answer, SITE))


@pytest.mark.parametrize("name", BAD_ANSWERS)
def test_a_bad_envelope_is_refused(name: str) -> None:
    answer, reason = BAD_ANSWERS[name]

    assert any(reason in each for each in problems(answer, SITE))


@pytest.mark.parametrize("field", UNSUPPORTED)
def test_every_unsupported_field_is_refused_where_it_could_stand(field: str) -> None:
    place = UNSUPPORTED[field]
    answer = with_button({field: "x"}) if place == "buttons" else with_widget({"decoratedText": {field: "x"}})

    assert f"{field} does not work in Gmail's panel" in problems(answer, SITE)


def test_what_each_bad_card_was_made_from_is_good() -> None:
    check_answer(good(), SITE)
    check_answer(with_button({}), SITE)
    check_answer(with_action({}), SITE)
    check_answer(with_text("x"), SITE)


def test_a_link_needs_its_host_to_be_named() -> None:
    elsewhere = replace(SITE, candidates_url="https://hire.eu.lever.co/")

    assert any("outside the allowed prefixes" in each for each in problems(good(), elsewhere))


def test_check_answer_says_what_is_wrong() -> None:
    with pytest.raises(AssertionError, match="a blank card"):
        check_answer({"action": {"navigations": [{"pushCard": {}}]}}, SITE)


def test_a_site_on_this_machine_may_be_http() -> None:
    local = Site("http://127.0.0.1:8080")
    text = repr(good()).replace("https://addon.example", "http://127.0.0.1:8080")

    check_answer(eval(text), local)  # noqa: S307 - our own repr


def test_pressing_reads_buttons_and_menu_but_not_what_they_would_open() -> None:
    answer = good()

    assert [each.text for each in buttons(answer)] == [
        "Show candidate",
        "Show conversation",
        "Who sees it",
        "Make secret",
        "Stop updating",
        "Remove from Lever",
        "Settings",
        "My data",
        "Refresh",
        "My data",
        "Settings",
    ]
    assert button(answer, "Show candidate") == Button(
        "https://addon.example/addon/actions/candidate", {"candidate": "cand-1"}, "Show candidate"
    )
    assert links(answer) == [("Open Lever", "https://hire.lever.co/candidates/cand-1")]
    with pytest.raises(AssertionError, match="no button 'Delete' among"):
        button(answer, "Delete")


def test_reading_gives_what_a_reader_sees() -> None:
    answer = to_json(Update(drawn("conversation"), notice="Synced.", changed=True))

    assert "See you <there> & then," in "\n".join(texts(answer))
    assert texts(answer)[-1] == "Synced."
    assert not any("What comes in" in each for each in texts(answer))
    assert "More messages" in said(answer)
    assert "More messages" not in texts(answer)


def test_checking_changes_nothing() -> None:
    answer = good()
    before = copy.deepcopy(answer)

    problems(answer, SITE)
    buttons(answer)
    texts(answer)

    assert answer == before
