"""Domain-wide delegation: the admin consented for all, and still each member's box decides."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from addon import members
from addon.gateways.scopes import BACKGROUND
from demo.simulator.server import Simulator
from storage.records import Role
from tests.cards.grammar import links, texts
from tests.office import ANNA, BEN, CARA, JANE, Office

SUB = f"sub-{ANNA}"
DELEGATE = "delegate@acme.iam.gserviceaccount.com"


@pytest.fixture
def company(make_office: Callable[..., Office], simulator: Simulator, tmp_path: Path) -> Office:
    key = tmp_path / "key" / "delegate.json"
    key.parent.mkdir()
    key.write_text(json.dumps(simulator.control.service_account(DELEGATE, BACKGROUND)))
    office = make_office(CONSENT="delegated", GOOGLE_APPLICATION_CREDENTIALS=str(key))
    office.member(ANNA)
    office.member(BEN)
    office.candidate("Jane Doe", JANE)
    return office


def tick(office: Office) -> dict[str, object]:
    return office.answer(ANNA, "actions/set-email", parameters={"want": "on"})


def test_a_tick_turns_it_on_without_googles_page_and_the_job_reads(company: Office) -> None:
    answer = tick(company)
    company.synced()

    assert "Continue to Google" not in [text for text, _ in links(answer)]
    assert len(company.stored(company.jane(), ANNA)) == 1
    consent = company.services.store.consent(SUB)
    assert consent is not None
    assert consent.refresh_token == ""


def test_whose_box_is_not_ticked_is_never_asked_for(company: Office) -> None:
    tick(company)
    company.simulator.control.reset_meter()

    company.synced()

    assert {call["mailbox"] for call in company.calls()} == {ANNA}
    assert company.units(BEN) == 0


def test_settings_say_what_the_key_could_do_and_what_it_does(company: Office) -> None:
    card = company.answer(ANNA, "actions/settings")

    assert any("could open" in text or "open any mailbox of the company" in text for text in texts(card))
    assert any("only while this box is ticked" in text for text in texts(card))


def test_doctor_warns_of_the_key(company: Office) -> None:
    result = company.client.application.test_cli_runner().invoke(args=["doctor"])

    assert result.exit_code == 0
    assert "- CONSENT=delegated: whoever holds" in result.output
    assert "can open every mailbox of the domain" in result.output


def test_an_address_that_passed_to_another_account_is_not_read(company: Office) -> None:
    company.simulator.control.add_mailbox(CARA, sub="the-next-cara")
    company.answer(CARA, "home")
    members.set_role(CARA, Role.TEAM_MEMBER, company.services, actor="operator:test")

    answer = company.answer(CARA, "actions/set-email", parameters={"want": "on"})

    assert company.services.store.mailbox(f"sub-{CARA}") is None
    assert any("Ask your Workspace admin" in text for text in texts(answer))
    assert company.units(CARA) == 0


def test_where_the_admin_delegated_too_little_the_panel_says_so_and_nothing_is_stored(
    make_office: Callable[..., Office], simulator: Simulator, tmp_path: Path
) -> None:
    key = tmp_path / "key" / "delegate.json"
    key.parent.mkdir()
    key.write_text(json.dumps(simulator.control.service_account(DELEGATE, BACKGROUND[:2])))
    office = make_office(CONSENT="delegated", GOOGLE_APPLICATION_CREDENTIALS=str(key))
    office.member(ANNA)

    answer = tick(office)

    assert office.services.store.mailbox(SUB) is None
    assert any("Ask your Workspace admin" in text for text in texts(answer))


def test_off_leaves_no_token_to_revoke_and_reads_nothing_more(company: Office) -> None:
    tick(company)

    company.answer(ANNA, "actions/set-email", parameters={"want": "off"})
    company.simulator.control.reset_meter()
    company.clock.pass_time(hours=1)
    company.sweep()

    assert company.services.store.mailbox(SUB) is None
    assert company.services.store.revocations(now=company.clock.now(), limit=9) == []
    assert company.calls() == []
