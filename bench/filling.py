"""Mail by the thousand, brought into a store the way `store copy` brings it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from storage.moments import micros
from storage.records import Conversation, Summary
from storage.transfer import Gathered, Mail, Row, Transfer
from tests.contracts.store.samples import NOW, after, candidate, conversation, message, thread

_ROWS_AT_ONCE = 500
_TOLD_EVERY = 10_000
MAILS_EACH = 10
"""In a conversation, where a store is filled with many."""
_CONVERSATIONS_EACH = 4
"""Of one candidate, likewise."""


def fill(transfer: Transfer, rows: Iterable[Row], *, told: str = "") -> None:
    """Write all of `rows`; where `told` names them, say on standard error how far it is."""
    some: list[Row] = []
    written = 0
    for row in rows:
        some.append(row)
        if len(some) == _ROWS_AT_ONCE:
            transfer.write(some)
            written += len(some)
            some = []
            if told and written % _TOLD_EVERY == 0:
                print(f"{told}: {written:,} rows", file=sys.stderr, flush=True)
    transfer.write(some)


def correspondence(sub: str, mails: int) -> Iterator[Row]:
    """So many mails that one member holds: ten to a conversation in a thread of its own, four to a candidate."""
    for n in range(mails // MAILS_EACH):
        about, lies_in = f"candidate-{n // _CONVERSATIONS_EACH}", f"filled-{n}"
        if n % _CONVERSATIONS_EACH == 0:
            yield candidate(about)
        yield gathered(conversation(lies_in), sub=sub, candidate=about, mails=MAILS_EACH)
        yield thread(sub, f"t-{lies_in}", conversation=lies_in)
        for each in range(MAILS_EACH):
            yield mail(f"{lies_in}-{each}", lies_in, each, sub=sub)


def mail(key: str, lies_in: str, n: int, *, sub: str = "1") -> Mail:
    written = message(key, sub=sub, conversation=lies_in, sent_at=after(n))
    return Mail(
        message=written,
        copies=frozenset(written.gmail_ids.items()),
        participants=frozenset({sub}),
        named=frozenset({sub}),
    )


def gathered(said: Conversation, *, mails: int, sub: str = "1", candidate: str = "ada") -> Gathered:
    people = frozenset({sub})
    summary = Summary(
        conversation=said.id,
        subject="Interview",
        count=mails,
        last_at=after(mails),
        holders=people,
        participants=people,
        named=people,
        candidates=frozenset({candidate}),
    )
    return Gathered(conversation=said, summary=summary, first=(micros(NOW), "k0"), aliases=frozenset())
