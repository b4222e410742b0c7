"""Anna, a recruiter with Email on; Jane, a candidate. Every journey is made on both backends."""

from __future__ import annotations

import pytest

from tests.backends import BACKENDS
from tests.office import ANNA, JANE, Office


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def anna(office: Office) -> Office:
    office.member(ANNA, connected=True)
    office.candidate("Jane Doe", JANE)
    office.sync(ANNA)
    return office
