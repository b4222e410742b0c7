"""Anna, a recruiter with Email on; Jane, a candidate."""

from __future__ import annotations

import pytest

from tests.office import ANNA, JANE, Office


@pytest.fixture
def anna(office: Office) -> Office:
    office.member(ANNA, connected=True)
    office.candidate("Jane Doe", JANE)
    office.sync(ANNA)
    return office
