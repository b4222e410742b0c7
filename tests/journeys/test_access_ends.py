"""Access to a mailbox ends: a state with a way back, one question to Google, and no storm of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from addon.gateways.google import tokens
from addon.sync import Outcome
from storage.records import Attention, Mailbox, Role
from tests.cards.grammar import buttons, texts
from tests.office import ANNA, BEN, JANE, Office, mail

SUB = f"sub-{ANNA}"


def mailbox(office: Office, email: str = ANNA) -> Mailbox:
    found = office.services.store.mailbox(f"sub-{email}")
    assert found is not None
    return found


def end_access(office: Office, email: str = ANNA) -> None:
    """As when its owner ends it on Google's own page."""
    consent = office.services.store.consent(f"sub-{email}")
    assert consent is not None
    office.services.tokens.revoke(consent.refresh_token)


def test_ended_access_is_a_state_with_a_button_and_reconnecting_goes_on_where_it_ended(anna: Office) -> None:
    first = mail(JANE, ANNA, subject="Application")
    at = anna.synced_mail(first)
    end_access(anna)
    anna.deliver(mail(JANE, ANNA, reply_to=first), ANNA)

    [outcome] = anna.sync(ANNA)
    home, card = anna.answer(ANNA, "home"), anna.open(ANNA, at)

    assert outcome is Outcome.RESTING
    assert mailbox(anna).attention is Attention.ACCESS_ENDED
    for shown in (home, card):
        assert "Google access ended." in " ".join(texts(shown))
        assert "Reconnect" in [each.text for each in buttons(shown)]
    anna.consent(ANNA)
    anna.sync(ANNA)
    [found] = anna.stored(anna.jane(), ANNA)
    assert found.summary.count == 2
    assert mailbox(anna).attention is None


def test_a_copy_that_is_out_can_be_brought_back_while_access_is_ended(anna: Office) -> None:
    anna.member(BEN, connected=True)
    copies = anna.deliver(mail(JANE, ANNA, BEN), ANNA, BEN)
    for holder, at in copies.items():
        anna.label(holder, at["threadId"])
    anna.sync(ANNA, BEN)
    at = copies[ANNA]
    anna.confirm(ANNA, anna.open(ANNA, at), "Remove from Lever", "Take only my copy out", opened=at)
    end_access(anna)
    anna.sync(ANNA)

    anna.press(ANNA, anna.open(ANNA, at), "Undo", opened=at)

    assert "Google access ended." in " ".join(texts(anna.open(ANNA, at)))
    [found] = anna.stored(anna.jane(), ANNA)
    assert found.summary.holders == {SUB, f"sub-{BEN}"}


def test_nobody_is_told_that_replies_come_in_from_a_mailbox_that_is_not_read(anna: Office) -> None:
    anna.member(BEN)
    copies = anna.deliver(mail(JANE, ANNA, BEN, subject="Application"), ANNA, BEN)
    anna.label(ANNA, copies[ANNA]["threadId"])
    anna.sync(ANNA)
    before = candidate_card(anna, BEN)
    end_access(anna)
    anna.sync(ANNA)

    assert "New replies come in by themselves." in said(before)
    for shown in (anna.open(BEN, copies[BEN]), candidate_card(anna, BEN), candidate_card(anna, ANNA)):
        assert "New replies come in by themselves." not in said(shown)
        assert "no longer updated" in said(shown).casefold()


def test_a_candidates_card_offers_to_reconnect_and_not_to_turn_on_what_is_on(anna: Office) -> None:
    end_access(anna)
    anna.sync(ANNA)

    card = candidate_card(anna, ANNA)

    assert "Google access ended." in said(card)
    assert [each.text for each in buttons(card) if each.url.endswith("/set-email")] == ["Reconnect"]


def said(card: dict[str, Any]) -> str:
    return "\n".join(texts(card))


def candidate_card(office: Office, email: str) -> dict[str, Any]:
    return office.answer(email, "actions/candidate", parameters={"candidate": office.jane().id})


def test_a_mailbox_whose_access_ended_is_not_asked_for_again(anna: Office) -> None:
    end_access(anna)
    anna.sync(ANNA)
    anna.simulator.control.reset_meter()

    for _ in range(10):
        anna.sync(ANNA)

    assert anna.calls() == []


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_blip_signs_nobody_out(anna: Office, status: int) -> None:
    anna.services.tokens.forget(SUB)
    anna.simulator.control.fault("POST /token", status=status, reason="internal_failure", times=1)
    consent = anna.services.store.consent(SUB)

    anna.sync(ANNA)
    [outcome] = anna.sync(ANNA)

    assert outcome is Outcome.COMPLETE
    assert mailbox(anna).attention is None
    assert anna.services.store.consent(SUB) == consent


