"""R15 and R16: a member says whom a conversation is about, or whose an address is; each can be undone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from addon import renewing, threads
from addon.addresses import follow_up
from addon.policy.linking import linked
from addon.web.jobs import AT_MOST
from storage.records import Reason, Role, ThreadState
from tests.cards.grammar import texts
from tests.crash.killing import Killed, Points, watching
from tests.journeys.linking import choose, found_names, offered, says, subjects, waiting, words
from tests.office import ANNA, BEN, CARA, JANE, Office, mail

OTHER = "jane.doe@home.example"
AGENCY = "rita@agency.example"


# --- this conversation ------------------------------------------------------------------------------------


def test_a_waiting_conversation_comes_in_once_its_owner_said_whom_it_is_about(anna: Office) -> None:
    at = waiting(anna, mail(AGENCY, ANNA, subject="A profile"))

    done = choose(anna, ANNA, at, "This conversation is about …", "jane")
    before = anna.open(ANNA, at)
    anna.sync(ANNA)

    assert "This conversation is about Jane Doe." in says(done)
    assert {"SYNCING", "Jane Doe"} <= words(before)
    [found] = anna.stored(anna.jane(), ANNA)
    assert found.summary.subject == "A profile"
    assert found.conversation.linked == {anna.jane().id}
    assert "SYNCED" in says(anna.open(ANNA, at))
    thread = anna.thread(ANNA, at)
    assert thread is not None
    assert (thread.state, thread.about) == (ThreadState.FOLLOWING, frozenset())


def test_its_replies_come_in_too_though_nobody_on_them_is_a_candidate(anna: Office) -> None:
    first = mail(AGENCY, ANNA)
    at = waiting(anna, first)
    choose(anna, ANNA, at, "This conversation is about …", "jane")
    anna.sync(ANNA)

    anna.deliver(mail(AGENCY, ANNA, reply_to=first), ANNA)
    anna.sync(ANNA)

    [found] = anna.stored(anna.jane(), ANNA)
    assert found.summary.count == 2


def test_other_mail_with_the_same_people_stays_out(anna: Office) -> None:
    at = waiting(anna, mail(AGENCY, ANNA))
    choose(anna, ANNA, at, "This conversation is about …", "jane")
    anna.sync(ANNA)

    other = waiting(anna, mail(AGENCY, ANNA, subject="Another"))

    assert len(anna.stored(anna.jane(), ANNA)) == 1
    assert "WAITING" in says(anna.open(ANNA, other))


def test_said_of_a_conversation_nobody_pointed_at_it_is_asked_for_with_that(anna: Office) -> None:
    at = anna.deliver(mail(AGENCY, ANNA), ANNA)[ANNA]
    card = anna.open(ANNA, at)

    choose(anna, ANNA, at, "This conversation is about …", "jane")
    anna.sync(ANNA)

    assert "Saying whom it is about syncs this conversation" in says(card)
    thread = anna.thread(ANNA, at)
    assert thread is not None
    assert set(thread.reasons) == {Reason.ASKED}
    assert len(anna.stored(anna.jane(), ANNA)) == 1


def test_undone_before_it_came_in_it_waits_as_before(anna: Office) -> None:
    at = waiting(anna, mail(AGENCY, ANNA))
    choose(anna, ANNA, at, "This conversation is about …", "jane")

    undone = anna.press(ANNA, anna.open(ANNA, at), "Undo", opened=at)
    anna.sync(ANNA)

    assert "Undone." in says(undone)
    assert anna.stored(anna.jane(), ANNA) == []
    assert "WAITING" in says(anna.open(ANNA, at))


def test_undone_later_it_stays_is_listed_nowhere_and_no_longer_updated(anna: Office) -> None:
    first = mail(AGENCY, ANNA)
    at = waiting(anna, first)
    choose(anna, ANNA, at, "This conversation is about …", "jane")
    anna.sync(ANNA)

    card = anna.press(ANNA, anna.open(ANNA, at), "Undo", opened=at)
    anna.deliver(mail(AGENCY, ANNA, reply_to=first), ANNA)
    anna.sync(ANNA)

    assert {"NO LONGER UPDATED", "1 message stays in Lever."} <= words(card)
    assert "Remove from Lever" in offered(card)
    assert anna.stored(anna.jane(), ANNA) == []
    assert "1 message stays in Lever." in says(anna.open(ANNA, at))


def test_said_wrongly_and_then_rightly_it_is_followed_again(anna: Office) -> None:
    tom = anna.candidate("Tom Ray", "tom@people.example")
    first = mail(AGENCY, ANNA)
    at = waiting(anna, first)
    choose(anna, ANNA, at, "This conversation is about …", "jane")
    anna.sync(ANNA)
    anna.press(ANNA, anna.open(ANNA, at), "Undo", opened=at)

    choose(anna, ANNA, at, "This conversation is about …", "tom")
    anna.deliver(mail(AGENCY, ANNA, reply_to=first), ANNA)
    anna.sync(ANNA)

    [found] = anna.stored(tom, ANNA)
    assert found.summary.count == 2
    assert anna.stored(anna.jane(), ANNA) == []


def test_a_conversation_in_lever_is_shown_on_each_of_its_candidates(anna: Office) -> None:
    tom = anna.candidate("Tom Ray", "tom@people.example")
    at = anna.synced()

    choose(anna, ANNA, at, "Also about …", "tom")

    assert len(anna.stored(tom, ANNA)) == len(anna.stored(anna.jane(), ANNA)) == 1
    card = anna.open(ANNA, at)
    assert {"Jane Doe", "Tom Ray"} <= words(card)
    assert "Said by hand: this conversation is about Tom Ray." in says(card)


def test_a_second_candidate_makes_no_secret_less_secret(anna: Office) -> None:
    anna.member(BEN)
    tom = anna.candidate("Tom Ray", "tom@people.example")
    at = anna.synced()
    anna.confirm(ANNA, anna.open(ANNA, at), "Make secret", "Make secret", opened=at, inputs={"audience": []})

    choose(anna, ANNA, at, "Also about …", "tom")

    [found] = anna.stored(tom, ANNA)
    assert found.conversation.secret
    assert anna.stored(tom, BEN) == anna.stored(anna.jane(), BEN) == []


def test_undoing_what_was_said_keeps_who_is_there_by_address(anna: Office) -> None:
    tom = anna.candidate("Tom Ray", "tom@people.example")
    first = mail(JANE, ANNA)
    at = anna.synced_mail(first)
    choose(anna, ANNA, at, "Also about …", "tom")
    anna.deliver(mail("tom@people.example", ANNA, reply_to=first), ANNA)
    anna.sync(ANNA)

    card = anna.press(ANNA, anna.open(ANNA, at), "Undo", opened=at)

    assert len(anna.stored(tom, ANNA)) == 1
    assert "Undo" not in offered(card)
    assert "SYNCED" in says(card)


def test_pressed_twice_it_is_said_and_undone_once(anna: Office) -> None:
    at = waiting(anna, mail(AGENCY, ANNA))
    card = anna.press(ANNA, anna.open(ANNA, at), "This conversation is about …", opened=at)
    listed = anna.press(ANNA, card, "Search", opened=at, inputs={"name": ["jane"]})
    for _ in range(2):
        anna.press(ANNA, listed, "This one", opened=at)
    anna.sync(ANNA)
    anna.press(ANNA, listed, "This one", opened=at)
    stored = anna.open(ANNA, at)
    for _ in range(2):
        anna.press(ANNA, stored, "Undo", opened=at)

    assert anna.stored(anna.jane(), ANNA) == []
    said = Counter(
        (act.verb, act.conversation is not None) for act in anna.audit() if act.subject == anna.jane().id
    )
    assert said == Counter(
        {("link-conversation", False): 1, ("link-conversation", True): 1, ("unlink-conversation", True): 1}
    )


def test_with_email_off_nothing_is_asked_for(office: Office) -> None:
    office.member(ANNA)
    jane = office.candidate("Jane Doe", JANE)
    at = office.deliver(mail(AGENCY, ANNA), ANNA)[ANNA]
    card = office.open(ANNA, at)

    ids = {"want": "conversation", "candidate": jane.id, "thread": at["threadId"], "message": at["id"]}
    answer = office.answer(ANNA, "actions/link-candidate", opened=at, parameters=ids)

    assert "This conversation is about …" not in offered(card)
    assert "Turn on Email first. Nothing was synced." in says(answer)
    assert office.thread(ANNA, at) is None


def test_who_is_the_candidate_cannot_say_so_and_sees_nothing_of_it(anna: Office) -> None:
    anna.member(BEN, connected=True)
    ben = anna.services.store.member(f"sub-{BEN}")
    assert ben is not None
    anna.services.store.save_member(replace(ben, self_candidates=frozenset({anna.jane().id})))
    at = waiting(anna, mail(AGENCY, BEN), whose=BEN)

    listed = found_names(anna, BEN, at, "jane")
    ids = {"want": "conversation", "candidate": anna.jane().id, "thread": at["threadId"]}
    answer = anna.answer(BEN, "actions/link-candidate", opened=at, parameters=ids)

    assert listed == []
    assert "Nothing here." in says(answer)
    assert "WAITING" in says(anna.open(BEN, at))


def test_what_turns_out_to_be_a_secret_of_others_is_not_said_to_be_about_anybody(anna: Office) -> None:
    anna.member(BEN, connected=True)
    tom = anna.candidate("Tom Ray", "tom@people.example")
    shared = mail(AGENCY, ANNA, subject="Quiet")
    at = waiting(anna, shared)
    anna.label(ANNA, at["threadId"], "Lever/Secret")
    choose(anna, ANNA, at, "This conversation is about …", "jane")
    anna.sync(ANNA)
    mine = waiting(anna, shared, whose=BEN)

    ids = {"want": "conversation", "candidate": tom.id, "thread": mine["threadId"], "message": mine["id"]}
    anna.answer(BEN, "actions/link-candidate", parameters=ids)
    anna.sync(BEN)
    again = anna.answer(BEN, "actions/link-candidate", parameters=ids)
    anna.sync(BEN)

    assert "You are not among those who see it there." in says(again)
    [found] = anna.stored(anna.jane(), ANNA)
    assert found.summary.holders == {f"sub-{ANNA}", f"sub-{BEN}"}
    assert found.summary.candidates == {anna.jane().id}


# --- this address -----------------------------------------------------------------------------------------


def test_an_address_is_added_after_saying_what_comes_in_and_then_it_does(anna: Office) -> None:
    anna.member(BEN, connected=True)
    at = waiting(anna, mail(OTHER, ANNA, subject="One"))
    waiting(anna, mail(OTHER, ANNA, subject="Two"))
    waiting(anna, mail(OTHER, BEN, subject="Three"), whose=BEN)

    asked = choose(anna, ANNA, at, f"{OTHER} belongs to …", "jane")
    done = anna.press(ANNA, asked, "Link", opened=at)
    anna.sync(ANNA, BEN)

    assert f"{OTHER} is Jane Doe's." in says(asked)
    assert "2 waiting conversations will come in." in says(asked)
    assert f"{OTHER} is Jane Doe's from now on." in says(done)
    assert subjects(anna, anna.jane()) == ["One", "Three", "Two"]
    anna.synced_mail(mail(OTHER, ANNA, subject="Four"))
    assert "Four" in subjects(anna, anna.jane())


def test_what_waited_too_long_is_offered_on_home_instead(anna: Office) -> None:
    at = waiting(anna, mail(OTHER, ANNA))
    anna.clock.pass_time(days=31)

    asked = choose(anna, ANNA, at, f"{OTHER} belongs to …", "jane")
    anna.press(ANNA, asked, "Link", opened=at)
    anna.sync(ANNA)

    assert "waiting conversation" not in says(asked)
    assert "1 older conversation is then offered to you on Home." in says(asked)
    assert anna.stored(anna.jane(), ANNA) == []
    home = anna.answer(ANNA, "home")
    anna.press(ANNA, home, "Sync this conversation")
    anna.sync(ANNA)
    assert len(anna.stored(anna.jane(), ANNA)) == 1


def test_where_it_would_bring_in_something_else_by_now_it_asks_again(anna: Office) -> None:
    at = waiting(anna, mail(OTHER, ANNA))
    asked = choose(anna, ANNA, at, f"{OTHER} belongs to …", "jane")
    waiting(anna, mail(OTHER, ANNA))

    again = anna.press(ANNA, asked, "Link", opened=at)

    assert "2 waiting conversations will come in." in says(again)
    assert OTHER not in anna.jane().addresses


def test_what_waits_and_cannot_be_woken_in_time_is_left_for_the_next_hour(anna: Office) -> None:
    waiting(anna, mail(OTHER, ANNA))
    anna.services.store.save_candidates([linked(anna.jane(), OTHER)])

    late = renewing.renew(anna.services, until=anna.clock.now())
    still = anna.jane().to_wake
    then = renewing.renew(anna.services, until=anna.clock.now() + AT_MOST)

    assert (late.woken, late.more, still) == (0, True, True)
    assert (then.woken, then.more, anna.jane().to_wake) == (1, False, False)


def test_undone_the_address_is_gone_and_what_came_only_by_it_stops_and_stays(anna: Office) -> None:
    first = mail(OTHER, ANNA, subject="Only")
    at = waiting(anna, first)
    both = waiting(anna, mail(OTHER, ANNA, JANE, subject="Both"))
    anna.press(ANNA, choose(anna, ANNA, at, f"{OTHER} belongs to …", "jane"), "Link", opened=at)
    anna.sync(ANNA)
    card = anna.open(ANNA, at)

    undone = anna.press(ANNA, card, "Undo", opened=at)
    anna.deliver(mail(OTHER, ANNA, reply_to=first), ANNA)
    anna.sync(ANNA)

    assert f"{OTHER} was added to Jane Doe by hand." in says(card)
    assert "Undone." in says(undone)
    assert anna.jane().addresses == (JANE,)
    assert subjects(anna, anna.jane()) == ["Both"]
    assert "1 message stays in Lever." in says(anna.open(ANNA, at))
    assert "SYNCED" in says(anna.open(ANNA, both))
    assert Counter(act.verb for act in anna.audit() if "link" in act.verb) == Counter(
        ["link-address", "unlink-conversation", "unlink-address"]
    )


@pytest.mark.parametrize("what", ["This conversation is about …", f"{OTHER} belongs to …"])
def test_undone_no_thread_of_it_is_followed_any_more_though_they_are_more_than_one_commit_takes(
    anna: Office, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "MOST_IN_A_SLICE", 2)
    everybody = (ANNA, BEN, CARA)
    for each in everybody[1:]:
        anna.member(each, connected=True)
        anna.sync(each)
    at = anna.deliver(mail(OTHER, *everybody), *everybody)
    for each in everybody:
        anna.label(each, at[each]["threadId"])
        anna.sync(each)
    if OTHER in what:
        anna.press(ANNA, choose(anna, ANNA, at[ANNA], what, "jane"), "Link", opened=at[ANNA])
    else:
        for each in everybody:
            choose(anna, each, at[each], what, "jane")
    anna.sync(*everybody)
    before = [anna.thread(each, at[each]) for each in everybody]

    anna.press(ANNA, anna.open(ANNA, at[ANNA]), "Undo", opened=at[ANNA])

    after = [anna.thread(each, at[each]) for each in everybody]
    assert [thread and thread.state for thread in before] == [ThreadState.FOLLOWING] * 3
    assert len({thread and thread.conversation for thread in before}) == 1
    assert [thread and thread.state for thread in after] == [ThreadState.STOPPED] * 3


def undone_and_killed(office: Office, at: int) -> dict[str, str]:
    """A conversation that came by an address alone; taking that away was killed at this point."""
    where = waiting(office, mail(OTHER, ANNA, subject="Only"))
    office.press(ANNA, choose(office, ANNA, where, f"{OTHER} belongs to …", "jane"), "Link", opened=where)
    office.sync(ANNA)
    card = office.open(ANNA, where)
    with pytest.raises(Killed), watching(office, Points(dies_at=at)):
        office.press(ANNA, card, "Undo", opened=where)
    return where


@pytest.mark.parametrize("at", range(1, 6))
def test_an_undo_that_is_cut_short_is_ended_by_the_hourly_job(anna: Office, at: int) -> None:
    """Killed at any point after its first write, which makes it stand."""
    where = undone_and_killed(anna, at)
    assert anna.jane().addresses == (JANE,)
    renewing.renew(anna.services, until=anna.clock.now() + AT_MOST)

    assert subjects(anna, anna.jane()) == []
    assert "1 message stays in Lever." in says(anna.open(ANNA, where))
    assert not anna.services.store.candidates_to_do(limit=9).items
    done = [(act.verb, act.actor) for act in anna.audit() if act.verb.startswith("unlink")]
    assert sorted(done) == [("unlink-address", f"sub-{ANNA}"), ("unlink-conversation", f"sub-{ANNA}")]


def test_an_address_that_came_back_before_its_undo_was_ended_drops_nothing(anna: Office) -> None:
    undone_and_killed(anna, 1)
    undone = anna.jane()
    anna.services.store.save_candidates([linked(undone, OTHER)])

    late = follow_up(undone, anna.services)
    renewing.renew(anna.services, until=anna.clock.now() + AT_MOST)

    assert (late.dropped, late.whole) == (0, False)
    assert subjects(anna, anna.jane()) == ["Only"]
    assert (anna.jane().linked, anna.jane().to_do) == ((OTHER,), False)


def test_an_undo_that_takes_too_long_is_ended_by_pressing_again_or_by_the_job(anna: Office) -> None:
    undone_and_killed(anna, 1)
    late = renewing.renew(anna.services, until=anna.clock.now())
    ids = {"want": "undo", "candidate": anna.jane().id, "address": OTHER}

    again = anna.answer(ANNA, "actions/link-candidate", parameters=ids)

    assert (late.dropped, late.more) == (0, True)
    assert "Undone." in says(again)
    assert subjects(anna, anna.jane()) == []
    assert renewing.renew(anna.services, until=anna.clock.now() + AT_MOST).dropped == 0


def test_the_next_import_of_the_directory_keeps_what_members_said(anna: Office) -> None:
    at = waiting(anna, mail(OTHER, ANNA))
    anna.press(ANNA, choose(anna, ANNA, at, f"{OTHER} belongs to …", "jane"), "Link", opened=at)

    anna.candidate("Jane Doe", JANE, "jane@new.example")

    assert anna.jane().addresses == (JANE, "jane@new.example", OTHER)
    anna.candidate("Jane Doe", JANE, OTHER)
    assert (anna.jane().addresses, anna.jane().linked) == ((JANE, OTHER), ())


def test_an_address_that_is_not_one_strangers_is_refused_in_a_sentence(anna: Office) -> None:
    anna.candidate("Tom Ray", "tom@people.example")
    sentences = {
        "someone@acme.example": "This address is a colleague's.",
        "no-reply+7@board.example": "This address is not one person's.",
        "tom@people.example": "This address is another candidate's already.",
    }

    for address, sentence in sentences.items():
        ids = {"want": "address", "candidate": anna.jane().id, "address": address}
        assert sentence in says(anna.answer(ANNA, "actions/link-candidate", parameters=ids))
    assert anna.jane().addresses == (JANE,)


def test_an_address_added_by_hand_is_taken_away_on_the_candidates_card_too(anna: Office) -> None:
    at = waiting(anna, mail(OTHER, ANNA))
    anna.press(ANNA, choose(anna, ANNA, at, f"{OTHER} belongs to …", "jane"), "Link", opened=at)
    card = anna.answer(ANNA, "actions/candidate", parameters={"candidate": anna.jane().id})

    after = anna.press(ANNA, card, "Added by hand: undo", opened=at)

    assert offered(card).count("Added by hand: undo") == 1
    assert "Undone." in says(after)
    assert OTHER not in texts(after)
    assert anna.jane().addresses == (JANE,)


def test_where_a_list_takes_posts_is_nobodys_address(anna: Office) -> None:
    posted = mail(OTHER, "crew@posts.example", List_Post="<mailto:crew@posts.example>", List_Id="<crew.example>")
    at = anna.deliver(posted, ANNA)[ANNA]
    ids = {"want": "address", "candidate": anna.jane().id, "address": "crew@posts.example"}

    answer = anna.answer(ANNA, "actions/link-candidate", opened=at, parameters=ids)

    assert "This address is a mailing list's." in says(answer)
    assert "crew@posts.example belongs to …" not in offered(anna.open(ANNA, at))


def test_a_limited_member_says_nothing_of_addresses(anna: Office) -> None:
    anna.member(BEN, Role.LIMITED_TEAM_MEMBER, connected=True)
    at = waiting(anna, mail(OTHER, BEN), whose=BEN)

    card = anna.open(BEN, at)
    ids = {"want": "address", "candidate": anna.jane().id, "address": OTHER}
    answers = [
        anna.answer(BEN, "actions/link-candidate", opened=at, parameters=ids),
        anna.answer(BEN, "actions/search-candidates", opened=at, parameters={"want": "address", "address": OTHER}),
    ]

    assert not any("belongs to" in each for each in offered(card))
    assert all("Nothing here." in says(each) for each in answers)


def test_what_nobody_may_see_is_the_same_answer_whatever_is_pressed(anna: Office) -> None:
    anna.member(BEN)
    tom = anna.candidate("Tom Ray", "tom@people.example")
    at = anna.synced()
    anna.confirm(ANNA, anna.open(ANNA, at), "Make secret", "Make secret", opened=at, inputs={"audience": []})
    [found] = anna.stored(anna.jane(), ANNA)

    for want in ("conversation", "undo"):
        hidden, unknown = (
            anna.answer(
                BEN,
                "actions/link-candidate",
                parameters={"want": want, "candidate": tom.id, "conversation": conversation},
            )
            for conversation in (found.conversation.id, "0" * 32)
        )
        assert hidden == unknown
    assert anna.stored(tom, ANNA) == []


@pytest.mark.parametrize("want", ["conversation", "undo"])
def test_who_says_whom_a_secret_is_about_without_being_on_it_is_shown_to_who_made_it_secret(
    anna: Office, want: str
) -> None:
    anna.member(BEN, Role.ADMIN)
    joe = anna.candidate("Joe Roe", "joe@people.example")
    copies = anna.deliver(mail(JANE, ANNA), ANNA, BEN)
    anna.label(ANNA, copies[ANNA]["threadId"], "Lever/Secret")
    anna.sync(ANNA)
    [found] = anna.stored(anna.jane(), ANNA)
    named = {"conversation": found.conversation.id, "candidate": joe.id, "want": want}
    beside = {"message": copies[BEN]["id"], "thread": copies[BEN]["threadId"]}

    anna.answer(BEN, "actions/link-candidate", opened=copies[BEN], parameters=named | beside)

    who = {"conversation": found.conversation.id, "want": "who"}
    assert [act.actor for act in anna.audit() if act.verb == "open"] == [f"sub-{BEN}"]
    assert "Ben" in says(anna.answer(ANNA, "actions/conversation", parameters=who))
