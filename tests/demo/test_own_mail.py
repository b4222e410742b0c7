"""What a visitor gives for their own mail is checked before anything starts, and every sentence helps."""

from pathlib import Path

import pytest

from demo.own import own_plan
from demo.plan import PlanError

MBOX = b"From MAILER-DAEMON Mon Nov 23 12:28:29 2026\nSubject: Hi\n\nHello\n"


@pytest.fixture
def given(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "mail.mbox").write_bytes(MBOX)
    (tmp_path / "people.csv").write_bytes(b"name,addresses\n")
    return {
        "mbox": str(tmp_path / "mail.mbox"),
        "me": "me@home.example",
        "candidates": str(tmp_path / "people.csv"),
    }


def test_the_owners_domain_is_the_company_and_the_owner_its_super_admin(given: dict[str, str]) -> None:
    plan = own_plan(**given | {"me": " Me@Home.example "})

    assert plan.domain == "home.example"
    assert [(person.email, person.role) for person in plan.people] == [("me@home.example", "super_admin")]
    assert plan.mail == {"me@home.example": MBOX}


def test_who_shares_a_domain_with_the_world_still_finds_candidates_there(given: dict[str, str]) -> None:
    assert own_plan(**given | {"me": "me@gmail.com"}).domain != "gmail.com"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"me": ""}, "ME is not given"),
        ({"mbox": "", "candidates": ""}, "MBOX and CANDIDATES are not given"),
        ({"me": "me"}, "ME=me is not an address"),
        ({"me": "Me <me@home.example>"}, "is not an address"),
        ({"mbox": "/nowhere/mail.mbox"}, "MBOX=/nowhere/mail.mbox cannot be read: No such file"),
        ({"candidates": "/"}, "CANDIDATES=/ cannot be read"),
        ({"mbox": __file__}, "is not an mbox"),
    ],
)
def test_what_cannot_be_used_is_told_in_a_sentence(
    given: dict[str, str], wrong: dict[str, str], sentence: str
) -> None:
    with pytest.raises(PlanError, match=sentence):
        own_plan(**given | wrong)
