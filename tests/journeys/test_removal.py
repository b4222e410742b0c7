"""Removal and return: what lifts a removal and what does not, whose copies come back, and what is destroyed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from addon import purging
from addon.event import parse
from addon.present.formats import formats_of
from addon.web.jobs import AT_MOST
from storage.records import ConversationState, Found, Mailbox, Role
from tests.cards.grammar import offered, said, says, texts
from tests.journeys.conftest import FIRST
from tests.office import ANNA, BASE_URL, BEN, CARA, JANE, JOBS_ACCOUNT, Office, mail

At = Mapping[str, str]
REMOVE = ["Remove from Lever"] * 2


def remove(office: Office, email: str, at: At) -> dict[str, Any]:
    return office.confirm(email, office.open(email, at), *REMOVE, opened=at)


def label_anew(office: Office, email: str, at: At) -> None:
    office.unlabel(email, at["threadId"])
    office.label(email, at["threadId"])


def found(office: Office, at: At, email: str = ANNA) -> Found:
    thread = office.thread(email, at)
    assert thread is not None
    there = office.services.store.conversation(thread.conversation or "")
    assert there is not None
    return there


def purge(office: Office) -> None:
    purging.purge_due(office.services, until=office.clock.now() + AT_MOST)


# --- what lifts it ----------------------------------------------------------------------------------------


def test_a_label_put_on_before_the_removal_lifts_nothing_however_late_it_is_read(anna: Office) -> None:
    at = anna.synced()
    label_anew(anna, ANNA, at)

    remove(anna, ANNA, at)
    anna.sync(ANNA)

    assert anna.stored(anna.jane(), ANNA) == []
    assert found(anna, at).conversation.state is ConversationState.REMOVED


def test_a_label_put_on_by_hand_after_it_brings_it_back(anna: Office) -> None:
    at = anna.synced()
    remove(anna, ANNA, at)
    anna.sync(ANNA)

    label_anew(anna, ANNA, at)
    anna.sync(ANNA)

    [back] = anna.stored(anna.jane(), ANNA)
    assert back.summary.count == 1


def test_brought_back_it_is_read_whole_even_where_gmail_fails_in_between(anna: Office) -> None:
    first = mail(JANE, ANNA)
    at = anna.synced_mail(first)
    remove(anna, ANNA, at)
    anna.deliver(mail(JANE, ANNA, reply_to=first), ANNA)
    anna.sync(ANNA)
    anna.label(ANNA, at["threadId"])

    anna.simulator.control.fault(f"GET .*/threads/{at['threadId']}", status=503, times=10)
    anna.sync(ANNA)
    anna.simulator.control.clear_faults()
    assert [back.summary.count for back in anna.stored(anna.jane(), ANNA)] == [1]
    anna.clock.pass_time(minutes=10)
    anna.sync(ANNA)

    assert [back.summary.count for back in anna.stored(anna.jane(), ANNA)] == [2]


def test_a_filter_that_labels_what_arrives_lifts_nothing(anna: Office) -> None:
    first = mail(JANE, ANNA)
    at = anna.synced_mail(first)
    remove(anna, ANNA, at)

    anna.simulator.control.filter(ANNA, sender=JANE, label="Lever")
    anna.deliver(mail(JANE, ANNA, reply_to=first), ANNA)
    anna.sync(ANNA)

    assert anna.stored(anna.jane(), ANNA) == []


def test_where_the_barrier_could_not_be_read_the_next_runs_labels_count_as_old(
    shared: tuple[Office, dict[str, dict[str, str]]],
) -> None:
    office, copies = shared
    office.simulator.control.fault("GET .*/profile", status=503, times=10)
    remove(office, ANNA, copies[ANNA])
    office.simulator.control.clear_faults()
    removal = found(office, copies[ANNA]).conversation.removal
    assert removal is not None
    assert set(removal.barriers.values()) == {None}

    label_anew(office, BEN, copies[BEN])
    office.sync(BEN)
    assert office.stored(office.jane(), BEN) == []

    label_anew(office, BEN, copies[BEN])
    office.sync(BEN)
    assert len(office.stored(office.jane(), BEN)) == 1


def test_a_mailbox_that_held_no_copy_lifts_it_by_pressing_sync_only(anna: Office) -> None:
    anna.member(BEN, connected=True)
    copies = anna.deliver(mail(JANE, ANNA, BEN), ANNA, BEN)
    anna.label(ANNA, copies[ANNA]["threadId"])
    anna.sync(ANNA)
    remove(anna, ANNA, copies[ANNA])

    anna.label(BEN, copies[BEN]["threadId"])
    anna.sync(BEN)
    assert anna.stored(anna.jane(), BEN) == []

    anna.press(BEN, anna.open(BEN, copies[BEN]), "Sync from my mailbox", opened=copies[BEN])
    anna.sync(BEN)
    [back] = anna.stored(anna.jane(), BEN)
    assert back.summary.holders == {f"sub-{BEN}"}


def test_lifted_by_a_colleague_only_their_mail_comes_back_and_the_removers_copies_are_out(
    shared: tuple[Office, dict[str, dict[str, str]]],
) -> None:
    office, copies = shared
    assert found(office, copies[ANNA]).summary.count == 2
    remove(office, ANNA, copies[ANNA])

    office.press(BEN, office.open(BEN, copies[BEN]), "Sync from my mailbox", opened=copies[BEN])
    office.sync(BEN, ANNA)

    [back] = office.stored(office.jane(), BEN)
    assert (back.summary.count, sorted(back.summary.holders)) == (1, [f"sub-{BEN}"])
    assert "Between us" not in " ".join(each.text for each in office.messages(back))
    assert "YOUR COPY IS OUT" in says(office.open(ANNA, copies[ANNA]))


def test_replies_in_the_removers_mailbox_stay_out_after_a_colleague_lifted_it(anna: Office) -> None:
    office, first = anna, mail(JANE, ANNA, BEN, subject="Application")
    office.member(BEN, connected=True)
    copies = office.deliver(first, ANNA, BEN)
    for holder in (ANNA, BEN):
        office.label(holder, copies[holder]["threadId"])
    office.sync(ANNA, BEN)
    remove(office, ANNA, copies[ANNA])
    office.press(BEN, office.open(BEN, copies[BEN]), "Sync from my mailbox", opened=copies[BEN])
    office.sync(BEN)

    office.deliver(mail(JANE, ANNA, reply_to=first), ANNA)
    office.simulator.control.reset_meter()
    office.sync(ANNA)

    [back] = office.stored(office.jane(), BEN)
    assert back.summary.holders == {f"sub-{BEN}"}
    assert {call["method"] for call in office.calls()} == {"history.list"}


def test_the_remover_brings_their_own_copies_back_as_well(
    shared: tuple[Office, dict[str, dict[str, str]]],
) -> None:
    office, copies = shared
    remove(office, ANNA, copies[ANNA])
    office.press(BEN, office.open(BEN, copies[BEN]), "Sync from my mailbox", opened=copies[BEN])
    office.sync(BEN)

    office.press(ANNA, office.open(ANNA, copies[ANNA]), "Undo", opened=copies[ANNA])

    [back] = office.stored(office.jane(), BEN)
    assert back.summary.count == 2
    assert len(back.summary.holders) == 2


@pytest.mark.parametrize("way", ["Label", "Sync"])
def test_brought_back_by_the_remover_it_has_what_came_to_colleagues_meanwhile(
    shared: tuple[Office, dict[str, dict[str, str]]], way: str
) -> None:
    office, copies = shared
    remove(office, ANNA, copies[ANNA])
    late = mail(JANE, BEN, subject="Re: Application", text="Came meanwhile")
    late["In-Reply-To"] = late["References"] = FIRST
    at = office.deliver(late, BEN)[BEN]
    office.sync(BEN)

    if way == "Label":
        label_anew(office, ANNA, copies[ANNA])
    else:
        ids = {"thread": copies[ANNA]["threadId"], "message": copies[ANNA]["id"]}
        office.answer(ANNA, "actions/sync-thread", opened=copies[ANNA], parameters=ids)
    office.sync(ANNA, BEN)

    assert at["threadId"] == copies[BEN]["threadId"]
    assert found(office, copies[ANNA]).summary.count == 3


def test_an_admins_removal_is_lifted_by_admins_only(shared: tuple[Office, dict[str, dict[str, str]]]) -> None:
    office, copies = shared
    office.member(CARA, Role.ADMIN)
    given = {"conversation": found(office, copies[ANNA]).conversation.id}
    office.press(CARA, office.answer(CARA, "actions/remove", parameters=given), "Remove from Lever")

    card = office.open(BEN, copies[BEN])
    label_anew(office, BEN, copies[BEN])
    office.answer(BEN, "actions/sync-thread", opened=copies[BEN])
    office.sync(BEN)

    assert "Sync from my mailbox" not in offered(card)
    assert office.stored(office.jane(), CARA) == []


def test_a_secret_one_is_as_secret_after_it_came_back(shared: tuple[Office, dict[str, dict[str, str]]]) -> None:
    office, copies = shared
    office.member(CARA)
    ticked = {"audience": [f"sub-{BEN}"]}
    question = office.press(ANNA, office.open(ANNA, copies[ANNA]), "Make secret", opened=copies[ANNA])
    office.press(ANNA, question, "Make secret", opened=copies[ANNA], inputs=ticked)
    remove(office, ANNA, copies[ANNA])

    office.press(BEN, office.open(BEN, copies[BEN]), "Sync from my mailbox", opened=copies[BEN])
    office.sync(BEN)

    [back] = office.stored(office.jane(), BEN)
    assert back.conversation.secret
    assert office.stored(office.jane(), CARA) == []


def test_a_removal_costs_a_unit_for_each_holder(shared: tuple[Office, dict[str, dict[str, str]]]) -> None:
    office, copies = shared
    card = office.open(ANNA, copies[ANNA])
    office.simulator.control.reset_meter()

    office.confirm(ANNA, card, *REMOVE, opened=copies[ANNA])

    assert (office.units(ANNA), office.units(BEN)) == (1, 1)


# --- what is destroyed ------------------------------------------------------------------------------------


def test_after_the_grace_the_job_destroys_it_and_says_so(anna: Office) -> None:
    at = anna.synced()
    [before] = anna.stored(anna.jane(), ANNA)
    [key] = [message.key for message in anna.messages(before)]
    remove(anna, ANNA, at)
    anna.clock.pass_time(days=29)
    purge(anna)
    assert found(anna, at).conversation.state is ConversationState.REMOVED

    anna.clock.pass_time(days=1)
    token = anna.simulator.control.id_token(aud=f"{BASE_URL}/jobs/purge", email=JOBS_ACCOUNT, sub="scheduler")
    response = anna.client.post("/jobs/purge", headers={"Authorization": f"Bearer {token}"})

    assert response.get_json() == {"purged": 1, "more": False}
    assert found(anna, at).conversation.state is ConversationState.PURGED
    assert anna.services.store.text(key) == ""
    card = anna.open(ANNA, at)
    assert "can no longer be undone" in says(card)
    assert "Sync again" in offered(card)
    assert "purge" in [act.verb for act in anna.audit()]


def test_synced_again_after_that_it_is_filled_from_the_mailbox_of_who_pressed(
    shared: tuple[Office, dict[str, dict[str, str]]],
) -> None:
    office, copies = shared
    remove(office, ANNA, copies[ANNA])
    office.clock.pass_time(days=30)
    purge(office)

    office.press(BEN, office.open(BEN, copies[BEN]), "Sync again", opened=copies[BEN])
    office.sync(BEN, ANNA)

    [back] = office.stored(office.jane(), BEN)
    assert (back.summary.count, back.summary.subject) == (1, "Application")
    assert back.summary.holders == {f"sub-{BEN}"}


def test_the_console_purges_as_well_and_holds(anna: Office) -> None:
    at = anna.synced()
    remove(anna, ANNA, at)
    id_ = found(anna, at).conversation.id
    runner = anna.client.application.test_cli_runner()
    assert runner.invoke(args=["hold", "on", id_]).exit_code == 0
    anna.clock.pass_time(days=31)

    assert "0 conversations:" in runner.invoke(args=["purge"]).output
    assert found(anna, at).conversation.state is ConversationState.REMOVED

    anna.clock.pass_time(seconds=1)
    runner.invoke(args=["hold", "off", id_])
    assert "1 conversation:" in runner.invoke(args=["purge"]).output
    assert found(anna, at).conversation.state is ConversationState.PURGED
    acts = [(act.actor.partition(":")[0], act.verb) for act in anna.audit() if act.verb.startswith("hold")]
    assert sorted(acts) == [("operator", "hold-off"), ("operator", "hold-on")]
    assert runner.invoke(args=["hold", "on", "unknown"]).exit_code == 1


def test_under_a_hold_the_question_says_so_and_nothing_is_deleted_at_once(anna: Office) -> None:
    at = anna.synced()
    id_ = found(anna, at).conversation.id
    anna.client.application.test_cli_runner().invoke(args=["hold", "on", id_])

    question = anna.press(ANNA, anna.open(ANNA, at), "Remove from Lever", opened=at)
    removed = anna.press(ANNA, question, "Remove from Lever", opened=at)
    pressed = anna.answer(ANNA, "actions/remove", opened=at, parameters={"conversation": id_, "want": "now"})

    assert "legal hold" in says(question)
    assert "Delete now" not in offered(removed)
    assert "Nothing here." in says(pressed)
    assert found(anna, at).conversation.state is ConversationState.REMOVED


def test_deleting_now_asks_once_more_and_is_final(anna: Office) -> None:
    at = anna.synced()
    removed = remove(anna, ANNA, at)

    question = anna.press(ANNA, removed, "Delete now", opened=at)
    assert found(anna, at).conversation.state is ConversationState.REMOVED
    anna.press(ANNA, question, "Delete now", opened=at)

    assert "It cannot be undone." in says(question)
    assert found(anna, at).conversation.state is ConversationState.PURGED
    given = {"conversation": found(anna, at).conversation.id}
    anna.answer(ANNA, "actions/restore", opened=at, parameters=given)
    assert anna.stored(anna.jane(), ANNA) == []
    assert "REMOVED" in says(anna.open(ANNA, at))


def test_what_colleagues_hold_too_is_deleted_now_by_super_admins_only(
    shared: tuple[Office, dict[str, dict[str, str]]],
) -> None:
    office, copies = shared
    office.member(CARA, Role.SUPER_ADMIN)
    removed = remove(office, ANNA, copies[ANNA])
    given = {"conversation": found(office, copies[ANNA]).conversation.id, "want": "now"}

    assert "Delete now" not in offered(removed)
    assert "Nothing here." in says(office.answer(ANNA, "actions/remove", parameters=given))
    question = office.answer(CARA, "actions/remove", parameters=given)
    office.press(CARA, question, "Delete now")

    assert found(office, copies[ANNA]).conversation.state is ConversationState.PURGED


# --- the label comes off ----------------------------------------------------------------------------------


def test_after_the_label_came_off_home_offers_to_remove_what_stays(anna: Office) -> None:
    at = anna.synced()
    anna.unlabel(ANNA, at["threadId"])
    anna.sync(ANNA)

    home = anna.answer(ANNA, "home")
    question = anna.press(ANNA, home, "Remove from Lever")
    anna.press(ANNA, question, "Remove from Lever")

    assert "You took the label off “Application” on" in says(home)
    assert anna.stored(anna.jane(), ANNA) == []
    assert "You took the label off" not in says(anna.answer(ANNA, "home"))


def test_whose_label_came_off_is_called_by_its_subject_where_its_owner_sees_it_and_by_its_day_elsewhere(
    shared: tuple[Office, dict[str, dict[str, str]]],
) -> None:
    office, copies = shared
    other = office.synced(holder=BEN, subject="Offer")
    # Ben holds a copy, and Anna leaves him out.
    office.confirm(ANNA, office.open(ANNA, copies[ANNA]), "Make secret", "Make secret", opened=copies[ANNA])
    for at in (copies[BEN], other):
        office.unlabel(BEN, at["threadId"])
    office.sync(BEN)

    home = office.answer(BEN, "home")

    assert "You took the label off “Offer” on" in says(home)
    assert "You took the label off a conversation on" in says(home)
    assert "Remove Offer from Lever" in said(home)
    assert "Application" not in str(home)


def test_every_question_before_something_goes_or_changes_says_of_which_conversation(anna: Office) -> None:
    at = anna.synced(subject="Application")
    pressed = ("Make secret", "Make visible to the team", "Remove from Lever", "Delete now")

    for words in pressed:
        question = anna.press(ANNA, anna.open(ANNA, at), words, opened=at)
        assert "Application" in texts(question), words
        anna.press(ANNA, question, words, opened=at)


def test_deleting_a_copy_now_names_no_conversation_its_holder_does_not_see(
    shared: tuple[Office, dict[str, dict[str, str]]],
) -> None:
    office, copies = shared
    office.confirm(ANNA, office.open(ANNA, copies[ANNA]), "Make secret", "Make secret", opened=copies[ANNA])
    opened = copies[BEN]

    out = office.press(BEN, office.open(BEN, opened), "Take my copy out", opened=opened)
    question = office.press(BEN, out, "Delete now", opened=opened)

    assert "This deletes your copy from Lever for good. Nothing changes in Gmail." in texts(question)
    assert "Application" not in str(question)


def test_following_stopped_in_the_panel_is_not_asked_about(anna: Office) -> None:
    at = anna.synced()

    anna.press(ANNA, anna.open(ANNA, at), "Stop updating", opened=at)

    assert "You took the label off" not in says(anna.answer(ANNA, "home"))


# --- labelled together ------------------------------------------------------------------------------------


def labelled_together(office: Office, count: int) -> list[At]:
    places: list[At] = [office.deliver(mail(JANE, ANNA, subject=f"No {n}"), ANNA)[ANNA] for n in range(count)]
    for at in places:
        office.label(ANNA, at["threadId"])
    office.sync(ANNA)
    return places


def test_many_labelled_at_once_are_one_batch_with_one_undo(anna: Office) -> None:
    kept = anna.synced(subject="Labelled before")
    places = labelled_together(anna, 26)
    assert len(anna.stored(anna.jane(), ANNA)) == 27

    home = anna.answer(ANNA, "home")
    after = anna.press(ANNA, home, "Undo")

    assert "you labelled 26 conversations at once" in says(home)
    assert [each.summary.subject for each in anna.stored(anna.jane(), ANNA)] == ["Labelled before"]
    assert "at once" not in says(after)
    assert "SYNCED" in says(anna.open(ANNA, kept))
    assert "Undo" in offered(anna.open(ANNA, places[3]))
    anna.sync(ANNA)
    assert len(anna.stored(anna.jane(), ANNA)) == 1


def test_that_undo_is_undone_and_what_came_back_is_followed_where_the_label_is_still_on(anna: Office) -> None:
    places = labelled_together(anna, 26)
    out = anna.press(ANNA, anna.answer(ANNA, "home"), "Undo")
    anna.unlabel(ANNA, places[0]["threadId"])
    anna.sync(ANNA)
    [batch] = _box(anna).batches
    anna.member(BEN)
    not_his = anna.answer(BEN, "actions/restore", parameters={"batch": batch.id})

    back = anna.press(ANNA, anna.answer(ANNA, "home"), "Undo")
    anna.sync(ANNA)

    assert "What you labelled together on" in says(out)
    assert "What you labelled together on" not in says(back)
    assert len(anna.stored(anna.jane(), ANNA)) == 26
    assert "NO LONGER UPDATED" in says(anna.open(ANNA, places[0]))
    assert "SYNCED" in says(anna.open(ANNA, places[1]))
    assert "you labelled 26 conversations at once" in says(back)
    assert "Nothing here." in says(not_his)


def test_after_its_grace_nothing_of_a_batch_that_was_undone_is_offered_or_comes_back(anna: Office) -> None:
    labelled_together(anna, 26)
    anna.press(ANNA, anna.answer(ANNA, "home"), "Undo")
    [batch] = _box(anna).batches
    anna.clock.pass_time(days=31)

    shown = anna.answer(ANNA, "home")
    late = anna.answer(ANNA, "actions/restore", parameters={"batch": batch.id})

    assert "What you labelled together on" not in says(shown)
    assert "Nothing here." in says(late)
    assert anna.stored(anna.jane(), ANNA) == []


def _box(office: Office) -> Mailbox:
    mailbox = office.services.store.mailbox(f"sub-{ANNA}")
    assert mailbox is not None
    return mailbox


def test_few_are_no_batch_and_a_batch_is_shown_for_a_week(anna: Office) -> None:
    labelled_together(anna, 25)
    assert "at once" not in says(anna.answer(ANNA, "home"))
    labelled_together(anna, 30)
    assert "you labelled 30 conversations at once" in says(anna.answer(ANNA, "home"))

    anna.clock.pass_time(days=7)
    anna.sync(ANNA)

    assert "at once" not in says(anna.answer(ANNA, "home"))
    mailbox = anna.services.store.mailbox(f"sub-{ANNA}")
    assert mailbox is not None
    assert mailbox.batches == ()


def test_a_batch_says_on_which_day_it_was_labelled_and_nothing_that_ends_being_true(anna: Office) -> None:
    labelled_together(anna, 26)
    day = formats_of(parse(anna.event(ANNA))).date(anna.clock.now())

    shown = [texts(anna.answer(ANNA, "home"))]
    anna.clock.pass_time(days=6)
    shown.append(texts(anna.answer(ANNA, "home")))

    assert all(f"On {day} you labelled 26 conversations at once." in each for each in shown)


def test_a_batch_is_its_owners_alone(anna: Office) -> None:
    labelled_together(anna, 26)
    anna.member(BEN, connected=True)
    mailbox = anna.services.store.mailbox(f"sub-{ANNA}")
    assert mailbox is not None
    [batch] = mailbox.batches

    answer = anna.answer(BEN, "actions/withdraw", parameters={"batch": batch.id})

    assert "Nothing here." in says(answer)
    assert len(anna.stored(anna.jane(), ANNA)) == 26
