"""R9 and R22: a mail that was begun from the candidate's card comes in when it is sent, and nothing before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from addon.gateways.scopes import COMPOSE
from addon.policy import following
from addon.policy.retention import KEEPS_DRAFT
from addon.sync import Outcome
from storage import records
from storage.records import Role, ThreadState
from tests.backends import Place
from tests.beginning import SECRET, WRITE, answer_to, begin, jane_card, stored, unsent, written
from tests.cards.grammar import buttons, texts
from tests.fakes.clock import Ahead
from tests.office import ANNA, BEN, JANE, MODIFY, Office, mail


@pytest.fixture
def at(anna: Office) -> dict[str, str]:
    """A message beside which Anna's panel is open."""
    return anna.deliver(mail("nobody@else.example", ANNA), ANNA)[ANNA]


def test_a_draft_is_made_to_the_candidate_and_opened_in_gmail(anna: Office, at: dict[str, str]) -> None:
    opened = begin(anna, at=at)

    [call] = anna.calls("drafts.create")
    threads = {each["id"]: each for each in anna.simulator.control.mailbox(ANNA)["threads"]}
    assert call["scopes"] == ["https://www.googleapis.com/auth/gmail.addons.current.message.metadata", COMPOSE]
    assert threads[opened["draftThreadId"]]["labels"] == ["DRAFT"]
    assert [each.thread for each in unsent(anna)] == [opened["draftThreadId"]]
    did = [(act.actor, act.subject) for act in anna.audit() if act.verb == "draft"]
    assert did == [(f"sub-{ANNA}", anna.jane().id)]


@pytest.mark.parametrize("told", [True, False], ids=["history says what was sent", "history does not promise it"])
def test_what_was_written_as_secret_and_sent_is_in_lever_and_secret_from_its_first_message(
    anna: Office, at: dict[str, str], *, told: bool
) -> None:
    anna.simulator.control.labels_in_history(ANNA, told=told)
    anna.member(BEN)
    opened = begin(anna, SECRET, at=at)
    anna.simulator.control.save_draft(ANNA, opened["draftId"], written(f"Jane Doe <{JANE}>"))

    sent = anna.simulator.control.send_draft(ANNA, opened["draftId"])
    anna.sync(ANNA)

    assert stored(anna) == [(True, ["Would you like to meet?"])]
    assert anna.stored(anna.jane(), BEN) == []
    reference = anna.services.store.key("reference", sent["messageId"].strip("<>"))
    [row] = anna.services.store.begun_as([reference], now=anna.clock.now())
    assert (row.thread, row.candidate, row.secret) == (sent["threadId"], anna.jane().id, True)
    assert unsent(anna) == []


def test_what_was_sent_is_explained_and_what_comes_back_in_its_thread_comes_in(
    anna: Office, at: dict[str, str]
) -> None:
    opened = begin(anna, at=at)
    sent = anna.simulator.control.send_draft(ANNA, opened["draftId"])
    anna.sync(ANNA)

    anna.deliver(answer_to(sent["messageId"], ANNA), ANNA)
    anna.sync(ANNA)

    assert stored(anna) == [(False, ["Gladly.", ""])]
    told = anna.client.application.test_cli_runner().invoke(args=["explain", ANNA, sent["messageId"]])
    assert "because it was begun from the candidate's card" in told.output


def test_a_draft_saved_twenty_times_is_never_opened_and_is_one_message_when_it_is_sent(
    anna: Office, at: dict[str, str]
) -> None:
    opened = begin(anna, at=at)
    anna.simulator.control.reset_meter()
    for number in range(20):
        anna.simulator.control.save_draft(ANNA, opened["draftId"], written(text=f"Version {number}"))
        anna.sync(ANNA)
    before = {call["method"] for call in anna.calls()}

    anna.simulator.control.send_draft(ANNA, opened["draftId"])
    anna.sync(ANNA)

    assert before == {"history.list"}
    assert stored(anna) == [(False, ["Version 19"])]
    [read] = anna.calls("messages.get")
    assert read["status"] == 200


def test_a_draft_saved_and_sent_within_one_run_is_read_once(anna: Office, at: dict[str, str]) -> None:
    opened = begin(anna, SECRET, at=at)
    for number in range(20):
        anna.simulator.control.save_draft(ANNA, opened["draftId"], written(text=f"Version {number}"))
    anna.simulator.control.send_draft(ANNA, opened["draftId"])
    anna.simulator.control.reset_meter()

    anna.sync(ANNA)

    assert stored(anna) == [(True, ["Version 19"])]
    assert [call["method"] for call in anna.calls()] == ["history.list", "messages.get"]
    assert anna.units(ANNA) == 22


