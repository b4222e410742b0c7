"""*Take my copy out*: a holder's own copies leave Lever, of one conversation, of a batch, or of everything.

They are hidden at once and can be brought back by their owner as long as a removal could. Mail that colleagues
hold as well stays. No message in Gmail is touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain

from addon.actions.outcome import CHANGED, Done, NothingHere, Outcome, Question
from addon.batches import every
from addon.caller import Caller
from addon.lookups.conversations import holdings_of
from addon.mailboxes import change_mailbox, history_ids
from addon.policy import acting, following, retention, visibility
from addon.present.formats import formats_of
from addon.services import Services
from addon.threads import case_of, change_thread, threads_of
from cards.language import say
from cards.my_data import ALL
from cards.take_all_out import TakeAllOutView, take_all_out_card
from storage.port import ConflictError
from storage.records import (
    MOST_IN_A_SLICE,
    Act,
    Conversation,
    ConversationState,
    LabelBatch,
    Member,
    Thread,
    ThreadState,
    Withdrawal,
)

WITHIN = timedelta(seconds=15)
"""Somebody waits for the answer; what is left after that goes with another press."""
_TRIES = 5
_MEANT = frozenset({ConversationState.LIVE, ConversationState.REMOVED})
"""Taken out of a removed one, it stays out when a colleague has that come back."""
_BATCH_STATES = (ThreadState.WAITING, ThreadState.FOLLOWING)


def withdraw(caller: Caller, services: Services, *, conversation: str) -> Outcome:
    """Take the caller's copies out of one conversation, without a question: it can be undone."""
    member = caller.member
    found = visibility.known_to(member, services.store.conversation(conversation), services.config.secret_policy)
    if found is None or not acting.may(acting.Act.WITHDRAW, case_of(member, found, services)):
        return NothingHere()
    withdrawal = _withdrawal(member, services)
    _take_out(found.conversation.id, member.sub, withdrawal, services)
    until = formats_of(caller.event).date(withdrawal.purge_at)
    return Done(
        notice=say("Your copy is out of {word}. You can undo until {date}.", word=services.site.word, date=until)
    )


def withdraw_all(caller: Caller, services: Services, *, digest: str) -> Outcome:
    """Ask with how many it are; with the digest of that, take out everything the caller holds."""
    member = caller.member
    if not acting.may_take_all_out(member):
        return NothingHere()
    held = holdings_of(member, services)
    if not held.conversations:
        return Done(notice=say("Nothing in {word} came from your mailbox.", word=services.site.word))
    expected = acting.digest_of("withdraw-all", [member.sub, str(held.conversations)])
    if digest != expected:
        until = retention.purge_at(services.clock.now(), grace_days=services.config.grace_days)
        view = TakeAllOutView(
            conversations=held.conversations,
            alone=held.alone,
            digest=expected,
            undo_until=formats_of(caller.event).date(until),
            my_data=caller.event.parameters.get("want") == ALL,
        )
        return Question(card=take_all_out_card(view, site=services.site), again=bool(digest))
    if not take_everything_out(member, _withdrawal(member, services), services):
        return Done(notice=say("Not all of it is out yet. Press once more for the rest."))
    return Done(notice=say("Everything from your mailbox is out of {word}.", word=services.site.word))


def withdraw_batch(caller: Caller, services: Services, *, batch: str) -> Outcome:
    """Undo what labelling many at once brought in: stop following them, and take the copies out (R8)."""
    member = caller.member
    mailbox = services.store.mailbox(member.sub)
    mine = next((each for each in mailbox.batches if each.id == batch), None) if mailbox else None
    if mine is None:
        return NothingHere()
    if mine.out_until is not None:
        return Done(notice=say(CHANGED))
    threads = of_batch(member, _BATCH_STATES, lambda thread: thread.batch == batch, services)
    if not take_out_together(member, threads, services, batch=batch, ends=following.stopped):
        return Done(notice=say("Some are out. Press Undo once more for the rest."))

    until = retention.purge_at(services.clock.now(), grace_days=services.config.grace_days)

    def out(each: LabelBatch) -> LabelBatch:
        return replace(each, out_until=until, open=False) if each.id == batch else each

    change_mailbox(member.sub, lambda box: replace(box, batches=tuple(map(out, box.batches))), services)
    said = say(
        "They are out of {word} again. You can undo until {date}.",
        word=services.site.word,
        date=formats_of(caller.event).date(until),
    )
    return Done(notice=said)


