"""Long ways to an end: what is removed, taken out, held and united in an order nobody plans, and who has what.

A promise that was shown with its day holds until that day, whatever else happens; nothing is there after its end.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from addon import holding, members, purging
from addon.web.jobs import AT_MOST
from storage.records import Attention, Role, ThreadState
from tests.cards.grammar import offered, says
from tests.journeys.importing import begin, deliver, newest, subjects
from tests.journeys.test_access_ends import end_access, mailbox
from tests.office import ANNA, BEN, CARA, JANE, Office, mail

At = Mapping[str, str]
Copies = dict[str, dict[str, str]]
REMOVE = ["Remove from Lever"] * 2


def purge(office: Office) -> None:
    purging.purge_due(office.services, until=office.clock.now() + AT_MOST)


def remove(office: Office, email: str, at: At) -> dict[str, Any]:
    return office.confirm(email, office.open(email, at), *REMOVE, opened=at)


def take_out(office: Office, email: str, at: At) -> None:
    thread = office.thread(email, at)
    assert thread is not None
    office.answer(email, "actions/withdraw", parameters={"conversation": thread.conversation or ""})


def undo(office: Office, email: str, at: At) -> dict[str, Any]:
    return office.press(email, office.open(email, at), "Undo", opened=at)


def both_hold(office: Office, *, text: str = "Hello") -> Copies:
    """One mail that Anna and Ben have, and labelled both."""
    office.member(BEN, connected=True)
    copies = office.deliver(mail(JANE, ANNA, BEN, subject="Application", text=text), ANNA, BEN)
    for email in (ANNA, BEN):
        office.label(email, copies[email]["threadId"])
    office.sync(ANNA, BEN)
    return copies


def two_that_are_one(office: Office) -> tuple[At, At, At]:
    """Anna holds one mail and Ben the reply; that they are one thread only Cara's mailbox shows, not synced."""
    office.member(BEN, connected=True)
    office.member(CARA, connected=True)
    first = mail(JANE, ANNA, CARA, subject="Application")
    here = office.deliver(first, ANNA, CARA)
    there = office.deliver(mail(JANE, BEN, CARA, reply_to=first), BEN, CARA)
    for email, at in ((ANNA, here[ANNA]), (BEN, there[BEN])):
        office.label(email, at["threadId"])
        office.sync(email)
    return here[ANNA], there[BEN], here[CARA]


# --- two that turn out to be one ----------------------------------------------------------------------------


def test_what_turns_out_to_be_one_with_what_was_removed_stays_in_lever_until_that_is_back(anna: Office) -> None:
    ours, bens, caras = two_that_are_one(anna)
    assert len(anna.stored(anna.jane(), ANNA)) == 2
    remove(anna, ANNA, ours)
    anna.clock.pass_time(days=29, hours=23)
    anna.label(CARA, caras["threadId"])
    anna.sync(CARA)

    [kept] = anna.stored(anna.jane(), BEN)
    assert kept.summary.holders == {f"sub-{BEN}"}
    assert "SYNCED" in says(anna.open(BEN, bens))
    assert "Removed" in says(anna.open(CARA, caras))
    undo(anna, ANNA, ours)
    anna.sync(CARA)
    [back] = anna.stored(anna.jane(), BEN)
    assert back.summary.count == 2
    assert back.summary.holders == {f"sub-{ANNA}", f"sub-{BEN}", f"sub-{CARA}"}


def test_mail_of_what_ended_and_of_what_is_in_lever_together_destroys_nothing_of_the_latter(anna: Office) -> None:
    ours, bens, caras = two_that_are_one(anna)
    remove(anna, ANNA, ours)
    anna.clock.pass_time(days=30, hours=1)
    anna.label(CARA, caras["threadId"])
    anna.sync(CARA)
    purge(anna)

    [kept] = anna.stored(anna.jane(), BEN)
    assert [each.text.strip() for each in anna.messages(kept)] == ["Hello"]
    assert "SYNCED" in says(anna.open(BEN, bens))


