"""R33: who may do what. The table is the design's, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addon.policy.acting import Act, Case, may
from addon.policy.visibility import known_to, may_see
from storage.records import ConversationState, Found, Member, Reason, Removal, Role, SecretPolicy, Withdrawal
from tests.addon.policy.samples import NOW, after, found, member, thread

CLASSIC, SIP = SecretPolicy.CLASSIC, SecretPolicy.SIP
SUPER, ADMIN, TEAM, LIMITED, INTERVIEWER = (
    Role.SUPER_ADMIN,
    Role.ADMIN,
    Role.TEAM_MEMBER,
    Role.LIMITED_TEAM_MEMBER,
    Role.INTERVIEWER,
)
ADMINS = {ADMIN, SUPER}

# H holder with sight, H0 holder without, P on it without a copy; the others by role, not on it.
# Cells: visible / secret classic / secret sip; make-secret and make-visible: classic / sip.
# V holds view_secret, M made it secret, own: a thread in the own mailbox, copy: the mail in the own mailbox.
R33 = """
verb          H      H0    P      T      L     I  A      S
conversation  y/y/y  -     y/y/y  y/-/V  -     -  y/y/V  y/y/y
make-secret   y/y    -     y/y    -/V    -     -  y/V    y/y
make-visible  M/M    -     M/M    -/M    -     -  y/M    y/y
sync-thread   copy   copy  copy   copy   copy  -  copy   copy
stop-sync     own    own   own    own    own   -  own    own
retry         own    own   own    own    own   -  own    own
remove        y/y/y  -     -      -      -     -  y/y/V  y/y/y
withdraw      y      y     -      -      -     -  -      -
link-candidate y/y/y -     y/y/y  y/-/V  -     -  y/y/V  y/y/y
"""
_HEAD, *_ROWS = (line.split() for line in R33.strip().splitlines())
CELLS = {(verb, column): cell for verb, *cells in _ROWS for column, cell in zip(_HEAD[1:], cells, strict=True)}
ROLE_OF = {"T": TEAM, "L": LIMITED, "I": INTERVIEWER, "A": ADMIN, "S": SUPER}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One question to the table."""

    verb: str
    column: str
    role: Role
    secret: bool
    policy: SecretPolicy
    view_secret: bool
    made_it: bool
    own_thread: bool
    own_copy: bool

    def __str__(self) -> str:
        said = [self.verb, self.column, self.role.value, "secret" if self.secret else "visible", self.policy.value]
        said += ["V"] * self.view_secret + ["M"] * self.made_it
        said += ["own"] * self.own_thread + ["copy"] * self.own_copy
        return " ".join(said)

    @property
    def member(self) -> Member:
        return member("anna", self.role, view_secret=self.view_secret)

    @property
    def found(self) -> Found:
        maker = "anna" if self.made_it else "kim"
        return found(
            holders=["anna", "ben"] if self.column in {"H", "H0"} else ["ben"],
            participants=["anna", "ben"] if self.column in {"H", "H0", "P"} else ["ben"],
            secret_by=maker if self.secret else None,
            let_in=["anna", "ben"] if self.column in {"H", "P"} else ["ben"],
        )

    @property
    def case(self) -> Case:
        return Case(
            member=self.member,
            found=self.found,
            policy=self.policy,
            thread=thread(Reason.LABEL) if self.own_thread else None,
            own_copy=self.own_copy,
        )

    @property
    def is_possible(self) -> bool:
        """Nobody who sees it by role, or made it secret, is a holder without sight."""
        if self.made_it and not self.secret:
            return False
        by_role = self.role is SUPER or (self.role is ADMIN and self.policy is CLASSIC)
        by_right = self.policy is SIP and self.view_secret and self.role in {TEAM, ADMIN}
        return self.column != "H0" or (self.secret and not self.made_it and not by_role and not by_right)

    @property
    def speaks_of_it(self) -> bool:
        """Making secret is asked of a visible conversation, making visible of a secret one."""
        return {"make-secret": not self.secret, "make-visible": self.secret}.get(self.verb, True)

    def allows(self, column: str) -> bool:
        """What the design's cell says."""
        cell = CELLS[self.verb, column].split("/")
        if len(cell) == 3:
            word = cell[0 if not self.secret else 1 if self.policy is CLASSIC else 2]
        elif len(cell) == 2:
            word = cell[0 if self.policy is CLASSIC else 1]
        else:
            word = cell[0]
        return {
            "y": True, "-": False, "V": self.view_secret, "M": self.made_it,
            "own": self.own_thread, "copy": self.own_copy,
        }[word]  # fmt: skip


