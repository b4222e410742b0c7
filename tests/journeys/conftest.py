"""Anna, a recruiter with Email on; Jane, a candidate. Every journey is made on both backends."""

from __future__ import annotations

import pytest

from tests.backends import BACKENDS
from tests.beginning import Lever
from tests.fakes.clock import Ahead
from tests.office import ANNA, BEN, JANE, Office, mail

FIRST = "<application@people.example>"
"""The mail that is `shared`."""


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def anna(office: Office) -> Office:
    office.member(ANNA, connected=True)
    office.candidate("Jane Doe", JANE)
    office.sync(ANNA)
    return office


@pytest.fixture
def shared(anna: Office) -> tuple[Office, dict[str, dict[str, str]]]:
    """Anna and Ben hold one mail of Jane's, and Anna alone her reply to it."""
    anna.member(BEN, connected=True)
    first = mail(JANE, ANNA, BEN, subject="Application")
    first.replace_header("Message-ID", FIRST)
    copies = anna.deliver(first, ANNA, BEN)
    anna.deliver(mail(JANE, ANNA, reply_to=first, text="Between us"), ANNA)
    for holder in (ANNA, BEN):
        anna.label(holder, copies[holder]["threadId"])
    anna.sync(ANNA, BEN)
    return anna, copies


@pytest.fixture
def lever(office: Office, ahead: Ahead) -> Lever:
    return Lever(office, ahead)
