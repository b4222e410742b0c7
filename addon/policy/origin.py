"""R9: when mail belongs to a conversation that was begun in Lever: by proof, not by what its headers claim. Pure.

Whoever was written to knows the Message-ID, and anybody may cite one. So a citation counts only in mail of which
Google says that it is from the candidate the conversation was begun with, or that the mailbox's owner sent.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from addon.policy.admission import never_stored
from addon.policy.mail import Mail
from addon.policy.matching import canonical, domain_of
from storage.records import Begun, Mailbox, Member, Participant, Place, Reason, Thread

EVERY = timedelta(minutes=10)
"""How often a mailbox is searched at most, and only where new mail came."""
OVERLAP = timedelta(minutes=15)
"""Searched once more: Gmail's index lags by seconds, and the sender's own mailbox may be a poll behind."""
MOST_OPEN = 200
"""Conversations whose candidates are searched for, the newest ones."""
AT_ONCE = 20
"""Addresses in one search; how many Gmail takes is not documented."""
AUTHORITY = "mx.google.com"
"""Who must have checked where the mail came from."""

LOST_FOR = timedelta(hours=1)
"""How long a draft of which Gmail's answer was lost is looked for."""

SENT, DRAFT = "SENT", "DRAFT"


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What a message says of its origin. Lives in memory only, for as long as the decision takes."""

    mail: Mail
    authors: tuple[str, ...] = field(repr=False)
    """Canonical addresses in From, of every such header; the list's rewriting is not undone."""
    cited: tuple[str, ...] = field(default=(), repr=False)
    """Its own Message-ID and those it cites."""
    results: str = field(default="", repr=False)
    """The topmost Authentication-Results, whole; what lies below may be the sender's own."""


def message_id(begun: Begun, host: str) -> str:
    """What the draft is called until Gmail gives it another name, on sending; without brackets."""
    return f"{begun.id}@{host}"


def is_lost(begun: Begun, *, now: datetime) -> bool:
    """A draft may lie in the mailbox, and where is not known."""
    return begun.thread is None and now - begun.at < LOST_FOR


# --- when and what is searched ----------------------------------------------------------------------------


def is_due(mailbox: Mailbox, *, now: datetime) -> bool:
    return mailbox.new_mail and (mailbox.searched_at is None or now - mailbox.searched_at >= EVERY)


def searched_from(mailbox: Mailbox, begun: Iterable[Begun]) -> datetime:
    """From when on an answer to any of `begun` may have come that was not looked at."""
    last = mailbox.searched_at or mailbox.since
    return max(last, min(each.at for each in begun)) - OVERLAP


_PLAIN = re.compile(r"[a-z0-9_][a-z0-9._+'-]*@[a-z0-9][a-z0-9.-]*", re.IGNORECASE)


def is_plain(address: str) -> bool:
    """Whether an address can stand in a search and a header as it is; others could say something else there."""
    return _PLAIN.fullmatch(address) is not None


def searches(addresses: Collection[str], *, since: datetime) -> Iterator[str]:
    """What Gmail is asked for: mail since then from these, and what the mailbox's owner sent to them."""
    plain = sorted({each for each in addresses if is_plain(each)})
    for begin in range(0, len(plain), AT_ONCE):
        some = plain[begin : begin + AT_ONCE]
        senders, receivers = (" ".join(f"{place}:{each}" for each in some) for place in ("from", "to"))
        yield f"{{{senders} (in:sent {{{receivers}}})}} after:{int(since.timestamp())}"


# --- what is proven ---------------------------------------------------------------------------------------


def proven_part(evidence: Evidence, owner: Member) -> Mail | None:
    """The mail with those people only of whom it is proven that they take part; None where nobody does.

    Of what the mailbox's owner sent that is everybody on it. Of what came in it is the author alone, where Google
    vouches for the author's domain: whom else a sender names says nothing.
    """
    if never_stored(evidence.mail) is not None or len(evidence.authors) != 1:
        return None
    author = evidence.authors[0]
    if SENT in evidence.mail.labels:
        return evidence.mail if author in owner.addresses else None
    if not is_authentic(domain_of(author), evidence.results):
        return None
    alone = (Participant(address=author, place=Place.FROM),)
    return replace(evidence.mail, head=replace(evidence.mail.head, participants=alone))