def refuses(office: Office, *, times: int) -> None:
    office.simulator.control.fault("GET /gmail/", status=401, reason="authError", times=times)


def test_a_new_token_that_gmail_refuses_is_a_blip_too(anna: Office) -> None:
    refuses(anna, times=2)

    assert anna.sync(ANNA, ANNA) == [Outcome.LATER, Outcome.COMPLETE]

    assert mailbox(anna).attention is None


def test_where_gmail_refuses_every_new_token_for_hours_access_has_ended(
    anna: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "REFUSED_FOR", timedelta(minutes=2))
    refuses(anna, times=100)

    assert anna.sync(ANNA, ANNA) == [Outcome.LATER] * 2
    assert mailbox(anna).attention is None
    assert anna.sync(ANNA) == [Outcome.RESTING]
    anna.simulator.control.clear_faults()

    assert mailbox(anna).attention is Attention.ACCESS_ENDED
    assert "Reconnect" in [each.text for each in buttons(anna.answer(ANNA, "home"))]
    anna.consent(ANNA)
    assert anna.sync(ANNA) == [Outcome.COMPLETE]


def test_refusals_with_a_good_run_between_them_end_nothing(anna: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "REFUSED_FOR", timedelta(minutes=2))
    for _ in range(3):
        refuses(anna, times=2)
        assert anna.sync(ANNA, ANNA) == [Outcome.LATER, Outcome.COMPLETE]

    assert mailbox(anna).attention is None


def test_our_own_client_refused_ends_no_mailbox(anna: Office) -> None:
    anna.services.tokens.forget(SUB)
    anna.simulator.control.fault("POST /token", status=401, reason="invalid_client", times=1)

    [outcome] = anna.sync(ANNA)

    assert outcome is Outcome.RESTING
    assert mailbox(anna).attention is None
    anna.clock.pass_time(minutes=11)
    assert anna.sync(ANNA) == [Outcome.COMPLETE]


def test_where_access_ends_in_many_mailboxes_at_once_google_is_left_alone_for_a_while(office: Office) -> None:
    emails = [f"member{n}@acme.example" for n in range(7)]
    for email in emails:
        office.member(email, connected=True)
        office.sync(email)
    for email in emails:
        end_access(office, email)
        office.services.tokens.forget(f"sub-{email}")

    outcomes = [outcome for email in emails for outcome in office.sync_now(email)]

    assert outcomes == [Outcome.RESTING] * 7
    ended = [mailbox(office, email).attention is Attention.ACCESS_ENDED for email in emails]
    assert ended == [True] * 5 + [False] * 2
    assert all(mailbox(office, email).cooldown_until for email in emails[5:])


def test_an_admins_home_says_whose_mailbox_is_not_read_and_what_only_it_follows(anna: Office) -> None:
    anna.synced()
    anna.member(BEN, Role.ADMIN)
    end_access(anna)
    anna.sync(ANNA)

    home, own = anna.answer(BEN, "home"), anna.answer(ANNA, "home")

    assert any("Anna's mailbox has not been read since" in text for text in texts(home))
    assert any("1 conversation is only there." in text for text in texts(home))
    assert not any("has not been read since" in text for text in texts(own))


def test_an_admin_who_is_the_candidate_is_told_no_number_of_what_is_about_them(anna: Office) -> None:
    anna.synced()
    ben = anna.member(BEN, Role.ADMIN)
    anna.services.store.save_member(replace(ben, self_candidates=frozenset({anna.jane().id})))
    end_access(anna)
    anna.sync(ANNA)

    home = texts(anna.answer(BEN, "home"))

    assert any("Anna's mailbox has not been read since" in text for text in home)
    assert not any("1 conversation is only there." in text for text in home)


def test_doctor_says_it_too_and_fails(anna: Office) -> None:
    anna.synced()
    end_access(anna)
    anna.sync(ANNA)

    result = anna.client.application.test_cli_runner().invoke(args=["doctor"])

    assert result.exit_code == 1
    assert f"{ANNA} not read since" in result.output
    assert "Only there: 1 conversations." in result.output


def test_a_company_in_which_nothing_is_wrong_hears_so_from_doctor(anna: Office) -> None:
    anna.member("root@acme.example", Role.SUPER_ADMIN)

    result = anna.client.application.test_cli_runner().invoke(args=["doctor"])

    assert (result.exit_code, result.output) == (0, "Nothing is wrong that can be seen from here.\n")
