"""R9: what proves that a mail belongs to a conversation begun in Lever, and what only claims it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addon.policy import origin
from addon.policy.matching import match
from addon.policy.origin import Evidence, continued, is_authentic, proven_part, searches, sent_as
from storage.records import Begun, Mailbox, Place
from tests.addon.policy.samples import ACME, ANNA, BEN, JANE, NOW, after, mail, member, people

OURS = "CAx@mail.gmail.com"
DKIM = "dkim=pass header.i=@people.example header.s=s1 header.b=abc"
SPF = 'spf=pass (google.com: domain of jane@people.example designates 1.2.3.4) smtp.mailfrom="jane"@people.example'
DMARC = "dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=people.example"
PASSED = f"mx.google.com; {DKIM}; {SPF}; {DMARC}"
FAILED = f"mx.google.com; dkim=fail header.i=@people.example; {SPF}; dmarc=fail header.from=people.example"
OWNER = member("ben")


def begun(**fields: Any) -> Begun:
    known: dict[str, Any] = {"id": "b1", "sub": "anna", "candidate": "jane", "secret": False, "at": NOW}
    known |= {"expires_at": after(days=90), "thread": "t1", "reference": "r1"}
    return Begun(**(known | fields))


def evidence(sender: str = JANE, *to: str, results: str = PASSED, **fields: Any) -> Evidence:
    authors = fields.pop("authors", (sender,) if sender else ())
    sent = mail(sender, *(to or (BEN,)), **fields)
    return Evidence(mail=sent, authors=authors, cited=(OURS,), results=results)


def admits(given: Evidence, *named: Begun, **candidates: Any) -> bool:
    """What the lane does, from headers to what is followed."""
    part = proven_part(given, OWNER)
    if part is None:
        return False
    known = people(OWNER, member("anna"), **(candidates or {"jane": [JANE]}))
    matched = match([part], people=known, company=ACME)
    return continued(named or (begun(),), matched.candidates) is not None


def test_the_candidates_own_mail_is_proven_by_what_google_found() -> None:
    assert admits(evidence())
    assert admits(evidence(results=f"mx.google.com; {DKIM}"))
    assert admits(evidence(results=f"mx.google.com; {DMARC}"))
    assert admits(evidence(results=f"MX.Google.com 1;\r\n {DMARC.upper().replace('HEADER', 'header')}"))


FORGED = {
    "nothing was checked": {"results": ""},
    "nothing was found": {"results": "mx.google.com; none"},
    "it failed": {"results": FAILED},
    "only the envelope passed": {"results": f"mx.google.com; {SPF}"},
    "another server's word": {"results": PASSED.replace("mx.google.com", "mx.evil.example")},
    "a server named almost alike": {"results": PASSED.replace("mx.google.com", "mx.google.com.evil.example")},
    "another server before ours": {"results": f"mx.evil.example; {PASSED}"},
    "somebody else signed": {"results": "mx.google.com; dkim=pass header.i=@evil.example"},
    "somebody else's dmarc": {"results": "mx.google.com; dmarc=pass header.from=evil.example"},
    "a registry signed": {"results": "mx.google.com; dkim=pass header.d=example"},
    "below the domain signed": {"results": "mx.google.com; dkim=pass header.d=mail.people.example"},
    "it ends alike": {"results": "mx.google.com; dkim=pass header.d=ople.example"},
    "dmarc failed whoever signed": {"results": f"mx.google.com; {DKIM}; dmarc=fail header.from=people.example"},
    "dmarc twice": {"results": f"mx.google.com; dmarc=none header.from=people.example; {DMARC}"},
    "a pass in a comment": {"results": f"mx.google.com; dkim=fail ({DKIM}; {DMARC})"},
    "a pass in a comment in a comment": {"results": f"mx.google.com; spf=fail (a (b) ; {DMARC})"},
    "a pass in a quoted word": {"results": f'mx.google.com; spf=fail smtp.mailfrom="x; {DMARC}; y"@evil.example'},
    "a pass behind an escaped quote": {
        "results": f'mx.google.com; spf=fail smtp.mailfrom="x\\"; {DMARC}; "@e.example'
    },
    "a comment without an end": {"results": f"mx.google.com; {DMARC}; spf=fail (x"},
    "a quoted word without an end": {"results": f'mx.google.com; {DMARC}; spf=fail smtp.mailfrom="x'},
    "a property twice": {
        "results": "mx.google.com; dmarc=pass header.from=evil.example header.from=people.example"
    },
    "a result twice": {"results": "mx.google.com; dkim=fail dkim=pass header.i=@people.example"},
    "two authors": {"authors": (JANE, "eve@people.example")},
    "no author": {"sender": ""},
    "a stranger": {"sender": "eve@people.example"},
    "a stranger with the candidate in copy": {"sender": "eve@people.example", "cc": [JANE]},
    "a stranger who answers to the candidate": {"sender": "eve@people.example", "reply_to": [JANE]},
    "a colleague": {"sender": ANNA, "results": PASSED.replace("people.example", "acme.example")},
    "an automatic answer": {"automatic": True},
    "a draft": {"labels": frozenset({"DRAFT"})},
    "in spam": {"labels": frozenset({"SPAM"})},
    "in the trash": {"labels": frozenset({"TRASH"})},
    "a label SENT on another's mail": {"labels": frozenset({"SENT"})},
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED.keys())
def test_what_is_not_proven_is_not_admitted(forged: dict[str, Any]) -> None:
    assert admits(evidence())
    assert not admits(evidence(**forged))


def test_what_was_begun_must_be_with_this_candidate_and_sent() -> None:
    assert not admits(evidence(), begun(candidate="bob"))
    assert not admits(evidence(), begun(reference=None))
    assert admits(evidence(), begun(candidate="bob"), begun())


def test_an_address_that_two_candidates_share_proves_neither() -> None:
    assert not admits(evidence(), jane=[JANE], bob=[JANE])


def test_an_internal_address_is_never_a_candidates_by_origin() -> None:
    inside = "kim@acme.example"
    results = PASSED.replace("people.example", "acme.example")

    assert not admits(evidence(inside, results=results), jane=[inside])


def test_what_the_owner_sent_proves_everybody_it_went_to() -> None:
    sent = evidence(BEN, JANE, labels=frozenset({"SENT"}), results="")

    assert admits(sent)
    assert not admits(evidence(BEN, "other@people.example", labels=frozenset({"SENT"}), results=""))
    assert not admits(replace(sent, authors=(ANNA,)))
    assert not admits(evidence(BEN, JANE, results=""))


def test_a_signature_from_above_counts_as_the_domains_own() -> None:
    assert is_authentic("mail.people.example", "mx.google.com; dkim=pass header.d=people.example")
    assert is_authentic("people.example", f"mx.google.com; dkim=fail header.i=@people.example; {DKIM}")


def test_only_the_author_takes_part_for_certain() -> None:
    part = proven_part(evidence(JANE, BEN, cc=["bob@people.example"]), OWNER)

    assert part is not None
    assert [(p.address, p.place) for p in part.head.participants] == [(JANE, Place.FROM)]


@given(st.text(alphabet='mx.google;() "\\=passdkimheader@,', max_size=80))
def test_whatever_stands_in_the_header_nothing_is_raised(text: str) -> None:
    assert is_authentic("people.example", f"mx.evil.example; {text}") is False
    assert is_authentic("people.example", f"mx.google.com; {text}") in {True, False}


def test_what_is_forged_is_in_no_repr() -> None:
    assert JANE not in repr(evidence())
    assert OURS not in repr(evidence())
    assert "dkim" not in repr(evidence())


# --- what was sent ----------------------------------------------------------------------------------------


def test_the_first_that_was_sent_is_what_the_draft_became() -> None:
    sent = frozenset({"SENT"})
    mails = [
        mail(ANNA, JANE, labels=sent, accepted_at=after(hours=2), message_id="second"),
        mail(ANNA, JANE, labels=sent, accepted_at=after(hours=1), message_id="first"),
        mail(JANE, ANNA, accepted_at=NOW, message_id="hers"),
    ]

    assert sent_as(mails) == "first"
    assert sent_as(mails[2:]) is None
    assert sent_as([mail(ANNA, JANE, labels=sent, message_id=None)]) is None


# --- searching --------------------------------------------------------------------------------------------


def box(**fields: Any) -> Mailbox:
    return Mailbox(
        **{"sub": "ben", "address": BEN, "since": after(days=-9), "epoch": 1, "new_mail": True, **fields}
    )


def test_it_is_searched_at_most_every_ten_minutes_and_only_where_new_mail_came() -> None:
    assert origin.is_due(box(), now=NOW)
    assert not origin.is_due(box(new_mail=False), now=NOW)
    assert not origin.is_due(box(searched_at=after(minutes=-9)), now=NOW)
    assert origin.is_due(box(searched_at=after(minutes=-10)), now=NOW)


def test_it_is_searched_since_the_last_time_and_never_before_anything_was_begun() -> None:
    early, late = begun(at=after(days=-3)), begun(at=after(days=-1))

    assert origin.searched_from(box(), [late, early]) == after(days=-3) - origin.OVERLAP
    assert origin.searched_from(box(searched_at=after(hours=-1)), [early]) == after(hours=-1) - origin.OVERLAP
    assert origin.searched_from(box(since=NOW), [early]) == NOW - origin.OVERLAP


def test_twenty_addresses_are_one_search() -> None:
    addresses = [f"a{n:02}@people.example" for n in range(41)]

    said = list(searches(addresses, since=NOW))

    assert len(said) == 3
    assert (
        said[2] == f"{{from:a40@people.example (in:sent {{to:a40@people.example}})}} after:{int(NOW.timestamp())}"
    )
    assert sum(each.count("from:") for each in said) == 41
    assert list(searches([], since=NOW)) == []


@pytest.mark.parametrize(
    "address",
    ["x} in:anywhere@y.example", 'a"b@y.example', "a b@y.example", "-a@y.example", "(a)@y.example", "a@-y", "a"],
)
def test_an_address_that_would_say_something_else_in_a_search_is_left_out(address: str) -> None:
    assert list(searches([address], since=NOW)) == []
    assert not origin.is_plain(address)


def test_a_draft_that_was_lost_is_looked_for_an_hour() -> None:
    assert origin.is_lost(begun(thread=None), now=after(minutes=59))
    assert not origin.is_lost(begun(thread=None), now=after(minutes=60))
    assert not origin.is_lost(begun(), now=NOW)
    assert timedelta(hours=1) == origin.LOST_FOR
