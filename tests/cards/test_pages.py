"""What the other cards say and which buttons they offer."""

from dataclasses import replace
from typing import Any

import pytest

from cards.home import HomeView, home_card
from cards.message import Trouble
from cards.plain import Failure, nothing_here_card, outsider_card, trouble_card
from cards.responses import Push, to_json
from cards.to_do import OldThread, ToDo
from cards.widgets import Press, Site, Verb
from tests.cards.grammar import button, buttons, cards, links, texts
from tests.cards.samples import ON, SAMPLES, SITE, drawn

IDS = {"conversation": "conv-1", "message": "18f0a1b2c3d4e5f6", "thread": "18f0a1b2c3d4e5f0"}


def shown(name: str, **changes: Any) -> dict[str, Any]:
    sample = SAMPLES[name]
    return to_json(Push(sample.draw(replace(sample.view, **changes) if changes else sample.view, site=SITE)))


def body(answer: dict[str, Any]) -> list[str]:
    """Texts without the menu and what stands at the foot."""
    return [text for text in texts(answer) if text not in {"Help", "My data", "Refresh", "Settings"}]


def test_home_says_that_email_is_on_and_what_came_of_it() -> None:
    assert body(shown("home-on")) == [
        "Email\nEmail has been on since 1 Nov 2026 for anna@example.com.\nLast checked to the end at 14:05.",
        "Your mailbox",
        "Synced from your mailbox: 3 today, 14 this week.",
        "This week 1,204 mails of yours were left unopened and 9 opened. Only you see this line.",
    ]


def test_home_without_email_has_its_sentence_and_no_figures() -> None:
    said = body(shown("home-off", today=3, to_do=ToDo(waiting=2)))

    assert said == [
        (
            "Only conversations you choose come to Lever: by the label, by the button beside a message, or "
            "by importing an address."
        ),
        (
            "Everything else in your mailbox is left alone. You can turn it off, and take your mail out, at any "
            "time."
        ),
        (
            "Google will ask to let us read all your mail; it has no smaller permission that works. "
            "Help shows how to check us."
        ),
        "Turn on Email",
    ]


@pytest.mark.parametrize(
    ("trouble", "steps"),
    [
        (Trouble.ACCESS_ENDED, ["Reconnect"]),
        (Trouble.SCOPES_MISSING, ["Give the rest"]),
        (Trouble.LABEL_GONE, ["Create Lever", "Choose"]),
        (Trouble.GMAIL_OFF, ["Refresh"]),
    ],
)
def test_home_in_trouble_says_why_and_what_to_do(trouble: Trouble, steps: list[str]) -> None:
    answer = shown(
        "home-attention", status=replace(SAMPLES["home-attention"].view.status, trouble=trouble, label="Lever")
    )

    assert texts(answer)[0] == f"NEEDS ATTENTION\n{trouble.sentence(label='Lever')}"
    assert [each.text for each in buttons(answer)] == [
        *steps,
        "Settings",
        "My data",
        "Refresh",
        "My data",
        "Settings",
    ]


def test_an_old_label_waits_for_a_click() -> None:
    old = tuple(OldThread(thread=f"t{number}", pointed_on="1 Sep 2026") for number in range(12))

    answer = to_json(Push(home_card(HomeView(status=ON, to_do=ToDo(old=old)), site=SITE)))

    pressed = [each for each in buttons(answer) if each.text == "Sync this conversation"]
    assert [each.parameters for each in pressed] == [{"thread": f"t{number}"} for number in range(10)]
    assert "And 2 more." in texts(answer)


def test_a_candidate_lists_conversations_and_leads_on() -> None:
    answer = shown("candidate")

    assert button(answer, "Show conversation").parameters == {"conversation": "conv-1"}
    assert button(answer, "More").parameters == {"candidate": "cand-1", "page": "p2"}
    assert button(answer, "More").url == SITE.action(Verb.CANDIDATE)
    assert links(answer) == [("Open Lever", "https://hire.lever.co/candidates/cand-1")]


def test_refresh_stays_on_the_page_it_is_on() -> None:
    assert button(shown("candidate-second-page"), "Refresh").parameters == {"candidate": "cand-1", "page": "p2"}


