"""*This conversation is about …*, its Undo, and *No* (R7, R15, R16): whom it is about, by a member's word.

Of a thread in one's own mailbox that is not in Lever it is asking for it as well. Of a conversation in Lever it
adds the candidate for everybody who sees it; who sees it does not change (R21).
"""

from __future__ import annotations

from dataclasses import replace

from addon.actions.outcome import Done, NothingHere, Outcome
from addon.caller import Caller
from addon.lookups.conversations import note_opening
from addon.lookups.ids import Ids
from addon.lookups.linking import NO, choosable, no_key
from addon.lookups.stored import by_address
from addon.policy import acting, following, membership, retention, visibility
from addon.policy.acting import Act
from addon.services import Services
from addon.threads import case_of, change_thread, stop_rest, stopping
from cards.language import say
from cards.text import name
from storage import records
from storage.port import ConflictError
from storage.records import (
    Candidate,
    ConversationState,
    Found,
    Lane,
    Look,
    Member,
    Opened,
    Reason,
    Thread,
    ThreadState,
)

_TRIES = 5


def link_conversation(
    caller: Caller, ids: Ids, services: Services, *, candidate: str, conversation: str
) -> Outcome:
    """This conversation is about this candidate; pressed twice, it is so once."""
    about = choosable(caller, ids, candidate, services)
    if about is None:
        return NothingHere()
    for _ in range(_TRIES):
        try:
            return _link_conversation(caller, ids, services, about=about, conversation=conversation)
        except ConflictError:
            continue
    return _link_conversation(caller, ids, services, about=about, conversation=conversation)


def _link_conversation(
    caller: Caller, ids: Ids, services: Services, *, about: Candidate, conversation: str
) -> Outcome:
    member = caller.member
    opened = services.store.opened(member.sub, thread=ids.thread, message=ids.message)
    found = _meant(member, opened, services.store.conversation(conversation), services)
    if found is None and opened.found is not None:
        return NothingHere()
    if found is not None:
        note_opening(member, found, services)
        return _add(caller, found, opened.thread, about, services)
    return _point(caller, ids, opened, about, services)


def _add(caller: Caller, found: Found, thread: Thread | None, about: Candidate, services: Services) -> Outcome:
    """Of a conversation in Lever. One that stopped because it was about nobody goes on in the same commit."""
    member, now = caller.member, services.clock.now()
    if about.id in found.summary.candidates:
        return Done(notice=_is_about(about))
    goes_on: tuple[Thread, ...] = ()
    if thread is not None and thread.state is ThreadState.STOPPED and not found.summary.candidates:
        goes_on = (
            following.pointed_at(
                thread, sub=member.sub, id=thread.id, reason=Reason.ASKED, now=now, lane=Lane.INTERACTIVE
            ),
        )
    services.store.change(
        replace(found.conversation, linked=found.conversation.linked | {about.id}),
        act=_act(caller, "link-conversation", about.id, services, conversation=found.conversation.id),
        threads=goes_on,
    )
    if goes_on:
        _ring(member.sub, services)
    return Done(notice=_is_about(about))


def _point(caller: Caller, ids: Ids, opened: Opened, about: Candidate, services: Services) -> Outcome:
    """Of a thread in the caller's own mailbox that is not in Lever."""
    member, mailbox = caller.member, opened.mailbox
    if not ids.thread or not acting.may(Act.SYNC, case_of(member, None, services, mailbox=mailbox)):
        return Done(notice=say("Turn on Email first. Nothing was synced.")) if mailbox is None else NothingHere()
    if not membership.is_on(mailbox):
        return Done(notice=say("Turn on Email first. Nothing was synced."))

    def said(thread: Thread | None) -> Thread | None:
        if thread is not None and about.id in thread.about:
            return None
        now = services.clock.now()
        return following.is_about(thread, sub=member.sub, id=ids.thread, candidate=about.id, now=now)

    # The log holds no trace of a thread that is not in Lever.
    change_thread(
        member.sub, ids.thread, said, services, act=_act(caller, "link-conversation", about.id, services)
    )
    _ring(member.sub, services)
    return Done(notice=_is_about(about))


