"""On the way to a consent: one link a member, good once; and what opting in settles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from storage.port import ConflictError, Store
from storage.records import ConsentAttempt, ConsentRequest, Errand, Refusal
from tests.contracts.store.opening import Opening, OpenStore
from tests.contracts.store.races import WRITERS, at_once
from tests.contracts.store.samples import (
    NOW,
    after,
    attempt,
    consent,
    email_on,
    mailbox,
    opt_in,
    opt_out,
    request,
)
from tests.contracts.store.values import AWKWARD

MOMENT = timedelta(microseconds=1)
SEVERAL = 120
"""Attempts: more than a backend deletes at once."""


class Consents(Opening):
    # --- requests -----------------------------------------------------------------------------------------

    def test_who_never_asked_has_no_request(self, store: Store) -> None:
        store.request_consent(request("1"))

        assert store.consent_request("2") is None
        assert store.consent_requested("nonce-2") is None

    def test_a_request_is_found_by_its_member_and_by_its_link(self, store: Store) -> None:
        made = request(errand=Errand.EXPORT, refusal=Refusal.DECLINED, taken=True)
        store.request_consent(made)
        store.request_consent(request("2"))

        assert store.consent_request("1") == store.consent_requested("nonce-1") == made

    def test_a_newer_request_takes_the_place_of_an_earlier_whose_link_is_dead(self, store: Store) -> None:
        store.request_consent(request(nonce="old", taken=True, refusal=Refusal.NO_ANSWER))
        store.attempt_consent(attempt(nonce="old"))
        newer = request(nonce="new")

        store.request_consent(newer)

        assert store.consent_request("1") == store.consent_requested("new") == newer
        assert store.consent_requested("old") is None
        assert taken(store) is None
        assert store.consent_request("1") == newer

    # --- attempts -----------------------------------------------------------------------------------------

    def test_an_attempt_is_taken_as_it_was_kept_and_uses_the_link_up(self, store: Store) -> None:
        begin(store)

        assert taken(store) == attempt()

        assert store.consent_request("1") == request(taken=True)
        assert taken(store) is None
        store.attempt_consent(attempt(verifier="another"))  # nothing is left of it

    def test_of_several_browsers_on_the_way_with_one_link_one_arrives(self, store: Store) -> None:
        begin(store, attempt("scanner", browser="theirs"), attempt("person", browser="mine"))

        assert taken(store, "person", browser="mine") == attempt("person", browser="mine")
        assert taken(store, "scanner", browser="theirs") is None

    def test_members_on_their_way_do_not_meet(self, store: Store) -> None:
        for sub in "12":
            store.request_consent(request(sub))
            store.attempt_consent(attempt(f"state-{sub}", sub=sub))

        assert taken(store, "state-1") == attempt("state-1", sub="1")
        assert store.consent_request("2") == request("2")
        assert taken(store, "state-2") == attempt("state-2", sub="2")

    def test_an_attempt_is_kept_once(self, store: Store) -> None:
        begin(store)

        with pytest.raises(ConflictError):
            store.attempt_consent(attempt(browser="another", verifier="another"))

        assert taken(store) == attempt()

    @pytest.mark.parametrize(
        ("asked", "tried"),
        [
            (request(), attempt(browser="another")),
            (request(), attempt(expires_at=NOW)),
            (request(), attempt(expires_at=NOW - timedelta(days=9))),
            (request(expires_at=NOW), attempt()),
            (request(taken=True), attempt()),
            (request(taken=True, refusal=Refusal.DECLINED), attempt()),
            (request(nonce="newer"), attempt()),
            (request("2", nonce="nonce-1"), attempt()),
            (request(), attempt("another")),
        ],
        ids=["browser", "late", "long ago", "link late", "taken", "refused", "newer", "another's", "unknown"],
    )
    def test_what_is_not_to_be_taken_is_not_and_nothing_changes(
        self, store: Store, asked: ConsentRequest, tried: ConsentAttempt
    ) -> None:
        store.request_consent(asked)
        store.attempt_consent(tried)

        assert taken(store) is None

        assert store.consent_request(asked.sub) == asked
        store.request_consent(request())
        left = taken(store, tried.state, browser=tried.browser, now=tried.expires_at - MOMENT)
        assert left == tried

    def test_an_attempt_without_any_request_is_not_taken(self, store: Store) -> None:
        store.attempt_consent(attempt())

        assert taken(store) is None
        assert store.consent_request("1") is None

    def test_link_and_attempt_are_good_to_the_last_microsecond(self, store: Store) -> None:
        end = after(0.000_007)
        for sub, until in (("1", (end, end + MOMENT)), ("2", (end + MOMENT, end))):
            store.request_consent(request(sub, expires_at=until[0]))
            store.attempt_consent(attempt(sub, sub=sub, expires_at=until[1]))

        assert taken(store, "1", now=end) is None
        assert taken(store, "2", now=end) is None
        assert taken(store, "1", now=end - MOMENT) is not None
        assert taken(store, "2", now=(end - MOMENT).astimezone(timezone(timedelta(hours=9)))) is not None

    def test_of_eight_who_take_one_attempt_one_has_it(self, store: Store, open_store: OpenStore) -> None:
        begin(store)

        had = at_once(open_store, lambda own, _: taken(own))

        assert [each for each in had if each is not None] == [attempt()]
        assert store.consent_request("1") == request(taken=True)

    def test_of_eight_browsers_that_arrive_with_one_link_at_the_same_time_one_does(
        self, store: Store, open_store: OpenStore
    ) -> None:
        attempts = [attempt(str(n), browser=str(n)) for n in range(WRITERS)]
        begin(store, *attempts)

        had = at_once(open_store, lambda own, n: taken(own, str(n), browser=str(n)))

        (arrived,) = [each for each in had if each is not None]
        assert arrived in attempts
        assert store.consent_request("1") == request(taken=True)

    @pytest.mark.parametrize("id_", AWKWARD)
    def test_whatever_a_link_and_a_browser_carry_is_told_apart(self, store: Store, id_: str) -> None:
        made = request(id_, nonce=id_)
        on_the_way = attempt(id_, sub=id_, nonce=id_, browser=id_, verifier=id_)
        begin(store)
        store.request_consent(made)
        store.attempt_consent(on_the_way)

        assert store.consent_request(id_) == store.consent_requested(id_) == made
        assert taken(store, id_, browser=f"{id_}.") is None
        assert taken(store, id_, browser=id_) == on_the_way
        assert store.consent_request("1") == request()

    def test_half_a_character_in_a_callback_finds_nothing_and_never_fails(self, store: Store) -> None:
        begin(store)

        assert store.consent_requested("\ud800") is None
        assert taken(store, "\udc80") is None
        assert taken(store, browser="\udfff") is None
        assert taken(store, "") is None
        assert taken(store, browser="") is None

    @pytest.mark.parametrize("verbs", range(5))
    def test_whoever_was_cut_off_anywhere_on_the_way_asks_once_more_and_comes_in(
        self, store: Store, verbs: int
    ) -> None:
        for _, _ in zip(range(verbs), on_the_way(store, epoch=1), strict=False):
            pass

        assert list(on_the_way(store, epoch=2)) == ["asked", "left", "arrived", "in"]

        read = store.consent("1")
        assert read is not None
        assert read.epoch == 2
        assert store.consent_request("1") is None

    # --- what came of it ----------------------------------------------------------------------------------

    def test_what_came_of_a_request_is_noted_and_its_link_stays_used_up(self, store: Store) -> None:
        begin(store, attempt(), attempt("second"))
        taken(store)

        store.refuse_consent("1", nonce="nonce-1", refusal=Refusal.DECLINED)
        store.refuse_consent("1", nonce="nonce-1", refusal=Refusal.NO_ANSWER)

        assert store.consent_request("1") == request(taken=True, refusal=Refusal.NO_ANSWER)
        assert taken(store, "second") is None

    def test_what_came_of_an_earlier_request_is_not_noted_on_a_newer(self, store: Store) -> None:
        store.request_consent(request(nonce="new"))
        store.request_consent(request("2"))

        store.refuse_consent("1", nonce="nonce-1", refusal=Refusal.DECLINED)
        store.refuse_consent("2", nonce="new", refusal=Refusal.DECLINED)
        store.refuse_consent("3", nonce="nonce-3", refusal=Refusal.DECLINED)

        assert store.consent_request("1") == request(nonce="new")
        assert store.consent_request("2") == request("2")
        assert store.consent_request("3") is None

    # --- expiring -----------------------------------------------------------------------------------------

    def test_attempts_that_expired_are_deleted_and_no_others(self, store: Store) -> None:
        begin(store, attempt("past", expires_at=NOW), attempt("just", expires_at=NOW + MOMENT))
        store.request_consent(request("2", expires_at=NOW))

        store.expire_attempts(now=NOW)

        assert taken(store, "past", now=after(-9)) is None
        assert store.consent_request("2") == request("2", expires_at=NOW)
        assert taken(store, "just") is not None

    def test_however_many_expired_they_are_gone_in_the_end(self, store: Store) -> None:
        states = [f"s{n}" for n in range(SEVERAL)]
        for state in states:
            store.attempt_consent(attempt(state, expires_at=NOW))

        for _ in range(SEVERAL // 10):
            store.expire_attempts(now=NOW)

        for state in states:  # a state that is still there is not kept again
            store.attempt_consent(attempt(state))

    # --- opting in ----------------------------------------------------------------------------------------

    def test_opting_in_is_audited_in_the_same_step(self, store: Store) -> None:
        did = email_on(conversation="c1")

        store.opt_in(consent(), mailbox(), due_at=NOW, act=did)

        assert store.acts("c1", limit=5) == [did]

    def test_opting_in_settles_the_request_and_no_link_is_good_after_it(self, store: Store) -> None:
        begin(store, attempt(), attempt("late"))
        store.request_consent(request("2"))
        taken(store)

        opt_in(store, "1")

        assert store.consent_request("1") is None
        assert store.consent_requested("nonce-1") is None
        assert store.consent_request("2") == request("2")
        store.refuse_consent("1", nonce="nonce-1", refusal=Refusal.NO_ANSWER)
        assert store.consent_request("1") is None
        assert taken(store, "late") is None

    def test_opting_in_again_leaves_no_token_to_be_revoked_for_that_would_end_the_new_one(
        self, store: Store
    ) -> None:
        opt_in(store, "1", "2")
        opt_out(store, "1", "2")

        opt_in(store, "1", epoch=2)

        assert [each.sub for each in store.revocations(now=after(days=9), limit=9)] == ["2"]

    def test_a_consent_given_again_stands_in_place_of_the_earlier(self, store: Store) -> None:
        opt_in(store, "1")
        anew = consent(epoch=77, refresh_token="2//", since=after(9), scopes=frozenset({"more"}))

        store.opt_in(anew, mailbox(epoch=77), due_at=NOW, act=email_on())

        read = store.consent("1")
        assert read is not None
        assert replace(read, version="") == anew


def begin(store: Store, *attempts: ConsentAttempt) -> None:
    """Member 1 has a link, and browsers are on their way with it."""
    store.request_consent(request())
    for each in attempts or (attempt(),):
        store.attempt_consent(each)


def on_the_way(store: Store, *, epoch: int) -> Iterator[str]:
    """From the panel to Google and back, a verb at a time."""
    nonce, state = f"nonce-{epoch}", f"state-{epoch}"
    store.request_consent(request(nonce=nonce))
    yield "asked"
    store.attempt_consent(attempt(state, nonce=nonce))
    yield "left"
    assert taken(store, state) is not None
    yield "arrived"
    opt_in(store, "1", epoch=epoch)
    yield "in"


def taken(
    store: Store, state: str = "state", *, browser: str = "browser", now: datetime = NOW
) -> ConsentAttempt | None:
    return store.take_attempt(state, browser=browser, now=now)
