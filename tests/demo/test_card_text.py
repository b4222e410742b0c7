"""A card in a terminal: every word of it, and buttons and boxes that can be named."""

from demo.card_text import asked_scopes, letter_of, page_of

CARD = {
    "header": {"title": "Make secret"},
    "sections": [
        {
            "header": "Who",
            "widgets": [
                {"textParagraph": {"text": "A &amp; B<br>see it"}},
                {"decoratedText": {"text": "<b>Synced</b>"}},
                {
                    "selectionInput": {
                        "name": "audience",
                        "items": [{"text": "Anna", "value": "1", "selected": True}, {"text": "Ben", "value": "2"}],
                    }
                },
                {
                    "buttonList": {
                        "buttons": [
                            {
                                "text": "Do it",
                                "onClick": {
                                    "action": {
                                        "function": "http://x/addon/actions/make-secret",
                                        "parameters": [{"key": "conversation", "value": "7"}],
                                    }
                                },
                            },
                            {"text": "Open", "onClick": {"openLink": {"url": "https://jobs.example/"}}},
                        ]
                    }
                },
            ],
        }
    ],
    "cardActions": [{"actionLabel": "Help", "onClick": {"card": {"sections": []}}}],
}


def test_all_of_a_card_is_there_as_text() -> None:
    page = page_of({"action": {"notification": {"text": "Done."}, "navigations": [{"pushCard": CARD}]}})

    assert page.lines == [
        "*** Done.",
        "== Make secret ==",
        "",
        "-- Who",
        "A & B\n    see it",
        "Synced",
        "  a [x] Anna",
        "  b [ ] Ben",
        "[1: Do it]  [2: Open]",
        "",
        "Menu: [3: Help]",
    ]


def test_buttons_know_what_pressing_them_means() -> None:
    do, leave, menu = page_of({"action": {"navigations": [{"pushCard": CARD}]}}).buttons

    assert (do.url, do.parameters) == ("http://x/addon/actions/make-secret", {"conversation": "7"})
    assert leave.link == "https://jobs.example/"
    assert menu.card == {"sections": []}


def test_the_last_card_of_an_answer_is_the_one_on_screen() -> None:
    answer = {"renderActions": {"action": {"navigations": [{"popToRoot": True}, {"updateCard": CARD}]}}}

    assert page_of(answer).lines[0] == "== Make secret =="


def test_scopes_that_google_is_to_ask_for_are_read() -> None:
    assert asked_scopes({"requesting_google_scopes": {"scopes": ["s"]}}) == ["s"]
    assert asked_scopes({"action": {}}) == []


def test_boxes_have_letters_like_columns_of_a_spreadsheet() -> None:
    assert [letter_of(number) for number in (1, 26, 27, 53)] == ["a", "z", "aa", "ba"]


def test_a_box_that_acts_at_once_is_pressed_and_a_field_can_be_typed_into() -> None:
    change = {"function": "http://x/addon/actions/set-email", "parameters": [{"key": "want", "value": "on"}]}
    card = {
        "sections": [
            {
                "widgets": [
                    {
                        "decoratedText": {
                            "text": "<b>Email</b>",
                            "switchControl": {"name": "email", "onChangeAction": change},
                        }
                    },
                    {"textInput": {"name": "label_name", "label": "Label in Gmail", "value": "Lever"}},
                ]
            }
        ]
    }

    page = page_of({"action": {"navigations": [{"pushCard": card}]}})

    assert "[1: tick]" in page.text
    assert "Label in Gmail: Lever" in page.text
    assert page.buttons[0].url == "http://x/addon/actions/set-email"
    assert page.buttons[0].parameters == {"want": "on"}
    assert [(field.name, field.value) for field in page.fields] == [("label_name", "Lever")]


def test_a_draft_that_gmail_opens_is_told() -> None:
    opened = {"draftId": "r-1", "draftThreadId": "19a0"}

    page = page_of({"hostAppAction": {"gmailAction": {"openCreatedDraftActionMarkup": opened}}})

    assert page.text == "*** Gmail opens the draft r-1 in its composer."
