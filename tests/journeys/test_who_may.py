"""R33 over HTTP: who may do what with one conversation, and that the panel offers exactly that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from storage.records import Found, Role
from tests.cards.grammar import buttons, texts
from tests.office import ANNA, JANE, Office, mail

HOLDER = "holder@acme.example"
ON_IT = "on-it@acme.example"
TEAM = "team@acme.example"
LIMITED = "limited@acme.example"
INTERVIEWER = "interviewer@acme.example"
ADMIN = "admin@acme.example"
SUPER = "super@acme.example"

WORDS = {
    "make-secret": "Make secret",
    "make-visible": "Make visible to the team",
    "remove": "Remove from Lever",
}


@pytest.fixture
def staffed(make_office: Callable[..., Office]) -> Callable[..., tuple[Office, Found, dict[str, dict[str, str]]]]:
    """A conversation that Anna and Holder hold; On-it takes part; everybody has the mail in their mailbox."""

    def build(*, secret: bool, **decisions: str) -> tuple[Office, Found, dict[str, dict[str, str]]]:
        office = make_office(**decisions)
        for email, role in (
            (ANNA, Role.TEAM_MEMBER), (HOLDER, Role.TEAM_MEMBER), (ON_IT, Role.TEAM_MEMBER),
            (TEAM, Role.TEAM_MEMBER), (LIMITED, Role.LIMITED_TEAM_MEMBER), (INTERVIEWER, Role.INTERVIEWER),
            (ADMIN, Role.ADMIN), (SUPER, Role.SUPER_ADMIN),
        ):  # fmt: skip
            office.member(email, role, connected=email in {ANNA, HOLDER})
        office.candidate("Jane Doe", JANE)
        everybody = (ANNA, HOLDER, ON_IT, TEAM, LIMITED, INTERVIEWER, ADMIN, SUPER)
        copies = office.deliver(mail(JANE, ANNA, HOLDER, ON_IT, subject="Application"), *everybody)
        for holder in (ANNA, HOLDER):
            office.label(holder, copies[holder]["threadId"])
        office.sync(ANNA, HOLDER)
        [found] = office.stored(office.jane(), ANNA)
        if secret:
            question = office.press(ANNA, office.open(ANNA, copies[ANNA]), "Make secret", opened=copies[ANNA])
            ticked = {"audience": [f"sub-{HOLDER}", f"sub-{ON_IT}"]}
            office.press(ANNA, question, "Make secret", opened=copies[ANNA], inputs=ticked)
        return office, found, copies

    return build


def _may(office: Office, email: str, verb: str, found: Found) -> bool:
    answer = office.answer(email, f"actions/{verb}", parameters={"conversation": found.conversation.id})
    said = " ".join(texts(answer))
    return "Nothing here." not in said and "Your role does not" not in said


def _offered(office: Office, email: str, at: dict[str, str]) -> set[str]:
    shown: Any = office.open(email, at)
    return {pressed.text for pressed in buttons(shown)}


ALLOWED = [
    # verb, secret, policy -> who may; everybody else may not
    ("conversation", False, "classic", {ANNA, HOLDER, ON_IT, TEAM, ADMIN, SUPER, INTERVIEWER}),
    ("conversation", True, "classic", {ANNA, HOLDER, ON_IT, ADMIN, SUPER}),
    ("conversation", True, "sip", {ANNA, HOLDER, ON_IT, SUPER}),
    ("make-secret", False, "classic", {ANNA, HOLDER, ON_IT, ADMIN, SUPER}),
    ("make-secret", False, "sip", {ANNA, HOLDER, ON_IT, SUPER}),
    ("make-visible", True, "classic", {ANNA, ADMIN, SUPER}),
    ("make-visible", True, "sip", {ANNA, SUPER}),
    ("remove", False, "classic", {ANNA, HOLDER, ADMIN, SUPER}),
    ("remove", True, "classic", {ANNA, HOLDER, ADMIN, SUPER}),
    ("remove", True, "sip", {ANNA, HOLDER, SUPER}),
]


@pytest.mark.parametrize(("verb", "secret", "policy", "allowed"), ALLOWED)
def test_a_verb_is_for_those_of_the_table_and_the_panel_offers_it_to_no_one_else(
    staffed: Callable[..., tuple[Office, Found, dict[str, dict[str, str]]]],
    verb: str,
    secret: bool,  # noqa: FBT001 (a column of the table)
    policy: str,
    allowed: set[str],
) -> None:
    office, found, copies = staffed(secret=secret, SECRET_POLICY=policy)
    # An interviewer is told one line only where they are on it, and here they are not.
    allowed = allowed - {INTERVIEWER}

    may = {email for email in copies if _may(office, email, verb, found)}

    assert may == allowed
    if word := WORDS.get(verb):
        assert {email for email in copies if word in _offered(office, email, copies[email])} == allowed


def test_an_interviewer_on_a_conversation_is_told_one_line_and_nothing_of_it(anna: Office) -> None:
    anna.member(INTERVIEWER, Role.INTERVIEWER)
    anna.synced(also=[INTERVIEWER])
    [found] = anna.stored(anna.jane(), ANNA)

    card = anna.answer(INTERVIEWER, "actions/conversation", parameters={"conversation": found.conversation.id})

    said = " ".join(texts(card))
    assert "You take part in this conversation." in said
    assert "Application" not in said
    assert "Jane" not in said


def test_a_limited_member_removes_only_as_the_sole_holder(anna: Office) -> None:
    anna.member(LIMITED, Role.LIMITED_TEAM_MEMBER, connected=True)
    alone = anna.synced(holder=LIMITED, subject="Alone")
    copies = anna.deliver(mail(JANE, ANNA, LIMITED, subject="Shared"), ANNA, LIMITED)
    for holder in (ANNA, LIMITED):
        anna.label(holder, copies[holder]["threadId"])
    anna.sync(ANNA, LIMITED)

    assert "Remove from Lever" in _offered(anna, LIMITED, alone)
    assert "Remove from Lever" not in _offered(anna, LIMITED, copies[LIMITED])


def test_a_limited_member_sees_the_candidates_of_their_own_conversations_only(anna: Office) -> None:
    anna.member(LIMITED, Role.LIMITED_TEAM_MEMBER, connected=True)
    mine = anna.candidate("Mine", "mine@people.example")
    anna.synced()
    at = anna.deliver(mail("mine@people.example", LIMITED), LIMITED)[LIMITED]

    by_name = anna.open(LIMITED, at)
    before = anna.answer(LIMITED, "actions/candidate", parameters={"candidate": mine.id})
    anna.label(LIMITED, at["threadId"])
    anna.sync(LIMITED)
    after = anna.answer(LIMITED, "actions/candidate", parameters={"candidate": mine.id})
    other = anna.answer(LIMITED, "actions/candidate", parameters={"candidate": anna.jane().id})

    assert "Mine" in " ".join(texts(by_name))
    assert "Show candidate" not in {pressed.text for pressed in buttons(by_name)}
    assert "Nothing here." in " ".join(texts(before))
    assert "Mine" in " ".join(texts(after))
    assert "Nothing here." in " ".join(texts(other))


def test_nobody_sees_what_is_about_themselves_as_a_candidate_whatever_their_role(anna: Office) -> None:
    anna.member(SUPER, Role.SUPER_ADMIN)
    anna.synced()
    [found] = anna.stored(anna.jane(), SUPER)
    runner = anna.client.application.test_cli_runner()
    runner.invoke(args=["members", "set-role", SUPER, "super_admin", "--self-candidate", JANE])

    conversation = anna.answer(SUPER, "actions/conversation", parameters={"conversation": found.conversation.id})
    candidate = anna.answer(SUPER, "actions/candidate", parameters={"candidate": anna.jane().id})
    removal = anna.answer(SUPER, "actions/remove", parameters={"conversation": found.conversation.id})

    for answer in (conversation, candidate, removal):
        assert "Nothing here." in " ".join(texts(answer))


def test_no_mailbox_contributes_conversations_about_its_own_owner(anna: Office) -> None:
    runner = anna.client.application.test_cli_runner()
    runner.invoke(args=["members", "set-role", ANNA, "team_member", "--self-candidate", JANE])
    at = anna.deliver(mail(JANE, ANNA), ANNA)[ANNA]

    card = anna.open(ANNA, at)
    anna.label(ANNA, at["threadId"])
    anna.sync(ANNA)

    assert "can't be synced from your mailbox" in " ".join(texts(card))
    assert anna.thread(ANNA, at) is None
