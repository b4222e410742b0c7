"""Taking one's own copies out of Lever: of one conversation, with Email turned off, or all of it."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import EmailMessage
from typing import Any

import pytest

from addon import purging
from addon.web.jobs import AT_MOST
from storage.records import Found, Role
from tests.cards.grammar import offered, says
from tests.office import ANNA, BEN, CARA, JANE, Office, mail

At = Mapping[str, str]
Copies = dict[str, dict[str, str]]
OUT = ("Remove from Lever", "Take only my copy out")


@pytest.fixture
def shared(shared: tuple[Office, Copies]) -> tuple[Office, Copies]:
    """Cara is on the team."""
    shared[0].member(CARA)
    return shared


def take_out(office: Office, email: str, at: At) -> dict[str, Any]:
    return office.confirm(email, office.open(email, at), *OUT, opened=at)


def conversation_of(office: Office, email: str, at: At) -> Found:
    thread = office.thread(email, at)
    assert thread is not None
    found = office.services.store.conversation(thread.conversation or "")
    assert found is not None
    return found


def card_of(office: Office, email: str, found: Found) -> str:
    return says(office.answer(email, "actions/conversation", parameters={"conversation": found.conversation.id}))


def test_what_only_they_held_is_gone_for_everyone_and_the_rest_stays_without_them(
    shared: tuple[Office, Copies],
) -> None:
    office, copies = shared

    after = take_out(office, ANNA, copies[ANNA])

    [found] = office.stored(office.jane(), CARA)
    assert (found.summary.count, sorted(found.summary.holders)) == (1, [f"sub-{BEN}"])
    assert "Between us" not in card_of(office, CARA, found)
    card = says(office.answer(CARA, "actions/candidate", parameters={"candidate": office.jane().id}))
    assert "In Lever from: Ben\n" in card
    assert "YOUR COPY IS OUT" in says(after)
    assert {"Undo", "Delete now"} <= offered(after)
    assert "SYNCED" in says(office.open(BEN, copies[BEN]))


def test_gmail_is_left_alone_and_nothing_more_of_it_is_read(shared: tuple[Office, Copies]) -> None:
    office, copies = shared
    before = office.simulator.control.mailbox(ANNA)["threads"]

    take_out(office, ANNA, copies[ANNA])
    office.simulator.control.reset_meter()
    office.deliver(mail(JANE, ANNA, subject="Re: Application"), ANNA)
    office.sync(ANNA)

    assert [each for each in office.simulator.control.mailbox(ANNA)["threads"] if each in before] == before
    assert {call["method"] for call in office.calls()} == {"history.list"}


def test_undo_brings_it_back_with_what_came_meanwhile(anna: Office) -> None:
    anna.member(BEN, connected=True)
    first = mail(JANE, ANNA, BEN)
    copies = anna.deliver(first, ANNA, BEN)
    for holder in (ANNA, BEN):
        anna.label(holder, copies[holder]["threadId"])
    anna.sync(ANNA, BEN)
    after = take_out(anna, ANNA, copies[ANNA])
    anna.deliver(mail(JANE, ANNA, reply_to=first), ANNA)
    anna.sync(ANNA)
    assert conversation_of(anna, ANNA, copies[ANNA]).summary.count == 1

    anna.press(ANNA, after, "Undo", opened=copies[ANNA])
    anna.sync(ANNA)

    found = conversation_of(anna, ANNA, copies[ANNA])
    assert (found.summary.count, len(found.summary.holders)) == (2, 2)


def test_nobody_undoes_or_deletes_what_another_took_out(shared: tuple[Office, Copies]) -> None:
    office, copies = shared
    office.member(CARA, Role.SUPER_ADMIN)
    take_out(office, ANNA, copies[ANNA])
    given = {"conversation": conversation_of(office, ANNA, copies[ANNA]).conversation.id}

    for email in (BEN, CARA):
        assert "Nothing here." in says(office.answer(email, "actions/restore", parameters=given))
        assert "Nothing here." in says(
            office.answer(email, "actions/withdraw", parameters=given | {"want": "now"})
        )


def test_when_the_last_copy_is_out_nothing_is_left_to_see_for_anyone(shared: tuple[Office, Copies]) -> None:
    office, copies = shared
    take_out(office, ANNA, copies[ANNA])
    found = conversation_of(office, ANNA, copies[ANNA])
    given = {"conversation": found.conversation.id}

    office.answer(BEN, "actions/withdraw", opened=copies[BEN], parameters=given)

    unknown = office.answer(CARA, "actions/conversation", parameters={"conversation": "f" * 32})
    assert office.answer(CARA, "actions/conversation", parameters=given) == unknown
    for email in (ANNA, BEN, CARA):
        assert office.stored(office.jane(), email) == []
    assert "Undo" in offered(office.open(BEN, copies[BEN]))


def test_a_colleague_who_syncs_it_afterwards_has_their_own_copy_seen(anna: Office) -> None:
    anna.member(BEN, connected=True)
    copies = anna.deliver(mail(JANE, ANNA, BEN), ANNA, BEN)
    anna.label(ANNA, copies[ANNA]["threadId"])
    anna.sync(ANNA)
    given = {"conversation": conversation_of(anna, ANNA, copies[ANNA]).conversation.id}
    anna.answer(ANNA, "actions/withdraw", opened=copies[ANNA], parameters=given)

    anna.label(BEN, copies[BEN]["threadId"])
    anna.sync(BEN)

    [found] = anna.stored(anna.jane(), BEN)
    assert (found.summary.count, sorted(found.summary.holders)) == (1, [f"sub-{BEN}"])


@pytest.mark.parametrize("way", ["Label", "Undo", "Sync from my mailbox"])
def test_back_by_one_of_its_threads_it_has_what_came_meanwhile_in_another(anna: Office, way: str) -> None:
    one, other, second = two_threads_of_one_conversation(anna)
    card = take_out(anna, ANNA, one)
    late = mail(JANE, ANNA, reply_to=second, text="Came meanwhile")
    anna.deliver(late, ANNA)
    anna.sync(ANNA)
    meanwhile = card_of(anna, ANNA, conversation_of(anna, ANNA, other))

    if way == "Label":
        anna.unlabel(ANNA, one["threadId"])
        anna.label(ANNA, one["threadId"])
    elif way == "Undo":
        anna.press(ANNA, card, way, opened=one)
    else:
        anna.clock.pass_time(days=31)
        purging.purge_due(anna.services, until=anna.clock.now() + AT_MOST)
        anna.press(ANNA, anna.open(ANNA, one), way, opened=one)
    anna.sync(ANNA)

    assert "Came meanwhile" not in meanwhile
    assert "Came meanwhile" in card_of(anna, ANNA, conversation_of(anna, ANNA, other))


def two_threads_of_one_conversation(office: Office) -> tuple[At, At, EmailMessage]:
    """Anna follows both, and that they are one came out in Ben's mailbox; and the mail the second began with."""
    office.member(BEN, connected=True)
    first, second = mail(JANE, ANNA, BEN, subject="One"), mail(JANE, ANNA, BEN, subject="Two")
    one, other = (office.deliver(each, ANNA)[ANNA] for each in (first, second))
    at = office.deliver(first, BEN)[BEN]
    for holder, each in ((ANNA, one), (ANNA, other), (BEN, at)):
        office.label(holder, each["threadId"])
    office.sync(ANNA, BEN)
    bridge = mail(JANE, BEN, reply_to=first)
    for header in ("Message-ID", "Date"):
        bridge.replace_header(header, second[header])
    office.deliver(bridge, BEN)
    office.sync(BEN)
    assert conversation_of(office, ANNA, one) == conversation_of(office, ANNA, other)
    return one, other, second


