"""R15 and R16: which address may be a candidate's, who only looks like one, and what an import keeps of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from addon.policy.linking import (
    Awaited,
    Hints,
    Likeness,
    Near,
    NotLinkable,
    awaited,
    hints,
    imported_over,
    linkable_on,
    linked,
    near,
    not_linkable,
    unlinked,
)
from addon.policy.mail import Mail
from addon.policy.matching import Company, People
from storage.records import Candidate, Head, Participant, Place, ThreadState
from tests.addon.policy.samples import NOW, member
from tests.contracts.store.samples import thread

JANE = Candidate(id="jane", name="Jane Doe", addresses=("jane@people.example",))
COMPANY = Company(internal_domains=frozenset({"acme.example"}), blocked=frozenset({"rival.example"}))
PEOPLE = People(
    candidates={"tom@people.example": frozenset({"tom"}), "jane@people.example": frozenset({"jane"})},
    members={"ben@home.example": member()},
)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("jane@home.example", None),
        ("jane.doe+lever@home.example", None),
        ("helen@people.example", None),
        ("jane@people.example", None),
        ("", NotLinkable.NO_ADDRESS),
        ("jane", NotLinkable.NO_ADDRESS),
        ("a b@people.example", NotLinkable.NO_ADDRESS),
        ("jane@acme.example", NotLinkable.INTERNAL),
        ("ben@home.example", NotLinkable.INTERNAL),
        ("jane@rival.example", NotLinkable.BLOCKED),
        ("jobs@agency.example", NotLinkable.ROLE),
        ("job-alerts@board.example", NotLinkable.ROLE),
        ("no.reply@board.example", NotLinkable.ROLE),
        ("noreply-77@board.example", NotLinkable.ROLE),
        ("reply+a1b2@board.example", NotLinkable.ROLE),
        ("mailer-daemon@mx.example", NotLinkable.ROLE),
        ("devs@googlegroups.com", NotLinkable.LIST),
        ("devs@lists.example", NotLinkable.LIST),
        ("linux-l@univ.example", NotLinkable.LIST),
        ("crew@posts.example", NotLinkable.LIST),
        ("tom@people.example", NotLinkable.OTHERS),
    ],
)
def test_only_one_persons_own_outside_address_can_become_a_candidates(
    address: str, why: NotLinkable | None
) -> None:
    refused = not_linkable(
        address, JANE, people=PEOPLE, company=COMPANY, list_addresses=frozenset({"crew@posts.example"})
    )

    assert refused is why


def test_a_candidate_gets_no_more_addresses_than_a_record_holds() -> None:
    many = replace(JANE, addresses=tuple(f"j{n}@x.example" for n in range(100)))

    assert not_linkable("new@x.example", many, people=PEOPLE, company=COMPANY) is NotLinkable.TOO_MANY


def test_what_is_linked_is_taken_away_again_and_nothing_else() -> None:
    by_hand = linked(JANE, "jane@home.example")

    assert by_hand.to_wake
    assert by_hand.addresses == ("jane@people.example", "jane@home.example")
    without = unlinked(replace(by_hand, to_wake=False), "jane@home.example", by="anna")
    assert (without.addresses, without.linked) == (JANE.addresses, ())
    assert without.leaving == {"jane@home.example": "anna"}
    assert without.to_do
    assert not without.to_wake
    assert unlinked(by_hand, "jane@people.example", by="anna") == by_hand
    assert linked(without, "jane@home.example").leaving == {}


def test_an_import_takes_no_link_back_and_knows_its_own_addresses() -> None:
    by_hand = linked(JANE, "jane@home.example")
    row = replace(JANE, addresses=("jane@new.example",))

    kept = imported_over(row, by_hand)
    known = imported_over(replace(row, addresses=("jane@home.example",)), by_hand)

    assert (kept.addresses, kept.linked) == (("jane@new.example", "jane@home.example"), ("jane@home.example",))
    assert (known.addresses, known.linked) == (("jane@home.example",), ())
    assert imported_over(row, None) == row
    left = unlinked(by_hand, "jane@home.example", by="anna")
    assert imported_over(row, left).leaving == {"jane@home.example": "anna"}
    assert imported_over(replace(row, addresses=("jane@home.example",)), left).leaving == {}


def test_of_waiting_conversations_only_ones_own_are_counted_and_old_ones_apart() -> None:
    def waits(sub: str, days: int, state: ThreadState = ThreadState.WAITING) -> object:
        one = thread(sub, f"{sub}-{days}-{state}", state=state)
        return replace(
            one, reasons={why: replace(by, at=NOW - timedelta(days=days)) for why, by in one.reasons.items()}
        )

    some = [waits("1", 1), waits("1", 29), waits("1", 31), waits("2", 1), waits("1", 2, ThreadState.STOPPED)]

    assert awaited(some, sub="1", now=NOW) == Awaited(now=2, later=1)  # type: ignore[arg-type]


def _mail(*people: tuple[str, str, Place], list_mail: bool = False) -> Mail:
    return Mail(
        id="m1",
        thread="t1",
        labels=frozenset(),
        accepted_at=NOW,
        message_id=None,
        date=None,
        list_mail=list_mail,
        head=Head(
            subject="",
            participants=tuple(Participant(address=a, name=n, place=p) for a, n, p in people),
        ),
    )


def test_of_people_outside_who_match_nobody_something_is_looked_up_and_of_nobody_else() -> None:
    mail = _mail(
        ("jane+x@home.example", "Jane Doe", Place.FROM),
        ("jane@people.example", "Jane Again", Place.CC),
        ("anna@acme.example", "Jane Doe", Place.TO),
        ("spy@rival.example", "Tom Ray", Place.CC),
        ("bob@x.example", "bob@x.example", Place.CC),
        ("answers@people.example", "Jane Doe", Place.REPLY_TO),
    )

    assert hints(mail, people=PEOPLE, company=COMPANY) == Hints(
        addresses={"jane+x@home.example".replace("+x", ""): "jane+x@home.example"},
        replies={"answers@people.example": "jane+x@home.example"},
        names={"Jane Doe": "jane+x@home.example"},
    )


def test_each_is_suggested_once_for_the_surest_reason() -> None:
    given = Hints(
        addresses={"jane@home.example": "jane+x@home.example"},
        replies={"r@people.example": "jane+x@home.example"},
        names={"Jane Doe": "jane+x@home.example"},
    )

    found = near(
        given,
        found={"jane@home.example": frozenset({"jane"}), "r@people.example": frozenset({"rob"})},
        called={"Jane Doe": frozenset({"jane", "jane-2", "jane-3"})},
    )

    assert found == (
        Near(candidate="rob", address="jane+x@home.example", why=Likeness.REPLY_TO),
        Near(candidate="jane", address="jane+x@home.example", why=Likeness.PLUS_TAG),
        Near(candidate="jane-2", address="jane+x@home.example", why=Likeness.SAME_NAME),
    )


def test_the_authors_address_is_offered_first_and_never_one_that_would_be_refused() -> None:
    mail = _mail(
        ("jobs@agency.example", "", Place.TO),
        ("cc@x.example", "", Place.CC),
        ("tom@people.example", "", Place.CC),
        ("rita@agency.example", "", Place.FROM),
        ("only@reply.example", "", Place.REPLY_TO),
    )

    assert linkable_on(mail, people=PEOPLE, company=COMPANY) == ("rita@agency.example", "cc@x.example")


class Crowd(tuple[Participant, ...]):  # noqa: SLOT001 (no tuple of any length has slots)
    """Who takes part in a mail, and how often they were gone through."""

    times = 0

    def __iter__(self) -> Iterator[Participant]:
        self.times += 1
        return super().__iter__()


def test_thousands_of_people_on_one_message_are_gone_through_a_few_times_and_not_once_for_each_of_them() -> None:
    crowd = Crowd(Participant(address=f"p{n}@else.example", name=f"P{n}", place=Place.TO) for n in range(2000))
    mail = replace(_mail(("rita@agency.example", "", Place.FROM)), head=Head(subject="", participants=crowd))

    offered = linkable_on(mail, people=PEOPLE, company=COMPANY)
    found = hints(mail, people=PEOPLE, company=COMPANY)

    assert offered == tuple(f"p{n}@else.example" for n in range(3))
    assert len(found.names) == 2000
    assert crowd.times < 10
