"""Unticking Email: over at once, the token revoked and destroyed, what is stored kept; and on again later."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from addon import members, opting
from addon.gateways.scopes import BACKGROUND
from addon.opting.revoking import revoke
from addon.sync import Outcome
from addon.web.jobs import AT_MOST
from storage.port import ConflictError
from storage.records import Backfill, Role, Thread, ThreadState
from tests.cards.grammar import buttons, texts
from tests.office import ANNA, BASE_URL, BEN, JANE, JOBS_ACCOUNT, Office, mail

SUB = f"sub-{ANNA}"


def off(office: Office) -> dict[str, object]:
    return office.answer(ANNA, "actions/set-email", parameters={"want": "off"})


def is_alive(office: Office, token: str) -> bool:
    try:
        office.services.refreshed.redeem(token)
    except Exception:  # noqa: BLE001 (whatever Google says of it, it gives no token)
        return False
    return True


def token_of(office: Office) -> str:
    consent = office.services.store.consent(SUB)
    assert consent is not None
    return consent.refresh_token


def test_the_box_asks_before_it_turns_off_and_says_what_stays(anna: Office) -> None:
    anna.synced()

    asked = anna.answer(ANNA, "actions/set-email")

    assert anna.services.store.mailbox(SUB) is not None
    said = " ".join(texts(asked))
    assert "from your mailbox: 1 conversation. Your team keeps what is there." in said
    assert {"Turn off, keep them", "Stay on"} <= {each.text for each in buttons(asked)}


@pytest.mark.parametrize("want", ["", "of", "OFF", "no", "false", "off "])
def test_off_is_never_inferred(anna: Office, want: str) -> None:
    parameters = {"want": want} if want else None

    anna.answer(ANNA, "actions/set-email", parameters=parameters, inputs={})

    assert anna.services.store.mailbox(SUB) is not None


def test_off_is_over_at_once_the_token_is_dead_and_what_is_stored_stays(anna: Office) -> None:
    at = anna.synced()
    token = token_of(anna)

    off(anna)

    store = anna.services.store
    assert (store.consent(SUB), store.mailbox(SUB), store.bell(SUB)) == (None, None, None)
    assert not is_alive(anna, token)
    assert store.revocations(now=anna.clock.now(), limit=10) == []
    assert len(anna.stored(anna.jane(), ANNA)) == 1
    assert "NO LONGER UPDATED" in " ".join(texts(anna.open(ANNA, at)))


def test_where_mail_is_kept_no_card_says_that_nothing_is_and_beside_it_email_can_be_turned_on(
    anna: Office,
) -> None:
    at = anna.synced()
    off(anna)

    settings = " ".join(texts(anna.answer(ANNA, "actions/settings")))
    kept = anna.open(ANNA, at)
    other = anna.open(ANNA, anna.deliver(mail(JANE, ANNA, subject="Something else"), ANNA)[ANNA])

    assert "Off. Nothing new is read from your mailbox." in settings
    assert "1 conversation, 1 message." in settings
    for card in (kept, other):
        assert "Email is off: nothing comes in from your mailbox." in " ".join(texts(card))
        assert "Turn on Email first" in {each.text for each in buttons(card)}
    assert "1 message stays in Lever." in " ".join(texts(kept))


def test_nothing_that_waited_to_be_read_is_read_after_it(anna: Office) -> None:
    at = anna.synced()
    anna.deliver(mail(JANE, ANNA), ANNA)
    anna.label(ANNA, at["threadId"])
    anna.services.store.ring(SUB, now=anna.clock.now(), soon=AT_MOST, gap=AT_MOST)

    off(anna)
    anna.simulator.control.reset_meter()
    anna.clock.pass_time(hours=1)

    assert anna.sweep() == 0
    assert anna.calls() == []


def test_what_waited_for_a_candidate_is_forgotten(anna: Office) -> None:
    at = anna.deliver(mail("unknown@else.example", ANNA), ANNA)[ANNA]
    anna.label(ANNA, at["threadId"])
    anna.sync(ANNA)
    assert anna.services.store.threads_in(SUB, ThreadState.WAITING, limit=10).items

    off(anna)

    assert not anna.services.store.threads_in(SUB, ThreadState.WAITING, limit=10).items
    assert anna.thread(ANNA, at) is None


@pytest.mark.parametrize("times", [5, 1000])
def test_however_long_one_thread_is_being_changed_the_others_end_and_it_is_said_where_one_is_left(
    anna: Office, times: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    waits = [anna.deliver(mail(f"{n}@else.example", ANNA), ANNA)[ANNA]["threadId"] for n in range(3)]
    for thread in waits:
        anna.label(ANNA, thread)
    anna.sync(ANNA)
    busy, tried, save = min(waits), list[int](), anna.services.store.save_threads

    def conflicting(threads: Sequence[Thread], *, forget: Sequence[Thread] = ()) -> None:
        if busy in {each.id for each in (*threads, *forget)} and len(tried) < times:
            tried.append(1)
            raise ConflictError
        save(threads, forget=forget)

    monkeypatch.setattr(anna.services.store, "save_threads", conflicting)

    off(anna)

    left = {each.id for each in anna.services.store.threads_in(SUB, ThreadState.WAITING, limit=10).items}
    assert left == ({busy} if times == 1000 else set())
    assert ("being changed" in caplog.text) == bool(left)


def test_off_twice_is_off_once(anna: Office) -> None:
    off(anna)

    answer = off(anna)

    assert anna.services.store.mailbox(SUB) is None
    assert "Email is off. Nothing is read any more." in texts(answer)


# --- a token that cannot be revoked -----------------------------------------------------------------------


def test_a_token_that_google_did_not_revoke_waits_is_used_for_nothing_and_is_tried_again(anna: Office) -> None:
    token = token_of(anna)
    anna.simulator.control.fault("POST /revoke", status=503, times=1)

    off(anna)

    assert anna.services.store.mailbox(SUB) is None
    assert is_alive(anna, token)
    anna.clock.pass_time(minutes=2)
    assert opting.tidy(anna.services) == 1
    assert not is_alive(anna, token)
    assert opting.tidy(anna.services) == 0


def test_the_scheduler_revokes_what_waits(anna: Office) -> None:
    anna.simulator.control.fault("POST /revoke", status=503, times=1)
    off(anna)
    anna.clock.pass_time(minutes=2)
    token = anna.simulator.control.id_token(aud=f"{BASE_URL}/jobs/renew", email=JOBS_ACCOUNT, sub="scheduler")

    response = anna.client.post("/jobs/renew", headers={"Authorization": f"Bearer {token}"})

    said = response.get_json()
    assert (said["revoked"], said["renewed"], said["more"]) == (1, 0, False)


def test_after_seven_days_of_trying_the_token_is_destroyed_all_the_same(anna: Office) -> None:
    anna.simulator.control.fault("POST /revoke", status=503, times=1000)
    off(anna)

    for _ in range(7 * 24):
        anna.clock.pass_time(hours=1)
        opting.tidy(anna.services)

    assert anna.services.store.revocations(now=anna.clock.now().replace(year=2100), limit=10) == []


def test_turned_on_again_the_old_token_is_not_revoked_for_that_would_end_the_new_one(anna: Office) -> None:
    anna.simulator.control.fault("POST /revoke", status=503, times=1)
    off(anna)
    assert anna.consent(ANNA).status_code == 200
    anna.clock.pass_time(hours=1)

    assert opting.tidy(anna.services) == 0
    assert is_alive(anna, token_of(anna))


def test_a_token_listed_for_revoking_before_its_owner_turned_on_again_is_forgotten_only(anna: Office) -> None:
    anna.simulator.control.fault("POST /revoke", status=503, times=1)
    off(anna)
    anna.clock.pass_time(minutes=2)
    [listed] = anna.services.store.revocations(now=anna.clock.now(), limit=10)
    anna.consent(ANNA)

    revoke(listed, anna.services)

    assert is_alive(anna, token_of(anna))


# --- on again ---------------------------------------------------------------------------------------------


def test_on_again_what_was_labelled_before_waits_for_its_owners_word(anna: Office) -> None:
    at = anna.synced()
    off(anna)
    reply = mail(JANE, ANNA, subject="Re: Application")
    anna.deliver(reply, ANNA)

    anna.consent(ANNA)
    anna.sync(ANNA)

    mailbox = anna.services.store.mailbox(SUB)
    assert mailbox is not None
    assert (mailbox.backfill, mailbox.labelled_before) == (Backfill.UNANSWERED, 1)
    thread = anna.thread(ANNA, at)
    assert thread is not None
    assert thread.state is ThreadState.STOPPED


def test_on_again_and_all_brought_in_goes_on_where_it_stopped(anna: Office) -> None:
    first = mail(JANE, ANNA, subject="Application")
    at = anna.synced_mail(first)
    off(anna)
    anna.deliver(mail(JANE, ANNA, reply_to=first), ANNA)
    anna.consent(ANNA)

    anna.answer(ANNA, "actions/settings", parameters={"want": "backfill-all"})
    [outcome] = anna.sync(ANNA)

    assert outcome is Outcome.COMPLETE
    [found] = anna.stored(anna.jane(), ANNA)
    assert found.summary.count == 2
    thread = anna.thread(ANNA, at)
    assert thread is not None
    assert thread.state is ThreadState.FOLLOWING


# --- leaving ----------------------------------------------------------------------------------------------


def test_offboarding_revokes_the_token_and_keeps_what_is_stored(anna: Office) -> None:
    anna.synced()
    anna.member(BEN)
    token = token_of(anna)

    left = members.offboard(ANNA, anna.services, actor="operator:test")

    assert left.was_on
    assert not is_alive(anna, token)
    assert anna.services.store.mailbox(SUB) is None
    assert len(anna.stored(anna.jane(), BEN)) == 1
    assert any("Your role does not use" in text for text in texts(anna.answer(ANNA, "home")))


def test_offboarding_names_the_secret_conversations_that_only_they_saw_by_id(anna: Office) -> None:
    anna.member(BEN)
    ours = anna.synced(also=[BEN], subject="Ours")
    theirs = anna.synced(subject="Theirs")
    for at in (ours, theirs):
        boxes = {"audience": [f"sub-{BEN}"]}
        anna.confirm(ANNA, anna.open(ANNA, at), "Make secret", "Make secret", opened=at, inputs=boxes)
    by_subject = {found.summary.subject: found.conversation.id for found in anna.stored(anna.jane(), ANNA)}

    left = members.offboard(ANNA, anna.services, actor="operator:test")

    assert left.only_theirs == (by_subject["Theirs"],)


def test_a_secret_into_which_an_interviewer_was_let_was_seen_by_nobody_else(anna: Office) -> None:
    anna.member(BEN)
    at = anna.synced(also=[BEN], subject="Ours")
    boxes = {"audience": [f"sub-{BEN}"]}
    anna.confirm(ANNA, anna.open(ANNA, at), "Make secret", "Make secret", opened=at, inputs=boxes)
    members.set_role(BEN, Role.INTERVIEWER, anna.services, actor="operator:test")

    left = members.offboard(ANNA, anna.services, actor="operator:test")

    assert len(left.only_theirs) == 1


def test_who_comes_back_is_given_a_role_and_is_a_member_again(anna: Office) -> None:
    members.offboard(ANNA, anna.services, actor="operator:test")

    member = members.set_role(ANNA, Role.TEAM_MEMBER, anna.services, actor="operator:test")

    assert member.left_at is None
    assert anna.consent(ANNA).status_code == 200


def test_who_becomes_an_interviewer_has_email_off_and_the_token_revoked(anna: Office) -> None:
    token = token_of(anna)

    members.set_role(ANNA, Role.INTERVIEWER, anna.services, actor="operator:test")

    assert anna.services.store.mailbox(SUB) is None
    assert not is_alive(anna, token)


def test_every_turn_of_the_box_is_in_the_audit_log(anna: Office) -> None:
    off(anna)
    anna.consent(ANNA)
    members.offboard(ANNA, anna.services, actor="operator:test")

    done = [(act.actor, act.verb) for act in anna.audit() if act.subject == SUB]
    assert (SUB, "email-off") in done
    assert (SUB, "email-on") in done
    assert ("operator:test", "offboard") in done


def test_a_token_granted_without_the_page_is_refused_where_the_page_would_refuse_it(anna: Office) -> None:
    anna.member(BEN)
    grant = anna.simulator.control.grant(BEN, BACKGROUND)

    with pytest.raises(members.MemberError):
        members.connect(ANNA, grant["refresh_token"], anna.services, actor="operator:test")