def test_labelled_once_more_their_own_copy_comes_back(shared: tuple[Office, Copies]) -> None:
    office, copies = shared
    office.unlabel(ANNA, copies[ANNA]["threadId"])
    office.label(ANNA, copies[ANNA]["threadId"])
    take_out(office, ANNA, copies[ANNA])
    office.sync(ANNA)
    assert conversation_of(office, ANNA, copies[ANNA]).summary.count == 1

    office.unlabel(ANNA, copies[ANNA]["threadId"])
    office.label(ANNA, copies[ANNA]["threadId"])
    office.sync(ANNA)

    assert conversation_of(office, ANNA, copies[ANNA]).summary.count == 2


def test_after_the_grace_they_are_destroyed_and_what_others_hold_is_not(shared: tuple[Office, Copies]) -> None:
    office, copies = shared
    found = conversation_of(office, ANNA, copies[ANNA])
    own = next(each.key for each in office.messages(found) if len(each.gmail_ids) == 1)
    take_out(office, ANNA, copies[ANNA])
    office.clock.pass_time(days=30)
    late = office.open(ANNA, copies[ANNA])

    purging.purge_due(office.services, until=office.clock.now() + AT_MOST)

    assert "can no longer be undone" in says(late)
    assert office.services.store.text(own) == ""
    [left] = office.stored(office.jane(), CARA)
    assert left.summary.count == 1
    assert "Sync from my mailbox" in offered(office.open(ANNA, copies[ANNA]))


def test_deleted_now_by_their_owner_they_are_gone_and_come_back_from_gmail_only(
    shared: tuple[Office, Copies],
) -> None:
    office, copies = shared
    after = take_out(office, ANNA, copies[ANNA])

    office.confirm(ANNA, after, "Delete now", "Delete now", opened=copies[ANNA])
    found = conversation_of(office, ANNA, copies[ANNA])
    assert found.summary.count == 1

    office.press(ANNA, office.open(ANNA, copies[ANNA]), "Sync from my mailbox", opened=copies[ANNA])
    office.sync(ANNA)
    assert conversation_of(office, ANNA, copies[ANNA]).summary.count == 2


