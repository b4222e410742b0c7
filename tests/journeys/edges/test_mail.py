"""Mail that is hard to follow: drafts, what is sent later, what vanishes, splits, repeats itself or is huge."""

from __future__ import annotations

import time
from base64 import encodebytes
from email.message import EmailMessage

import pytest

from addon.sync import Outcome
from storage.records import ThreadState
from tests.cards.grammar import texts
from tests.fakes.clock import Ahead
from tests.office import ANNA, BEN, JANE, Office, mail

HUGE = 3_000_000
"""Bytes. What Gmail is asked for does not grow with them; the simulator takes seconds for ten times as many."""


def told(office: Office, subject: str = "Application") -> list[str]:
    """The texts of a conversation of Jane's, oldest first."""
    found = [each for each in office.stored(office.jane(), ANNA) if each.summary.subject == subject]
    return [message.text.strip() for each in found for message in reversed(office.messages(each))]


def without(message: EmailMessage, *headers: str) -> EmailMessage:
    for name in headers:
        del message[name]
    return message


# --- drafts and what is sent later ------------------------------------------------------------------------


@pytest.mark.parametrize("in_place", [False, True], ids=["another message", "the same message"])
def test_a_draft_saved_twenty_times_is_never_read_and_what_is_sent_of_it_is_stored_once(
    anna: Office, *, in_place: bool
) -> None:
    control = anna.simulator.control
    if in_place:
        control.sent_in_place(ANNA)
    first = mail(JANE, ANNA, subject="Application", text="first")
    at = anna.synced_mail(first)
    control.reset_meter()
    made = control.draft(ANNA, mail(ANNA, JANE, reply_to=first, text="version 0"), thread=at["threadId"])
    for n in range(1, 21):
        control.save_draft(ANNA, made["draft"], mail(ANNA, JANE, reply_to=first, text=f"version {n}"))
        if n % 5 == 0:
            anna.sync(ANNA)
    unread = [call["method"] for call in anna.calls()]

    control.send_draft(ANNA, made["draft"])
    anna.sync(ANNA, ANNA)

    assert set(unread) == {"history.list"}
    assert told(anna) == ["first", "version 20"]
    assert len(anna.calls("messages.get")) == 1


@pytest.mark.parametrize("in_place", [False, True], ids=["another message", "the same message"])
def test_a_scheduled_mail_is_stored_when_it_is_sent_and_not_before(
    anna: Office, ahead: Ahead, *, in_place: bool
) -> None:
    if in_place:
        anna.simulator.control.sent_in_place(ANNA)
    first = mail(JANE, ANNA, subject="Application", text="first")
    at = anna.synced_mail(first)
    anna.simulator.control.schedule(
        ANNA,
        mail(ANNA, JANE, reply_to=first, text="think it over"),
        at=int(time.time()) + 600,
        thread=at["threadId"],
    )
    anna.sync(ANNA)
    before = told(anna)

    ahead.seconds = 660
    anna.sync(ANNA)

    assert before == ["first"]
    assert told(anna) == ["first", "think it over"]


def test_a_scheduled_mail_that_is_called_off_was_never_in_lever(anna: Office) -> None:
    first = mail(JANE, ANNA, subject="Application", text="first")
    at = anna.synced_mail(first)
    waiting = anna.simulator.control.schedule(
        ANNA, mail(ANNA, JANE, reply_to=first), at=int(time.time()) + 600, thread=at["threadId"]
    )
    anna.sync(ANNA)

    anna.simulator.control.delete_message(ANNA, waiting["id"])
    assert anna.sync(ANNA) == [Outcome.COMPLETE]

    assert told(anna) == ["first"]


# --- what vanishes and comes back -------------------------------------------------------------------------


def test_a_reply_deleted_before_it_was_read_is_no_error_and_the_rest_is_stored(anna: Office) -> None:
    first = mail(JANE, ANNA, subject="Application", text="first")
    anna.synced_mail(first)
    gone = anna.deliver(mail(JANE, ANNA, reply_to=first, text="gone"), ANNA)[ANNA]
    anna.deliver(mail(JANE, ANNA, reply_to=first, text="stays"), ANNA)
    anna.simulator.control.delete_message(ANNA, gone["id"])

    assert anna.sync(ANNA) == [Outcome.COMPLETE]

    assert told(anna) == ["first", "stays"]
    assert [call["status"] for call in anna.calls("messages.get")] == [200]


def test_a_labelled_thread_deleted_before_it_was_read_leaves_no_record(anna: Office) -> None:
    at = anna.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    anna.label(ANNA, at["threadId"])
    anna.simulator.control.delete_message(ANNA, at["id"])

    assert anna.sync(ANNA, ANNA, ANNA) == [Outcome.LATER, Outcome.COMPLETE, Outcome.COMPLETE]

    assert anna.thread(ANNA, at) is None
    assert anna.stored(anna.jane(), ANNA) == []


