"""Opting out: the gate is shut at once and for whoever was at work, and the token waits to be revoked."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from storage.port import ConflictError, Store
from storage.records import Bell, Consent, Kept, Mailbox, Revocation, Slice
from tests.contracts.store.opening import Opening, OpenStore
from tests.contracts.store.races import WRITERS, at_once
from tests.contracts.store.samples import (
    NOW,
    act,
    after,
    attempt,
    consent,
    email_on,
    every,
    followed,
    found,
    keep,
    mailbox,
    message,
    opt_in,
    opt_out,
    request,
    revocation,
    thread,
)
from tests.contracts.store.values import AWKWARD

SOON, GAP = timedelta(seconds=5), timedelta(seconds=60)
OFF = act("email-off", conversation="c1", subject="1")
ROUNDS = 6
BUSY_SECONDS = 15

COMMITS: dict[str, Callable[[Store, Mailbox], object]] = {
    "save": lambda store, held: store.save_mailbox(replace(held, cursor=9)),
    "release": lambda store, held: store.release(held),
    "advance": lambda store, held: store.advance(
        Slice(mailbox=held, cursor=9, threads=(thread("1", "new", todo_all=True),))
    ),
    "forget": lambda store, held: store.advance(
        Slice(mailbox=held, cursor=None, forget=(store.threads("1", ["t1"])["t1"],))
    ),
}


class OptingOut(Opening):
    def test_who_is_not_in_cannot_opt_out(self, store: Store) -> None:
        opt_in(store, "2")
        store.request_consent(request("1"))

        assert store.opt_out("1", revocation=revocation(), act=OFF) is False
        assert store.opt_out("1", revocation=None, act=OFF) is False

        assert due(store) == []
        assert store.acts("c1", limit=5) == []
        assert store.consent_request("1") == request("1")

    def test_opting_out_shuts_the_gate_and_puts_the_token_into_the_outbox(self, store: Store) -> None:
        opt_in(store, "1", "2")
        waits = revocation(since=after(1), not_before=after(2), attempts=3)

        assert store.opt_out("1", revocation=waits, act=OFF) is True

        assert everything_of(store, "1") == (None, None, None)
        assert [bell.sub for bell in store.due(after(days=1), limit=5)] == ["2"]
        assert [bell.sub for bell in store.bells(limit=5).items] == ["2"]
        assert due(store) == [waits]
        assert store.acts("c1", limit=5) == [OFF]
        assert None not in everything_of(store, "2")

    def test_opting_out_twice_is_opting_out_once(self, store: Store) -> None:
        opt_in(store, "1")
        opt_out(store, "1")

        assert store.opt_out("1", revocation=revocation(id="another"), act=OFF) is False

        assert due(store) == [revocation()]
        assert store.acts("c1", limit=5) == []

    def test_what_is_stored_stays(self, store: Store) -> None:
        followed(store, "1", "2")
        keep(store, message())
        before = (found(store), store.messages("c1", limit=9), store.threads("1", ["t1"]))

        opt_out(store, "1")

        assert (found(store), store.messages("c1", limit=9), store.threads("1", ["t1"])) == before
        opened = store.opened("1", thread="t1", message="g-1-k1")
        assert (opened.mailbox, opened.message, opened.found) == (None, message(), found(store))
        assert keep(store, message(sub="2")) is Kept.HOLDER_ADDED

    @pytest.mark.parametrize(
        ("token", "given"),
        [
            ("2//newer", revocation()),
            ("1//token", None),
            ("1//token", revocation(refresh_token="")),
            ("", revocation()),
            ("1//TOKEN", revocation()),
        ],
    )
    def test_a_consent_with_another_token_than_was_read_stays_and_nothing_is_changed(
        self, store: Store, token: str, given: Revocation | None
    ) -> None:
        store.opt_in(consent(refresh_token=token), mailbox(), due_at=NOW, act=email_on())
        before = everything_of(store, "1")

        with pytest.raises(ConflictError):
            store.opt_out("1", revocation=given, act=OFF)

        assert everything_of(store, "1") == before
        assert due(store) == []
        assert store.acts("c1", limit=5) == []

    @pytest.mark.parametrize("given", [None, revocation(refresh_token="")])
    def test_where_the_companys_own_key_opens_mailboxes_nothing_is_to_be_revoked(
        self, store: Store, given: Revocation | None
    ) -> None:
        store.opt_in(consent(refresh_token=""), mailbox(), due_at=NOW, act=email_on())

        assert store.opt_out("1", revocation=given, act=OFF) is True

        assert everything_of(store, "1") == (None, None, None)
        assert due(store) == []
        assert store.acts("c1", limit=5) == [OFF]

    def test_a_token_with_half_a_character_is_compared_as_it_was_stored(self, store: Store) -> None:
        store.opt_in(consent(refresh_token="1//\ud800"), mailbox(), due_at=NOW, act=email_on())

        assert store.opt_out("1", revocation=revocation(refresh_token="1//\ud800"), act=OFF)

    @pytest.mark.parametrize("id_", AWKWARD)
    def test_any_member_can_opt_out_and_no_other_is(self, store: Store, id_: str) -> None:
        for sub in (*AWKWARD, "1"):
            store.opt_in(consent(sub, refresh_token=sub), mailbox(sub), due_at=NOW, act=email_on())
        waits = revocation(id_, id=id_, refresh_token=id_)

        assert store.opt_out(id_, revocation=waits, act=OFF)

        assert everything_of(store, id_) == (None, None, None)
        assert all(None not in everything_of(store, sub) for sub in (*AWKWARD, "1") if sub != id_)
        assert due(store) == [waits]
        store.revocation_failed(replace(waits, attempts=1))
        assert due(store) == [replace(waits, attempts=1)]
        store.revoked(id_)
        assert due(store) == []

    # --- who was at work ----------------------------------------------------------------------------------

    @pytest.mark.parametrize("commit", COMMITS)
    def test_who_holds_the_lease_commits_nothing_after_it(self, store: Store, commit: str) -> None:
        followed(store, "1")
        held = claimed(store)
        threads = store.threads("1", ["t1", "new"])
        opt_out(store, "1")

        with pytest.raises(ConflictError):
            COMMITS[commit](store, held)

        assert everything_of(store, "1") == (None, None, None)
        assert store.threads("1", ["t1", "new"]) == threads

    def test_nothing_is_stored_claimed_or_rung_after_it(self, store: Store) -> None:
        followed(store, "1")
        held, bell = claimed(store), rung(store)
        opt_out(store, "1")

        assert keep(store, message()) is Kept.OFF
        assert store.claim("1", owner="worker", now=after(1), until=after(99)) is None
        assert store.claim("1", owner="other", now=after(hours=9), until=after(hours=10)) is None
        store.ring("1", now=NOW, soon=SOON, gap=GAP)
        store.settle(bell, ran_at=NOW, due_at=NOW, gap=GAP)

        assert held.lease is not None
        assert store.copy("k1") is None
        assert everything_of(store, "1") == (None, None, None)
        assert store.due(after(days=9), limit=9) == []

    @pytest.mark.parametrize("commit", COMMITS)
    def test_who_worked_under_an_earlier_consent_commits_nothing_under_a_later(
        self, store: Store, commit: str
    ) -> None:
        """The record made anew looks the same, down to fence and cursor: it is another one all the same."""
        followed(store, "1")
        begun = claimed(store)
        opt_out(store, "1")
        opt_in(store, "1", epoch=2)
        anew = claimed(store)
        threads = store.threads("1", ["t1", "new"])
        assert (anew.fence, anew.cursor, anew.lease) == (begun.fence, begun.cursor, begun.lease)

        with pytest.raises(ConflictError):
            COMMITS[commit](store, begun)

        assert store.mailbox("1") == anew
        assert store.threads("1", ["t1", "new"]) == threads
        assert keep(store, message(), epoch=1) is Kept.OFF
        assert keep(store, message(), epoch=2) is Kept.NEW

    def test_no_version_ever_comes_back(self, store: Store) -> None:
        versions = []
        for epoch in range(ROUNDS):
            opt_in(store, "1", epoch=epoch)
            gate, box, _ = everything_of(store, "1")
            assert gate is not None
            assert box is not None
            versions += [gate.version, box.version, claimed(store).version]
            opt_out(store, "1")

        assert len(set(versions)) == 3 * ROUNDS

    def test_a_run_begun_under_an_earlier_consent_gives_a_later_no_rest(self, store: Store) -> None:
        opt_in(store, "1")
        begun = rung(store)
        opt_out(store, "1")
        store.opt_in(consent(epoch=2), mailbox(epoch=2), due_at=after(8), act=email_on())

        store.settle(begun, ran_at=after(9), due_at=after(600), gap=GAP)

        assert rung(store).due_at <= after(69)

    def test_of_eight_who_opt_one_member_out_one_does(self, store: Store, open_store: OpenStore) -> None:
        opt_in(store, "1")

        did = at_once(
            open_store,
            lambda own, n: own.opt_out("1", revocation=revocation(id=str(n)), act=replace(OFF, actor=str(n))),
        )

        assert did.count(True) == 1
        winner = str(did.index(True))
        assert due(store) == [revocation(id=winner)]
        assert store.acts("c1", limit=9) == [replace(OFF, actor=winner)]

    def test_whoever_is_at_work_while_a_member_opts_out_is_shut_out_and_nothing_is_half_done(
        self, store: Store, open_store: OpenStore
    ) -> None:
        followed(store, "1")

        done = at_once(open_store, work_until_off)

        assert everything_of(store, "1") == (None, None, None)
        assert due(store) == [revocation()]
        stored = every(lambda cursor: store.messages("c1", limit=200, cursor=cursor))
        assert found(store).summary.count == len(stored) == sum(done)

    def test_opting_in_and_out_at_the_same_time_never_leaves_a_new_token_to_be_revoked(
        self, store: Store, open_store: OpenStore
    ) -> None:
        at_once(open_store, turn_on_and_off)

        gate, box, bell = everything_of(store, "1")
        if gate is None:
            assert (box, bell) == (None, None)
            assert len(due(store)) == 1
        else:
            assert box is not None
            assert box.epoch == gate.epoch
            assert bell is not None
            assert due(store) == []
        verbs = [each.verb for each in store.acts("c1", limit=999)]
        assert verbs.count("email-on") == WRITERS // 2 * ROUNDS

    # --- revocations --------------------------------------------------------------------------------------

    def test_those_that_are_due_come_longest_due_first_and_no_more_than_asked_for(self, store: Store) -> None:
        for sub, seconds in (("1", 3), ("2", 1), ("3", 2), ("4", 4), ("5", 2)):
            opt_in(store, sub)
            store.opt_out(sub, revocation=revocation(sub, not_before=after(seconds)), act=OFF)

        assert [each.sub for each in store.revocations(now=after(3), limit=9)] == ["2", "3", "5", "1"]
        assert [each.sub for each in store.revocations(now=after(3), limit=2)] == ["2", "3"]
        assert store.revocations(now=after(1) - timedelta(microseconds=1), limit=9) == []

    def test_one_that_failed_waits_and_keeps_what_it_is(self, store: Store) -> None:
        opt_in(store, "1")
        opt_out(store, "1")
        later = replace(revocation(), attempts=1, not_before=after(60))

        store.revocation_failed(replace(later, sub="2", refresh_token="other", since=after(5)))

        assert store.revocations(now=after(59), limit=9) == []
        assert store.revocations(now=after(60), limit=9) == [later]

    def test_one_that_is_gone_does_not_come_back_by_failing(self, store: Store) -> None:
        opt_in(store, "1", "2")
        opt_out(store, "1", "2")
        store.revoked("r-1")
        opt_in(store, "2", epoch=2)

        for sub in "123":
            store.revocation_failed(revocation(sub, attempts=1))

        assert due(store) == []

    def test_one_that_is_another_by_now_is_left_alone(self, store: Store) -> None:
        opt_in(store, "1")
        opt_out(store, "1")
        opt_in(store, "1", epoch=2)
        newer = revocation(id="newer", not_before=after(1))
        store.opt_out("1", revocation=newer, act=OFF)

        store.revocation_failed(revocation(attempts=5, not_before=after(99)))
        store.revoked("r-1")

        assert due(store) == [newer]

    def test_a_revoked_one_is_gone_and_revoking_it_again_does_no_harm(self, store: Store) -> None:
        opt_in(store, "1", "2")
        opt_out(store, "1", "2")

        store.revoked("r-1")
        store.revoked("r-1")
        store.revoked("unknown")

        assert due(store) == [revocation("2")]

    def test_no_token_stands_where_a_log_could_show_it(self, store: Store) -> None:
        opt_in(store, "1")
        opt_out(store, "1")

        shown = repr([due(store), consent(), attempt(verifier="1//token")])

        assert "1//token" not in shown
        assert "r-1" in shown


def everything_of(store: Store, sub: str) -> tuple[Consent | None, Mailbox | None, Bell | None]:
    return store.consent(sub), store.mailbox(sub), store.bell(sub)


def due(store: Store) -> list[Revocation]:
    return store.revocations(now=after(days=30), limit=99)


def claimed(store: Store) -> Mailbox:
    held = store.claim("1", owner="worker", now=NOW, until=after(60))
    assert held is not None
    return held


def rung(store: Store) -> Bell:
    bell = store.bell("1")
    assert bell is not None
    return bell


def work_until_off(store: Store, n: int) -> int:
    """How many mails this worker stored before member 1 was out, which the first worker sees to."""
    stored = 0
    until = time.monotonic() + BUSY_SECONDS
    while time.monotonic() < until:
        if n == 0 and stored == ROUNDS // 2:
            opt_out(store, "1")
        box = store.claim("1", owner=str(n), now=NOW, until=NOW)  # a lease that ends as it begins
        if box is not None:
            commit_or_lose(store, box, n, stored)
        kept = keep(store, message(f"{n}:{stored}", sent_at=after(stored)))
        if kept is Kept.OFF:
            assert store.claim("1", owner=str(n), now=NOW, until=NOW) is None
            return stored
        assert kept is Kept.NEW
        stored += 1
    pytest.fail("It was never shut out.")


def commit_or_lose(store: Store, box: Mailbox, n: int, cursor: int) -> None:
    try:
        box = store.advance(Slice(mailbox=box, cursor=cursor, threads=(thread("1", f"{n}:{cursor}"),)))
        store.save_mailbox(replace(box, last_ok_at=NOW))
    except ConflictError:
        pass


def turn_on_and_off(store: Store, n: int) -> None:
    """Half of them turn Email on, each with a token of its own, the others turn it off whatever its token."""
    for time_ in range(ROUNDS):
        epoch = 100 * n + time_
        if n % 2:
            gate = consent(epoch=epoch, refresh_token=str(epoch))
            store.opt_in(gate, mailbox(epoch=epoch), due_at=NOW, act=email_on(conversation="c1"))
            continue
        read = store.consent("1")
        if read is None:
            continue
        try:
            store.opt_out("1", revocation=revocation(id=str(epoch), refresh_token=read.refresh_token), act=OFF)
        except ConflictError:
            continue
