"""Why a message is or is not in Lever: what its owner may know, and what anybody else may."""

from __future__ import annotations

from datetime import datetime
from itertools import product

import pytest

from addon.policy.admission import Denied
from addon.policy.explain import Answer, Explanation, Facts, explain
from addon.policy.ledger import denied
from addon.present.explained import sentences
from storage.records import (
    Conversation,
    ConversationState,
    Copy,
    Kept,
    Look,
    Pointing,
    Reason,
    Removal,
    Role,
    Summary,
    ThreadState,
)
from tests.contracts.store.samples import NOW, after, conversation, head, message, secret, thread

NOTHING = Explanation(answer=Answer.NOTHING)
OUTCOMES = [*(denied(why) for why in Denied), denied(Kept.TOMBSTONE), denied(Kept.STOPPED)]


def look(outcome: str) -> Look:
    return Look(sub="1", message="h", why="label", outcome=outcome, at=NOW, expires_at=after(days=30))


def copy(*holders: str, lies_in: Conversation | None = None) -> Copy:
    lies_in = lies_in or conversation()
    people = frozenset(holders)
    summary = Summary(
        conversation=lies_in.id,
        subject="",
        count=1,
        last_at=NOW,
        holders=people,
        participants=people,
        named=people,
        candidates=frozenset({"ada"}),
    )
    return Copy(message(gmail_ids=dict.fromkeys(holders, "g"), head=head()), lies_in, summary)


@pytest.mark.parametrize(("outcome", "no_sight"), list(product(OUTCOMES, [False, True])))
def test_to_others_whatever_was_looked_at_and_not_stored_reads_like_what_was_never_seen(
    outcome: str, *, no_sight: bool
) -> None:
    seen = Facts(sub="1", owner_asks=False, look=look(outcome), no_sight=no_sight)

    assert explain(seen) == explain(Facts(sub="1", owner_asks=False)) == NOTHING


def test_its_owner_is_told_what_was_denied_why_and_when() -> None:
    for why in (Denied.BLOCKED, Denied.SELF, Denied.SPAM):
        told = explain(Facts(sub="1", owner_asks=True, look=look(denied(why))))

        assert (told.answer, told.denied, told.at) == (Answer.DENIED, why.value, NOW)
        assert NOW.date().isoformat() in sentences(told, word="Lever")


def test_its_owner_is_told_what_it_waits_for() -> None:
    for why in (Denied.NO_CANDIDATE, Denied.SHARED_ADDRESS):
        assert explain(Facts(sub="1", owner_asks=True, look=look(denied(why)))).answer is Answer.WAITING


def test_what_was_stored_once_and_is_not_here_is_gone() -> None:
    waited = look(denied(Denied.NO_CANDIDATE))

    assert explain(Facts(sub="1", owner_asks=True, gone=True, look=waited)).answer is Answer.GONE
    assert explain(Facts(sub="1", owner_asks=False, gone=True)) == NOTHING


def test_what_nobody_looked_at_is_nothing_to_its_owner_either() -> None:
    assert explain(Facts(sub="1", owner_asks=True)) == NOTHING


def test_a_holder_without_sight_is_told_that_and_nothing_else() -> None:
    told = explain(Facts(sub="1", owner_asks=True, no_sight=True, gone=True))

    assert told == Explanation(answer=Answer.NO_SIGHT)


@pytest.mark.parametrize("owner_asks", [False, True])
def test_what_is_stored_says_since_when_by_which_reason_and_from_how_many_mailboxes(*, owner_asks: bool) -> None:
    reasons = {Reason.IMPORT: Pointing(by="1", at=after(-9)), Reason.ASKED: Pointing(by="1", at=after(days=2))}
    facts = Facts(sub="1", owner_asks=owner_asks, copies=[copy("1", "2", "3")], thread=thread(reasons=reasons))

    told = explain(facts)

    assert told == Explanation(
        answer=Answer.STORED,
        conversation="c1",
        since=after(days=2),
        reason=Reason.ASKED,
        mailboxes=3,
        followed=True,
    )
    said = sentences(told, word="Lever")
    assert said == (
        f"In Lever since {after(days=2).date()}, because its owner pressed Sync this conversation."
        " Kept from 3 mailboxes."
    )


def test_what_is_stored_and_followed_no_more_says_so() -> None:
    stopped = thread(state=ThreadState.STOPPED, reasons={})

    told = explain(Facts(sub="1", owner_asks=False, copies=[copy("1")], thread=stopped))

    assert sentences(told, word="Lever") == (
        "In Lever. Kept from one mailbox. Its conversation is not followed any more."
    )


def test_of_mails_that_repeat_a_message_id_this_mailboxes_own_is_meant() -> None:
    other, mine = copy("2"), copy("1", lies_in=conversation("c2"))

    assert explain(Facts(sub="1", owner_asks=False, copies=[other, mine])).conversation == "c2"
    assert explain(Facts(sub="1", owner_asks=False, copies=[other])).answer is Answer.ELSEWHERE


def test_a_removed_one_says_until_when_it_can_be_undone() -> None:
    removal = Removal(by="1", role=Role.ADMIN, at=NOW, purge_at=after(days=30))
    gone = conversation(state=ConversationState.REMOVED, removal=removal)

    told = explain(Facts(sub="1", owner_asks=False, copies=[copy("1", lies_in=gone)]))

    assert told.answer is Answer.REMOVED
    assert after(days=30).date().isoformat() in sentences(told, word="Lever")


def test_a_secret_one_says_so_to_whoever_may_know_of_it() -> None:
    told = explain(Facts(sub="1", owner_asks=True, copies=[copy("1", lies_in=secret())]))

    assert sentences(told, word="Lever").endswith(" Secret.")


@pytest.mark.parametrize("answer", Answer)
def test_every_answer_is_a_sentence_about_the_companys_word(answer: Answer) -> None:
    at: datetime = NOW

    said = sentences(
        Explanation(answer=answer, denied=Denied.NO_CANDIDATE.value, at=at, mailboxes=2), word="Hiring"
    )

    assert "Hiring" in said
    assert said.endswith(".")


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_of_a_look_has_a_sentence_of_its_own(outcome: str) -> None:
    told = explain(Facts(sub="1", owner_asks=True, look=look(outcome)))

    assert "it may not be stored" not in sentences(told, word="Lever")