@pytest.mark.parametrize("kept", [True, False], ids=["history is kept", "history is lost"])
@pytest.mark.parametrize("answered", [True, False], ids=["Gmail answered", "its answer was lost"])
def test_a_draft_that_gmail_moves_to_another_thread_is_followed_there(
    anna: Office, at: dict[str, str], *, answered: bool, kept: bool
) -> None:
    anna.simulator.control.moved_drafts(ANNA)
    if not answered:
        anna.scopes[ANNA] = (COMPOSE,)
        anna.simulator.control.fault("POST .*/drafts", status=503, reason="backendError", times=1, after=True)
        anna.press(ANNA, jane_card(anna, ANNA, at), SECRET, opened=at)
        anna.sync(ANNA)
    else:
        begin(anna, SECRET, at=at)
    [row] = unsent(anna)
    moved = anna.simulator.control.save_draft(ANNA, row.draft or "", written())
    if not kept:
        anna.simulator.control.expire_history(ANNA)
    anna.simulator.control.reset_meter()
    anna.sync(ANNA)
    asked = anna.calls("drafts.get")

    sent = anna.simulator.control.send_draft(ANNA, row.draft or "")
    anna.sync(ANNA)

    assert row.thread != moved["threadId"] == sent["threadId"]
    assert [(call["format"], call["query"]["fields"]) for call in asked] == [("minimal", "id,message(threadId)")]
    assert stored(anna) == [(True, ["Would you like to meet?"])]


def test_a_draft_that_stays_in_its_thread_is_not_asked_for(anna: Office, at: dict[str, str]) -> None:
    opened = begin(anna, at=at)
    anna.sync(ANNA)
    anna.simulator.control.reset_meter()
    for number in range(3):
        anna.simulator.control.save_draft(ANNA, opened["draftId"], written(text=f"Version {number}"))
        other = anna.simulator.control.draft(ANNA, written(text="Of no interest"))
        anna.simulator.control.delete_message(ANNA, other["id"])
        anna.sync(ANNA)

    assert {call["method"] for call in anna.calls()} == {"history.list"}


def test_a_draft_that_was_put_among_other_mail_brings_none_of_it_in(anna: Office, at: dict[str, str]) -> None:
    private = mail("friend@else.example", ANNA, subject="Our role", text="Private")
    there = anna.deliver(private, ANNA)[ANNA]
    opened = begin(anna, at=at)
    anna.simulator.control.moved_drafts(ANNA)
    reply = written(In_Reply_To=private["Message-ID"], References=private["Message-ID"])
    moved = anna.simulator.control.save_draft(ANNA, opened["draftId"], reply, thread=there["threadId"])
    anna.sync(ANNA)

    anna.simulator.control.send_draft(ANNA, opened["draftId"])
    anna.sync(ANNA)

    assert moved["threadId"] == there["threadId"]
    assert stored(anna) == []
    assert [each.thread for each in unsent(anna)] == [opened["draftThreadId"]]


def test_a_draft_that_is_thrown_away_leaves_nothing_and_its_row_ends(
    anna: Office, at: dict[str, str], place: Place
) -> None:
    opened = begin(anna, at=at)
    [row] = unsent(anna)
    [thread] = [
        each for each in anna.simulator.control.mailbox(ANNA)["threads"] if each["id"] == opened["draftThreadId"]
    ]
    anna.simulator.control.delete_message(ANNA, thread["messages"][0]["id"])
    anna.sync(ANNA)
    anna.clock.pass_time(seconds=KEEPS_DRAFT.total_seconds())
    renewed = anna.client.application.test_cli_runner().invoke(args=["renew"])

    assert renewed.exit_code == 0
    # Firestore deletes it by itself, within a day.
    assert place.emulator or row.id.encode() not in place.raw()
    assert stored(anna) == []
    assert anna.thread(ANNA, {"threadId": opened["draftThreadId"]}) is None
    assert unsent(anna) == []


def test_who_stopped_the_following_sends_in_its_thread_without_beginning_it_anew(
    anna: Office, at: dict[str, str]
) -> None:
    opened = begin(anna, at=at)
    sent = anna.simulator.control.send_draft(ANNA, opened["draftId"])
    anna.sync(ANNA)
    thread = anna.thread(ANNA, {"threadId": sent["threadId"]})
    assert thread is not None
    anna.services.store.save_thread(following.stopped(thread))

    more = answer_to(sent["messageId"], JANE, sender=ANNA, text="One more thing.")
    more.replace_header("Subject", "")
    again = anna.simulator.control.send(ANNA, more, thread=sent["threadId"])
    anna.sync(ANNA)

    assert again["threadId"] == sent["threadId"]
    assert stored(anna) == [(False, [""])]


