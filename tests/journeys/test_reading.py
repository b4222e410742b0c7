"""Reading a conversation: own words, quotes at a press, long texts page by page, invitations in one's own zone."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest

from storage.records import Role
from tests.cards.grammar import button, buttons, texts
from tests.counting import counted
from tests.office import ANNA, BEN, JANE, Office, mail

SUPER = "super@acme.example"
QUOTE = "On Tue, 3 Nov 2026 at 14:05, Anna Alm <anna@acme.example> wrote:\n> Could we meet?\n> Anna\n"


def reading(office: Office, email: str = ANNA, **parameters: str) -> dict[str, Any]:
    [found] = office.stored(office.jane(), ANNA)
    given = {"conversation": found.conversation.id, **parameters}
    return office.answer(email, "actions/conversation", parameters=given)


def stored_key(office: Office) -> str:
    [found] = office.stored(office.jane(), ANNA)
    return office.messages(found)[0].key


def make_secret(office: Office, at: dict[str, str]) -> None:
    office.confirm(ANNA, office.open(ANNA, at), "Make secret", "Make secret", opened=at)


def test_what_is_quoted_is_folded_and_comes_at_a_press(anna: Office) -> None:
    anna.synced_mail(mail(JANE, ANNA, text=f"Thursday works.\n\n{QUOTE}"))

    card = reading(anna)
    assert "Thursday works." in texts(card)
    assert "Could we meet?" not in str(card)

    whole = anna.press(ANNA, card, "Show more")

    assert f"Thursday works.\n\n{QUOTE.strip()}" in texts(whole)


def test_refresh_draws_who_sees_it_anew_and_not_the_mails(anna: Office) -> None:
    at = anna.synced()
    make_secret(anna, at)
    who = anna.press(ANNA, reading(anna), "Who sees it")

    again = anna.press(ANNA, who, "Refresh")

    assert "Anna" in " ".join(texts(who))
    assert texts(again) == texts(who)
    assert "updateCard" in str(again)


def test_refresh_draws_the_page_of_a_conversation_it_is_on(anna: Office) -> None:
    first = mail(JANE, ANNA, text="Mail 0")
    anna.synced_mail(first)
    for number in range(1, 12):
        anna.deliver(mail(JANE, ANNA, reply_to=first, text=f"Mail {number}"), ANNA)
    anna.sync(ANNA)
    second = anna.press(ANNA, reading(anna), "More")

    again = anna.press(ANNA, second, "Refresh")

    assert "Mail 0" in texts(second)
    assert texts(again) == texts(second)


def test_of_a_short_mail_there_is_no_more(anna: Office) -> None:
    anna.synced_mail(mail(JANE, ANNA, text="Thursday works."))

    assert "Show more" not in {each.text for each in buttons(reading(anna))}


def test_attachments_that_are_not_named_in_the_conversation_are_at_a_press(anna: Office) -> None:
    message = mail(JANE, ANNA, text="All papers.")
    for number in range(5):
        message.add_attachment(b"x", maintype="application", subtype="pdf", filename=f"{number}.pdf")
    anna.synced_mail(message)

    card = reading(anna)
    whole = anna.press(ANNA, card, "Show more")

    assert "4.pdf" not in " ".join(texts(card))
    assert all(f"{number}.pdf, " in " ".join(texts(whole)) for number in range(5))


def test_an_automatic_reply_can_be_read_whole(anna: Office) -> None:
    first = mail(JANE, ANNA)
    anna.synced_mail(first)
    away = mail(JANE, ANNA, reply_to=first, text="Back on Monday.", Auto_Submitted="auto-replied")
    anna.deliver(away, ANNA)
    anna.sync(ANNA)

    card = reading(anna)
    whole = anna.press(ANNA, card, "Show more")

    assert any(text.startswith("Automatic reply from ") for text in texts(card))
    assert "Back on Monday." in texts(whole)


def test_a_long_text_is_read_page_by_page_to_its_last_word(anna: Office) -> None:
    text = "".join(f"{n:07}\n" for n in range(30_000)) + "the last word"
    anna.synced_mail(mail(JANE, ANNA, text=text))

    page = anna.press(ANNA, reading(anna), "Show more")
    read = [page]
    for _ in range(2):
        page = anna.press(ANNA, page, "More")
        read.append(page)
    last = reading(anna, message=stored_key(anna), page="999999")

    joined = "".join("".join(text for text in texts(each) if text[:7].isdigit()) for each in read)
    assert [line for line in joined.split("\n") if line][:3] == ["0000000", "0000001", "0000002"]
    assert "navigations" in str(read[1])
    assert "updateCard" in str(read[1])
    assert "the last word" in str(last)
    assert "More" not in {each.text for each in buttons(last)}


@pytest.mark.parametrize("page", ["0", "-1", "x", "1e9", "\uff19", "9" * 500])
def test_a_page_that_is_none_is_the_first_or_the_last(anna: Office, page: str) -> None:
    anna.synced_mail(mail(JANE, ANNA, text="Thursday works."))

    assert "Thursday works." in texts(reading(anna, message=stored_key(anna), page=page))


def test_a_text_of_a_secret_conversation_is_as_unknown_as_an_id_nobody_has(anna: Office) -> None:
    anna.member(BEN)
    at = anna.synced()
    key = stored_key(anna)
    make_secret(anna, at)
    [found] = anna.stored(anna.jane(), ANNA)

    def ask(conversation: str, message: str) -> Any:
        given = {"conversation": conversation, "message": message}
        return counted(anna, lambda: anna.answer(BEN, "actions/conversation", parameters=given))

    assert ask(found.conversation.id, key) == ask("f" * 32, key) == ask("f" * 32, "e" * 32)


def test_a_text_is_shown_only_with_the_conversation_it_is_in(anna: Office) -> None:
    anna.member(BEN)
    make_secret(anna, anna.synced(subject="Hush, all"))
    hidden = stored_key(anna)
    anna.synced(subject="Open")
    [seen] = anna.stored(anna.jane(), BEN)

    given = {"conversation": seen.conversation.id, "message": hidden}
    answer = anna.answer(BEN, "actions/conversation", parameters=given)

    assert "Nothing here. It may be gone or not shared with you." in texts(answer)
    assert "Hush, all" not in str(answer)


def test_reading_a_text_of_a_secret_without_being_on_it_is_noted(anna: Office) -> None:
    anna.member(SUPER, Role.SUPER_ADMIN)
    make_secret(anna, anna.synced())

    reading(anna, SUPER, message=stored_key(anna))

    assert [act.actor for act in anna.audit() if act.verb == "open"] == [f"sub-{SUPER}"]


def invitation(method: str = "REQUEST", *, begins: str = "20261105T130000Z", more: str = "") -> EmailMessage:
    message = mail(JANE, ANNA, subject="Interview", text="You are invited.")
    calendar = (
        f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nUID:u1\r\nSUMMARY:Interview\r\nDTSTART:{begins}\r\n"
        f"DTEND:20261105T140000Z\r\nLOCATION:Room 1\r\n{more}END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    message.add_alternative(calendar.encode(), maintype="text", subtype="calendar")
    return message


def test_an_invitation_is_read_in_ones_own_zone(anna: Office) -> None:
    anna.synced_mail(invitation())
    [found] = anna.stored(anna.jane(), ANNA)
    event = anna.event(ANNA, parameters={"conversation": found.conversation.id})
    event["commonEventObject"]["timeZone"] = {"id": "Europe/Berlin", "offset": 3600000}

    said = texts(anna.post("actions/conversation", event))

    assert any(
        each.replace("\u202f", " ").startswith(
            "Invitation: Interview\nNov 5, 2026, 2:00 PM to 3:00 PM\nWhere: Room 1"
        )
        for each in said
    ), said


def test_an_earlier_version_of_an_invitation_can_be_read_whole(anna: Office) -> None:
    first = invitation()
    anna.synced_mail(first)
    later = invitation("CANCEL", more="SEQUENCE:1\r\n")
    later["In-Reply-To"] = later["References"] = first["Message-ID"]
    anna.deliver(later, ANNA)
    anna.sync(ANNA)

    card = reading(anna)
    _, folded = (each for each in buttons(card) if each.text == "Show more")

    assert any(text.startswith("Earlier version of an invitation from ") for text in texts(card))
    assert "You are invited." in texts(anna.press_button(ANNA, folded))


def test_a_cancelled_one_folds_the_invitation_and_an_answer_does_not(anna: Office) -> None:
    first = invitation()
    answer = invitation("REPLY", more="ATTENDEE;CN=Jane;PARTSTAT=ACCEPTED:mailto:jane@people.example\r\n")
    answer["References"] = answer["In-Reply-To"] = first["Message-ID"]
    at = anna.deliver(first, ANNA)[ANNA]
    anna.deliver(answer, ANNA)
    anna.label(ANNA, at["threadId"])
    anna.sync(ANNA)

    said = "\n".join(texts(reading(anna)))
    assert "Accepted: Interview" in said
    assert "Invitation: Interview" in said

    cancelled = invitation("CANCEL")
    cancelled["References"] = cancelled["In-Reply-To"] = first["Message-ID"]
    anna.deliver(cancelled, ANNA)
    anna.sync(ANNA)

    said = "\n".join(texts(reading(anna)))
    assert "Cancelled: Interview" in said
    assert "Earlier version of an invitation" in said


def test_the_button_carries_ids_only(anna: Office) -> None:
    anna.synced_mail(mail(JANE, ANNA, text="x" * 5_000))

    assert button(reading(anna), "Show more").parameters.keys() == {"conversation", "message"}
