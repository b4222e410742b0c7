"""*Delete now*: what is out is destroyed before its time, and no copy that a colleague may still bring back."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from addon import holding, members, purging
from addon.web.jobs import AT_MOST
from storage.records import Role
from tests.cards.grammar import texts
from tests.journeys.test_my_data import my_data, said, secret_without_ben
from tests.journeys.test_taken_out import EMPTY, NOBODYS, navigations, offered, taken_out
from tests.office import ANNA, BEN, CARA, JANE, Office, mail

DELETED = "Deleted for good. Gmail is unchanged."
At = Mapping[str, str]


def own_copy_out(office: Office, email: str) -> None:
    office.press(email, my_data(office, email), "Take my copy out")


def remove(office: Office, email: str) -> None:
    office.confirm(email, my_data(office, email), "Remove from Lever", "Remove from Lever")


# --- from the list ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["removed", "taken out"])
def test_it_is_pressed_on_the_list_asked_once_more_and_answered_with_the_list(anna: Office, way: str) -> None:
    anna.synced(subject="Application")
    [found] = anna.stored(anna.jane(), ANNA)
    [key] = [each.key for each in anna.messages(found)]
    (remove if way == "removed" else own_copy_out)(anna, ANNA)

    question = anna.press(ANNA, taken_out(anna), "Delete now")
    kept = anna.press(ANNA, question, "Keep it for now")
    assert anna.services.store.text(key) != ""
    after = anna.confirm(ANNA, kept, "Delete now", "Delete now")

    assert "It cannot be undone." in texts(question)
    assert ("Application" if way == "removed" else f"{NOBODYS}\nAbout Jane Doe") in said(question)
    assert [navigations(each) for each in (kept, after)] == [["pop", "updateCard"]] * 2
    assert {"Undo", "Delete now"} <= set(offered(kept))
    assert DELETED in str(after)
    assert EMPTY in texts(after)
    assert anna.services.store.text(key) == ""
    assert ("delete-now", f"sub-{ANNA}") in {(act.verb, act.actor) for act in anna.audit()}


def test_it_comes_back_to_the_page_it_was_pressed_on(anna: Office) -> None:
    for n in range(12):
        at = anna.deliver(mail(JANE, ANNA, subject=f"Mail {n:02}"), ANNA)[ANNA]
        anna.label(ANNA, at["threadId"])
    anna.sync(ANNA)
    anna.confirm(ANNA, my_data(anna), "Take everything out", "Take everything out")
    second = anna.press(ANNA, taken_out(anna), "More")

    after = anna.confirm(ANNA, second, "Delete now", "Delete now")

    assert [offered(each).count("Delete now") for each in (second, after)] == [2, 1]


def test_of_a_secret_they_do_not_see_the_question_tells_no_more_than_the_list(anna: Office) -> None:
    secret_without_ben(anna)
    own_copy_out(anna, BEN)

    question = anna.press(BEN, taken_out(anna, BEN), "Delete now")
    after = anna.press(BEN, question, "Delete now")

    assert "This deletes your copy" in said(question)
    assert not [word for word in ("Hush, all", "Jane Doe") if word in str(question)]
    assert EMPTY in texts(after)
    assert anna.stored(anna.jane(), ANNA)


def test_on_hold_it_is_not_offered_and_pressed_from_an_old_card_it_does_nothing(anna: Office) -> None:
    anna.synced()
    [found] = anna.stored(anna.jane(), ANNA)
    own_copy_out(anna, ANNA)
    before = taken_out(anna)
    holding.hold(found.conversation.id, anna.services, on=True, actor="operator:test")

    assert "Delete now" not in offered(taken_out(anna))
    pressed = anna.press(ANNA, before, "Delete now")
    assert "This changed meanwhile; here is how it stands." in texts(pressed)
    assert "Delete now" not in offered(pressed)
    anna.press(ANNA, before, "Undo")
    assert anna.stored(anna.jane(), ANNA)


# --- and a colleague's copy that can still come back -----------------------------------------------------------


def test_what_a_colleague_may_still_bring_back_is_not_deleted_by_who_holds_the_rest(
    shared: tuple[Office, dict[str, dict[str, str]]],
) -> None:
    office, copies = shared
    own_copy_out(office, ANNA)
    remove(office, BEN)
    [ids] = [each["conversation"] for each in removed_by(office, BEN)]

    assert "Delete now" not in offered(taken_out(office, BEN))
    assert "Delete now" not in offered(office.open(BEN, copies[BEN]))
    for verb in ("remove", "withdraw"):
        answer = office.answer(
            BEN, f"actions/{verb}", parameters={"conversation": ids, "want": "now", "digest": "0"}
        )
        assert "Nothing here" in str(answer)

    office.press(BEN, taken_out(office, BEN), "Undo")
    office.press(ANNA, taken_out(office), "Undo")
    [back] = office.stored(office.jane(), BEN)
    assert back.summary.count == 2


def test_once_that_is_destroyed_who_holds_the_rest_deletes_it_at_once(
    shared: tuple[Office, dict[str, dict[str, str]]],
) -> None:
    office, _ = shared
    own_copy_out(office, ANNA)
    office.clock.pass_time(days=29)
    remove(office, BEN)
    office.clock.pass_time(days=1, minutes=1)
    purging.purge_due(office.services, until=office.clock.now() + AT_MOST)

    after = office.confirm(BEN, taken_out(office, BEN), "Delete now", "Delete now")

    assert EMPTY in texts(after)
    assert DELETED in str(after)


def test_a_limited_member_takes_their_copy_out_while_a_colleagues_can_come_back(anna: Office) -> None:
    limited = "limited@acme.example"
    anna.member(limited, Role.LIMITED_TEAM_MEMBER, connected=True)
    copies = anna.deliver(mail(JANE, ANNA, limited), ANNA, limited)
    for holder in (ANNA, limited):
        anna.label(holder, copies[holder]["threadId"])
    anna.sync(ANNA, limited)
    own_copy_out(anna, ANNA)

    card = anna.open(limited, copies[limited])
    anna.press(limited, card, "Take my copy out", opened=copies[limited])

    assert "Remove from Lever" not in offered(card)
    anna.press(ANNA, taken_out(anna), "Undo")
    assert anna.stored(anna.jane(), ANNA)


def test_a_super_admin_deletes_for_all_what_is_removed(
    shared: tuple[Office, dict[str, dict[str, str]]],
) -> None:
    office, _ = shared
    office.member(CARA, Role.SUPER_ADMIN)
    [found] = office.stored(office.jane(), CARA)
    own_copy_out(office, ANNA)
    given = {"conversation": found.conversation.id}
    office.press(CARA, office.answer(CARA, "actions/remove", parameters=given), "Remove from Lever")

    office.confirm(CARA, taken_out(office, CARA), "Delete now", "Delete now")

    assert [EMPTY in texts(taken_out(office, each)) for each in (ANNA, BEN, CARA)] == [True] * 3


# --- who removes, and takes their own out of it as well ------------------------------------------------------


@pytest.mark.parametrize("way", ["Email off", "everything out"])
def test_who_removed_it_and_then_took_everything_of_theirs_out_undoes_both(
    shared: tuple[Office, dict[str, dict[str, str]]], way: str
) -> None:
    office, _ = shared
    remove(office, ANNA)
    if way == "Email off":
        office.press(ANNA, office.answer(ANNA, "actions/set-email"), "Turn off, take mine out")
    else:
        office.confirm(ANNA, my_data(office), "Take everything out", "Take everything out")

    once = office.press(ANNA, taken_out(office), "Undo")
    [there] = office.stored(office.jane(), BEN)
    office.press(ANNA, once, "Undo")
    [back] = office.stored(office.jane(), BEN)

    assert (there.summary.count, sorted(there.summary.holders)) == (1, [f"sub-{BEN}"])
    assert "Your copy was taken out of Lever" in said(once)
    assert (back.summary.count, len(back.summary.holders)) == (2, 2)


def removed_by(office: Office, email: str) -> list[dict[str, str]]:
    found = office.services.store.taken_out(f"sub-{email}", limit=9).items
    return [{"conversation": each.conversation.id} for each in found]


@pytest.mark.parametrize("role", [Role.TEAM_MEMBER, Role.LIMITED_TEAM_MEMBER])
def test_beside_the_mail_that_is_undone_in_two_steps_as_well(anna: Office, role: Role) -> None:
    anna.member(BEN)
    members.set_role(ANNA, role, anna.services, actor="operator:test")
    at = anna.synced()
    remove(anna, ANNA)
    anna.press(ANNA, anna.answer(ANNA, "actions/set-email"), "Turn off, take mine out")

    removed = anna.open(ANNA, at)
    out = anna.press(ANNA, removed, "Undo", opened=at)
    back = anna.press(ANNA, out, "Undo", opened=at)

    assert "REMOVED" in said(removed)
    assert "Nothing from your mailbox is stored" not in said(removed)
    assert "YOUR COPY IS OUT" in said(out)
    assert len(anna.stored(anna.jane(), BEN)) == 1
    assert "Undo" not in offered(back)


def test_who_removed_what_was_theirs_alone_and_took_it_out_deletes_it_at_once(anna: Office) -> None:
    anna.synced()
    remove(anna, ANNA)
    anna.press(ANNA, anna.answer(ANNA, "actions/set-email"), "Turn off, take mine out")

    after = anna.confirm(ANNA, taken_out(anna), "Delete now", "Delete now")

    assert DELETED in str(after)
    assert EMPTY in texts(after)