def test_a_candidate_without_conversations_says_no_more_than_that() -> None:
    assert body(shown("candidate-empty"))[-1] == "No conversations you can see yet."


def test_a_candidate_with_many_addresses_shows_forty_of_which_five_are_unfolded() -> None:
    answer = shown("candidate-many-addresses")

    assert "And 5 more." in texts(answer)
    assert len([each for each in buttons(answer) if each.text == "Sync emails"]) == 40
    [folded] = [each for each in cards(answer)[0]["sections"] if each.get("collapsible")]
    assert (folded["header"], folded["uncollapsibleWidgetsCount"]) == ("Addresses", 5)


def test_who_has_been_in_contact_and_had_the_last_word_is_one_sentence_each() -> None:
    last = "Last word: Jane Doe, 3 Nov 2026."

    for name, since in (
        ("candidate-contact", "You and Ben Bo have been in contact since 1 Oct 2026 or before. "),
        ("candidate-contact-you", "You have been in contact since 1 Oct 2026. "),
        ("candidate-contact-others", "Ben Bo has been in contact since 1 Oct 2026 or before. "),
        ("candidate-contact-nobody", ""),
    ):
        assert since + last in texts(shown(name))


def test_what_was_searched_for_stays_in_the_field_and_how_far_was_searched_is_said() -> None:
    found, nothing = shown("candidate-found"), shown("candidate-nothing-found")

    [field] = [each["textInput"] for each in widgets(found) if "textInput" in each]
    assert (field["name"], field["value"]) == ("search", "interview")
    assert "Only the newest 500 conversations were searched." in texts(found)
    assert button(found, "Search").parameters == {"candidate": "cand-1"}
    assert "Nothing found." in texts(nothing)
    assert [each for each in widgets(nothing) if "textInput" in each]
    assert not [each for each in widgets(shown("candidate-empty")) if "textInput" in each]


def widgets(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for section in cards(answer)[0]["sections"] for each in section["widgets"]]


def test_a_conversation_shows_its_mails_and_folds_the_noise() -> None:
    said = body(shown("conversation"))

    assert "Thursday works.\n\nSee you <there> & then,\nJane" in said
    assert "Attachment\nCV.pdf, 210 kB\nOpen it in Gmail." in said
    assert "Attachments\na.txt, 1 kB\na.txt, 1 kB\na.txt, 1 kB\nand 2 more\nOpen them in Gmail." in said
    assert "Automatic reply from Jane Doe, 3 Nov 2026, 14:05" in said
    assert "Earlier version of an invitation from Anna Alm, 3 Nov 2026, 14:05" in said


def test_a_mail_of_which_there_is_more_shows_it_at_a_press() -> None:
    more = [each for each in buttons(shown("conversation")) if each.text == "Show more"]

    assert len(more) == 4, "one is longer than is shown, of one a quote is folded, and two are one line"
    assert more[0].parameters == {"conversation": "conv-1", "message": "0123456789abcdef0123456789abcdef"}


def test_all_of_a_mail_names_its_attachments_up_to_a_bound() -> None:
    [named] = [text for text in body(shown("message-text-attachments")) if text.startswith("Attachments")]

    assert named.count("CV.pdf, 210 kB") == 50
    assert named.endswith("\nand 10 more\nOpen them in Gmail.")


def test_an_invitation_says_what_when_where_and_who() -> None:
    said = "\n".join(body(shown("conversation-invitations")))

    assert (
        "Invitation: Interview with Jane\n5 Nov 2026, 14:00 to 15:00\nWhere: Room 1, Berlin\nFrom: Anna Alm\n"
        "Invited: Jane Doe and ben@example.com"
    ) in said
    for word in ("Changed", "Cancelled", "Accepted", "Declined", "Maybe", "Another time is proposed"):
        assert f"{word}: Interview with Jane" in said
    assert "Invitation: No title\nRepeats." in said