@pytest.mark.parametrize("in_place", [False, True], ids=["another message", "the same message"])
def test_what_is_scheduled_comes_in_when_it_goes_out(
    anna: Office, at: dict[str, str], ahead: Ahead, *, in_place: bool
) -> None:
    if in_place:
        anna.simulator.control.sent_in_place(ANNA)
    opened = begin(anna, SECRET, at=at)
    anna.simulator.control.save_draft(ANNA, opened["draftId"], written())
    due = anna.simulator.control.schedule_draft(ANNA, opened["draftId"], at=int(ahead()) + 600)
    anna.sync(ANNA)
    before = stored(anna)

    ahead.seconds = 700
    anna.sync(ANNA)

    assert before == []
    assert due["threadId"] == opened["draftThreadId"]
    assert stored(anna) == [(True, ["Would you like to meet?"])]


@pytest.mark.parametrize(
    "name", ['Jane "J" <eve@evil.example>, Doe', "Jörg\u2028 👋; x", "a" * 400, "=?utf-8?q?x?="]
)
def test_whatever_the_candidate_is_called_the_draft_is_to_them_alone(
    anna: Office, at: dict[str, str], name: str
) -> None:
    anna.scopes[ANNA] = (COMPOSE,)
    odd = anna.services.store.candidate(anna.jane().id)
    assert odd is not None
    anna.services.store.save_candidates([replace(odd, name=name)])

    anna.answer(ANNA, "actions/draft", opened=at, parameters={"candidate": odd.id})

    [draft] = unsent(anna)
    consent = anna.services.store.consent(f"sub-{ANNA}")
    assert consent is not None
    [written_] = anna.services.gmail.stored(consent, address=ANNA).thread(draft.thread or "")
    assert [each.address for each in written_.head.participants if each.place is records.Place.TO] == [JANE]


# --- who may, and what Google must permit -----------------------------------------------------------------


def test_the_permission_is_asked_for_once_and_a_refusal_is_an_answer(anna: Office, at: dict[str, str]) -> None:
    card = jane_card(anna, ANNA, at)

    answers = [anna.press(ANNA, card, WRITE, opened=at) for _ in range(2)]

    assert answers[0] == {"requesting_google_scopes": {"scopes": [COMPOSE]}}
    assert texts(answers[1]) == ["Google's permission to make drafts was not given. Nothing was written."]
    assert unsent(anna) == []
    assert begin(anna, at=at)["draftId"]


def test_without_an_open_message_it_takes_the_wider_permission_or_a_message(anna: Office) -> None:
    refused = anna.press(ANNA, jane_card(anna, ANNA, None), WRITE)
    anna.scopes[ANNA] = (MODIFY,)
    made = anna.press(ANNA, jane_card(anna, ANNA, None), WRITE)

    assert texts(refused) == ["Open any message first: Gmail lets Lever write only beside one."]
    assert "hostAppAction" in made


def test_who_is_not_opted_in_turns_on_email_first(anna: Office) -> None:
    anna.member(BEN)
    card = jane_card(anna, BEN, None)

    answer = anna.answer(BEN, "actions/draft", parameters={"candidate": anna.jane().id})

    said = [each.text for each in buttons(card)]
    assert "Turn on Email first" in said
    assert WRITE not in said
    assert texts(answer) == ["Turn on Email first. Nothing was written."]
    assert unsent(anna, BEN) == []


@pytest.mark.parametrize("role", [Role.INTERVIEWER, Role.LIMITED_TEAM_MEMBER])
def test_nobody_writes_to_a_candidate_they_do_not_see(anna: Office, role: Role) -> None:
    anna.member(BEN, connected=True)
    anna.member(BEN, role)
    anna.scopes[BEN] = (MODIFY,)

    answers = [
        anna.answer(BEN, "actions/draft", parameters={"candidate": id}) for id in (anna.jane().id, "nobody")
    ]

    assert answers[0] == answers[1]
    assert anna.calls("drafts.create") == []


def test_a_shared_or_internal_address_is_not_written_to(anna: Office, at: dict[str, str]) -> None:
    shared = anna.candidate("Kim", "both@people.example", BEN)
    anna.candidate("Max", "both@people.example")

    answer = anna.answer(ANNA, "actions/draft", opened=at, parameters={"candidate": shared.id})

    assert texts(answer) == ["No address stands for this candidate alone. Nothing was written."]
    assert anna.calls("drafts.create") == []


# --- what goes wrong --------------------------------------------------------------------------------------


def test_where_gmail_does_not_answer_nothing_is_left_that_follows_anything(
    anna: Office, at: dict[str, str]
) -> None:
    anna.scopes[ANNA] = (COMPOSE,)
    anna.simulator.control.fault("POST .*/drafts", status=503, reason="backendError", times=1)

    answer = anna.press(ANNA, jane_card(anna, ANNA, at), WRITE, opened=at)
    anna.sync(ANNA)

    assert "Gmail did not answer" in " ".join(texts(answer))
    assert [each.thread for each in unsent(anna)] == [None]
    assert stored(anna) == []


