"""R13, R18 and R20 to R23: who sees a conversation, and how sight changes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addon.policy.acting import Act, digest, sees_candidate, sees_match_by_name
from addon.policy.visibility import (
    Relation,
    as_known_to,
    as_visible,
    audience,
    entitled,
    gains,
    is_about,
    is_one_line,
    known_to,
    let_in,
    made_secret,
    may_see,
    privileged_roles,
    relation,
    secret_audience,
    seen_by,
    tokens,
    visible_audience,
)
from storage.audience import person
from storage.records import (
    Conversation,
    ConversationState,
    Found,
    Member,
    Opened,
    Permission,
    Reason,
    Role,
    SecretPolicy,
)
from tests.addon.policy.samples import NOW, after, found, mail, member, thread

CLASSIC, SIP = SecretPolicy.CLASSIC, SecretPolicy.SIP
SUPER, ADMIN, TEAM, LIMITED, INTERVIEWER = (
    Role.SUPER_ADMIN,
    Role.ADMIN,
    Role.TEAM_MEMBER,
    Role.LIMITED_TEAM_MEMBER,
    Role.INTERVIEWER,
)


# --- R20, as the design has it ----------------------------------------------------------------------------
# Who by role alone, and who besides: a member on it when it became secret, and who made it secret.
# "V" holds view_secret.

R20 = """
role                 visible   classic   classic V   sip   sip V
super_admin          yes       yes       yes         yes   yes
admin                yes       yes       yes         -     yes
team_member          yes       -         -           -     yes
limited_team_member  -         -         -           -     -
interviewer          -         -         -           -     -
"""
_HEAD, *_ROWS = (line.split("  ") for line in R20.strip().splitlines())
COLUMNS = [word.strip() for word in _HEAD if word.strip()][1:]
BY_ROLE = [
    (Role(role), column, cell == "yes")
    for role, *cells in ([word.strip() for word in row if word.strip()] for row in _ROWS)
    for column, cell in zip(COLUMNS, cells, strict=True)
]
WITHOUT_TOKENS = {INTERVIEWER}


def situation(column: str) -> tuple[Found, SecretPolicy, bool]:
    """The conversation, the policy, and whether the caller holds view_secret."""
    conversation = found(holders=["kim"], participants=["kim"], secret_by=None if column == "visible" else "kim")
    return conversation, SIP if column.startswith("sip") else CLASSIC, column.endswith("V")


@pytest.mark.parametrize(("role", "column", "sees"), BY_ROLE)
def test_who_is_not_on_a_conversation_sees_it_by_role_only(role: Role, column: str, *, sees: bool) -> None:
    conversation, policy, view_secret = situation(column)

    assert may_see(member("anna", role, view_secret=view_secret), conversation, policy) is sees


@pytest.mark.parametrize(("role", "column"), [(role, column) for role, column, _ in BY_ROLE])
def test_who_is_on_a_visible_conversation_sees_it(role: Role, column: str) -> None:
    _, policy, view_secret = situation(column)
    anna = member("anna", role, view_secret=view_secret)

    for on_it in (found(participants=["anna"]), found(holders=["anna"])):
        assert may_see(anna, on_it, policy) is (role not in WITHOUT_TOKENS)


@pytest.mark.parametrize(("role", "column", "by_role"), BY_ROLE)
@pytest.mark.parametrize("on_it", ["made it secret", "was on it then"])
def test_its_people_see_a_secret_conversation_whatever_their_role(
    role: Role, column: str, on_it: str, *, by_role: bool
) -> None:
    _, policy, view_secret = situation(column)
    made = found(secret_by="anna") if on_it == "made it secret" else found(secret_by="kim", let_in=["anna"])

    sees = may_see(member("anna", role, view_secret=view_secret), made, policy)

    assert sees is (by_role or role not in WITHOUT_TOKENS)


@pytest.mark.parametrize(("role", "column", "by_role"), [row for row in BY_ROLE if row[1] != "visible"])
@pytest.mark.parametrize("joined", [{"participants": ["anna"]}, {"holders": ["anna"]}])
def test_joining_a_secret_conversation_gives_no_sight_of_it(
    role: Role, column: str, joined: dict[str, list[str]], *, by_role: bool
) -> None:
    _, policy, view_secret = situation(column)

    sees = may_see(member("anna", role, view_secret=view_secret), found(secret_by="kim", **joined), policy)

    assert sees is by_role


@pytest.mark.parametrize("policy", list(SecretPolicy))
@pytest.mark.parametrize("role", list(Role))
def test_nobody_sees_a_conversation_about_themselves(role: Role, policy: SecretPolicy) -> None:
    anna = member("anna", role, view_secret=True, self_candidates=frozenset({"anna_as_candidate"}))
    about_her = {"holders": ["anna"], "participants": ["anna"], "candidates": ["jane", "anna_as_candidate"]}

    for conversation in (found(**about_her), found(secret_by="anna", **about_her)):  # type: ignore[arg-type]
        assert is_about(anna, conversation)
        assert not may_see(anna, conversation, policy)
        assert known_to(anna, conversation, policy) is None
        assert not is_one_line(anna, conversation)


# --- tokens -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "policy", "view_secret", "held"),
    [
        (SUPER, CLASSIC, False, {"m:anna", "v", "s"}),
        (SUPER, SIP, False, {"m:anna", "v", "s"}),
        (ADMIN, CLASSIC, False, {"m:anna", "v", "s"}),
        (ADMIN, SIP, False, {"m:anna", "v"}),
        (ADMIN, SIP, True, {"m:anna", "v", "s"}),
        (TEAM, CLASSIC, True, {"m:anna", "v"}),
        (TEAM, SIP, False, {"m:anna", "v"}),
        (TEAM, SIP, True, {"m:anna", "v", "s"}),
        (LIMITED, CLASSIC, True, {"m:anna"}),
        (LIMITED, SIP, True, {"m:anna"}),
        (INTERVIEWER, CLASSIC, True, set()),
        (INTERVIEWER, SIP, True, set()),
    ],
)
def test_a_caller_holds_what_the_data_model_says(
    role: Role, policy: SecretPolicy, held: set[str], *, view_secret: bool
) -> None:
    assert tokens(member("anna", role, view_secret=view_secret), policy) == held


@pytest.mark.parametrize("policy", list(SecretPolicy))
def test_those_who_see_secrets_by_role_are_among_the_privileged_roles(policy: SecretPolicy) -> None:
    everybody = [member(role.value, role, view_secret=view) for role in Role for view in (False, True)]

    by_role = {each.role for each in everybody if "s" in tokens(each, policy)}

    assert by_role == privileged_roles(policy)


def test_a_role_nobody_knows_cannot_be_held() -> None:
    with pytest.raises(ValueError, match="'owner' is not a valid Role"):
        Role("owner")


def test_the_audience_is_the_team_or_those_written_down() -> None:
    assert audience(found(holders=["anna"], participants=["ben"])) == {"v", "m:anna", "m:ben"}
    assert audience(found(holders=["anna"], secret_by="kim", let_in=["ben"])) == {"s", "m:kim", "m:ben"}
    assert visible_audience() == {"v"}
    assert secret_audience("kim", ["ben"]) == {"s", "m:kim", "m:ben"}


# --- what may be known ------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", list(SecretPolicy))
def test_what_is_not_seen_is_not_known_but_by_who_holds_it(policy: SecretPolicy) -> None:
    secret = found(holders=["anna"], participants=["anna", "ben"], secret_by="kim")

    assert known_to(member("anna"), secret, policy) == secret
    assert known_to(member("ben"), secret, policy) is None
    assert known_to(member("cara"), secret, policy) is None
    assert known_to(member("kim"), secret, policy) == secret


def test_of_nothing_nothing_is_known() -> None:
    assert known_to(member("anna", SUPER), None, CLASSIC) is None


@pytest.mark.parametrize(
    ("conversation", "stands"),
    [
        (found(holders=["anna"], participants=["anna"]), Relation.HOLDER),
        (found(participants=["anna"]), Relation.PARTICIPANT),
        (found(participants=["ben"]), Relation.NONE),
        (found(holders=["anna"], secret_by="kim"), Relation.HOLDER_WITHOUT_SIGHT),
        (found(holders=["anna"], secret_by="kim", let_in=["anna"]), Relation.HOLDER),
        (found(participants=["anna"], secret_by="kim", let_in=["anna"]), Relation.PARTICIPANT),
        (found(participants=["anna"], secret_by="kim"), Relation.NONE),
    ],
)
def test_a_member_stands_to_a_conversation_by_copy_and_by_name(conversation: Found, stands: Relation) -> None:
    assert relation(member("anna"), conversation, CLASSIC) is stands


def test_a_holder_who_sees_it_by_role_is_a_holder_with_sight() -> None:
    secret = found(holders=["anna"], secret_by="kim")

    assert relation(member("anna", ADMIN), secret, CLASSIC) is Relation.HOLDER
    assert relation(member("anna", ADMIN), secret, SIP) is Relation.HOLDER_WITHOUT_SIGHT


# --- the interviewer's one line, and candidates (R23) -----------------------------------------------------


def test_an_interviewer_on_a_conversation_is_told_one_line() -> None:
    on_it = found(participants=["anna"])

    assert is_one_line(member("anna", INTERVIEWER), on_it)
    assert not is_one_line(member("ben", INTERVIEWER), on_it)
    assert not is_one_line(member("anna", TEAM), on_it)


def test_an_interviewer_is_told_nothing_of_what_is_removed_or_closed_to_them() -> None:
    anna = member("anna", INTERVIEWER)

    assert not is_one_line(anna, found(participants=["anna"], state=ConversationState.REMOVED))
    assert not is_one_line(anna, found(participants=["anna"], secret_by="kim"))


@pytest.mark.parametrize(
    ("role", "sees_all", "sees_theirs"),
    [
        (SUPER, True, True),
        (ADMIN, True, True),
        (TEAM, True, True),
        (LIMITED, False, True),
        (INTERVIEWER, False, False),
    ],
)
def test_candidates_are_the_teams_and_a_limited_member_sees_theirs(
    role: Role, *, sees_all: bool, sees_theirs: bool
) -> None:
    anna = member("anna", role)

    assert sees_candidate(anna, "jane", has_conversations=False) is sees_all
    assert sees_candidate(anna, "jane", has_conversations=True) is sees_theirs
    assert sees_match_by_name(anna, "jane") is (role is not INTERVIEWER)


@pytest.mark.parametrize("role", Role)
def test_of_what_is_about_oneself_not_even_the_own_thread_is_there(role: Role) -> None:
    jan = member("anna", role, self_candidates=frozenset({"jane"}))
    theirs = found(holders=["anna"], participants=["anna"])
    opened = Opened(mailbox=None, thread=thread(Reason.LABEL), message=None, found=theirs)
    nothing = Opened(mailbox=None, thread=None, message=None, found=None)

    assert as_known_to(jan, opened) == nothing
    assert as_known_to(member("anna", role), opened) == opened
    assert as_known_to(jan, nothing) == nothing


@pytest.mark.parametrize("role", list(Role))
def test_nobody_sees_themselves_as_a_candidate(role: Role) -> None:
    anna = member("anna", role, self_candidates=frozenset({"jane"}))

    assert not sees_candidate(anna, "jane", has_conversations=True)
    assert not sees_match_by_name(anna, "jane")


# --- making secret and letting in (R21) -------------------------------------------------------------------


def test_making_secret_keeps_its_people_and_drops_the_unticked() -> None:
    visible = found(holders=["anna"], participants=["anna", "ben", "cara"])

    written = made_secret(visible, by="anna", listed=["ben", "cara"], ticked=["ben"])

    assert written == {"s", "m:anna", "m:ben"}


def test_who_had_no_box_could_not_be_unticked() -> None:
    by_bcc_too = found(holders=["anna"], participants=["anna", "ben", "hidden"], named=["anna", "ben"])

    written = made_secret(by_bcc_too, by="anna", listed=["ben"], ticked=[])

    assert written == {"s", "m:anna", "m:hidden"}


def test_who_makes_it_secret_stays_whatever_is_ticked() -> None:
    visible = found(participants=["ben"])

    assert person("anna") in made_secret(visible, by="anna", listed=["anna", "ben"], ticked=[])


def test_a_box_of_somebody_who_is_not_on_it_lets_nobody_in() -> None:
    visible = found(participants=["ben"])

    assert made_secret(visible, by="anna", listed=["ben"], ticked=["ben", "stranger"]) == {"s", "m:anna", "m:ben"}


def test_letting_in_and_out_follows_the_boxes() -> None:
    secret = found(participants=["ben", "cara"], secret_by="anna", let_in=["ben"])

    changed = let_in(secret, listed=["ben", "cara"], ticked=["cara"])

    assert changed == {"s", "m:anna", "m:cara"}


def test_who_made_it_secret_cannot_be_let_out() -> None:
    secret = found(participants=["anna"], secret_by="anna")

    assert let_in(secret, listed=["anna"], ticked=[]) == {"s", "m:anna"}


SUBS = st.frozensets(st.sampled_from(["anna", "ben", "cara", "dan", "eve"]))


@settings(deadline=None)
@given(people=SUBS, before=SUBS, listed=SUBS, ticked=SUBS)
def test_letting_in_changes_nobodys_sight_but_the_listed(
    people: frozenset[str], before: frozenset[str], listed: frozenset[str], ticked: frozenset[str]
) -> None:
    secret = found(participants=people, secret_by="kim", let_in=before)

    changed = let_in(secret, listed=listed, ticked=ticked)

    assert changed ^ secret.conversation.audience <= {person(sub) for sub in listed}
    assert {person(sub) for sub in listed & ticked} <= changed
    assert not {person(sub) for sub in listed - ticked} & changed


@settings(deadline=None)
@given(people=SUBS, listed=SUBS, ticked=SUBS, by=st.sampled_from(["anna", "ben"]), data=st.data())
def test_making_secret_widens_nobodys_sight_but_the_makers(
    people: frozenset[str], listed: frozenset[str], ticked: frozenset[str], by: str, data: st.DataObject
) -> None:
    visible = found(holders=people, participants=people)
    policy = data.draw(st.sampled_from(SecretPolicy))
    staff = [
        member(sub, data.draw(st.sampled_from(Role)), view_secret=data.draw(st.booleans()))
        for sub in ("anna", "ben", "cara", "dan", "eve")
    ]

    written = made_secret(visible, by=by, listed=listed, ticked=ticked)

    secret = Found(replace(found(secret_by=by).conversation, audience=written), visible.summary)
    assert seen_by(secret, staff, policy) <= seen_by(visible, staff, policy) | {by}


@settings(deadline=None)
@given(before=SUBS, joining=SUBS, data=st.data())
def test_joining_widens_nobodys_sight_of_a_secret_conversation(
    before: frozenset[str], joining: frozenset[str], data: st.DataObject
) -> None:
    policy = data.draw(st.sampled_from(SecretPolicy))
    staff = [
        member(sub, data.draw(st.sampled_from(Role)), view_secret=data.draw(st.booleans()))
        for sub in ("anna", "ben", "cara", "dan", "eve")
    ]
    secret = found(holders=before, participants=before, secret_by="kim", let_in=before)
    grown = found(holders=before | joining, participants=before | joining, secret_by="kim", let_in=before)

    assert seen_by(grown, staff, policy) == seen_by(secret, staff, policy)


# --- whom a later message lets in (R20) -------------------------------------------------------------------

SENT = frozenset({"SENT"})
LATER = after(minutes=1)


def let_in_by(
    *,
    owner: Member | None = None,
    labels: Collection[str] = SENT,
    at: datetime = LATER,
    conversation: Found | None = None,
    policy: SecretPolicy = CLASSIC,
) -> frozenset[str]:
    return entitled(
        mail("anna@acme.example", "ben@acme.example", labels=frozenset(labels), accepted_at=at),
        owner=owner or member("anna"),
        people=["anna", "ben"],
        found=conversation or found(holders=["anna"], participants=["anna"], secret_by="anna"),
        policy=policy,
    )


def test_who_sees_it_lets_in_whom_they_write_to() -> None:
    assert let_in_by() == {"m:anna", "m:ben"}
    assert let_in_by(owner=member("dan", ADMIN)) == {"m:anna", "m:ben"}


@pytest.mark.parametrize("labels", [[], ["INBOX"], ["sent"], ["Label_SENT"]])
def test_a_message_that_was_not_sent_from_that_mailbox_lets_nobody_in(labels: list[str]) -> None:
    assert let_in_by(labels=labels) == set()


@pytest.mark.parametrize("at", [NOW, after(seconds=-1), after(days=-30)])
def test_a_message_no_later_than_the_secrecy_lets_nobody_in(at: datetime) -> None:
    assert let_in_by(at=at) == set()


@pytest.mark.parametrize(
    ("owner", "policy"),
    [
        (member("cara"), CLASSIC),
        (member("cara", LIMITED), SIP),
        (member("cara", ADMIN), SIP),
        (member("cara", INTERVIEWER, view_secret=True), SIP),
        (member("cara", SUPER, self_candidates=frozenset({"jane"})), CLASSIC),
    ],
)
def test_who_does_not_see_it_lets_nobody_in(owner: Member, policy: SecretPolicy) -> None:
    assert let_in_by(owner=owner, policy=policy) == set()


def test_a_visible_conversation_has_nobody_to_let_in() -> None:
    assert let_in_by(conversation=found(holders=["anna"], participants=["anna"])) == set()


# --- making visible again (R21) ---------------------------------------------------------------------------


def test_who_gains_sight_are_those_who_did_not_have_it() -> None:
    secret = found(holders=["anna", "lim"], participants=["anna", "ivy"], secret_by="anna")
    staff = [
        member("anna"),
        member("ben"),
        member("adam", ADMIN),
        member("lim", LIMITED),
        member("leo", LIMITED),
        member("ivy", INTERVIEWER),
        member("jan", self_candidates=frozenset({"jane"})),
    ]

    assert gains(secret, staff, CLASSIC) == {"ben", "lim"}
    assert gains(secret, staff, SIP) == {"ben", "lim", "adam"}


def test_visible_again_is_as_if_it_had_never_been_secret() -> None:
    never, again = found(), as_visible(found(secret_by="anna", let_in=["ben"]).conversation)

    assert again == never.conversation


@settings(deadline=None)
@given(people=SUBS, before=SUBS, data=st.data())
def test_sight_after_making_visible_is_sight_before_and_what_was_named(
    people: frozenset[str], before: frozenset[str], data: st.DataObject
) -> None:
    policy = data.draw(st.sampled_from(SecretPolicy))
    staff = [member(sub, data.draw(st.sampled_from(Role))) for sub in ("anna", "ben", "cara", "dan", "eve")]
    secret = found(holders=people, participants=people, secret_by="anna", let_in=before)
    visible = Found(as_visible(secret.conversation), secret.summary)

    named = gains(secret, staff, policy)

    assert not named & seen_by(secret, staff, policy)
    assert seen_by(visible, staff, policy) <= seen_by(secret, staff, policy) | named


def test_a_digest_stands_for_these_people_and_this_conversation() -> None:
    c1, c2 = (Conversation(id=id, audience=frozenset(), version="1") for id in ("c1", "c2"))
    one = digest(Act.REMOVE, c1, ["anna", "ben"])

    assert digest(Act.REMOVE, c1, ["ben", "anna"]) == one
    assert digest(Act.REMOVE, c1, {"anna", "ben"}) == one
    assert digest(Act.REMOVE, c2, ["anna", "ben"]) != one
    assert digest(Act.REMOVE, c1, ["anna"]) != one
    assert digest(Act.REMOVE, c1, ["anna", "ben", "cara"]) != one
    assert digest(Act.REMOVE, c1, ["annaben"]) != one
    assert digest(Act.MAKE_VISIBLE, c1, ["anna", "ben"]) != one
    assert digest(Act.REMOVE, replace(c1, version="2"), ["anna", "ben"]) != one


def test_a_permission_is_one_we_know() -> None:
    assert [permission.value for permission in Permission] == ["view_secret"]
