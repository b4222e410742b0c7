"""R25: what lifts a removal, for whom, and what the conversation is then."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addon.policy.returning import Wish, brings_back, brought_back, is_out, wish_of, with_barrier
from storage.records import ConversationState, Found, Pointing, Reason, Removal, Role, SecretPolicy, Withdrawal
from tests.addon.policy.samples import NOW, after, found, member, thread

CLASSIC, SIP = SecretPolicy.CLASSIC, SecretPolicy.SIP
LIVE, REMOVED = ConversationState.LIVE, ConversationState.REMOVED
PURGING, PURGED = ConversationState.PURGING, ConversationState.PURGED
AGAIN = Wish(pressed=True)


def removed(
    *, by: str = "anna", role: Role = Role.TEAM_MEMBER, state: ConversationState = REMOVED, **more: Any
) -> Found:
    barriers = more.pop("barriers", {"anna": 100, "ben": 200})
    removal = Removal(by=by, role=role, at=NOW, purge_at=after(days=30), barriers=barriers)
    on_it = {"holders": barriers, "participants": ["anna", "ben"], **more}
    return found(state=state, removal=removal, **on_it)


def taken_out(barrier: int | None = 100, *, state: ConversationState = REMOVED) -> Found:
    out = Withdrawal(by="anna", at=NOW, purge_at=after(days=30), barrier=barrier, state=state)
    return found(holders=["ben"], participants=["ben"], withdrawn={"anna": out})


def lifts(
    sub: str, wish: Wish, out: Found, *, role: Role = Role.TEAM_MEMBER, policy: SecretPolicy = CLASSIC
) -> bool:
    return brings_back(member(sub, role), out, wish, policy)


# --- a wish must be younger than the removal --------------------------------------------------------------


@pytest.mark.parametrize("state", [REMOVED, PURGED])
def test_pressing_sync_again_lifts_it_for_whoever_sees_it(state: ConversationState) -> None:
    out = removed(state=state)

    for sub in ("anna", "ben", "cara"):
        assert lifts(sub, AGAIN, out)


@pytest.mark.parametrize(("record", "lifted"), [(0, False), (199, False), (200, False), (201, True)])
def test_a_label_lifts_it_only_with_a_larger_id_than_its_mailboxs_barrier(record: int, *, lifted: bool) -> None:
    assert lifts("ben", Wish(label_record=record), removed()) is lifted


def test_a_label_in_a_mailbox_that_held_no_copy_or_whose_barrier_is_unknown_lifts_nothing() -> None:
    assert not lifts("cara", Wish(label_record=2**60), removed())
    assert not lifts("ben", Wish(label_record=2**60), removed(barriers={"ben": None}))


def test_what_was_asked_for_before_the_removal_does_not_lift_it() -> None:
    assert not lifts("ben", Wish(asked_at=NOW), removed())
    assert not lifts("ben", Wish(asked_at=after(minutes=-1)), removed())
    assert lifts("ben", Wish(asked_at=after(minutes=1)), removed())


def test_while_it_is_being_destroyed_nothing_lifts_it() -> None:
    assert not lifts("anna", AGAIN, removed(state=PURGING))
    assert not lifts("anna", AGAIN, taken_out(state=PURGING))


@pytest.mark.parametrize("role", [Role.ADMIN, Role.SUPER_ADMIN])
def test_a_removal_by_an_admin_is_lifted_by_admins_only(role: Role) -> None:
    out = removed(role=role)

    for theirs in (Role.TEAM_MEMBER, Role.LIMITED_TEAM_MEMBER):
        assert not lifts("ben", AGAIN, out, role=theirs)
        assert not lifts("ben", Wish(label_record=201), out, role=theirs)
    assert lifts("ben", AGAIN, out, role=Role.ADMIN)
    assert lifts("ben", Wish(label_record=201), out, role=Role.SUPER_ADMIN)


def test_who_does_not_see_it_lifts_nothing() -> None:
    secret = removed(secret_by="anna", let_in=["ben"])

    assert not lifts("cara", AGAIN, secret)
    assert lifts("ben", AGAIN, secret)
    assert not lifts("cara", AGAIN, secret, role=Role.ADMIN, policy=SIP)
    assert not brings_back(member("ben", self_candidates=frozenset({"jane"})), removed(), AGAIN, CLASSIC)


def test_ones_own_copies_come_back_by_ones_own_wish_only() -> None:
    assert lifts("anna", AGAIN, taken_out())
    assert lifts("anna", Wish(label_record=101), taken_out())
    assert not lifts("anna", Wish(label_record=100), taken_out())
    assert not lifts("anna", Wish(label_record=101), taken_out(None))
    assert not lifts("ben", AGAIN, taken_out())
    assert not is_out(taken_out().conversation, "ben")


def test_the_wish_of_a_thread_is_its_last_press_and_its_last_label() -> None:
    asked = thread(Reason.LABEL, Reason.ASKED, label_record=7)

    assert wish_of(asked) == Wish(asked_at=asked.reasons[Reason.ASKED].at, label_record=7)
    assert wish_of(thread(Reason.LABEL)) == Wish()
    assert asked.reasons[Reason.ASKED] == Pointing(by="anna", at=NOW)


# --- what it is then --------------------------------------------------------------------------------------


def test_brought_back_by_the_remover_it_is_what_it_was() -> None:
    back = brought_back(removed(), "anna")

    assert (back.state, back.removal, back.withdrawn) == (LIVE, None, {})


def test_brought_back_by_anyone_else_all_other_copies_are_out_as_long_as_they_would_have_been() -> None:
    back = brought_back(removed(holders=["anna", "ben", "cara"]), "ben")

    assert (back.state, back.removal) == (LIVE, None)
    assert back.withdrawn == {
        "anna": Withdrawal(by="anna", at=NOW, purge_at=after(days=30), barrier=100),
        "cara": Withdrawal(by="anna", at=NOW, purge_at=after(days=30), barrier=None),
    }


def test_brought_back_after_it_was_destroyed_the_others_stay_out_and_nothing_of_them_is_left() -> None:
    back = brought_back(removed(state=PURGED), "ben")

    assert back.withdrawn["anna"].state is PURGED
    assert back.purge_due is None


def test_what_somebody_took_out_by_themselves_stays_out_whoever_brings_it_back() -> None:
    own = Withdrawal(by="cara", at=NOW, purge_at=after(days=5))

    for by in ("anna", "ben"):
        assert brought_back(removed(withdrawn={"cara": own}), by).withdrawn["cara"] == own
    assert "cara" not in brought_back(removed(withdrawn={"cara": own}), "cara").withdrawn


@given(
    by=st.sampled_from(["anna", "ben", "cara"]),
    holders=st.frozensets(st.sampled_from(["anna", "ben", "cara"])),
    secret=st.booleans(),
    state=st.sampled_from([REMOVED, PURGED]),
)
def test_whoever_brings_it_back_it_is_as_secret_as_it_was_and_theirs_are_in(
    *, by: str, holders: frozenset[str], secret: bool, state: ConversationState
) -> None:
    out = removed(holders=holders, secret_by="anna" if secret else None, state=state)

    back = brought_back(out, by)

    assert (back.secret, back.audience) == (out.conversation.secret, out.conversation.audience)
    assert not is_out(back, by)
    assert not is_out(back, "somebody else")


def test_a_barrier_that_could_not_be_read_is_set_once() -> None:
    unknown = removed(barriers={"anna": 100, "ben": None}).conversation

    known = with_barrier(unknown, "ben", 300)

    assert known.removal is not None
    assert known.removal.barriers == {"anna": 100, "ben": 300}
    assert with_barrier(known, "ben", 400) == known
    assert with_barrier(known, "cara", 400) == known
    own = with_barrier(taken_out(None).conversation, "anna", 300)
    assert own.withdrawn["anna"].barrier == 300
