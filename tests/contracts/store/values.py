"""Values for records as hypothesis makes them: any text there is, times to the microsecond."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from storage.records import (
    Attachment,
    Attention,
    Backfill,
    Begun,
    Candidate,
    Consent,
    ConsentAttempt,
    ConsentRequest,
    Head,
    Invitation,
    Lane,
    Lease,
    Mailbox,
    Member,
    Participant,
    Permission,
    Place,
    Pointing,
    Reason,
    Refusal,
    Revocation,
    Role,
    Thread,
    ThreadState,
)

RANDOM = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,  # one store for all examples: their ids differ
        HealthCheck.differing_executors,  # one contract, several backends
        HealthCheck.too_slow,
    ],
)

TEXTS = st.text(max_size=12)
IDS = st.text(min_size=1, max_size=12)
SETS = st.frozensets(IDS, max_size=3)
TIMES = st.datetimes(
    min_value=datetime(1971, 1, 1),  # noqa: DTZ001 (the zone follows)
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
NUMBERS = st.integers(min_value=0, max_value=2**53)

AWKWARD = ("a/b", ".", "..", "__a__", "a", "A", "é", "e\u0301", " ", "a ", "a\x00b", "'; --", "%", "x" * 400)
"""Ids that a path, a pattern, a folding or a quoting would confuse with each other."""

MEMBERS = st.builds(
    Member,
    sub=IDS,
    email=TEXTS,
    name=TEXTS,
    addresses=SETS,
    role=st.sampled_from(Role),
    permissions=st.frozensets(st.sampled_from(Permission)),
    self_candidates=SETS,
    left_at=st.none() | TIMES,
    scopes_asked_at=st.none() | TIMES,
    version=st.just(""),
)

CONSENTS = st.builds(
    Consent, sub=IDS, epoch=NUMBERS, scopes=SETS, since=TIMES, refresh_token=TEXTS, version=st.just("")
)

REQUESTS = st.builds(
    ConsentRequest,
    sub=IDS,
    nonce=IDS,
    expires_at=TIMES,
    taken=st.booleans(),
    refusal=st.none() | st.sampled_from(Refusal),
)

ATTEMPTS = st.builds(
    ConsentAttempt, state=IDS, nonce=IDS, sub=IDS, browser=TEXTS, verifier=TEXTS, expires_at=TIMES
)

REVOCATIONS = st.builds(
    Revocation, id=IDS, sub=IDS, refresh_token=IDS, since=TIMES, not_before=TIMES, attempts=NUMBERS
)

MAILBOXES = st.builds(
    Mailbox,
    sub=IDS,
    address=TEXTS,
    since=TIMES,
    epoch=NUMBERS,
    cursor=st.none() | NUMBERS,
    fence=NUMBERS,
    lease=st.none() | st.builds(Lease, owner=IDS, until=TIMES),
    label=st.none() | TEXTS,
    secret_label=st.none() | TEXTS,
    seen_labels=SETS,
    labels_at=st.none() | TIMES,
    label_name=TEXTS,
    label_twin=TEXTS,
    backfill=st.sampled_from(Backfill),
    labelled_before=NUMBERS,
    label_renewed_at=st.none() | TIMES,
    attention=st.none() | st.sampled_from(Attention),
    cooldown_until=st.none() | TIMES,
    last_ok_at=st.none() | TIMES,
    newest=NUMBERS,
    watch_until=st.none() | TIMES,
    watch_asked_at=st.none() | TIMES,
    new_mail=st.booleans(),
    searched_at=st.none() | TIMES,
    version=st.just(""),
)

POINTINGS = st.dictionaries(st.sampled_from(Reason), st.builds(Pointing, by=TEXTS, at=TIMES))
THREADS = st.builds(
    Thread,
    sub=IDS,
    id=IDS,
    state=st.sampled_from(ThreadState),
    reasons=POINTINGS,
    ended=POINTINGS,
    labelled=SETS,
    labelled_secret=SETS,
    secret=st.booleans(),
    about=SETS,
    conversation=st.none() | IDS,
    todo_all=st.booleans(),
    todo=SETS,
    lane=st.sampled_from(Lane),
    not_before=TIMES,
    attempts=NUMBERS,
    starts=NUMBERS,
    aside_all=st.booleans(),
    aside=SETS,
    who_keys=SETS,
    offered=st.booleans(),
    version=st.just(""),
)

BEGUN = st.builds(
    Begun,
    id=IDS,
    sub=IDS,
    candidate=IDS,
    secret=st.booleans(),
    at=TIMES,
    expires_at=TIMES,
    draft=st.none() | IDS,
    thread=st.none() | IDS,
    reference=st.none() | IDS,
)

HEADS = st.builds(
    Head,
    subject=TEXTS,
    participants=st.lists(
        st.builds(Participant, address=TEXTS, name=TEXTS, place=st.sampled_from(Place)), max_size=3
    ).map(tuple),
    attachments=st.lists(st.builds(Attachment, name=TEXTS, type=TEXTS, size=NUMBERS), max_size=2).map(tuple),
    automatic=st.booleans(),
    invitation=st.none() | st.builds(Invitation, uid=TEXTS, method=TEXTS),
)

CANDIDATES = st.builds(
    Candidate,
    id=IDS,
    name=TEXTS,
    addresses=st.lists(IDS, max_size=3).map(tuple),
    headline=TEXTS,
    stage=TEXTS,
    owner=TEXTS,
    url=TEXTS,
    external_id=TEXTS,
    linked=st.lists(IDS, max_size=2).map(tuple),
    leaving=st.dictionaries(IDS, IDS, max_size=2),
    version=st.just(""),
)
