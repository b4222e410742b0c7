"""*Sync emails* and *Import candidate email*: what an import may find, its start and its end (R10).

Only the presser's own mailbox is ever searched, with the token they gave for reading it. Here it is only counted;
the job opens what was found.
"""

from __future__ import annotations

import secrets
from contextlib import suppress

from addon.actions.outcome import CHANGED, Done, NothingHere, Outcome, Question
from addon.actions.retry import NOTHING_LEFT, retry
from addon.caller import Caller
from addon.lookups.imports import importable_by, own_import, running_import
from addon.policy import acting, importing, ledger, membership, retention
from addon.policy.ledger import Form, Why
from addon.policy.matching import People
from addon.services import Services
from cards.importing import BOUND, SECRET, ImportView, import_card
from cards.language import mark, say
from storage.port import ConflictError
from storage.records import MOST_IMPORTED, Act, Candidate, Import, ImportState, Lane

_EMAIL_FIRST = mark("Turn on Email first. Nothing was searched.")
_RUNS = mark("An import for this candidate is running already.")
_TRIES = 5


def preview_import(caller: Caller, services: Services, *, candidate: str, address: str) -> Outcome:
    """How many conversations it may find, with its bounds to choose: none of them is opened."""
    member, store, now = caller.member, services.store, services.clock.now()
    found = importable_by(member, candidate, services)
    if found is None:
        return NothingHere()
    consent, mailbox = store.consent(member.sub), store.mailbox(member.sub)
    if consent is None or mailbox is None or not membership.is_on(mailbox):
        return Done(notice=say(_EMAIL_FIRST))
    if running_import(member, candidate, epoch=consent.epoch, services=services):
        return Done(notice=say(_RUNS))
    addresses = _addresses(found, address, services)
    if not addresses:
        return Done(notice=_nothing_to_search(services))
    bound = _bound(caller)
    counts: dict[str, int] = {}

    def called(form: Form, units: int) -> None:
        for name, each in ledger.call(Why.IMPORT, form, units).items():
            counts[name] = counts.get(name, 0) + each

    gmail = services.gmail.stored(consent, address=mailbox.address, called=called)
    try:
        count, more = gmail.count_threads_of(addresses, since=importing.since(bound, now=now))
    finally:
        store.tally(member.sub, now.date().isoformat(), counts)
    view = ImportView(
        candidate=candidate,
        only=address,
        searched=address or found.name,
        count=count,
        more=more,
        most=MOST_IMPORTED,
        bound=bound,
        secret=bool(caller.event.inputs.get(SECRET)),
    )
    return Question(card=import_card(view, site=services.site), again=False)


def import_address(caller: Caller, services: Services, *, candidate: str, address: str) -> Outcome:
    """Have the job search the presser's own mailbox; pressed twice, it is one import."""
    member, now = caller.member, services.clock.now()
    found = importable_by(member, candidate, services)
    if found is None:
        return NothingHere()
    consent = services.store.consent(member.sub)
    if consent is None:
        return Done(notice=say(_EMAIL_FIRST))
    addresses = _addresses(found, address, services)
    if not addresses:
        return Done(notice=_nothing_to_search(services))
    record = Import(
        id=secrets.token_hex(16),
        sub=member.sub,
        epoch=consent.epoch,
        candidate=candidate,
        addresses=addresses,
        since=importing.since(_bound(caller), now=now),
        secret=bool(caller.event.inputs.get(SECRET)),
        at=now,
        expires_at=now + retention.ENDS_IMPORT,
    )
    try:
        services.store.start_import(record, act=_act(record, "import-address", services))
    except ConflictError:
        if running_import(member, candidate, epoch=consent.epoch, services=services) is None:
            raise
        return Done(notice=say(_RUNS))
    ring(member.sub, services)
    return Done(notice=say("Importing. You can close this."))


def cancel_import(caller: Caller, services: Services, *, id: str) -> Outcome:
    """At once: whoever is at it notices before opening another conversation. What came in stays."""
    for _ in range(_TRIES):
        record = own_import(caller.member, id, services)
        if record is None:
            return NothingHere()
        if record.state is not ImportState.RUNNING:
            break
        cancelled = importing.ended(record, ImportState.CANCELLED, now=services.clock.now())
        with suppress(ConflictError):
            services.store.save_import(cancelled, act=_act(record, "import-cancel", services))
            break
    else:
        raise ConflictError("this import is being changed by others")
    return Done(notice=say("Cancelled. What came in stays."))


def retry_import(caller: Caller, services: Services, *, id: str, thread: str) -> Outcome:
    """Once more for one `thread` that failed, or without it for all, what is set aside included.

    What is in is found in, and not opened again.
    """
    member, now = caller.member, services.clock.now()
    record, consent = own_import(member, id, services), services.store.consent(member.sub)
    if record is None:
        return NothingHere()
    if record.state not in importing.HAS_ENDED:
        return Done(notice=say(_RUNS) if record.state is ImportState.RUNNING else say(CHANGED))
    if consent is None:
        return Done(notice=say(_EMAIL_FIRST))
    if not acting.may_import(member, record.candidate, has_conversations=True):
        return NothingHere()
    again = (
        importing.one_again(record, thread, epoch=consent.epoch, now=now)
        if thread
        else importing.again(record, epoch=consent.epoch, now=now)
    )
    if again is None:
        return Done(notice=say(NOTHING_LEFT))
    try:
        services.store.start_import(again, act=_act(record, "retry", services))
    except ConflictError:
        if running_import(member, record.candidate, epoch=consent.epoch, services=services) is None:
            raise
        return Done(notice=say(_RUNS))
    retry(caller, services, thread=thread)
    ring(member.sub, services)
    return Done(notice=say("Trying again."))


def ring(sub: str, services: Services) -> None:
    """It waits behind whatever is more urgent."""
    services.store.ring(
        sub,
        now=services.clock.now(),
        soon=services.config.debounce,
        gap=services.gap,
        lane=Lane.BACKFILL,
    )


def _addresses(candidate: Candidate, address: str, services: Services) -> tuple[str, ...]:
    """Of this candidate, the one that was named or all; those that could bring nothing in are left out."""
    wanted = [each for each in candidate.addresses if address in {"", each}]
    people = People(candidates=services.directory.find(wanted), members=services.store.members_at(wanted))
    return importing.importable(wanted, candidate=candidate.id, people=people, company=services.company)


def _bound(caller: Caller) -> str:
    chosen = caller.event.inputs.get(BOUND, ("",))
    return chosen[0] if chosen and chosen[0] in importing.BOUNDS else importing.USUAL_BOUND


def _nothing_to_search(services: Services) -> str:
    return say(
        "{word} imports by no address that is a colleague's, another candidate's too, or left out by "
        "your company.",
        word=services.site.word,
    )


def _act(record: Import, verb: str, services: Services) -> Act:
    return Act(actor=record.sub, verb=verb, at=services.clock.now(), subject=record.candidate)
