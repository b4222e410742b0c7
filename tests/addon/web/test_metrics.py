"""The figures: by kind, for whoever may run the jobs, and never about anybody."""

from __future__ import annotations

import re
from collections.abc import Callable

from addon import renewing
from addon.policy.upkeep import LATE_AFTER
from storage.records import Attention
from tests.office import ANNA, BASE_URL, BEN, JANE, JOBS_ACCOUNT, PUSH_ACCOUNT, TOPIC, Office, mail, push_body

LINE = re.compile(r'lever_[a-z_]+(\{kind="[a-z_]+"\})? [0-9.e+]+')


def figures(office: Office, account: str = JOBS_ACCOUNT) -> str:
    token = office.simulator.control.id_token(aud=f"{BASE_URL}/metrics", email=account, sub="prometheus")
    response = office.client.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == (200 if account == JOBS_ACCOUNT else 401)
    assert response.content_type.startswith("text/plain" if account == JOBS_ACCOUNT else "application/json")
    return response.get_data(as_text=True)


def values(office: Office) -> dict[str, float]:
    lines = [line for line in figures(office).splitlines() if not line.startswith("#")]
    return {line.rpartition(" ")[0].removeprefix("lever_"): float(line.rpartition(" ")[2]) for line in lines}


def test_what_was_pushed_run_and_watched_is_counted_by_kind(make_office: Callable[..., Office]) -> None:
    office = make_office(PUBSUB_TOPIC=TOPIC)
    office.member(ANNA, connected=True)
    office.sync(ANNA)
    for body in (b"?", push_body({"emailAddress": "x@y.example"}), push_body({"emailAddress": ANNA})):
        office.push_raw(body)

    found = values(office)

    assert found['pushes_total{kind="unreadable"}'] == 1
    assert found['pushes_total{kind="unknown"}'] == 1
    assert found['pushes_total{kind="rung"}'] == 1
    assert found['turns_total{kind="complete"}'] == 1
    assert found['watches_total{kind="renewed"}'] == 1


def test_mailboxes_are_counted_by_how_they_are(make_office: Callable[..., Office]) -> None:
    office = make_office(PUBSUB_TOPIC=TOPIC)
    for email in (ANNA, BEN):
        office.member(email, connected=True)
    office.sync(ANNA)
    office.clock.pass_time(days=2000)
    office.simulator.control.fault("POST /token", status=400, reason="invalid_grant", times=1)
    office.sync(BEN)
    mailbox = office.services.store.mailbox(f"sub-{BEN}")
    assert mailbox is not None
    assert mailbox.attention is Attention.ACCESS_ENDED

    found = values(office)

    assert (found['mailboxes{kind="well"}'], found['mailboxes{kind="access_ended"}']) == (1, 1)
    # Whoever must act first is counted as that alone, or an alarm over late ones would never end.
    assert (found['mailboxes{kind="late"}'], found['mailboxes{kind="unwatched"}']) == (1, 1)


def test_a_mailbox_that_google_wants_left_in_peace_is_counted_at_once(office: Office) -> None:
    office.member(ANNA, connected=True)
    assert values(office)['mailboxes{kind="cooling"}'] == 0
    office.simulator.control.fault("GET .*", status=429, reason="rateLimitExceeded", times=1, retry_after=900)
    office.sync(ANNA)

    assert values(office)['mailboxes{kind="cooling"}'] == 1
    assert values(office)['mailboxes{kind="late"}'] == 0


def test_what_waits_with_nobody_looking_on_is_counted_with_its_age(office: Office) -> None:
    office.member(ANNA, connected=True)
    renewing.renew(office.services, until=office.clock.now())
    office.clock.pass_time(minutes=2)
    office.simulator.control.fault("POST /revoke", status=503, times=1000)
    office.answer(ANNA, "actions/set-email", parameters={"want": "off"})
    office.clock.pass_time(hours=3)

    found = values(office)
    assert (found['backlog{kind="revocations"}'], found['backlog_seconds{kind="revocations"}']) == (1, 3 * 3600)
    assert (found['backlog{kind="audit_rows"}'], found['backlog_seconds{kind="audit_rows"}']) == (1, 3 * 3600)
    assert (found['backlog{kind="purges"}'], found['backlog_seconds{kind="purges"}']) == (0, 0)
    assert found['revocations_total{kind="put_off"}'] == 1

    office.clock.pass_time(days=7)
    renewing.renew(office.services, until=office.clock.now())
    found = values(office)
    assert found['revocations_total{kind="given_up"}'] == 1
    assert (found['backlog{kind="revocations"}'], found['backlog{kind="audit_rows"}']) == (0, 0)


def test_who_came_back_from_google_is_counted_by_what_came_of_it(office: Office) -> None:
    office.member(ANNA)
    office.consent(ANNA)
    office.client.get("/connect?nonce=nobodys")

    found = values(office)

    assert found['consents_total{kind="consent"}'] == 1
    assert found['consents_total{kind="not_good"}'] == 1


def test_who_waits_and_how_long_is_seen(office: Office) -> None:
    office.member(ANNA, connected=True)
    office.sync(ANNA)
    assert values(office)["bells_due"] == 0

    office.clock.pass_time(minutes=12)

    found = values(office)
    assert (found["bells_due"], found["longest_wait_seconds"]) == (1, 120)
    assert found['mailboxes{kind="late"}'] == 0
    office.clock.pass_time(seconds=LATE_AFTER.total_seconds())
    assert values(office)['mailboxes{kind="late"}'] == 1


def test_every_line_is_a_kind_and_a_number_and_names_nobody(office: Office) -> None:
    office.member(ANNA, connected=True)
    office.candidate("Jane Doe", JANE)
    at = office.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    office.label(ANNA, at["threadId"])
    office.sync(ANNA)
    office.push_raw(push_body({"emailAddress": "unmistakable@else.example"}))

    told = figures(office)

    for line in told.splitlines():
        assert line.startswith(("# HELP lever_", "# TYPE lever_")) or LINE.fullmatch(line)
    assert not [word for word in (ANNA, JANE, "acme", "unmistakable", at["threadId"]) if word in told]


def test_only_the_jobs_account_reads_them(office: Office) -> None:
    figures(office, PUSH_ACCOUNT)