def unlink_conversation(
    caller: Caller, ids: Ids, services: Services, *, candidate: str, conversation: str
) -> Outcome:
    """Take a member's word back. What is stored stays; what was about nobody else is no longer updated."""
    for _ in range(_TRIES):
        try:
            return _unlink_conversation(caller, ids, services, candidate=candidate, conversation=conversation)
        except ConflictError:
            continue
    return _unlink_conversation(caller, ids, services, candidate=candidate, conversation=conversation)


def _unlink_conversation(
    caller: Caller, ids: Ids, services: Services, *, candidate: str, conversation: str
) -> Outcome:
    member, store = caller.member, services.store
    opened = store.opened(member.sub, thread=ids.thread, message=ids.message)
    found = _meant(member, opened, store.conversation(conversation), services)
    if found is None and opened.found is not None:
        return NothingHere()
    if found is not None:
        note_opening(member, found, services)
        return _drop(caller, found, candidate, services)
    if opened.thread is None:
        return NothingHere()

    def taken_back(thread: Thread | None) -> Thread | None:
        now = services.clock.now()
        return following.is_not_about(thread, candidate=candidate, now=now) if thread else None

    act = _act(caller, "unlink-conversation", candidate, services)
    before, after = change_thread(member.sub, ids.thread, taken_back, services, act=act)
    if before != after:
        _ring(member.sub, services)
    return Done(notice=_undone(services))


def _drop(caller: Caller, found: Found, candidate: str, services: Services) -> Outcome:
    conversation = found.conversation
    if candidate not in conversation.linked:
        return Done(notice=_undone(services))
    about = services.directory.candidates([candidate]).get(candidate)
    stays = about is not None and by_address(about, conversation.id, services)
    left = found.summary.candidates - (set() if stays else {candidate})
    threads = () if left else stopping(conversation.id, candidate, services)
    services.store.change(
        replace(conversation, linked=conversation.linked - {candidate}),
        act=_act(caller, "unlink-conversation", candidate, services, conversation=conversation.id),
        threads=threads,
        not_about=() if stays else (candidate,),
    )
    stop_rest(threads, conversation.id, candidate, services)
    return Done(notice=_undone(services))


def not_this_one(caller: Caller, ids: Ids, services: Services, *, candidate: str) -> Outcome:
    """*No*: this candidate is not suggested for this conversation again, to this member."""
    member, now = caller.member, services.clock.now()
    if not ids.thread or not acting.may_search(member):
        return NothingHere()
    look = Look(
        sub=member.sub,
        message=no_key(member, ids.thread, candidate, services),
        why=NO,
        outcome=NO,
        at=now,
        expires_at=now + retention.KEEPS_NO,
    )
    services.store.tally(member.sub, now.date().isoformat(), {}, looks=[look])
    return Done(notice=say("You will not be asked that again."))


def _meant(member: Member, opened: Opened, named: Found | None, services: Services) -> Found | None:
    """The conversation in Lever, where the caller may say whom it is about: their own thread's, else the named."""
    for found in (opened.found, named):
        known = visibility.known_to(member, found, services.config.secret_policy)
        if (
            known is not None
            and known.conversation.state is ConversationState.LIVE
            and visibility.may_see(member, known, services.config.secret_policy)
            and acting.may(Act.LINK, case_of(member, known, services, thread=opened.thread))
        ):
            return known
        if found is not None and found is opened.found:
            return None
    return None


def _is_about(candidate: Candidate) -> str:
    return say("This conversation is about {name}.", name=name(candidate.name) or say("this candidate"))


def _undone(services: Services) -> str:
    return say("Undone. What is in {word} stays there.", word=services.site.word)


def _act(
    caller: Caller, verb: str, candidate: str, services: Services, *, conversation: str | None = None
) -> records.Act:
    now = services.clock.now()
    return records.Act(actor=caller.member.sub, verb=verb, at=now, conversation=conversation, subject=candidate)


def _ring(sub: str, services: Services) -> None:
    services.store.ring(
        sub,
        now=services.clock.now(),
        soon=services.config.debounce,
        gap=services.gap,
        lane=Lane.INTERACTIVE,
    )
