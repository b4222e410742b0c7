"""R18: when two messages are one mail."""

from __future__ import annotations

from typing import Any

import pytest

from addon.gateways.mime import mail_from
from addon.policy.copies import cited_keys, copy_key, reference_key
from addon.policy.mail import Mail
from tests.addon.policy.samples import ANNA, JANE, mail


def key(*parts: str) -> str:
    """Every key tells its parts apart, as the store's keyed hash does."""
    return repr(parts)


def copy_in(sub: str, one: Mail) -> str:
    return copy_key(one, sub=sub, key=key)


def received(*headers: tuple[str, str], id: str = "a") -> Mail:
    rows = [{"name": name, "value": value} for name, value in headers]
    return mail_from({"id": id, "threadId": "t", "payload": {"headers": rows}})


FROM = ("From", f"Jane <{JANE}>")
ID = ("Message-ID", "<one@people.example>")
DATE = ("Date", "Mon, 02 Mar 2026 13:00:00 +0100")


# --- one mail ---------------------------------------------------------------------------------------------


def test_the_same_mail_in_two_mailboxes_is_one_copy() -> None:
    hers = mail(JANE, ANNA, id="a1", thread="a1", labels=frozenset({"INBOX"}))
    his = mail(JANE, ANNA, id="b7", thread="b7", labels=frozenset({"SENT"}))

    assert copy_in("anna", hers) == copy_in("ben", his)


@pytest.mark.parametrize(
    "other",
    [
        {"message_id": "two@people.example"},
        {"date": "2026-03-02T12:00:01+00:00"},
        {"sender": "stranger@else.example"},
    ],
)
def test_another_id_date_or_author_is_another_mail(other: dict[str, Any]) -> None:
    sender = other.pop("sender", JANE)

    assert copy_in("anna", mail(JANE)) != copy_in("anna", mail(sender, **other))


@pytest.mark.parametrize("missing", [{"message_id": None}, {"date": None}, {"sender": ""}])
def test_what_cannot_be_told_apart_is_its_mailboxs_alone(missing: dict[str, Any]) -> None:
    sender = missing.pop("sender", JANE)
    unclear = mail(sender, **missing)

    assert copy_in("anna", unclear) != copy_in("ben", unclear)
    assert copy_in("anna", unclear) == copy_in("anna", unclear)
    assert copy_in("anna", unclear) != copy_in("anna", mail(sender, **missing, id="other"))


def test_an_own_copy_never_meets_a_shared_one() -> None:
    assert copy_in("anna", mail(id="x", message_id=None)) != copy_in("x", mail())


# --- one mail, written differently ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        (FROM, ID, ("Date", "Mon, 02 Mar 2026 12:00:00 +0000")),
        (FROM, ID, ("Date", "Mon, 2 Mar 2026 07:00:00 -0500 (EST)")),
        (FROM, ID, ("Date", "Mon, 02 Mar 2026 12:00:00 GMT")),
        (FROM, ("message-id", "one@people.example"), DATE),
        (FROM, ("Message-Id", " <one@people.example> "), DATE),
        (("From", JANE.upper()), ID, DATE),
        (("From", f'"Doe, Jane" <{JANE}>'), ID, DATE),
        (FROM, ID, DATE, ("Subject", "changed on the way")),
        (
            ("From", "'Jane' via List <list@groups.example>"),
            ("X-Original-From", f"Jane <{JANE}>"),
            ("List-Id", "<list.groups.example>"),
            ID,
            DATE,
        ),
    ],
)
def test_one_mail_is_one_however_it_is_written(written: tuple[tuple[str, str], ...]) -> None:
    first = copy_in("anna", received(FROM, ID, DATE))

    assert copy_in("ben", received(*written)) == first


def test_who_it_was_originally_from_counts_on_list_mail_only() -> None:
    forged = received(("From", "stranger@else.example"), ("X-Original-From", JANE), ID, DATE)

    assert forged.author == "stranger@else.example"


def test_a_date_nobody_can_read_is_compared_as_written() -> None:
    one = received(FROM, ID, ("Date", "yesterday"))

    assert copy_in("anna", one) == copy_in("ben", received(FROM, ID, ("Date", " yesterday ")))
    assert copy_in("anna", one) != copy_in("ben", received(FROM, ID, ("Date", "today")))


# --- what a mail cites ------------------------------------------------------------------------------------


def test_a_reference_is_known_by_its_message_id_alone() -> None:
    assert reference_key("one@people.example", key=key) == key("reference", "one@people.example")
    assert reference_key(None, key=key) is None


def test_a_thread_cites_what_lies_outside_it() -> None:
    mails = (
        mail(message_id="two@x", references=("one@x",)),
        mail(message_id="three@x", references=("one@x", "two@x")),
    )

    assert cited_keys(mails, key=key) == {key("reference", "one@x")}


def test_only_the_last_twenty_are_followed() -> None:
    cited = tuple(f"{number}@x" for number in range(30))

    keys = cited_keys((mail(references=cited),), key=key)

    assert keys == {key("reference", f"{number}@x") for number in range(10, 30)}


def test_a_mail_that_cites_itself_cites_nothing() -> None:
    assert cited_keys((mail(message_id="one@x", references=("one@x",)), mail(message_id=None)), key=key) == set()
