"""The envelope around a card, as Gmail takes it."""

from cards.responses import AskScopes, Notice, OpenDraft, Push, Update, to_json
from cards.widgets import Site, card, paragraph, section
from tests.cards.grammar import check_answer

SITE = Site("https://addon.example")
CARD = card(section(paragraph("x")))
JSON = {"sections": [{"widgets": [{"textParagraph": {"text": "x"}}]}]}


def test_a_card_is_pushed() -> None:
    assert to_json(Push(CARD)) == {"action": {"navigations": [{"pushCard": JSON}]}}


def test_a_card_is_replaced_and_a_line_says_so() -> None:
    assert to_json(Update(CARD, notice="Removed.")) == {
        "action": {"navigations": [{"updateCard": JSON}], "notification": {"text": "Removed."}}
    }


def test_cards_on_top_are_closed_before_the_first_is_replaced() -> None:
    assert to_json(Update(CARD, to_root=True)) == {
        "action": {"navigations": [{"popToRoot": True}, {"updateCard": JSON}]}
    }


def test_the_card_on_top_is_closed_before_the_one_below_is_replaced() -> None:
    answer = to_json(Update(CARD, back=True))

    check_answer(answer, SITE)
    assert answer == {"action": {"navigations": [{"pop": True}, {"updateCard": JSON}]}}


def test_other_cards_are_told_that_something_changed() -> None:
    assert to_json(Update(CARD, changed=True)) == {
        "renderActions": {"action": {"navigations": [{"updateCard": JSON}]}},
        "stateChanged": True,
    }


def test_a_notice_is_one_plain_line_whatever_is_in_it() -> None:
    answer = to_json(Notice("Jane <b>\n\u202eDoe</b> & sons" + "x" * 500))

    check_answer(answer, SITE)
    text = answer["action"]["notification"]["text"]
    assert text.startswith("Jane <b> Doe</b> & sons")
    assert len(text) == 200


def test_scopes_are_asked_for_in_googles_words() -> None:
    scope = "https://www.googleapis.com/auth/gmail.modify"

    assert to_json(AskScopes([scope])) == {"requesting_google_scopes": {"scopes": [scope]}}


def test_a_draft_is_opened_by_its_own_id_and_its_threads() -> None:
    answer = to_json(OpenDraft(draft="r-123", thread="19a0c0ffee"))

    check_answer(answer, SITE)
    assert answer == {
        "hostAppAction": {
            "gmailAction": {
                "openCreatedDraftActionMarkup": {"draftId": "r-123", "draftThreadId": "19a0c0ffee"},
            }
        }
    }