def rows() -> Iterator[Row]:
    flags = (False, True)
    for verb in dict.fromkeys(verb for verb, _ in CELLS):
        for column in _HEAD[1:]:
            roles = [ROLE_OF[column]] if column in ROLE_OF else [TEAM, LIMITED, ADMIN, SUPER]
            for role in roles:
                for secret in flags:
                    for policy in SecretPolicy:
                        for view_secret in flags:
                            for made_it in flags:
                                for own in flags:
                                    row = Row(
                                        verb=verb, column=column, role=role, secret=secret, policy=policy,
                                        view_secret=view_secret, made_it=made_it,
                                        own_thread=own and verb in {"stop-sync", "retry"},
                                        own_copy=own and verb == "sync-thread",
                                    )  # fmt: skip
                                    if row.is_possible and row.speaks_of_it:
                                        yield row


ROWS = list(dict.fromkeys(rows()))
OFF_IT = [row for row in ROWS if row.column in ROLE_OF]


def named(rows: list[Row]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("row", rows, ids=str)


@named([row for row in OFF_IT if not row.made_it])
def test_who_is_not_on_it_may_what_the_role_may(row: Row) -> None:
    assert may(Act(row.verb), row.case) is row.allows(row.column)


@named(
    [
        row
        for row in ROWS
        if row.column in {"H", "P"}
        and row.role not in ADMINS
        and (row.verb, row.role) != ("remove", LIMITED)  # footnote 1 has its own test
    ]
)
def test_who_is_on_it_may_what_the_relation_may(row: Row) -> None:
    assert may(Act(row.verb), row.case) is row.allows(row.column)


@named([row for row in ROWS if row.column in {"H", "P"} and row.role in ADMINS])
def test_an_admin_on_it_has_the_union_of_both(row: Row) -> None:
    by_role = "A" if row.role is ADMIN else "S"

    assert may(Act(row.verb), row.case) is (row.allows(row.column) or row.allows(by_role))


@named([row for row in ROWS if row.column == "H0"])
def test_a_holder_without_sight_may_what_concerns_their_own_copy_only(row: Row) -> None:
    assert may(Act(row.verb), row.case) is row.allows("H0")


@named(
    [
        row
        for row in OFF_IT
        if row.made_it
        and row.verb == "make-visible"
        and CELLS["make-secret", row.column].split("/")[-1 if row.policy is SIP else 0]
        != "-"  # else nobody there has made it
    ]
)
def test_who_made_it_secret_may_undo_that_where_the_role_may(row: Row) -> None:
    assert may(Act(row.verb), row.case) is row.allows(row.column)


@named([row for row in OFF_IT if row.made_it and row.column != "I" and row.verb == "conversation"])
def test_who_made_it_secret_sees_it_whatever_the_policy_is_now(row: Row) -> None:
    assert may(Act.SEE, row.case)


@named([row for row in ROWS if row.column == "I"])
def test_an_interviewer_may_nothing(row: Row) -> None:
    assert not may(Act(row.verb), row.case)


@pytest.mark.parametrize(
    "relation", [{}, {"participants": ["anna"]}, {"holders": ["anna"], "participants": ["anna"]}]
)
@pytest.mark.parametrize("act", list(Act))
def test_an_interviewer_may_nothing_with_what_they_are_on_either(act: Act, relation: dict[str, Any]) -> None:
    anna = member("anna", INTERVIEWER, view_secret=True)

    for conversation in (found(**relation), found(secret_by="anna", **relation), None):
        case = Case(
            member=anna, found=conversation, policy=SIP, thread=thread(Reason.LABEL), own_copy=True
        )  # fmt: skip
        assert not may(act, case)


@named([row for row in ROWS if row.column == "H"])
def test_who_it_is_about_may_nothing(row: Row) -> None:
    herself = member("anna", row.role, view_secret=row.view_secret, self_candidates=frozenset({"jane"}))
    case = Case(
        member=herself, found=row.found, policy=row.policy, thread=thread(Reason.LABEL), own_copy=True
    )  # fmt: skip

    assert not any(may(act, case) for act in Act)


# --- a limited member removes what is theirs alone (footnote 1) --------------------------------------------


@pytest.mark.parametrize("policy", list(SecretPolicy))
@pytest.mark.parametrize("secret_by", [None, "anna", "kim"])
def test_a_limited_member_removes_only_as_the_sole_holder(policy: SecretPolicy, secret_by: str | None) -> None:
    anna = member("anna", LIMITED)
    on_it = {"participants": ["anna", "ben"], "secret_by": secret_by, "let_in": ["anna"]}
    alone = found(holders=["anna"], **on_it)  # type: ignore[arg-type]
    with_ben = found(holders=["anna", "ben"], **on_it)  # type: ignore[arg-type]
    only_ben = found(holders=["ben"], **on_it)  # type: ignore[arg-type]

    assert may(Act.REMOVE, Case(member=anna, found=alone, policy=policy))
    assert not may(Act.REMOVE, Case(member=anna, found=with_ben, policy=policy))
    assert not may(Act.REMOVE, Case(member=anna, found=only_ben, policy=policy))


# --- who brings back (footnote 2) ---------------------------------------------------------------------------


def removed(*, by: str, role: Role, **on_it: Any) -> Found:
    return found(
        holders=["anna", "ben"],
        participants=["anna", "ben"],
        state=ConversationState.REMOVED,
        removal=Removal(by=by, role=role, at=NOW, purge_at=after(days=30)),
        **on_it,
    )


def restores(who: Member, gone: Found, policy: SecretPolicy = CLASSIC) -> bool:
    return may(Act.RESTORE, Case(member=who, found=gone, policy=policy))


@pytest.mark.parametrize("role", [TEAM, LIMITED])
@pytest.mark.parametrize("policy", list(SecretPolicy))
def test_a_members_removal_is_undone_by_that_member_only(role: Role, policy: SecretPolicy) -> None:
    gone = removed(by="anna", role=role)

    assert restores(member("anna", role), gone, policy)
    for other in (member("ben", role), member("ben", TEAM), member("cara", ADMIN), member("dan", SUPER)):
        assert not restores(other, gone, policy)


@pytest.mark.parametrize("role", [ADMIN, SUPER])
def test_an_admins_removal_is_undone_by_any_admin_and_nobody_else(role: Role) -> None:
    gone = removed(by="anna", role=role)

    assert restores(member("anna", role), gone)
    assert restores(member("cara", ADMIN), gone)
    assert restores(member("dan", SUPER), gone)
    for other in (member("ben", TEAM), member("ben", LIMITED), member("eve", TEAM)):
        assert not restores(other, gone)


def test_who_was_an_admin_then_and_is_none_now_undoes_nothing() -> None:
    assert not restores(member("anna", TEAM), removed(by="anna", role=ADMIN))


def test_who_became_an_admin_since_still_undoes_their_own_removal() -> None:
    assert restores(member("anna", ADMIN), removed(by="anna", role=TEAM))


def test_what_was_not_removed_is_not_restored() -> None:
    here = found(holders=["anna"], participants=["anna"])

    assert not restores(member("anna", SUPER), here)
    assert not restores(member("anna", TEAM), here)


def test_a_removed_secret_is_nothing_to_an_admin_who_does_not_see_it() -> None:
    gone = removed(by="dan", role=SUPER, secret_by="dan")

    assert not restores(member("cara", ADMIN), gone, SIP)
    assert restores(member("cara", ADMIN, view_secret=True), gone, SIP)
    assert restores(member("cara", ADMIN), gone, CLASSIC)


def test_an_admin_who_removed_their_own_secret_brings_it_back() -> None:
    gone = removed(by="anna", role=ADMIN, secret_by="anna")

    assert restores(member("anna", ADMIN), gone, SIP)


# --- who deletes at once, and what is one's own (footnotes 2 and 3) ------------------------------------------


def deletes(who: Member, gone: Found, policy: SecretPolicy = CLASSIC) -> bool:
    return may(Act.DELETE_NOW, Case(member=who, found=gone, policy=policy))


def test_a_removal_is_made_final_by_its_remover_as_sole_holder_and_else_by_super_admins_only() -> None:
    gone = removed(by="anna", role=TEAM)
    alone = Found(gone.conversation, replace(gone.summary, holders=frozenset({"anna"})))

    assert deletes(member("anna", TEAM), alone)
    assert not deletes(member("anna", TEAM), gone)
    assert not deletes(member("ben", TEAM), alone)
    assert not deletes(member("cara", ADMIN), gone)
    assert deletes(member("dan", SUPER), gone)
    assert deletes(member("dan", SUPER), alone)


def taken_out(by: str = "anna", state: ConversationState = ConversationState.REMOVED, **more: Any) -> Found:
    out = Withdrawal(by=by, at=NOW, purge_at=after(days=30), state=state)
    return found(holders=["ben"], participants=["anna", "ben"], withdrawn={"anna": out}, **more)


def test_what_a_holder_took_out_is_theirs_alone_to_bring_back_or_to_delete() -> None:
    out = taken_out()

    assert restores(member("anna", TEAM), out)
    assert deletes(member("anna", TEAM), out)
    for other in (member("ben", TEAM), member("cara", ADMIN), member("dan", SUPER)):
        assert not restores(other, out)
        assert not deletes(other, out)


def test_what_went_out_by_a_colleagues_removal_is_not_undone_as_if_it_were_ones_own() -> None:
    out = taken_out(by="ben")

    assert not restores(member("anna", TEAM), out)
    assert not deletes(member("anna", TEAM), out)


@pytest.mark.parametrize("by", ["ben", "anna"])
def test_who_removed_what_a_colleague_may_still_bring_back_does_not_delete_it_at_once(by: str) -> None:
    gone = removed(by="anna", role=TEAM)
    out = {"ben": Withdrawal(by=by, at=NOW, purge_at=after(days=30))}
    destroyed = {"ben": replace(out["ben"], state=ConversationState.PURGED)}
    alone = replace(gone.summary, holders=frozenset({"anna"}))

    assert not deletes(member("anna", TEAM), Found(replace(gone.conversation, withdrawn=out), alone))
    assert deletes(member("anna", TEAM), Found(replace(gone.conversation, withdrawn=destroyed), alone))
    assert deletes(member("dan", SUPER), Found(replace(gone.conversation, withdrawn=out), alone))


def test_who_removed_it_and_took_their_copies_out_since_undoes_both_and_deletes_what_is_theirs_alone() -> None:
    gone = removed(by="anna", role=TEAM)
    out = {"anna": Withdrawal(by="anna", at=NOW, purge_at=after(days=30))}
    both = replace(gone.conversation, withdrawn=out)
    with_ben = Found(both, replace(gone.summary, holders=frozenset({"ben"}), participants=frozenset({"ben"})))
    alone = Found(both, replace(gone.summary, holders=frozenset(), participants=frozenset()))

    for role in (TEAM, LIMITED):
        assert restores(member("anna", role), with_ben)
        assert not deletes(member("anna", role), with_ben)
        assert restores(member("anna", role), alone)
        assert deletes(member("anna", role), alone)
    assert not restores(member("ben", TEAM), with_ben)


@pytest.mark.parametrize("state", [ConversationState.PURGING, ConversationState.PURGED])
def test_what_is_being_destroyed_is_neither_brought_back_nor_hurried(state: ConversationState) -> None:
    assert not restores(member("anna", TEAM), taken_out(state=state))
    assert not deletes(member("anna", TEAM), taken_out(state=state))


@pytest.mark.parametrize("state", [ConversationState.PURGING, ConversationState.PURGED])
def test_who_removed_what_is_destroyed_may_still_press_undo_to_be_told_that_it_is_too_late(
    state: ConversationState,
) -> None:
    removal = Removal(by="anna", role=TEAM, at=NOW, purge_at=after(days=30), barriers={"anna": 1, "ben": None})
    gone = found(participants=["anna", "ben"], state=state, removal=removal)

    assert restores(member("anna", TEAM), gone)
    assert not restores(member("ben", TEAM), gone)
    assert not restores(member("eve", TEAM), gone)


def test_under_a_hold_nobody_deletes_anything() -> None:
    gone = removed(by="dan", role=SUPER)
    held = Found(replace(gone.conversation, hold=True), gone.summary)

    assert not deletes(member("dan", SUPER), held)
    assert not deletes(member("anna", TEAM), taken_out(hold=True))
    assert restores(member("anna", TEAM), taken_out(hold=True))


def test_who_took_a_secret_out_brings_it_back_without_seeing_it() -> None:
    out = taken_out(secret_by="kim")

    assert restores(member("anna", TEAM), out)
    assert known_to(member("anna", TEAM), out, CLASSIC) == out
    assert known_to(member("eve", TEAM), out, CLASSIC) is None
    assert not may(Act.SEE, Case(member=member("anna", TEAM), found=out, policy=CLASSIC))


def test_of_what_holders_took_out_to_the_last_mail_nobody_sees_anything() -> None:
    out = taken_out()
    empty = Found(out.conversation, replace(out.summary, count=0, holders=frozenset()))

    for who in (member("ben", TEAM), member("cara", ADMIN), member("dan", SUPER), member("anna", TEAM)):
        assert not may_see(who, empty, CLASSIC)
    assert known_to(member("dan", SUPER), empty, CLASSIC) is None
    assert known_to(member("anna", TEAM), empty, CLASSIC) == empty


# --- of what is not in Lever --------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [role for role in Role if role is not INTERVIEWER])
def test_the_own_thread_is_the_owners_where_lever_knows_nothing_of_it(role: Role) -> None:
    case = Case(
        member=member("anna", role), found=None, policy=CLASSIC, thread=thread(Reason.LABEL), own_copy=True
    )  # fmt: skip

    assert {act for act in Act if may(act, case)} == {Act.SYNC, Act.STOP, Act.RETRY}


@pytest.mark.parametrize("role", list(Role))
def test_of_nothing_at_all_nothing_may_be_done(role: Role) -> None:
    case = Case(member=member("anna", role), found=None, policy=CLASSIC)

    assert not any(may(act, case) for act in Act)


# --- whatever comes together --------------------------------------------------------------------------------

SUBS = st.frozensets(st.sampled_from(["anna", "ben", "cara"]))
CASES = st.builds(
    Case,
    member=st.builds(
        member,
        st.just("anna"),
        st.sampled_from(Role),
        view_secret=st.booleans(),
        self_candidates=st.sampled_from([frozenset(), frozenset({"jane"})]),
    ),
    found=st.builds(
        found,
        holders=SUBS,
        participants=SUBS,
        secret_by=st.sampled_from([None, "anna", "ben"]),
        let_in=SUBS,
        removal=st.none()
        | st.builds(
            Removal,
            by=st.sampled_from(["anna", "ben"]),
            role=st.sampled_from(Role),
            at=st.just(NOW),
            purge_at=st.just(after(days=30)),
        ),
    ),
    policy=st.sampled_from(SecretPolicy),
    thread=st.sampled_from([None, thread(Reason.LABEL)]),
    own_copy=st.booleans(),
)


@settings(deadline=None)
@given(
    case=CASES,
    act=st.sampled_from([act for act in Act if act not in {Act.SYNC, Act.STOP, Act.RETRY, Act.WITHDRAW}]),
)
def test_who_does_not_see_a_conversation_does_nothing_with_it(case: Case, act: Act) -> None:
    assert case.found is not None

    assert may_see(case.member, case.found, case.policy) or not may(act, case)


@settings(deadline=None)
@given(case=CASES)
def test_seeing_and_being_allowed_to_see_are_one(case: Case) -> None:
    assert case.found is not None

    assert may(Act.SEE, case) is may_see(case.member, case.found, case.policy)


@settings(deadline=None)
@given(case=CASES)
def test_the_own_mailbox_is_touched_only_where_there_is_one(case: Case) -> None:
    assert not (may(Act.SYNC, case) and not case.own_copy)
    assert not (may(Act.STOP, case) and case.thread is None)
    assert not (may(Act.RETRY, case) and case.thread is None)