def test_a_destroyed_mail_among_others_keeps_none_of_them_out(anna: Office) -> None:
    ours, _, caras = two_that_are_one(anna)
    remove(anna, ANNA, ours)
    anna.clock.pass_time(days=31)
    purge(anna)

    anna.label(CARA, caras["threadId"])
    anna.sync(CARA)

    [kept] = anna.stored(anna.jane(), BEN)
    assert kept.summary.count == 1
    assert kept.summary.holders == {f"sub-{BEN}", f"sub-{CARA}"}


# --- out by turns -------------------------------------------------------------------------------------------


def test_of_a_mail_that_two_took_out_weeks_apart_the_second_brings_theirs_back_after_the_firsts_is_gone(
    anna: Office,
) -> None:
    copies = both_hold(anna, text="Only once")
    take_out(anna, ANNA, copies[ANNA])
    anna.clock.pass_time(days=20)
    take_out(anna, BEN, copies[BEN])
    assert anna.stored(anna.jane(), BEN) == []
    anna.clock.pass_time(days=12)
    purge(anna)

    late = anna.open(ANNA, copies[ANNA])
    undo(anna, BEN, copies[BEN])

    assert "Undo" not in offered(late)
    [back] = anna.stored(anna.jane(), BEN)
    assert back.summary.holders == {f"sub-{BEN}"}
    assert [each.text.strip() for each in anna.messages(back)] == ["Only once"]


def test_removed_lifted_and_removed_again_each_undoes_their_own_until_its_day(anna: Office) -> None:
    copies = both_hold(anna)
    remove(anna, ANNA, copies[ANNA])
    anna.press(BEN, anna.open(BEN, copies[BEN]), "Sync from my mailbox", opened=copies[BEN])
    anna.sync(BEN)
    anna.clock.pass_time(days=1)
    again = remove(anna, BEN, copies[BEN])
    assert "Delete now" not in offered(again)
    assert "Undo" not in offered(anna.open(ANNA, copies[ANNA]))

    anna.press(BEN, again, "Undo", opened=copies[BEN])
    [there] = anna.stored(anna.jane(), BEN)
    assert there.summary.holders == {f"sub-{BEN}"}
    undo(anna, ANNA, copies[ANNA])

    [back] = anna.stored(anna.jane(), BEN)
    assert back.summary.holders == {f"sub-{ANNA}", f"sub-{BEN}"}
    anna.clock.pass_time(days=40)
    purge(anna)
    assert len(anna.messages(back)) == 1


# --- off and on, ended access, a hold -----------------------------------------------------------------------


def test_labelled_anew_while_email_was_off_what_was_removed_stays_out_until_it_is_labelled_by_hand(
    anna: Office,
) -> None:
    at = anna.synced()
    remove(anna, ANNA, at)
    anna.answer(ANNA, "actions/set-email", parameters={"want": "off"})
    anna.unlabel(ANNA, at["threadId"])
    anna.label(ANNA, at["threadId"])
    anna.connect(ANNA)
    anna.sync(ANNA)
    anna.answer(ANNA, "actions/settings", parameters={"want": "backfill-all"})
    anna.sync(ANNA)
    assert anna.stored(anna.jane(), ANNA) == []
    assert "Undo" in offered(anna.open(ANNA, at))

    anna.unlabel(ANNA, at["threadId"])
    anna.label(ANNA, at["threadId"])
    anna.sync(ANNA)

    assert len(anna.stored(anna.jane(), ANNA)) == 1


