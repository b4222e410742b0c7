"""The open message: its chip, the verbs offered, and what each press does (R29 to R33)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from storage.records import Reason, Role, ThreadState
from tests.cards.grammar import button, buttons, offered, says, texts
from tests.office import ANNA, BEN, CARA, JANE, MODIFY, Office, mail


def lines(card: object) -> list[str]:
    return [line for text in texts(card) for line in text.split("\n")]  # type: ignore[arg-type]


# --- opening ----------------------------------------------------------------------------------------------


def test_an_unsynced_message_shows_its_candidate_for_one_call_of_20_units(anna: Office) -> None:
    at = anna.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    anna.simulator.control.reset_meter()

    card = anna.open(ANNA, at)

    assert "NOT SYNCED" in says(card)
    assert "Jane Doe" in says(card)
    assert anna.units(ANNA) == 20
    assert [(call["method"], call["format"]) for call in anna.calls()] == [("messages.get", "metadata")]


def test_without_a_match_the_card_says_so_and_how_to_add_the_person(anna: Office) -> None:
    at = anna.deliver(mail("nobody@people.example", ANNA), ANNA)[ANNA]

    card = anna.open(ANNA, at)

    assert "No candidate here." in says(card)
    assert "must already be in Lever" in says(card)


def test_with_email_off_the_card_says_so_and_offers_no_sync(office: Office) -> None:
    office.member(ANNA)
    office.candidate("Jane Doe", JANE)
    at = office.deliver(mail(JANE, ANNA), ANNA)[ANNA]

    card = office.open(ANNA, at)

    assert "Email is off: nothing comes in from your mailbox." in says(card)
    assert "Jane Doe" in says(card)
    assert "Sync this conversation" not in offered(card)


def test_an_id_made_on_the_device_costs_one_call_once_then_its_alias_is_kept(anna: Office) -> None:
    at = anna.synced()
    alias = anna.simulator.control.alias(ANNA, at["id"])
    event = anna.event(ANNA, opened=at)
    event["gmail"] |= {"messageId": alias["message"], "threadId": alias["thread"]}
    anna.simulator.control.reset_meter()

    first, second = anna.post("message", event), anna.post("message", event)

    assert "SYNCED" in says(first)
    assert "SYNCED" in says(second)
    assert len(anna.calls()) == 1


def test_a_message_of_another_mailbox_and_a_deleted_one_get_a_card_that_is_true_of_both(anna: Office) -> None:
    anna.member(BEN)
    theirs = anna.deliver(mail(JANE, BEN), BEN)[BEN]

    cards = [anna.open(ANNA, at) for at in (theirs, {"id": "deadbeef", "threadId": "deadbeef"})]

    assert says(cards[0]) == says(cards[1])
    assert "This message is not in your mailbox. It was deleted, or is in another account's" in says(cards[0])
    assert "Refresh" in [each.text for each in buttons(cards[0])[:-3]]


def test_gmail_not_answering_is_a_card_with_a_next_step(anna: Office) -> None:
    at = anna.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    anna.simulator.control.fault("GET .*/messages/", status=503, reason="backendError", times=1)

    card = anna.open(ANNA, at)

    assert "Gmail did not answer." in says(card)
    assert "Sync this conversation" in offered(anna.press(ANNA, card, "Try again"))


def test_what_gmail_did_not_answer_is_pressed_once_more_by_try_again(anna: Office) -> None:
    candidate = anna.answer(ANNA, "actions/candidate", parameters={"candidate": anna.jane().id})
    anna.deliver(mail(JANE, ANNA), ANNA)
    anna.simulator.control.fault("GET .*/threads", status=503, reason="backendError", times=10)

    card = anna.press(ANNA, candidate, "Sync emails")
    anna.simulator.control.clear_faults()

    assert "Gmail did not answer." in says(card)
    assert "Up to 1 conversation with" in says(anna.press(ANNA, card, "Try again"))


def test_what_was_ticked_beside_a_press_that_failed_is_not_left_out_by_trying_again(anna: Office) -> None:
    candidate = anna.answer(ANNA, "actions/candidate", parameters={"candidate": anna.jane().id})
    preview = anna.press(ANNA, candidate, "Sync emails")
    anna.simulator.control.fault("GET .*/threads", status=503, reason="backendError", times=10)
    changed = button(preview, "Refresh")

    card = anna.press_button(ANNA, changed, inputs={"since": ["all"], "secret": ["yes"]})

    assert "Gmail did not answer." in says(card)
    assert "Try again" not in offered(card)


def test_spam_trash_and_drafts_cannot_be_synced_and_the_card_says_why(anna: Office) -> None:
    at = anna.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    anna.simulator.control.label(ANNA, at["threadId"], add=["SPAM"])

    card = anna.open(ANNA, at)

    assert "Move it to the inbox first." in says(card)
    assert "Sync this conversation" not in offered(card)


def test_a_shared_address_matches_neither_and_both_are_named(anna: Office) -> None:
    anna.candidate("John Roe", "shared@people.example")
    anna.candidate("Joan Roe", "shared@people.example")
    at = anna.synced_mail(mail("shared@people.example", ANNA))

    card = anna.open(ANNA, at)

    assert "WAITING" in says(card)
    assert "John Roe" in says(card)
    assert "Joan Roe" in says(card)
    assert "nobody is chosen automatically" in says(card)


# --- sync -------------------------------------------------------------------------------------------------


def test_sync_this_conversation_brings_the_thread_in_without_any_label(anna: Office) -> None:
    at = anna.deliver(mail(JANE, ANNA, subject="Application"), ANNA)[ANNA]

    asked = anna.press(ANNA, anna.open(ANNA, at), "Sync this conversation", opened=at)
    again = anna.press(ANNA, anna.open(ANNA, at), "Refresh", opened=at)
    anna.sync(ANNA)

    assert asked == {"requesting_google_scopes": {"scopes": [MODIFY]}}
    assert "SYNCING" in says(again)
    assert [found.summary.subject for found in anna.stored(anna.jane(), ANNA)] == ["Application"]


def test_when_the_permission_is_declined_it_is_done_without_the_label_and_says_so(anna: Office) -> None:
    at = anna.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    card = anna.open(ANNA, at)
    anna.press(ANNA, card, "Sync this conversation", opened=at)

    repeated = anna.press(ANNA, card, "Sync this conversation", opened=at)
    asked = anna.press(ANNA, repeated, "Give it", opened=at)
    declined = anna.press(ANNA, repeated, "Give it", opened=at)

    assert "Done without the label." in says(repeated)
    assert "requesting_google_scopes" in asked
    assert "Done without the label." in says(declined)


def test_with_the_permission_the_label_is_put_on(anna: Office) -> None:
    anna.simulator.control.create_label(ANNA, "Lever")
    anna.clock.pass_time(days=1)
    anna.sync(ANNA)
    anna.scopes[ANNA] = (MODIFY,)
    at = anna.deliver(mail(JANE, ANNA), ANNA)[ANNA]

    anna.press(ANNA, anna.open(ANNA, at), "Sync this conversation", opened=at)
    anna.sync(ANNA)

    [shown] = anna.simulator.control.mailbox(ANNA)["threads"]
    assert "Lever" in shown["labels"]
    assert len(anna.stored(anna.jane(), ANNA)) == 1


def test_where_there_is_no_label_yet_it_is_made(anna: Office) -> None:
    anna.scopes[ANNA] = (MODIFY,)
    at = anna.deliver(mail(JANE, ANNA), ANNA)[ANNA]

    anna.press(ANNA, anna.open(ANNA, at), "Sync this conversation", opened=at)
    anna.sync(ANNA)

    assert "Lever" in anna.simulator.control.mailbox(ANNA)["labels"]


def test_sync_as_secret_is_secret_from_the_first_message(anna: Office) -> None:
    anna.member(BEN)
    at = anna.deliver(mail(JANE, ANNA), ANNA)[ANNA]

    anna.press(ANNA, anna.open(ANNA, at), "Sync as secret", opened=at)
    anna.sync(ANNA)

    [found] = anna.stored(anna.jane(), ANNA)
    assert found.conversation.secret
    assert anna.stored(anna.jane(), BEN) == []
    assert "Secret" in says(anna.open(ANNA, at))


def test_what_comes_in_as_secret_says_so_before_any_of_it_is_there(anna: Office) -> None:
    plain, secret = (anna.deliver(mail(JANE, ANNA), ANNA)[ANNA] for _ in range(2))
    stranger = anna.deliver(mail("nobody@people.example", ANNA), ANNA)[ANNA]

    anna.press(ANNA, anna.open(ANNA, plain), "Sync this conversation", opened=plain)
    for at in (secret, stranger):
        anna.press(ANNA, anna.open(ANNA, at), "Sync as secret", opened=at)
    syncing = [anna.open(ANNA, at) for at in (plain, secret)]
    anna.sync(ANNA)
    waiting = anna.open(ANNA, stranger)

    assert all("SYNCING" in says(each) for each in syncing)
    assert "WAITING" in says(waiting)
    assert ["Secret" in texts(each) for each in (*syncing, waiting)] == [False, True, True]


def test_given_later_the_permission_sets_the_secret_label_on_what_comes_in_as_secret(anna: Office) -> None:
    at = anna.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    card = anna.open(ANNA, at)
    anna.press(ANNA, card, "Sync as secret", opened=at)
    declined = anna.press(ANNA, card, "Sync as secret", opened=at)
    anna.scopes[ANNA] = (MODIFY,)

    for _ in range(2):
        anna.press(ANNA, declined, "Give it", opened=at)
        anna.sync(ANNA)

    [shown] = anna.simulator.control.mailbox(ANNA)["threads"]
    assert "Lever/Secret" in shown["labels"]
    assert "Lever" not in shown["labels"]
    [found] = anna.stored(anna.jane(), ANNA)
    assert found.conversation.secret


def test_an_interviewer_neither_syncs_nor_sees_a_candidate(anna: Office) -> None:
    anna.member(CARA, Role.INTERVIEWER)
    at = anna.deliver(mail(JANE, CARA), CARA)[CARA]

    card = anna.open(CARA, at)
    pressed = anna.answer(CARA, "actions/sync-thread", opened=at)

    assert "Your role does not use Lever in Gmail." in says(card)
    assert "Jane" not in says(card) + says(pressed)
    assert anna.thread(CARA, at) is None


# --- stop -------------------------------------------------------------------------------------------------


def test_stop_ends_the_following_and_offers_to_take_the_label_off(anna: Office) -> None:
    at = anna.synced()

    stopped = anna.press(ANNA, anna.open(ANNA, at), "Stop updating", opened=at)

    thread = anna.thread(ANNA, at)
    assert thread is not None
    assert thread.state is ThreadState.STOPPED
    assert "NO LONGER UPDATED" in says(stopped)
    assert "Take the label off" in offered(stopped)


def test_the_label_comes_off_with_the_permission_and_nothing_else_in_gmail_changes(anna: Office) -> None:
    at = anna.synced()
    anna.scopes[ANNA] = (MODIFY,)
    before = anna.simulator.control.mailbox(ANNA)["threads"][0]["messages"]

    card = anna.confirm(ANNA, anna.open(ANNA, at), "Stop updating", "Take the label off", opened=at)

    [shown] = anna.simulator.control.mailbox(ANNA)["threads"]
    assert "Lever" not in shown["labels"]
    assert [m["subject"] for m in shown["messages"]] == [m["subject"] for m in before]
    assert "INBOX" in shown["labels"]
    assert "Take the label off" not in offered(card)


def test_stop_waiting_leaves_no_record(anna: Office) -> None:
    at = anna.synced_mail(mail("nobody@people.example", ANNA))

    anna.press(ANNA, anna.open(ANNA, at), "Stop waiting", opened=at)

    assert anna.thread(ANNA, at) is None


def test_a_thread_stopped_in_the_panel_stays_stopped_though_the_label_is_on(anna: Office) -> None:
    first = mail(JANE, ANNA)
    at = anna.synced_mail(first)
    anna.press(ANNA, anna.open(ANNA, at), "Stop updating", opened=at)

    anna.deliver(mail(JANE, ANNA, reply_to=first), ANNA)
    anna.simulator.control.expire_history(ANNA)
    anna.sync(ANNA)

    [found] = anna.stored(anna.jane(), ANNA)
    assert found.summary.count == 1


def test_sync_again_after_stop_catches_up(anna: Office) -> None:
    first = mail(JANE, ANNA)
    at = anna.synced_mail(first)
    anna.press(ANNA, anna.open(ANNA, at), "Stop updating", opened=at)
    anna.deliver(mail(JANE, ANNA, reply_to=first), ANNA)
    anna.sync(ANNA)

    anna.press(ANNA, anna.open(ANNA, at), "Sync again", opened=at)
    anna.sync(ANNA)

    [found] = anna.stored(anna.jane(), ANNA)
    thread = anna.thread(ANNA, at)
    assert found.summary.count == 2
    assert thread is not None
    assert set(thread.reasons) == {Reason.ASKED} or set(thread.reasons) == {Reason.ASKED, Reason.LABEL}


# --- secret -----------------------------------------------------------------------------------------------


def test_making_secret_names_who_still_sees_it_and_hides_it_from_everyone_else(anna: Office) -> None:
    anna.member(BEN)
    anna.member(CARA)
    at = anna.synced(also=[CARA])

    question = anna.press(ANNA, anna.open(ANNA, at), "Make secret", opened=at)
    anna.press(ANNA, question, "Make secret", opened=at, inputs={"audience": [f"sub-{CARA}"]})

    assert "Cara" in says(question)
    assert len(anna.stored(anna.jane(), ANNA)) == 1
    assert len(anna.stored(anna.jane(), CARA)) == 1
    assert anna.stored(anna.jane(), BEN) == []


def test_who_is_unticked_leaves_the_audience(anna: Office) -> None:
    anna.member(CARA)
    at = anna.synced(also=[CARA])

    question = anna.press(ANNA, anna.open(ANNA, at), "Make secret", opened=at)
    anna.press(ANNA, question, "Make secret", opened=at, inputs={})

    assert anna.stored(anna.jane(), CARA) == []


def test_joining_a_secret_conversation_widens_sight_only_by_an_entitled_members_own_sent_mail(
    anna: Office,
) -> None:
    anna.member(BEN)
    anna.member(CARA)
    first = mail(JANE, ANNA)
    at = anna.synced_mail(first)
    anna.confirm(ANNA, anna.open(ANNA, at), "Make secret", "Make secret", opened=at)
    anna.clock.pass_time(minutes=5)

    anna.deliver(mail(JANE, ANNA, BEN, reply_to=first, text="Ben is in Cc by the candidate"), ANNA)
    anna.sync(ANNA)
    by_candidate = anna.stored(anna.jane(), BEN)
    anna.deliver(mail(ANNA, JANE, CARA, reply_to=first, text="Cara is in by Anna"), ANNA)
    anna.sync(ANNA)

    assert by_candidate == []
    assert anna.stored(anna.jane(), BEN) == []
    assert len(anna.stored(anna.jane(), CARA)) == 1


def test_making_visible_again_names_who_gains_sight_and_asks_again_if_they_changed(anna: Office) -> None:
    anna.member(BEN)
    at = anna.synced()
    anna.confirm(ANNA, anna.open(ANNA, at), "Make secret", "Make secret", opened=at)

    question = anna.press(ANNA, anna.open(ANNA, at), "Make visible to the team", opened=at)
    anna.member(CARA)
    asked_again = anna.press(ANNA, question, "Make visible to the team", opened=at)
    still_hidden = anna.stored(anna.jane(), BEN)
    anna.press(ANNA, asked_again, "Make visible to the team", opened=at)

    assert "Ben" in says(question)
    assert "Cara" in says(asked_again)
    assert still_hidden == []
    assert len(anna.stored(anna.jane(), BEN)) == 1


def test_making_secret_and_visible_are_in_the_audit_log(anna: Office) -> None:
    at = anna.synced()
    anna.confirm(ANNA, anna.open(ANNA, at), "Make secret", "Make secret", opened=at)
    anna.clock.pass_time(minutes=1)
    anna.confirm(ANNA, anna.open(ANNA, at), *["Make visible to the team"] * 2, opened=at)

    [found] = anna.stored(anna.jane(), ANNA)
    acts = anna.services.store.acts(found.conversation.id, limit=10)

    assert [(act.actor, act.verb) for act in acts] == [
        (f"sub-{ANNA}", "make-visible"),
        (f"sub-{ANNA}", "make-secret"),
    ]


def test_an_admin_who_opens_a_secret_conversation_is_shown_to_who_made_it_secret(anna: Office) -> None:
    anna.member(BEN, Role.ADMIN)
    at = anna.synced()
    anna.confirm(ANNA, anna.open(ANNA, at), "Make secret", "Make secret", opened=at)
    [found] = anna.stored(anna.jane(), BEN)

    anna.answer(BEN, "actions/conversation", parameters={"conversation": found.conversation.id})
    card = anna.press(ANNA, anna.open(ANNA, at), "Who sees it", opened=at)

    assert "Ben" in says(card)
    assert "Opened it without being on it" in says(card)


def test_a_member_can_be_let_in_and_out_of_a_secret_conversation_later(anna: Office) -> None:
    anna.member(CARA)
    at = anna.synced(also=[CARA])
    question = anna.press(ANNA, anna.open(ANNA, at), "Make secret", opened=at)
    anna.press(ANNA, question, "Make secret", opened=at, inputs={})

    boxes = anna.confirm(ANNA, anna.open(ANNA, at), "Who sees it", "Let in or out", opened=at)
    saved = anna.press(ANNA, boxes, "Save", opened=at, inputs={"audience": [f"sub-{CARA}"]})
    let_in = anna.stored(anna.jane(), CARA)
    boxes = anna.confirm(ANNA, anna.open(ANNA, at), "Who sees it", "Let in or out", opened=at)
    anna.press(ANNA, boxes, "Save", opened=at, inputs={})

    assert len(let_in) == 1
    assert {"Made secret by Anna.", "Cara", "Saved."} <= {each.partition(" These")[0] for each in lines(saved)}
    assert anna.stored(anna.jane(), CARA) == []


def test_a_holder_without_sight_is_told_for_that_thread_only(anna: Office) -> None:
    anna.member(BEN, connected=True)
    message = mail(JANE, ANNA, BEN)
    copies = anna.deliver(message, ANNA, BEN)
    anna.label(ANNA, copies[ANNA]["threadId"])
    anna.label(BEN, copies[BEN]["threadId"])
    anna.sync(ANNA, BEN)
    question = anna.press(ANNA, anna.open(ANNA, copies[ANNA]), "Make secret", opened=copies[ANNA])
    anna.press(ANNA, question, "Make secret", opened=copies[ANNA], inputs={})

    card = anna.open(BEN, copies[BEN])

    assert "You are not among those who see it there" in says(card)
    assert offered(card) == {"Refresh", "My data", "Settings", "Stop updating", "Take my copy out"}
    assert anna.stored(anna.jane(), BEN) == []


# --- remove -----------------------------------------------------------------------------------------------


def test_removing_names_the_other_holders_and_hides_it_from_everyone_at_once(anna: Office) -> None:
    anna.member(BEN, connected=True)
    copies = anna.deliver(mail(JANE, ANNA, BEN), ANNA, BEN)
    for holder in (ANNA, BEN):
        anna.label(holder, copies[holder]["threadId"])
    anna.sync(ANNA, BEN)
    before = anna.simulator.control.mailbox(ANNA)

    question = anna.press(ANNA, anna.open(ANNA, copies[ANNA]), "Remove from Lever", opened=copies[ANNA])
    removed = anna.press(ANNA, question, "Remove from Lever", opened=copies[ANNA])

    assert "Ben" in says(question)
    assert "Undo" in offered(removed)
    assert anna.stored(anna.jane(), ANNA) == anna.stored(anna.jane(), BEN) == []
    assert "REMOVED" in says(anna.open(BEN, copies[BEN]))
    assert "Undo" not in offered(anna.open(BEN, copies[BEN]))
    assert anna.simulator.control.mailbox(ANNA)["threads"] == before["threads"]


def test_a_removal_holds_against_the_label_a_reply_and_a_colleagues_copy(anna: Office) -> None:
    anna.member(BEN, connected=True)
    first = mail(JANE, ANNA, BEN, subject="Application")
    copies = anna.deliver(first, ANNA, BEN)
    anna.label(ANNA, copies[ANNA]["threadId"])
    anna.sync(ANNA)
    anna.unlabel(ANNA, copies[ANNA]["threadId"])
    anna.label(ANNA, copies[ANNA]["threadId"])
    anna.confirm(ANNA, anna.open(ANNA, copies[ANNA]), *["Remove from Lever"] * 2, opened=copies[ANNA])

    anna.label(BEN, copies[BEN]["threadId"])
    anna.deliver(mail(JANE, ANNA, BEN, reply_to=first), ANNA, BEN)
    anna.sync(ANNA, BEN, ANNA)

    assert anna.stored(anna.jane(), ANNA) == []
    assert "REMOVED" in says(anna.open(ANNA, copies[ANNA]))


def test_of_a_removed_conversation_nothing_more_is_opened(anna: Office) -> None:
    first = mail(JANE, ANNA)
    at = anna.synced_mail(first)
    anna.confirm(ANNA, anna.open(ANNA, at), *["Remove from Lever"] * 2, opened=at)
    anna.deliver(mail(JANE, ANNA, reply_to=first), ANNA)
    anna.simulator.control.reset_meter()

    anna.sync(ANNA)

    assert {call["method"] for call in anna.calls()} == {"history.list"}


def test_undo_brings_it_back_with_what_came_meanwhile_and_as_secret_as_it_was(anna: Office) -> None:
    anna.member(BEN)
    first = mail(JANE, ANNA)
    at = anna.synced_mail(first)
    anna.confirm(ANNA, anna.open(ANNA, at), "Make secret", "Make secret", opened=at)
    removed = anna.confirm(ANNA, anna.open(ANNA, at), *["Remove from Lever"] * 2, opened=at)
    anna.deliver(mail(JANE, ANNA, reply_to=first), ANNA)
    anna.sync(ANNA)

    anna.press(ANNA, removed, "Undo", opened=at)
    anna.sync(ANNA)

    [found] = anna.stored(anna.jane(), ANNA)
    assert found.conversation.secret
    assert found.summary.count == 2
    assert anna.stored(anna.jane(), BEN) == []


def test_after_the_grace_it_can_no_longer_be_undone(anna: Office) -> None:
    at = anna.synced()
    removed = anna.confirm(ANNA, anna.open(ANNA, at), *["Remove from Lever"] * 2, opened=at)
    anna.clock.pass_time(days=30)

    anna.press(ANNA, removed, "Undo", opened=at)
    card = anna.open(ANNA, at)

    assert "can no longer be undone" in says(card)
    assert "Undo" not in offered(card)
    assert anna.stored(anna.jane(), ANNA) == []


def test_a_removal_by_an_admin_is_undone_by_admins_only(anna: Office) -> None:
    anna.member(BEN, Role.ADMIN)
    at = anna.synced()
    [found] = anna.stored(anna.jane(), ANNA)
    given = {"conversation": found.conversation.id}
    question = anna.answer(BEN, "actions/remove", parameters=given)
    anna.press(BEN, question, "Remove from Lever")

    refused = anna.answer(ANNA, "actions/restore", opened=at, parameters=given)
    anna.answer(BEN, "actions/restore", parameters=given)

    assert "Nothing here." in says(refused)
    assert len(anna.stored(anna.jane(), ANNA)) == 1


# --- lists and ids ----------------------------------------------------------------------------------------


def test_a_candidates_card_lists_what_the_caller_sees_page_by_page(anna: Office) -> None:
    for number in range(12):
        anna.synced(subject=f"Subject {number}")

    first = anna.press(ANNA, anna.open(ANNA, anna.synced()), "Show candidate")
    second = anna.press(ANNA, first, "More")

    both = says(first) + says(second)
    assert all(f"Subject {number}" in both for number in range(12))


def test_a_conversations_card_shows_newest_first_with_attachments_by_name(anna: Office) -> None:
    message = mail(JANE, ANNA, subject="CV", text="Please find my CV.")
    message.add_attachment(b"x" * 2048, maintype="application", subtype="pdf", filename="CV.pdf")
    at = anna.synced_mail(message)
    anna.deliver(mail(ANNA, JANE, reply_to=message, text="Thank you."), ANNA)
    anna.sync(ANNA)

    card = anna.press(ANNA, anna.open(ANNA, at), "Show conversation", opened=at)

    said = says(card)
    assert said.index("Thank you.") < said.index("Please find my CV.")
    assert "CV.pdf" in said


@pytest.mark.parametrize("verb", ["conversation", "make-secret", "make-visible", "remove", "restore"])
def test_what_one_may_not_see_and_what_does_not_exist_are_one_answer(anna: Office, verb: str) -> None:
    anna.member(BEN)
    at = anna.synced()
    [found] = anna.stored(anna.jane(), ANNA)
    anna.confirm(ANNA, anna.open(ANNA, at), "Make secret", "Make secret", opened=at)

    hidden = anna.answer(BEN, f"actions/{verb}", parameters={"conversation": found.conversation.id})
    unknown = anna.answer(BEN, f"actions/{verb}", parameters={"conversation": "0" * 32})

    assert hidden == unknown
    assert "Nothing here." in says(hidden)


def test_every_button_of_a_synced_message_leads_to_a_card(anna: Office) -> None:
    at = anna.synced()

    card = anna.open(ANNA, at)

    for pressed in buttons(card):
        if pressed.url:
            assert anna.press_button(ANNA, pressed, opened=at)
    assert {"Show conversation", "Make secret", "Stop updating", "Remove from Lever"} <= offered(card)


def test_sip_keeps_admins_out_unless_they_hold_the_right(make_office: Callable[..., Office]) -> None:
    office = make_office(SECRET_POLICY="sip")
    office.member(ANNA, connected=True)
    office.member(BEN, Role.ADMIN)
    office.candidate("Jane Doe", JANE)
    at = office.synced()
    office.confirm(ANNA, office.open(ANNA, at), "Make secret", "Make secret", opened=at)

    assert office.stored(office.jane(), BEN) == []


def test_hostile_subjects_and_texts_never_become_markup(anna: Office) -> None:
    at = anna.synced_mail(mail(JANE, ANNA, subject='<a href="https://evil.example">x</a>', text="<b>bold</b>"))

    card = anna.press(ANNA, anna.open(ANNA, at), "Show conversation", opened=at)

    assert "<a href" not in str(card)
    assert "&lt;b&gt;bold" in str(card)


def test_a_confirmation_holds_for_the_conversation_as_it_stood_and_not_for_a_later_secret(anna: Office) -> None:
    anna.member(BEN)
    at = anna.synced()
    anna.confirm(ANNA, anna.open(ANNA, at), "Make secret", "Make secret", opened=at)
    kept = anna.press(ANNA, anna.open(ANNA, at), "Make visible to the team", opened=at)
    anna.press(ANNA, kept, "Make visible to the team", opened=at)
    anna.confirm(ANNA, anna.open(ANNA, at), "Make secret", "Make secret", opened=at)

    replayed = anna.press(ANNA, kept, "Make visible to the team", opened=at)

    assert "These people will see" in says(replayed)
    assert anna.stored(anna.jane(), BEN) == []


def test_nobody_pushes_anothers_opening_off_the_list_by_refreshing(anna: Office) -> None:
    anna.member(BEN, Role.ADMIN)
    anna.member(CARA, Role.ADMIN)
    at = anna.synced()
    anna.confirm(ANNA, anna.open(ANNA, at), "Make secret", "Make secret", opened=at)
    [found] = anna.stored(anna.jane(), BEN)
    given = {"conversation": found.conversation.id}

    anna.answer(CARA, "actions/conversation", parameters=given)
    for _ in range(30):
        anna.answer(BEN, "actions/refresh", parameters=given)
    card = anna.press(ANNA, anna.open(ANNA, at), "Who sees it", opened=at)

    opened = [line for line in texts(card) if line.startswith(("Ben, ", "Cara, "))]
    assert sorted(line.split(",")[0] for line in opened) == ["Ben", "Cara"]


def test_a_thread_that_lies_in_what_one_may_not_know_of_is_refused_plainly(anna: Office) -> None:
    anna.member(CARA, Role.LIMITED_TEAM_MEMBER, connected=True)
    copies = anna.deliver(mail(JANE, ANNA), ANNA, CARA)
    anna.label(ANNA, copies[ANNA]["threadId"])
    anna.sync(ANNA)
    anna.confirm(ANNA, anna.open(ANNA, copies[ANNA]), *["Remove from Lever"] * 2, opened=copies[ANNA])

    anna.label(CARA, copies[CARA]["threadId"])
    anna.sync(CARA)

    assert "can't be synced from your mailbox" in says(anna.open(CARA, copies[CARA]))


def test_a_look_alike_label_that_keeps_gmail_from_making_ours_is_said(anna: Office) -> None:
    anna.simulator.control.create_label(ANNA, "lever")
    anna.scopes[ANNA] = (MODIFY,)
    at = anna.deliver(mail(JANE, ANNA), ANNA)[ANNA]

    answer = anna.press(ANNA, anna.open(ANNA, at), "Sync this conversation", opened=at)

    assert "looks like it" in answer["renderActions"]["action"]["notification"]["text"]


def test_making_visible_names_nobody_who_holds_it_by_bcc_only(anna: Office) -> None:
    anna.member(CARA, Role.LIMITED_TEAM_MEMBER, connected=True)
    copies = anna.deliver(mail(JANE, ANNA), ANNA, CARA)
    anna.label(ANNA, copies[ANNA]["threadId"])
    anna.sync(ANNA)
    anna.confirm(ANNA, anna.open(ANNA, copies[ANNA]), "Make secret", "Make secret", opened=copies[ANNA])
    anna.label(CARA, copies[CARA]["threadId"])
    anna.sync(CARA)

    question = anna.press(ANNA, anna.open(ANNA, copies[ANNA]), "Make visible to the team", opened=copies[ANNA])

    assert "Cara" not in says(question)
    assert "People in Bcc are not listed." in says(question)
