"""A mail that answers what is in Lever, in a thread of its own, says so and comes in with a click (R17)."""

from __future__ import annotations

from email.message import EmailMessage

from tests.office import ANNA, BEN, JANE, Office, mail, texts

PART = "This looks like part of “Application”, which is in Lever."


def part_of(first: EmailMessage, holder: str = ANNA) -> EmailMessage:
    """An answer under another subject, which Gmail gives a thread of its own."""
    answer = mail(JANE, holder, reply_to=first)
    answer.replace_header("Subject", "Something else")
    return answer


def sentence(office: Office, answer: EmailMessage, holder: str = ANNA) -> str:
    at = office.deliver(answer, holder)[holder]
    [said] = [each for each in texts(office.open(holder, at)) if each.startswith("NOT SYNCED")]
    return said.removeprefix("NOT SYNCED\n")


def test_what_answers_a_synced_mail_is_offered_as_part_of_it(anna: Office) -> None:
    first = mail(JANE, ANNA, subject="Application")
    anna.synced_mail(first)

    assert sentence(anna, part_of(first)) == PART


def test_what_answers_the_answer_is_offered_too(anna: Office) -> None:
    first = mail(JANE, ANNA, subject="Application")
    anna.synced_mail(first)

    assert sentence(anna, part_of(part_of(first))) == PART


def test_by_a_colleagues_copy_alone_nothing_is_offered(anna: Office) -> None:
    anna.member(BEN, connected=True)
    first = mail(JANE, ANNA, BEN, subject="Application")
    anna.synced_mail(first, also=[BEN])

    assert PART not in sentence(anna, part_of(first, BEN), BEN)


def test_of_what_is_out_of_lever_nothing_is_told(anna: Office) -> None:
    first = mail(JANE, ANNA, subject="Application")
    at = anna.synced_mail(first)
    anna.confirm(ANNA, anna.open(ANNA, at), "Remove from Lever", "Remove from Lever", opened=at)

    assert "This looks like" not in sentence(anna, part_of(first))


def test_it_costs_the_one_look_at_the_open_mail(anna: Office) -> None:
    first = mail(JANE, ANNA, subject="Application")
    anna.synced_mail(first)
    anna.simulator.control.reset_meter()

    assert sentence(anna, part_of(first)) == PART
    assert [call["format"] for call in anna.calls()] == ["metadata"]