def test_a_long_text_is_read_page_by_page_whole() -> None:
    first = shown("message-text")

    assert button(first, "More").parameters["page"] == "2"
    assert "".join(body(first)).count("Long.") == 1_400
    assert button(shown("message-text-last-page"), "Refresh").parameters["page"] == "2"


def test_a_conversation_leads_to_its_next_page_and_to_gmail() -> None:
    answer = shown("conversation")

    assert button(answer, "More").parameters == {"conversation": "conv-1", "page": "p2"}
    assert links(answer)[0][0] == "Open in Gmail"


def test_an_interviewer_reads_one_line() -> None:
    assert body(shown("conversation-interviewer")) == ["Conversation", "You take part in this conversation."]
    assert [each.text for each in buttons(shown("conversation-interviewer"))] == ["Refresh", "My data", "Settings"]


def test_who_sees_it_is_told_by_name_and_bcc_is_not() -> None:
    assert body(shown("who-sees-secret")) == [
        "Who sees it",
        "Secret\nMade secret by Anna Alm. These people see it in Lever.",
        "Anna Alm",
        "Ben Bo\non 1 of 8 messages",
        "People in Bcc are not listed.",
        "Opened it without being on it",
        "Cara Cid, 3 Nov 2026",
    ]


def test_of_many_who_see_it_some_are_a_number() -> None:
    several = SAMPLES["who-sees-secret"].view.names[:1] * 32

    said = body(shown("who-sees-secret", names=several))

    assert said.count("Anna Alm") == 30
    assert "And 2 more." in said


def test_people_who_see_it_by_role_have_no_box() -> None:
    answer = shown("make-secret")

    [boxes] = [
        widget["selectionInput"]
        for section in cards(answer)[0]["sections"]
        for widget in section["widgets"]
        if "selectionInput" in widget
    ]
    assert boxes["name"] == "audience"
    assert [(each["value"], each["selected"]) for each in boxes["items"]] == [("1001", True), ("1002", True)]
    assert "By their role\nSara Super" in texts(answer)


def test_letting_in_or_out_says_who_sees_it_without_a_tick() -> None:
    [told] = [text for text in body(shown("make-secret-made")) if "ticked" in text]

    assert told.startswith(
        "Besides whoever made it secret, and those who see it by their role, only ticked people"
    )


def test_without_anybody_by_role_there_is_no_such_line() -> None:
    free = tuple(each for each in SAMPLES["make-secret"].view.names if not each.fixed)

    assert not any("By their role" in text for text in texts(shown("make-secret", names=free)))


def test_bcc_is_mentioned_only_beside_names() -> None:
    row = replace(SAMPLES["candidate"].view.conversations[0], holders=())

    assert "People in Bcc are not listed." not in texts(shown("candidate", conversations=(row,)))


@pytest.mark.parametrize(
    ("name", "yes", "verb", "no"),
    [
        ("make-secret", "Make secret", Verb.MAKE_SECRET, None),
        ("make-visible", "Make visible to the team", Verb.MAKE_VISIBLE, "Keep secret"),
        ("remove", "Remove from Lever", Verb.REMOVE, "Keep it"),
    ],
)
def test_a_question_is_answered_with_the_digest_it_was_asked_with(
    name: str, yes: str, verb: Verb, no: str | None
) -> None:
    answer = shown(name)

    assert button(answer, yes).url == SITE.action(verb)
    assert button(answer, yes).parameters == {**IDS, "digest": "a1b2c3"}
    if no:
        assert button(answer, no).url == SITE.action(Verb.REFRESH)
        assert button(answer, no).parameters == IDS


def test_removing_names_whom_it_concerns() -> None:
    gone = "It disappears from Lever for everyone"

    assert f"{gone}, also Ben Bo and Cara Cid, who have copies. Nothing changes in Gmail." in texts(
        shown("remove")
    )
    assert f"{gone}, also Ben Bo, who has a copy. Nothing changes in Gmail." in texts(
        shown("remove", others=("Ben Bo",))
    )
    assert f"{gone}. Nothing changes in Gmail." in texts(shown("remove-alone"))