def test_what_gmail_tells_of_before_it_can_be_read_is_asked_for_a_second_time(anna: Office) -> None:
    first = mail(JANE, ANNA, subject="Application", text="first")
    anna.synced_mail(first)
    reply = anna.deliver(mail(JANE, ANNA, reply_to=first, text="told of too early"), ANNA)[ANNA]
    anna.deliver(mail(JANE, ANNA, reply_to=first, text="beside it"), ANNA)
    new = anna.deliver(mail(JANE, ANNA, subject="New", text="new"), ANNA)[ANNA]
    anna.label(ANNA, new["threadId"])
    for id in (reply["id"], new["threadId"]):
        anna.simulator.control.not_yet(id)

    assert anna.sync(ANNA, ANNA) == [Outcome.LATER, Outcome.COMPLETE]

    assert sorted(told(anna)) == ["beside it", "first", "told of too early"]
    assert told(anna, "New") == ["new"]


def test_what_is_not_there_when_it_is_asked_for_again_is_gone(anna: Office) -> None:
    first = mail(JANE, ANNA, subject="Application", text="first")
    anna.synced_mail(first)
    reply = anna.deliver(mail(JANE, ANNA, reply_to=first, text="gone"), ANNA)[ANNA]
    anna.simulator.control.not_yet(reply["id"], times=9)

    assert anna.sync(ANNA, ANNA, ANNA) == [Outcome.LATER, Outcome.COMPLETE, Outcome.COMPLETE]

    assert told(anna) == ["first"]
    assert [call["status"] for call in anna.calls("messages.get")] == [404, 404]


def test_what_is_stored_stays_through_the_bin_out_of_it_again_and_to_the_end_in_gmail(anna: Office) -> None:
    control = anna.simulator.control
    at = anna.synced_mail(mail(JANE, ANNA, subject="Application", text="first"))
    steps = []
    for change in (control.trash, control.untrash, control.trash, control.delete_message):
        change(ANNA, at["id"])
        steps.append((anna.sync(ANNA), told(anna)))

    assert steps == [([Outcome.COMPLETE], ["first"])] * 4
    assert "SYNCED" in " ".join(texts(anna.open(ANNA, at)))


def test_a_reply_that_gmail_took_for_spam_comes_in_when_it_is_rescued(anna: Office) -> None:
    first = mail(JANE, ANNA, subject="Application", text="first")
    anna.synced_mail(first)
    reply = anna.deliver(mail(JANE, ANNA, reply_to=first, text="rescued"), ANNA)[ANNA]
    anna.simulator.control.spam(ANNA, reply["id"])
    anna.sync(ANNA)
    before = told(anna)

    anna.simulator.control.not_spam(ANNA, reply["id"])
    anna.sync(ANNA)

    assert (before, told(anna)) == (["first"], ["first", "rescued"])


# --- splits and copies ------------------------------------------------------------------------------------


def test_a_thread_that_gmail_splits_is_followed_to_its_hundredth_mail_and_joins_when_it_is_synced(
    anna: Office,
) -> None:
    first = mail(JANE, ANNA, subject="Application", text="0")
    at = anna.deliver(first, ANNA)[ANNA]
    for n in range(1, 100):
        anna.deliver(mail(JANE, ANNA, reply_to=first, text=f"{n}"), ANNA)
    anna.label(ANNA, at["threadId"])
    anna.sync(ANNA)

    split = anna.deliver(mail(JANE, ANNA, reply_to=first, text="100"), ANNA)[ANNA]
    anna.sync(ANNA)
    [before] = anna.stored(anna.jane(), ANNA)
    anna.press(ANNA, anna.open(ANNA, split), "Sync this too", opened=split)
    anna.sync(ANNA)

    [after] = anna.stored(anna.jane(), ANNA)
    assert split["threadId"] != at["threadId"]
    assert (before.summary.count, after.summary.count) == (100, 101)
    assert after.conversation.id == before.conversation.id


def test_another_subject_is_another_thread_that_comes_in_only_when_it_is_synced(anna: Office) -> None:
    first = mail(JANE, ANNA, subject="Application", text="first")
    at = anna.synced_mail(first)
    changed = mail(JANE, ANNA, reply_to=first, text="second")
    changed.replace_header("Subject", "Something else")
    split = anna.deliver(changed, ANNA)[ANNA]
    anna.sync(ANNA)
    before = told(anna)

    anna.press(ANNA, anna.open(ANNA, split), "Sync this too", opened=split)
    anna.sync(ANNA)

    assert split["threadId"] != at["threadId"]
    assert (before, told(anna)) == (["first"], ["first", "second"])


