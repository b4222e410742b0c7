"""What a run commits, and what becomes of it when another worker comes in between."""

from __future__ import annotations

from datetime import timedelta

import pytest

from addon.policy import following
from addon.sync.held import LEASE, Held
from storage.port import ConflictError
from storage.records import Lane, Reason, Thread
from tests.backends import BACKENDS
from tests.office import ANNA, Office

pytestmark = pytest.mark.parametrize("backend", BACKENDS)

SUB = f"sub-{ANNA}"


@pytest.fixture
def connected(office: Office) -> Office:
    office.member(ANNA, connected=True)
    office.sync(ANNA)
    return office


def _held(office: Office) -> Held:
    held = Held.claim(SUB, office.services)
    assert held is not None
    return held


def _threads(office: Office, count: int) -> tuple[Thread, ...]:
    now = office.clock.now()
    return tuple(
        following.pointed_at(None, sub=SUB, id=f"{n:x}", reason=Reason.ASKED, now=now, lane=Lane.LIVE)
        for n in range(1, count + 1)
    )


def test_more_threads_than_one_slice_holds_are_committed_before_the_cursor_moves(connected: Office) -> None:
    held = _held(connected)
    before = held.cursor

    held.advance(_threads(connected, 120), cursor=before + 7)

    assert held.cursor == before + 7
    assert len(connected.services.store.threads(SUB, [f"{n:x}" for n in range(1, 121)])) == 120


def test_two_workers_never_hold_one_mailbox(connected: Office) -> None:
    _held(connected)

    assert Held.claim(SUB, connected.services) is None


def test_a_worker_whose_lease_ran_out_can_commit_nothing_any_more(connected: Office) -> None:
    late = _held(connected)
    connected.clock.sleep((LEASE + timedelta(seconds=1)).total_seconds())
    _held(connected)

    with pytest.raises(ConflictError):
        late.advance(_threads(connected, 1), cursor=late.cursor + 1)
    with pytest.raises(ConflictError):
        late.renew()

    late.let_go()
    assert Held.claim(SUB, connected.services) is None


def test_a_slow_worker_keeps_its_lease(connected: Office) -> None:
    held = _held(connected)

    for _ in range(4):
        connected.clock.sleep(LEASE.total_seconds() * 0.6)
        held.renew()

    assert Held.claim(SUB, connected.services) is None
    held.advance((), cursor=held.cursor + 1)
