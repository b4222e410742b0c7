"""What an operator is told of mailboxes that nobody reads or Gmail does not tell of, and what renews them."""

from __future__ import annotations

from collections.abc import Callable

from click.testing import Result

from tests.office import ANNA, BEN, TOPIC, Office


def _run(office: Office, *args: str) -> Result:
    return office.client.application.test_cli_runner().invoke(args=list(args))


def test_doctor_says_that_nobody_hears_gmail_where_the_door_is_shut(make_office: Callable[..., Office]) -> None:
    office = make_office(PUBSUB_TOPIC=TOPIC, PUSH_SERVICE_ACCOUNT="")

    result = _run(office, "doctor")

    assert result.exit_code == 1
    assert "! /push is shut and PUBSUB_TOPIC is set" in result.output


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