def take_everything_out(member: Member, withdrawal: Withdrawal, services: Services) -> bool:
    """Everything this member holds, in whatever state it is; False where time ran out before it was all."""
    until = services.clock.now() + WITHIN
    store = services.store
    for found in every(lambda cursor: store.held_by(member.sub, limit=MOST_IN_A_SLICE, cursor=cursor)):
        if services.clock.now() >= until:
            return False
        _take_out(found.conversation.id, member.sub, withdrawal, services)
    return True


def withdrawal_of(member: Member, services: Services, *, barrier: int | None) -> Withdrawal:
    now: datetime = services.clock.now()
    return Withdrawal(
        by=member.sub,
        at=now,
        purge_at=retention.purge_at(now, grace_days=services.config.grace_days),
        barrier=barrier,
    )


def _withdrawal(member: Member, services: Services) -> Withdrawal:
    """With where the mailbox stands now: a label that was put on before does not bring back what goes."""
    return withdrawal_of(member, services, barrier=history_ids([member.sub], services)[member.sub])


def _take_out(id: str, sub: str, withdrawal: Withdrawal, services: Services) -> None:
    """Take a holder's copies, if there are any, out of a conversation as it stands."""
    for _ in range(_TRIES - 1):
        try:
            _take_out_once(id, sub, withdrawal, services)
        except ConflictError:
            continue
        return
    _take_out_once(id, sub, withdrawal, services)


def _take_out_once(id: str, sub: str, withdrawal: Withdrawal, services: Services) -> None:
    found = services.store.conversation(id)
    if found is None or sub not in found.summary.holders or found.conversation.state not in _MEANT:
        return
    gate: Conversation = found.conversation
    services.store.change(
        replace(gate, withdrawn={**gate.withdrawn, sub: withdrawal}),
        act=Act(actor=sub, verb="withdraw", at=withdrawal.at, conversation=gate.id, subject=sub),
    )


def take_out_together(
    member: Member,
    threads: Iterable[Thread],
    services: Services,
    *,
    batch: str,
    ends: Callable[[Thread], Thread],
) -> bool:
    """Undo what brought `threads` in, by `ends`; False where time ran out before it was all of them.

    Copies go out where their thread came in with this `batch`, nothing else has it followed, and no other thread
    of their owner's is in the same conversation.
    """
    withdrawal, until = _withdrawal(member, services), services.clock.now() + WITHIN
    for thread in threads:
        if services.clock.now() >= until:
            return False
        if ends(thread).state is not ThreadState.STOPPED:
            change_thread(member.sub, thread.id, lambda t: ends(t) if t else None, services)
        elif thread.conversation is None:
            _forget(thread, services)
        else:
            if thread.batch == batch and not _is_followed_by_another(thread, services):
                _take_out(thread.conversation, member.sub, withdrawal, services)
            change_thread(member.sub, thread.id, lambda t: ends(t) if t else None, services)
    return True


def of_batch(
    member: Member, states: Iterable[ThreadState], belongs: Callable[[Thread], bool], services: Services
) -> Iterator[Thread]:
    """Threads of this mailbox that came in together."""
    read = services.store.threads_in

    def all_in(state: ThreadState) -> Iterator[Thread]:
        return every(lambda cursor: read(member.sub, state, limit=MOST_IN_A_SLICE, cursor=cursor))

    return filter(belongs, chain.from_iterable(map(all_in, states)))


def _is_followed_by_another(thread: Thread, services: Services) -> bool:
    """Whether its copies came by another thread too, which was not brought in together with it."""
    return any(
        each.sub == thread.sub
        and each.id != thread.id
        and each.state is ThreadState.FOLLOWING
        and each.batch != thread.batch
        for each in threads_of(thread.conversation or "", services)
    )


def _forget(thread: Thread, services: Services) -> None:
    try:
        services.store.forget_thread(thread)
    except ConflictError:
        # The job is at it: it is stopped as soon as something of it is stored, or forgotten with the next press.
        return
