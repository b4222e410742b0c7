"""A candidate's card: searching, who has been in contact, what comes in, and all of it as far as one sees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from addon import members as colleagues
from storage.records import Role
from tests.cards.grammar import buttons, texts
from tests.counting import counted
from tests.office import ANNA, BEN, CARA, JANE, Office, mail

SUPER = "super@acme.example"


def jane_card(office: Office, email: str = ANNA, **parameters: str) -> dict[str, Any]:
    return office.answer(email, "actions/candidate", parameters={"candidate": office.jane().id, **parameters})


def search(office: Office, words: str, email: str = ANNA) -> dict[str, Any]:
    """Type into the field and press Search."""
    return office.press(email, jane_card(office, email), "Search", inputs={"search": [words]})


def said(answer: dict[str, Any]) -> str:
    return "\n".join(texts(answer))


def listed(answer: dict[str, Any], *subjects: str) -> set[str]:
    return {subject for subject in subjects if subject in said(answer)}


def make_secret(office: Office, at: dict[str, str]) -> None:
    office.confirm(ANNA, office.open(ANNA, at), "Make secret", "Make secret", opened=at)


# --- searching --------------------------------------------------------------------------------------------


def test_a_search_finds_by_subject_and_by_people_whatever_the_case(anna: Office) -> None:
    anna.member(BEN)
    anna.synced(subject="Interview on Thursday")
    anna.synced(subject="Your offer", also=[BEN])

    assert listed(search(anna, "THURSDAY inter"), "Interview", "Your offer") == {"Interview"}
    assert listed(search(anna, "ben@acme"), "Interview", "Your offer") == {"Your offer"}
    assert listed(search(anna, "jane"), "Interview", "Your offer") == {"Interview", "Your offer"}
    assert "Nothing found." in texts(search(anna, "offer thursday"))


def test_an_empty_search_is_the_whole_list_again(anna: Office) -> None:
    anna.synced(subject="Interview")

    answer = search(anna, "  ")

    assert "Interview" in said(answer)
    assert "updateCard" in str(answer), "in place of the card it was pressed on"


def test_what_was_found_is_paged_by_ten_and_the_words_go_along(anna: Office) -> None:
    for n in range(12):
        at = anna.deliver(mail(JANE, ANNA, subject=f"Offer {n:02}"), ANNA)[ANNA]
        anna.label(ANNA, at["threadId"])
    at = anna.deliver(mail(JANE, ANNA, subject="Other"), ANNA)[ANNA]
    anna.label(ANNA, at["threadId"])
    anna.sync(ANNA)

    first = search(anna, "offer")
    second = anna.press(ANNA, first, "More", inputs={"search": ["offer"]})

    shown = [
        [line for line in said(page).split("\n") if line.startswith(("Offer", "Other"))]
        for page in (first, second)
    ]
    assert shown == [[f"Offer {n:02}" for n in range(11, 1, -1)], ["Offer 01", "Offer 00"]]


def test_a_secret_one_is_found_by_nobody_who_does_not_see_it(anna: Office) -> None:
    anna.member(BEN)
    make_secret(anna, anna.synced(subject="Hush, all"))

    assert "Hush, all" in said(search(anna, "hush"))
    assert "No conversations you can see yet." in texts(jane_card(anna, BEN))
    hidden = anna.answer(
        BEN, "actions/candidate", parameters={"candidate": anna.jane().id}, inputs={"search": ["hush"]}
    )
    assert "Hush, all" not in str(hidden)


def test_a_bcc_is_found_by_who_it_is_and_by_nobody_else(anna: Office) -> None:
    anna.member(BEN)
    anna.member(CARA)
    sent = mail(ANNA, JANE, subject="Offer", Bcc=BEN)
    at = anna.deliver(sent, ANNA)[ANNA]
    anna.label(ANNA, at["threadId"])
    anna.sync(ANNA)

    assert "Nothing found." in texts(search(anna, "ben@acme", CARA))
    assert "Offer" in said(search(anna, "ben@acme", BEN))


def test_people_from_outside_who_are_no_candidates_are_found_by_name_and_address(anna: Office) -> None:
    anna.synced(subject="Interview")
    ask = mail(
        JANE, ANNA, subject="References", Cc="Rita Ríos <rita@bank.example>", Bcc="Hidden <hush@bank.example>"
    )
    anna.label(ANNA, anna.deliver(ask, ANNA)[ANNA]["threadId"])
    anna.sync(ANNA)

    for words in ("ríos", "RITA@bank", "rita references"):
        assert listed(search(anna, words), "Interview", "References") == {"References"}, words
    assert "Nothing found." in texts(search(anna, "hush"))


def test_by_people_from_outside_nobody_finds_a_secret_they_would_be_noted_for_reading(anna: Office) -> None:
    anna.member(SUPER, role=Role.SUPER_ADMIN)
    at = anna.deliver(mail(JANE, ANNA, subject="Hush, all", Cc="rita@bank.example"), ANNA)[ANNA]
    anna.label(ANNA, at["threadId"])
    anna.sync(ANNA)
    before = said(search(anna, "rita", SUPER))
    make_secret(anna, at)

    assert "Hush, all" in before
    assert "Hush, all" in said(jane_card(anna, SUPER)), "listed for their role"
    assert "Nothing found." in texts(search(anna, "rita", SUPER))
    assert "Hush, all" in said(search(anna, "rita"))


def test_a_search_costs_a_bounded_number_of_reads(anna: Office) -> None:
    for n in range(12):
        at = anna.deliver(mail(JANE, ANNA, subject=f"Offer {n:02}"), ANNA)[ANNA]
        anna.label(ANNA, at["threadId"])
    anna.sync(ANNA)
    given = {"parameters": {"candidate": anna.jane().id}}

    _, plain = counted(anna, lambda: anna.answer(ANNA, "actions/candidate", **given))
    _, found = counted(anna, lambda: anna.answer(ANNA, "actions/candidate", inputs={"search": ["offer"]}, **given))

    assert (plain["conversations_of"], plain["threads_of"], plain["messages"]) == (1, 10, 1)
    assert (found["conversations_of"], found["threads_of"], found["messages"]) == (1, 10, 0)
    assert max(plain["mailbox"], found["mailbox"]) <= 2


def test_pages_that_are_none_begin_anew(anna: Office) -> None:
    anna.synced(subject="Offer")

    for page in ("x", "-1", "9999", "\uff19"):
        answer = anna.answer(
            ANNA,
            "actions/candidate",
            parameters={"candidate": anna.jane().id, "page": page},
            inputs={"search": ["offer"]},
        )
        assert "Offer" in said(answer)


# --- what comes in ----------------------------------------------------------------------------------------


def test_each_conversation_says_whether_new_replies_come_in(anna: Office) -> None:
    at = anna.synced(subject="Offer")
    assert "New replies come in by themselves." in said(jane_card(anna))

    anna.press(ANNA, anna.open(ANNA, at), "Stop updating", opened=at)

    assert "No longer updated." in said(jane_card(anna))


def test_a_mailbox_that_is_off_brings_nothing_in(anna: Office) -> None:
    anna.synced(subject="Offer")

    anna.answer(ANNA, "actions/set-email", parameters={"want": "off"})

    assert "No longer updated." in said(jane_card(anna))


def test_whether_one_in_bcc_follows_it_is_told_to_nobody_else(anna: Office) -> None:
    anna.member(BEN, connected=True)
    anna.member(CARA)
    at = anna.deliver(mail(JANE, CARA, subject="Offer"), BEN)[BEN]
    anna.label(BEN, at["threadId"])
    anna.sync(BEN)

    assert "New replies come in" not in said(jane_card(anna, CARA))
    assert "No longer updated." not in said(jane_card(anna, CARA))
    assert "New replies come in by themselves." in said(jane_card(anna, BEN))


# --- contact ----------------------------------------------------------------------------------------------


def test_who_has_been_in_contact_is_told_with_the_last_word(anna: Office) -> None:
    anna.member(BEN)
    first = mail(JANE, ANNA, BEN, subject="Application")
    anna.deliver(mail(ANNA, JANE, BEN, subject="Application", reply_to=first), ANNA)
    anna.synced_mail(first)

    mine, bens = said(jane_card(anna)), said(jane_card(anna, BEN))
    anna.member(CARA)
    caras = said(jane_card(anna, CARA))

    assert "You and Ben have been in contact since " in mine
    assert "You and Anna have been in contact since " in bens
    assert "Anna and Ben have been in contact since " in caras
    assert "Last word: " in caras


def test_an_automatic_reply_is_nobodys_last_word(anna: Office) -> None:
    first = mail(JANE, ANNA, subject="Application", text="Hello")
    away = mail("away@people.example", ANNA, reply_to=first, Auto_Submitted="auto-replied")
    at = anna.deliver(first, ANNA)[ANNA]
    anna.deliver(away, ANNA)
    anna.label(ANNA, at["threadId"])
    anna.sync(ANNA)

    assert f"Last word: {JANE}, " in said(jane_card(anna))


def test_of_a_secret_one_who_sees_it_by_role_is_told_no_last_word_for_it_would_be_reading(
    make_office: Callable[..., Office],
) -> None:
    office = make_office()
    office.member(ANNA, connected=True)
    office.member(SUPER, Role.SUPER_ADMIN)
    office.candidate("Jane Doe", JANE)
    office.sync(ANNA)
    make_secret(office, office.synced(subject="Hush, all"))

    answer = jane_card(office, SUPER)

    assert "Hush, all" in said(answer)
    assert "Last word" not in said(answer)
    assert not [act for act in office.audit() if act.verb == "open"]


# --- large ones -------------------------------------------------------------------------------------------


def test_forty_addresses_each_have_their_button(anna: Office) -> None:
    addresses = " ".join([JANE, *(f"jane{n}@people.example" for n in range(39))])
    anna.import_candidates(f'name,addresses\nJane Doe,"{addresses}"\n')
    for n in range(12):
        at = anna.deliver(mail(JANE, ANNA, subject=f"Offer {n:02}"), ANNA)[ANNA]
        anna.label(ANNA, at["threadId"])
    anna.sync(ANNA)

    answer = jane_card(anna)

    assert len([each for each in buttons(answer) if each.text == "Sync emails"]) == 40


def test_a_limited_member_searches_their_own_only(anna: Office) -> None:
    anna.member(BEN)
    colleagues.set_role(BEN, Role.LIMITED_TEAM_MEMBER, anna.services, actor="operator:test")
    anna.synced(subject="Interview")
    anna.synced(subject="Your offer", also=[BEN])

    assert listed(search(anna, "jane", BEN), "Interview", "Your offer") == {"Your offer"}
