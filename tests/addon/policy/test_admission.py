"""R7, R13, R14 and R17: what may enter, and every reason why something does not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addon.policy.admission import Admission, Denial, Denied, Facts, admit, never_stored
from addon.policy.matching import Match, match
from storage.records import Reason, Role
from tests.addon.policy.samples import ACME, ANNA, BEN, JANE, mail, member, people

BY_HAND = (Reason.LABEL, Reason.ASKED)
BY_MACHINE = (Reason.ORIGIN, Reason.IMPORT)


def facts(*reasons: Reason, **given_facts: Any) -> Facts:
    known: dict[str, Any] = {"on": True, "owner": member(), "match": Match(candidates=frozenset({"jane"}))}
    return Facts(reasons=frozenset(reasons), **(known | given_facts))


def about(*candidates: str) -> Match:
    return Match(candidates=frozenset(candidates))


# --- who is let in ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", list(Reason))
def test_a_thread_pointed_at_with_a_candidate_is_admitted(reason: Reason) -> None:
    decision = admit(facts(reason))

    assert decision == Admission(reason=reason, candidates=frozenset({"jane"}))


def test_of_several_reasons_the_strongest_is_named() -> None:
    decision = admit(facts(*Reason))

    assert decision == Admission(reason=Reason.LABEL, candidates=frozenset({"jane"}))


def test_every_candidate_who_takes_part_is_one_it_is_about() -> None:
    decision = admit(facts(Reason.LABEL, match=about("jane", "joe"), about=frozenset({"kim"})))

    assert decision == Admission(reason=Reason.LABEL, candidates=frozenset({"jane", "joe", "kim"}))


def test_a_thread_that_is_about_somebody_already_needs_no_candidate_on_its_new_mail() -> None:
    decision = admit(facts(Reason.LABEL, match=Match(), about=frozenset({"jane"})))

    assert decision == Admission(reason=Reason.LABEL, candidates=frozenset({"jane"}))


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.INTERVIEWER])
def test_every_role_but_the_interviewer_syncs(role: Role) -> None:
    assert isinstance(admit(facts(Reason.ASKED, owner=member(role=role))), Admission)


# --- who is not -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("denied", "why"),
    [
        (facts(Reason.LABEL, on=False), Denied.OFF),
        (facts(Reason.LABEL, owner=member(role=Role.INTERVIEWER)), Denied.ROLE),
        (facts(), Denied.NOT_POINTED_AT),
        (facts(about=frozenset({"jane"})), Denied.NOT_POINTED_AT),
        (
            facts(Reason.LABEL, match=Match(candidates=frozenset({"jane"}), blocked="x@rival.example")),
            Denied.BLOCKED,
        ),
        (facts(Reason.LABEL, match=Match(blocked="x"), about=frozenset({"jane"})), Denied.BLOCKED),
        (facts(Reason.LABEL, owner=member(self_candidates=frozenset({"jane"}))), Denied.SELF),
        (
            facts(Reason.LABEL, owner=member(self_candidates=frozenset({"me"})), match=about("jane", "me")),
            Denied.SELF,
        ),
        (
            facts(
                Reason.LABEL,
                owner=member(self_candidates=frozenset({"me"})),
                match=Match(internal=frozenset({"me"})),
            ),
            Denied.SELF,
        ),
        (
            facts(Reason.LABEL, owner=member(self_candidates=frozenset({"me"})), about=frozenset({"me"})),
            Denied.SELF,
        ),
        (facts(Reason.LABEL, match=Match()), Denied.NO_CANDIDATE),
        (facts(Reason.LABEL, match=Match(shared={JANE: frozenset({"jane", "joe"})})), Denied.SHARED_ADDRESS),
    ],
)
def test_everything_else_stays_out_and_says_why(denied: Facts, why: Denied) -> None:
    assert admit(denied) == Denial(why=why)


# --- internal candidates (R13) ----------------------------------------------------------------------------


@pytest.mark.parametrize("reason", BY_HAND)
def test_a_colleague_marked_as_candidate_matches_where_somebody_pointed_at_the_thread(reason: Reason) -> None:
    decision = admit(facts(reason, match=Match(internal=frozenset({"ben"}))))

    assert decision == Admission(reason=reason, candidates=frozenset({"ben"}))


@pytest.mark.parametrize("reason", BY_MACHINE)
def test_a_colleague_marked_as_candidate_never_matches_by_origin_or_import(reason: Reason) -> None:
    decision = admit(facts(reason, match=Match(internal=frozenset({"ben"}))))

    assert decision == Denial(why=Denied.NO_CANDIDATE)


@pytest.mark.parametrize("other", [{"match": Match(candidates=frozenset({"jane"}), internal=frozenset({"ben"}))}])
def test_a_colleague_marked_as_candidate_does_not_count_beside_another_candidate(other: dict[str, Any]) -> None:
    decision = admit(facts(Reason.LABEL, **other))

    assert decision == Admission(reason=Reason.LABEL, candidates=frozenset({"jane"}))


def test_a_colleagues_reply_does_not_make_a_candidates_conversation_one_about_the_colleague() -> None:
    reply = Match(internal=frozenset({"ben"}))

    decision = admit(facts(Reason.LABEL, match=reply, about=frozenset({"jane"})))

    assert decision == Admission(reason=Reason.LABEL, candidates=frozenset({"jane"}))


def test_a_colleague_does_not_count_where_an_address_of_two_candidates_takes_part() -> None:
    unclear = Match(internal=frozenset({"ben"}), shared={JANE: frozenset({"jane", "joe"})})

    decision = admit(facts(Reason.LABEL, match=unclear))

    assert decision == Denial(why=Denied.SHARED_ADDRESS)


# --- automatic replies, and what is never stored (R17) ----------------------------------------------------


def test_an_automatic_reply_admits_nothing() -> None:
    matched = match([mail(JANE, ANNA, automatic=True)], people=people(member(), jane=[JANE]), company=ACME)

    decision = admit(facts(Reason.LABEL, match=matched))

    assert decision == Denial(why=Denied.NO_CANDIDATE)


def test_an_automatic_reply_beside_a_written_mail_does_no_harm() -> None:
    mails = [mail(ANNA, JANE), mail(JANE, ANNA, automatic=True)]

    matched = match(mails, people=people(member(), jane=[JANE]), company=ACME)

    assert isinstance(admit(facts(Reason.LABEL, match=matched)), Admission)


@pytest.mark.parametrize(
    ("label", "why"),
    [("DRAFT", Denied.DRAFT), ("CHAT", Denied.CHAT), ("SPAM", Denied.SPAM), ("TRASH", Denied.TRASH)],
)
def test_drafts_chats_spam_and_trash_are_never_stored(label: str, why: Denied) -> None:
    assert never_stored(mail(labels=frozenset({label, "INBOX", "Label_1"}))) is why


def test_what_is_to_be_sent_later_is_a_draft() -> None:
    assert never_stored(mail(labels=frozenset({"Label_1"}), scheduled=True)) is Denied.DRAFT


@pytest.mark.parametrize("labels", [[], ["INBOX"], ["SENT"], ["Label_1", "UNREAD"]])
def test_ordinary_mail_may_be_stored(labels: list[str]) -> None:
    assert never_stored(mail(labels=frozenset(labels))) is None


# --- nothing else, whatever comes together ----------------------------------------------------------------

IDS = st.frozensets(st.sampled_from(["jane", "joe", "me"]), max_size=2)
MATCHES = st.builds(
    Match,
    candidates=IDS,
    internal=IDS,
    shared=st.sampled_from([{}, {JANE: frozenset({"jane", "joe"})}]),
    blocked=st.sampled_from([None, None, BEN]),
)
FACTS = st.builds(
    Facts,
    on=st.sampled_from([True, True, True, False]),
    owner=st.builds(
        member, role=st.sampled_from(Role), self_candidates=st.sampled_from([(), {"me"}]).map(frozenset)
    ),
    reasons=st.frozensets(st.sampled_from(Reason), max_size=2),
    match=MATCHES,
    about=IDS,
)


@settings(deadline=None)
@given(FACTS)
def test_nothing_enters_without_a_pointing_and_a_candidate(these: Facts) -> None:
    decision = admit(these)

    if isinstance(decision, Admission):
        assert decision.reason in these.reasons
        assert decision.candidates
        assert decision.candidates <= these.match.candidates | these.match.internal | these.about


@settings(deadline=None)
@given(FACTS)
def test_nothing_enters_past_a_refusal(these: Facts) -> None:
    decision = admit(these)

    if isinstance(decision, Admission):
        assert these.on
        assert these.owner.role is not Role.INTERVIEWER
        assert these.match.blocked is None
        assert not decision.candidates & these.owner.self_candidates


@settings(deadline=None)
@given(FACTS)
def test_a_colleague_is_never_added_to_another_candidates_conversation(these: Facts) -> None:
    decision = admit(these)

    if isinstance(decision, Admission) and not decision.candidates <= these.match.candidates | these.about:
        assert these.reasons & {Reason.LABEL, Reason.ASKED}
        assert not these.match.candidates
        assert not these.match.shared
        assert not these.about


@settings(deadline=None)
@given(FACTS)
def test_whom_somebody_else_is_about_never_matters_to_a_denial(these: Facts) -> None:
    decision = admit(these)

    wanted = (
        these.on
        and these.owner.role is not Role.INTERVIEWER
        and bool(these.reasons)
        and these.match.blocked is None
        and bool(these.match.candidates | these.about)
        and not (these.match.candidates | these.about) & these.owner.self_candidates
    )
    assert isinstance(decision, Admission) or not wanted
