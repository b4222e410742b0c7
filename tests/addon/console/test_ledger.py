"""`ledger`: sums, and nothing by which one mailbox could be told from another."""

from __future__ import annotations

from tests.addon.console.running import run
from tests.office import ANNA, BEN, JANE, Office, mail


def test_the_sums_of_all_mailboxes_say_why_at_what_and_for_how_many_units(office: Office) -> None:
    for email in (ANNA, BEN):
        office.member(email, connected=True)
    office.candidate("Jane Doe", JANE)
    office.sync(ANNA, BEN)
    office.simulator.control.reset_meter()
    before = _units(run(office, "ledger").output)
    for email in (ANNA, BEN):
        at = office.deliver(mail(JANE, email), email)[email]
        office.deliver(mail("shop@else.example", email), email)
        office.label(email, at["threadId"])
    office.sync(ANNA, BEN)

    said = run(office, "ledger").output

    assert "label\tthread\t2\t80" in said.splitlines()
    assert "delta\thistory\t" in said
    assert _units(said) - before == office.units(ANNA) + office.units(BEN)
    assert said.splitlines()[-1] == "Messages: 2 left alone, 2 opened; 2 stored, 0 known already, 0 denied."
    assert "anna" not in said


def test_only_the_days_asked_for_are_summed(office: Office) -> None:
    office.services.store.tally("sub", office.clock.now().date().isoformat(), {"opened": 1, "denied.self": 1})
    office.clock.pass_time(days=10)

    assert "0 opened" in run(office, "ledger").output
    assert (
        "1 opened; 0 stored, 0 known already, 1 denied (self 1)." in run(office, "ledger", "--days", "11").output
    )
    assert run(office, "ledger", "--days", "0").exit_code == 2


def _units(said: str) -> int:
    [line] = [line for line in said.splitlines() if line.startswith("all\t")]
    return int(line.rpartition("\t")[2])
