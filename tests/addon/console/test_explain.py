"""`explain`: from the store alone, logged, and telling an operator nothing of what is its owner's or secret."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

import pytest

from addon.lookups.explain import explain_to_owner
from addon.policy.explain import Answer
from storage.records import Role
from tests.addon.console.running import run
from tests.office import ANNA, BEN, JANE, Office, mail

NOTHING = "Nothing of this message is in Lever.\n"


@pytest.fixture
def anna(office: Office) -> Office:
    office.member(ANNA, connected=True)
    office.candidate("Jane Doe", JANE)
    office.sync(ANNA)
    return office


def _labelled(office: Office, message: EmailMessage) -> str:
    at = office.deliver(message, ANNA)[ANNA]
    office.label(ANNA, at["threadId"])
    office.sync(ANNA)
    return str(message["Message-ID"])


@pytest.mark.parametrize("written", [lambda id_: id_, lambda id_: id_.strip("<>")], ids=["with <>", "without"])
def test_a_stored_message_says_since_when_and_why(anna: Office, written: Callable[[str], str]) -> None:
    message = mail(JANE, ANNA)
    anna.synced_mail(message)
    day = anna.clock.now().date().isoformat()

    result = run(anna, "explain", ANNA, written(message["Message-ID"]))

    assert (result.exit_code, result.output) == (
        0,
        f"In Lever since {day}, by the label. Kept from one mailbox.\n",
    )


def test_a_message_stored_from_a_colleague_says_that_it_is_not_from_here(anna: Office) -> None:
    anna.member(BEN, connected=True)
    message = mail(JANE, ANNA, BEN)
    anna.synced_mail(message, also=[BEN])

    assert run(anna, "explain", BEN, message["Message-ID"]).output == (
        "In Lever from one mailbox, not from this one.\n"
    )


def test_denied_waiting_and_never_seen_read_the_same_and_only_the_owner_learns_which(
    make_office: Callable[..., Office],
) -> None:
    office = make_office(BLOCKLIST="bank.example")
    office.member(ANNA, connected=True)
    office.candidate("Jane Doe", JANE)
    office.sync(ANNA)
    unseen = mail(JANE, ANNA)
    office.deliver(unseen, ANNA)
    denied = _labelled(office, mail(JANE, ANNA, Cc="clerk@bank.example"))
    waits = _labelled(office, mail("nobody@else.example", ANNA))

    ids = [denied, waits, str(unseen["Message-ID"]), "<never@was.example>"]
    said = [run(office, "explain", ANNA, id_) for id_ in ids]

    assert {(result.exit_code, result.output) for result in said} == {(0, NOTHING)}
    anna = office.services.store.member(f"sub-{ANNA}")
    assert anna is not None
    assert [explain_to_owner(anna, id_, office.services).answer for id_ in ids] == [
        Answer.DENIED,
        Answer.WAITING,
        Answer.NOTHING,
        Answer.NOTHING,
    ]


def test_a_secret_conversation_reads_like_nothing_but_with_include_secret(anna: Office) -> None:
    message = mail(JANE, ANNA)
    at = anna.deliver(message, ANNA)[ANNA]
    anna.label(ANNA, at["threadId"], "Lever/Secret")
    anna.sync(ANNA)

    plain = run(anna, "explain", ANNA, message["Message-ID"])
    named = run(anna, "explain", ANNA, message["Message-ID"], "--include-secret")

    assert plain.output == NOTHING
    assert named.output.startswith("In Lever since ")
    assert named.output.endswith(" Secret.\n")
    owner = anna.services.store.member(f"sub-{ANNA}")
    assert owner is not None
    assert explain_to_owner(owner, message["Message-ID"], anna.services).secret


def test_a_removed_conversation_says_until_when_it_can_be_undone(anna: Office) -> None:
    message = mail(JANE, ANNA)
    at = anna.synced_mail(message)
    anna.confirm(ANNA, anna.open(ANNA, at), "Remove from Lever", "Remove from Lever", opened=at)

    assert "can be undone until" in run(anna, "explain", ANNA, message["Message-ID"]).output


def test_a_holder_who_lost_sight_is_told_that_and_what_is_about_oneself_is_nothing(anna: Office) -> None:
    anna.member(BEN, Role.ADMIN, connected=True)
    message = mail(JANE, ANNA, BEN)
    at = anna.synced_mail(message, also=[BEN])
    services = anna.services
    ben = services.store.member(f"sub-{BEN}")
    assert ben is not None
    about_ben = run(anna, "members", "set-role", BEN, "admin", "--self-candidate", JANE)
    assert about_ben.exit_code == 0
    changed = services.store.member(f"sub-{BEN}")
    assert changed is not None

    assert explain_to_owner(ben, message["Message-ID"], services).answer is Answer.ELSEWHERE
    assert explain_to_owner(changed, message["Message-ID"], services).answer is Answer.NOTHING
    assert at


def test_every_explanation_is_logged_with_what_it_spoke_of_and_costs_no_call(anna: Office) -> None:
    message = mail(JANE, ANNA)
    anna.synced_mail(message)
    anna.simulator.control.reset_meter()

    run(anna, "explain", ANNA, message["Message-ID"])
    anna.clock.pass_time(seconds=1)
    run(anna, "explain", ANNA, "<never@was.example>")

    spoken_of = [act.conversation for act in anna.audit() if act.verb == "explain"]
    [there] = anna.stored(anna.jane(), ANNA)
    assert spoken_of == [there.conversation.id, None]
    assert anna.calls() == []


def test_a_mailbox_of_nobody_is_refused_with_a_sentence(office: Office) -> None:
    result = run(office, "explain", "nobody@acme.example", "<a@b>")

    assert (result.exit_code, "is no member yet" in result.output) == (1, True)
