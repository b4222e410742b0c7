"""The pure rules both backends share: who finds a conversation, what several become, where a page begins."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from storage.audience import link_audience, person
from storage.pages import cursor_of, page, place_of
from storage.records import (
    NOT_PURGED,
    Conversation,
    ConversationState,
    Found,
    Removal,
    Role,
    Summary,
    Withdrawal,
)
from storage.union import LONG_AGO, united
from tests.contracts.store.samples import after, conversation, secret

SUBS = st.frozensets(st.sampled_from("123"))
TIMES = st.integers(0, 3).map(after)
REMOVALS = st.none() | st.builds(
    Removal, by=st.sampled_from("123"), role=st.sampled_from(Role), at=TIMES, purge_at=TIMES
)
OUT = st.builds(
    Withdrawal,
    by=st.sampled_from("123"),
    at=TIMES,
    purge_at=TIMES,
    barrier=st.just(1),
    state=st.sampled_from([ConversationState.REMOVED, ConversationState.PURGING, ConversationState.PURGED]),
)
WHOLE_GRACE = after(9)


def summary(id_: str = "c1", **fields: object) -> Summary:
    empty = frozenset[str]()
    return Summary(
        **{  # type: ignore[arg-type]
            "conversation": id_,
            "subject": "",
            "count": 0,
            "last_at": LONG_AGO,
            "holders": empty,
            "participants": empty,
            "named": empty,
            "candidates": empty,
            **fields,
        }
    )


@st.composite
def founds(draw: st.DrawFn) -> list[Found]:
    """Conversations with different ids, in the order of their first mail."""
    made = []
    for id_ in draw(st.permutations("abcd")):
        removal = draw(REMOVALS)
        hidden = draw(st.booleans())
        gate = Conversation(
            id=id_,
            state=ConversationState.REMOVED if removal else ConversationState.LIVE,
            secret=hidden,
            secret_by=draw(st.sampled_from("123")) if hidden else None,
            secret_at=draw(TIMES) if hidden else None,
            audience=draw(SUBS),
            removal=removal,
            withdrawn=draw(st.dictionaries(st.sampled_from("123"), OUT)),
            hold=draw(st.booleans()),
        )
        people = {name: draw(SUBS) for name in ("participants", "named", "candidates")}
        people["holders"] = draw(SUBS).difference(gate.withdrawn)
        lists = summary(id_, subject=id_, count=draw(st.integers(0, 3)), last_at=draw(TIMES), **people)
        made.append(Found(gate, lists))
    return made


def test_a_visible_conversation_is_for_its_audience_and_its_people() -> None:
    people = summary(holders=frozenset({"1"}), participants=frozenset({"2"}), named=frozenset({"3"}))

    assert link_audience(conversation(), people) == {"v", person("1"), person("2")}


def test_a_secret_one_is_for_its_audience_alone() -> None:
    people = summary(holders=frozenset({"1"}), participants=frozenset({"2"}))

    assert link_audience(secret(audience=frozenset({"m:1", "s"})), people) == {"m:1", "s"}


@given(founds(), st.integers(1, 3), st.data())
def test_uniting_is_the_same_in_every_order_and_grouping(
    found: list[Found], cut: int, data: st.DataObject
) -> None:
    order = {each.conversation.id: place for place, each in enumerate(found)}
    shuffled = data.draw(st.permutations(found))
    parts = [shuffled[:cut], shuffled[cut:]]

    def by_first_mail(group: list[Found]) -> list[Found]:
        return sorted(group, key=lambda each: order[each.summary.subject])

    grouped = [united(by_first_mail(part), kept_until=WHOLE_GRACE) for part in parts]
    assert united(by_first_mail(grouped), kept_until=WHOLE_GRACE) == united(found, kept_until=WHOLE_GRACE)


@given(founds())
def test_a_union_destroys_nothing_earlier_than_it_would_have_been_and_what_was_not_out_a_whole_grace_later(
    found: list[Found],
) -> None:
    together = united(found, kept_until=WHOLE_GRACE).conversation

    for conversation_, summary_ in found:
        held = dict.fromkeys(summary_.holders, WHOLE_GRACE)
        left = {sub: own.purge_at for sub, own in conversation_.withdrawn.items() if own.state in NOT_PURGED}
        for sub, until in (held | left).items():
            own = together.withdrawn.get(sub)
            assert own is None or (own.purge_at >= until and own.state in NOT_PURGED)
            if sub in held and own is not None:
                assert own.state is ConversationState.REMOVED
        if together.removal:
            until = conversation_.removal.purge_at if conversation_.removal else WHOLE_GRACE
            assert together.removal.purge_at >= until


@given(founds())
def test_what_a_holder_took_out_themselves_of_one_is_theirs_to_bring_back_of_the_union(found: list[Found]) -> None:
    together = united(found, kept_until=WHOLE_GRACE).conversation

    for each in found:
        for sub, own in each.conversation.withdrawn.items():
            if own.by == sub and own.state is ConversationState.REMOVED:
                assert (together.withdrawn[sub].by, together.withdrawn[sub].state) == (sub, own.state)


@given(founds())
def test_a_union_shows_nothing_to_anybody_who_did_not_see_a_secret_in_it(found: list[Found]) -> None:
    hidden = [each for each in found if each.conversation.secret]
    together = united(found, kept_until=WHOLE_GRACE)

    if hidden:
        assert all(link_audience(*together) <= each.conversation.audience for each in hidden)
    assert together.conversation.secret is bool(hidden)
    assert together.conversation.id == "a"


@given(founds())
def test_what_an_admin_removed_stays_an_admins_to_restore(found: list[Found]) -> None:
    roles = [each.conversation.removal.role for each in found if each.conversation.removal]
    together = united(found, kept_until=WHOLE_GRACE).conversation

    assert (together.state is ConversationState.REMOVED) is bool(roles)
    if together.removal and {Role.ADMIN, Role.SUPER_ADMIN} & set(roles):
        assert together.removal.role in (Role.ADMIN, Role.SUPER_ADMIN)


def test_a_union_keeps_nothing_twice_and_loses_nothing() -> None:
    one = Found(conversation("b"), summary("b", subject="First", count=2, last_at=after(1)))
    other = Found(conversation("a"), summary("a", subject="Second", count=3, last_at=after(2)))

    together = united([one, other], kept_until=WHOLE_GRACE)

    assert together.summary == summary("a", subject="First", count=5, last_at=after(2))
    assert together.conversation == replace(conversation("a"), version=other.conversation.version)


@given(st.tuples(st.integers(-(2**63), 2**63 - 1), st.text()))
def test_a_cursor_names_its_place(place: tuple[int, str]) -> None:
    assert place_of(cursor_of(place), start=(0, "")) == place


@given(st.text())
def test_whatever_comes_as_a_cursor_is_a_place(cursor: str) -> None:
    place = place_of(cursor, start=(0, ""))

    assert [type(part) for part in place] == [int, str]


def test_a_number_no_store_could_hold_is_not_a_place() -> None:
    assert place_of(cursor_of((2**63, "a")), start=(0, "")) == (0, "")
    assert place_of(cursor_of((True, "a")), start=(0, "")) == (0, "")


def test_the_item_too_many_is_not_shown_and_tells_of_a_next_page() -> None:
    shown = page(["a", "b", "c"], limit=2, place=lambda item: (item,))

    assert shown.items == ("a", "b")
    assert shown.next == cursor_of(("b",))
    assert page(["a", "b"], limit=2, place=lambda item: (item,)).next is None
