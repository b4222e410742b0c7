"""R9: what answers a conversation that was begun in Lever comes in from any mailbox it reaches, if it is proven.

Ben is a colleague with Email on. What is not proven leaves counts, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from addon import sync
from addon.policy import following
from storage.records import ConversationState, Lane, Reason, Removal, Role
from tests.backends import Place
from tests.beginning import SECRET, Lever, answer_to, stored
from tests.fakes.clock import Ahead
from tests.office import ANNA, BEN, JANE, Office, mail

EVE = "eve@evil.example"
GOOGLES = "mx.google.com; dkim=pass header.i=@people.example; dmarc=pass header.from=people.example"


def test_the_candidates_answer_comes_in_from_a_colleagues_mailbox(lever: Lever) -> None:
    at = lever.reaches(answer_to(lever.id, BEN))

    thread = lever.office.thread(BEN, at)
    assert thread is not None
    assert set(thread.reasons) == {Reason.ORIGIN}
    assert [texts for _, texts in stored(lever.office)] == [["Gladly."], ["Would you like to meet?"]]
    [head] = lever.heads()
    assert head["fields"] == "id,threadId,labelIds,internalDate,payload(headers)"
    assert {"Subject", "Date"}.isdisjoint(head["query"]["metadataHeaders"])


def test_a_colleague_in_copy_has_the_same_conversation(office: Office, ahead: Ahead) -> None:
    lever = Lever(office, ahead, cc=BEN)
    answer = answer_to(lever.id, ANNA, BEN)
    office.deliver(answer, ANNA, BEN)

    lever.sync(ANNA)
    lever.sync(BEN)

    [found] = office.stored(office.jane(), ANNA)
    assert [each.text for each in office.messages(found)] == ["Gladly.", "Would you like to meet?"]
    assert found.summary.holders == {f"sub-{ANNA}", f"sub-{BEN}"}


def test_what_answers_a_secret_conversation_is_secret_in_whichever_mailbox(office: Office, ahead: Ahead) -> None:
    office.member("dan@acme.example")
    lever = Lever(office, ahead, text=SECRET)

    lever.reaches(answer_to(lever.id, BEN))

    assert stored(office, BEN) == [(True, ["Gladly."])]
    assert stored(office, "dan@acme.example") == []


def test_what_was_made_visible_meanwhile_does_not_become_secret_again(office: Office, ahead: Ahead) -> None:
    lever = Lever(office, ahead, text=SECRET)
    [found] = office.stored(office.jane(), ANNA)
    _change(office, found.conversation, secret=False, secret_by=None, audience=frozenset({"v"}))

    lever.reaches(answer_to(lever.id, BEN))

    assert [secret for secret, _ in stored(office)] == [False, False]


def test_what_answers_a_conversation_that_was_removed_stays_out(lever: Lever) -> None:
    office = lever.office
    [found] = office.stored(office.jane(), ANNA)
    now = office.clock.now()
    removal = Removal(by=f"sub-{ANNA}", role=Role.TEAM_MEMBER, at=now, purge_at=now + timedelta(days=30))
    _change(office, found.conversation, state=ConversationState.REMOVED, removal=removal)

    at = lever.reaches(answer_to(lever.id, BEN))

    assert office.thread(BEN, at) is None


def _change(office: Office, conversation: Any, **changes: Any) -> None:
    office.services.store.change(replace(conversation, **changes), act=None)


def test_the_owners_own_mail_to_the_candidate_comes_in(lever: Lever) -> None:
    raw = answer_to(lever.id, JANE, sender=BEN, text="I am Ben.")

    lever.office.simulator.control.send(BEN, raw)
    lever.sync(BEN)

    assert ["I am Ben."] in [texts for _, texts in stored(lever.office)]


def test_a_new_thread_in_the_mailbox_it_was_begun_in_joins_its_conversation(lever: Lever) -> None:
    at = lever.reaches(answer_to(lever.id, ANNA, text="On another note."), ANNA)

    assert at["threadId"] == lever.sent["threadId"]
    other = mail(JANE, ANNA, subject="My flat", text="Quite another thing.", In_Reply_To=lever.id)
    elsewhere = lever.reaches(other, ANNA)
    assert elsewhere["threadId"] != lever.sent["threadId"]
    assert [texts for _, texts in stored(lever.office)] == [
        ["Quite another thing.", "On another note.", "Would you like to meet?"]
    ]


def test_an_answer_that_is_put_into_a_private_thread_brings_nothing_of_that_in(lever: Lever) -> None:
    """Who answers chooses what else they cite, and with it the thread in which Gmail shows their answer."""
    office = lever.office
    private = mail(JANE, BEN, subject="Our holiday")
    at = office.deliver(private, BEN)[BEN]
    own = mail(BEN, "doctor@clinic.example", text="Never seen by Jane", reply_to=private)
    office.simulator.control.send(BEN, own)
    bait = mail(JANE, BEN, reply_to=own, References=f"{private['Message-ID']} {lever.id}")

    there = lever.reaches(bait)

    assert there["threadId"] == at["threadId"]
    assert office.thread(BEN, at) is None
    assert stored(office) == [(False, ["Would you like to meet?"])]


def test_who_stopped_the_following_is_not_overruled_by_an_answer(lever: Lever) -> None:
    store, office = lever.office.services.store, lever.office
    at = lever.reaches(answer_to(lever.id, BEN))
    thread = office.thread(BEN, at)
    assert thread is not None
    store.save_thread(following.stopped(thread))

    lever.reaches(answer_to(lever.id, BEN, text="Are you there?"))

    assert ["Gladly."] in [texts for _, texts in stored(office)]


def test_an_urgent_turn_leaves_it_to_another(lever: Lever) -> None:
    office = lever.office
    office.deliver(answer_to(lever.id, BEN), BEN)
    bell = office.services.store.bell(f"sub-{BEN}")
    assert bell is not None

    sync.take_turn(bell, office.services, until=office.clock.now() + timedelta(days=9), lane=Lane.INTERACTIVE)
    before = lever.searches()
    lever.sync(BEN)

    assert before == []
    assert ["Gladly."] in [texts for _, texts in stored(office)]


FORGED: dict[str, Callable[[Lever], tuple[Any, Any]]] = {
    "not authenticated": lambda lever: (answer_to(lever.id, BEN), "fail"),
    "from a stranger who cites it": lambda lever: (answer_to(lever.id, BEN, sender=EVE), "pass"),
    "a stranger with the candidate's name": lambda lever: (
        answer_to(lever.id, BEN, sender=f'"{JANE}" <{EVE}>'),
        "pass",
    ),
    "signed by somebody else": lambda lever: (
        answer_to(lever.id, BEN),
        {"dkim": "pass", "domain": "evil.example"},
    ),
    "without any signature": lambda lever: (answer_to(lever.id, BEN), {"dkim": None, "dmarc": None}),
    "a cited id that is in no outbox": lambda _: (answer_to("<made-up@mail.gmail.com>", BEN), "pass"),
    "no citation at all": lambda _: (mail(JANE, BEN, subject="Re: Our role"), "pass"),
    "results it brought along": lambda lever: (
        answer_to(lever.id, BEN, Authentication_Results=GOOGLES),
        "fail",
    ),
    "results of somebody else on its way": lambda lever: (
        answer_to(lever.id, BEN, ARC_Authentication_Results=f"i=1; {GOOGLES}", X_Authentication_Results=GOOGLES),
        "fail",
    ),
    "our own words in a header of theirs": lambda lever: (
        answer_to("<x@people.example>", BEN, X_Lever_Origin=lever.id),
        "pass",
    ),
    "a replayed id from another sender": lambda lever: (
        mail(EVE, BEN, subject="Our role", Resent_Message_ID=lever.id, In_Reply_To=lever.id),
        "pass",
    ),
    "an automatic answer": lambda lever: (answer_to(lever.id, BEN, Auto_Submitted="auto-replied"), "pass"),
}


@pytest.mark.parametrize("made", FORGED.values(), ids=FORGED.keys())
def test_what_is_not_proven_does_not_come_in_and_leaves_counts_only(
    lever: Lever, place: Place, caplog: pytest.LogCaptureFixture, made: Callable[[Lever], tuple[Any, Any]]
) -> None:
    message, auth = made(lever)
    message.set_content("xylophonic")

    at = lever.reaches(message, auth=auth)

    held = f"{place.raw().decode('latin-1')} {caplog.text}"
    assert lever.office.thread(BEN, at) is None
    assert [texts for _, texts in stored(lever.office)] == [["Would you like to meet?"]]
    assert lever.office.calls("threads.get") == []
    for trace in (at["id"], at["threadId"], EVE, "xylophonic", message["Message-ID"].strip("<>")):
        assert trace not in held


def test_what_was_looked_at_in_vain_is_counted_as_such(lever: Lever) -> None:
    lever.reaches(answer_to(lever.id, BEN), auth="fail")

    counts: dict[str, int] = {}
    for day in lever.office.services.store.tallies(f"sub-{BEN}", since="2000-01-01").values():
        counts |= day
    assert counts["calls.origin.list"] == counts["calls.origin.head"] == 1
    assert (counts["units.origin.list"], counts["units.origin.head"]) == (5, 20)
    assert counts["denied.not_pointed_at"] == counts["opened"] == 1


# --- when it is searched, and what that costs -------------------------------------------------------------


def test_a_mailbox_without_news_pays_nothing(lever: Lever) -> None:
    for _ in range(12):
        lever.sync(BEN)

    assert {call["method"] for call in lever.office.calls()} == {"history.list"}


def test_nothing_is_searched_where_nothing_is_open(office: Office) -> None:
    office.member(BEN, connected=True)
    office.candidate("Jane Doe", JANE)
    office.sync(BEN)
    for _ in range(5):
        office.deliver(mail(JANE, BEN), BEN)
        office.sync(BEN)

    assert office.calls("messages.list") == []
    assert office.calls("messages.get") == []


def test_it_is_searched_once_in_ten_minutes_and_each_mail_is_looked_at_once(lever: Lever) -> None:
    for _ in range(30):
        lever.office.deliver(mail("nobody@else.example", BEN), BEN)
        lever.sync(BEN, minutes=2)

    assert 5 <= len(lever.searches()) <= 6
    assert lever.heads() == []
    assert lever.searches()[0].startswith(f"{{from:{JANE} (in:sent {{to:{JANE}}})}} after:")


def test_the_lane_costs_five_units_an_interval_beside_a_thousand_messages_of_no_interest(lever: Lever) -> None:
    """Eight hours with push: history alone is within 1,000; the lane comes on top, and is counted apart."""
    some = "".join(
        f"From MAILER-DAEMON Mon Nov 23 12:28:29 2026\nFrom: nobody{n}@else.example\nTo: {BEN}\n\nx\n\n"
        for n in range(21)
    )
    for _ in range(48):
        lever.office.simulator.control.load(BEN, some.encode())
        lever.sync(BEN, minutes=10)

    lane = sum(call["units"] for call in lever.office.calls() if call["method"].startswith("messages."))
    assert len(lever.searches()) == 48
    assert lane == 48 * 5
    assert {call["method"] for call in lever.office.calls()} <= {"history.list", "messages.list", "labels.list"}


def test_what_was_looked_at_is_not_looked_at_for_ever(lever: Lever) -> None:
    lever.reaches(answer_to(lever.id, BEN), auth="fail")

    for _ in range(6):
        lever.office.deliver(mail("nobody@else.example", BEN), BEN)
        lever.sync(BEN)

    assert len(lever.heads()) <= 2


def test_where_the_search_fails_everything_else_goes_on_and_it_is_searched_again(lever: Lever) -> None:
    at = lever.office.deliver(mail(JANE, BEN), BEN)[BEN]
    lever.office.label(BEN, at["threadId"])
    lever.office.simulator.control.fault("GET .*/messages$", status=503, reason="backendError", times=1)
    answered = answer_to(lever.id, BEN)

    lever.reaches(answered)
    between = [texts for _, texts in stored(lever.office)]
    lever.sync(BEN)

    assert ["Hello"] in between
    assert ["Gladly."] not in between
    assert ["Gladly."] in [texts for _, texts in stored(lever.office)]


def test_lost_history_has_it_searched(lever: Lever) -> None:
    lever.office.deliver(answer_to(lever.id, BEN), BEN)
    lever.office.simulator.control.expire_history(BEN)

    lever.sync(BEN)

    assert ["Gladly."] in [texts for _, texts in stored(lever.office)]
