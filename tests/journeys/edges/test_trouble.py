"""Access that ends or narrows while a mailbox is being read, and Gmail's ways to say later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from addon import members as colleagues
from addon.gateways.gmail import StoredGmail
from addon.gateways.scopes import BACKGROUND
from addon.policy.mail import Mail
from addon.sync import Outcome
from storage.records import Attention, Mailbox
from tests.cards.grammar import buttons, texts
from tests.office import ANNA, JANE, Office, mail

SUB = f"sub-{ANNA}"
METADATA = "https://www.googleapis.com/auth/gmail.metadata"


def labelled(office: Office, subject: str) -> dict[str, str]:
    at = office.deliver(mail(JANE, ANNA, subject=subject), ANNA)[ANNA]
    office.label(ANNA, at["threadId"])
    return at


def box(office: Office) -> Mailbox:
    found = office.services.store.mailbox(SUB)
    assert found is not None
    return found


def subjects(office: Office) -> set[str]:
    return {found.summary.subject for found in office.stored(office.jane(), ANNA)}


def before_the_second(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Before the second thread is read, `act` happens, once."""
    asked, read = StoredGmail.thread, list[str]()

    def thread(gmail: StoredGmail, id: str) -> list[Mail]:
        read.append(id)
        if len(read) == 2:
            act()
        return asked(gmail, id)

    monkeypatch.setattr(StoredGmail, "thread", thread)


@pytest.mark.parametrize("how", ["revoked", "password", "expired"])
def test_access_that_ends_between_two_threads_is_a_state_and_reconnecting_reads_the_second(
    anna: Office, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    for subject in ("First", "Second"):
        at = labelled(anna, subject)

    def ends() -> None:
        anna.simulator.control.end_grants(ANNA, how)  # type: ignore[arg-type]
        anna.services.tokens.forget(SUB)

    before_the_second(monkeypatch, ends)
    outcome = anna.sync(ANNA)
    half = subjects(anna)
    anna.simulator.control.reset_meter()
    anna.sync(ANNA)
    shown, asked_again = anna.open(ANNA, at), anna.calls("threads.get")
    anna.consent(ANNA)
    anna.sync(ANNA)

    assert outcome == [Outcome.RESTING]
    assert len(half) == 1
    assert asked_again == []
    assert "Google access ended." in " ".join(texts(shown))
    assert "Reconnect" in [each.text for each in buttons(shown)]
    assert box(anna).attention is None
    assert subjects(anna) == {"First", "Second"}


def test_turned_off_between_two_threads_nothing_is_stored_after_it(
    anna: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for subject in ("First", "Second", "Third"):
        labelled(anna, subject)

    before_the_second(monkeypatch, lambda: anna.answer(ANNA, "actions/set-email", parameters={"want": "off"}))
    anna.sync(ANNA)
    then = subjects(anna)
    anna.clock.pass_time(days=1)
    anna.sweep()

    assert len(then) == 1
    assert subjects(anna) == then
    assert anna.services.store.work(SUB, now=anna.clock.now(), limit=9) == []
    assert anna.services.store.consent(SUB) is None


def test_a_box_unticked_at_the_next_consent_stays_a_state_and_ticked_it_goes_on_where_it_was(anna: Office) -> None:
    anna.synced()
    anna.simulator.control.end_grants(ANNA, "revoked")
    anna.services.tokens.forget(SUB)
    anna.sync(ANNA)

    anna.consent(ANNA, scopes=[])
    anna.sync(ANNA)
    narrowed = box(anna).attention
    labelled(anna, "Second")
    anna.consent(ANNA)
    anna.sync(ANNA)

    assert narrowed is not None
    assert box(anna).attention is None
    assert subjects(anna) == {"Application", "Second"}


def test_a_token_that_also_has_the_metadata_scope_is_a_state_and_loses_nothing(anna: Office) -> None:
    poisoned = anna.simulator.control.grant(ANNA, [*BACKGROUND, METADATA])
    colleagues.connect(ANNA, poisoned["refresh_token"], anna.services, actor="operator:test")
    labelled(anna, "Application")

    anna.sync(ANNA)
    state = box(anna).attention
    anna.connect(ANNA)
    anna.sync(ANNA)

    assert state is Attention.SCOPES_MISSING
    assert subjects(anna) == {"Application"}


@pytest.mark.parametrize(
    ("status", "reason", "message"),
    [
        (403, "rateLimitExceeded", "Quota exceeded for quota metric 'Total Query Cost'"),
        (429, "userRateLimitExceeded", "Too many concurrent requests for user"),
        (429, "rateLimitExceeded", ""),
    ],
    ids=["total query cost", "concurrency", "rate"],
)
def test_a_mailbox_that_gmail_slows_down_in_the_middle_rests_and_goes_on_where_it_was(
    anna: Office, status: int, reason: str, message: str
) -> None:
    for n in range(3):
        labelled(anna, f"Thread {n}")
    more = {"message": message} if message else {}
    anna.simulator.control.fault("GET .*/threads/", status=status, reason=reason, times=1, **more)

    outcome = anna.sync(ANNA)
    box_then = box(anna)
    again = anna.sync(ANNA)

    assert (outcome, again) == ([Outcome.RESTING], [Outcome.COMPLETE])
    assert box_then.cooldown_until is not None
    assert box_then.attention is None
    assert subjects(anna) == {f"Thread {n}" for n in range(3)}
    assert len([call for call in anna.calls("threads.get") if call["status"] == 200]) == 3


def test_a_mailbox_that_is_slowed_down_again_rests_for_more_than_a_minute_until_a_run_came_to_its_end(
    anna: Office,
) -> None:
    rests = []
    for times in (3, 1):
        labelled(anna, f"{times} times")
        anna.simulator.control.fault("GET .*/threads/", status=429, reason="rateLimitExceeded", times=times)
        for _ in range(times):
            anna.clock.pass_time(minutes=2)
            assert anna.sync_now(ANNA) == [Outcome.RESTING]
            until = box(anna).cooldown_until
            assert until is not None
            rests.append(round((until - anna.clock.now()).total_seconds()))
        anna.clock.pass_time(minutes=2)
        assert anna.sync_now(ANNA) == [Outcome.COMPLETE]

    assert rests == [5, 64, 64, 5]
    assert subjects(anna) == {"3 times", "1 times"}


def test_gmail_switched_off_by_the_domain_is_a_state_that_ends_by_itself(anna: Office) -> None:
    labelled(anna, "Application")
    anna.simulator.control.fault("GET .*/threads/", status=403, reason="domainPolicy", times=1)

    anna.sync(ANNA)
    state = box(anna).attention
    for _ in range(3):
        anna.clock.pass_time(days=1)
        anna.sweep()

    assert state is Attention.GMAIL_OFF
    assert box(anna).attention is None
    assert subjects(anna) == {"Application"}


def test_a_time_three_hours_away_is_waited_for_and_nothing_is_asked_before(anna: Office) -> None:
    labelled(anna, "Application")
    at = anna.clock.now().replace(microsecond=0) + timedelta(hours=3)
    text = at.isoformat().replace("+00:00", "Z")
    anna.simulator.control.fault("GET .*/threads/", status=429, reason="rateLimitExceeded", times=1, retry_at=text)
    anna.sync(ANNA)
    anna.simulator.control.reset_meter()

    for _ in range(17):
        anna.clock.pass_time(minutes=10)
        anna.sweep()
    asked = anna.calls()
    anna.clock.pass_time(minutes=12)
    anna.sweep()

    assert asked == []
    assert subjects(anna) == {"Application"}
