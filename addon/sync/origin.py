"""Conversations that were begun in Lever (R9): the draft that is sent, and answers that reach other mailboxes.

In its own mailbox what was begun is known by its draft and the thread that lies in. In the others one search for
its candidate finds what may belong to it, at most every ten minutes, and only where new mail came and something is
open; of the hits the headers are read, and `policy.origin` decides. What it does not let in leaves counts and
nothing else.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from addon.failures import describe
from addon.gateways.errors import GoneError, OutsideError, RefusedError, UnavailableError
from addon.gateways.gmail import StoredGmail
from addon.policy import copies, following, ledger, origin, retention
from addon.policy.admission import Denied
from addon.policy.ledger import Why
from addon.policy.mail import Mail
from addon.policy.matching import People, everyone, match
from addon.policy.origin import Evidence
from addon.sync.held import Held
from storage.port import StoreError
from storage.records import Begun, ConversationState, Member, Reason, Thread

_UNSENT_AT_MOST = 50
"""Drafts of one mailbox that are looked at where its history is lost."""
_SILENT = 3
"""Messages in a row about which Gmail says nothing: it is not because of one of them."""

_log = logging.getLogger("addon.sync")


# --- the mailbox it was begun in --------------------------------------------------------------------------


def follow_drafts(held: Held, gmail: StoredGmail, *, emptied: Collection[str]) -> None:
    """Learn where drafts of ours lie by now. `emptied`: threads that a draft may have gone out of.

    None is opened. A draft whose answer from Gmail was lost is found by the name it was given.
    """
    now = held.services.clock.now()
    for begun in held.services.store.unsent(held.sub, now=now, limit=_UNSENT_AT_MOST):
        if origin.is_lost(begun, now=now):
            _find(held, gmail, begun)
        elif begun.thread in emptied:
            _follow(held, gmail, begun)


def _find(held: Held, gmail: StoredGmail, begun: Begun) -> None:
    named = origin.message_id(begun, held.services.config.host)
    with held.because(Why.ORIGIN), suppress(RefusedError):
        found = gmail.drafts_named(named)
        if len(found) == 1:
            held.services.store.drafted(begun.id, draft=found[0].id, thread=found[0].thread)


def _follow(held: Held, gmail: StoredGmail, begun: Begun) -> None:
    """Note the thread that a draft was moved to; where it was sent or thrown away, nothing is left to follow.

    Gmail keeps a draft's id and not its thread: seen where a subject was edited
    (https://github.com/taylorwilsdon/google_workspace_mcp/pull/920).
    """
    if begun.draft is None:
        return
    try:
        with held.because(Why.ORIGIN):
            thread = gmail.draft(begun.draft).thread
            if thread == begun.thread or not origin.is_its_own(gmail.labels_of_thread(thread)):
                return
    except (GoneError, RefusedError):
        return
    held.services.store.drafted(begun.id, draft=begun.draft, thread=thread)


def unsent_in(held: Held, threads: Collection[str]) -> dict[str, Begun]:
    """Those of `threads` that hold a draft of ours which is not known to be sent."""
    if not threads:
        return {}
    begun = held.services.store.begun_in(held.sub, threads, now=held.services.clock.now())
    return {thread: each for thread, each in begun.items() if each.reference is None}


def note_sent(held: Held, thread: Thread, mails: Sequence[Mail], *, about: Collection[str]) -> None:
    """What a draft was sent as, once its mail is stored: whoever is led by it finds the conversation too.

    `about`: the candidates it turned out to be about; sent to others only, it is known by nothing.
    """
    if Reason.ORIGIN not in thread.reasons:
        return
    store = held.services.store
    draft = unsent_in(held, [thread.id]).get(thread.id)
    reference = copies.reference_key(origin.sent_as(mails), key=store.key)
    if draft is not None and reference is not None and draft.candidate in about:
        store.sent(draft.id, reference=reference, expires_at=draft.at + retention.KEEPS_BEGUN)


def sent_meanwhile(held: Held, gmail: StoredGmail) -> tuple[Thread, ...]:
    """Threads of drafts that were sent while Gmail lost the history: told by labels, no draft is opened."""
    store, now = held.services.store, held.services.clock.now()
    drafts = [each for each in store.unsent(held.sub, now=now, limit=_UNSENT_AT_MOST) if each.thread]
    known = store.threads(held.sub, [each.thread for each in drafts if each.thread])
    found = []
    for draft in drafts:
        id = draft.thread or ""
        sent = _sent_in(held, gmail, draft)
        if sent:
            thread = following.sent_draft(known.get(id), sub=held.sub, id=id, secret=draft.secret, now=now)
            found.append(following.to_read(thread, sent, now=now))
    return tuple(found)


def _sent_in(held: Held, gmail: StoredGmail, draft: Begun) -> frozenset[str]:
    """What was sent in the thread of a draft; where nothing is there, it is looked for elsewhere."""
    try:
        with held.because(Why.ORIGIN):
            labels = gmail.labels_of_thread(draft.thread or "")
    except GoneError:
        _follow(held, gmail, draft)
        return frozenset()
    except RefusedError:
        return frozenset()
    return frozenset(id for id, those in labels.items() if origin.SENT in those)


# --- other mailboxes --------------------------------------------------------------------------------------


def look_for_answers(held: Held, gmail: StoredGmail, *, owner: Member, until: datetime) -> None:
    """Find mail that continues what was begun in Lever; stop at `until`, to go on where it stopped.

    Where Gmail does not answer or does not like the search, everything else goes on.
    """
    now = held.services.clock.now()
    if not origin.is_due(held.mailbox, now=now):
        return
    begun = held.services.store.begun(now=now, limit=origin.MOST_OPEN)
    addresses = _addresses(held, begun)
    if not addresses:
        held.note(new_mail=False)
        return
    since = origin.searched_from(held.mailbox, begun)
    try:
        with held.because(Why.ORIGIN):
            reached = _look(held, gmail, origin.searches(addresses, since=since), owner=owner, until=until)
    except UnavailableError:
        return
    except RefusedError:
        held.services.counters.add("searches", "refused")
        reached = None
    # Where it goes on, nothing is searched twice.
    searched_at = now if reached is None else reached + origin.OVERLAP
    held.save(new_mail=reached is not None, searched_at=searched_at)


def _addresses(held: Held, begun: Iterable[Begun]) -> frozenset[str]:
    candidates = held.services.directory.candidates({each.candidate for each in begun})
    return frozenset(address for each in candidates.values() for address in each.addresses)


def _look(
    held: Held, gmail: StoredGmail, searches: Iterator[str], *, owner: Member, until: datetime
) -> datetime | None:
    """Up to when the mail was looked at, where time was up; None where all of it was.

    Never later than now: mail can be dated in any year, and what is to come was not looked at. Raises
    `UnavailableError` where Gmail said nothing of some of it, which delays none of the others.
    """
    hits = dict(hit for query in searches for hit in gmail.search(query))
    known = set(held.services.store.threads(held.sub, set(hits.values())))
    reached: datetime | None = None
    unsaid, in_a_row = False, 0
    # Ids grow with time: what is left for the next run is younger than what was looked at.
    for id in sorted(hits, key=lambda each: int(each, 16)):
        if hits[id] in known:
            continue
        held.renew()
        try:
            looked = _look_at(held, gmail, id, owner)
        except UnavailableError:
            unsaid, in_a_row = True, in_a_row + 1
            if in_a_row == _SILENT:
                raise
            continue
        in_a_row = 0
        if looked is None:
            continue
        if looked.thread is not None:
            known.add(looked.thread.id)
            held.advance((looked.thread,))
        now = held.services.clock.now()
        if now >= until:
            reached = min(looked.accepted_at, now)
            break
    if unsaid:
        # It is searched again from where this search began.
        raise UnavailableError
    return reached


class _Looked(NamedTuple):
    accepted_at: datetime
    thread: Thread | None
    """What is to be followed, where it is proven."""


def _look_at(held: Held, gmail: StoredGmail, id: str, owner: Member) -> _Looked | None:
    """One message; None where it is gone, or cannot be read, as of one that is made to be so."""
    try:
        evidence = gmail.evidence(id)
        held.counts[ledger.OPENED] += 1
        return _Looked(evidence.mail.accepted_at, _continued(held, evidence, owner))
    except (GoneError, RefusedError):
        return None
    except (OutsideError, StoreError):
        raise
    except Exception as error:  # noqa: BLE001 (one hostile message must not stop a mailbox)
        _log.error("a message could not be looked at: %s", describe(error))
        return None


def _continued(held: Held, evidence: Evidence, owner: Member) -> Thread | None:
    """The thread to follow, where it is proven; else it is counted, and that is all."""
    begun = _proven(held, evidence, owner)
    if begun is not None:
        secret = _secrecy(held, begun)
        if secret is not None:
            now = held.services.clock.now()
            return following.continues(sub=held.sub, id=evidence.mail.thread, secret=secret, now=now)
    held.counts[ledger.denied(Denied.NOT_POINTED_AT)] += 1
    return None


def _proven(held: Held, evidence: Evidence, owner: Member) -> Begun | None:
    store = held.services.store
    part = origin.proven_part(evidence, owner)
    if part is None:
        return None
    keys = {copies.reference_key(each, key=store.key) for each in evidence.cited} - {None}
    named = store.begun_as([each for each in keys if each], now=held.services.clock.now())
    if not named:
        return None
    addresses = everyone([part])
    people = People(
        candidates=held.services.directory.find(addresses), members=held.services.store.members_at(addresses)
    )
    matched = match([part], people=people, company=held.services.company)
    return origin.continued(named, matched.candidates)


def _secrecy(held: Held, begun: Begun) -> bool | None:
    """Whether what was begun is secret by now; None where it is not in Lever any more."""
    store = held.services.store
    thread = store.threads(begun.sub, [begun.thread or ""]).get(begun.thread or "")
    found = store.conversation(thread.conversation) if thread and thread.conversation else None
    if found is None:
        return begun.secret
    return found.conversation.secret if found.conversation.state is ConversationState.LIVE else None
