"""R13 to R15: whom a thread is about, by exact address and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addon.policy.mail import Mail
from addon.policy.matching import Company, Match, People, canonical, everyone, match
from tests.addon.policy.samples import ACME, ANNA, BEN, JANE, mail, member, people

LIST = "jobs-list@groups.example"


def about(*mails: Mail, **directory: Sequence[str]) -> Match:
    """Match in a company where Anna and Ben work; Jane is the candidate unless the directory is given."""
    known = people(member("anna"), member("ben"), **(directory or {"jane": [JANE]}))
    return match(mails, people=known, company=ACME)


# --- addresses --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("jane@people.example", "jane@people.example"),
        (" Jane@People.EXAMPLE ", "jane@people.example"),
        ("STRASSE@x.example", "strasse@x.example"),
        ("jane.doe@gmail.com", "janedoe@gmail.com"),
        ("J.a.n.e+work@GMAIL.com", "jane@gmail.com"),
        ("jane+a+b@googlemail.com", "jane@gmail.com"),
        ("jane.doe+work@people.example", "jane.doe+work@people.example"),
        ("jane.doe@mail.gmail.com", "jane.doe@mail.gmail.com"),
        ("jane.doe@notgmail.com", "jane.doe@notgmail.com"),
        ("no address", "no address"),
    ],
)
def test_dots_and_tags_are_ignored_for_gmail_only(written: str, compared: str) -> None:
    assert canonical(written) == compared


@settings(deadline=None)
@given(st.from_regex(r"[A-Za-z.+]{1,8}@(gmail\.com|googlemail\.com|People\.example)", fullmatch=True))
def test_a_compared_form_is_its_own(address: str) -> None:
    assert canonical(canonical(address)) == canonical(address)


@pytest.mark.parametrize("place", ["sender", "to", "cc", "bcc"])
def test_a_candidate_matches_in_any_place_of_a_person(place: str) -> None:
    found = {
        "sender": mail(JANE, ANNA),
        "to": mail(ANNA, JANE),
        "cc": mail(ANNA, BEN, cc=[JANE]),
        "bcc": mail(ANNA, BEN, bcc=[JANE]),
    }[place]

    assert about(found).candidates == {"jane"}


def test_case_and_gmails_dots_do_not_hide_a_candidate() -> None:
    found = about(mail("Jane.Doe+jobs@GoogleMail.com", ANNA), jane=["janedoe@gmail.com"])

    assert found.candidates == {"jane"}


@pytest.mark.parametrize(
    "other", ["jane@straße.example", "jane@\u017ftrasse.example", "\uff4aane@strasse.example"]
)
def test_letters_that_only_look_or_sort_alike_are_another_address(other: str) -> None:
    assert about(mail(other, ANNA), jane=["jane@strasse.example"]).candidates == frozenset()


@pytest.mark.parametrize(
    "near", ["jane+x@people.example", "j.ane@people.example", "jane@x.people.example", "jane"]
)
def test_a_near_match_is_none(near: str) -> None:
    assert about(mail(near, ANNA)) == Match(members=frozenset({"anna"}))


def test_a_display_name_never_matches() -> None:
    found = about(mail("agency@else.example", ANNA, name=JANE))

    assert found.candidates == set()


def test_reply_to_never_matches() -> None:
    found = about(mail("agency@else.example", ANNA, reply_to=[JANE]))

    assert found.candidates == set()


# --- lists ------------------------------------------------------------------------------------------------


def test_list_mail_matches_who_wrote_it() -> None:
    found = about(mail(JANE, LIST, list_mail=True, list_addresses=frozenset({LIST})))

    assert found.candidates == {"jane"}


def test_list_mail_does_not_match_whom_it_is_to() -> None:
    found = about(mail(ANNA, JANE, list_mail=True))

    assert found.candidates == set()


@pytest.mark.parametrize("posted", [mail(ANNA, LIST), mail(ANNA, BEN, cc=[LIST]), mail(LIST, ANNA)])
def test_where_a_list_takes_posts_is_nobodys_address(posted: Mail) -> None:
    listed = mail(ANNA, BEN, list_mail=True, list_addresses=frozenset({LIST}))

    through_it = Mail(**(vars(posted) | {"list_addresses": listed.list_addresses}))

    assert about(through_it, jane=[LIST]).candidates == set()


# --- addresses of two, and colleagues ---------------------------------------------------------------------


def test_an_address_of_two_candidates_matches_neither() -> None:
    found = about(mail(JANE, ANNA), jane=[JANE], joe=[JANE])

    assert found.candidates == set()
    assert found.shared == {JANE: {"jane", "joe"}}


def test_beside_an_address_of_two_another_candidate_still_matches() -> None:
    found = about(mail(JANE, ANNA, cc=["joe@people.example"]), jane=[JANE], jon=[JANE], joe=["joe@people.example"])

    assert found.candidates == {"joe"}


@pytest.mark.parametrize("address", [ANNA, "nobody@acme.example"])
def test_colleagues_and_internal_addresses_are_never_candidates(address: str) -> None:
    found = about(mail(JANE, address), kim=[address])

    assert found.candidates == set()
    assert found.internal == set()


@pytest.mark.parametrize("address", [ANNA, "nobody@acme.example"])
def test_nobody_is_asked_whose_an_internal_address_is(address: str) -> None:
    found = about(mail(JANE, address), kim=[address], joe=[address])

    assert found == Match(members=frozenset({"anna"} if address == ANNA else ()))


def test_a_members_own_outside_address_is_the_members() -> None:
    private = "anna@home.example"
    anna = member("anna", addresses=frozenset({ANNA, private}))

    found = match([mail(private, BEN)], people=people(anna, kim=[private]), company=ACME)

    assert found.candidates == set()
    assert found.members == {"anna"}


def test_a_colleague_marked_as_candidate_is_found_as_that_and_nothing_else() -> None:
    ben = member("ben", self_candidates=frozenset({"ben_as_candidate"}))
    directory = people(member("anna"), ben, ben_as_candidate=[BEN])

    found = match([mail(BEN, ANNA)], people=directory, company=ACME)

    assert found.candidates == set()
    assert found.internal == {"ben_as_candidate"}


def test_marking_one_colleague_says_nothing_of_another() -> None:
    ben = member("ben", self_candidates=frozenset({"ben_as_candidate"}))
    directory = people(member("anna"), ben, ben_as_candidate=[ANNA])

    found = match([mail(BEN, ANNA)], people=directory, company=ACME)

    assert found.internal == set()


@pytest.mark.parametrize("place", ["to", "cc", "bcc"])
def test_members_are_known_wherever_they_take_part(place: str) -> None:
    found = {
        "to": mail(JANE, BEN),
        "cc": mail(JANE, cc=[BEN]),
        "bcc": mail(JANE, bcc=[BEN]),
    }[place]

    assert about(found).members == {"ben"}


# --- whom the company never syncs mail with (R14) ---------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "address", "blocked"),
    [
        ("ceo@rival.example", "CEO@Rival.example", True),
        ("ceo@rival.example", "cto@rival.example", False),
        ("rival.example", "anyone@rival.example", True),
        ("rival.example", "anyone@mail.rival.example", False),
        ("rival.example", "anyone@notrival.example", False),
        ("spy@gmail.com", "s.p.y+x@googlemail.com", True),
        ("gmail.com", "anyone@googlemail.com", True),
        ("googlemail.com", "anyone@googlemail.com", True),
    ],
)
def test_addresses_and_exact_domains_are_blocked(entry: str, address: str, *, blocked: bool) -> None:
    company = Company(internal_domains=frozenset(), blocked=frozenset({entry}))

    found = match([mail(JANE, ANNA, cc=[address])], people=people(jane=[JANE]), company=company)

    assert (found.blocked is not None) is blocked


@pytest.mark.parametrize(
    "of_them",
    [
        mail("x@rival.example", ANNA),
        mail(JANE, "x@rival.example"),
        mail(JANE, ANNA, bcc=["x@rival.example"]),
        mail(JANE, ANNA, reply_to=["x@rival.example"]),
        mail("x@rival.example", ANNA, automatic=True),
        mail(JANE, "x@rival.example", list_mail=True),
    ],
)
def test_a_blocked_participant_is_found_in_any_place_of_any_mail(of_them: Mail) -> None:
    company = Company(internal_domains=frozenset(), blocked=frozenset({"rival.example"}))

    found = match([mail(JANE, ANNA), of_them], people=people(jane=[JANE]), company=company)

    assert found.blocked == "x@rival.example"


def test_a_member_to_whom_answers_are_wanted_takes_no_part_by_that() -> None:
    directory = People(candidates={}, members={ANNA: member("anna"), BEN: member("ben")})

    found = match([mail(JANE, ANNA, reply_to=[BEN])], people=directory, company=ACME)

    assert found.members == {"anna"}


def test_neither_addresses_nor_candidates_stand_in_what_is_printed() -> None:
    company = Company(internal_domains=frozenset(), blocked=frozenset({"x@rival.example"}))
    directory = people(jane=[JANE], joe=[JANE])

    found = match([mail(JANE, "x@rival.example")], people=directory, company=company)

    assert JANE not in repr(found)
    assert JANE not in repr(directory)
    assert "x@rival.example" not in repr(found)


# --- order ------------------------------------------------------------------------------------------------

ADDRESSES = st.sampled_from([ANNA, BEN, JANE, "j.oe@gmail.com", "joe+x@gmail.com", "x@rival.example", LIST])
MAILS = st.lists(
    st.builds(
        mail,
        ADDRESSES,
        ADDRESSES,
        cc=st.lists(ADDRESSES, max_size=2),
        automatic=st.booleans(),
        list_mail=st.booleans(),
        list_addresses=st.sampled_from([frozenset(), frozenset({LIST})]),
    ),
    max_size=4,
)


@settings(deadline=None)
@given(MAILS.flatmap(lambda mails: st.tuples(st.just(mails), st.permutations(mails))))
def test_a_match_does_not_depend_on_the_order_of_the_mails(both: tuple[list[Mail], list[Mail]]) -> None:
    company = Company(internal_domains=frozenset({"acme.example"}), blocked=frozenset({"rival.example", LIST}))
    ben = member("ben", self_candidates=frozenset({"ben"}))
    directory = people(member("anna"), ben, jane=[JANE], jon=[JANE], joe=["joe@gmail.com"], ben=[BEN])

    one, other = (match(mails, people=directory, company=company) for mails in both)

    assert one == other


@settings(deadline=None)
@given(MAILS)
def test_whoever_matches_takes_part_by_exact_address(mails: list[Mail]) -> None:
    directory = people(
        member("anna"), member("ben"), jane=[JANE], joe=["joe@gmail.com"], kim=["kim@people.example"]
    )

    found = match(mails, people=directory, company=ACME)

    taking_part = everyone(mails)
    assert "kim" not in found.candidates
    assert JANE in taking_part or "jane" not in found.candidates
    assert "joe@gmail.com" in taking_part or "joe" not in found.candidates