def test_where_gmails_answer_is_lost_the_draft_is_known_all_the_same(anna: Office, at: dict[str, str]) -> None:
    anna.scopes[ANNA] = (COMPOSE,)
    anna.simulator.control.fault("POST .*/drafts", status=503, reason="backendError", times=1, after=True)
    lost = anna.press(ANNA, jane_card(anna, ANNA, at), SECRET, opened=at)
    anna.sync(ANNA)
    [thread] = [each for each in anna.simulator.control.mailbox(ANNA)["threads"] if each["labels"] == ["DRAFT"]]
    found = unsent(anna)

    anna.simulator.control.send_draft(ANNA, thread["messages"][0]["id"])
    anna.sync(ANNA)

    assert "Gmail did not answer" in " ".join(texts(lost))
    assert [each.thread for each in found] == [thread["id"]]
    assert [call["query"]["fields"] for call in anna.calls("drafts.list")] == ["drafts(id,message(threadId))"]
    assert [secret for secret, _ in stored(anna)] == [True]


def test_a_draft_of_which_nothing_is_found_is_not_looked_for_for_ever(anna: Office, at: dict[str, str]) -> None:
    anna.scopes[ANNA] = (COMPOSE,)
    anna.simulator.control.fault("POST .*/drafts", status=503, reason="backendError", times=1)
    anna.press(ANNA, jane_card(anna, ANNA, at), WRITE, opened=at)

    for _ in range(90):
        anna.simulator.control.draft(ANNA, written())
        anna.sync(ANNA)

    assert 0 < len(anna.calls("drafts.list")) < 60


def test_who_turns_email_off_has_begun_nothing_and_a_draft_sent_later_stays_out(
    anna: Office, at: dict[str, str]
) -> None:
    opened = begin(anna, at=at)
    anna.answer(ANNA, "actions/set-email", parameters={"want": "off"})
    anna.connect(ANNA)

    anna.simulator.control.send_draft(ANNA, opened["draftId"])
    anna.sync(ANNA)

    assert unsent(anna) == []
    assert stored(anna) == []


def test_a_draft_that_was_sent_to_somebody_else_says_nothing_of_the_candidate(
    anna: Office, at: dict[str, str]
) -> None:
    opened = begin(anna, at=at)
    anna.simulator.control.save_draft(ANNA, opened["draftId"], written("friend@else.example"))

    anna.simulator.control.send_draft(ANNA, opened["draftId"])
    anna.sync(ANNA)

    assert stored(anna) == []
    thread = anna.thread(ANNA, {"threadId": opened["draftThreadId"]})
    assert thread is not None
    assert thread.state is ThreadState.WAITING
    assert [each.reference for each in unsent(anna)] == [None]


def test_a_draft_that_was_sent_to_another_candidate_is_about_that_one_and_known_by_nothing(
    anna: Office, at: dict[str, str]
) -> None:
    bob = anna.candidate("Bob", "bob@people.example")
    opened = begin(anna, at=at)
    anna.simulator.control.save_draft(ANNA, opened["draftId"], written("bob@people.example"))

    anna.simulator.control.send_draft(ANNA, opened["draftId"])
    anna.sync(ANNA)

    assert stored(anna) == []
    assert len(anna.stored(bob, ANNA)) == 1
    assert anna.services.store.begun(now=anna.clock.now(), limit=9) == []


def test_a_draft_sent_while_the_history_was_lost_comes_in_and_one_that_lies_is_not_opened(
    anna: Office, at: dict[str, str]
) -> None:
    sent, lies = begin(anna, SECRET, at=at), begin(anna, at=at)
    anna.simulator.control.save_draft(ANNA, sent["draftId"], written())
    anna.simulator.control.save_draft(ANNA, lies["draftId"], written(text="Not yet."))
    anna.simulator.control.send_draft(ANNA, sent["draftId"])
    anna.simulator.control.expire_history(ANNA)
    anna.simulator.control.reset_meter()

    anna.sync(ANNA)

    assert stored(anna) == [(True, ["Would you like to meet?"])]
    assert {call["format"] for call in anna.calls("threads.get")} == {"minimal"}
    assert len(anna.calls("messages.get")) == 1


def test_a_draft_of_which_gmail_refuses_to_tell_holds_up_no_repair(anna: Office, at: dict[str, str]) -> None:
    opened = begin(anna, at=at)
    labelled = anna.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    anna.label(ANNA, labelled["threadId"])
    refused = f"GET .*/threads/{opened['draftThreadId']}$"
    anna.simulator.control.fault(refused, status=400, reason="invalidArgument", times=9)
    anna.simulator.control.expire_history(ANNA)

    [outcome] = anna.sync(ANNA)

    assert outcome is Outcome.COMPLETE
    assert stored(anna) == [(False, ["Hello"])]
