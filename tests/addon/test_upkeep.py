"""What an operator is told of mailboxes that nobody reads or Gmail does not tell of, and what renews them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from click.testing import Result

from storage.records import Act, Attention
from tests.office import ANNA, BEN, JANE, TOPIC, Office


def _run(office: Office, *args: str) -> Result:
    return office.client.application.test_cli_runner().invoke(args=list(args))


@pytest.fixture
def anna(office: Office) -> Office:
    office.member(ANNA, connected=True)
    office.candidate("Jane Doe", JANE)
    office.sync(ANNA)
    return office


def _end_access(office: Office) -> None:
    """As when its owner ends it on Google's own page."""
    consent = office.services.store.consent(f"sub-{ANNA}")
    assert consent is not None
    office.services.tokens.revoke(consent.refresh_token)


def test_doctor_says_that_nobody_hears_gmail_where_the_door_is_shut(make_office: Callable[..., Office]) -> None:
    office = make_office(PUBSUB_TOPIC=TOPIC, PUSH_SERVICE_ACCOUNT="")

    result = _run(office, "doctor")

    assert result.exit_code == 1
    assert "! /push is shut and PUBSUB_TOPIC is set" in result.output


def test_doctor_does_not_fail_every_night_over_a_scheduler_that_is_not_wanted(
    make_office: Callable[..., Office],
) -> None:
    result = _run(make_office(JOBS_SERVICE_ACCOUNT=""), "doctor")

    assert result.exit_code == 0
    assert result.output.startswith("- /jobs is shut")
    assert "Nothing is wrong" in result.output


def test_doctor_says_that_nobody_is_super_admin_until_somebody_is(office: Office) -> None:
    office.member(ANNA)
    before = _run(office, "doctor").output

    _run(office, "members", "set-role", ANNA, "super_admin")

    assert "- Nobody is Super Admin: who is named in SUPER_ADMINS" in before
    assert "Super Admin" not in _run(office, "doctor").output


def test_doctor_counts_mailboxes_that_no_job_reads_and_that_gmail_does_not_tell_of(
    make_office: Callable[..., Office],
) -> None:
    office = make_office(PUBSUB_TOPIC=TOPIC)
    for email in (ANNA, BEN):
        office.member(email, connected=True)
    office.sync(ANNA, BEN)
    assert _run(office, "doctor").exit_code == 0

    office.clock.pass_time(days=6)
    office.sync(BEN)

    result = _run(office, "doctor")
    assert "! 1 mailboxes were not read to their end for half an hour" in result.output
    assert "! 1 mailboxes are not told of by Gmail" in result.output


def test_doctor_expects_no_telling_where_no_topic_is_set(office: Office) -> None:
    office.member(ANNA, connected=True)
    office.sync(ANNA)

    assert _run(office, "doctor").exit_code == 0


def test_renew_has_gmail_go_on_telling(make_office: Callable[..., Office]) -> None:
    office = make_office(PUBSUB_TOPIC=TOPIC)
    office.member(ANNA, connected=True)

    result = _run(office, "renew")

    assert result.exit_code == 0
    assert "Gmail was asked to go on telling of 1 mailboxes." in result.output
    assert len(office.calls("watch")) == 1


def test_doctor_says_once_why_a_mailbox_is_not_read(anna: Office) -> None:
    _end_access(anna)
    anna.clock.pass_time(hours=1)
    anna.sync(ANNA)

    said = _run(anna, "doctor").output

    assert f"! {ANNA} not read since" in said
    assert "half an hour" not in said


def test_doctor_tells_of_a_mailbox_that_lost_its_label_and_is_not_read_either(
    make_office: Callable[..., Office],
) -> None:
    office = make_office(PUBSUB_TOPIC=TOPIC)
    office.member(ANNA, connected=True)
    office.synced()
    office.simulator.control.delete_label(ANNA, "Lever")
    office.clock.pass_time(days=1)
    office.sync(ANNA)
    mailbox = office.services.store.mailbox(f"sub-{ANNA}")
    assert mailbox is not None
    assert mailbox.attention is Attention.LABEL_GONE
    office.clock.pass_time(days=6)

    said = _run(office, "doctor").output

    assert "! 1 mailboxes were not read to their end for half an hour" in said
    assert "! 1 mailboxes are not told of by Gmail" in said


def test_doctor_says_that_google_wants_a_pause(anna: Office) -> None:
    anna.simulator.control.fault(
        "GET .*/history", status=429, reason="rateLimitExceeded", times=1, retry_after=7200
    )
    anna.sync(ANNA)

    assert "! 1 mailboxes rest: Google asked for a slower pace" in _run(anna, "doctor").output


def test_doctor_names_what_waits_too_long_and_stops_when_it_is_done(anna: Office) -> None:
    at = anna.synced()
    anna.confirm(ANNA, anna.open(ANNA, at), *["Remove from Lever"] * 2, opened=at)
    anna.clock.pass_time(days=29)
    anna.simulator.control.fault("POST /revoke", status=503, times=1)
    anna.answer(ANNA, "actions/set-email", parameters={"want": "off"})
    _run(anna, "audit", "seal")
    anna.clock.pass_time(hours=23)
    assert _run(anna, "doctor").exit_code == 0

    anna.clock.pass_time(days=3)
    anna.services.store.record(Act(actor="operator:test", verb="a", at=anna.clock.now() - timedelta(hours=3)))

    said = _run(anna, "doctor").output
    assert "! 1 tokens wait to be revoked" in said
    assert "! 1 conversations are to be destroyed" in said
    assert "! 1 rows of the audit log wait for their seal" in said

    _run(anna, "renew")
    _run(anna, "purge")
    assert _run(anna, "doctor").exit_code == 0