def continued(named: Iterable[Begun], candidates: Collection[str]) -> Begun | None:
    """The conversation that is continued: one begun with a candidate whose part is proven. `named` is cited."""
    return next((each for each in named if each.reference and each.candidate in candidates), None)


def is_its_own(thread: Mapping[str, frozenset[str]]) -> bool:
    """Whether a thread in which a draft of ours was found is about nothing else, by its messages' labels.

    Gmail may put a draft into another thread when its subject is changed. Were there mail in it before, that mail
    would come in with what is sent. One message alone is ours, sent meanwhile or not.
    """
    return len(thread) == 1 or all(DRAFT in labels for labels in thread.values())


def needs_its_beginning(thread: Thread) -> bool:
    """Whether nothing but a citation has a thread read.

    Whoever cites chooses as well in which of the mailbox's threads Gmail puts their mail, and that may be a
    private one. So it counts where the thread itself began by it.
    """
    return thread.conversation is None and thread.reasons.keys() == {Reason.ORIGIN}


def begins_with(mails: Iterable[Mail]) -> tuple[str, ...]:
    """What the first mail of a thread is called, and what it cites."""
    first = min(mails, key=lambda mail: (mail.accepted_at, mail.id), default=None)
    return tuple(each for each in (first.message_id, *first.references) if each) if first else ()


def sent_as(mails: Iterable[Mail]) -> str | None:
    """The Message-ID of the first mail that was sent, of those read of a draft's thread."""
    sent = [mail for mail in mails if SENT in mail.labels and mail.message_id]
    return min(sent, key=lambda mail: mail.accepted_at).message_id if sent else None


# --- Authentication-Results (RFC 8601) --------------------------------------------------------------------


def is_authentic(domain: str, results: str) -> bool:
    """Whether Google says of this header that mail in the name of `domain` came from there.

    By DMARC, or by a signature of the very domain or one above it. A signature from below counts only with DMARC,
    for which Google knows where a registry's names end and a company's begin.
    """
    checks = _checks(results)
    by_dmarc = [each for each in checks if each.method == "dmarc"]
    if len(by_dmarc) > 1 or any(each.result == "fail" for each in by_dmarc):
        return False
    if any(each.result == "pass" and each.properties.get("header.from") == domain for each in by_dmarc):
        return True
    return any(
        each.method == "dkim" and each.result == "pass" and _is_aligned(domain, _signer(each)) for each in checks
    )


@dataclass(frozen=True, kw_only=True)
class _Check:
    method: str
    result: str
    properties: Mapping[str, str] = field(repr=False)


def _checks(results: str) -> Sequence[_Check]:
    """What was checked, where it was Google who did."""
    bare = _without_asides(results)
    if bare is None:
        return ()
    authority, *said = bare.lower().split(";")
    if authority.split() not in ([AUTHORITY], [AUTHORITY, "1"]):
        return ()
    checks = []
    for each in said:
        words = [word.partition("=") for word in each.split()]
        names = [name for name, _, _ in words]
        if words and len(set(names)) == len(names):
            method, _, result = words[0]
            properties = {name: value for name, _, value in words[1:]}
            checks.append(_Check(method=method.partition("/")[0], result=result, properties=properties))
    return checks


def _without_asides(text: str) -> str | None:
    """Without comments, and with what is quoted made one mark: senders choose the text of both.

    None where one of them does not end.
    """
    bare, depth, quoted, escaped = [], 0, False, False
    for each in text:
        if escaped:
            escaped = False
        elif each == "\\" and (quoted or depth):
            escaped = True
        elif quoted:
            quoted = each != '"'
        elif each == "(":
            depth += 1
        elif each == ")" and depth:
            depth -= 1
            bare.append(" ")
        elif depth:
            continue
        elif each == '"':
            quoted = True
            bare.append(each)
        else:
            bare.append(each)
    return None if depth or quoted or escaped else "".join(bare)


def _signer(check: _Check) -> str:
    return check.properties.get("header.d") or check.properties.get("header.i", "").rpartition("@")[2]


def _is_aligned(domain: str, signer: str) -> bool:
    return "." in signer and (domain == signer or domain.endswith(f".{signer}"))


def author_of(addresses: Iterable[str]) -> tuple[str, ...]:
    """Each once, as addresses are compared."""
    return tuple(dict.fromkeys(map(canonical, addresses)))