def test_making_visible_names_who_gains_sight() -> None:
    assert "These people will see all 8 messages: Cara Cid, Dan Dau and 31 more." in texts(shown("make-visible"))
    assert "Nobody will see it who does not see it now." in texts(shown("make-visible", names=(), more=0))


def test_nothing_here_is_the_same_bytes_for_everybody() -> None:
    first, second = (to_json(Push(nothing_here_card(site=SITE))) for _ in range(2))

    assert repr(first) == repr(second)
    assert [each.parameters for each in buttons(first)] == [{}, {}, {}, {}]


def test_an_outsider_learns_no_more_than_the_companys_name() -> None:
    said = body(to_json(Push(outsider_card("Example Inc.", site=SITE))))

    assert said == ["This Google account is not part of Example Inc.; open Gmail with your work account."]


@pytest.mark.parametrize("kind", Failure)
def test_every_failure_has_a_next_step(kind: Failure) -> None:
    pressed = Press(Verb.RESTORE, {"conversation": "1"})
    answer, typed = (to_json(Push(trouble_card(kind, site=SITE, again=again))) for again in (pressed, None))

    def steps(answer: dict[str, Any]) -> list[str]:
        return [each.text for each in buttons(answer)][:-3]

    same = {Failure.OPEN_AGAIN: [], Failure.NOT_PERMITTED: ["Grant access"]}
    at_once = {Failure.GMAIL_SILENT, Failure.STORE_SILENT, Failure.WENT_WRONG}
    assert steps(typed) == same.get(kind, ["Refresh"])
    assert steps(answer) == same.get(kind, ["Try again"] if kind in at_once else ["Refresh"])
    assert "{" not in texts(answer)[0]


def test_help_explains_only_what_exists() -> None:
    said = texts(to_json(Push(drawn("help"))))

    assert [text.split("\n")[0] for text in said] == [
        "Help",
        "What comes in",
        "What never does",
        "Stop updating",
        "Remove from Lever",
        "Take my copy out",
        "Turn off Email",
        "Erase on request",
        "How to check us",
    ]


def test_help_says_of_no_permission_that_it_is_for_reading_only_but_of_the_one_in_the_background() -> None:
    said = {text.split("\n")[0]: text for text in texts(to_json(Push(drawn("help"))))}

    assert "reading only" not in " ".join(said.values())
    assert "In the background we can only read." in said["How to check us"]
    assert "only when you press for it" in said["How to check us"]
    assert said["What comes in"].endswith("\nOf attachments only name, type and size.")
    assert "attachments" not in said["What never does"]


@pytest.mark.parametrize("name", sorted(name for name in SAMPLES if "label-" not in name))
def test_the_products_name_is_the_labels(name: str) -> None:
    sample = SAMPLES[name]
    answer = to_json(Push(sample.draw(sample.view, site=Site("https://addon.example", word="Hiring"))))

    assert not any("Lever" in text for text in texts(answer))


def test_where_an_import_would_find_nothing_there_is_nothing_to_import() -> None:
    recent, ever = shown("import-nothing"), shown("import-nothing", bound="all")

    assert "No conversation with jane@example.org in your mailbox since then. Only yours is searched." in texts(
        recent
    )
    assert "No conversation with jane@example.org in your mailbox. Only yours is searched." in texts(ever)
    assert [each.text for each in buttons(recent)] == ["Cancel", "Refresh", "My data", "Settings"]


def test_what_nobody_else_holds_is_a_number_only_among_others() -> None:
    some, all_, one = (
        shown("email-off", conversations=n, alone=alone) for n, alone in [(41, 14), (14, 14), (1, 1)]
    )

    assert "14 of them come only from yours and will no longer be updated." in "".join(texts(some))
    assert "They come only from yours and will no longer be updated." in "".join(texts(all_))
    assert "It comes only from yours and will no longer be updated." in "".join(texts(one))
    gone = shown("take-all-out", conversations=2, alone=2)
    assert "They disappear for everyone, for nobody else has copies." in "".join(texts(gone))


def test_settings_tells_no_number_where_all_of_it_is_taken_out() -> None:
    assert "Nothing from your mailbox is in Lever." in texts(
        shown("settings-off-kept", conversations=0, messages=4)
    )