def test_what_an_import_had_brought_in_and_was_undone_comes_back_one_by_one_though_email_is_off_since(
    anna: Office,
) -> None:
    deliver(anna, 3)
    begin(anna)
    anna.sync(ANNA)
    record = newest(anna)
    anna.answer(ANNA, "actions/withdraw", parameters={"import": record.id})
    anna.clock.pass_time(days=3)
    anna.answer(ANNA, "actions/set-email", parameters={"want": "off"})

    once = anna.answer(ANNA, "actions/restore", parameters={"import": record.id})
    there = anna.press(ANNA, anna.press(ANNA, anna.answer(ANNA, "actions/my-data"), "Taken out"), "Undo")
    anna.confirm(ANNA, there, "Delete now", "Delete now")
    anna.clock.pass_time(days=28)
    purge(anna)

    assert "Nothing here" in str(once)
    assert len(subjects(anna)) == 1
    assert anna.services.store.taken_out(f"sub-{ANNA}", limit=9).items == ()
    assert anna.services.store.imports(f"sub-{ANNA}", limit=9) == []


def test_what_they_removed_they_bring_back_beside_the_mail_while_access_is_ended(anna: Office) -> None:
    at = anna.synced()
    remove(anna, ANNA, at)
    end_access(anna)
    anna.sync(ANNA)
    assert mailbox(anna).attention is Attention.ACCESS_ENDED

    card = anna.open(ANNA, at)
    anna.press(ANNA, card, "Undo", opened=at)

    assert {"Reconnect", "Undo", "Delete now"} <= offered(card)
    assert len(anna.stored(anna.jane(), ANNA)) == 1
    assert not {"Undo", "Delete now"} & offered(anna.open(ANNA, at))


def test_a_hold_that_outlasts_the_grace_keeps_it_and_when_it_ends_it_is_destroyed(anna: Office) -> None:
    at = anna.synced()
    [found] = anna.stored(anna.jane(), ANNA)
    [key] = [each.key for each in anna.messages(found)]
    remove(anna, ANNA, at)
    holding.hold(found.conversation.id, anna.services, on=True, actor="operator:test")
    anna.clock.pass_time(days=45)
    purge(anna)
    assert anna.services.store.text(key) != ""
    assert "This can no longer be undone." in says(anna.open(ANNA, at))

    holding.hold(found.conversation.id, anna.services, on=False, actor="operator:test")
    purge(anna)

    assert anna.services.store.text(key) == ""
    assert "Delete now" not in offered(anna.open(ANNA, at))
    anna.press(ANNA, anna.open(ANNA, at), "Sync again", opened=at)
    anna.sync(ANNA)
    assert anna.services.store.text(key) != ""


# --- who leaves ---------------------------------------------------------------------------------------------


def test_of_what_who_left_had_removed_a_colleague_brings_back_their_own_and_the_rest_is_gone_in_time(
    anna: Office,
) -> None:
    copies = both_hold(anna)
    alone = anna.synced(subject="Anna alone")
    key = next(
        mail.key
        for found in anna.stored(anna.jane(), ANNA)
        for mail in anna.messages(found)
        if found.summary.subject == "Anna alone"
    )
    remove(anna, ANNA, copies[ANNA])
    remove(anna, ANNA, alone)
    anna.member(CARA, Role.SUPER_ADMIN)

    members.offboard(ANNA, anna.services, actor="operator:test")
    anna.press(BEN, anna.open(BEN, copies[BEN]), "Sync from my mailbox", opened=copies[BEN])
    anna.sync(BEN)
    [back] = anna.stored(anna.jane(), BEN)
    anna.clock.pass_time(days=31)
    purge(anna)

    assert [each.holders for each in anna.messages(back)] == [{f"sub-{BEN}"}]
    assert not anna.services.store.threads_in(f"sub-{ANNA}", ThreadState.FOLLOWING, limit=9).items
    assert anna.services.store.taken_out(f"sub-{ANNA}", limit=9).items == ()
    copy = anna.services.store.copy(key)
    assert copy is not None
    assert (copy.message.head, copy.message.gmail_ids, anna.services.store.text(key)) == (None, {}, "")
