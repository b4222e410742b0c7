"""What an import searches a mailbox for: whole lists, newest first, and nothing that Gmail would read as more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from addon.gateways import gmail
from addon.gateways.gmail import StoredGmail
from addon.gateways.gmail.search import search_for
from tests.office import ANNA, JANE, Office, mail

KIM = "kim@people.example"


@pytest.fixture
def mailbox(office: Office) -> StoredGmail:
    office.member(ANNA, connected=True)
    office.simulator.control.reset_meter()
    consent = office.services.store.consent(f"sub-{ANNA}")
    assert consent is not None
    return office.services.gmail.stored(consent, address=ANNA)


def deliver(office: Office, sender: str, *to: str) -> str:
    return office.deliver(mail(sender, *(to or (ANNA,))), ANNA)[ANNA]["threadId"]


def test_the_search_names_every_place_and_leaves_out_what_is_no_mail(office: Office) -> None:
    since = office.clock.now()

    text = search_for([JANE, KIM], since=since)

    anybody = " ".join(f"{place}:{who}" for who in (JANE, KIM) for place in ("from", "to", "cc", "bcc"))
    assert text == f"{{{anybody}}} -in:drafts -in:chats after:{int(since.timestamp())}"
    assert "after:" not in search_for([JANE], since=None)


def test_all_pages_are_read_newest_first(
    office: Office, mailbox: StoredGmail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gmail, "PAGE", 2)
    delivered = [deliver(office, JANE) for _ in range(5)]
    deliver(office, KIM)

    found = list(mailbox.threads_of([JANE], since=None))

    assert sorted(found) == sorted(delivered)
    assert len(office.calls("threads.list")) == 3


def test_more_addresses_than_one_search_takes_are_searched_one_part_after_the_other(
    office: Office, mailbox: StoredGmail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gmail, "SEARCHED_AT_ONCE", 1)
    both, one = deliver(office, JANE, ANNA, KIM), deliver(office, KIM)

    assert sorted(mailbox.threads_of([JANE, KIM], since=None)) == sorted([both, both, one])
    assert mailbox.count_threads_of([JANE, KIM], since=None) == (2, False)


def test_what_may_be_found_is_counted_by_one_call_however_much_it_is(
    office: Office, mailbox: StoredGmail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gmail, "PAGE", 2)
    for _ in range(3):
        deliver(office, JANE)

    assert mailbox.count_threads_of([JANE], since=None) == (2, True)
    assert len(office.calls("threads.list")) == 1


def test_mail_from_before_is_not_found(office: Office, mailbox: StoredGmail) -> None:
    deliver(office, JANE)
    later = office.clock.now() + timedelta(days=2000)  # the simulated Gmail keeps the real time

    assert list(mailbox.threads_of([JANE], since=later)) == []
    assert len(list(mailbox.threads_of([JANE], since=office.clock.now()))) == 1


def test_only_ids_are_asked_for(office: Office, mailbox: StoredGmail) -> None:
    deliver(office, JANE)

    list(mailbox.threads_of([JANE], since=None))

    assert {call["fields"] for call in office.calls("threads.list")} == {"nextPageToken,threads(id)"}