def test_without_a_message_id_the_same_mail_in_two_mailboxes_is_two_and_read_again_it_is_one(
    anna: Office,
) -> None:
    anna.member(BEN, connected=True)
    message = without(mail(JANE, ANNA, BEN, subject="Application"), "Message-ID")
    copies = anna.deliver(message, ANNA, BEN)
    for email in (ANNA, BEN):
        anna.label(email, copies[email]["threadId"])
    anna.sync(ANNA, BEN)
    for email in (ANNA, BEN):
        anna.press(email, anna.open(email, copies[email]), "Stop updating", opened=copies[email])
        anna.press(email, anna.open(email, copies[email]), "Sync again", opened=copies[email])
    anna.sync(ANNA, BEN)

    found = anna.stored(anna.jane(), ANNA)
    assert sorted(each.summary.count for each in found) == [1, 1]
    assert {frozenset(each.summary.holders) for each in found} == {
        frozenset({f"sub-{ANNA}"}),
        frozenset({f"sub-{BEN}"}),
    }


def test_a_message_id_without_its_brackets_names_the_same_mail(anna: Office) -> None:
    anna.member(BEN, connected=True)
    message = mail(JANE, ANNA, BEN, subject="Application")
    bare = mail(JANE, ANNA, BEN, subject="Application")
    for name in ("Date", "Message-ID"):
        bare.replace_header(name, message[name])
    # The library would put them back on.
    raw = bare.as_bytes().replace(message["Message-ID"].encode(), message["Message-ID"].strip("<>").encode())
    here = anna.deliver(message, ANNA)[ANNA]
    there = anna.simulator.control.deliver(raw, to=[BEN])[BEN]
    anna.label(ANNA, here["threadId"])
    anna.label(BEN, there["threadId"])
    anna.sync(ANNA, BEN)

    [found] = anna.stored(anna.jane(), ANNA)
    assert found.summary.count == 1
    assert found.summary.holders == {f"sub-{ANNA}", f"sub-{BEN}"}


# --- what mail can be like --------------------------------------------------------------------------------


def test_of_a_mail_with_a_huge_file_the_words_and_the_files_name_are_stored_and_no_byte_is_fetched(
    anna: Office,
) -> None:
    parts = (
        f"From: {JANE}\nTo: {ANNA}\nSubject: Application\nMessage-ID: <huge@people.example>\n"
        "Date: Mon, 05 Jan 2026 09:00:00 +0000\nMIME-Version: 1.0\n"
        "Content-Type: multipart/mixed; boundary=part\n\n"
        "--part\nContent-Type: text/plain\n\nMy portfolio\n--part\nContent-Type: application/pdf\n"
        'Content-Disposition: attachment; filename="folio.pdf"\nContent-Transfer-Encoding: base64\n\n'
    )
    raw = parts.encode() + encodebytes(bytes(HUGE)) + b"--part--\n"
    at = anna.simulator.control.deliver(raw, to=[ANNA])[ANNA]
    anna.label(ANNA, at["threadId"])

    anna.sync(ANNA)

    [found] = anna.stored(anna.jane(), ANNA)
    [stored] = anna.messages(found)
    assert stored.head is not None
    assert [(each.name, each.size) for each in stored.head.attachments] == [("folio.pdf", HUGE)]
    assert told(anna) == ["My portfolio"]
    assert not [call for call in anna.calls() if "attachments" in call["method"]]


def test_list_mail_is_about_whom_it_copies_and_not_whom_it_is_to_and_a_near_address_is_nobodys(
    anna: Office,
) -> None:
    listed = "<jobs.lists.example>"
    mails = {
        "copied": mail("poster@else.example", "jobs@lists.example", Cc=JANE, List_Id=listed),
        "to": mail("poster@else.example", JANE, List_Id=listed),
        "tagged": mail("jane+jobs@people.example", ANNA),
        "reply-to": mail("other@else.example", ANNA, Reply_To=JANE),
    }
    at = {name: anna.deliver(message, ANNA)[ANNA] for name, message in mails.items()}
    for each in at.values():
        anna.label(ANNA, each["threadId"])

    anna.sync(ANNA)

    states = {name: thread.state for name, each in at.items() if (thread := anna.thread(ANNA, each))}
    waiting = dict.fromkeys(("to", "tagged", "reply-to"), ThreadState.WAITING)
    assert states == {"copied": ThreadState.FOLLOWING} | waiting
    assert len(anna.stored(anna.jane(), ANNA)) == 1


def test_a_gmail_address_with_dots_and_a_tag_is_the_candidates(anna: Office) -> None:
    tom = anna.candidate("Tom Ray", "tom.ray@gmail.com")

    anna.synced_mail(mail("tomray+jobs@googlemail.com", ANNA, subject="Application"))

    assert [each.summary.subject for each in anna.stored(tom, ANNA)] == ["Application"]