def test_a_limited_member_with_colleagues_on_it_has_only_that(anna: Office) -> None:
    limited = "limited@acme.example"
    anna.member(limited, Role.LIMITED_TEAM_MEMBER, connected=True)
    copies = anna.deliver(mail(JANE, ANNA, limited), ANNA, limited)
    for holder in (ANNA, limited):
        anna.label(holder, copies[holder]["threadId"])
    anna.sync(ANNA, limited)

    card = anna.open(limited, copies[limited])
    anna.press(limited, card, "Take my copy out", opened=copies[limited])

    assert "Remove from Lever" not in offered(card)
    [found] = anna.stored(anna.jane(), ANNA)
    assert sorted(found.summary.holders) == [f"sub-{ANNA}"]


def test_a_holder_without_sight_takes_their_copy_out_and_learns_nothing_more(anna: Office) -> None:
    anna.member(BEN, connected=True)
    copies = anna.deliver(mail(JANE, ANNA, BEN), ANNA, BEN)
    for holder in (ANNA, BEN):
        anna.label(holder, copies[holder]["threadId"])
    anna.sync(ANNA, BEN)
    question = anna.press(ANNA, anna.open(ANNA, copies[ANNA]), "Make secret", opened=copies[ANNA])
    anna.press(ANNA, question, "Make secret", opened=copies[ANNA], inputs={})

    card = anna.open(BEN, copies[BEN])
    after = anna.press(BEN, card, "Take my copy out", opened=copies[BEN])

    assert "You are not among those who see it there" in says(card)
    assert "YOUR COPY IS OUT" in says(after)
    assert "Anna" not in says(after)
    [found] = anna.stored(anna.jane(), ANNA)
    assert sorted(found.summary.holders) == [f"sub-{ANNA}"]
    anna.press(BEN, after, "Undo", opened=copies[BEN])
    assert "You are not among those who see it there" in says(anna.open(BEN, copies[BEN]))


def test_under_a_hold_it_is_hidden_and_never_destroyed(shared: tuple[Office, Copies]) -> None:
    office, copies = shared
    id_ = conversation_of(office, ANNA, copies[ANNA]).conversation.id
    office.client.application.test_cli_runner().invoke(args=["hold", "on", id_])

    after = take_out(office, ANNA, copies[ANNA])
    office.clock.pass_time(days=31)
    purging.purge_due(office.services, until=office.clock.now() + AT_MOST)

    assert "Delete now" not in offered(after)
    assert office.services.store.purgeable(now=office.clock.now(), limit=9) == []
    office.client.application.test_cli_runner().invoke(args=["hold", "off", id_])
    assert len(office.services.store.purgeable(now=office.clock.now(), limit=9)) == 1


# --- all of it --------------------------------------------------------------------------------------------


def test_turning_off_and_taking_out_stops_reading_and_hides_what_only_they_held(
    shared: tuple[Office, Copies],
) -> None:
    office, _ = shared
    alone = office.synced(subject="Alone")

    question = office.answer(ANNA, "actions/set-email")
    office.press(ANNA, question, "Turn off, take mine out")

    assert "what only you have a copy of disappears for everyone" in says(question)
    assert office.services.store.mailbox(f"sub-{ANNA}") is None
    [found] = office.stored(office.jane(), CARA)
    assert (found.summary.subject, found.summary.count) == ("Application", 1)
    card = office.open(ANNA, alone)
    assert "YOUR COPY IS OUT" in says(card)
    office.press(ANNA, card, "Undo", opened=alone)
    assert len(office.stored(office.jane(), CARA)) == 2


def test_out_of_what_a_colleague_removed_it_stays_out_when_that_comes_back(shared: tuple[Office, Copies]) -> None:
    office, copies = shared
    removed = office.confirm(BEN, office.open(BEN, copies[BEN]), *["Remove from Lever"] * 2, opened=copies[BEN])

    office.answer(ANNA, "actions/set-email", parameters={"want": "off-withdraw"})
    office.press(BEN, removed, "Undo", opened=copies[BEN])

    [found] = office.stored(office.jane(), CARA)
    assert (found.summary.count, sorted(found.summary.holders)) == (1, [f"sub-{BEN}"])


def test_settings_takes_everything_out_after_saying_how_much_it_is(shared: tuple[Office, Copies]) -> None:
    office, _ = shared
    office.synced(subject="Alone")

    question = office.press(ANNA, office.answer(ANNA, "actions/settings"), "Take everything out")
    assert len(office.stored(office.jane(), CARA)) == 2
    after = office.press(ANNA, question, "Take everything out")

    assert "Your copies of 2 conversations leave Lever" in says(question)
    [found] = office.stored(office.jane(), CARA)
    assert sorted(found.summary.holders) == [f"sub-{BEN}"]
    assert office.services.store.mailbox(f"sub-{ANNA}") is not None
    assert "renderActions" in after


@pytest.mark.parametrize("want", ["", "now", "all"])
def test_who_holds_nothing_takes_nothing_out(shared: tuple[Office, Copies], want: str) -> None:
    office, copies = shared
    given = {"conversation": conversation_of(office, ANNA, copies[ANNA]).conversation.id, "want": want}

    office.answer(CARA, "actions/withdraw", parameters=given)

    [found] = office.stored(office.jane(), CARA)
    assert found.summary.count == 2
